//! What the caller expects to find: the accounts of `--expect-accounts` and the
//! regions of `--expect-regions`.

use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, SourceSpan};
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::cloudtrail::arn;
use crate::text::cut::Cut;
use crate::text::visible;

/// The population that the command line names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Account ids, sorted, each once.
    pub accounts: Vec<Arc<str>>,
    /// Regions that every account is expected to answer from, sorted, each once.
    pub regions: Vec<Arc<str>>,
}

/// Why a file is no list of accounts.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(expect_accounts))]
pub struct ExpectedProblem {
    message: String,
    #[help]
    help: &'static str,
    #[source_code]
    text: Cut,
    #[label("here")]
    at: Option<SourceSpan>,
}

const HELP: &str = "write one account id of twelve digits a line, with `#` before a comment, \
                    or give the JSON that `aws organizations list-accounts` prints";
const PAGE_HELP: &str =
    "ask again without `--max-items` and `--no-paginate`: `aws organizations list-accounts`";

impl Expected {
    /// This population, sorted, each account and region once.
    #[must_use]
    pub fn new(mut accounts: Vec<Arc<str>>, mut regions: Vec<Arc<str>>) -> Self {
        for list in [&mut accounts, &mut regions] {
            list.sort();
            list.dedup();
        }
        Self { accounts, regions }
    }

    /// Reads a file of accounts: an id a line, or the JSON of
    /// `organizations list-accounts`. `name` is what the user called it.
    ///
    /// # Errors
    /// The first thing that is no account id, and a file that holds none.
    pub fn read_accounts(name: &str, text: &str) -> Result<Vec<Arc<str>>, Box<ExpectedProblem>> {
        let reader = Reader { name, text };
        let accounts = if text.trim_start().starts_with(['{', '[']) {
            reader.json()?
        } else {
            reader.lines()?
        };
        if accounts.is_empty() {
            return Err(reader.problem("it names no account", HELP, None));
        }
        Ok(accounts)
    }
}

/// The twelve digits of an account id, written with or without dashes.
fn account(text: &str) -> Option<Arc<str>> {
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let digits = match *dashes {
        [] => text.to_owned(),
        [4, 9] => text.replace('-', ""),
        _ => return None,
    };
    arn::is_account(&digits).then(|| digits.into())
}

/// What `organizations list-accounts` prints, as far as it counts.
#[derive(Deserialize)]
struct Page<'t> {
    #[serde(borrow, rename = "Accounts")]
    accounts: Vec<Member<'t>>,
    #[serde(rename = "NextToken", default)]
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct Member<'t> {
    #[serde(borrow, rename = "Id")]
    id: &'t RawValue,
}

/// A file being read.
struct Reader<'t> {
    name: &'t str,
    text: &'t str,
}

impl<'t> Reader<'t> {
    fn lines(&self) -> Result<Vec<Arc<str>>, Box<ExpectedProblem>> {
        let mut accounts = Vec::new();
        for line in self.text.lines() {
            let id = line.split('#').next().unwrap_or_default().trim();
            if id.is_empty() {
                continue;
            }
            accounts.push(account(id).ok_or_else(|| self.no_account(id))?);
        }
        Ok(accounts)
    }

    fn json(&self) -> Result<Vec<Arc<str>>, Box<ExpectedProblem>> {
        let page: Page<'t> = serde_json::from_str(self.text).map_err(|error| {
            let message = format!("it is not what `list-accounts` prints: {error}");
            self.problem(&message, HELP, Some(self.place(&error)))
        })?;
        if page.next_token.is_some_and(|token| !token.is_empty()) {
            let message = "it is one page of several: it ends with a `NextToken`";
            return Err(self.problem(message, PAGE_HELP, None));
        }
        let id = |member: &Member<'t>| {
            let raw = member.id.get();
            let plain = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
            plain.and_then(account).ok_or_else(|| self.no_account(raw))
        };
        page.accounts.iter().map(id).collect()
    }

    /// The byte at which reading JSON ended.
    fn place(&self, error: &serde_json::Error) -> Range<usize> {
        let mut lines = self.text.split_inclusive('\n');
        let line = error.line().saturating_sub(1);
        let before: usize = lines.by_ref().take(line).map(str::len).sum();
        let line = lines.next().unwrap_or_default();
        let at = error.column().saturating_sub(1).min(line.len());
        let at = before + line.floor_char_boundary(at);
        at..at
    }

    /// The problem with a part of the text, which is where the label goes.
    fn no_account(&self, part: &str) -> Box<ExpectedProblem> {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let message = format!("`{}` is no account id", visible(part.trim_matches('"')));
        self.problem(&message, HELP, Some(start..start + part.len()))
    }

    fn problem(
        &self,
        message: &str,
        help: &'static str,
        at: Option<Range<usize>>,
    ) -> Box<ExpectedProblem> {
        let line = at.as_ref().map(|at| {
            let before = self.text.get(..at.start).unwrap_or_default();
            format!(", line {}", before.matches('\n').count() + 1)
        });
        let label = at.clone().unwrap_or(0..0);
        let text = Cut::new(self.name, self.text.into(), &label);
        Box::new(ExpectedProblem {
            message: format!(
                "`{}`{}: {message}",
                visible(self.name),
                line.unwrap_or_default()
            ),
            help,
            at: at.and_then(|at| text.label(&at)).map(SourceSpan::from),
            text,
        })
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "nobody sees it")]
mod tests {
    use super::Expected;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let read = Expected::read_accounts("accounts.txt", text);
        let plain = read.map(|ids| ids.iter().map(ToString::to_string).collect());
        plain.map_err(|problem| problem.to_string())
    }

    #[test]
    fn an_id_a_line_with_comments_and_dashes() {
        let text = "# production\n111122223333  # payments\n\n4444-5555-6666\r\n111122223333\n";
        let ids = ["111122223333", "444455556666", "111122223333"];
        assert_eq!(read(text).unwrap(), ids);
        let expected = Expected::new(ids.map(Into::into).to_vec(), Vec::new());
        assert_eq!(expected.accounts.len(), 2);
    }

    #[test]
    fn what_organizations_prints() {
        let text = r#"{"Accounts": [{"Id": "111122223333", "Status": "ACTIVE"}, {"Arn": "…", "Id": "444455556666"}]}"#;
        assert_eq!(read(text).unwrap(), ["111122223333", "444455556666"]);
    }

    #[test]
    fn what_is_no_account_is_told_with_its_line() {
        for (text, told) in [
            (
                "111122223333\n12345\n",
                "`accounts.txt`, line 2: `12345` is no account id",
            ),
            (
                "1111-22223333",
                "`accounts.txt`, line 1: `1111-22223333` is no account id",
            ),
            ("# nothing\n", "`accounts.txt`: it names no account"),
            ("{\"Accounts\": []}", "`accounts.txt`: it names no account"),
            (
                "{\n\"Accounts\": [\n{\"Id\": 111122223333}]}",
                "`accounts.txt`, line 3: `111122223333` is no account id",
            ),
            (
                r#"{"Accounts": [{"Id": "111122223333"}], "NextToken": "x"}"#,
                "`accounts.txt`: it is one page of several: it ends with a `NextToken`",
            ),
            (
                "{\"Accounts\":\n[{}]}",
                "`accounts.txt`, line 2: it is not what `list-accounts` prints: missing field `Id` at line 2 column 3",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), told);
        }
    }

    #[test]
    fn a_place_far_out_on_one_line_is_drawn() {
        let member = r#"{"Id": "111122223333"},"#.repeat(9000);
        let text = format!("{{\"Accounts\": [{member}{{\"Id\": \"1\"}}]}}");
        let problem = Expected::read_accounts("accounts.json", &text).unwrap_err();
        let handler =
            miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
        let mut drawn = String::new();
        handler.render_report(&mut drawn, &*problem).unwrap();
        assert!(drawn.contains(r#"{"Id": "1"}"#), "{drawn}");
        assert!(drawn.len() < 2000);
    }
}
