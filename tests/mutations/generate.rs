//! Bundles of evidence as people collect them, each with what must come out
//! where its evidence is plain.
//!
//! A bundle is a world (accounts, their trails, the state of each), a layout
//! (folders, names, time, one collection or two) and now and then a twist that
//! leaves doubt: then nothing must come out, and the oracle judges alone.

mod answer;
mod layout;
mod manifest;
mod noise;
mod twist;
mod world;

use std::collections::BTreeMap;

use crate::bundle::Bundle;
use crate::dice::Dice;
use crate::oracle::Word;
use crate::oracle::{DELIVERY, LOG_GROUP};
use layout::{Layout, When};
use world::{Delivery, Group, World};

/// When everything was collected: 2026-11-20T12:00:00Z.
pub(crate) const NOW: i64 = 1_795_176_000;

/// Files by their path, while they are made.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A generated bundle whose evidence is plain.
pub(crate) fn plain(dice: &mut Dice) -> Bundle {
    let world = World::plain(dice);
    collected(dice, &world)
}

fn collected(dice: &mut Dice, world: &World) -> Bundle {
    let layout = Layout::new(dice, world);
    let mut bundle = Bundle {
        name: format!("generated: {layout:?}"),
        as_of: (layout.when == When::Flag).then(|| jiff::Timestamp::from_second(NOW).unwrap()),
        ..Bundle::default()
    };
    if layout.has_older {
        let before = world.before(dice);
        layout.write(
            dice,
            &before,
            layout.older(),
            NOW - 10 * 86_400,
            &mut bundle.files,
        );
    }
    layout.write(dice, world, layout.newer(), NOW, &mut bundle.files);
    if dice.once_in(2) {
        noise::beside(dice, &mut bundle.files);
    }
    truth(world, &layout, &mut bundle);
    bundle
}

/// A generated bundle, plain or with a twist or two.
pub(crate) fn any(dice: &mut Dice) -> Bundle {
    let mut bundle = match dice.below(5) {
        0 => {
            let world = World::tricky(dice);
            let mut bundle = collected(dice, &world);
            bundle.truth.must.clear();
            bundle
        }
        _ => plain(dice),
    };
    if dice.once_in(3) {
        return bundle;
    }
    for _ in 0..=dice.below(2) {
        if let Some(twist) = twist::one(dice, &mut bundle) {
            bundle.name.push_str(&format!(", {twist}"));
        }
    }
    // A file that isn't what the manifest names shows nothing.
    if bundle.files.contains_key("manifest.json") {
        bundle.truth.subjects.clear();
    }
    // The same files behind several paths, in either order.
    let tops: Vec<String> = {
        let tops = bundle.files.keys().filter_map(|file| file.split_once('/'));
        let mut tops: Vec<String> = tops.map(|(top, _)| top.to_owned()).collect();
        tops.dedup();
        tops
    };
    let inside = bundle.files.keys().all(|file| file.contains('/'));
    if inside && tops.len() > 1 && dice.once_in(4) {
        bundle.paths = tops;
        if dice.once_in(2) {
            bundle.paths.reverse();
        }
    }
    bundle
}

fn truth(world: &World, layout: &Layout, bundle: &mut Bundle) {
    bundle.truth.way = layout.way();
    for account in &world.accounts {
        bundle.truth.accounts.insert(account.id.clone());
        for trail in &account.trails {
            let arn = trail.arn(&account.id);
            bundle.truth.subjects.insert(arn.clone());
            let group = match trail.group {
                Group::Named(_) => Some(Word::Pass),
                Group::Missing | Group::Malformed => Some(Word::Fail),
                Group::Masked => None,
            };
            let delivery = match trail.delivery {
                Delivery::Recent(_) if layout.is_dated() => Some(Word::Pass),
                Delivery::Stale(_) if layout.is_dated() => Some(Word::Fail),
                Delivery::Never => Some(Word::Fail),
                _ => None,
            };
            bundle
                .truth
                .must
                .extend(group.map(|word| (arn.clone(), LOG_GROUP, word)));
            bundle
                .truth
                .must
                .extend(delivery.map(|word| (arn, DELIVERY, word)));
        }
    }
}
