//! Collected bundles that were changed afterwards.

use std::fs;

use serde_json::Value;

use crate::aws::{Aws, said};
use crate::whole::prepare;

/// The outcome and the code of a check of the trail `main`.
fn main_trail(report: &Value, check: &str) -> (String, String) {
    let subjects = report["subjects"].as_array().unwrap();
    let main = subjects
        .iter()
        .find(|subject| subject["name"] == "main")
        .unwrap();
    let checks = main["checks"].as_array().unwrap();
    let found = checks.iter().find(|found| found["id"] == check).unwrap();
    let text = |key: &str| found[key].as_str().unwrap().to_owned();
    (text("outcome"), text("code"))
}

fn pair(outcome: &str, code: &str) -> (String, String) {
    (outcome.to_owned(), code.to_owned())
}

#[test]
fn a_changed_bundle_is_not_believed() {
    let Some(aws) = Aws::start() else { return };
    prepare(&aws);
    let run = aws
        .script(&["sh"])
        .args(["--output", "b", "--region", "us-east-1"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));

    let (_, report) = aws.check("b");
    for subject in report["subjects"].as_array().unwrap() {
        assert_eq!(subject["as_of_basis"], "manifest");
    }
    assert_eq!(
        main_trail(&report, "delivery-recent"),
        pair("fail", "delivery-never")
    );

    // A delivery that AWS never told of.
    let status = aws
        .folder
        .path()
        .join("b/123456789012/us-east-1/get-trail-status_main.json");
    let genuine = fs::read_to_string(&status).unwrap();
    let recent = genuine.replacen('{', "{\"LatestCloudWatchLogsDeliveryTime\": 4102444800,", 1);
    fs::write(&status, recent).unwrap();
    let (exit, report) = aws.check("b");
    assert_eq!(
        main_trail(&report, "delivery-recent").0,
        "inconclusive",
        "{report:#}"
    );
    assert_eq!(main_trail(&report, "log-group-configured").0, "pass");
    assert_ne!(exit, Some(0));

    fs::remove_file(&status).unwrap();
    let (_, report) = aws.check("b");
    assert_eq!(
        main_trail(&report, "delivery-recent").0,
        "inconclusive",
        "{report:#}"
    );

    fs::write(&status, genuine).unwrap();
    let (_, report) = aws.check("b");
    assert_eq!(
        main_trail(&report, "delivery-recent"),
        pair("fail", "delivery-never")
    );
}
