use super::*;

#[test]
fn every_generation_of_the_cli_is_understood() {
    for (text, error, call) in [
        (
            "\nAn error occurred (AccessDeniedException) when calling the DescribeTrails operation: User",
            "AccessDeniedException",
            Some(Call::DescribeTrails),
        ),
        (
            "aws: [ERROR]: An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main for the user: 111122223333",
            "TrailNotFoundException",
            Some(Call::GetTrailStatus),
        ),
        (
            "A client error (AccessDeniedException) occurred when calling the GetTrailStatus operation: x",
            "AccessDeniedException",
            Some(Call::GetTrailStatus),
        ),
        (
            "An error occurred (Throttling)\n when calling the\n DescribeTrails operation",
            "Throttling",
            Some(Call::DescribeTrails),
        ),
        (
            "An error\noccurred (ExpiredToken) when calling the AssumeRole operation: x",
            "ExpiredToken",
            Some(Call::Other),
        ),
        (
            "aws: [ERROR]: An error occurred (NoRegion): You must specify a region.",
            "NoRegion",
            None,
        ),
        (
            "botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling the ListTrails operation (reached max retries: 4): Rate exceeded",
            "ThrottlingException",
            Some(Call::ListTrails),
        ),
        (
            "Unable to locate credentials. You can configure",
            "NoCredentials",
            None,
        ),
        (
            "Your session has expired. Please reauthenticate using 'aws login'.",
            "ExpiredToken",
            None,
        ),
        (
            "The SSO session associated with this profile has expired or is otherwise invalid.",
            "SSOTokenLoadError",
            None,
        ),
        (
            "Error loading SSO Token: Token for x does not exist",
            "SSOTokenLoadError",
            None,
        ),
        (
            "The config profile (audit) could not be found",
            "ProfileNotFound",
            None,
        ),
        (
            "SSL validation failed for https://cloudtrail.eu-west-1.amazonaws.com/ [SSL: X]",
            "SSLError",
            None,
        ),
        (
            "Failed to connect to proxy URL: \"http://10.0.0.1:3128\"",
            "ProxyConnectionError",
            None,
        ),
        (
            "Could not connect to the endpoint URL: \"https://cloudtrail.eu-west-9.amazonaws.com/\"",
            "EndpointConnectionError",
            None,
        ),
        ("bash: aws: command not found", "CommandNotFound", None),
        (
            "'aws' is not recognized as an internal or external command,\noperable program or batch file.",
            "CommandNotFound",
            None,
        ),
        (
            "aws: error: argument command: Invalid choice, valid choices are:",
            "Usage",
            None,
        ),
    ] {
        let said = read(text).unwrap();
        assert_eq!(
            (said.error.as_deref(), said.call),
            (Some(error), call),
            "{text}"
        );
    }
}

#[test]
fn the_words_of_the_sdks_are_understood() {
    for (text, error, operation) in [
        (
            "operation error CloudTrail: DescribeTrails, https response error StatusCode: 400, RequestID: x, api error AccessDeniedException: User: arn:aws:iam::111122223333:user/a is not authorized",
            "AccessDeniedException",
            Some("DescribeTrails"),
        ),
        (
            "2026/05/04 10:00:00 operation error STS: AssumeRole, exceeded maximum number of attempts",
            "",
            Some("AssumeRole"),
        ),
        (
            "Exception in thread \"main\" com.amazonaws.services.cloudtrail.model.AWSCloudTrailException: User is not authorized to perform: cloudtrail:DescribeTrails (Service: AWSCloudTrail; Status Code: 400; Error Code: AccessDeniedException; Request ID: x)",
            "AccessDeniedException",
            Some("DescribeTrails"),
        ),
        (
            "software.amazon.awssdk.services.sts.model.StsException: no (Service: Sts, Status Code: 403, Request ID: x)",
            "StsException",
            None,
        ),
        (
            "AccessDeniedException: User: arn:aws:iam::111122223333:user/a is not authorized to perform: cloudtrail:DescribeTrails\n    at throwDefaultError (/srv/x.js:1:1)",
            "AccessDeniedException",
            Some("DescribeTrails"),
        ),
        (
            "Unhandled exception. Amazon.CloudTrail.AmazonCloudTrailException: no",
            "AmazonCloudTrailException",
            None,
        ),
        (
            "Aws::CloudTrail::Errors::ThrottlingException (Rate exceeded)",
            "ThrottlingException",
            None,
        ),
        (
            "Error executing \"DescribeTrails\" on \"https://cloudtrail.us-east-1.amazonaws.com\"; AWS HTTP error: AccessDeniedException (client): no",
            "AccessDeniedException",
            Some("DescribeTrails"),
        ),
        (
            "CredentialsProviderError: Could not load credentials from any providers",
            "NoCredentials",
            None,
        ),
        (
            "Get-CTTrail : No credentials specified or obtained from persisted/shell defaults.",
            "NoCredentials",
            None,
        ),
    ] {
        let said = read(text).unwrap();
        assert_eq!(
            (
                said.error.as_deref().unwrap_or(""),
                said.operation.as_deref()
            ),
            (error, operation),
            "{text}"
        );
    }
}

#[test]
fn the_structured_forms_of_the_cli_are_understood() {
    for text in [
        "Code: AccessDeniedException\nMessage: 'User: x is not authorized to perform: cloudtrail:DescribeTrails'\n",
        "AccessDeniedException\tUser: x is not authorized to perform: cloudtrail:DescribeTrails\n",
        "-----\n|  error  |\n+------+-----+\n|  Code    |  AccessDeniedException  |\n|  Message |  is not authorized to perform: cloudtrail:DescribeTrails |\n+---+\n",
        "-----\n|  Code    |  Message  |\n+-----+-----+\n|  AccessDeniedException  |  to perform: cloudtrail:DescribeTrails |\n",
    ] {
        let said = read(text).unwrap();
        assert_eq!(
            said.error.as_deref(),
            Some("AccessDeniedException"),
            "{text}"
        );
        assert_eq!(said.call, Some(Call::DescribeTrails), "{text}");
    }
}

#[test]
fn every_error_of_a_text_counts() {
    let text = "An error occurred (AccessDenied) when calling the GetTrailStatus operation: x\n\nAn error occurred (AccessDenied) when calling the AssumeRole operation: x\nUnable to locate credentials\n\nAn error occurred (AccessDenied) when calling the AssumeRole operation: x";
    let errors: Vec<_> = read_all(text)
        .into_iter()
        .map(|said| (said.error.unwrap_or_default(), said.operation))
        .collect();
    let said = |error: &str, name: Option<&str>| (error.to_owned(), name.map(Box::from));
    assert_eq!(
        errors,
        [
            said("AccessDenied", Some("GetTrailStatus")),
            said("AccessDenied", Some("AssumeRole")),
            said("NoCredentials", None),
        ]
    );
    let text = "$ aws iam get-user\nUnable to locate credentials\n$ aws cloudtrail describe-trails --region eu-west-1\nUnable to locate credentials\n";
    let all = read_all(text);
    let hides: Vec<_> = all.iter().map(|said| said.hides_trails).collect();
    assert_eq!(hides, [Some(false), Some(true)]);
    assert_eq!(all[1].origin.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn what_was_asked_is_named() {
    let said = read("An error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: main-trail for the user: 111122223333").unwrap();
    assert_eq!(said.named, Named::Name("main-trail".into()));
    assert_eq!(said.origin.account.as_deref(), Some("111122223333"));
    let said = read("An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/Audit").unwrap();
    assert_eq!(said.origin.account.as_deref(), Some("444455556666"));
    assert_eq!(said.hides_trails, Some(true));
    let said = read(
        "Could not connect to the endpoint URL: \"https://cloudtrail.eu-west-1.amazonaws.com/\"",
    )
    .unwrap();
    assert_eq!(said.origin.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn other_text_is_no_error() {
    for text in [
        "# How this bundle was made",
        "",
        "Collected on 2026-05-04 by the auditor.\n",
        "us-east-1: ok\neu-west-1: ok\n",
    ] {
        assert_eq!(read(text), None, "{text}");
        assert_eq!(read_unknown(text), None, "{text}");
    }
    for text in [
        "None",
        "Killed",
        "Access is denied.",
        "Error: socket hang up",
    ] {
        assert!(read_unknown(text).is_some(), "{text}");
    }
}

#[test]
fn the_help_names_what_failed() {
    let text = help(Some("AccessDenied"), Some(Call::Other), Some("AssumeRole"));
    assert!(text.contains("assumed"), "{text}");
    let text = help(
        Some("AccessDenied"),
        Some(Call::Other),
        Some("DescribeRegions"),
    );
    assert!(text.contains("`DescribeRegions`"), "{text}");
    let text = help(None, Some(Call::GetTrailStatus), None);
    assert!(text.contains("get-trail-status"), "{text}");
}
