//! From TOML to waivers, and why not.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::text::visible;

use super::{Pattern, Target, Waiver, WaiverProblem, Waivers, Which};

const HELP: &str = "an entry has `control`, `trail` or `account`, `reason`, `approver` and `expires`, and may have `check` or `code`";

/// Bytes of a file for each sign that may begin a value: each takes some four hundred
/// bytes while TOML is read and made into waivers.
const BYTES_A_SIGN: usize = 24;

/// Signs that any file may have: those of five thousand waivers.
const SIGNS: usize = 40_000;

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileToml {
    #[serde(default)]
    waiver: Vec<Spanned<WaiverToml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverToml {
    control: Spanned<String>,
    check: Option<Spanned<String>>,
    code: Option<Spanned<String>>,
    trail: Option<Spanned<String>>,
    account: Option<Spanned<String>>,
    reason: Spanned<String>,
    approver: Spanned<String>,
    expires: Spanned<toml::Value>,
}

impl Waivers {
    /// Reads a waiver file. `name` is what the user called it.
    ///
    /// # Errors
    /// The first thing wrong with it: no TOML, a field that is missing, that
    /// is unknown or that says nothing, no date, or two entries for the same.
    pub fn read(name: &str, text: &str) -> Result<Self, WaiverProblem> {
        let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        let most = text.len() / BYTES_A_SIGN + SIGNS;
        let mut beyond = text.match_indices(['=', ',', '[', '{']).skip(most);
        if let Some((first, _)) = beyond.next() {
            let signs = most + 1 + beyond.count();
            return Err(WaiverProblem::new(
                name,
                &text,
                format!(
                    "`{}` has {signs} signs of keys and values in {} bytes, and a file of its size may have {most}",
                    visible(name),
                    text.len()
                ),
                "leave out waivers that waive nothing, or name trails by a pattern",
                [(first..first + 1, "one too many".to_owned())],
            ));
        }
        let file: FileToml = toml::from_str(&text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            WaiverProblem::new(
                name,
                &text,
                error.message(),
                HELP,
                [(span, "here".to_owned())],
            )
        })?;
        let reader = Reader { name, text: &text };
        let waivers: Vec<Waiver> = file
            .waiver
            .into_iter()
            .map(|entry| reader.waiver(entry))
            .collect::<Result<_, _>>()?;
        reader.refuse_duplicates(&waivers)?;
        Ok(Self {
            name: name.to_owned(),
            text,
            waivers,
        })
    }
}

/// A file being read.
struct Reader<'a> {
    name: &'a str,
    text: &'a Arc<str>,
}

impl Reader<'_> {
    fn problem(
        &self,
        message: impl Into<String>,
        labels: impl IntoIterator<Item = (Range<usize>, &'static str)>,
    ) -> WaiverProblem {
        let labels = labels
            .into_iter()
            .map(|(range, label)| (range, label.to_owned()));
        WaiverProblem::new(self.name, self.text, message, HELP, labels)
    }

    fn waiver(&self, entry: Spanned<WaiverToml>) -> Result<Waiver, WaiverProblem> {
        let span = entry.span();
        let entry = entry.into_inner();
        let result = match (entry.check, entry.code) {
            (None, None) => Which::Every,
            (Some(check), None) => Which::Check(self.said("check", check)?),
            (None, Some(code)) => Which::Code(self.said("code", code)?),
            (Some(check), Some(code)) => {
                let labels = [(check.span(), "this"), (code.span(), "or this")];
                return Err(self.problem(
                    "a waiver is for a `check` or for a `code`, not both",
                    labels,
                ));
            }
        };
        let target = match (entry.trail, entry.account) {
            (Some(trail), None) => Target::Trail(self.pattern("trail", trail)?),
            (None, Some(account)) => Target::Account(self.pattern("account", account)?),
            (Some(trail), Some(account)) => {
                let labels = [(trail.span(), "this"), (account.span(), "or this")];
                return Err(self.problem(
                    "a waiver is for a `trail` or for an `account`, not both",
                    labels,
                ));
            }
            (None, None) => {
                let labels = [(span, "neither here")];
                return Err(self.problem("a waiver needs a `trail` or an `account`", labels));
            }
        };
        let expires_span = entry.expires.span();
        Ok(Waiver {
            control: self.said("control", entry.control)?,
            result,
            target,
            reason: self.said("reason", entry.reason)?,
            approver: self.said("approver", entry.approver)?,
            expires: self.date(entry.expires)?,
            span,
            expires_span,
        })
    }

    /// A text that says something.
    fn said(&self, field: &str, value: Spanned<String>) -> Result<String, WaiverProblem> {
        if value.as_ref().trim().is_empty() {
            return Err(self.problem(format!("`{field}` says nothing"), [(value.span(), "empty")]));
        }
        Ok(value.into_inner())
    }

    fn pattern(&self, field: &str, value: Spanned<String>) -> Result<Pattern, WaiverProblem> {
        let span = value.span();
        let text = self.said(field, value)?;
        Pattern::new(&text).map_err(|why| {
            self.problem(format!("`{field}` is no pattern: {why}"), [(span, "here")])
        })
    }

    /// A day: `2026-12-31`, as a TOML date or a text.
    fn date(&self, value: Spanned<toml::Value>) -> Result<Date, WaiverProblem> {
        let span = value.span();
        let text = match value.into_inner() {
            toml::Value::String(text) => text,
            toml::Value::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let day = text.len() == "2026-12-31".len();
        text.parse().ok().filter(|_| day).ok_or_else(|| {
            self.problem(
                "`expires` is no day, such as `2026-12-31`",
                [(span, "no day")],
            )
        })
    }

    fn refuse_duplicates(&self, waivers: &[Waiver]) -> Result<(), WaiverProblem> {
        let mut seen: HashMap<(&str, &Which, bool, &str), &Waiver> = HashMap::new();
        for waiver in waivers {
            let of_trail = matches!(waiver.target, Target::Trail(_));
            let key = (
                waiver.control.as_str(),
                &waiver.result,
                of_trail,
                waiver.target.text(),
            );
            if let Some(first) = seen.insert(key, waiver) {
                let labels = [
                    (first.span.clone(), "the first"),
                    (waiver.span.clone(), "the second"),
                ];
                return Err(self.problem("two waivers are for the same", labels));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "nobody sees it")]
mod tests {
    use super::super::{Target, Waivers, Which};

    const GOOD: &str = r#"
[[waiver]]
control = "3.4"
check = "delivery-recent"
trail = "arn:aws:cloudtrail:*:111122223333:trail/legacy"
reason = "switched off in December"
approver = "Ann Example"
expires = 2026-12-31

[[waiver]]
control = "cloudtrail-cloudwatch-logs"
account = "4444*"
reason = "sandbox"
approver = "Bob Example"
expires = "2027-01-31"
"#;

    fn wrong(text: &str) -> String {
        let problem = Waivers::read("waivers.toml", text).unwrap_err();
        let mut out = String::new();
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .render_report(&mut out, &problem)
            .unwrap();
        out
    }

    #[test]
    fn the_first_sign_too_many_is_shown() {
        let told = wrong(&format!("x = [\n{}]", "[],\n".repeat(40_000)));
        assert!(
            told.contains("80002 signs") && told.contains("46666"),
            "{told}"
        );
        assert!(told.contains("waivers.toml:23334:1"), "{told}");
    }

    #[test]
    fn a_file_is_read() {
        let file = Waivers::read("waivers.toml", GOOD).unwrap();
        let [first, second] = file.waivers.as_slice() else {
            panic!("two waivers")
        };
        assert_eq!(first.result, Which::Check("delivery-recent".into()));
        assert_eq!(first.expires.to_string(), "2026-12-31");
        assert_eq!(&file.text[first.expires_span.clone()], "2026-12-31");
        assert_eq!(second.result, Which::Every);
        assert!(matches!(&second.target, Target::Account(pattern) if pattern.text == "4444*"));
        assert!(
            Waivers::read("waivers.toml", "")
                .unwrap()
                .waivers
                .is_empty()
        );
    }

    #[test]
    fn an_unknown_field_is_refused_at_its_place() {
        insta::assert_snapshot!(wrong(
            &GOOD.replace("approver = \"Bob Example\"", "aprover = \"Bob Example\"")
        ));
    }

    #[test]
    fn a_missing_field_is_refused() {
        insta::assert_snapshot!(wrong(&GOOD.replace("reason = \"sandbox\"\n", "")));
    }

    #[test]
    fn two_waivers_for_the_same_are_refused() {
        let twice = format!(
            "{GOOD}\n[[waiver]]{}",
            GOOD.rsplit("[[waiver]]").next().unwrap()
        );
        insta::assert_snapshot!(wrong(&twice));
    }

    #[test]
    fn a_day_that_is_none_is_refused() {
        for day in ["2026-02-30", "\"soon\"", "2026-12-31T10:00:00Z", "20261231"] {
            let text = GOOD.replace("= 2026-12-31", &format!("= {day}"));
            assert!(Waivers::read("waivers.toml", &text).is_err(), "{day}");
        }
        insta::assert_snapshot!(wrong(&GOOD.replace("\"2027-01-31\"", "\"next year\"")));
    }

    #[test]
    fn both_or_neither_of_trail_and_account_is_refused() {
        assert!(
            wrong(&GOOD.replace("account = \"4444*\"\n", ""))
                .contains("needs a `trail` or an `account`")
        );
        assert!(
            wrong(&GOOD.replace("account = \"4444*\"", "account = \"4\"\ntrail = \"x\""))
                .contains("not both")
        );
        assert!(
            wrong(&GOOD.replace("check = \"delivery-recent\"", "check = \"x\"\ncode = \"y\""))
                .contains("not both")
        );
        assert!(wrong(&GOOD.replace("\"sandbox\"", "\" \"")).contains("`reason` says nothing"));
    }
}
