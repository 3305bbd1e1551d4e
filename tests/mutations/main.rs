//! Nothing passes and nothing fails without proof, and nothing plain is
//! declined.
//!
//! Bundles are generated, and the fixtures taken; both are spoilt in many
//! thousand ways, seeded, the same each time. Each is judged in process, and
//! `oracle` says whether what came out may come out. What may not is written
//! to a folder with the command that shows it.
//!
//! `MUTATIONS=1000000 SEED=7 cargo test --test mutations` looks further, and
//! `RUN=4711` at one bundle alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that can't go on must stop, also in its helpers"
)]

mod alike;
mod beside;
mod bundle;
mod changed;
mod claims;
mod cuts;
mod dice;
mod found;
mod generate;
mod hidden;
mod judge;
mod kept;
mod mutate;
mod oracle;
mod told;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bundle::{Bundle, Fixture};
use dice::Dice;
use judge::Judge;
use oracle::Word;
use told::Told;

/// A number of the environment's.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

/// Does something for each number below `many`, on every core, each with a
/// judge of its own.
pub(crate) fn each(many: usize, does: &(dyn Fn(&mut Judge, usize, &mut Told) + Sync)) -> Told {
    let only = number("RUN", u64::MAX) as usize;
    let next = AtomicUsize::new(0);
    let all: Mutex<Told> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut judge = Judge::new();
                let mut own = Told::default();
                loop {
                    let run = next.fetch_add(1, Ordering::Relaxed);
                    if run >= many {
                        break;
                    }
                    if only == usize::MAX || only == run {
                        does(&mut judge, run, &mut own);
                    }
                }
                all.lock().unwrap().add(own);
            });
        }
    });
    all.into_inner().unwrap()
}

#[test]
fn nothing_comes_out_without_proof() {
    let seed = number("SEED", 20_261_120);
    let many = number("MUTATIONS", 20_000) as usize;
    let pool = Fixture::all();
    let told = each(many, &|judge, run, told| {
        let bundle = one(&pool, seed, run);
        let verdict = judge.judge(&bundle);
        told.outcomes(&verdict);
        for fault in oracle::faults(&bundle, &verdict) {
            told.fault(run, &bundle, &fault);
        }
    });
    // The bundles meet something: passes, fails, and doubt.
    let [pass, fail, doubt] = told.counts();
    println!("{many} bundles: {pass} passes, {fail} fails, {doubt} inconclusive");
    if number("RUN", u64::MAX) == u64::MAX && many >= 1_000 {
        assert!(pass * 2 > many && fail * 10 > many && doubt * 4 > many);
    }
    told.end("proof", &mut Judge::new());
}

/// The bundle of one run: generated and at times spoilt, or a fixture spoilt.
fn one(pool: &[Fixture], seed: u64, run: usize) -> Bundle {
    let mut dice = Dice::new(seed, run);
    let (mut bundle, times) = match dice.below(5) {
        0 => return generate::plain(&mut dice),
        1 | 2 => return generate::any(&mut dice),
        3 => (generate::any(&mut dice), 1 + dice.below(2)),
        _ => (
            pool[dice.below(pool.len())].bundle.clone(),
            1 + dice.below(3),
        ),
    };
    bundle.truth = bundle::Truth::default();
    for _ in 0..times {
        if let Some(done) = mutate::some(&mut bundle, &mut dice) {
            bundle.name.push_str(&format!(", {done:?}"));
        }
    }
    // What lies beside the paths given would not be read.
    bundle.paths.clear();
    bundle
}

#[test]
fn the_oracle_allows_what_the_fixtures_expect_and_proves_their_passes() {
    for fixture in Fixture::all() {
        let bundle = &fixture.bundle;
        let evidence = oracle::evidence::Evidence::of(bundle);
        for (name, codes) in &fixture.expected {
            for code in codes {
                let (check, word) = match code.as_str() {
                    "log-group-configured" => (oracle::LOG_GROUP, Word::Pass),
                    "log-group-missing" | "log-group-malformed" => (oracle::LOG_GROUP, Word::Fail),
                    "delivery-recent" => (oracle::DELIVERY, Word::Pass),
                    "delivery-stale" | "delivery-never" => (oracle::DELIVERY, Word::Fail),
                    _ => continue,
                };
                for arn in arns(&evidence, name) {
                    let allowed = oracle::allows(bundle, &evidence, &arn, check, word);
                    assert_eq!(allowed, Ok(()), "{}: `{arn}`: {code}", bundle.name);
                }
            }
        }
        if fixture.exit == 0 && !bundle.is_foreign {
            let mut holes = evidence.holes.iter();
            assert!(
                holes.all(|hole| oracle::excuse::is_excused(&evidence, hole)),
                "{}: {:?}",
                bundle.name,
                evidence.holes
            );
        }
    }
}

fn arns(evidence: &oracle::evidence::Evidence, name: &str) -> Vec<String> {
    let shown = evidence.sightings.iter().filter_map(|one| one.arn.clone());
    let mut arns: Vec<String> = shown
        .filter(|arn| arn.ends_with(&format!(":trail/{name}")))
        .collect();
    arns.sort();
    arns.dedup();
    arns
}

#[test]
fn the_oracle_allows_what_a_bundle_was_made_to_show() {
    for run in 0..3_000 {
        let bundle = generate::plain(&mut Dice::new(number("SEED", 3), run));
        let evidence = oracle::evidence::Evidence::of(&bundle);
        for (arn, check, word) in &bundle.truth.must {
            let allowed = oracle::allows(&bundle, &evidence, arn, check, *word);
            let files: Vec<&String> = bundle.files.keys().collect();
            assert_eq!(
                allowed,
                Ok(()),
                "run {run}, {}: `{arn}` {check} {word:?}\n{files:#?}",
                bundle.name
            );
        }
        assert!(
            evidence
                .holes
                .iter()
                .all(|hole| hole.why == "a failed call"),
            "run {run}: {:?}",
            evidence.holes
        );
    }
}
