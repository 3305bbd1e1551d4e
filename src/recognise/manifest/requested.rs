//! What a collection was asked for, whether or not it could be entered.

use serde_json::Value;

use super::Problem;
use super::entry::{Entry, Stream};
use super::fields::{Fields, strings};
use crate::cloudtrail::arn::is_account;

/// One account that a collection was asked for, by whatever leads to it. The
/// same account may be asked for more than once: it was entered if one request
/// of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// JSON Pointer to the request in the manifest.
    pub pointer: String,
    /// The profile of the AWS CLI; with a role, the one whose credentials
    /// assume it. `None` stands for the current credentials.
    pub profile: Option<String>,
    /// The role that leads to the account.
    pub role: Option<String>,
    /// The account's id. `None` where only the credentials would have said it,
    /// and they failed.
    pub account: Option<String>,
    /// Whether the credentials worked. Never without an account.
    pub entered: bool,
    /// The regions to ask for trails, in the manifest's order. `None` where
    /// nobody named any and nothing could be entered to find them.
    pub regions: Option<Vec<String>>,
    /// Whether these are known to be all the regions enabled for the account.
    /// Never without regions.
    pub all_enabled_regions: bool,
}

/// What a request named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A profile of the AWS CLI.
    Profile,
    /// An account, by its id, and a role in it.
    Role,
    /// Nothing: the credentials in force were meant.
    Credentials,
}

impl Basis {
    /// The manifest's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Role => "role",
            Self::Credentials => "credentials",
        }
    }
}

impl Requested {
    /// What the request named.
    #[must_use]
    pub fn basis(&self) -> Basis {
        match (&self.role, &self.profile) {
            (Some(_), _) => Basis::Role,
            (None, Some(_)) => Basis::Profile,
            (None, None) => Basis::Credentials,
        }
    }

    /// Whether this file is the error of a call that had to succeed for the
    /// request to be entered.
    #[must_use]
    pub fn failed_by(&self, entry: &Entry) -> bool {
        if self.entered || entry.stream != Stream::Stderr {
            return false;
        }
        let same_profile = entry.option("--profile") == self.profile.as_deref();
        let in_the_account = self.role.is_some() && entry.account == self.account;
        match (entry.call(), &entry.account) {
            (Some(("sts", "assume-role")), _) => same_profile && in_the_account,
            // Before a role is assumed nobody knows the account, and behind the
            // role there is no profile.
            (Some(("sts", "get-caller-identity")), None) => same_profile,
            (Some(("sts", "get-caller-identity")), Some(_)) => in_the_account,
            _ => false,
        }
    }
}

/// Reads a request. What is wrong with it is noted, and never makes more of it
/// than it says: an account that is doubtful was not entered.
pub(super) fn requested(
    value: &Value,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Option<Requested> {
    let mut fields = Fields::of(value, pointer, problems);
    value.as_object()?;
    let basis = fields.text("basis");
    let mut request = Requested {
        pointer: pointer.to_owned(),
        profile: fields.optional("profile"),
        role: fields.optional("role"),
        account: fields.optional("account"),
        entered: fields.flag("entered"),
        regions: match value.get("regions") {
            None | Some(Value::Null) => None,
            Some(_) => fields.get("regions", "an array of strings or null", strings),
        },
        all_enabled_regions: fields.flag("all_enabled_regions"),
    };
    if request.account.as_deref().is_some_and(|id| !is_account(id)) {
        fields.refuse("account", "`account` must be twelve digits".to_owned());
        request.account = None;
    }
    let named = request.basis();
    if basis.is_some_and(|basis| basis != named.word()) {
        let message = format!(
            "`basis` must be `{}`, by the role and the profile that are named",
            named.word()
        );
        fields.refuse("basis", message);
    }
    if request.account.is_none() && (request.entered || named == Basis::Role) {
        let message = "an account that was entered, or has a role, must be named".to_owned();
        fields.refuse("account", message);
        request.entered = false;
    }
    if request.all_enabled_regions && request.regions.is_none() {
        let message = "without `regions` it isn't known that they are all".to_owned();
        fields.refuse("all_enabled_regions", message);
        request.all_enabled_regions = false;
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Manifest;
    use super::super::tests::{problems, sample};
    use super::{Basis, Requested};

    fn read(requests: &Value) -> Vec<Requested> {
        let mut value = sample();
        value["requested"] = requests.clone();
        Manifest::read(&value).unwrap().requested
    }

    /// What is wrong with one request, after a change to a good one.
    fn changed(key: &str, to: Value) -> (Requested, Vec<String>) {
        let mut value = sample();
        value["requested"][0][key] = to;
        let manifest = Manifest::read(&value).unwrap();
        (manifest.requested[0].clone(), problems(&value))
    }

    #[test]
    fn every_request_is_read_entered_or_not() {
        let read = read(&json!([
            {"basis": "profile", "profile": "audit", "role": null, "account": "111122223333", "entered": true,
             "regions": ["us-east-1", "eu-west-1"], "all_enabled_regions": true},
            {"basis": "profile", "profile": "gone", "role": null, "account": null, "entered": false,
             "regions": null, "all_enabled_regions": false},
            {"basis": "role", "profile": null, "role": "reader", "account": "444455556666", "entered": false,
             "regions": ["us-east-1"], "all_enabled_regions": false},
            {"basis": "credentials", "profile": null, "role": null, "account": null, "entered": false,
             "regions": null, "all_enabled_regions": false},
        ]));
        let told: Vec<_> = read
            .iter()
            .map(|one| (one.basis(), one.account.as_deref(), one.entered))
            .collect();
        assert_eq!(
            told,
            [
                (Basis::Profile, Some("111122223333"), true),
                (Basis::Profile, None, false),
                (Basis::Role, Some("444455556666"), false),
                (Basis::Credentials, None, false),
            ]
        );
        assert_eq!(read[0].regions.as_deref().map(<[_]>::len), Some(2));
        assert!(read[0].all_enabled_regions && !read[2].all_enabled_regions);
        assert_eq!(read[1].profile.as_deref(), Some("gone"));
        assert_eq!(
            (read[1].regions.as_ref(), &*read[3].pointer),
            (None, "/requested/3")
        );
    }

    #[test]
    fn a_doubtful_request_is_said_and_was_not_entered() {
        for wrong in [json!(null), json!("11112222333"), json!(5)] {
            let (request, problems) = changed("account", wrong.clone());
            assert_eq!((request.account, request.entered), (None, false), "{wrong}");
            assert!(problems[0].starts_with("/requested/0/account: "), "{wrong}");
        }
        let (request, problems) = changed("entered", json!("yes"));
        assert!(!request.entered);
        assert_eq!(
            problems,
            ["/requested/0/entered: `entered` must be true or false"]
        );
        let (request, problems) = changed("regions", json!([1]));
        assert_eq!(
            (request.regions, request.all_enabled_regions),
            (None, false)
        );
        assert_eq!(
            problems[0],
            "/requested/0/regions: `regions` must be an array of strings or null"
        );
        for (key, to) in [("basis", "role"), ("basis", "x"), ("role", "reader")] {
            let (_, problems) = changed(key, json!(to));
            assert_eq!(problems.len(), 1, "{key} {to}");
            assert!(
                problems[0].starts_with("/requested/0/basis: "),
                "{key} {to}"
            );
        }
        let (request, _) = changed("role", json!(7));
        assert_eq!(request.basis(), Basis::Profile);
    }

    #[test]
    fn an_error_is_that_of_the_request_it_kept_out() {
        let entry = |call: &str, account: Option<&str>, profile: Option<&str>| {
            let mut value = sample();
            let entry = &mut value["files"][0];
            entry["stream"] = json!("stderr");
            entry["account"] = json!(account);
            let option = profile.map(|name| format!("--profile={name}"));
            let words = ["aws", "sts", call].into_iter().map(str::to_owned);
            entry["command"] = words.chain(option).collect();
            Manifest::read(&value).unwrap().files.remove(0)
        };
        let read = read(&json!([
            {"basis": "profile", "profile": "gone", "entered": false, "all_enabled_regions": false},
            {"basis": "role", "profile": "hub", "role": "reader", "account": "444455556666",
             "entered": false, "all_enabled_regions": false},
            {"basis": "credentials", "entered": false, "all_enabled_regions": false},
            {"basis": "profile", "profile": "gone", "account": "111122223333",
             "entered": true, "all_enabled_regions": false},
        ]));
        let (identity, role) = ("get-caller-identity", "assume-role");
        let account = Some("444455556666");
        for (entry, whose) in [
            (entry(identity, None, Some("gone")), Some(0)),
            (entry(identity, None, Some("hub")), Some(1)),
            (entry(role, account, Some("hub")), Some(1)),
            (entry(identity, account, None), Some(1)),
            (entry(identity, None, None), Some(2)),
            (entry(role, account, Some("other")), None),
            (entry(role, Some("555566667777"), Some("hub")), None),
            (entry("get-session-token", None, Some("gone")), None),
        ] {
            let found: Vec<usize> = (0..read.len())
                .filter(|&number| read[number].failed_by(&entry))
                .collect();
            assert_eq!(found, whose.into_iter().collect::<Vec<_>>(), "{entry:?}");
        }
    }

    #[test]
    fn what_is_no_request_is_said() {
        let mut value = sample();
        value["requested"] = json!(["111122223333"]);
        assert_eq!(problems(&value), ["/requested/0: this must be an object"]);
        value["requested"] = json!({});
        assert_eq!(
            problems(&value),
            ["/requested: `requested` must be an array"]
        );
    }
}
