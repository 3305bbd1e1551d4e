use super::claims_of;
use crate::cloudtrail::claim::Strength;
use crate::cloudtrail::keys;
use crate::document::json::Node;
use crate::document::object::Object;

const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/pay";

fn claims(text: &str) -> Vec<(String, Strength)> {
    let object = Object::new(Node::parse(text).unwrap());
    let claims = claims_of(&object, |key| keys::status_key(key).is_some());
    let heard = claims.iter();
    heard
        .map(|claim| (claim.text().to_owned(), claim.strength))
        .collect()
}

#[test]
fn what_names_a_trail_for_sure_is_heard_however_it_is_wrapped() {
    let names = [
        r#"{"id": "payments"}"#,
        r#"{"CloudTrailName": "payments"}"#,
        r#"{"Trail": "payments"}"#,
        r#"{"request": {"Name": "payments"}}"#,
        r#"{"args": ["payments"]}"#,
        r#"{"cmd": "aws cloudtrail get-trail-status --name payments"}"#,
        r#"{"argv": ["aws", "cloudtrail", "get-trail-status", "--name", "payments"]}"#,
        r#"{"cmd": ["aws", "cloudtrail", "get-trail-status", "--name=payments"]}"#,
        r#"{"a": "aws cloudtrail get-trail-status --cli-input-json '{\"Name\": \"payments\"}'"}"#,
        r#"{"source": ["s = ct.get_trail_status(Name='payments')\n", "s"]}"#,
        r#"{"request": "{\"Name\": \"payments\"}"}"#,
        r#"{"requestBody": "{\"Name\": \"payments\"}"}"#,
        r#"{"request": {"postData": {"text": "{\"Name\": \"payments\"}"}}}"#,
        r#"{"meta": {"trail": {"name": "payments"}}}"#,
        r#"{"tags": {"trail": "payments"}}"#,
        r#"{"body": {"Name": "payments"}}"#,
        r#"{"path": "/trails/payments/status"}"#,
        r#"{"url": "https://x.example/api/trails/payments/status"}"#,
        r#"{"params": [{"name": "Name", "value": "payments"}]}"#,
        r#"{"a": {"b": {"c": {"trail_name": "payments"}}}}"#,
    ];
    for text in names {
        let found = claims(text);
        assert!(
            matches!(found.as_slice(), [(name, _)] if name == "payments"),
            "{text}: {found:?}"
        );
        let nested = text.starts_with(r#"{"a": {"#) || text.contains("tags");
        assert!(nested || found[0].1 == Strength::Sure, "{text}: {found:?}");
    }
    for text in [
        r#"{"arn": "ARN"}"#,
        r#"{"anything": ["ARN"]}"#,
        r#"{"note": {"a": [{"b": "seen at ARN."}]}}"#,
        r#"{"url": "https://x.example/home?region=us-east-1#/trails/ARN"}"#,
        r#"{"headers": {"Referer": "https://x.example/ARN"}}"#,
        r#"{"a": {"ARN": 1}}"#,
    ] {
        let text = text.replace("ARN", ARN);
        assert_eq!(claims(&text), [(ARN.to_owned(), Strength::Sure)], "{text}");
    }
}

#[test]
fn what_may_name_one_is_heard_as_such_and_what_describes_is_no_name() {
    for (text, name, strength) in [
        (r#"{"wohin": "payments"}"#, "payments", Strength::Unsure),
        (r#"{"source": "payments"}"#, "payments", Strength::Unsure),
        (
            r#"{"note": "status of trail payments"}"#,
            "payments",
            Strength::Unsure,
        ),
        (
            r#"{"file": "get-trail-status-payments.json"}"#,
            "get-trail-status-payments.json",
            Strength::Sure,
        ),
        (
            r#"{"cmd": "aws cloudtrail get-trail-status --name $T"}"#,
            "$T",
            Strength::Unsure,
        ),
        (
            r#"{"environment": "payments"}"#,
            "payments",
            Strength::Faint,
        ),
        (
            r#"{"user": {"name": "payments"}}"#,
            "payments",
            Strength::Faint,
        ),
    ] {
        assert_eq!(claims(text), [(name.to_owned(), strength)], "{text}");
    }
    for text in [
        r#"{"region": "us-east-1", "account": "111122223333", "operation": "GetTrailStatus"}"#,
        r#"{"RequestId": "7a8c4e7e-0f0b-4a3b-9c39-0f4f8a0f1c11"}"#,
        r#"{"id": "GetTrailStatus", "IsLogging": true}"#,
        r#"{"headers": {"Host": "cloudtrail.us-east-1.amazonaws.com"}}"#,
        r#"{"url": "https://cloudtrail.us-east-1.amazonaws.com/"}"#,
    ] {
        assert!(claims(text).is_empty(), "{text}: {:?}", claims(text));
    }
}

#[test]
fn what_holds_an_answer_speaks_of_that_one() {
    for text in [
        r#"{"other": {"trail": "pay", "status": {"IsLogging": true, "LatestDeliveryTime": 1}}}"#,
        r#"{"list": {"trailList": [{"Name": "pay", "S3BucketName": "logs"}]}}"#,
        r#"{"body": "{\"IsLogging\": true}"}"#,
    ] {
        assert!(claims(text).is_empty(), "{text}: {:?}", claims(text));
    }
}

#[test]
fn what_names_more_than_a_few_hundred_names_none() {
    let all: Vec<String> = (0..300).map(|n| format!(r#""k{n}": "w{n}""#)).collect();
    let found = claims(&format!("{{{}}}", all.join(",")));
    let last = ("more than 256 names".to_owned(), Strength::Sure);
    assert_eq!((found.len(), found.last()), (257, Some(&last)));
}

#[test]
fn a_short_list_speaks_of_the_one_answer_in_it() {
    let status = r#"{"IsLogging": true, "LatestDeliveryTime": 1}"#;
    for (text, count) in [
        (format!(r#"["{ARN}", {status}]"#), 1),
        (format!(r#"["payments", {status}]"#), 1),
        (format!(r#"[{{"name": "payments"}}, {status}]"#), 1),
        (format!(r#"["payments", {{"response": {status}}}]"#), 1),
        (
            format!(r#"[{{"name": "a"}}, {{"name": "b", "status": {status}}}]"#),
            0,
        ),
        (format!(r#"["a", {status}, "b", {status}]"#), 0),
    ] {
        let list = Node::parse(&text).unwrap().elements();
        assert_eq!(super::claims_among(&list).len(), count, "{text}");
    }
}

/// A key that says whose name it holds holds one, whatever words it is made of.
#[test]
fn words_of_the_call_are_a_name_under_the_key_of_one() {
    for key in ["Name", "TrailName", "CloudTrailName", "trail_name"] {
        for name in ["trail-status", "status", "cloudtrail"] {
            let found = claims(&format!(r#"{{"{key}": "{name}"}}"#));
            assert_eq!(found, [(name.to_owned(), Strength::Sure)], "{key}: {name}");
        }
        assert_eq!(claims(&format!(r#"{{"{key}": "get-trail-status"}}"#)), []);
    }
    for key in ["step", "check", "title"] {
        let found = claims(&format!(r#"{{"{key}": "trail-status"}}"#));
        assert!(
            found
                .iter()
                .all(|(_, strength)| *strength != Strength::Sure),
            "{key}: {found:?}"
        );
    }
}
