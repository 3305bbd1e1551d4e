//! Answers that say which accounts and regions there are: `organizations
//! list-accounts` and its relatives, `ec2 describe-regions`, `account
//! list-regions`.
//!
//! They show no trail, and say who was to be asked for them. What is known to be
//! closed or turned off is not expected, and an account is told in the inventory;
//! any other word for its state is no reason to leave it out.

use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::facts::{Call, Roll, RollBy, RollOf};
use crate::recognise::hints::Hints;
use crate::recognise::reader::page;
use crate::recognise::walk::Walk;

/// The lists of accounts that AWS's answers hold.
const ACCOUNTS: [&str; 3] = ["Accounts", "Children", "accountList"];

/// The states of an account that nobody can enter any more.
const CLOSED: [&str; 4] = [
    "SUSPENDED",
    "PENDING_CLOSURE",
    "CLOSED",
    "PENDING_ACTIVATION",
];

/// The states of a region that is not enabled for the account.
const OFF: [&str; 2] = ["not-opted-in", "DISABLED"];

/// Takes a list of accounts or of regions, or one account.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    if let Some(account) = account(object) {
        match is_closed(object) {
            true => leave_out(walk, &[account]),
            false => take(walk, RollOf::Accounts, vec![account], hints),
        }
        return true;
    }
    let regions = regions_of(object);
    if !regions.is_empty() {
        take(walk, RollOf::Regions, regions, hints);
        return true;
    }
    let list = |key: &str| object.get(key).filter(|list| list.kind() == Kind::Array);
    let accounts = ACCOUNTS.iter().find_map(|key| Some((*key, list(key)?)));
    let Some((key, list)) = accounts.or_else(|| Some(("Regions", list("Regions")?))) else {
        return false;
    };
    if !read_list(walk, list, hints) {
        return false;
    }
    let what = match key {
        "Regions" => "regions",
        _ => "accounts",
    };
    page::note_of(walk, object, pointer, (Call::Other, what), hints);
    true
}

/// Takes a list whose every element is an account or a region.
pub fn read_list<'a>(walk: &mut Walk<'a, '_>, list: Node<'a>, hints: &Hints) -> bool {
    // Hardly a list is one: the first element tells.
    let may_be = |first: &Node<'_>| match first.kind() {
        Kind::Object => {
            let first = Object::new(*first);
            account(&first).is_some() || region(&first).is_some()
        }
        Kind::Array => row(*first).is_some(),
        _ => first
            .as_str()
            .is_some_and(|word| arn::is_account(&word) || arn::is_region(&word)),
    };
    if !list.first_element().as_ref().is_some_and(may_be) {
        return false;
    }
    let elements = list.elements();
    let objects: Vec<Object<'_>> = elements
        .iter()
        .filter(|element| element.kind() == Kind::Object)
        .map(|element| Object::new(*element))
        .collect();
    let words: Vec<Box<str>> = elements
        .iter()
        .filter_map(|element| element.as_str().map(|text| text.as_ref().into()))
        .collect();
    let many = elements.len();
    let rows: Vec<Row> = elements.iter().copied().filter_map(row).collect();
    if rows.len() == many && many > 0 {
        for of in [RollOf::Accounts, RollOf::Regions] {
            let own = rows.iter().filter(|row| row.of == of);
            let (open, closed): (Vec<_>, Vec<_>) = own.partition(|row| row.is_open);
            let names = |rows: &[&Row]| rows.iter().map(|row| row.name.clone()).collect();
            if of == RollOf::Accounts {
                let closed: Vec<_> = names(&closed);
                leave_out(walk, &closed);
            }
            if !(open.is_empty() && closed.is_empty()) {
                take(walk, of, names(&open), hints);
            }
        }
        return true;
    }
    let accounts: Vec<_> = objects.iter().filter_map(account).collect();
    let regions: Vec<_> = objects.iter().filter_map(region).collect();
    let (of, names) = if accounts.len() == many {
        let all = objects.iter().zip(accounts);
        let (closed, open): (Vec<_>, Vec<_>) = all.partition(|(object, _)| is_closed(object));
        let names = |all: Vec<(_, Box<str>)>| all.into_iter().map(|(_, account)| account).collect();
        let closed: Vec<_> = names(closed);
        leave_out(walk, &closed);
        (RollOf::Accounts, names(open))
    } else if regions.len() == many {
        let on = objects.iter().zip(regions);
        let on = on.filter(|(object, _)| !is_off(object));
        (RollOf::Regions, on.map(|(_, region)| region).collect())
    } else if words.len() == many && words.iter().all(|word| arn::is_account(word)) {
        (RollOf::Accounts, words)
    } else if words.len() == many && words.iter().all(|word| arn::is_region(word)) {
        (RollOf::Regions, words)
    } else {
        return false;
    };
    take(walk, of, names, hints);
    true
}

/// A row that `--query 'Regions[].[RegionName,OptInStatus]'` and its like print.
struct Row {
    of: RollOf,
    name: Box<str>,
    is_open: bool,
}

/// The account or the region that a row of words names, if it names one.
fn row(node: Node<'_>) -> Option<Row> {
    if node.kind() != Kind::Array || node.text().len() > 1024 {
        return None;
    }
    let words = node.elements().into_iter().map(|cell| cell.as_str());
    let words = words.collect::<Option<Vec<_>>>()?;
    let of = |word: &str| match () {
        () if arn::is_account(word) => Some(RollOf::Accounts),
        () if arn::is_region(word) => Some(RollOf::Regions),
        () => None,
    };
    let mut named = words.iter().filter_map(|word| Some((of(word)?, word)));
    let (of, name) = named.next()?;
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&&**word));
    named.next().is_none().then(|| Row {
        of,
        name: name.as_ref().into(),
        is_open: !says(&OFF) && !says(&CLOSED),
    })
}

/// The regions that an object says were to be asked: its keys, each with a yes,
/// or the words under `regions`.
fn regions_of(object: &Object<'_>) -> Vec<Box<str>> {
    let is_yes = |member: &Member<'_>| member.value.text() == "true";
    let are_keys = object.members.iter().all(|member| {
        arn::is_region(&member.key) && matches!(member.value.kind(), Kind::Bool | Kind::Number)
    });
    if are_keys && !object.members.is_empty() {
        let on = object.members.iter().filter(|one| is_yes(one));
        return on.map(|one| one.key.as_ref().into()).collect();
    }
    let words = match object.members.as_slice() {
        [only] if keys::folds_to(&only.key, "regions") => only.value.as_str(),
        _ => None,
    };
    let words = words.unwrap_or_default();
    let words: Vec<&str> = words
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .collect();
    match words.iter().all(|word| arn::is_region(word)) {
        true => words.into_iter().map(Into::into).collect(),
        false => Vec::new(),
    }
}

fn take(walk: &mut Walk<'_, '_>, of: RollOf, names: Vec<Box<str>>, hints: &Hints) {
    walk.producer("aws cli");
    walk.left = walk.left.saturating_sub(names.len());
    walk.found.rolls.push(Roll {
        of,
        names,
        by: RollBy::Answer,
        origin: hints.origin.clone(),
    });
}

/// Says which accounts are not expected to answer since they are closed.
fn leave_out(walk: &mut Walk<'_, '_>, closed: &[Box<str>]) {
    let told = closed.iter().take(MOST_TOLD).map(AsRef::as_ref);
    let told = told.collect::<Vec<&str>>().join(", ");
    let more = match closed.len().saturating_sub(MOST_TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !told.is_empty() {
        walk.found.remark.get_or_insert_with(|| {
            format!("closed, so not expected unless something else names it: {told}{more}")
        });
    }
}

/// How many closed accounts are told by their ids.
const MOST_TOLD: usize = 20;

/// The id of an account that an object is about, and about nothing else.
fn account(object: &Object<'_>) -> Option<Box<str>> {
    let id = ["Id", "AccountId", "accountId"]
        .iter()
        .find_map(|key| object.text(key))?;
    let is_of_organization = object
        .text("Arn")
        .is_some_and(|arn| arn.contains(":organizations:") && arn.contains(":account/"));
    // A row of another tool's says whose the objects in it are.
    let holds = |member: &Member<'_>| matches!(member.value.kind(), Kind::Object | Kind::Array);
    if object.members.iter().any(holds) {
        return None;
    }
    let is_told = ["Email", "emailAddress", "accountName"]
        .iter()
        .any(|key| object.get(key).is_some())
        || object.text("Type").is_some_and(|of| of == "ACCOUNT")
        || (object.get("Name").is_some()
            && object.get("Status").is_some()
            && object.members.len() == 3);
    (arn::is_account(&id) && (is_of_organization || is_told)).then(|| id.as_ref().into())
}

fn region(object: &Object<'_>) -> Option<Box<str>> {
    let name = object.text("RegionName")?;
    arn::is_region(&name).then(|| name.as_ref().into())
}

/// Whether a row of text says that its account is closed.
pub(crate) fn says_closed(row: &str) -> bool {
    CLOSED.iter().any(|word| row.contains(word))
}

/// Whether a row of text says that its region is off.
pub(crate) fn says_off(row: &str) -> bool {
    OFF.iter().any(|word| row.contains(word))
}

/// Whether an object says that its account is closed.
pub(crate) fn is_closed(object: &Object<'_>) -> bool {
    let said = ["Status", "State"];
    let mut said = said.iter().filter_map(|key| object.text(key));
    said.any(|word| CLOSED.contains(&&*word))
}

fn is_off(object: &Object<'_>) -> bool {
    let said = ["OptInStatus", "RegionOptStatus"];
    let mut said = said.iter().filter_map(|key| object.text(key));
    said.any(|word| OFF.contains(&&*word))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::document::decode::decode;
    use crate::document::json::Node;
    use crate::document::locate::Locator;
    use crate::recognise::facts::{Facts, Interner, RollOf};
    use crate::recognise::hints::Hints;
    use crate::recognise::walk::{Places, Walk};

    type Rolls = Vec<(RollOf, Vec<String>)>;

    fn read(text: &str) -> (Rolls, usize) {
        let (rolls, failures, _) = read_all(text);
        (rolls, failures)
    }

    fn read_all(text: &str) -> (Rolls, usize, Option<String>) {
        let decoded = decode(text.as_bytes().to_vec()).unwrap();
        let interner = Interner::default();
        let mut walk = Walk {
            places: Places::Text(Locator::new(&decoded)),
            interner: &interner,
            nesting: 32,
            found: Facts::default(),
            taken: Vec::new(),
            left: usize::MAX,
            changes: 0,
        };
        walk.visit(Node::parse(&decoded.text).unwrap(), "", &Hints::default());
        let facts = Arc::new(walk.found);
        let rolls = facts.rolls.iter();
        let names = |roll: &crate::recognise::facts::Roll| {
            roll.names.iter().map(ToString::to_string).collect()
        };
        (
            rolls.map(|roll| (roll.of, names(roll))).collect(),
            facts.failures.len(),
            facts.remark.clone(),
        )
    }

    #[test]
    fn accounts_are_read_in_every_shape_that_aws_gives_them() {
        for text in [
            r#"{"Accounts": [{"Id": "444455556666", "Arn": "arn:aws:organizations::111122223333:account/o-1/444455556666", "Status": "ACTIVE"}]}"#,
            r#"[{"Id": "444455556666", "Name": "b", "Status": "ACTIVE"}]"#,
            r#"["444455556666"]"#,
            r#"{"Children": [{"Id": "444455556666", "Type": "ACCOUNT"}]}"#,
            r#"{"accountList": [{"accountId": "444455556666", "accountName": "b", "emailAddress": "b@b"}]}"#,
            r#"{"Account": {"Id": "444455556666", "Email": "b@b", "Status": "SOMETHING_NEW"}}"#,
        ] {
            let all = vec!["444455556666".to_owned()];
            assert_eq!(read(text), (vec![(RollOf::Accounts, all)], 0), "{text}");
        }
    }

    #[test]
    fn what_is_closed_or_turned_off_is_not_expected() {
        let (rolls, _) = read(
            r#"{"Accounts": [{"Id": "444455556666", "Email": "b@b", "Status": "SUSPENDED"},
            {"Id": "777788889999", "Email": "c@c", "Status": "ACTIVE"}]}"#,
        );
        assert_eq!(rolls, [(RollOf::Accounts, vec!["777788889999".to_owned()])]);
        let (rolls, _) = read(
            r#"{"Regions": [{"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
            {"RegionName": "me-south-1", "OptInStatus": "not-opted-in"},
            {"RegionName": "ap-east-1", "RegionOptStatus": "ENABLING"}]}"#,
        );
        let on = vec!["us-east-1".to_owned(), "ap-east-1".to_owned()];
        assert_eq!(rolls, [(RollOf::Regions, on)]);
    }

    #[test]
    fn a_closed_account_is_told() {
        let object = r#"{"Id": "444455556666", "Email": "b@b", "Status": "PENDING_CLOSURE"}"#;
        for text in [
            object,
            &format!(r#"{{"Account": {object}}}"#),
            &format!(r#"{{"Accounts": [{object}]}}"#),
            &format!("[{object}]"),
            r#"[["444455556666", "SUSPENDED"]]"#,
        ] {
            let (_, _, remark) = read_all(text);
            let remark = remark.unwrap_or_default();
            assert!(remark.starts_with("closed, "), "{text}: {remark}");
            assert!(remark.ends_with(": 444455556666"), "{text}: {remark}");
            assert_eq!(
                read_all(
                    &text
                        .replace("PENDING_CLOSURE", "ACTIVE")
                        .replace("SUSPENDED", "ACTIVE")
                )
                .2,
                None
            );
        }
    }

    #[test]
    fn a_list_that_goes_on_leaves_the_rest_unknown() {
        let page = r#"{"Accounts": [{"Id": "444455556666", "Email": "b@b"}], "NextToken": "x"}"#;
        assert_eq!(read(page).1, 1);
        assert_eq!(read(r#"{"Regions": ["us-east-1"], "NextToken": "x"}"#).1, 1);
    }
}
