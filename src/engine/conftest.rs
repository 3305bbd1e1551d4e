//! Packages in conftest's habit: `deny`, `violation` and `warn`.
//!
//! Each message of `deny` and `violation` is a fail of a check named for its
//! rule, each of `warn` a warning. The subject is the message's `subject`
//! where it is an object that has one (a trail's id or the account's, as in a
//! control), else the account. Nothing shows what
//! else was looked at, so an account without a fail is inconclusive: a package
//! of this kind never gives a pass.

use std::collections::BTreeSet;
use std::sync::Arc;

use regorus::Value;

use super::error::EngineError;
use super::judgement::promises::{known, stranger};
use super::judgement::{Reader, at, by_name, shared, shown};
use super::{Judgement, RawEvidence, RawResult, RawWarning};
use crate::finding::Outcome;
use crate::policy::{Kind, Module, Policy};

/// One message of a rule.
struct Message {
    subject: Arc<str>,
    code: Arc<str>,
    message: Arc<str>,
    help: Option<Arc<str>>,
    evidence: Vec<RawEvidence>,
}

/// Reads one policy's parts, an object of lists of one rule's messages.
pub(super) fn read(
    index: usize,
    policy: &Policy,
    modules: &[Module],
    input: &Value,
    parts: &Value,
) -> Result<Judgement, EngineError> {
    let reader = Reader { policy, modules };
    let mut judgement = Judgement {
        policy: index,
        subjects: Vec::new(),
        checks: Vec::new(),
        results: Vec::new(),
        warnings: Vec::new(),
    };
    let mut subjects = BTreeSet::new();
    let Kind::Conftest(rules) = &policy.kind else {
        return Ok(judgement);
    };
    let account = shared(at(input, "account_id")).unwrap_or_default();
    let known = known(input);
    let mut parts = by_name(parts);
    for rule in rules {
        let value = parts.remove(rule.as_str()).unwrap_or(Value::Undefined);
        let warns = rule.as_str() == "warn" || rule.starts_with("warn_");
        if !warns {
            judgement.checks.push((
                rule.as_str().into(),
                format!("No message of `{rule}`").into(),
            ));
        }
        for member in messages(&value) {
            let found = message(&reader, rule, &account, &member)?;
            if found.subject != account && !known.contains(&found.subject) {
                return Err(stranger(&reader, rule, &found.subject));
            }
            subjects.insert(found.subject.clone());
            let Message {
                subject,
                code,
                message,
                help,
                evidence,
            } = found;
            if warns {
                judgement.warnings.push(RawWarning {
                    subject,
                    code,
                    message,
                    help,
                    evidence,
                });
            } else {
                judgement.results.push(RawResult {
                    subject,
                    check: rule.as_str().into(),
                    outcome: Outcome::Fail,
                    code,
                    message,
                    help,
                    evidence,
                });
            }
        }
    }
    if judgement.results.is_empty() {
        // A package of warnings alone has no check to be inconclusive.
        let checks: Vec<Arc<str>> = judgement
            .checks
            .iter()
            .map(|(id, _)| Arc::clone(id))
            .collect();
        for check in checks {
            judgement.results.push(silent(&account, check));
            subjects.insert(Arc::clone(&account));
        }
    }
    judgement.subjects = subjects.into_iter().collect();
    judgement.results.sort_by(|a, b| {
        (&a.subject, &a.check, &a.code, &a.message)
            .cmp(&(&b.subject, &b.check, &b.code, &b.message))
    });
    judgement
        .warnings
        .sort_by(|a, b| (&a.subject, &a.code, &a.message).cmp(&(&b.subject, &b.code, &b.message)));
    Ok(judgement)
}

/// What the silence of a rule comes to.
fn silent(account: &Arc<str>, check: Arc<str>) -> RawResult {
    RawResult {
        subject: Arc::clone(account),
        outcome: Outcome::Inconclusive,
        code: "no-message".into(),
        message: format!("`{check}` gives no message, and nothing shows that it looked at everything").into(),
        help: Some("a package with `subjects`, `checks` and `results` can show it; `coldtrail policy export DIR` writes one to start from".into()),
        evidence: Vec::new(),
        check,
    }
}

/// The messages of a rule: the members of a set or array, the value of a rule
/// that is one message; `false` and an empty object are none.
fn messages(value: &Value) -> Vec<Value> {
    if let Ok(set) = value.as_set() {
        return set.iter().cloned().collect();
    }
    if let Ok(array) = value.as_array() {
        return array.iter().cloned().collect();
    }
    match value {
        Value::Bool(false) | Value::Undefined => Vec::new(),
        other => vec![other.clone()],
    }
}

fn message(
    reader: &Reader<'_>,
    rule: &str,
    account: &Arc<str>,
    member: &Value,
) -> Result<Message, EngineError> {
    let word = |name: &str| shared(&member[name]);
    let evidence = match &member["evidence"] {
        Value::Undefined => Vec::new(),
        _ => reader.evidence(rule, member)?,
    };
    let message = match member {
        Value::Bool(true) => Some(format!("`{rule}` holds").into()),
        _ => shared(member)
            .or_else(|| word("msg"))
            .or_else(|| word("message")),
    };
    let message = message.ok_or_else(|| {
        let complaint = format!("a message of `{rule}` is neither text nor an object with `msg`: {}", shown(member));
        reader.refuse(rule, "bad-shape", complaint, "write `contains msg if { msg := \"...\" }`, or an object with `msg` and, if you like, `subject`, `code`, `help` and `evidence`")
    })?;
    Ok(Message {
        subject: subject(reader, rule, account, member)?,
        code: word("code").unwrap_or_else(|| rule.replace('_', "-").into()),
        message,
        help: reader.help(rule, member)?,
        evidence,
    })
}

/// Whom a message is about: the account, unless it names another.
fn subject(
    reader: &Reader<'_>,
    rule: &str,
    account: &Arc<str>,
    member: &Value,
) -> Result<Arc<str>, EngineError> {
    match &member["subject"] {
        Value::Undefined | Value::Null => Ok(Arc::clone(account)),
        named => shared(named).ok_or_else(|| {
            let complaint = format!("a message of `{rule}` has a `subject` that is no text");
            let help = "a subject is a trail's id or the account's";
            reader.refuse(rule, "bad-shape", complaint, help)
        }),
    }
}
