//! What is known of a value from all that stands above it and beside it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::keys::Spelt;
use crate::cloudtrail::name::Readings;
use crate::cloudtrail::{arn, keys};
use crate::document::command::Command;
use crate::document::json::Kind;
use crate::document::object::Object;
use crate::recognise::facts::{Call, Named, Origin};
use crate::recognise::{envelope, headers, heard, places, request};

/// What stands above a value and says something of it.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// What names the trail that it is of.
    pub claims: Vec<Claim>,
    /// Where it was asked.
    pub origin: Origin,
    /// The call it answers.
    pub call: Option<Call>,
    /// Why a list in it may not be whole: an option of its command.
    pub filter: Option<Box<str>>,
    /// When AWS answered, by the `Date` header of the wrapper around it.
    pub collected: Option<Timestamp>,
    /// The key above it that nobody knows: what it lies under may be no state.
    pub unknown: Option<Box<str>>,
    /// A key beside it that may say that an empty list in it isn't all.
    pub unsaid: Option<Box<str>>,
    /// A key beside it that names no trail and may say that it isn't so.
    pub untold: Option<Box<str>>,
    /// The latest time that is said beside it.
    pub said_at: Option<Timestamp>,
    /// Whether keys of what lies here may have been left out.
    pub selected: bool,
    /// Why nothing here is an answer of AWS.
    pub doubt: Option<Box<str>>,
    /// How deep it lies.
    pub(crate) depth: usize,
}

impl Hints {
    /// The same hints, one level down.
    pub(crate) fn deeper(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self.clone()
        }
    }

    /// The same hints for what belongs to the trail with this index.
    #[must_use]
    pub fn in_trail(&self, index: usize) -> Self {
        Self {
            claims: vec![Claim::sure(ClaimSource::InTrail, Says::InTrail(index))],
            // The list was asked for at that time, and this was not.
            collected: None,
            ..self.clone()
        }
    }

    /// The trail that a failed call was about, as far as one is named.
    #[must_use]
    pub fn named(&self) -> Named {
        // What doesn't name it for sure, and is no command, comes last.
        let may_name = |claim: &&Claim| match claim.strength {
            Strength::Sure => true,
            Strength::Unsure => claim.source != ClaimSource::Command,
            Strength::Faint => false,
        };
        let sure = self.claims.iter().filter(|claim| !claim.is_sure());
        let sure = sure.chain(self.claims.iter().filter(|claim| claim.is_sure()));
        let named = sure
            .filter(may_name)
            .rev()
            .find_map(|claim| match &claim.says {
                Says::Arn(arn) => Some(Named::Arn(arn.clone())),
                Says::Name(name) | Says::Text(name) => Some(Named::Name(name.clone())),
                Says::InTrail(_) => None,
            });
        named.unwrap_or_default()
    }

    /// Where an object was asked for: what it says of itself before what stands
    /// above it.
    pub(crate) fn origin_of(&self, object: &Object<'_>) -> Origin {
        let mut origin = self.origin.clone();
        let text = |word: &str| object.folded(word).and_then(|member| member.value.as_str());
        let accounts = ["accountid", "account", "awsaccountid"];
        let account = accounts
            .iter()
            .find_map(|word| arn::account_id(&text(word)?));
        // Of two accounts the one that nobody foresaw counts: the answer is then
        // not that of the trail's own.
        let mut others = accounts_beside(object).into_iter();
        let other = others.find(|other| Some(other) != account.as_ref());
        if let Some(account) = other.or(account) {
            origin.account = Some(account.into());
        }
        let region = ["region", "awsregion"].iter().find_map(|word| text(word));
        if let Some(region) = region.filter(|text| arn::is_region(text)) {
            origin.region = Some(region.as_ref().into());
        }
        origin
    }

    /// The hints for what stands in an object, from all that stands beside it.
    pub(crate) fn beside(&self, object: &Object<'_>) -> Self {
        let mut hints = self.clone();
        // A name further out may be of a report or a machine; what only wraps
        // adds no distance.
        let speaks = object
            .members
            .iter()
            .any(|one| one.value.kind() == Kind::String);
        for above in hints.claims.iter_mut().filter(|_| speaks) {
            above.fade();
        }
        hints.claims.extend(heard::claims_of(object, |_| false));
        let text = |word: &str| object.folded(word).and_then(|member| member.value.as_str());
        if let Some(call) = text("operation").and_then(|word| Call::named(&word)) {
            hints.call = Some(call);
        }
        hints.origin = hints.origin_of(object);
        let given = object.members.iter().find_map(request::asked_for);
        hints.filter = hints.filter.or(given.map(Into::into));
        hints.selected |= envelope::is_selection(object);
        let unsaid = || envelope::unsaid(object).map(Into::into);
        hints.unsaid = hints.unsaid.or_else(unsaid);
        let untold = || heard::untold(object).map(Into::into);
        hints.untold = hints.untold.or_else(untold);
        hints.said_at = heard::time_beside(object).max(hints.said_at);
        hints.collected = headers::date(object).or(hints.collected);
        hints
    }

    /// The hints for the value under a key: an ARN, a region, an account, a
    /// command, or whatever else the key may be.
    #[must_use]
    pub fn under(&self, key: &str) -> Self {
        let mut hints = self.deeper();
        if let Some(account) = arn::account_id(key) {
            hints.origin.account = Some(account.into());
            return hints;
        }
        if arn::is_region(key) {
            hints.origin.region = Some(Arc::from(key));
            return hints;
        }
        let command = Command { line: key };
        if let Some((_, operation)) = command.aws_call() {
            return hints.of_call(&command, operation);
        }
        let claim = places::claim_of_key(key);
        // A name may speak of trails, and says nothing of the call.
        let names = claim.is_some() && !Readings::of_text(key).is_of_status;
        if let Some(call) = Call::named(key).filter(|_| !names) {
            hints.call = Some(call);
        }
        if claim
            .as_ref()
            .is_some_and(|claim| !matches!(claim.says, Says::Arn(_)))
        {
            hints.unknown = Some(key.into());
        }
        if let Some(claim) = claim {
            hints.claims.push(claim);
        }
        hints
    }

    /// The hints for what the command printed that its key holds.
    fn of_call(mut self, command: &Command<'_>, operation: &str) -> Self {
        let kept = command.kept();
        self.call = Call::named(operation);
        self.filter = kept.filter.map(Into::into).or(self.filter);
        self.selected |= kept.selected;
        if let Some(region) = command.option("--region") {
            self.origin.region = Some(region.into());
        }
        if self.call == Some(Call::GetTrailStatus) {
            self.claims.extend(heard::of_command(command));
        }
        self
    }

    /// Whether a trail of this name and ARN may lie here and count: everything
    /// above it is known, or is its own name.
    #[must_use]
    pub fn is_placed(&self, name: Option<&str>, arn: Option<&str>) -> bool {
        let Some(key) = self.unknown.as_deref() else {
            return true;
        };
        Some(key) == name || Some(key) == arn || {
            let folded = keys::fold(key);
            name.is_some_and(|name| keys::fold(name) == folded)
        }
    }
}

/// The longest object, in bytes, that may say whose an answer beside it is.
const LONGEST: usize = 1024;

/// The accounts that the values of an object name, under whichever key: an id, or
/// the ARN of a role, a user or a caller. AWS's own keys of trails and statuses
/// may name what lies elsewhere.
fn accounts_beside(object: &Object<'_>) -> Vec<String> {
    let beside = object.spelt().filter(|(spelt, _)| *spelt == Spelt::Neither);
    let mut accounts = Vec::new();
    for (_, member) in beside {
        let value = member.value;
        match value.kind() {
            Kind::String => accounts.extend(value.as_str().and_then(|text| account_of(&text))),
            Kind::Number if speaks_of_account(&member.key) => {
                accounts.extend(arn::account_id(value.text()));
            }
            Kind::Object if value.text().len() < LONGEST => {
                let inner = Object::new(value);
                let is_identity = inner.spelt().all(|(spelt, one)| {
                    let is_arn = keys::folds_to(&one.key, "arn");
                    (spelt == Spelt::Neither || is_arn) && one.value.kind() == Kind::String
                });
                let told = inner.members.iter().filter(|_| is_identity);
                let told = told.filter_map(|one| account_of(&one.value.as_str()?));
                accounts.extend(told);
            }
            _ => {}
        }
    }
    accounts
}

fn speaks_of_account(key: &str) -> bool {
    let folded = keys::fold(key);
    let mut words = ["account", "acct", "owner"].iter();
    words.any(|word| folded.contains(word))
}

/// The account that a text is, or that the ARN of a principal names.
fn account_of(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 512 {
        return None;
    }
    if let Some(account) = arn::account_id(text) {
        return Some(account);
    }
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
    let service = parts.nth(1)?;
    let account = parts.nth(1)?;
    (matches!(service, "iam" | "sts") && arn::is_account(account)).then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json::Node;

    #[test]
    fn an_account_beside_an_answer_is_heard_under_any_key() {
        let of = |text: &str| {
            let object = Object::new(Node::parse(text).unwrap());
            Hints::default().origin_of(&object).account
        };
        for text in [
            r#"{"aws_account": "444455556666"}"#,
            r#"{"acct": "4444-5555-6666"}"#,
            r#"{"konto": "444455556666"}"#,
            r#"{"owner": 444455556666}"#,
            r#"{"role_arn": "arn:aws:iam::444455556666:role/x"}"#,
            r#"{"caller": "arn:aws:sts::444455556666:assumed-role/r/x"}"#,
            r#"{"identity": {"Account": "444455556666"}}"#,
            r#"{"who": {"Arn": "arn:aws:sts::444455556666:assumed-role/r/x"}}"#,
            r#"{"accountId": "111122223333", "role_arn": "arn:aws:iam::444455556666:role/x"}"#,
        ] {
            assert_eq!(of(text).as_deref(), Some("444455556666"), "{text}");
        }
        for text in [
            r#"{"CloudWatchLogsRoleArn": "arn:aws:iam::444455556666:role/x"}"#,
            r#"{"KmsKeyId": "arn:aws:kms:us-east-1:444455556666:key/x"}"#,
            r#"{"bucket": "ct-444455556666", "size": 444455556666}"#,
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
