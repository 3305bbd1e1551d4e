//! Files that should be evidence and aren't: failed calls, empty answers, and
//! what is cut short.

use super::Trail;
use super::path;
use super::text::{self, Text};

/// Why a file is a hole in the evidence, if it is one for sure.
pub(crate) fn hole(file: &str, decoded: &str, parts: &Text) -> Option<&'static str> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_noise = [
        ".err", ".sh", ".py", ".md", ".png", ".sha256", ".gitkeep", ".tf",
    ]
    .iter()
    .any(|ending| name.ends_with(ending));
    const FAILED: [&str; 8] = [
        "An error occurred (",
        "Unable to locate credentials",
        "You must specify a region",
        "Error loading SSO Token",
        "Error when retrieving token from sso",
        "SSL validation failed",
        "Could not connect to the endpoint",
        "The config profile (",
    ];
    if is_noise {
        return None;
    }
    if FAILED.iter().any(|text| {
        parts.rest.contains(text) || parts.pieces.iter().any(|piece| piece.lead.contains(text))
    }) {
        return Some("a failed call");
    }
    // What is left of another call's answer hides no trail.
    const OTHERS: [&str; 5] = [
        "lookup-events",
        "list-buckets",
        "log-groups",
        "describe-instances",
        "get-event-selectors",
    ];
    let begins = |key: &str| {
        decoded
            .trim_start()
            .trim_start_matches('{')
            .trim_start()
            .starts_with(key)
    };
    let is_other = (OTHERS.iter().any(|call| name.contains(call)) || begins("\"Reservations\""))
        && !["railList", "IsLogging", "LatestDelivery"]
            .iter()
            .any(|key| decoded.contains(key));
    // What Python prints is no JSON, and read all the same.
    let is_python = decoded.find(['\'', '"']).map(|at| decoded.as_bytes()[at]) == Some(b'\'');
    if parts.is_broken && !text::is_log_groups(decoded) && !is_other && !is_python {
        return Some("broken JSON");
    }
    let speaks = path::tokens(name).iter().any(|token| {
        ["trail", "trails", "cloudtrail"].contains(&token.to_ascii_lowercase().as_str())
    });
    if decoded.trim().is_empty() || ["{}", "[]", "null"].contains(&decoded.trim()) {
        return speaks.then_some("an empty answer");
    }
    None
}

/// The ARNs of trails that a text names.
pub(super) fn arns(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"',".contains(c));
    let arns = words.filter(|word| Trail::of(word).is_some());
    arns.map(str::to_owned).collect()
}
