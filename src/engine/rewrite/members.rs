//! `p[k] contains v`, `p[j][k] := v`, `p[k].a := v` and `p.a := v` without a member are `{}`,
//! as in OPA: regorus gives them no value. A rule beside them that never holds, of the
//! kind that regorus makes an empty object for, settles it.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Rule, RuleHead};

use super::Pass;
use super::edit::Edit;
use crate::engine::visit::{Chain, Part, range, rule_reference};

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut names = BTreeSet::new();
    for rule in &pass.tree.policy {
        let Rule::Spec { head, .. } = rule.as_ref() else {
            continue;
        };
        let is_set = match head {
            RuleHead::Set { .. } => true,
            RuleHead::Compr { .. } => false,
            RuleHead::Func { .. } => continue,
        };
        let chain = Chain::of(rule_reference(rule));
        let Some(root) = chain.root_name() else {
            continue;
        };
        let fixed = chain.parts.iter().map_while(|part| fixed(part, pass.text));
        let fixed: Vec<String> = fixed.collect();
        let path = |length: usize| {
            let keys = fixed.iter().take(length).map(String::as_str);
            format!("{root}{}", keys.collect::<String>())
        };
        // The last key is the rule's own; each before it holds something.
        names.extend((0..fixed.len()).map(path));
        let behind = chain.parts.len().saturating_sub(fixed.len());
        // regorus has an object for `p[k] := v`.
        if behind > usize::from(!is_set) {
            names.insert(path(fixed.len()));
        }
    }
    let rules: String = names
        .iter()
        .map(|name| {
            format!("\n{name}[coldtrail_key] := coldtrail_value if {{ some coldtrail_key, coldtrail_value in {{}} }}")
        })
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    vec![Edit::insert(pass.text.len(), format!("{rules}\n"))]
}

/// A key that is written out, in brackets.
fn fixed(part: &Part<'_>, text: &str) -> Option<String> {
    let key = match part {
        Part::Key(key, _) => serde_json::to_string(key).ok()?,
        Part::Index(key @ (Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. })) => {
            text.get(range(key.span()))?.to_owned()
        }
        Part::Index(_) => return None,
    };
    Some(format!("[{key}]"))
}
