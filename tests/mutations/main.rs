//! No mutation makes a pass.
//!
//! Bundles of the fixtures are spoilt in ten thousand ways, seeded, the same
//! each time: files deleted, cut, swapped, keys removed and renamed, types
//! changed, times shifted, bytes flipped. Each is judged in process. Wherever
//! the program passes a trail, `oracle` must find the proof by itself.
//!
//! `MUTATIONS=100000 SEED=7 cargo test --test mutations` looks further.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that can't go on must stop, also in its helpers"
)]

mod bundle;
mod judge;
mod mutate;
mod oracle;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bundle::Bundle;
use judge::Judge;
use mutate::{Dice, Mutation};

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn no_mutation_makes_a_pass() {
    let seed = number("SEED", 20_261_120);
    let many = number("MUTATIONS", 10_000) as usize;
    let pool = Bundle::fixtures();
    let next = AtomicUsize::new(0);
    let tally: Mutex<Tally> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut judge = Judge::new();
                let mut own = Tally::default();
                loop {
                    let run = next.fetch_add(1, Ordering::Relaxed);
                    if run >= many {
                        break;
                    }
                    one(&mut judge, &pool, seed, run, &mut own);
                }
                tally.lock().unwrap().add(own);
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    println!("{many} mutations: {tally:?}");
    let wrong: Vec<&String> = tally.wrong.values().collect();
    assert!(
        wrong.is_empty(),
        "{} passes without proof:\n{}",
        wrong.len(),
        join(&wrong)
    );
    // The mutations meet something: most bundles hold passes, and lose some.
    assert!(tally.passed * 4 > many, "{tally:?}");
    assert!(tally.lost * 10 > many, "{tally:?}");
}

fn join(wrong: &[&String]) -> String {
    let first: Vec<&str> = wrong.iter().take(20).map(|text| text.as_str()).collect();
    first.join("\n")
}

/// What came of the mutations.
#[derive(Debug, Default)]
struct Tally {
    /// Passes that the oracle found proven as well.
    passed: usize,
    /// Trails that passed before the mutation, and don't any more.
    lost: usize,
    /// Passes without proof, by the number of the run.
    wrong: BTreeMap<usize, String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.lost += other.lost;
        self.wrong.extend(other.wrong);
    }
}

fn one(judge: &mut Judge, pool: &[Bundle], seed: u64, run: usize, tally: &mut Tally) {
    let mut dice = Dice::new(seed, run);
    let whole = &pool[dice.below(pool.len())];
    let mut spoilt = whole.clone();
    let mut done: Vec<Mutation> = Vec::new();
    for _ in 0..=dice.below(3) {
        done.extend(mutate::some(&mut spoilt, &mut dice));
    }
    let verdict = judge.judge(&spoilt);
    for (id, name) in &verdict.passing {
        match oracle::proves(&spoilt, id, name) {
            Ok(()) => tally.passed += 1,
            Err(why) => {
                let text = format!(
                    "run {run}, {}: {done:?}: `{id}` passes, but {why}",
                    whole.name
                );
                tally.wrong.insert(run, text);
            }
        }
    }
    tally.lost += whole
        .passing
        .iter()
        .filter(|id| !verdict.passing.contains_key(*id))
        .count();
    if verdict.all_pass
        && let Err(why) = oracle::hides_nothing(&spoilt)
    {
        let text = format!("run {run}, {}: {done:?}: all passes, but {why}", whole.name);
        tally.wrong.insert(run, text);
    }
}

#[test]
fn the_oracle_proves_what_the_fixtures_pass_and_nothing_else() {
    let mut judge = Judge::new();
    for bundle in Bundle::fixtures() {
        let verdict = judge.judge(&bundle);
        for (id, name) in &verdict.trails {
            let proven = oracle::proves(&bundle, id, name);
            let passes = verdict.passing.contains_key(id);
            assert_eq!(
                proven.is_ok(),
                passes,
                "{}: `{id}`: {proven:?}",
                bundle.name
            );
        }
    }
}
