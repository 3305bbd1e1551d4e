//! Rules: one a check of each policy, one a kind of warning.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::finding::{Check, Warning};
use crate::policy::PolicyInfo;
use crate::render::identity;
use crate::report::{Report, Subject};

/// The rules of a run, in the order of policies, checks and warnings.
pub(super) struct Rules<'a> {
    rules: Vec<Rule<'a>>,
    index: HashMap<(&'a str, Key<'a>), usize>,
}

/// One rule's parts.
struct Rule<'a> {
    policy: Option<&'a PolicyInfo>,
    policy_id: &'a str,
    key: Key<'a>,
    title: &'a str,
}

/// What a rule is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Check(&'a str),
    Warning(&'a str),
}

impl<'a> Rules<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let mut rules = Self {
            rules: Vec::new(),
            index: HashMap::new(),
        };
        for policy in &report.policies {
            let own = || {
                report
                    .subjects
                    .iter()
                    .filter(|subject| subject.policy == policy.id)
            };
            for check in own().flat_map(|subject| &subject.checks) {
                rules.add(policy, Key::Check(&check.id), &check.title);
            }
            let mut codes: Vec<&str> = own()
                .flat_map(|subject| &subject.warnings)
                .map(|warning| &*warning.code)
                .collect();
            codes.sort_unstable();
            for code in codes {
                rules.add(policy, Key::Warning(code), &policy.title);
            }
        }
        rules
    }

    fn add(&mut self, policy: &'a PolicyInfo, key: Key<'a>, title: &'a str) {
        self.index.entry((&policy.id, key)).or_insert_with(|| {
            self.rules.push(Rule {
                policy: Some(policy),
                policy_id: &policy.id,
                key,
                title,
            });
            self.rules.len() - 1
        });
    }

    /// The rule of a check: its id, its place in the list, its level.
    pub(super) fn of_check(
        &self,
        subject: &Subject,
        check: &Check,
    ) -> (String, Option<usize>, &'static str) {
        self.find(&subject.policy, Key::Check(&check.id))
    }

    /// The rule of a warning.
    pub(super) fn of_warning(
        &self,
        subject: &Subject,
        warning: &Warning,
    ) -> (String, Option<usize>, &'static str) {
        self.find(&subject.policy, Key::Warning(&warning.code))
    }

    fn find(&self, policy: &str, key: Key<'_>) -> (String, Option<usize>, &'static str) {
        let index = self.index.get(&(policy, key)).copied();
        let rule = index.and_then(|index| self.rules.get(index));
        (id(policy, key), index, rule.map_or("warning", Rule::level))
    }

    /// Each rule as SARIF has it.
    pub(super) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.rules.iter().map(Rule::value)
    }
}

/// `policy/check`, `policy/warning/code`.
fn id(policy: &str, key: Key<'_>) -> String {
    match key {
        Key::Check(check) => identity::rule(policy, check),
        Key::Warning(code) => identity::warning_rule(policy, code),
    }
}

impl Rule<'_> {
    /// The level of a fail, by the policy's severity.
    fn level(&self) -> &'static str {
        match (self.key, self.policy.map(|policy| policy.severity.as_str())) {
            (Key::Warning(_), _) | (_, Some("low")) => "note",
            (_, Some("high" | "critical")) => "error",
            _ => "warning",
        }
    }

    fn value(&self) -> Value {
        let (Key::Check(word) | Key::Warning(word)) = self.key;
        let mut rule = json!({
            "id": id(self.policy_id, self.key),
            "name": pascal_case(word),
            "shortDescription": {"text": super::message(self.title)},
            "defaultConfiguration": {"level": self.level()},
        });
        let (Some(rule_map), Some(policy)) = (rule.as_object_mut(), self.policy) else {
            return rule;
        };
        rule_map.insert(
            "fullDescription".into(),
            json!({"text": super::message(self.full(policy))}),
        );
        let mut help = vec![policy.remediation.clone()];
        let links = policy.related_resources.iter();
        help.extend(links.map(|link| match &link.description {
            Some(description) => format!("{description}: {}", link.url),
            None => link.url.clone(),
        }));
        help.retain(|line| !line.is_empty());
        if !help.is_empty() {
            rule_map.insert(
                "help".into(),
                json!({"text": super::message(&help.join("\n\n"))}),
            );
        }
        if let Some(link) = policy.related_resources.first() {
            rule_map.insert("helpUri".into(), json!(link.url));
        }
        rule_map.insert("properties".into(), self.properties(policy));
        rule
    }

    fn full<'p>(&self, policy: &'p PolicyInfo) -> &'p str {
        if policy.description.is_empty() {
            &policy.title
        } else {
            &policy.description
        }
    }

    fn properties(&self, policy: &PolicyInfo) -> Value {
        let mut tags = vec!["security".to_owned()];
        for control in &policy.controls {
            let versions = control.versions.iter();
            tags.extend(
                versions.map(|version| format!("{}/{version}/{}", control.framework, control.id)),
            );
            if control.versions.is_empty() {
                tags.push(format!("{}/{}", control.framework, control.id));
            }
        }
        let mut properties = json!({"tags": tags, "precision": "very-high"});
        if let (Key::Check(_), Some(map)) = (self.key, properties.as_object_mut()) {
            map.insert("security-severity".into(), json!(score(&policy.severity)));
        }
        properties
    }
}

/// The number that GitHub's code scanning sorts by: the middle of the range
/// that it shows as that severity.
fn score(severity: &str) -> &'static str {
    match severity {
        "critical" => "9.5",
        "high" => "8.0",
        "low" => "2.0",
        _ => "5.5",
    }
}

/// `log-group-configured` as `LogGroupConfigured`.
fn pascal_case(words: &str) -> String {
    words
        .split(|character: char| !character.is_alphanumeric())
        .flat_map(|word| {
            let mut characters = word.chars();
            characters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(characters)
        })
        .collect()
}
