//! Facts that are taken back: what a value says is read, and then told to be
//! nobody's word for how things are now.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, Says};
use crate::document::locate::Anchor;
use crate::recognise::facts::{Call, Facts, Failure, Named, Origin, Sighting};

/// How surely something is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is said to be no present state: it says nothing, but that somebody
    /// thinks of the accounts in it.
    NoState,
    /// It may be none: what it would have shown isn't known.
    Doubted,
}

impl Facts {
    /// The same facts without trails, lists and statuses, and why.
    pub(crate) fn disowned(mut self, why: &str, taken: Taken) -> Self {
        let failures = match taken {
            Taken::NoState => self.accounts(why),
            Taken::Doubted => self.doubts(why),
        };
        if failures.is_empty() {
            return self;
        }
        self.remark = Some(why.to_owned());
        match taken {
            Taken::NoState => self.is_no_state = true,
            Taken::Doubted => self.is_doubted = true,
        }
        self.failures.extend(failures);
        self.trails.clear();
        self.statuses.clear();
        self.listed.clear();
        self.answers.clear();
        self
    }

    /// How much is said of trails, in all and of what failed.
    pub(crate) fn says(&self) -> usize {
        self.trails.len()
            + self.statuses.len()
            + self.answers.len()
            + self.listed.len()
            + self.failures.len()
    }

    /// Whether it shows any trail, or a list or a status of some.
    pub(crate) fn shows_trails(&self) -> bool {
        let lists = !self.trails.is_empty() || !self.answers.is_empty();
        lists || !self.statuses.is_empty() || !self.listed.is_empty()
    }

    /// The same facts of which none says what isn't there.
    pub(crate) fn select(&mut self) {
        self.trails.iter_mut().for_each(|one| one.complete = false);
        self.answers.iter_mut().for_each(|one| one.whole = false);
        for status in &mut self.statuses {
            status.complete = false;
        }
    }

    /// Adds what was found apart.
    pub(crate) fn take_in(&mut self, inner: Self) {
        let known = self.failures.len();
        self.too_deep = self.too_deep.or(inner.too_deep.map(|at| known + at));
        if self.producer.is_empty() {
            self.producer = inner.producer;
        }
        self.trails.extend(inner.trails);
        self.statuses.extend(inner.statuses);
        self.listed.extend(inner.listed);
        self.shown.extend(inner.shown);
        self.answers.extend(inner.answers);
        self.log_groups.extend(inner.log_groups);
        self.rolls.extend(inner.rolls);
        self.failures.extend(inner.failures);
        self.sent.extend(inner.sent);
        self.manifest = self.manifest.take().or(inner.manifest);
        self.identity = self.identity.take().or(inner.identity);
        self.remark = self.remark.take().or(inner.remark);
        self.is_doubted |= inner.is_doubted;
        self.is_no_state |= inner.is_no_state;
    }

    /// One failure an account that is named: it is expected elsewhere.
    fn accounts(&self, why: &str) -> Vec<Failure> {
        let of_trail = |one: &Sighting| one.object.arn.clone();
        let arns = self.trails.iter().filter_map(of_trail);
        let arns = arns.chain(self.listed.iter().filter_map(|one| one.arn.clone()));
        let accounts: BTreeSet<Option<Arc<str>>> = arns
            .map(|text| {
                let account = arn::trail_arn(&text)?.account;
                arn::is_account(account).then(|| account.into())
            })
            .collect();
        let says_nothing =
            self.trails.is_empty() && self.statuses.is_empty() && self.answers.is_empty();
        let accounts = match accounts.is_empty() && !(says_nothing && self.listed.is_empty()) {
            true => [None].into(),
            false => accounts,
        };
        let accounts = accounts.into_iter();
        accounts
            .map(|account| Failure {
                call: Some(Call::Other),
                error: None,
                message: why.to_owned(),
                named: Named::No,
                origin: Origin {
                    account,
                    region: None,
                },
                hides_trails: false,
                anchor: None,
            })
            .collect()
    }

    /// One failure for each thing that would have been shown.
    fn doubts(&self, why: &str) -> Vec<Failure> {
        let failure = |call, named, origin: &Origin, anchor: &Anchor| Failure {
            call: Some(call),
            error: None,
            message: why.to_owned(),
            named,
            origin: origin.clone(),
            hides_trails: call == Call::DescribeTrails,
            anchor: Some(anchor.clone()),
        };
        let list = Call::DescribeTrails;
        let mut failures: Vec<Failure> = Vec::new();
        for answer in &self.answers {
            failures.push(failure(list, Named::No, &answer.origin, &answer.anchor));
        }
        for one in &self.trails {
            failures.push(failure(list, one.object.named(), &one.origin, &one.anchor));
        }
        for one in &self.listed {
            failures.push(failure(list, Named::No, &Origin::default(), &one.anchor));
        }
        for status in &self.statuses {
            let named = self.named(&status.claims);
            let call = Call::GetTrailStatus;
            failures.push(failure(call, named, &status.origin, &status.anchor));
        }
        failures
    }

    /// The trail that the claims of a status name, the nearest of them.
    pub(crate) fn named(&self, claims: &[Claim]) -> Named {
        let mut claims = claims.iter().rev();
        let named = claims.find_map(|claim| match &claim.says {
            Says::Arn(arn) => Some(Named::Arn(arn.clone())),
            Says::Name(name) | Says::Text(name) => Some(Named::Name(name.clone())),
            Says::InTrail(index) => self.trails.get(*index).map(|one| one.object.named()),
        });
        named.unwrap_or_default()
    }
}
