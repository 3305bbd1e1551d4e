//! A transcript that changes a trail shows how the trail was: it passes where all
//! is shown again below the change, and not before.

use serde_json::{Value, json};

use crate::bundle::{Bundle, Fixture};
use crate::each;
use crate::judge::Judge;
use crate::oracle::Fault;
use crate::told::Told;

/// Prompts, with what their shell goes on in the next line with.
const PROMPTS: [(&str, &str); 4] = [
    ("$ ", "\\"),
    ("[auditor@host evidence]$ ", "\\"),
    ("PS C:\\evidence> ", "`"),
    ("", "\\"),
];

/// Calls that change `main`, or a trail that nobody knows by name.
const CHANGES: [&str; 9] = [
    "aws cloudtrail update-trail --name main --no-enable-log-file-validation",
    "aws cloudtrail update-trail --region us-east-1 --name=arn:aws:cloudtrail:us-east-1:111122223333:trail/main --cloud-watch-logs-log-group-arn ''",
    "aws --profile audit cloudtrail delete-trail --name main",
    "aws cloudtrail stop-logging --name $TRAIL",
    "aws cloudtrail start-logging --name main",
    "aws cloudtrail create-trail --name third --s3-bucket-name b",
    "aws cloudtrail convert-trail --name main",
    "Remove-CTTrail -Name main -Force",
    "Stop-CTLogging -Name main",
];

fn session(fixture: &Bundle, prompt: &str) -> String {
    let answer = |name: &str| {
        let bytes = fixture.files[&format!("us-east-1/{name}.json")].clone();
        String::from_utf8(bytes).unwrap()
    };
    let calls = [
        ("describe-trails", "describe-trails".to_owned()),
        (
            "get-trail-status --name main",
            "get-trail-status-main".to_owned(),
        ),
        (
            "get-trail-status --name payments",
            "get-trail-status-payments".to_owned(),
        ),
    ];
    let shown =
        calls.map(|(call, name)| format!("{prompt}aws cloudtrail {call}\n{}\n", answer(&name)));
    shown.concat()
}

#[test]
fn what_a_transcript_changes_is_shown_again_or_not_known() {
    let fixture = Fixture::named("all-pass");
    let told = each(PROMPTS.len() * CHANGES.len() * 3, &|judge, run, told| {
        let (prompt, goes_on) = PROMPTS[run % PROMPTS.len()];
        let change = CHANGES[run / PROMPTS.len() % CHANGES.len()];
        let way = run / PROMPTS.len() / CHANGES.len();
        let shown = session(&fixture, prompt);
        let typed = match way {
            1 => format!(
                "{prompt}{}\n",
                change.replacen(" -", &format!(" {goes_on}\n    -"), 1)
            ),
            _ => format!("{prompt}{change}\n"),
        };
        let again = if way == 2 { shown.as_str() } else { "" };
        let bundle = Bundle {
            name: format!("`{change}` in a transcript, way {way}, prompt `{prompt}`"),
            files: [(
                "session.txt".to_owned(),
                format!("{shown}{typed}{again}").into_bytes(),
            )]
            .into(),
            ..fixture.clone()
        };
        tell(judge, run, told, &bundle, way == 2);
    });
    told.end("changed", &mut Judge::new());
}

/// Keys under which wrappers keep a command and what it printed.
const KEPT: [(&str, &str); 3] = [
    ("cmd", "stdout"),
    ("command", "output"),
    ("commandLine", "response"),
];

#[test]
fn what_a_record_of_commands_changes_is_not_known() {
    let fixture = Fixture::named("all-pass");
    let told = each(KEPT.len() * CHANGES.len() * 2, &|judge, run, told| {
        let (cmd, printed) = KEPT[run % KEPT.len()];
        let change = CHANGES[run / KEPT.len() % CHANGES.len()];
        let is_first = run / KEPT.len() / CHANGES.len() == 1;
        let mut runs: Vec<Value> = session(&fixture, "$ ")
            .split("$ ")
            .filter_map(|shown| {
                let (command, answer) = shown.split_once('\n')?;
                Some(json!({cmd: command, printed: answer}))
            })
            .collect();
        let at = if is_first { 0 } else { runs.len() };
        runs.insert(at, json!({cmd: change, printed: ""}));
        let bundle = Bundle {
            name: format!("`{change}` in a list of commands under `{cmd}`, first: {is_first}"),
            files: [("run.json".to_owned(), Value::from(runs).to_string().into())].into(),
            ..fixture.clone()
        };
        tell(judge, run, told, &bundle, is_first);
    });
    told.end("changed in a record", &mut Judge::new());
}

fn tell(judge: &mut Judge, run: usize, told: &mut Told, bundle: &Bundle, passes: bool) {
    if judge.judge(bundle).all_pass() != passes {
        let fault = Fault {
            kind: format!(
                "{} with {}",
                if passes { "no exit 0" } else { "exit 0" },
                bundle.name
            ),
            subject: "session.txt".to_owned(),
        };
        told.fault(run, bundle, &fault);
    }
}
