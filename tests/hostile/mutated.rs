//! Mutations of the seeds: cut, flipped, doubled, and mixed with each other.
//!
//! `FUZZ_SECONDS=60 cargo test --test hostile mutated` goes on for that long.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;

use crate::exercise::TARGETS;
use crate::seeds;

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    /// Cut off at a place.
    Cut(Index),
    /// One bit flipped.
    Flip(Index, u8),
    /// A byte, or a token that means something, put in.
    Insert(Index, &'static [u8]),
    /// A stretch taken out.
    Remove(Index, usize),
    /// A stretch put in a second time.
    Double(Index, usize),
    /// The rest replaced by the rest of another seed.
    Splice(Index, Index, Index),
}

const TOKENS: [&[u8]; 22] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\0",
    b"\xff",
    b"\x1b[31m",
    b"\n",
    b"null",
    b"1e999",
    b"\"\\ud800\"",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"=== ",
    b"/",
    b"!",
    b"-",
    b"\"IsLogging\": true,",
];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Change::Cut),
        (at(), 0_u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (at(), prop::sample::select(&TOKENS)).prop_map(|(at, token)| Change::Insert(at, token)),
        (at(), 1_usize..64).prop_map(|(at, size)| Change::Remove(at, size)),
        (at(), 1_usize..256).prop_map(|(at, size)| Change::Double(at, size)),
        (at(), at(), at()).prop_map(|(at, other, from)| Change::Splice(at, other, from)),
    ]
}

fn changed(mut bytes: Vec<u8>, change: &Change, seeds: &[Vec<u8>]) -> Vec<u8> {
    let place = |index: &Index, bytes: &[u8]| index.index(bytes.len() + 1);
    match change {
        Change::Cut(at) => bytes.truncate(place(at, &bytes)),
        Change::Flip(at, bit) => {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
        }
        Change::Insert(at, token) => {
            let at = place(at, &bytes);
            bytes.splice(at..at, token.iter().copied());
        }
        Change::Remove(at, size) => {
            let at = place(at, &bytes);
            let end = (at + size).min(bytes.len());
            bytes.drain(at..end);
        }
        Change::Double(at, size) => {
            let at = place(at, &bytes);
            let end = (at + size).min(bytes.len());
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
        Change::Splice(at, other, from) => {
            bytes.truncate(place(at, &bytes));
            let other = other.get(seeds);
            bytes.extend(&other[place(from, other)..]);
        }
    }
    bytes
}

fn holds_mutated(name: &str, cases: u32) {
    let (_, target) = TARGETS
        .into_iter()
        .find(|(known, _)| *known == name)
        .unwrap();
    let seeds = seeds::of(name);
    let strategy = (any::<Index>(), prop::collection::vec(change(), 1..5));
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let seconds = std::env::var("FUZZ_SECONDS");
    let seconds = seconds.map_or(0, |text| text.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds);
    loop {
        let ran = runner.run(&strategy, |(seed, changes)| {
            let seed = seed.get(&seeds).clone();
            let bytes = changes
                .iter()
                .fold(seed, |bytes, one| changed(bytes, one, &seeds));
            target(&bytes);
            Ok(())
        });
        if let Err(error) = ran {
            panic!("{name}: {error}");
        }
        if Instant::now() >= until {
            return;
        }
    }
}

#[test]
fn decoding_holds() {
    holds_mutated("decoding", 10_000);
}

#[test]
fn documents_hold() {
    holds_mutated("documents", 5_000);
}

#[test]
fn times_hold() {
    holds_mutated("times", 20_000);
}

#[test]
fn attribution_holds() {
    holds_mutated("attribution", 2_000);
}

#[test]
fn archives_hold() {
    holds_mutated("archives", 2_000);
}

#[test]
fn policies_hold() {
    holds_mutated("policies", 300);
}

#[test]
fn reports_hold() {
    holds_mutated("reports", 2_000);
}
