//! `coverage` in the published JSON.

use serde::Serialize;

use super::Each;
use crate::coverage::{Basis, Coverage, MissingAccount, RegionCoverage};

/// Which accounts and regions were expected, and which answered.
#[derive(Serialize)]
pub(crate) struct CoverageJson<'a> {
    accounts: AccountsJson<'a>,
    regions: Each<'a, RegionCoverage, RegionJson<'a>>,
}

#[derive(Serialize)]
struct AccountsJson<'a> {
    expected: usize,
    answered: usize,
    missing: Each<'a, MissingAccount, MissingJson<'a>>,
    basis: Option<String>,
}

#[derive(Serialize)]
struct MissingJson<'a> {
    account_id: &'a str,
    reason: Option<&'a str>,
    basis: Option<String>,
}

#[derive(Serialize)]
struct RegionJson<'a> {
    account_id: &'a str,
    expected: Option<usize>,
    answered: Each<'a, std::sync::Arc<str>, &'a str>,
    missing: Each<'a, std::sync::Arc<str>, &'a str>,
    basis: Option<String>,
}

impl<'a> CoverageJson<'a> {
    pub(crate) fn new(coverage: &'a Coverage) -> Self {
        let accounts = &coverage.accounts;
        Self {
            accounts: AccountsJson {
                expected: accounts.expected,
                answered: accounts.answered,
                missing: Each(&accounts.missing, MissingJson::new),
                basis: Basis::list(&accounts.basis),
            },
            regions: Each(&coverage.regions, RegionJson::new),
        }
    }
}

impl<'a> MissingJson<'a> {
    fn new(account: &'a MissingAccount) -> Self {
        Self {
            account_id: &account.id,
            reason: account.reason.as_deref(),
            basis: Basis::list(&account.basis),
        }
    }
}

impl<'a> RegionJson<'a> {
    fn new(regions: &'a RegionCoverage) -> Self {
        Self {
            account_id: &regions.account_id,
            expected: regions.expected,
            answered: Each(&regions.answered, |region| region),
            missing: Each(&regions.missing, |region| region),
            basis: Basis::list(&regions.basis),
        }
    }
}
