//! Answers that say which accounts and regions there are: `organizations
//! list-accounts`, `ec2 describe-regions`, `account list-regions`.
//!
//! They show no trail, and say who was to be asked for them. A list that goes
//! on elsewhere names what it names.

use crate::cloudtrail::arn;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Roll, RollOf};
use crate::recognise::walk::{Hints, Walk};

/// Takes a list of accounts or of regions.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    _pointer: &str,
    hints: &Hints,
) -> bool {
    let list = |key: &str| object.get(key).filter(|list| list.kind() == Kind::Array);
    let (of, names) = if let Some(list) = list("Accounts") {
        (RollOf::Accounts, names(list, "Id", "Status", &["ACTIVE"]))
    } else if let Some(list) = list("Regions") {
        let enabled = [
            "opt-in-not-required",
            "opted-in",
            "ENABLED",
            "ENABLED_BY_DEFAULT",
        ];
        let ec2 = names(list, "RegionName", "OptInStatus", &enabled);
        let account = names(list, "RegionName", "RegionOptStatus", &enabled);
        // What one of the two says of a region, the other one doesn't.
        let both = ec2.into_iter().filter(|name| account.contains(name));
        (RollOf::Regions, both.collect())
    } else {
        return false;
    };
    let is_one = |name: &str| match of {
        RollOf::Accounts => arn::is_account(name),
        RollOf::Regions => arn::is_region(name),
    };
    let names: Vec<Box<str>> = names.into_iter().filter(|name| is_one(name)).collect();
    if names.is_empty() {
        return false;
    }
    walk.producer("aws cli");
    walk.found.rolls.push(Roll {
        of,
        names,
        origin: hints.origin.clone(),
    });
    true
}

/// The names of a list's items whose status, where they have one, is one of
/// these.
fn names(list: Node<'_>, key: &str, status: &str, fine: &[&str]) -> Vec<Box<str>> {
    let items = list.elements().into_iter().map(Object::new);
    let counts = |item: &Object<'_>| {
        let status = item.text(status);
        status.is_none_or(|status| fine.contains(&&*status))
    };
    items
        .filter(counts)
        .filter_map(|item| item.text(key).map(|name| name.as_ref().into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::document::json::Node;

    #[test]
    fn what_is_suspended_or_not_opted_into_is_not_expected() {
        let list = r#"[{"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
            {"RegionName": "me-south-1", "OptInStatus": "not-opted-in"}, {"RegionName": "eu-west-1"}]"#;
        let names = names(
            Node::parse(list).unwrap(),
            "RegionName",
            "OptInStatus",
            &["opt-in-not-required"],
        );
        assert_eq!(names, ["us-east-1".into(), "eu-west-1".into()]);
    }
}
