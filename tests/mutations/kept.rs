//! Forms in which others keep, cut or judge what AWS answered: each is read for what it
//! is, and none of them proves more than the answer in it.

use serde_json::{Value, json};

use crate::beside::{LIST, STATUS, expect, text, with};
use crate::bundle::Fixture;
use crate::each;
use crate::judge::Judge;

#[test]
fn a_wrapper_that_says_that_a_list_was_cut_is_heard() {
    let fixture = Fixture::named("all-pass");
    let said = [
        ("total", json!(3), false),
        ("trail_count", json!("3"), false),
        ("totalResults", json!(3), false),
        ("total_pages", json!(2), false),
        ("IsTruncated", json!(true), false),
        ("cursor", json!("abc"), false),
        ("pagination", json!({"page": 1, "total": 3}), false),
        ("metadata", json!({"rows_returned": 3}), false),
        ("stats", json!({"errors": 1}), false),
        ("summary", json!({"accounts_failed": "1"}), false),
        ("paging", json!({"next": "abc"}), false),
        ("summary", json!({"trails": 3}), false),
        ("note", json!("showing 2 of 3"), false),
        ("total", json!(2), true),
        ("IsTruncated", json!(false), true),
        (
            "stats",
            json!({"errors": 0, "failed": 0, "seconds": 12}),
            true,
        ),
        (
            "metadata",
            json!({"rows_returned": 2, "max_items": 100}),
            true,
        ),
        ("pagination", json!({"next": null, "total": 2}), true),
    ];
    let told = each(said.len() * 3, &|judge, run, told| {
        let (key, value, passes) = &said[run / 3];
        let mut list: Value = serde_json::from_str(&text(&fixture, LIST)).unwrap();
        match run % 3 {
            0 => list[*key] = value.clone(),
            1 => list = json!({*key: value, "data": list}),
            _ => list = json!({*key: value, "items": list["trailList"]}),
        }
        let bundle = with(&fixture, LIST, LIST, list.to_string());
        expect(judge, run, told, &bundle, *passes);
    });
    told.end("cut", &mut Judge::new());
}

/// What AWS Config, Security Hub and Terraform say of a trail, by its name.
fn said_of(name: &str) -> [Value; 5] {
    let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}");
    let of_trail = |id: &str| json!({"ResourceType": "AWS::CloudTrail::Trail", "ResourceId": id});
    let qualifier = json!({"EvaluationResultQualifier": of_trail(&arn)});
    let finding = json!({
        "SchemaVersion": "2018-10-08", "ProductArn": "x", "AwsAccountId": "111122223333",
        "Compliance": {"Status": "FAILED"}, "Resources": [{"Type": "Other", "Id": arn}],
    });
    let attributes = json!({"arn": arn, "name": name, "cloud_watch_logs_group_arn": "", "home_region": "us-east-1"});
    [
        json!({"EvaluationResults": [{"EvaluationResultIdentifier": qualifier, "ComplianceType": "NON_COMPLIANT"}]}),
        json!({"ComplianceByResources": [of_trail(name)]}),
        json!({"resourceIdentifiers": [{"resourceType": "AWS::CloudTrail::Trail", "resourceId": name}]}),
        json!({"Findings": [finding]}),
        json!({"version": 4, "terraform_version": "1.9.0", "resources": [
            {"type": "aws_cloudtrail", "name": "this", "instances": [{"attributes": attributes}]},
        ]}),
    ]
}

#[test]
fn what_others_say_of_a_trail_shows_that_it_is_there_and_nothing_else() {
    let fixture = Fixture::named("all-pass");
    let told = each(10, &|judge, run, told| {
        let name = ["main", "legacy"][run % 2];
        let said = said_of(name)[run / 2].to_string();
        let bundle = with(&fixture, "", "others.json", said);
        expect(judge, run, told, &bundle, name == "main");
    });
    told.end("others", &mut Judge::new());
}

#[test]
fn what_a_command_printed_is_read_where_who_ran_it_keeps_it() {
    let fixture = Fixture::named("all-pass");
    let status = text(&fixture, STATUS);
    let lines: Vec<&str> = status.lines().collect();
    let call = "aws cloudtrail get-trail-status --name main";
    let ansible = |cmd: Value, code: u8| {
        json!({"plays": [{"tasks": [{"hosts": {"localhost": {
            "changed": true, "action": "command", "cmd": cmd, "rc": code, "delta": "0:00:01",
            "stdout": status, "stdout_lines": lines, "stderr": "",
        }}}]}], "stats": {"localhost": {"ok": 1}}})
    };
    let manager = |output: &str, code: i8| {
        json!({
            "CommandId": "c", "InstanceId": "i-0123456789abcdef0", "Status": "Success",
            "PluginName": "aws:runShellScript", "DocumentVersion": "1", "ResponseCode": code,
            "StandardOutputContent": output, "StandardErrorContent": "",
        })
    };
    let plugin = |output: &str| {
        json!({"CommandInvocations": [{"CommandId": "c", "Status": "Success", "CommandPlugins": [{
            "Name": "aws:runShellScript", "Status": "Success", "StatusDetails": "Success",
            "ResponseCode": 0, "Output": output,
        }]}]})
    };
    let words: Vec<&str> = call.split(' ').collect();
    let mut others = lines.clone();
    others.pop();
    let mut torn = ansible(json!(call), 0);
    torn["plays"][0]["tasks"][0]["hosts"]["localhost"]["stdout_lines"] = json!(others);
    let half = &status[..status.len() / 2];
    let kept = [
        (ansible(json!(words), 0), true),
        (ansible(json!(call), 0), true),
        (manager(&status, 0), true),
        (plugin(&status), true),
        (ansible(json!(call), 254), false),
        (ansible(json!("cat status.json"), 0), false),
        (
            ansible(
                json!(format!("{call} --endpoint-url http://localhost:4566")),
                0,
            ),
            false,
        ),
        (torn, false),
        (manager(&status, 1), false),
        (manager(half, 0), false),
        (plugin(half), false),
    ];
    let told = each(kept.len(), &|judge, run, told| {
        let (kept, passes) = &kept[run];
        let bundle = with(&fixture, STATUS, STATUS, kept.to_string());
        expect(judge, run, told, &bundle, *passes);
    });
    told.end("kept", &mut Judge::new());
}

#[test]
fn a_head_of_http_and_a_folder_of_a_trail_are_understood() {
    let fixture = Fixture::named("all-pass");
    let status = text(&fixture, STATUS);
    let head = |line: &str| {
        format!(
            "{line}\r\nx-amzn-RequestId: a\r\nDate: Fri, 20 Nov 2026 11:58:00 GMT\r\n\r\n{status}"
        )
    };
    let of_emulator = format!("HTTP/1.1 200 OK\r\nServer: moto\r\n\r\n{status}");
    let cases = [
        (STATUS, head("HTTP/2 200"), true),
        (
            STATUS,
            head("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"),
            true,
        ),
        (STATUS, head("HTTP/1.1 500 Internal Server Error"), false),
        (STATUS, of_emulator, false),
        (
            "us-east-1/trail=main/get-trail-status.json",
            status.clone(),
            true,
        ),
        (
            "us-east-1/trail_name=main/status.json",
            status.clone(),
            true,
        ),
        (
            "us-east-1/trail=payments/get-trail-status-main.json",
            status.clone(),
            false,
        ),
        (
            "us-east-1/trail=pay/get-trail-status.json",
            status.clone(),
            false,
        ),
    ];
    let told = each(cases.len(), &|judge, run, told| {
        let (name, content, passes) = &cases[run];
        let bundle = with(&fixture, STATUS, name, content.clone());
        expect(judge, run, told, &bundle, *passes);
    });
    told.end("heads and folders", &mut Judge::new());
}
