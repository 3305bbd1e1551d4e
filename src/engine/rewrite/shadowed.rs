//! Variables that share their name with a rule, an import or a variable of a
//! scope around theirs get one of their own: regorus takes `some n` for the rule
//! `n`, or for the other variable.

use super::edit::Edit;
use super::{OWN, Pass};
use crate::engine::scope::Scopes;

pub(super) fn edits(pass: &mut Pass<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for rule in &pass.tree.policy {
        let scopes = Scopes::of(rule);
        let nested = scopes.nested();
        for (variable, is_nested) in scopes.variables.iter().zip(nested) {
            let name = match is_nested {
                true => format!("{}_own_{}", pass.name(), variable.name),
                false if pass.global.contains(variable.name) => {
                    format!("{OWN}own_{}", variable.name)
                }
                false => continue,
            };
            let places = variable.places.iter();
            edits.extend(places.map(|at| Edit::replace(at.clone(), name.clone())));
        }
    }
    edits.sort_by_key(|edit| edit.at.start);
    edits.dedup_by(|a, b| a.at == b.at);
    edits
}
