//! Accounts, regions and callers that something names which shows no trail: they
//! say who was to be asked for one.
//!
//! A text names an account in a heading, a row, a sentence of a log; a value, in
//! what its keys don't say to be somebody else's. Whether any trail of it is
//! shown is another matter.

pub(crate) mod table;
mod text;
mod value;

pub(crate) use text::{heading_region, of_columns, of_text, of_transcript};
pub(crate) use value::{of_answer, of_value};

use crate::cloudtrail::arn;
use crate::recognise::facts::{Origin, Roll, RollBy, RollOf};
use crate::recognise::heard;
use std::collections::BTreeSet;

/// The accounts that something mentions, as a roll; nothing where it mentions none.
fn mentioned(names: BTreeSet<Box<str>>) -> Option<Roll> {
    (!names.is_empty()).then(|| Roll {
        of: RollOf::Accounts,
        names: names.into_iter().collect(),
        by: RollBy::Mention,
        origin: Origin::default(),
    })
}

/// The accounts of the trails whose ARNs stand in a text.
pub(crate) fn of_trails(text: &str) -> Option<Roll> {
    let arns = heard::arns_in(text);
    let accounts = arns.iter().filter_map(|arn| arn::trail_arn(arn));
    let accounts = accounts.map(|arn| arn.account);
    let accounts = accounts.filter(|account| arn::is_account(account));
    mentioned(accounts.map(Into::into).collect())
}
