//! `p[k] contains v`, `p[j][k] := v` and `p.a := v` without a member are `{}`,
//! as in OPA: regorus gives them no value. A rule beside them that never holds, of the
//! kind that regorus makes an empty object for, settles it.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Rule, RuleHead};

use super::Pass;
use super::edit::Edit;
use crate::engine::visit::{Chain, Part, rule_reference};

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
        let keys = chain.static_keys();
        let open = chain
            .parts
            .iter()
            .filter(|part| matches!(part, Part::Index(Expr::Var { .. })))
            .count();
        let known = if is_set { 0 } else { 1 };
        let Some(root) = chain.root_name() else {
            continue;
        };
        let path = |length: usize| {
            let keys = keys.iter().take(length).map(|key| format!("[{key:?}]"));
            format!("{root}{}", keys.collect::<String>())
        };
        // The last key is the rule's own; each before it holds something.
        names.extend((0..keys.len()).map(path));
        if open > known {
            names.insert(path(keys.len()));
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
