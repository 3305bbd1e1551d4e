//! Loading and describing policy sets.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;

use super::{Kind, PolicyError, PolicySet, embedded};

const CONTROL: &str = "# METADATA
# title: A control
# description: For tests.
# custom:
#   id: sample
#   severity: low
#   controls:
#     - framework: cis-aws-foundations
#       versions: [\"1.10\"]
#       id: \"3.4\"
#   parameters:
#     limit:
#       default: 24
#       exclusiveMinimum: 0
#       description: how many
#   codes: {yes: It is so.}
package sample

checks := {\"one\": \"One\"}
subjects := set()
results := set()
";

fn errors(result: Result<PolicySet, PolicyError>) -> String {
    let error = result.unwrap_err();
    let help = miette::Diagnostic::help(&error)
        .map(|help| help.to_string())
        .unwrap_or_default();
    if error.problems().is_empty() {
        return format!("{error} ({help})");
    }
    let lines: Vec<String> = error
        .problems()
        .iter()
        .map(|problem| {
            let (line, column) = problem.position();
            format!(
                "{} at {}:{line}:{column}: {} ({})",
                problem.code,
                problem.file.name,
                problem.message,
                problem.help.as_deref().unwrap_or_default()
            )
        })
        .collect();
    lines.join("\n")
}

fn refused(from: &str, to: &str) -> String {
    assert!(CONTROL.contains(from));
    errors(PolicySet::of(&[(
        "sample.rego",
        &CONTROL.replace(from, to),
    )]))
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn every_file_of_the_policies_folder_is_in_the_binary() {
    let mut there: Vec<String> = walkdir::WalkDir::new("policies")
        .into_iter()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .strip_prefix("policies")
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/")
        })
        .filter(|name| name.ends_with(".rego"))
        .collect();
    there.sort();
    let embedded: Vec<&str> = embedded::FILES.iter().map(|(name, _)| *name).collect();
    assert_eq!(embedded, there);
}

#[test]
fn the_shipped_control_says_what_it_is() {
    let set = PolicySet::embedded().unwrap();
    let [info] = &set.infos()[..] else {
        panic!("one policy")
    };
    assert_eq!(
        (&*info.id, info.package.as_str()),
        ("cloudtrail-cloudwatch-logs", "cloudtrail.cloudwatch_logs")
    );
    assert!(info.total);
    assert_eq!(info.sha256.len(), 64);
    let names: Vec<&str> = info.sources.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "cloudtrail/cloudwatch_logs.rego",
            "cloudtrail/cloudwatch_logs/account.rego",
            "cloudtrail/cloudwatch_logs/caution.rego",
            "cloudtrail/cloudwatch_logs/delivery.rego",
            "cloudtrail/cloudwatch_logs/log_group.rego",
            "lib/aws.rego",
            "lib/moment.rego",
        ]
    );
    assert_eq!(
        set.parameters().get("max_delivery_age_hours"),
        Some(&json!(24))
    );
}

#[test]
fn fields_of_the_authors_own_are_taken_and_slips_are_named() {
    let own = "severity: low\n#   owner: security\n#   tags: [a, b]\n#   service: cloudtrail";
    let text = CONTROL.replace("severity: low", own);
    assert!(PolicySet::of(&[("sample.rego", &text)]).is_ok());
    insta::assert_snapshot!(refused("severity: low", "severity: low\n#   parameter: {}"), @"metadata-unknown-field at sample.rego:7:5: unknown METADATA field `parameter` (did you mean `parameters`?)");
    for (slip, meant) in [
        ("SEVERITY: low", "severity"),
        ("param: {}", "parameters"),
        ("params: {}", "parameters"),
        ("subject: some", "subjects"),
        ("Codes: {}", "codes"),
    ] {
        let told = refused("severity: low", &format!("severity: low\n#   {slip}"));
        let help = format!("(did you mean `{meant}`?)");
        assert!(told.contains(&help), "{slip}: {told}");
    }
}

#[test]
fn a_field_that_is_unknown_missing_or_of_another_type_is_refused_at_its_place() {
    insta::assert_snapshot!(refused("severity: low", "severty: low"), @r"
metadata-missing-field at sample.rego:4:3: the METADATA lacks the field `severity` (the fields here are `id`, `severity`, `controls`, `codes`, `dropped`, `rationale`, `remediation`, `parameters` and `subjects`)
metadata-unknown-field at sample.rego:6:5: unknown METADATA field `severty` (did you mean `severity`?)
");
    insta::assert_snapshot!(refused("severity: low", "severity: lowest"), @"metadata-severity at sample.rego:6:5: `lowest` is no severity (the severities are `low`, `medium`, `high` and `critical`)");
    insta::assert_snapshot!(refused("id: sample", "id: Sample Policy"), @"metadata-id at sample.rego:5:5: `Sample Policy` is no policy id (reports, waivers and `--only` name a policy by this id)");
    insta::assert_snapshot!(refused("[\"1.10\"]", "[1.10]"), @r#"metadata-unquoted at sample.rego:9:20: an id or version without quotes is a number to YAML (`"1.10"` and `1.10` are not the same: the second is 1.1)"#);
    insta::assert_snapshot!(refused("codes: {yes: It is so.}", "codes: [yes]"), @"metadata-type at sample.rego:16:5: the METADATA wants a map here ()");
    insta::assert_snapshot!(refused("title: A control", "title: A: control"), @"metadata-yaml at sample.rego:2:11: the METADATA block is no YAML: mapping values are not allowed in this context (each line of the block is a comment whose text, after `#`, is YAML)");
}

#[test]
fn a_package_that_judges_without_metadata_is_refused() {
    insta::assert_snapshot!(refused("# METADATA", "# A comment"), @"no-metadata at sample.rego:21:1: package `sample` judges, and has no METADATA (put a `# METADATA` block right above `package`, with title, description and custom.id; `coldtrail policy export` shows one)");
}

#[test]
fn metadata_of_a_control_that_judges_nothing_is_refused() {
    let (head, _) = CONTROL.split_once("checks :=").unwrap();
    insta::assert_snapshot!(errors(PolicySet::of(&[("sample.rego", head)])), @"no-results at sample.rego:2:1: the METADATA names a control, and the package judges nothing (define `subjects`, `checks` and `results`, or take `custom` out of a library)");
}

#[test]
fn two_policies_with_one_id_are_refused() {
    let second = CONTROL.replace("package sample", "package second");
    insta::assert_snapshot!(errors(PolicySet::of(&[("a.rego", CONTROL), ("b.rego", &second)])), @"duplicate-id at b.rego:5:5: the id `sample` is taken (package `sample` has it too; reports, waivers and `--only` tell policies apart by id)");
}

#[test]
fn a_file_without_a_package_is_refused() {
    insta::assert_snapshot!(errors(PolicySet::of(&[("a.rego", "x := 1\n")])), @"no-package at a.rego:1:1: `a.rego` names no package (a Rego file begins with `package NAME`)");
}

#[test]
fn parameters_are_given_checked_and_filled_in() {
    let set = || PolicySet::of(&[("sample.rego", CONTROL)]).unwrap();
    assert_eq!(set().data(), json!({"params": {"limit": 24}}));
    assert_eq!(
        set()
            .with_params(&given(&[("limit", "0.5")]))
            .unwrap()
            .data(),
        json!({"params": {"limit": 0.5}})
    );
    insta::assert_snapshot!(errors(set().with_params(&given(&[("limti", "1")]))), @"no policy has the parameter `limti` (did you mean `limit`?)");
    insta::assert_snapshot!(errors(set().with_params(&given(&[("limit", "a day")]))), @"parameter `limit` cannot be `a day`: it must be a number (how many; it is 24 by default)");
    insta::assert_snapshot!(errors(set().with_params(&given(&[("limit", "0")]))), @"parameter `limit` cannot be `0`: it must be greater than 0 (how many; it is 24 by default)");
    insta::assert_snapshot!(errors(set().with_params(&given(&[("limit", "NaN")]))), @"parameter `limit` cannot be `NaN`: it must be a number (how many; it is 24 by default)");
}

#[test]
fn one_policy_can_be_picked_by_its_id() {
    let second = CONTROL
        .replace("package sample", "package second")
        .replace("id: sample", "id: second");
    let set = || PolicySet::of(&[("a.rego", CONTROL), ("b.rego", &second)]).unwrap();
    assert_eq!(
        set().only(&["second".to_owned()]).unwrap().policies().len(),
        1
    );
    assert_eq!(set().only(&[]).unwrap().policies().len(), 2);
    insta::assert_snapshot!(errors(set().only(&["secnd".to_owned()])), @"no policy has the id `secnd` (did you mean `second`?)");
}

#[test]
fn a_package_of_deny_rules_is_a_policy_without_totality() {
    let set = PolicySet::of(&[(
        "main.rego",
        "package main\n\ndeny contains \"x\" if input.x\n\nwarn_later contains \"y\"\n",
    )])
    .unwrap();
    let [policy] = set.policies() else {
        panic!("one policy")
    };
    assert_eq!(
        policy.kind,
        Kind::Conftest(vec!["deny".to_owned(), "warn_later".to_owned()])
    );
    assert!(!policy.info.total);
    assert_eq!(&*policy.info.id, "main");
}

#[test]
fn a_folder_is_read_in_the_layout_of_opa() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("sample.rego", CONTROL);
    write("sample_test.rego", "package sample_test\n");
    write(
        "accounts/data.yaml",
        "owners:\n  \"111122223333\": security\n",
    );
    write(
        "data.json",
        "{\"accounts\": {\"closed\": []}, \"params\": {\"limit\": 12}}",
    );
    write("cases/one/evidence/data.json", "not json");
    write(".hidden/x.rego", "no rego");
    let set = PolicySet::load(&[folder.path().to_owned()]).unwrap();
    assert_eq!((set.modules().len(), set.tests().len()), (1, 1));
    assert_eq!(
        set.data(),
        json!({"accounts": {"closed": [], "owners": {"111122223333": "security"}}, "params": {"limit": 12}})
    );
    write("accounts/data.json", "{\"closed\": [1]}");
    let error = PolicySet::load(&[folder.path().to_owned()]).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("another data file sets `accounts.closed` too"),
        "{error}"
    );
}

#[test]
fn a_folder_without_policies_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        PolicySet::load(&[folder.path().to_owned()]),
        Err(PolicyError::None { .. })
    ));
    assert!(matches!(
        PolicySet::load(&[folder.path().join("none")]),
        Err(PolicyError::Read { .. })
    ));
}
