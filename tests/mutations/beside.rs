//! What nobody knows beside a status, what says when or with whom it was asked, and
//! what names a trail that no list shows: none of it ends in exit 0, and what is
//! known to say nothing leaves exit 0 alone.

use serde_json::{Value, json};

use crate::bundle::{Bundle, Fixture};
use crate::dice::Dice;
use crate::judge::Judge;
use crate::oracle::Fault;
use crate::told::Told;
use crate::{each, number};

pub(crate) const LIST: &str = "us-east-1/describe-trails.json";
pub(crate) const STATUS: &str = "us-east-1/get-trail-status-main.json";

pub(crate) fn text(fixture: &Bundle, file: &str) -> String {
    String::from_utf8(fixture.files[file].clone()).unwrap()
}

fn status(fixture: &Bundle) -> Value {
    serde_json::from_slice(&fixture.files[STATUS]).unwrap()
}

/// The bundle with one file in the place of another.
pub(crate) fn with(fixture: &Bundle, gone: &str, name: &str, content: String) -> Bundle {
    let mut files = fixture.files.clone();
    files.remove(gone);
    files.insert(name.to_owned(), content.into_bytes());
    Bundle {
        name: format!("{name}: {}", text_head(&files[name])),
        files,
        ..fixture.clone()
    }
}

fn text_head(content: &[u8]) -> String {
    String::from_utf8_lossy(content).chars().take(90).collect()
}

pub(crate) fn expect(
    judge: &mut Judge,
    run: usize,
    told: &mut Told,
    bundle: &Bundle,
    passes: bool,
) {
    if judge.judge(bundle).all_pass() != passes {
        let fault = Fault {
            kind: if passes { "no exit 0" } else { "exit 0" }.to_owned(),
            subject: bundle.name.clone(),
        };
        told.fault(run, bundle, &fault);
    }
}

/// A key that nobody knows.
fn made_up(dice: &mut Dice) -> String {
    let length = 5 + dice.below(6);
    let letters = (0..length).map(|_| char::from(b'a' + u8::try_from(dice.below(26)).unwrap()));
    letters.collect()
}

#[test]
fn what_nobody_knows_beside_a_status_is_a_doubt() {
    let fixture = Fixture::named("all-pass");
    let told = each(240, &|judge, run, told| {
        let mut dice = Dice::new(number("SEED", 31), run);
        let key = made_up(&mut dice);
        let value = [
            json!(true),
            json!("it was not so"),
            json!(["another one"]),
            json!(7),
        ][run % 4]
            .clone();
        let mut wrapped = match run / 4 % 3 {
            0 => json!({"result": status(&fixture)}),
            1 => json!({"region": "us-east-1", "data": status(&fixture)}),
            _ => status(&fixture),
        };
        wrapped[&key] = value;
        let bundle = with(&fixture, STATUS, STATUS, wrapped.to_string());
        expect(judge, run, told, &bundle, false);
    });
    told.end("untold", &mut Judge::new());
}

#[test]
fn what_nobody_knows_in_a_trails_object_or_around_it_is_a_doubt() {
    let fixture = Fixture::named("all-pass");
    let told = each(240, &|judge, run, told| {
        let mut dice = Dice::new(number("SEED", 37), run);
        let key = made_up(&mut dice);
        let value = [json!(true), json!(false), json!("it was not so"), json!(7)][run % 4].clone();
        let mut list: Value = serde_json::from_str(&text(&fixture, LIST)).unwrap();
        let trail = list["trailList"][0].clone();
        match run / 4 % 3 {
            0 => list["trailList"][0][&key] = value,
            1 => list = json!({key: "it was not so", "data": list}),
            _ => list["trailList"][0] = json!({"Trail": trail, key: "it was not so"}),
        }
        let bundle = with(&fixture, LIST, LIST, list.to_string());
        expect(judge, run, told, &bundle, false);
    });
    told.end("in a trail", &mut Judge::new());
}

#[test]
fn what_producers_are_known_to_put_into_a_trails_object_is_none() {
    let fixture = Fixture::named("all-pass");
    let known = [
        ("Tags", json!([{"Key": "team", "Value": "audit"}])),
        ("_cq_id", json!("0b0e8a52-6bd1-4ef9-9d40-3c1e8f5ad3c1")),
        ("sp_connection_name", json!("aws_prod")),
        ("scout_link", json!("services.cloudtrail.regions.us-east-1")),
        ("region", json!("us-east-1")),
        ("account_id", json!("111122223333")),
        ("type", json!("aws_cloudtrail_trail")),
        ("c7n:MatchedFilters", json!(["status"])),
        ("wildcard_data_logging", json!(false)),
    ];
    let told = each(known.len(), &|judge, run, told| {
        let (key, value) = &known[run];
        let mut list: Value = serde_json::from_str(&text(&fixture, LIST)).unwrap();
        list["trailList"][0][*key] = value.clone();
        let bundle = with(&fixture, LIST, LIST, list.to_string());
        expect(judge, run, told, &bundle, true);
    });
    told.end("of producers", &mut Judge::new());
}

#[test]
fn what_is_known_to_say_nothing_beside_a_status_is_none() {
    let fixture = Fixture::named("all-pass");
    let known = [
        ("region", json!("us-east-1")),
        ("account", json!("111122223333")),
        (
            "command",
            json!("aws cloudtrail get-trail-status --name main"),
        ),
        ("rc", json!(0)),
        ("success", json!(true)),
        ("collected_at", json!("2026-11-20T11:59:00Z")),
        ("tool", json!("collector")),
        ("version", json!("1.2")),
        ("count", json!(1)),
        (
            "ResponseMetadata",
            json!({"HTTPStatusCode": 200, "RetryAttempts": 0}),
        ),
        ("error", json!(null)),
        ("stderr", json!("")),
    ];
    let told = each(known.len(), &|judge, run, told| {
        let (key, value) = &known[run];
        let wrapped = json!({*key: value, "data": status(&fixture)});
        let bundle = with(&fixture, STATUS, STATUS, wrapped.to_string());
        expect(judge, run, told, &bundle, true);
    });
    told.end("silent", &mut Judge::new());
}

#[test]
fn a_claim_beside_a_recorded_call_is_heard() {
    let fixture = Fixture::named("all-pass");
    let claims = [
        ("request", json!({"Name": "stranger"})),
        (
            "params",
            json!({"Name": "arn:aws:cloudtrail:us-east-1:444455556666:trail/main"}),
        ),
        ("args", json!(["stranger"])),
        (
            "command",
            json!("aws cloudtrail get-trail-status --name stranger"),
        ),
        (
            "TrailARN",
            json!("arn:aws:cloudtrail:us-east-1:111122223333:trail/stranger"),
        ),
        ("trail", json!("stranger")),
        ("item", json!("payments")),
    ];
    let told = each(claims.len() * 2, &|judge, run, told| {
        let (key, value) = &claims[run / 2];
        let wrapped = match run % 2 {
            0 => {
                json!({"service": "cloudtrail", "operation": "GetTrailStatus", *key: value, "response": status(&fixture)})
            }
            _ => json!({"operation": "GetTrailStatus", *key: value, "response": status(&fixture)}),
        };
        let bundle = with(&fixture, STATUS, STATUS, wrapped.to_string());
        expect(judge, run, told, &bundle, false);
    });
    told.end("recorded", &mut Judge::new());
}

const PLAIN: &str = "# aws cloudtrail get-trail-status --name main";

/// What stands between a list and a status in a transcript, and may have changed
/// whose status it is; the first hasn't.
const BETWEEN: [&str; 11] = [
    PLAIN,
    "# . ./dev.env\n# aws cloudtrail get-trail-status --name main",
    "# eval $(assume dev)\n# aws cloudtrail get-trail-status --name main",
    "# su - dev\n# aws cloudtrail get-trail-status --name main",
    "$ TRAIL=stranger",
    "PS C:\\> $trail = \"stranger\"",
    "# export AWS_PROFILE=dev",
    "Trail 2 of 2",
    "Trail #2",
    "# aws cloudtrail get-trail-status --name main || cat last/status.json",
    "# aws cloudtrail get-trail-status --name main | jq -f mend.jq",
];

#[test]
fn what_may_have_changed_whose_status_it_is_is_heard() {
    let fixture = Fixture::named("delivery-recent");
    let told = each(BETWEEN.len(), &|judge, run, told| {
        let list = text(&fixture, LIST);
        let session = format!(
            "# aws cloudtrail describe-trails\n{list}\n{}\n{}\n",
            BETWEEN[run],
            text(&fixture, STATUS)
        );
        let mut bundle = with(&fixture, LIST, "session.txt", session);
        bundle.files.remove(STATUS);
        expect(judge, run, told, &bundle, BETWEEN[run] == PLAIN);
    });
    told.end("between", &mut Judge::new());
}

/// What a collector puts where it got no answer.
fn nothing(run: usize) -> Value {
    let all = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!(false),
        json!("skipped"),
        json!("AccessDenied"),
        json!([null]),
        json!([{}]),
        json!({"trails": null}),
        json!({"us-east-1": null}),
        json!({"skipped": true}),
    ];
    all[run % all.len()].clone()
}

/// The trail of a bundle with its status in it.
fn with_status(fixture: &Bundle) -> Value {
    let mut list: Value = serde_json::from_str(&text(fixture, LIST)).unwrap();
    list["trailList"][0]["Status"] = status(fixture);
    list["trailList"][0].clone()
}

/// A bundle of this one file.
fn alone(fixture: &Bundle, name: &str, document: &Value) -> Bundle {
    let mut bundle = with(fixture, LIST, name, document.to_string());
    bundle.files.retain(|file, _| file == name);
    bundle
}

#[test]
fn an_account_or_a_region_whose_place_beside_others_is_empty_is_not_lost() {
    let fixture = Fixture::named("all-pass");
    let (own, other) = ("111122223333", "444455556666");
    let told = each(12 * 9, &|judge, run, told| {
        let trails = json!([with_status(&fixture)]);
        let empty = nothing(run);
        let (document, named) = match run / 12 {
            0 => (json!({own: trails, other: empty}), other),
            1 => (
                json!({"accounts": {own: {"trails": trails}, other: {"trails": empty}}}),
                other,
            ),
            2 => (
                json!([{"AccountId": own, "Trails": trails}, {"AccountId": other, "Trails": empty}]),
                other,
            ),
            3 => (
                json!({"results": [
                    {"account_id": other, "trails": empty},
                    {"account_id": own, "trails": trails},
                ]}),
                other,
            ),
            4 => (
                json!({"prod": {"account": own, "items": trails}, "dev": {"account": other, "items": empty}}),
                other,
            ),
            5 => (
                json!({"us-east-1": trails, "eu-west-1": empty}),
                "eu-west-1",
            ),
            6 => (
                json!({"account": own, "regions": {"us-east-1": {"trails": trails}, "eu-west-1": {"trails": empty}}}),
                "eu-west-1",
            ),
            7 => (
                json!([{"Region": "us-east-1", "Trails": trails}, {"Region": "eu-west-1", "Trails": empty}]),
                "eu-west-1",
            ),
            _ => (
                json!([
                    {"account": own, "region": "us-east-1", "data": trails},
                    {"account": own, "region": "eu-west-1", "data": empty},
                ]),
                "eu-west-1",
            ),
        };
        let bundle = alone(&fixture, "out.json", &document);
        expect(judge, run, told, &bundle, false);
        let subjects = judge.judge(&bundle).subjects;
        let is_judged = |account: &str| subjects.values().any(|known| known == account);
        assert!(
            named == "eu-west-1" || is_judged(named),
            "{document} loses {named}"
        );
    });
    told.end("no answer beside", &mut Judge::new());
}

#[test]
fn a_trail_whose_place_beside_others_is_empty_is_not_lost() {
    let fixture = Fixture::named("all-pass");
    let arn = |name: &str| format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}");
    let told = each(12 * 3, &|judge, run, told| {
        let empty = match nothing(run) {
            // A name is known by what has none of its own.
            Value::Object(_) | Value::String(_) if run / 12 == 0 => json!(null),
            empty => empty,
        };
        let document = match run / 12 {
            0 => json!({"main": status(&fixture), "backups": empty}),
            1 => json!({arn("main"): status(&fixture), arn("backups"): empty}),
            _ => json!([
                {"TrailARN": arn("main"), "Status": status(&fixture)},
                {"TrailARN": arn("backups"), "Status": empty},
            ]),
        };
        let bundle = with(
            &fixture,
            STATUS,
            "us-east-1/statuses.json",
            document.to_string(),
        );
        expect(judge, run, told, &bundle, false);
    });
    told.end("no status beside", &mut Judge::new());
}

#[test]
fn what_names_no_account_region_or_trail_beside_others_is_none() {
    let fixture = Fixture::named("all-pass");
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
    let known = [
        json!({"main": status(&fixture), "error": null, "warnings": []}),
        json!({"us-east-1": {"main": status(&fixture)}, "eu-west-1": {}}),
        json!([{"TrailARN": arn, "Status": status(&fixture)}, {"TrailARN": arn, "Tags": []}]),
        json!([
            {"TrailARN": arn, "Status": status(&fixture), "region": "us-east-1"},
            {"type": "aws_s3_bucket", "region": "eu-west-1"},
        ]),
    ];
    let told = each(known.len(), &|judge, run, told| {
        let document = known[run].to_string();
        let bundle = with(&fixture, STATUS, "us-east-1/statuses.json", document);
        expect(judge, run, told, &bundle, true);
    });
    told.end("nobody beside", &mut Judge::new());
}
