use crate::document::split::{Pieces, split};

const VALUE: &str = "{\"IsLogging\": true}";

fn one(above: &str) -> (Option<String>, Option<String>) {
    let text = format!("{above}{VALUE}\n");
    let Pieces { values, broken, .. } = split(&text);
    assert!(broken.is_none(), "{above}: {broken:?}");
    let last = values.last().unwrap();
    assert_eq!(last.node.text(), VALUE);
    let command = last.command.map(|command| command.line.to_owned());
    (command, last.heading.map(str::to_owned))
}

fn command(above: &str) -> Option<String> {
    one(above).0
}

#[test]
fn a_block_is_the_output_of_the_command_above_it() {
    for (above, expected) in [
        ("$ cat s2.json\n", "cat s2.json"),
        (
            "PS C:\\> Get-CTTrailStatus -Name p | ConvertTo-Json\n",
            "Get-CTTrailStatus -Name p | ConvertTo-Json",
        ),
        (
            "+ aws cloudtrail describe-trails\n",
            "aws cloudtrail describe-trails",
        ),
        (
            "$ aws cloudtrail get-trail-status \\\n    --name main\n",
            "aws cloudtrail get-trail-status \\\n    --name main",
        ),
        (
            "$ aws cloudtrail get-trail-status \\\n> --name main\n\n",
            "aws cloudtrail get-trail-status \\\n> --name main",
        ),
        ("$ aws sts x > a.json; cat a.json\n", "cat a.json"),
        ("!aws sts x\n", "!aws sts x"),
        ("> aws sts x", "aws sts x"),
        ("```\n$ aws sts x\nOutput:\n```json\n", "aws sts x"),
        (
            "$ aws sts x\nEnter MFA code for arn:aws:iam::111122223333:mfa/me: ",
            "aws sts x",
        ),
    ] {
        assert_eq!(command(above).as_deref(), Some(expected), "{above}");
    }
}

#[test]
fn another_command_an_error_a_redirect_or_a_block_ends_a_command() {
    for above in [
        "$ aws cloudtrail get-trail-status --name a > a.json\n",
        "PS C:\\> Get-CTTrailStatus -Name a | Out-File a.json\n",
        "$ aws cloudtrail get-trail-status --name a\nAn error occurred (X) when calling Y: z\n",
        "$ aws cloudtrail get-trail-status --name a\n\nUnable to locate credentials.\n\n",
        "$ aws cloudtrail get-trail-status --name a\n{\"IsLogging\": false}\n",
        "$ aws cloudtrail get-trail-status --name a\n$\n",
        "$ aws cloudtrail get-trail-status --name a\nzsh: exec format error: aws\n",
    ] {
        assert_eq!(command(above), None, "{above}");
    }
    let other = command("$ aws cloudtrail get-trail-status --name a\n$ cat b.json\n");
    assert_eq!(other.as_deref(), Some("cat b.json"));
    let other = command("$ aws cloudtrail get-trail-status --name a\nuser@h:~$ ./b.sh\n");
    assert_eq!(other.as_deref(), Some("./b.sh"));
}

#[test]
fn a_heading_is_the_nearest_text_above_its_block() {
    for (above, heading) in [
        ("Trail payments\n", Some("Trail payments")),
        ("# First\n## Trail payments\n\n", Some("## Trail payments")),
        ("payments\n========\n", Some("payments")),
        ("payments: ", Some("payments:")),
        ("--- payments ---\n", Some("--- payments ---")),
        ("Trail a\n$ aws sts x\n", None),
        ("$ aws sts x\nTrail a\n", Some("Trail a")),
        ("Trail a\n{}\n", None),
        ("Trail error-logs\n", Some("Trail error-logs")),
        ("host | SUCCESS => ", Some("host | SUCCESS =>")),
        (
            "host | CHANGED | rc=0 >>\n",
            Some("host | CHANGED | rc=0 >>"),
        ),
    ] {
        assert_eq!(one(above).1.as_deref(), heading, "{above}");
    }
}

#[test]
fn all_that_stands_between_a_command_and_its_answer_is_told() {
    let call = "$ aws cloudtrail get-trail-status --name a\n";
    for (between, told) in [
        ("", None),
        ("\nOutput:\n", None),
        ("b:\n", Some("b:")),
        ("b:\n\nand so on\n", Some("b:\n\nand so on")),
        ("one\nb: ", Some("one\nb:")),
    ] {
        let (command, heading) = one(&format!("{call}{between}"));
        assert!(command.is_some(), "{between}");
        assert_eq!(heading.as_deref(), told, "{between}");
    }
}

#[test]
fn text_below_the_last_value_is_of_it_and_below_another_if_it_says_so() {
    for (text, below) in [
        ("{\"a\": 1}\n^ of b\n", [Some("^ of b"), None]),
        ("{\"a\": 1}\nb:\n{\"a\": 2}\n", [None, None]),
        (
            "{\"a\": 1}\nthe above is of b\n{\"a\": 2}\nof c\n$ exit\nx\n",
            [Some("the above is of b"), Some("of c")],
        ),
    ] {
        let pieces = split(text);
        for (piece, below) in pieces.values.iter().zip(below) {
            assert_eq!(piece.below, below, "{text}");
        }
    }
}

#[test]
fn blocks_go_on_with_the_next_prompt_on_their_last_line() {
    let text = "$ aws sts a\n{\"a\": 1}user@host:~$ aws sts b\n{\"b\": 2}\n[FINDING 1]: bad\n[2026-11-20T12:00:00Z] done\n> aws sts x{\"Account\": \"1\"}\n";
    let pieces = split(text);
    assert!(
        pieces.transcript && pieces.broken.is_none(),
        "{:?}",
        pieces.broken
    );
    let lines: Vec<_> = pieces
        .values
        .iter()
        .map(|piece| (piece.node.text(), piece.command.map(|one| one.line)))
        .collect();
    assert_eq!(
        lines,
        [
            ("{\"a\": 1}", Some("aws sts a")),
            ("{\"b\": 2}", Some("aws sts b")),
            ("{\"Account\": \"1\"}", Some("aws sts x")),
        ]
    );
}

#[test]
fn what_is_cut_behind_a_prompt_or_among_values_is_damaged() {
    for text in [
        "Enter MFA code for arn:x: {\n\"IsLogging\": tr",
        "host | SUCCESS => {\n\"IsLogging\": tr",
        "{\"a\": 1}\nstatus: {\"IsLogging\": tr",
    ] {
        assert!(split(text).broken.is_some(), "{text}");
    }
    let script = "x = {\n  \"a\": b\n}\nfor t in ${TRAILS}; do\n  y = [1, z]\ndone\n";
    assert!(split(script).values.is_empty());
}

#[test]
fn a_long_transcript_takes_linear_time() {
    let text = "$ aws sts a \\\n".repeat(50_000) + "x: {\n" + &"[1] y: [2\n".repeat(50_000);
    let start = std::time::Instant::now();
    let _ = split(&text);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn several_calls_of_one_line_have_an_answer_each() {
    let value = "{\"a\": 1}\n";
    let calls = "$ aws cloudtrail describe-trails; aws cloudtrail get-trail-status --name main\n";
    for (text, commands) in [
        (
            format!("{calls}{value}{value}"),
            vec![
                "aws cloudtrail describe-trails",
                "aws cloudtrail get-trail-status --name main",
            ],
        ),
        (
            format!("{}{value}{value}", calls.replace(';', " &&")),
            vec![
                "aws cloudtrail describe-trails",
                "aws cloudtrail get-trail-status --name main",
            ],
        ),
        (
            format!("{calls}{value}"),
            vec![calls.trim_start_matches("$ ").trim()],
        ),
        (
            format!("{}{value}{value}", calls.replace(';', " ||")),
            vec![calls.trim_start_matches("$ ").trim(), ""],
        ),
        (
            format!("{calls}{value}no\n{value}"),
            vec![calls.trim_start_matches("$ ").trim(), ""],
        ),
    ] {
        let pieces = split(&text);
        let told = pieces.values.iter().map(|piece| {
            let command = piece.command.map(|command| command.line.trim());
            command.unwrap_or_default().replace(" ||", ";")
        });
        assert_eq!(told.collect::<Vec<_>>(), commands, "{text}");
    }
}
