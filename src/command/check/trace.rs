//! `--trace`: what the rules made of one trail, for whoever writes them.
//!
//! It goes to standard error beside whatever report is asked for: it is about
//! the policies, and no part of a result.

use std::io::{self, Write};

use owo_colors::{OwoColorize, Style as Ink};

use crate::assess::Terms;
use crate::command::CommandError;
use crate::engine::Checked;
use crate::engine::trace::{Traced, TracedFile, TracedRule, Turn, trace};
use crate::evidence::Bundle;
use crate::policy::{SourceFile, nearest};
use crate::render::Style;
use crate::snapshot::{Account, Snapshot, Trail};
use crate::text::visible;

/// How many trails an error names.
const NAMED: usize = 8;
/// Spaces before what stands under a rule.
const INDENT: &str = "          ";

/// What the rules made of one trail.
pub(super) struct Trace {
    trail: String,
    account: String,
    traced: Traced,
}

impl Trace {
    /// Finds the trail and traces it in its account.
    pub(super) fn of(
        wanted: &str,
        bundle: &Bundle,
        terms: &Terms<'_>,
        checked: Checked<'_>,
    ) -> Result<Self, CommandError> {
        let snapshot = Snapshot::of(bundle, terms.as_of, terms.expected);
        let (account, trail) = find(wanted, &snapshot)?;
        let traced = trace(checked, &account.input(bundle), &trail.id, terms.limit)?;
        Ok(Self {
            trail: trail.id.to_string(),
            account: account.id.to_string(),
            traced,
        })
    }

    /// Tells it, file by file.
    pub(super) fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "trace of {} in account {}",
            visible(&self.trail),
            visible(&self.account)
        )?;
        if !self.traced.is_whole {
            let note = "it broke off before its end: what it was in then is told as not reached";
            writeln!(out, "{note}")?;
        }
        for TracedFile { file, rules } in &self.traced.files {
            if rules.is_empty() {
                continue;
            }
            writeln!(out, "\n{}", visible(&file.shown))?;
            for rule in rules {
                self::rule(file, rule, style, out)?;
            }
        }
        Ok(())
    }
}

/// The trail with this id, else the only one with this name.
fn find<'s>(
    wanted: &str,
    snapshot: &'s Snapshot,
) -> Result<(&'s Account, &'s Trail), CommandError> {
    let all: Vec<(&Account, &Trail)> = snapshot
        .accounts
        .iter()
        .flat_map(|account| account.trails.iter().map(move |trail| (account, trail)))
        .collect();
    if let Some(found) = all.iter().find(|(_, trail)| *trail.id == *wanted) {
        return Ok(*found);
    }
    let named: Vec<_> = all
        .iter()
        .filter(|(_, trail)| *trail.name == *wanted)
        .collect();
    let shown = visible(wanted);
    match named.as_slice() {
        [only] => Ok(**only),
        [] => {
            let ids = || all.iter().map(|(_, trail)| &*trail.id);
            // ARNs are alike in all but their ends.
            let name = wanted.rsplit(":trail/").next().unwrap_or(wanted);
            let near = nearest(name, all.iter().map(|(_, trail)| &*trail.name));
            let meant = all.iter().find(|(_, trail)| near == Some(&*trail.name));
            Err(CommandError::Trail {
                what: format!("no trail of the evidence is `{shown}`"),
                help: match meant {
                    Some((_, trail)) => format!("did you mean `{}`?", visible(&trail.id)),
                    None if all.is_empty() => "the evidence has no trail at all".to_owned(),
                    None => format!("there are {}", list(ids())),
                },
            })
        }
        several => Err(CommandError::Trail {
            what: format!("{} trails are called `{shown}`", several.len()),
            help: format!(
                "give the ARN: {}",
                list(several.iter().map(|(_, trail)| &*trail.id))
            ),
        }),
    }
}

fn list<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let all: Vec<String> = ids.map(|id| format!("`{}`", visible(id))).collect();
    let more = all.len().saturating_sub(NAMED);
    let mut text = all.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

fn rule(
    file: &SourceFile,
    rule: &TracedRule,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = visible(&rule.head);
    let line = |at: usize, word: &str, rest: &str, out: &mut dyn Write| {
        let (line, column) = file.position(at);
        let place = format!("{line}:{column}");
        writeln!(out, "  {place:<7} {}  {rest}", ink(style, word))
    };
    if rule.turns.is_empty() {
        return line(rule.at, "not reached", &head, out);
    }
    for turn in &rule.turns {
        match turn {
            Turn::Held { variables, value } => {
                line(rule.at, "held", &head, out)?;
                values(variables, out)?;
                writeln!(out, "{INDENT}gives {}", visible(value))?;
            }
            Turn::Failed {
                at,
                label,
                values: known,
            } => {
                line(rule.at, "did not hold", &head, out)?;
                let written = at.clone().and_then(|at| file.text.get(at));
                let written = written.map_or_else(String::new, one_line);
                if let Some(at) = at {
                    let (line, column) = file.position(at.start);
                    write!(out, "{INDENT}{line}:{column} `{}` ", visible(&written))?;
                } else {
                    write!(out, "{INDENT}")?;
                }
                writeln!(out, "{label}")?;
                // That the whole of it is undefined was said.
                let whole = format!("`{written}`");
                let rest = known
                    .iter()
                    .filter(|(name, value)| *name != whole || value != "undefined");
                values(rest, out)?;
            }
        }
    }
    if rule.more > 0 {
        writeln!(out, "{INDENT}and {} more times", rule.more)?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn values<'v>(
    values: impl IntoIterator<Item = &'v (String, String)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (name, value) in values {
        writeln!(out, "{INDENT}{} is {}", visible(name), visible(value))?;
    }
    Ok(())
}

/// A word about a rule, as wide as the widest.
fn ink(style: &Style, word: &str) -> String {
    let ink = match word {
        "held" => Ink::new().green().bold(),
        "did not hold" => Ink::new().red().bold(),
        _ => Ink::new().dimmed(),
    };
    let word = format!("{word:<12}");
    if style.color {
        word.style(ink).to_string()
    } else {
        word
    }
}
