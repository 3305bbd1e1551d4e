//! Pages that show trails to people: what a browser saved, what a tool reports, and
//! what was copied out of the AWS console as text.

use super::{ForeignFormat, head::Head};

/// What the AWS console calls what it shows of trails, in lower case: titles of the
/// columns of its list, and of the fields of one trail.
const LABELS: [&str; 10] = [
    "cloudwatch logs log group",
    "home region",
    "log file prefix",
    "log file validation",
    "multi-region trail",
    "organization trail",
    "trail log location",
    "trail logging",
    "trail name",
    "trail status",
];

/// What a text is, if it is a page about trails, or was copied from one.
pub(super) fn of(head: &Head<'_>, text: &str) -> Option<ForeignFormat> {
    let help = "ask AWS for what it shows: `aws cloudtrail describe-trails --output json > FILE`, and `aws cloudtrail get-trail-status --name TRAIL --output json > FILE` for each trail";
    let tags = ["<html", "<body", "<table", "<div"];
    let is_page = head.trimmed.starts_with('<') && tags.iter().any(|tag| head.folded.contains(tag));
    let name = match is_page {
        true if text.to_ascii_lowercase().contains("cloudtrail") || has_labels(text) => {
            "an HTML page that speaks of CloudTrail"
        }
        false if has_labels(text) => "what the AWS console shows of trails, copied as text",
        _ => return None,
    };
    Some(ForeignFormat { name, help })
}

/// Whether two of the console's labels stand in a text, each in a line or cell of its
/// own, as in no sentence.
fn has_labels(text: &str) -> bool {
    let cells = text.split(['\n', '\t', '|', ',', '<', '>']);
    let cells = cells.flat_map(|cell| cell.split("  "));
    let mut known = None;
    for cell in cells.map(str::trim) {
        let label = LABELS.iter().find(|label| label.eq_ignore_ascii_case(cell));
        if label.is_some() && known.is_some() && label != known {
            return true;
        }
        known = known.or(label);
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::recognise::foreign_format::recognise;

    #[test]
    fn what_people_saved_or_copied_of_trails_is_named() {
        for (text, name) in [
            (
                "<!DOCTYPE html>\n<html><title>CloudTrail | us-east-1</title></html>",
                "an HTML page that speaks of CloudTrail",
            ),
            (
                "<div><td>Home region</td><td>Multi-region trail</td></div>",
                "an HTML page that speaks of CloudTrail",
            ),
            (
                "Name\tHome region\tMulti-region trail\tStatus\nmain\tUS East\tYes\tLogging\n",
                "what the AWS console shows of trails, copied as text",
            ),
            (
                "Name      Home region    Trail status\nmain      US East        Logging\n",
                "what the AWS console shows of trails, copied as text",
            ),
            (
                "Trail logging\nLogging\nTrail log location\ncloudtrail-111122223333/AWSLogs\n",
                "what the AWS console shows of trails, copied as text",
            ),
        ] {
            let found = recognise(text);
            assert_eq!(found.map(|found| found.name), Some(name), "{text}");
        }
        for text in [
            "<html><body><h1>EC2 instances</h1></body></html>",
            "The home region of a multi-region trail, and its log file validation.",
            "Home region\nUS East\n",
        ] {
            assert_eq!(recognise(text), None, "{text}");
        }
    }
}
