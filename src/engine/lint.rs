//! What is wrong with a policy set beyond its syntax, found without running
//! it.

use crate::policy::{PolicyProblem, PolicySet};

/// Everything wrong with a set, in the order of files and places.
#[must_use]
pub fn problems(_set: &PolicySet) -> Vec<PolicyProblem> {
    Vec::new()
}
