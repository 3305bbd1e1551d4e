//! The policies that the binary carries.
//!
//! A list by hand, so that what ships is seen in a diff; a test holds it
//! against the folder.

use super::lines::Lines;
use super::problem::SourceFile;

macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../policies/", $name)))),*]
    };
}

/// Every file under `policies/`, sorted by name.
pub(super) const FILES: &[(&str, &str)] = embed![
    "cloudtrail/cloudwatch_logs.rego",
    "cloudtrail/cloudwatch_logs/account.rego",
    "cloudtrail/cloudwatch_logs/caution.rego",
    "cloudtrail/cloudwatch_logs/delivery.rego",
    "cloudtrail/cloudwatch_logs/log_group.rego",
    "cloudtrail/cloudwatch_logs_test.rego",
    "lib/aws.rego",
    "lib/moment.rego",
];

/// What an author of policies gets beside them.
const README: (&str, &str) = ("README.md", include_str!("../../policies/README.md"));

/// Every file that the binary carries, to be written out.
#[must_use]
pub fn shipped() -> Vec<(&'static str, &'static str)> {
    std::iter::once(README)
        .chain(FILES.iter().copied())
        .collect()
}

pub(super) fn files() -> Vec<SourceFile> {
    FILES
        .iter()
        .map(|(name, text)| SourceFile {
            name: (*name).to_owned(),
            shown: format!("policies/{name}"),
            text: (*text).into(),
            lines: Lines::default(),
        })
        .collect()
}
