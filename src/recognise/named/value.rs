//! The accounts that a JSON value names.

use std::collections::BTreeSet;

use super::{mentioned, text};
use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::facts::Roll;
use crate::recognise::reader::roll;

/// Keys, folded, of accounts that something belongs to, or that may do something:
/// others than the one that was asked, most often.
const OF_OTHERS: [&str; 14] = [
    "accepterinfo",
    "accepterid",
    "aws",
    "federated",
    "owner",
    "ownerid",
    "imageownerid",
    "peerownerid",
    "principal",
    "principals",
    "requesterid",
    "requesterinfo",
    "sharedaccounts",
    "sourceaccount",
];

/// How deep a value is looked into.
const DEEPEST: usize = 16;

/// The accounts that a value names which is nothing known: an inventory, a list
/// of what was left out, a selection of keys of an answer.
pub(crate) fn of_value(node: Node<'_>) -> Option<Roll> {
    let mut found = BTreeSet::new();
    take("", node, 0, &mut found);
    mentioned(found)
}

fn take(key: &str, node: Node<'_>, depth: usize, found: &mut BTreeSet<Box<str>>) {
    // Twelve digits are somewhere in whatever names an account.
    let digits = || node.text().bytes().filter(u8::is_ascii_digit).count();
    if depth > DEEPEST || node.text().len() < 12 || digits() < 12 {
        return;
    }
    let folded = keys::fold(key);
    if OF_OTHERS.contains(&folded.as_str()) {
        return;
    }
    match node.kind() {
        Kind::String => {
            let text = node.as_str().unwrap_or_default();
            if text::is_short(&text) {
                found.extend(text::accounts(&text));
            }
            found.extend(of_principal(&folded, text.trim()));
        }
        Kind::Number
            if folded.contains("account") || folded.contains("acct") || folded.is_empty() =>
        {
            found.extend(arn::account_id(node.text()).map(String::into_boxed_str));
        }
        Kind::Array => {
            for element in node.elements() {
                take(key, element, depth + 1, found);
            }
        }
        Kind::Object => {
            let object = Object::new(node);
            if roll::is_closed(&object) {
                return;
            }
            for member in &object.members {
                found.extend(arn::account_id(&member.key).map(String::into_boxed_str));
                take(&member.key, member.value, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The account whose credentials something has or is to take: that of a session,
/// or of a role under a key for one.
fn of_principal(folded: &str, text: &str) -> Option<Box<str>> {
    let is_role = folded.ends_with("arn") || folded.contains("role");
    let account = account_of(text, |service| match service {
        "sts" => true,
        _ => service == "iam" && is_role,
    });
    account.map(Into::into)
}

/// The account in an ARN of a service that is meant.
fn account_of(text: &str, is_meant: impl Fn(&str) -> bool) -> Option<&str> {
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
    let service = parts.nth(1)?;
    let account = parts.nth(1)?;
    (is_meant(service) && arn::is_account(account)).then_some(account)
}

/// The account whose an answer of a known call is: that of the items which it
/// lists or shows, by their own ARNs.
pub(crate) fn of_answer(node: Node<'_>) -> Option<Roll> {
    let mut found = BTreeSet::new();
    if node.kind() != Kind::Object {
        return None;
    }
    for member in &Object::new(node).members {
        let own = keys::fold(&member.key);
        let own = format!("{}arn", own.strip_suffix('s').unwrap_or(&own));
        let items = match member.value.kind() {
            Kind::Array => member.value.elements(),
            Kind::Object => vec![member.value],
            _ => continue,
        };
        let items = items.into_iter().filter(|item| item.kind() == Kind::Object);
        for item in items.map(Object::new) {
            let mut arns = item
                .members
                .iter()
                .filter(|one| keys::folds_to(&one.key, "arn") || keys::folds_to(&one.key, &own));
            let arn = arns.next().and_then(|one| one.value.as_str());
            // The account in it is that of the organization's management.
            let account = arn.and_then(|arn| {
                account_of(&arn, |service| service != "organizations").map(Into::into)
            });
            found.extend(account);
        }
    }
    mentioned(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(roll: Option<Roll>) -> Vec<String> {
        let names = roll.into_iter().flat_map(|roll| roll.names);
        names.map(String::from).collect()
    }

    #[test]
    fn an_account_is_named_under_any_key_that_is_not_of_somebody_else() {
        for text in [
            r#"[["444455556666", "dev"]]"#,
            r#"{"Accounts": [{"Id": "444455556666", "Name": "x"}]}"#,
            r#"[{"id": "444455556666"}]"#,
            r#"[{"AccountId": "444455556666", "Status": "ACTIVE"}]"#,
            r#"{"dev": "4444-5555-6666"}"#,
            r#"{"444455556666": {"state": "skipped"}}"#,
            r#"{"Summaries": [{"Account": "444455556666", "Region": "us-east-1"}]}"#,
            r#"{"roleList": [{"roleName": "r", "accountId": "444455556666"}]}"#,
            r#"{"AssumedRoleUser": {"Arn": "arn:aws:sts::444455556666:assumed-role/r/x"}}"#,
            r#"{"role_arn": "arn:aws:iam::444455556666:role/r"}"#,
            r#"{"account": 444455556666}"#,
            r#""444455556666""#,
            "444455556666",
            "[444455556666]",
            r#"{"accounts": "444455556666, 444455556666"}"#,
            r#"{"text": "account 444455556666"}"#,
        ] {
            let node = Node::parse(text).unwrap();
            assert_eq!(names(of_value(node)), ["444455556666"], "{text}");
        }
        for text in [
            r#"[{"Id": "444455556666", "Status": "SUSPENDED"}]"#,
            r#"{"OwnerId": "444455556666"}"#,
            r#"{"Principal": {"AWS": "arn:aws:iam::444455556666:root"}}"#,
            r#"{"size": 444455556666, "at": "202611201200"}"#,
            r#"{"bucket": "logs-444455556666"}"#,
        ] {
            assert_eq!(of_value(Node::parse(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn an_answer_is_of_the_account_of_its_items() {
        for (text, named) in [
            (
                r#"{"Users": [{"Arn": "arn:aws:iam::444455556666:user/x"}]}"#,
                1,
            ),
            (
                r#"{"Topics": [{"TopicArn": "arn:aws:sns:eu-west-1:444455556666:x"}]}"#,
                1,
            ),
            (
                r#"{"Role": {"Arn": "arn:aws:iam::444455556666:role/x"}}"#,
                1,
            ),
            (r#"{"Policies": [{"Arn": "arn:aws:iam::aws:policy/x"}]}"#, 0),
            (
                r#"{"Accounts": [{"Arn": "arn:aws:organizations::444455556666:account/o-1/1"}]}"#,
                0,
            ),
            (
                r#"{"Subscriptions": [{"TopicArn": "arn:aws:sns:eu-west-1:444455556666:x"}]}"#,
                0,
            ),
        ] {
            let roll = of_answer(Node::parse(text).unwrap());
            assert_eq!(names(roll).len(), named, "{text}");
        }
    }
}
