//! Variables that share their name with a rule or an import get one of their
//! own: regorus takes `some n` for the rule `n`, and OPA for the variable.

use super::Pass;
use super::edit::Edit;
use crate::engine::scope::Scopes;

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        for variable in Scopes::of(rule).variables {
            if pass.global.contains(variable.name) {
                let name = format!("coldtrail_own_{}", variable.name);
                let places = variable.places.into_iter();
                edits.extend(places.map(|at| Edit::replace(at, name.clone())));
            }
        }
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits.dedup_by(|a, b| a.at == b.at);
    edits
}
