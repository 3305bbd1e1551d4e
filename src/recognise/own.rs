//! What coldtrail itself prints and isn't JSON: reports, pages, completions.
//!
//! They speak of trails at length and show the state of none.

use crate::schema::CSV_HEADINGS;
use crate::source::given::own_name;

/// How the name of a file begins that coldtrail is writing.
pub(crate) const UNFINISHED_START: &str = ".coldtrail-";
/// How it ends.
pub(crate) const UNFINISHED_END: &str = ".tmp";

/// What a file is, if its name is one that coldtrail gives to what it has not
/// finished. It is listed with its hash like any other, so that evidence under
/// such a name is missed and not hidden.
pub(crate) fn unfinished(name: &str) -> Option<&'static str> {
    let middle = own_name(name)
        .strip_prefix(UNFINISHED_START)?
        .strip_suffix(UNFINISHED_END)?;
    let is_drawn = middle.len() == 6 && middle.bytes().all(|c| c.is_ascii_alphanumeric());
    is_drawn.then_some(
        "what a run of coldtrail was writing when it was ended, by its name, and not read: it may be removed",
    )
}

/// What a text is, if coldtrail printed it.
pub(crate) fn output(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    let first = head.lines().next().unwrap_or_default();
    let begins = |starts: &[&str]| starts.iter().any(|start| head.starts_with(start));
    let is_report = is_rows(first)
        || head.contains("<testsuites name=\"coldtrail\"")
        || (first.starts_with("## ") && first.contains(" coldtrail: "))
        || is_annotations(text)
        || (first.to_ascii_lowercase().starts_with("<!doctype html")
            && head.contains("coldtrail")
            && head.contains("Content-Security-Policy"))
        || is_for_people(head);
    if is_report {
        return Some("a report of coldtrail");
    }
    let is_completion = begins(&[
        "_coldtrail() {",
        "#compdef coldtrail",
        "complete -c coldtrail",
    ]) || (begins(&[
        "# Print an optspec",
        "use builtin;",
        "using namespace System",
    ]) && text.contains("coldtrail"));
    if is_completion || (begins(&[".ie \\n(.g", ".TH coldtrail"]) && head.contains(".TH coldtrail"))
    {
        return Some("a page or completions of coldtrail");
    }
    is_explanation(head).then_some("what `coldtrail explain` prints")
}

/// Whether every line is one that `--format github` prints, and the last one its sum.
fn is_annotations(text: &str) -> bool {
    let is_annotation = |line: &str| {
        let kinds = ["::notice ", "::error ", "::warning "];
        line.is_empty() || kinds.iter().any(|kind| line.starts_with(kind))
    };
    let last = text.trim_end().lines().next_back().unwrap_or_default();
    last.starts_with("::notice title=coldtrail::") && text.lines().all(is_annotation)
}

/// Whether a line is the head of a report's rows, in whichever order of columns
/// and of separators.
fn is_rows(first: &str) -> bool {
    let cells: Vec<&str> = first
        .trim_start_matches('\u{feff}')
        .split([',', ';', '\t'])
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    let has = |name: &str| cells.contains(&name);
    cells.len() > 4
        && cells.iter().all(|cell| CSV_HEADINGS.contains(cell))
        && has("check")
        && has("outcome")
}

/// The report for people, by its table or its first finding
/// (`fail[delivery-never] arn:…`), and what `inspect` prints.
fn is_for_people(head: &str) -> bool {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    let is_table = first.trim_start().starts_with("outcome ") && first.contains("home region");
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    // Severity, code and subject stand above a sentence behind its mark.
    let is_titled = first.split_once("] ").is_some_and(|(title, _)| {
        title
            .split_once('[')
            .is_some_and(|(severity, code)| is_word(severity) && is_word(code))
    });
    let marks = ["  \u{d7} ", "  \u{26a0} ", "  \u{261e} ", "  x "];
    let is_finding = is_titled
        && (head.contains("\u{256d}\u{2500}[")
            || marks.iter().any(|mark| second.starts_with(mark)));
    let is_inventory = second.starts_with("  ") && head.contains(", collection time ");
    is_table || is_finding || is_inventory
}

/// A title, a line below it, and the policy's id, severity and package.
fn is_explanation(head: &str) -> bool {
    let mut lines = head.lines();
    let is_underlined = lines
        .nth(1)
        .is_some_and(|line| line.len() > 3 && line.bytes().all(|c| c == b'='));
    let policy = lines
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    is_underlined
        && policy.starts_with('`')
        && policy.contains("`, severity ")
        && policy.contains(", package `")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_coldtrail_prints_is_called_by_its_name() {
        for text in [
            "<?xml version=\"1.0\"?>\n<testsuites name=\"coldtrail\" tests=\"1\">",
            "## \u{2705} coldtrail: pass\n\n| `TrailARN` |",
            "unreadable[failed-call] a/get-trail-status-x.json\n  \u{d7} An error occurred (AccessDeniedException) when calling the GetTrailStatus operation: no\n",
            "_coldtrail() {\n    local i\n",
            ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n.TH coldtrail 1\n",
            "Trails are integrated\n=====\n\n`x`, severity medium, package `y`\n",
        ] {
            assert!(output(text).is_some(), "{text}");
        }
        for text in [
            "name,home_region\nmain,us-east-1\n",
            "account_id,name,home_region,TrailARN,check,outcome\n",
            "[error] An error occurred (AccessDeniedException) when calling the DescribeTrails operation: no\n",
            "An error occurred (AccessDeniedException)\n",
        ] {
            assert_eq!(output(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn its_rows_are_known_in_any_order(order in Just(CSV_HEADINGS.to_vec()).prop_shuffle()) {
            prop_assert!(output(&order.join(",")).is_some());
            prop_assert!(output(&order.join(";")).is_some());
        }
    }
}
