//! What a text names that is read as nothing else: accounts of an organization,
//! regions, and who called, as the AWS CLI prints them in text and tables.
//!
//! They show no trail, and say who was to be asked for them.

use crate::cloudtrail::arn;
use crate::recognise::facts::{Facts, Origin, Roll, RollOf};
use crate::recognise::reader::roll;

/// What a text names, if it names anything.
pub(crate) fn named(text: &str) -> Option<Facts> {
    let mut facts = Facts::default();
    let holds = |mark: &str| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
    if holds(":organizations::") {
        let open = text.lines().filter(|line| !roll::says_closed(line));
        take(
            &mut facts,
            RollOf::Accounts,
            open.flat_map(accounts).collect(),
        );
    }
    if text.starts_with("REGIONS\t") {
        let on = text.lines().filter(|line| !roll::says_off(line));
        let regions = on.filter_map(|line| line.split('\t').find(|cell| arn::is_region(cell)));
        take(
            &mut facts,
            RollOf::Regions,
            regions.map(Into::into).collect(),
        );
    }
    if holds("GetCallerIdentity") {
        facts.identity = text.lines().find_map(caller);
    }
    (facts.identity.is_some() || !facts.rolls.is_empty()).then_some(facts)
}

fn take(facts: &mut Facts, of: RollOf, names: Vec<Box<str>>) {
    if !names.is_empty() {
        facts.rolls.push(Roll {
            of,
            names,
            origin: Origin::default(),
        });
    }
}

/// The accounts whose ARNs a line holds:
/// `arn:aws:organizations::111122223333:account/o-1/444455556666`.
fn accounts(line: &str) -> impl Iterator<Item = Box<str>> {
    line.split(":account/o-").skip(1).filter_map(|rest| {
        let id = rest.split_once('/')?.1.get(..12)?;
        arn::is_account(id).then(|| id.into())
    })
}

/// The account of the caller in a row of a table: `|  Account |  111122223333  |`.
fn caller(line: &str) -> Option<Box<str>> {
    let mut cells = line
        .split('|')
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let account = cells
        .next()
        .filter(|key| *key == "Account")
        .and(cells.next())?;
    arn::is_account(account).then(|| account.into())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn accounts_and_regions_are_told_from_text_and_tables() {
        let of = |text: &str| -> Vec<String> {
            let facts = named(text);
            let rolls = facts.iter().flat_map(|facts| &facts.rolls);
            rolls
                .flat_map(|roll| roll.names.iter().map(ToString::to_string))
                .collect()
        };
        let row = |state: &str| {
            format!(
                "ACCOUNTS\tarn:aws:organizations::111122223333:account/o-x/444455556666\tb@b\t444455556666\t{state}\n"
            )
        };
        assert_eq!(of(&row("ACTIVE")), ["444455556666"]);
        assert_eq!(of(&row("SUSPENDED")), Vec::<String>::new());
        let regions = "REGIONS\tec2.eu-west-1.amazonaws.com\topt-in-not-required\teu-west-1\n";
        assert_eq!(of(regions), ["eu-west-1"]);
        assert_eq!(
            of(&regions.replace("opt-in-not-required", "not-opted-in")),
            Vec::<String>::new()
        );
        let table = "|  GetCallerIdentity  |\n|  Account  |  111122223333  |\n";
        assert_eq!(
            named(table).unwrap().identity.as_deref(),
            Some("111122223333")
        );
        assert!(named("nothing").is_none());
    }
}
