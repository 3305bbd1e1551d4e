//! Every format says the same: the verdicts that a reader of another make
//! finds in each are those of the JSON report, for every fixture, names made
//! to break formats included.

use std::collections::BTreeSet;
use std::path::Path;

use coldtrail::render::Format;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::harness::{Fixture, for_each_fixture};

/// Subject, check, outcome and code, as [`shown`] shows them.
type Facts = BTreeSet<[String; 4]>;
type Reader = fn(&str) -> Facts;

/// The formats, and what finds their facts.
const FORMATS: [(&str, Reader); 7] = [
    ("json", of_json),
    ("sarif", of_sarif),
    ("junit", of_junit),
    ("csv", of_csv),
    ("html", of_html),
    ("ocsf", of_ocsf),
    ("oscal", of_oscal),
];

#[test]
fn every_format_says_the_same_of_every_fixture() {
    for_each_fixture(|fixture| {
        let folder = tempfile::tempdir().unwrap();
        let mut run = fixture.check().arg("--include-pass");
        for (format, _) in FORMATS {
            let file = folder.path().join(format);
            run = run
                .arg("--report")
                .arg(format!("{format}={}", file.display()));
        }
        let done = run.args(["--format", "markdown"]).done();
        assert_eq!(done.code, Some(fixture.case.exit), "{}", fixture.name);

        let read = |format: &str| std::fs::read_to_string(folder.path().join(format)).unwrap();
        let expected = of_json(&read("json"));
        assert!(!expected.is_empty());
        for (format, facts) in FORMATS {
            assert_eq!(
                facts(&read(format)),
                expected,
                "{format} of {}",
                fixture.name
            );
        }
        let open = |word: &str| expected.iter().filter(|fact| fact[2] == word).count();
        assert_eq!(
            outcomes_of_markdown(&done.stdout),
            (open("fail"), open("inconclusive")),
            "markdown of {}",
            fixture.name
        );
        let github = fixture.check().args(["--format", "github"]).done().stdout;
        let level = |word: &str| github.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!(
            level("::error "),
            open("fail"),
            "github of {}",
            fixture.name
        );
        assert!(github.lines().all(|line| line.starts_with("::")));
    });
}

#[test]
fn a_waived_fail_is_waived_in_every_format_and_says_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let waivers = folder.path().join("waivers.toml");
    std::fs::write(
        &waivers,
        "[[waiver]]\ncontrol = \"3.4\"\ntrail = \"payments\"\nreason = \"moves\"\napprover = \"Ann\"\nexpires = 2026-12-31\n",
    )
    .unwrap();
    let fixture = Fixture::named("one-delivery-recent-one-stale");
    let said = |format: &str| {
        let run = fixture.check().arg("--waivers").arg(&waivers);
        let done = run.args(["--include-pass", "--format", format]).done();
        assert_eq!((done.code, &*done.stderr), (Some(0), ""), "{format}");
        done.stdout
    };
    let expected = of_json(&said("json"));
    assert!(expected.iter().any(|fact| fact[2] == "waived"));
    for (format, facts) in FORMATS {
        assert_eq!(facts(&said(format)), expected, "{format}");
    }
    for format in Format::ALL {
        let said = said(format.as_str());
        assert!(
            said.contains("Ann") && said.contains("2026-12-31"),
            "{said}"
        );
    }
}

#[test]
fn no_format_lets_a_name_act() {
    let fixture = Fixture::named("names-that-break-formats");
    for format in Format::ALL.map(Format::as_str) {
        let done = fixture.check().args(["--format", format]).done();
        assert_eq!(done.code, Some(1));
        let acts = |c: char| {
            c.is_control() && c != '\n'
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
        };
        assert!(
            !done.stdout.contains(acts),
            "{format} holds a character that acts"
        );
    }
}

#[test]
fn a_page_holds_no_element_that_a_name_made() {
    let page = Fixture::named("names-that-break-formats")
        .check()
        .args(["--format", "html"])
        .done()
        .stdout;
    let page = scraper::Html::parse_document(&page);
    let count = |selector: &str| {
        page.select(&scraper::Selector::parse(selector).unwrap())
            .count()
    };
    assert_eq!(count("script"), 1);
    assert_eq!(
        count("img, iframe, link, object, embed, [onerror], [onclick], [style]"),
        0
    );
    assert_eq!(count(".account"), 1);
    assert_eq!(count(".trail"), 4);
}

#[test]
fn reports_that_cannot_all_be_written_leave_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.json");
    std::fs::write(&kept, "before").unwrap();
    let nowhere = folder.path().join("nowhere").join("report.sarif");
    let done = Fixture::named("all-pass")
        .check()
        .arg("--report")
        .arg(format!("json={}", kept.display()))
        .arg("--report")
        .arg(format!("sarif={}", nowhere.display()))
        .hide(folder.path(), "folder")
        .done();
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr
            .contains("`[folder]/nowhere/report.sarif` can't be written"),
        "{}",
        done.stderr
    );
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "before");
    assert_eq!(entries(folder.path()), ["kept.json"]);
}

#[test]
fn two_reports_to_one_file_are_refused() {
    let done = Fixture::named("all-pass")
        .check()
        .args(["-o", "same.out", "--report", "csv=same.out"])
        .done();
    assert_eq!((done.code, &*done.stdout), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @r"
    output

      × `--report csv=same.out` would write over `--output same.out`, and one of the two would be lost
      help: nothing was written; name a file of its own for it
    ");
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// A text as every format for people shows it. (JSON has it as it is.)
fn shown(text: &str) -> String {
    coldtrail::text::visible(text).into_owned()
}

fn text(value: &Value) -> String {
    shown(value.as_str().unwrap_or_default())
}

fn of_json(text_of: &str) -> Facts {
    let report: Value = serde_json::from_str(text_of).unwrap();
    let subjects = report["subjects"].as_array().unwrap();
    let facts = subjects.iter().flat_map(|subject| {
        let checks = subject["checks"].as_array().unwrap().iter();
        checks.map(|check| {
            [
                text(&subject["id"]),
                text(&check["id"]),
                text(&check["outcome"]),
                text(&check["code"]),
            ]
        })
    });
    facts.collect()
}

fn of_sarif(text_of: &str) -> Facts {
    let log: Value = serde_json::from_str(text_of).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let checks = results.iter().filter(|result| result["kind"] != "review");
    let facts = checks.map(|result| {
        let outcome = match result["kind"].as_str().unwrap() {
            "fail" if result.get("suppressions").is_some() => "waived",
            "open" => "inconclusive",
            "notApplicable" => "not-applicable",
            kind => kind,
        };
        let of = &result["properties"];
        [
            text(&of["subject"]),
            text(&of["check"]),
            outcome.to_owned(),
            text(&of["code"]),
        ]
    });
    facts.collect()
}

fn of_junit(text_of: &str) -> Facts {
    use quick_junit::{NonSuccessKind, TestCaseStatus};
    let report = quick_junit::Report::deserialize_from_str(text_of).unwrap();
    let suites = report.test_suites.iter();
    let cases = suites.flat_map(|suite| &suite.test_cases).filter(|case| {
        case.classname
            .as_ref()
            .is_some_and(|name| name.as_str() != "evidence")
    });
    let facts = cases.map(|case| {
        let check = case.name.rsplit('/').next().unwrap().to_owned();
        let (outcome, code) = match &case.status {
            TestCaseStatus::Success { .. } => ("pass", None),
            TestCaseStatus::NonSuccess {
                kind: NonSuccessKind::Failure,
                ty,
                ..
            } => ("fail", ty.as_ref()),
            TestCaseStatus::NonSuccess { ty, .. } => ("inconclusive", ty.as_ref()),
            TestCaseStatus::Skipped { ty, message, .. } => {
                let waived = message
                    .as_ref()
                    .is_some_and(|message| message.contains("accepted by"));
                (
                    if waived { "waived" } else { "not-applicable" },
                    ty.as_ref(),
                )
            }
        };
        // JUnit has no place for the code of a pass; it is the check's name.
        let code = code.map_or(check.clone(), |code| code.as_str().to_owned());
        [
            case.classname.as_ref().unwrap().to_string(),
            check,
            outcome.to_owned(),
            code,
        ]
    });
    facts.collect()
}

fn of_csv(text_of: &str) -> Facts {
    let mut reader = csv::Reader::from_reader(text_of.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let at = |word: &str| headings.iter().position(|heading| heading == word).unwrap();
    let kind = at("kind");
    let [subject, check, outcome, code] = ["subject", "check", "outcome", "code"].map(at);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    // Coverage is of no subject and has no outcome.
    let checks = rows
        .iter()
        .filter(|row| &row[outcome] != "warning" && &row[kind] != "coverage");
    checks
        .map(|row| [subject, check, outcome, code].map(|at| row[at].to_owned()))
        .collect()
}

fn of_html(text_of: &str) -> Facts {
    let page = scraper::Html::parse_document(text_of);
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let (trail, identity, check) = (
        select(".trail"),
        select(".identity code"),
        select(".check[data-check]"),
    );
    let mut facts = Facts::new();
    for trail in page.select(&trail) {
        let subject: String = trail.select(&identity).next().unwrap().text().collect();
        for check in trail.select(&check) {
            let outcome = check
                .value()
                .classes()
                .find(|class| *class != "check")
                .unwrap();
            let attribute = |name: &str| check.value().attr(name).unwrap().to_owned();
            facts.insert([
                subject.clone(),
                attribute("data-check"),
                outcome.to_owned(),
                attribute("data-code"),
            ]);
        }
    }
    facts
}

fn of_ocsf(text_of: &str) -> Facts {
    let events: Vec<Value> = serde_json::from_str(text_of).unwrap();
    let checks = events.iter().filter(|event| {
        assert_eq!(event["class_uid"], 2003);
        event["compliance"]["status"] != "warning"
    });
    let facts = checks.map(|event| {
        let suppressed = event["status_id"] == 3;
        let outcome = match event["compliance"]["status_id"].as_u64().unwrap() {
            1 => "pass",
            2 => "inconclusive",
            3 if suppressed => "waived",
            3 => "fail",
            _ => "not-applicable",
        };
        [
            text(&event["resources"][0]["uid"]),
            text(&event["compliance"]["checks"][0]["uid"]),
            outcome.to_owned(),
            text(&event["status_code"]),
        ]
    });
    facts.collect()
}

/// The outcome is read twice: as the finding's status and risk have it, and as
/// the observation says it.
fn of_oscal(text_of: &str) -> Facts {
    let document: Value = serde_json::from_str(text_of).unwrap();
    let result = &document["assessment-results"]["results"][0];
    let list = |name: &str| -> Vec<Value> { result[name].as_array().cloned().unwrap_or_default() };
    let prop = |of: &Value, name: &str| -> String {
        let props = of["props"].as_array().unwrap();
        let prop = props.iter().find(|prop| prop["name"] == name);
        prop.unwrap()["value"].as_str().unwrap().to_owned()
    };
    let items = result["local-definitions"]["inventory-items"].as_array();
    let (findings, risks) = (list("findings"), list("risks"));
    let mut facts = Facts::new();
    for observation in list("observations") {
        let outcome = prop(&observation, "outcome");
        if outcome == "warning" {
            continue;
        }
        let finding = findings.iter().find(|finding| {
            finding["related-observations"][0]["observation-uuid"] == observation["uuid"]
        });
        let risk = risks.iter().find(|risk| {
            finding.is_some_and(|finding| finding["related-risks"][0]["risk-uuid"] == risk["uuid"])
        });
        let status = finding.map(|finding| &finding["target"]["status"]);
        let told = match status.map(|status| (&status["state"], &status["reason"])) {
            None => "not-applicable",
            Some((state, _)) if state == "satisfied" => "pass",
            Some((_, reason)) if reason == "other" => "inconclusive",
            Some(_) if risk.unwrap()["status"] == "deviation-approved" => "waived",
            Some(_) => "fail",
        };
        assert_eq!(told, outcome);
        let subject = &observation["subjects"][0]["subject-uuid"];
        let item = items.unwrap().iter().find(|item| item["uuid"] == *subject);
        facts.insert([
            prop(item.unwrap(), "asset-id"),
            prop(&observation, "check"),
            outcome,
            prop(&observation, "code"),
        ]);
    }
    facts
}

/// Rows of the tables that say `fail` and `inconclusive`.
fn outcomes_of_markdown(text_of: &str) -> (usize, usize) {
    let (mut fails, mut open, mut first, mut cell) = (0, 0, false, String::new());
    for event in Parser::new_ext(text_of, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow) => first = true,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a name made {event:?}"),
            Event::Text(text) if first => cell.push_str(&text),
            Event::End(TagEnd::TableCell) if first => {
                fails += usize::from(cell.ends_with(" fail"));
                open += usize::from(cell.ends_with(" inconclusive"));
                cell.clear();
                first = false;
            }
            _ => {}
        }
    }
    (fails, open)
}
