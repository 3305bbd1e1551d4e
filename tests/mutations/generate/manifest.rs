//! The manifest of a generated bundle, right about every file.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Files;
use super::world::REGIONS;

/// A manifest that is right about these files, collected into account and
/// region folders.
pub(crate) fn manifest(files: &Files) -> Value {
    let mut accounts: Vec<Value> = Vec::new();
    let mut entries = Vec::new();
    for (file, bytes) in files {
        let account: String = file.split('/').next().unwrap().replace('-', "");
        let region = REGIONS
            .iter()
            .find(|region| file.contains(**region))
            .unwrap_or(&"us-east-1");
        let sha: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = file.rsplit('/').next().unwrap();
        let mut command = vec!["aws", "cloudtrail", "describe-trails", "--region", region];
        let trail = name
            .strip_prefix("get-trail-status-")
            .and_then(|rest| rest.strip_suffix(".json"));
        let arn = trail.map(|trail| format!("arn:aws:cloudtrail:{region}:{account}:trail/{trail}"));
        if let Some(arn) = &arn {
            command[2] = "get-trail-status";
            command.extend(["--name", arn.as_str()]);
        }
        let failed = bytes.starts_with(b"\nAn error");
        let mut entry = json!({
            "file": file, "stream": if failed { "stderr" } else { "stdout" }, "account": account, "region": region,
            "exit_status": if failed { 254 } else { 0 }, "collected_at": "2026-11-20T12:00:00Z",
            "sha256": sha, "bytes": bytes.len(), "command": command,
        });
        if let Some(arn) = arn {
            entry["trail"] = json!(arn);
        }
        entries.push(entry);
        if accounts
            .iter()
            .all(|known| known["account"] != account.as_str())
        {
            accounts.push(
                json!({"account": account, "regions": [region], "all_enabled_regions": true}),
            );
        }
    }
    for account in &mut accounts {
        let regions = REGIONS.iter().filter(|region| {
            entries
                .iter()
                .any(|entry| entry["account"] == account["account"] && entry["region"] == **region)
        });
        account["regions"] = regions.copied().collect();
    }
    json!({
        "schema": "urn:coldtrail:schema:manifest:1.0", "tool": {"name": "coldtrail", "version": "0.1.0"},
        "aws_cli": "aws-cli/2.31.0", "started_at": "2026-11-20T11:55:00Z", "finished_at": "2026-11-20T12:00:00Z",
        "complete": true, "accounts": accounts, "files": entries,
    })
}
