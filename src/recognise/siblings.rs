//! What stands side by side in one object or list, some of which shows trails: a row
//! for each account, a key for each region, a name for each trail.
//!
//! Whoever is named there was asked. Where nothing under the name shows a trail, be
//! it `null`, an empty list or a word, no answer of it is there: a failed call.

use std::collections::HashSet;
use std::sync::Arc;

use crate::cloudtrail::keys::NAME;
use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Facts, Failure, Listed, Named, Origin};
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};
use crate::recognise::{envelope, failed_call, places};

/// How deep something empty is looked into.
const DEEPEST: usize = 4;

/// How much was found until now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    lists: usize,
    trails: usize,
    statuses: usize,
    failures: usize,
    says: usize,
}

impl Until {
    pub(super) fn now(facts: &Facts) -> Self {
        Self {
            lists: facts.answers.len(),
            trails: facts.trails.len(),
            statuses: facts.statuses.len(),
            failures: facts.failures.len(),
            says: facts.says() + facts.shown.len(),
        }
    }
}

/// One of several, by its key, if it has one, and its place among them.
#[derive(Debug, Clone, Copy)]
struct Sibling<'o, 'a> {
    key: Option<&'o str>,
    index: usize,
    value: Node<'a>,
}

/// The members of an object or the elements of a list, as they are looked into.
#[derive(Debug, Default)]
pub(super) struct Siblings<'o, 'a> {
    telling: Vec<Sibling<'o, 'a>>,
    silent: Vec<Sibling<'o, 'a>>,
    met: usize,
    /// Whether some are of trails, and not only of how one is doing.
    have_trails: bool,
    /// Whether the key of some is the name of the trail that they show.
    are_named: bool,
}

/// Whose something is, by its key or by what stands in it.
#[derive(Debug, PartialEq)]
struct Scope {
    origin: Origin,
    trail: Named,
}

impl<'o, 'a> Siblings<'o, 'a> {
    /// Notes one more, which was looked into since then.
    pub(super) fn met(&mut self, key: Option<&'o str>, value: Node<'a>, until: Until, now: &Facts) {
        let sibling = Sibling {
            key,
            index: self.met,
            value,
        };
        self.met += 1;
        let later = Until::now(now);
        if later.says == until.says {
            // A word or a number in a list names nobody, and there may be millions.
            if key.is_some() || value.kind() == Kind::Object {
                self.silent.push(sibling);
            }
            return;
        }
        let has_trails = later.trails > until.trails || later.lists > until.lists;
        let has_statuses = later.statuses > until.statuses;
        // What is said of a trail and not read was an answer all the same.
        let mut failures = now.failures.iter().skip(until.failures).peekable();
        if !has_trails && !has_statuses && failures.peek().is_none() {
            return;
        }
        self.have_trails |= has_trails || failures.any(|one| one.hides_trails);
        let trail = now.trails.get(until.trails).filter(|_| has_trails);
        self.are_named |= key.is_some_and(|key| match trail {
            Some(trail) => trail.object.name.as_deref() == Some(key),
            None => has_statuses && !has_trails && places::claim_of_key(key).is_some(),
        });
        self.telling.push(sibling);
    }

    /// Notes those that show nothing and name an account, a region or a trail, as
    /// some do that show one.
    pub(super) fn note(self, walk: &mut Walk<'a, '_>, pointer: &str, hints: &Hints) {
        if self.telling.is_empty() || self.silent.is_empty() {
            return;
        }
        let by_name = !self.have_trails;
        let own = |one: &Sibling<'_, '_>| one.own(hints, by_name);
        let told = Told::of(self.telling.iter().filter_map(own));
        for one in &self.silent {
            if walk.is_full() {
                return;
            }
            let by_key = one.key.and_then(|key| self.by_key(key, one.value, hints));
            if let Some(scope) = by_key.or_else(|| own(one).filter(|scope| told.lacks(scope))) {
                self.unanswered(walk, *one, scope, pointer);
            }
        }
    }

    /// Whose a key says that something is.
    fn by_key(&self, key: &str, value: Node<'_>, hints: &Hints) -> Option<Scope> {
        let is_trail = arn::looks_like_trail(key);
        let is_place = arn::account_id(key).is_some() || arn::is_region(key);
        let is_name = || {
            self.are_named
                && places::claim_of_key(key).is_some()
                && !envelope::tells_outcome(key)
                && (is_blank(value, 0) || error_in(value).is_some())
        };
        if !is_trail && !is_place && !is_name() {
            return None;
        }
        let hints = Hints {
            claims: Vec::new(),
            ..hints.clone()
        };
        let hints = hints.under(key);
        Some(Scope {
            trail: hints.named(),
            origin: hints.origin,
        })
    }

    fn unanswered(&self, walk: &mut Walk<'a, '_>, one: Sibling<'o, 'a>, scope: Scope, at: &str) {
        let is_region_alone = scope.trail == Named::No && scope.origin.account.is_none();
        if !self.have_trails && is_region_alone && one.value.is_empty_container() {
            // There was no trail to ask for.
            return;
        }
        let (token, said) = match one.key {
            Some(key) => (key.into(), format!("no answer stands under `{key}`")),
            None => {
                let said = "no answer stands in it, as in others beside it";
                (one.index.to_string(), said.to_owned())
            }
        };
        let anchor = walk.anchor(one.value, &child(at, &token));
        if let Named::Arn(arn) = &scope.trail {
            walk.found.shown.push(Listed {
                arn: Some(arn.clone()),
                name: None,
                home_region: None,
                anchor: anchor.clone(),
            });
        }
        let error = error_in(one.value);
        let (error, message) = error.unwrap_or((None, said));
        walk.found.failures.push(Failure {
            call: Some(match self.have_trails {
                true => Call::DescribeTrails,
                false => Call::GetTrailStatus,
            }),
            error,
            message,
            hides_trails: self.have_trails && scope.trail == Named::No,
            named: scope.trail,
            origin: scope.origin,
            anchor: Some(anchor),
        });
    }
}

impl Sibling<'_, '_> {
    /// Whose its own members say that it is, a bare name among them or not.
    fn own(&self, hints: &Hints, by_name: bool) -> Option<Scope> {
        if self.value.kind() != Kind::Object {
            return None;
        }
        let object = Object::new(self.value);
        if object.members.iter().any(is_of_other) {
            return None;
        }
        let mut texts = object.members.iter().filter_map(|one| one.value.as_str());
        let arn = texts.find(|text| arn::trail_arn(text).is_some());
        // Rows of all kinds of things have names.
        let mut names = object.of_trail().filter(|(key, _)| *key == NAME && by_name);
        let name = names.next().and_then(|(_, member)| member.value.as_str());
        let trail = match arn {
            Some(arn) => Named::Arn(arn.into()),
            None => name.map_or(Named::No, |name| Named::Name(name.into())),
        };
        let Origin { account, region } = Hints::default().origin_of(&object);
        let names_any = account.is_some() || region.is_some() || trail != Named::No;
        let around = &hints.origin;
        let origin = Origin {
            account: account.or_else(|| around.account.clone()),
            region: region.or_else(|| around.region.clone()),
        };
        names_any.then_some(Scope { origin, trail })
    }
}

/// Account, region and trail.
type Key = (Option<Arc<str>>, Option<Arc<str>>, Option<Box<str>>);

impl Scope {
    fn key(&self) -> Key {
        let trail = match &self.trail {
            Named::No => None,
            Named::Arn(word) | Named::Name(word) => Some(word.clone()),
        };
        (
            self.origin.account.clone(),
            self.origin.region.clone(),
            trail,
        )
    }
}

/// What those that show something name.
#[derive(Debug, Default)]
struct Told {
    accounts: bool,
    regions: bool,
    trails: bool,
    /// Each of their scopes, and those around it.
    scopes: HashSet<Key>,
}

impl Told {
    fn of(scopes: impl Iterator<Item = Scope>) -> Self {
        let mut told = Self::default();
        for scope in scopes {
            let (account, region, trail) = scope.key();
            told.accounts |= account.is_some();
            told.regions |= region.is_some();
            told.trails |= trail.is_some();
            for parts in 0..8_u8 {
                told.scopes.insert((
                    account.clone().filter(|_| parts & 1 == 0),
                    region.clone().filter(|_| parts & 2 == 0),
                    trail.clone().filter(|_| parts & 4 == 0),
                ));
            }
        }
        told
    }

    /// Whether none of them names this, and some name one of its kind.
    fn lacks(&self, scope: &Scope) -> bool {
        let key = scope.key();
        let is_like = match &key {
            (_, _, Some(_)) => self.trails,
            (account, region, None) => {
                (account.is_some() && self.accounts) || (region.is_some() && self.regions)
            }
        };
        is_like && !self.scopes.contains(&key)
    }
}

/// Whether a member is the ARN of a thing that is no trail, or the type of one:
/// `AWS::S3::Bucket`, `aws_s3_bucket`.
fn is_of_other(member: &Member<'_>) -> bool {
    let Some(text) = member.value.as_str() else {
        return false;
    };
    let is_type = text.starts_with("AWS::") || text.starts_with("aws_");
    let is_arn = || text.starts_with("arn:") && keys::folds_to(&member.key, "arn");
    (is_type || is_arn()) && !keys::fold(&text).contains("cloudtrail")
}

/// Whether nothing stands in a value.
fn is_blank(value: Node<'_>, depth: usize) -> bool {
    let inner = || match value.kind() {
        Kind::Array => value.elements(),
        Kind::Object => value.members().into_iter().map(|one| one.value).collect(),
        _ => Vec::new(),
    };
    envelope::is_no(value)
        || (depth < DEEPEST && {
            let inner = inner();
            !inner.is_empty() && inner.into_iter().all(|one| is_blank(one, depth + 1))
        })
}

/// The error that stands where an answer should be: its code and what it says.
fn error_in(value: Node<'_>) -> Option<(Option<Box<str>>, String)> {
    let text = value.as_str()?;
    let said = failed_call::read(&text)?;
    Some((said.error.as_deref().map(Into::into), said.message))
}
