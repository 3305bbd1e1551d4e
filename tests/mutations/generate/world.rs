//! Accounts, their trails, and what is true of each.

use crate::dice::Dice;

pub(crate) const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];
pub(crate) const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-southeast-2"];

const NAMES: [&str; 10] = [
    "main",
    "payments",
    "audit",
    "web_logs",
    "data-events",
    "org.trail",
    "security",
    "ledger",
    "Management-Events",
    "mgmt2",
];

/// Names that hold words of a call, a region, an account, or next to nothing.
const TRICKY: [&str; 12] = [
    "cloudtrail",
    "audit-us-east-1",
    "audit",
    "a",
    "7",
    "org-444455556666",
    "trail-status",
    "status",
    "main",
    "my-trail",
    "my_trail",
    "audit-20261118T120000Z",
];

/// The log group that a trail has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Group {
    Named(String),
    Missing,
    Malformed,
    Masked,
}

/// The last delivery, in hours before the collection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Delivery {
    Recent(usize),
    Stale(usize),
    Never,
    /// The call for its status failed.
    Failed,
    /// Nobody asked.
    Unasked,
}

#[derive(Debug, Clone)]
pub(crate) struct Trail {
    pub(crate) name: String,
    pub(crate) home: &'static str,
    pub(crate) is_multi_region: bool,
    pub(crate) is_organization: bool,
    pub(crate) group: Group,
    pub(crate) delivery: Delivery,
}

impl Trail {
    pub(crate) fn arn(&self, account: &str) -> String {
        format!(
            "arn:aws:cloudtrail:{}:{account}:trail/{}",
            self.home, self.name
        )
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) trails: Vec<Trail>,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
    pub(crate) regions: Vec<&'static str>,
}

impl World {
    /// With names that leave no doubt.
    pub(crate) fn plain(dice: &mut Dice) -> Self {
        Self::new(dice, &NAMES)
    }

    /// With names that can be read in several ways.
    pub(crate) fn tricky(dice: &mut Dice) -> Self {
        Self::new(dice, &TRICKY)
    }

    fn new(dice: &mut Dice, names: &[&str]) -> Self {
        let regions = REGIONS[..dice.one(&[1, 1, 2, 3])].to_vec();
        let many = dice.one(&[1, 1, 2, 3]);
        let ids = &ACCOUNTS[..many];
        let mut accounts: Vec<Account> = Vec::new();
        for id in ids {
            let mut trails: Vec<Trail> = Vec::new();
            for _ in 0..dice.one(&[1, 1, 2, 3]) {
                let name = dice.one(names);
                if trails.iter().all(|trail| trail.name != name) {
                    trails.push(trail(dice, id, name, &regions));
                }
            }
            accounts.push(Account {
                id: (*id).to_owned(),
                trails,
            });
        }
        if many > 1 && dice.once_in(4) {
            let first = &mut accounts[0].trails[0];
            (first.is_organization, first.is_multi_region) = (true, true);
            // A member may have a trail of the other names.
            first.name = "organization".to_owned();
        }
        Self { accounts, regions }
    }

    /// The same accounts at an earlier time: some trails were otherwise, some
    /// weren't there, and some were that are gone.
    pub(crate) fn before(&self, dice: &mut Dice) -> Self {
        let mut before = self.clone();
        for account in &mut before.accounts {
            for old in &mut account.trails {
                if dice.once_in(2) {
                    let other = trail(dice, &account.id, &old.name, &[old.home]);
                    (old.group, old.delivery) = (other.group, other.delivery);
                }
            }
            if dice.once_in(3) {
                account
                    .trails
                    .push(trail(dice, &account.id, "gone-since", &self.regions));
            }
        }
        before
    }
}

fn trail(dice: &mut Dice, account: &str, name: &str, regions: &[&'static str]) -> Trail {
    let home = dice.one(regions);
    let named = format!(
        "arn:aws:logs:{home}:{account}:log-group:cloudtrail/{}",
        name.to_lowercase()
    );
    Trail {
        name: name.to_owned(),
        home,
        is_multi_region: dice.once_in(2),
        is_organization: false,
        group: match dice.below(9) {
            0 => Group::Missing,
            2 => Group::Masked,
            1 => Group::Malformed,
            _ => Group::Named(named),
        },
        delivery: match dice.below(12) {
            0 | 1 => Delivery::Stale(dice.one(&[26, 50, 700])),
            2 => Delivery::Never,
            3 => Delivery::Failed,
            4 => Delivery::Unasked,
            _ => Delivery::Recent(dice.one(&[1, 5, 20])),
        },
    }
}
