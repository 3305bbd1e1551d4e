//! Output that is not JSON, recognised by name.
//!
//! It holds what an auditor needs, in a form that loses it: columns vanish
//! from `--output text`, dates lose their zones in a repr. It is not read; the
//! diagnostic says what it is and which command gives JSON.

/// A format, and how to get JSON instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignFormat {
    /// What it is.
    pub name: &'static str,
    /// How to get JSON instead.
    pub help: &'static str,
}

const AWS_CLI: &str = "call again with `--output json`";

/// The format of a text about trails that is not JSON.
#[must_use]
pub fn recognise(text: &str) -> Option<ForeignFormat> {
    let head = text.get(..floor(text, 8192)).unwrap_or(text);
    let trimmed = head.trim_start();
    let speaks = [
        "IsLogging",
        "trailList",
        "TrailARN",
        "LatestDelivery",
        "LatestCloudWatch",
        "S3BucketName",
        "GetTrailStatus",
        "DescribeTrails",
    ]
    .iter()
    .any(|word| head.contains(word));
    let is_line = |prefix: &str| {
        head.lines().any(|line| {
            line.trim_start()
                .trim_start_matches("- ")
                .starts_with(prefix)
        })
    };
    if !speaks {
        // `--output text` has no key at all: tabs, booleans and times.
        let fields: Vec<&str> = trimmed
            .lines()
            .next()
            .unwrap_or_default()
            .split('\t')
            .collect();
        let is_text = fields.len() >= 4
            && matches!(
                fields.first(),
                Some(&"True" | &"False" | &"TRAILLIST" | &"TRAILS")
            );
        return is_text.then_some(ForeignFormat {
            name: "the AWS CLI's text output",
            help: AWS_CLI,
        });
    }
    // A quoted key is JSON, cut short or broken further on.
    let bare = trimmed
        .strip_prefix('{')
        .is_some_and(|rest| !rest.trim_start().starts_with('"'));
    let (name, help) = if trimmed.starts_with("{'")
        || trimmed.starts_with("[{'")
        || head.contains("datetime.datetime(")
    {
        (
            "a Python repr",
            "write the answer with `json.dump(answer, file, default=str)`",
        )
    } else if trimmed.starts_with("---") && head.contains("|  ")
        || trimmed.starts_with("+--")
        || trimmed.starts_with('|')
    {
        ("the AWS CLI's table output", AWS_CLI)
    } else if bare
        && (is_line("IsLogging: ")
            || is_line("TrailList: [")
            || is_line("trailList: [")
            || head.contains(": [\n"))
    {
        if head.contains("new Date(")
            || head.contains(": 20") && head.contains("Z,") && !head.contains("+0000 UTC")
        {
            (
                "what a JavaScript console prints",
                "write the answer with `JSON.stringify(answer)`",
            )
        } else {
            (
                "a Go SDK value printed with String()",
                "write the answer with `json.Marshal`",
            )
        }
    } else if bare {
        (
            "an object without quotes around its keys",
            "write the answer as JSON",
        )
    } else if is_line("IsLogging:")
        || is_line("trailList:")
        || is_line("TrailARN:")
        || is_line("LatestDeliveryTime:")
    {
        ("the AWS CLI's YAML output", AWS_CLI)
    } else {
        return None;
    };
    Some(ForeignFormat { name, help })
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_called_by_its_name() {
        for (text, name) in [
            (
                "{'IsLogging': True, 'LatestDeliveryTime': datetime.datetime(2026, 1, 1)}",
                "a Python repr",
            ),
            (
                "-----\n|  GetTrailStatus  |\n+---+\n",
                "the AWS CLI's table output",
            ),
            (
                "IsLogging: true\nLatestDeliveryTime: '2026-01-01T00:00:00Z'\n",
                "the AWS CLI's YAML output",
            ),
            (
                "True\t2026-01-01T00:00:00Z\t\t2026-01-01T00:00:00Z\n",
                "the AWS CLI's text output",
            ),
            (
                "{\n  IsLogging: true,\n  StartLoggingTime: 2026-01-01 00:00:00 +0000 UTC\n}",
                "a Go SDK value printed with String()",
            ),
            (
                "{\n  IsLogging: true,\n  StartLoggingTime: 2026-01-01T00:00:00.000Z,\n}",
                "what a JavaScript console prints",
            ),
        ] {
            assert_eq!(
                recognise(text).map(|format| format.name),
                Some(name),
                "{text}"
            );
        }
        assert_eq!(recognise("# Notes on IsLogging"), None);
        let cut = "{\n    \"trailList\": [\n        {\n            \"Na";
        assert_eq!(recognise(cut), None, "JSON that is cut short is JSON");
    }
}
