//! `p[k] contains v` and `p[j][k] := v` without a member are `{}`, as in OPA:
//! regorus gives them no value. A rule beside them that never holds, of the
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
        if open > known
            && let Some(root) = chain.root_name()
        {
            let path = keys.iter().map(|key| format!("[{key:?}]"));
            names.insert(format!("{root}{}", path.collect::<String>()));
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
