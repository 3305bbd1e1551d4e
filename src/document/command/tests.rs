use super::*;

fn of(line: &str) -> Command<'_> {
    Command { line }
}

#[test]
fn a_call_is_known_however_the_cli_is_started() {
    let status = Some(("cloudtrail", "get-trail-status"));
    for line in [
        "aws cloudtrail get-trail-status --name x",
        "aws --region eu-west-1 --output=json cloudtrail get-trail-status --name x",
        "AWS_PROFILE=mgmt aws cloudtrail get-trail-status --name x",
        "aws-vault exec prod -- aws cloudtrail get-trail-status --name x",
        "docker run --rm -it amazon/aws-cli:2.15 cloudtrail get-trail-status --name x",
        "sudo -u audit /usr/local/bin/aws cloudtrail get-trail-status --name x",
        "!aws cloudtrail get-trail-status --name x",
        "ssh host 'aws cloudtrail get-trail-status --name x'",
        "C:\\tools\\aws.exe cloudtrail get-trail-status --name x",
        "Get-CTTrailStatus -Name x | ConvertTo-Json",
        "get-cttrailstatus -name x",
    ] {
        assert_eq!(of(line).aws_call(), status, "{line}");
    }
    for line in [
        "cat aws",
        "grep aws cloudtrail get-trail-status",
        "jq . s.json",
        "aws cloudtrail describe-trails; aws cloudtrail get-trail-status --name x",
        "aws $SERVICE $CALL",
    ] {
        assert_eq!(of(line).aws_call(), None, "{line}");
    }
}

#[test]
fn options_are_read_in_every_spelling_and_never_guessed() {
    for line in [
        "aws cloudtrail get-trail-status --name main",
        "aws cloudtrail get-trail-status --name=main",
        "aws cloudtrail get-trail-status --name 'main'",
        "aws cloudtrail get-trail-status --name=\"main\"",
        "aws cloudtrail get-trail-status --nam main",
        "aws cloudtrail get-trail-status \\\n    --name main \\\n --region x",
        "aws cloudtrail get-trail-status \\\n> --name main",
        "Get-CTTrailStatus -Name main",
        "Get-CTTrailStatus -name:main",
        "Get-CTTrailStatus `\n>> -Name main",
    ] {
        assert_eq!(of(line).option("--name"), Some("main"), "{line}");
    }
    for line in [
        "aws cloudtrail get-trail-status --name \"$TRAIL\"",
        "aws cloudtrail get-trail-status --name <trail name>",
        "aws cloudtrail get-trail-status --name $(cat name)",
        "aws cloudtrail get-trail-status --name a --name b",
        "aws cloudtrail get-trail-status --name a; aws cloudtrail get-trail-status --name b",
        "aws cloudtrail get-trail-status --name",
        "aws cloudtrail describe-trails --names a",
        "aws cloudtrail describe-trails > --name",
    ] {
        assert_eq!(of(line).option("--name"), None, "{line}");
    }
    assert!(of("aws cloudtrail get-trail-status --name \"$TRAIL\"").has_option("--name"));
    assert_eq!(
        of("Get-CTTrail -TrailNameList a").option("--trail-name-list"),
        Some("a")
    );
}

#[test]
fn what_goes_into_a_file_prints_nothing() {
    for line in [
        "aws sts x > a.json",
        "aws sts x >> a.json 2>&1",
        "aws sts x 1>a.json",
        "aws sts x &> a.json",
        "aws sts x | jq . > a.json",
        "Get-CTTrail | Out-File a.json",
        "Get-CTTrail | ConvertTo-Json | Set-Content -Path a.json",
        "$t = Get-CTTrail",
        "ARN=$(aws cloudtrail describe-trails --query x)",
        "aws sts x | Out-Null",
        "aws sts x > $null",
    ] {
        assert!(Command::printing(line).is_none(), "{line}");
    }
    for line in [
        "aws sts x 2>/dev/null",
        "aws sts x 2>&1",
        "aws sts x | tee a.json",
        "Get-CTTrail | Tee-Object -FilePath a",
        "aws sts x > /dev/tty",
        "aws sts x --query 'a > b'",
    ] {
        assert_eq!(Command::printing(line), Some(of(line)), "{line}");
    }
}

#[test]
fn of_several_commands_the_one_that_prints_counts() {
    for (line, one) in [
        ("aws sts a > a.json; cat a.json", "cat a.json"),
        ("cd x && aws sts a", "aws sts a"),
        ("export AWS_PROFILE=x; aws sts a | jq .", "aws sts a | jq ."),
        ("echo main; aws sts a", "aws sts a"),
        ("aws sts a || true", "aws sts a"),
        ("aws sts b; aws sts a > a", "aws sts b"),
        ("aws sts b; aws sts a", "aws sts b; aws sts a"),
    ] {
        assert_eq!(Command::printing(line), Some(of(one)), "{line}");
    }
    assert!(Command::printing("aws sts a > a").is_none());
}

#[test]
fn any_text_is_read_to_its_end() {
    for line in [
        "'",
        "\"",
        "\\",
        "<",
        ">",
        "&",
        "|",
        "a |",
        "$(",
        "`",
        "é>é",
        "2>",
        "<é>",
        "\"\\é",
        "& &",
        "-\u{301}",
        "--\u{301}=",
        "&>",
        "#",
        "; ; ;",
        "|&",
    ] {
        let command = of(line);
        let _ = (command.words(), command.aws_call(), command.kept());
        let _ = (command.option("--name"), Command::printing(line));
    }
}

#[test]
fn a_line_that_nobody_types_is_a_command_that_may_have_printed_anything() {
    let call = "aws cloudtrail get-trail-status --name main";
    let padded = |bytes: usize| format!("{call} --region {}", "a".repeat(bytes));
    let long = padded(128 * 1024);
    assert!(of(&padded(1024)).aws_call().is_some());
    assert_eq!(of(&long).aws_call(), None);
    assert_eq!(of(&long).option("--name"), None);
    assert_eq!(Command::printing(&long), Some(of(&long)));
    assert_eq!(Command::calls(&long).map(|calls| calls.len()), None);
}
