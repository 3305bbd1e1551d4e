//! What a control's rules gave, read and held to the contract.
//!
//! Every subject has exactly one result a check; a result names a declared
//! subject and check, a known outcome, a code, a message and paths. Anything
//! else is an error of the policy, told at the rule: never a pass.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;

use regorus::Value;

use super::error::EngineError;
use super::{Judgement, RawEvidence, RawResult, RawWarning, Step, Titles};
use crate::finding::Outcome;
use crate::policy::{Module, Policy, PolicyProblem, list, nearest};

pub(super) mod promises;

/// The rules of the contract.
pub(super) const RULES: [&str; 4] = ["subjects", "checks", "results", "warnings"];

/// Reads one policy's parts, an object of lists of one value.
pub(super) fn read(
    index: usize,
    policy: &Policy,
    modules: &[Module],
    input: &Value,
    parts: &Value,
) -> Result<Judgement, EngineError> {
    let reader = Reader { policy, modules };
    let mut parts = by_name(parts);
    let mut take = |rule: &'static str| {
        parts.remove(rule).ok_or_else(|| {
            reader.refuse(
                rule,
                "undefined-rule",
                format!("`{rule}` has no value"),
                "a control defines `subjects`, `checks` and `results`; an empty set is a value",
            )
        })
    };
    let subjects = reader.texts("subjects", take("subjects")?)?;
    let checks = reader.checks(take("checks")?)?;
    let results = reader.results(take("results")?)?;
    let warnings = match parts.remove("warnings") {
        Some(warnings) => reader.warnings(warnings)?,
        None => Vec::new(),
    };
    let judgement = Judgement {
        policy: index,
        subjects,
        checks,
        results,
        warnings,
    };
    reader.hold_to_totality(&judgement)?;
    if let Some(metadata) = policy.metadata() {
        promises::hold(&reader, metadata, &judgement, input)?;
    }
    Ok(judgement)
}

/// The parts of an entry rule by the name of the rule, without those that have
/// no value.
pub(super) fn by_name(parts: &Value) -> BTreeMap<Arc<str>, Value> {
    let Ok(parts) = parts.as_object() else {
        return BTreeMap::new();
    };
    parts
        .iter()
        .filter_map(|(name, held)| {
            let value = held.as_array().ok()?.first()?;
            Some((shared(name)?, value.clone()))
        })
        .collect()
}

/// What stands under a key, undefined where nothing does. Indexing would make a
/// value of the key first, for each text of each result.
pub(super) fn at<'v>(value: &'v Value, key: &str) -> &'v Value {
    let Value::Object(members) = value else {
        return &value[key];
    };
    let is_it = |name: &Value| matches!(name, Value::String(name) if **name == *key);
    members
        .iter()
        .find(|(name, _)| is_it(name))
        .map_or(&Value::Undefined, |(_, value)| value)
}

/// A text as the engine has it, shared with it.
pub(super) fn shared(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// Reads values of one policy, and complains at its rules.
pub(super) struct Reader<'a> {
    pub(super) policy: &'a Policy,
    pub(super) modules: &'a [Module],
}

impl Reader<'_> {
    /// A complaint at the place where a rule is defined, or at the package
    /// where it isn't.
    pub(super) fn refuse(
        &self,
        rule: &str,
        code: &'static str,
        message: String,
        help: &str,
    ) -> EngineError {
        let own = || {
            self.modules
                .iter()
                .filter(|module| module.package == self.policy.package)
        };
        let place = own()
            .find_map(|module| Some((module, module.outline.head(rule)?)))
            .or_else(|| own().find_map(|module| Some((module, module.outline.package.clone()?.1))));
        match place {
            Some((module, at)) => PolicyProblem::new(
                code,
                &module.file,
                at,
                message,
                format!("in package `{}`", self.policy.package),
            )
            .with_help(help)
            .into(),
            None => EngineError::Failed {
                policy: self.policy.info.id.to_string(),
                message,
            },
        }
    }

    fn members(&self, rule: &str, value: Value) -> Result<Vec<Value>, EngineError> {
        if let Ok(set) = value.as_set() {
            return Ok(set.iter().cloned().collect());
        }
        if let Ok(array) = value.as_array() {
            return Ok(array.iter().cloned().collect());
        }
        Err(self.refuse(
            rule,
            "bad-shape",
            format!("`{rule}` is neither a set nor an array"),
            &format!("write `{rule} contains x if {{ ... }}`"),
        ))
    }

    fn texts(&self, rule: &str, value: Value) -> Result<Vec<Arc<str>>, EngineError> {
        let members = self.members(rule, value)?;
        let texts: Option<BTreeSet<Arc<str>>> = members.iter().map(shared).collect();
        texts
            .map(|texts| texts.into_iter().collect())
            .ok_or_else(|| {
                self.refuse(
                    rule,
                    "bad-shape",
                    format!("`{rule}` holds something else than text"),
                    "a subject is a trail's id or the account's",
                )
            })
    }

    fn checks(&self, value: Value) -> Result<Titles, EngineError> {
        let help = "`checks` maps the id of each check to its title";
        let refuse = |what| self.refuse("checks", "bad-shape", format!("`checks` {what}"), help);
        let none = || refuse("is no object of texts");
        let object = value.as_object().map_err(|_| none())?;
        if object.is_empty() {
            return Err(refuse("is empty"));
        }
        let checks: Option<Vec<_>> = object
            .iter()
            .map(|(id, title)| Some((shared(id)?, shared(title)?)))
            .collect();
        checks.ok_or_else(none)
    }

    fn results(&self, value: Value) -> Result<Vec<RawResult>, EngineError> {
        let mut results = Vec::new();
        for member in self.members("results", value)? {
            let word = self.field("results", &member, "outcome")?;
            let outcome = Outcome::from_word(&word)
                .filter(|outcome| *outcome != Outcome::Waived)
                .ok_or_else(|| {
                    let words = ["pass", "fail", "inconclusive", "not-applicable"];
                    let near = nearest(&word, words)
                        .map(|near| format!("; did you mean `{near}`?"))
                        .unwrap_or_default();
                    self.refuse(
                        "results",
                        "bad-outcome",
                        format!("`{word}` is no outcome"),
                        &format!("the outcomes are {}{near}", list(words)),
                    )
                })?;
            results.push(RawResult {
                subject: self.field("results", &member, "subject")?,
                check: self.field("results", &member, "check")?,
                outcome,
                code: self.field("results", &member, "code")?,
                message: self.field("results", &member, "message")?,
                help: self.help("results", &member)?,
                evidence: self.evidence("results", &member)?,
            });
        }
        results.sort_by(|a, b| {
            (&a.subject, &a.check, a.outcome, &a.code, &a.message)
                .cmp(&(&b.subject, &b.check, b.outcome, &b.code, &b.message))
        });
        Ok(results)
    }

    fn warnings(&self, value: Value) -> Result<Vec<RawWarning>, EngineError> {
        let mut warnings = Vec::new();
        for member in self.members("warnings", value)? {
            warnings.push(RawWarning {
                subject: self.field("warnings", &member, "subject")?,
                code: self.field("warnings", &member, "code")?,
                message: self.field("warnings", &member, "message")?,
                help: self.help("warnings", &member)?,
                evidence: self.evidence("warnings", &member)?,
            });
        }
        warnings.sort_by(|a, b| {
            (&a.subject, &a.code, &a.message, &a.evidence).cmp(&(
                &b.subject,
                &b.code,
                &b.message,
                &b.evidence,
            ))
        });
        Ok(warnings)
    }

    fn field(&self, rule: &str, member: &Value, name: &str) -> Result<Arc<str>, EngineError> {
        shared(at(member, name)).ok_or_else(|| {
            let message = format!(
                "a member of `{rule}` has no text under `{name}`: {}",
                shown(member)
            );
            self.refuse(rule, "bad-shape", message, SHAPE)
        })
    }

    pub(super) fn help(&self, rule: &str, member: &Value) -> Result<Option<Arc<str>>, EngineError> {
        match at(member, "help") {
            Value::Null | Value::Undefined => Ok(None),
            help => shared(help).map(Some).ok_or_else(|| {
                self.refuse(
                    rule,
                    "bad-shape",
                    format!("a member of `{rule}` has a `help` that is no text"),
                    SHAPE,
                )
            }),
        }
    }

    pub(super) fn evidence(
        &self,
        rule: &str,
        member: &Value,
    ) -> Result<Vec<RawEvidence>, EngineError> {
        let refuse = || {
            let message = format!(
                "a member of `{rule}` has no list of `{{path, label}}` under `evidence`: {}",
                shown(member)
            );
            self.refuse(
                rule,
                "bad-shape",
                message,
                "a path is an array into input: `[\"trails\", i, \"trail\", \"Name\"]`",
            )
        };
        let list = at(member, "evidence").as_array().map_err(|_| refuse())?;
        list.iter()
            .map(|place| {
                let path = at(place, "path").as_array().ok()?;
                let path: Option<Vec<Step>> = path.iter().map(step).collect();
                Some(RawEvidence {
                    path: path?,
                    label: shared(at(place, "label"))?,
                })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(refuse)
    }

    fn hold_to_totality(&self, judgement: &Judgement) -> Result<(), EngineError> {
        let mut given: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        // They are sorted, and an account may have very many.
        let is_subject = |subject: &Arc<str>| judgement.subjects.binary_search(subject).is_ok();
        for result in &judgement.results {
            let count = given.entry((&result.subject, &result.check)).or_default();
            *count = count.saturating_add(1);
            if !is_subject(&result.subject) {
                let message = format!(
                    "a result names the subject `{}`, which `subjects` does not have",
                    result.subject
                );
                return Err(self.refuse(
                    "results",
                    "undeclared-subject",
                    message,
                    "every subject of a result belongs in `subjects`",
                ));
            }
            if !judgement.checks.iter().any(|(id, _)| *id == result.check) {
                let ids = || judgement.checks.iter().map(|(id, _)| &**id);
                let near = nearest(&result.check, ids())
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                let message = format!(
                    "a result names the check `{}`, which `checks` does not have",
                    result.check
                );
                return Err(self.refuse(
                    "results",
                    "undeclared-check",
                    message,
                    &format!("the checks are {}{near}", list(ids())),
                ));
            }
        }
        for subject in &judgement.subjects {
            for (check, _) in &judgement.checks {
                let (word, code) = match given.get(&(&**subject, &**check)) {
                    Some(1) => continue,
                    None => ("no result".to_owned(), "no-result"),
                    Some(count) => (format!("{count} results"), "several-results"),
                };
                let package = &self.policy.package;
                let message = format!(
                    "package `{package}` gives {word} for subject `{subject}`, check `{check}`"
                );
                return Err(self.refuse("results", code, message, "every subject has exactly one result a check: `else` chains give one, `inconclusive` is a verdict too"));
            }
        }
        if let Some(stray) = judgement
            .warnings
            .iter()
            .find(|warning| !is_subject(&warning.subject))
        {
            let message = format!(
                "a warning names the subject `{}`, which `subjects` does not have",
                stray.subject
            );
            return Err(self.refuse(
                "warnings",
                "undeclared-subject",
                message,
                "every subject of a warning belongs in `subjects`",
            ));
        }
        Ok(())
    }
}

const SHAPE: &str = "a result is {subject, check, outcome, code, message, evidence, help}; a warning has neither check nor outcome";

fn step(value: &Value) -> Option<Step> {
    if let Some(key) = shared(value) {
        return Some(Step::Key(key));
    }
    value
        .as_u64()
        .ok()
        .and_then(|index| usize::try_from(index).ok())
        .map(Step::Index)
}

/// A value in a message, short. It is written no further than it is shown: a value
/// that shares its parts may be longer than any memory.
pub(super) fn shown(value: &Value) -> String {
    let mut text = Cut(Vec::new());
    // It ends with an error where the text is cut.
    let _ = serde_json::to_writer(&mut text, value);
    let text = String::from_utf8_lossy(&text.0);
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// How many characters of a value are shown.
const SHOWN: usize = 120;

/// A text that takes no more than what is shown, and some.
struct Cut(Vec<u8>);

impl Write for Cut {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        match self.0.len() > 8 * SHOWN {
            true => Err(std::io::ErrorKind::StorageFull.into()),
            false => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{SHOWN, Value, shown};

    #[test]
    fn a_value_that_no_memory_holds_is_shown_short() {
        let pair = |inner: Value, _| Value::from(vec![inner.clone(), inner]);
        let text = shown(&(0..64).fold(Value::Null, pair));
        assert!(text.starts_with("[[[[") && text.ends_with('…'), "{text}");
        assert_eq!(text.chars().count(), SHOWN + 1);
        assert_eq!(shown(&Value::from("é")), "\"é\"");
    }
}
