use super::*;
use crate::document::split::split;

/// Notes a value as one that was looked at: a list of the trail `main`, or nothing.
fn note(above: &mut Above, piece: &Piece<'_>) {
    above.pass(piece, &Facts::default());
    if piece.node.text().contains("trailList") {
        above.listers.insert(above.asking.clone(), None);
        above.names.insert("main".into());
    }
}

fn claims(text: &str) -> Vec<Vec<String>> {
    let mut above = Above::default();
    let pieces = split(text);
    let each = pieces.values.iter().map(|piece| {
        let hints = above.hints(piece);
        note(&mut above, piece);
        let claims = hints.claims.iter();
        claims.map(|claim| claim.text().to_owned()).collect()
    });
    each.collect()
}

#[test]
fn a_command_names_what_it_was_asked_for_and_another_program_what_it_shows() {
    let status = "{\n\"IsLogging\": true\n}\n";
    for (line, name) in [
        ("$ aws cloudtrail get-trail-status --name main", "main"),
        (
            "$ aws-vault exec prod -- aws cloudtrail get-trail-status --name pay",
            "pay",
        ),
        ("$ cat evidence/pay-status.json", "pay-status.json"),
        ("$ cat pay-status.json | jq .", "pay-status.json"),
        ("$ cat pay/status.json", "pay"),
        ("\"pay\"", "pay"),
        (
            "PS C:\\> Get-CTTrailStatus -Name pay | ConvertTo-Json",
            "pay",
        ),
    ] {
        let claims = claims(&format!("{line}\n{status}"));
        assert_eq!(claims.last().unwrap(), &[name], "{line}");
    }
    assert_eq!(claims(&format!("== status of pay ==\n{status}")), [["pay"]]);
    for above in ["Collecting the status:", "localhost | CHANGED | rc=0 >>"] {
        assert!(
            claims(&format!("{above}\n{status}"))[0].is_empty(),
            "{above}"
        );
    }
}

#[test]
fn what_no_command_names_or_what_stands_below_it_leaves_a_doubt() {
    let status = "{\n\"IsLogging\": true\n}\n";
    let call = "$ aws cloudtrail get-trail-status";
    for (text, said, is_sure) in [
        (format!("{call} --name $TRAIL\n{status}"), "$TRAIL", false),
        (
            format!(
                "$ for t in a; do aws cloudtrail get-trail-status --name \"$t\"; done\n{status}"
            ),
            "$t",
            false,
        ),
        (
            format!("{call}\n{status}"),
            "aws cloudtrail get-trail-status",
            false,
        ),
        (
            format!("{call} --cli-input-json '{{\"Name\":\"pay\"}}'\n{status}"),
            "pay",
            true,
        ),
        (format!("{call} --name a\n\npay:\n{status}"), "pay", true),
        (
            format!("{call} --name a\n... then for pay:\n{status}"),
            "pay",
            true,
        ),
        (
            format!("{call} --name a\n(dev) $ st\n{status}"),
            "st",
            false,
        ),
        (
            format!("{call} --name a\n$ !!:s/a/pay\n{status}"),
            "!!:s/a/pay",
            false,
        ),
        (
            format!("$ aws cloudtrail get-trail --name pay\n{status}"),
            "aws cloudtrail get-trail --name pay",
            false,
        ),
        (format!("{status}the above is of pay\n"), "pay", false),
    ] {
        let pieces = split(&text);
        let hints = Above::default().hints(&pieces.values[0]);
        let said = |claim: &Claim| claim.text() == said && claim.is_sure() == is_sure;
        assert!(hints.claims.iter().any(said), "{text}: {:?}", hints.claims);
    }
    let warned = format!("{call} --name a\nx.py:1: FutureWarning: old\n{status}");
    assert_eq!(claims(&warned), [["a"]]);
}

#[test]
fn other_credentials_than_the_lists_are_anothers() {
    let text = "$ aws cloudtrail describe-trails\n{\"trailList\": []}\n$ AWS_PROFILE=x aws cloudtrail get-trail-status --name main\n{\"IsLogging\": true}\n";
    assert_eq!(claims(text)[1], ["main", "a trail of profile x"]);
    let same = text.replace("$ aws", "$ AWS_PROFILE=x aws");
    assert_eq!(claims(&same)[1], ["main"]);
}

#[test]
fn a_heading_in_a_commands_output_takes_no_doubt_of_it_away() {
    let above = |line: &str| {
        let text = format!("$ {line}\n== a ==\n{{\"x\": 1}}\n== b ==\n{{\"x\": 2}}\n");
        let mut above = Above::default();
        let pieces = split(&text);
        let hints = pieces.values.iter().map(|piece| above.hints(piece));
        hints.last().unwrap()
    };
    for line in [
        "cat old/evidence.txt",
        "./mock-aws.sh",
        "for t in a b; do aws cloudtrail get-trail-status --name $t | ./redact.sh; done",
        "aws cloudtrail get-trail-status --name $t --endpoint-url http://localhost:4566",
        "for t in a b; do\n> aws cloudtrail get-trail-status --name $t | ./redact.sh\n> done",
    ] {
        assert!(above(line).doubt.is_some(), "{line}");
    }
    for line in [
        "for t in a b; do aws cloudtrail get-trail-status --name $t | grep -v Cloud; done",
        "for t in a b; do aws cloudtrail get-trail-status --name $t | jq 'del(.x)'; done",
    ] {
        assert!(above(line).selected, "{line}");
    }
    let plain = above("for t in a b; do aws cloudtrail get-trail-status --name $t; done");
    assert!(plain.doubt.is_none() && !plain.selected && plain.filter.is_none());
    let said: Vec<&str> = plain.claims.iter().map(Claim::text).collect();
    assert_eq!(said, ["b"]);
    let next = "cat old/evidence.txt\n{}\n$ aws cloudtrail describe-trails";
    assert!(above(next).doubt.is_none());
}

#[test]
fn what_a_heading_names_is_what_the_variable_of_a_loop_holds() {
    let status = "{\"IsLogging\": true}\n";
    let call = "aws cloudtrail get-trail-status --name";
    let lines = format!("$ for t in pay main; do echo \"== $t ==\"; {call} $t; done\n");
    let both = format!("{lines}== pay ==\n{status}== main ==\n{status}");
    assert_eq!(claims(&both), [["pay"], ["main"]]);
    assert_eq!(claims(&format!("$ {call} \"$t\"\n{status}")), [["$t"]]);
}

#[test]
fn what_stands_around_a_call_may_make_it_another_accounts() {
    let list = "$ aws cloudtrail describe-trails\n{\"trailList\": []}\n";
    let call = "aws cloudtrail get-trail-status --name main\n{\"IsLogging\": true}\n";
    let tied = |between: &str| {
        let text = format!("{list}{between}{call}");
        let mut above = Above::default();
        let pieces = split(&text);
        let hints = pieces.values.iter().map(|piece| {
            let hints = above.hints(piece);
            note(&mut above, piece);
            hints.claims
        });
        let last = hints.last().unwrap();
        last.iter()
            .all(|claim| claim.text() == "main" || !claim.is_sure())
    };
    for between in [
        "$ ssh dev-bastion ",
        "$ sudo -u dev ",
        "$ op run --env-file=dev.env -- ",
        "$ AWS_PROFILE=dev ",
        "dev:\n$ ",
        "Switched role to dev\n$ ",
        "(dev) $ ",
        "$ export AWS_PROFILE=dev\n== main ==\n{}\n$ ",
    ] {
        assert!(!tied(between), "{between}");
    }
    for between in [
        "$ ",
        "$ time ",
        "# the status of main\n$ ",
        "$ cd evidence\n$ ",
        "\n== main ==\n$ ",
    ] {
        assert!(tied(between), "{between}");
    }
}
