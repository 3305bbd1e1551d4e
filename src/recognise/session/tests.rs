use super::*;

fn after(text: &str) -> Session {
    let mut session = Session::default();
    session.take_in(text, text.len(), &HashSet::new());
    session
}

#[test]
fn a_region_holds_until_it_is_set_anew() {
    for (text, region) in [
        ("$ export AWS_REGION=eu-west-1", Some("eu-west-1")),
        ("export AWS_DEFAULT_REGION='eu-west-1'", Some("eu-west-1")),
        ("PS C:\\> $env:AWS_REGION = 'eu-west-1'", Some("eu-west-1")),
        ("C:\\>set AWS_REGION=eu-west-1", Some("eu-west-1")),
        ("$ aws configure set region eu-west-1", Some("eu-west-1")),
        ("$ AWS_REGION=eu-west-1; ls", Some("eu-west-1")),
        ("$ AWS_REGION=eu-west-1 aws s3 ls", None),
        ("$ export AWS_REGION=$r", None),
        ("$ export AWS_REGION=eu-west-1\n$ unset AWS_REGION", None),
        ("$ export AWS_REGION=eu-west-1\n$ assume prod", None),
    ] {
        assert_eq!(after(text).region(), region, "{text}");
    }
}

#[test]
fn what_may_have_changed_the_account_names_nobody_known() {
    for text in [
        "$ export AWS_PROFILE=b",
        "$ export AWS_ACCESS_KEY_ID=AKIA",
        "PS C:\\> $Env:AWS_PROFILE=\"b\"",
        "C:\\>set AWS_PROFILE=b",
        "$ aws configure",
        "$ aws configure set aws_access_key_id x",
        "$ source prod.env",
        "$ . ./prod.env",
        "$ eval \"$(assume-role prod)\"",
        "$ saml2aws login -a prod",
        "$ ssh bastion",
        "$ prod",
        "$ ls; prod",
        "$ set -x AWS_PROFILE prod",
        "$ export $(cat prod.env | xargs)",
        "$ cp a ~/.aws/credentials",
        "$ unset AWS_PROFILE AWS_ACCESS_KEY_ID",
        "direnv: export +AWS_PROFILE",
        "[dev] $ ls\n[prod] $ ls",
        "$ exit",
        "# aws cloudtrail describe-trails\n# . ./prod.env",
        "# aws cloudtrail describe-trails\n# eval $(assume prod)",
        "# aws s3 ls\n# su - prod",
    ] {
        assert!(after(text).whose().is_some(), "{text}");
    }
    for text in [
        "$ cd evidence && ls -l",
        "$ export AWS_PAGER=",
        "$ export LC_ALL=C",
        "$ aws configure list",
        "$ aws sts get-caller-identity --profile b",
        "$ AWS_PROFILE=b aws sts get-caller-identity",
        "$ aws-vault exec b -- aws sts get-caller-identity",
        "$ for r in a b; do aws ec2 describe-vpcs --region $r; done",
        "# Trails",
        "# su - prod",
        "# aws s3 ls\n# the trails of prod\n# Status\n# ls",
        "assume the role",
    ] {
        assert_eq!(after(text).set(), None, "{text}");
    }
}

#[test]
fn a_line_of_text_or_a_prompt_names_the_account() {
    for (text, account) in [
        ("## Account 444455556666", Some("444455556666")),
        (
            "arn:aws:sts::444455556666:assumed-role/r/x",
            Some("444455556666"),
        ),
        ("\"444455556666\"", Some("444455556666")),
        ("[444455556666] $ ls", Some("444455556666")),
        (
            "Processing account 111122223333\nProcessing account 444455556666",
            Some("444455556666"),
        ),
        ("## Account 444455556666\n$ export AWS_PROFILE=b", None),
        ("$ ls 444455556666", None),
        ("111122223333\t444455556666", None),
        (
            "$ aws organizations list-accounts --output text\n444455556666",
            None,
        ),
        (
            "$ aws organizations list-accounts --output text\n444455556666\n== 111122223333 ==",
            Some("111122223333"),
        ),
    ] {
        assert_eq!(after(text).account(), account, "{text}");
    }
    for text in [
        "$ moto_server &",
        "$ aws() { x; }",
        "$ alias aws=awslocal",
        "$ localstack start",
    ] {
        assert!(after(text).endpoint().is_some(), "{text}");
    }
}

#[test]
fn a_command_sets_variables_for_itself() {
    let line = "AWS_PROFILE=b AWS_REGION=eu-west-1 aws cloudtrail describe-trails";
    let own = Session::default().of(&Command { line });
    assert_eq!(own.whose().as_deref(), Some("profile b"));
    assert_eq!(own.region(), Some("eu-west-1"));
    let line = "AWS_ENDPOINT_URL=http://localhost:4566 aws cloudtrail describe-trails";
    let own = Session::default().of(&Command { line });
    assert_eq!(own.endpoint(), Some("http://localhost:4566"));
}

#[test]
fn a_line_or_a_prompt_that_is_not_understood_may_be_anothers() {
    let known = HashSet::from(["main".into()]);
    let after = |text: &str| {
        let mut session = Session::default();
        session.take_in(text, text.len(), &known);
        session.whose()
    };
    for text in [
        "dev:",
        "Account: dev",
        "Switched role to dev",
        "# --- dev account ---",
        "$ echo \"=== dev ===\"\n=== dev ===",
        "$ # switching to dev now",
        "$ ls\ndev:",
        "Connection to prod closed.",
        "$ aws sso login --profile dev",
        "u@h (aws:prod) % ls\nu@h (aws:dev) % ls",
        "$ ls\nPS dev> ls",
        "~ on \u{2601}\u{fe0f} prod",
    ] {
        assert!(after(text).is_some(), "{text}");
    }
    for text in [
        "# Status of the trail main",
        "== main ==",
        "== us-east-1 ==",
        "real\t0m1.2s\nuser\t0m0.5s",
        "$ ls\ntrails.json dev.json",
        "user@host:~$ cd a\nuser@host:~/a$ ls",
        "[user@host ~]$ ls\n[user@host a]$ ls",
        "Status of main: `aws cloudtrail get-trail-status --name main`",
        "u@h (aws:prod) % ls\nu@h (aws:dev) % ls\nu@h (aws:prod) % ls",
        "## Account 111122223333",
    ] {
        assert_eq!(after(text), None, "{text}");
    }
    let twice = ["$ ssh dev", "$ ssh dev\n$ ssh prod"].map(after);
    assert_ne!(twice[0], twice[1]);
}
