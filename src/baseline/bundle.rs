//! What a report says of the bundles that its policies came in, read back.

use super::Baseline;
use crate::render::json::bundle::BundleJson;
use crate::report::Report;

/// By what a report names a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OfBundle {
    /// What it owns.
    Roots(Vec<String>),
    /// The id of a policy that came in it.
    Policy(String),
}

impl Baseline {
    /// What the report says of each bundle, by what it owns, and of that of each
    /// policy, by the policy's id.
    pub(crate) fn bundles(&self) -> impl Iterator<Item = (OfBundle, BundleJson)> {
        let of_policies = self.policies.iter().filter_map(|policy| {
            let of = OfBundle::Policy(policy.id.clone());
            Some((of, policy.bundle.clone()?))
        });
        let all = self.bundles.iter().cloned();
        all.map(|bundle| (OfBundle::Roots(bundle.roots.clone()), bundle))
            .chain(of_policies)
    }
}

/// What a report of this run says of bundles, as [`Baseline::bundles`].
pub(crate) fn bundles(report: &Report) -> impl Iterator<Item = (OfBundle, BundleJson)> {
    let of_policies = report.policies.iter().filter_map(|policy| {
        let of = OfBundle::Policy(policy.id.to_string());
        Some((of, policy.bundle.as_ref()?.into()))
    });
    let all = report.bundles.iter();
    all.map(|bundle| (OfBundle::Roots(bundle.roots.clone()), bundle.into()))
        .chain(of_policies)
}
