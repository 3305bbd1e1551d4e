//! What the text around a block of a transcript says of it.
//!
//! A block is an answer where what stands above it is understood: a command, or
//! a heading that only names. Caveats may say that it is an example, or how it
//! should be, in words that nobody foresaw.

use crate::document::command::Command;
use crate::document::decode::LeadIn;
use crate::document::split;
use crate::recognise::no_state;

/// Words that say so of an answer in prose, besides those of names.
const SAID: [&str; 15] = [
    "should",
    "shall",
    "would",
    "something",
    "similar",
    "supposed",
    "localstack",
    "moto",
    "emulator",
    "mockserver",
    "werkzeug",
    "wiremock",
    "yesterday",
    "illustration",
    "illustrative",
];

/// Words that say that an answer is how things are.
const ACTUAL: [&str; 4] = ["actual", "actually", "current", "observed"];

/// What the text above the blocks of one file says, so far.
#[derive(Debug, Default)]
pub(crate) struct Caveats {
    /// What took away what stood last, until something says otherwise.
    said: Option<String>,
}

impl Caveats {
    /// Why the block below a text counts for nothing, if the text says so.
    pub(crate) fn doubt(&mut self, gap: &str) -> Option<String> {
        let gap = gap.trim();
        if gap.starts_with('<') && gap.contains("</") {
            self.said = Some("it stands in a page, among its text".to_owned());
        }
        for line in gap.lines() {
            if let Some(setting) = line.find("AWS_ENDPOINT_URL") {
                let setting = line.get(setting..).unwrap_or_default().trim();
                self.said = Some(format!(
                    "`{setting}` stands above it: AWS itself didn't answer"
                ));
            }
            if split::is_command(line) {
                continue;
            }
            let words = no_state::words(line);
            let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
            let says = |word: &&String| {
                SAID.contains(&word.as_str())
                    || (no_state::is_said_by(word) && !no_state::is_ordinary(word))
            };
            let is_last = has(&["last"]) && has(&["week", "month", "year", "quarter", "time"]);
            let found = words.iter().find(says).map(String::as_str);
            // The shell's own greeting.
            let found = found
                .or(is_last.then_some("last"))
                .filter(|_| !has(&["login"]));
            if has(&ACTUAL) {
                self.said = None;
            } else if let Some(word) = found {
                let line: String = line.trim().chars().take(80).collect();
                self.said = Some(format!("the text above it says `{word}`: \"{line}\""));
            }
        }
        self.said.clone()
    }
}

/// Why a value counts for nothing, if the text below it says so of what is above.
pub(crate) fn of_below(below: &str) -> Option<String> {
    let lower = below
        .get(..below.floor_char_boundary(4096))
        .unwrap_or(below);
    let lines = lower.lines().filter(|line| {
        let words = no_state::words(line);
        words
            .iter()
            .any(|word| matches!(word.as_str(), "above" | "preceding"))
    });
    let said = lines
        .filter_map(|line| Caveats::default().doubt(line))
        .next()?;
    Some(said.replace("the text above it", "the text below it"))
}

/// Why what stands behind the same words on every line may be no answer.
pub(crate) fn of_lead_in(lead_in: &LeadIn) -> Option<String> {
    match lead_in {
        LeadIn::Quotation => Some(
            "it stands behind `> `, as a quotation: who printed it and when isn't known".into(),
        ),
        LeadIn::Name(name) => Caveats::default().doubt(name),
    }
}

/// Why what a command line printed may be no answer of AWS.
pub(crate) fn of_command(command: &Command<'_>) -> Option<String> {
    let words = command.words();
    let shows = command.aws_call().is_none();
    let files = words
        .iter()
        .skip(1)
        .filter(|word| shows && !word.starts_with('-'));
    let mut said = files.filter_map(|path| {
        let (folders, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        let mut folders = folders.split(['/', '\\']);
        let folder = folders.find(|folder| no_state::is_folder(folder));
        folder.or_else(|| no_state::of_file(file))
    });
    command.doubt().or_else(|| {
        said.next()
            .map(|word| format!("the file that is shown says `{word}`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_says_what_a_block_is_takes_it_away() {
        for gap in [
            "Expected output of aws cloudtrail get-trail-status --name main:",
            "This is what it looked like last year:\n$ aws cloudtrail get-trail-status --name main",
            "You should see something like this from aws cloudtrail describe-trails:",
            "EXAMPLES\n\nTo get the status of a trail\n\n   aws cloudtrail get-trail-status --name main\n\nOutput:",
            "$ export AWS_ENDPOINT_URL=http://localhost:4566\n$ aws cloudtrail describe-trails",
            "<html><h2>Trails</h2><pre>",
            "Before the change:",
        ] {
            assert!(Caveats::default().doubt(gap).is_some(), "{gap}");
        }
        for gap in [
            "$ aws cloudtrail get-trail-status --name old-example",
            "Last login: Fri Nov 20 10:00:00 on ttys001\n$ aws cloudtrail describe-trails",
            "== status of main ==",
            "Trails of the audit request:",
            "",
        ] {
            assert_eq!(Caveats::default().doubt(gap), None, "{gap}");
        }
    }

    #[test]
    fn what_stands_before_every_line_says_what_it_is_of() {
        let name = |name: &str| LeadIn::Name(name.to_owned());
        for lead_in in [
            LeadIn::Quotation,
            name("localstack-1  | "),
            name("expected | "),
        ] {
            assert!(of_lead_in(&lead_in).is_some(), "{lead_in:?}");
        }
        assert_eq!(of_lead_in(&name("collector-1  | ")), None);
    }

    #[test]
    fn it_holds_until_something_says_otherwise() {
        let mut caveats = Caveats::default();
        assert!(caveats.doubt("Expected:").is_some());
        assert!(caveats.doubt("and").is_some());
        assert_eq!(caveats.doubt("Actual:"), None);
    }
}
