//! The published JSON Schemas: what the report, a policy's input and a bundle's
//! manifest look like to programs that aren't this one.
//!
//! They are texts and words, not types. Tests hold the program to them.

/// JSON Schema (2020-12) of the report that `--format json` prints.
pub const REPORT: &str = include_str!("schema/report.schema.json");

/// JSON Schema (2020-12) of the `input` that a policy sees.
pub const INPUT: &str = include_str!("schema/input.schema.json");

/// JSON Schema (2020-12) of the manifest that the collect script writes.
pub const MANIFEST: &str = include_str!("schema/manifest.schema.json");

/// JSON Schema (2020-12) of what `coldtrail inspect --format json` prints.
pub const INSPECT: &str = include_str!("schema/inspect.schema.json");

/// The head of a CSV report, by which it is known again.
pub const CSV_HEADINGS: [&str; 22] = [
    "account_id",
    "kind",
    "subject",
    "name",
    "home_region",
    "policy",
    "check",
    "outcome",
    "code",
    "message",
    "help",
    "as_of",
    "as_of_basis",
    "waived_by",
    "waived_until",
    "waived_because",
    "file",
    "line",
    "column",
    "pointer",
    "evidence",
    "change",
];
