//! What `check` costs, against the floor, on this machine: `cargo bench`.
//!
//! Prints figures and judges none: machines differ. Every run is a process of
//! its own, `coldtrail check --format json` and the floor alike, on the same
//! files and the same number of threads, by turns; the figure is the median.
//!
//! `COLDTRAIL_BENCH=full cargo bench` takes 10,000 accounts × 17 regions × 3
//! trails and needs a few minutes and about a gigabyte; the default is a tenth.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints figures, and stops where it can't go on"
)]

mod bundle;
mod floor;
mod process;

use std::path::{Path, PathBuf};

use bundle::Size;
use process::{Cost, Job};

const SEED: u64 = 20_261_120;

/// As in the program itself: the floor allocates no worse.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [word, folder, jobs] = args.as_slice()
        && word == process::FLOOR
    {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.parse().unwrap());
        let parsed = pool
            .build()
            .unwrap()
            .install(|| floor::parse(Path::new(folder)));
        println!("{parsed}");
        return;
    }
    // `cargo test --benches` builds this and runs it too; there is nothing to test.
    if !args.iter().any(|arg| arg == "--bench") {
        return;
    }
    let full = std::env::var("COLDTRAIL_BENCH").is_ok_and(|size| size == "full");
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    against_the_floor(home.path(), full);
    per_trail(home.path(), full);
}

/// The whole against the floor, on one thread and on two.
fn against_the_floor(home: &Path, full: bool) {
    let size = Size {
        accounts: if full { 10_000 } else { 1_000 },
        regions: bundle::REGIONS.len(),
        trails: 3,
    };
    let folder = make(home, "floor", size);
    println!(
        "{:>7}  {:>9}  {:>9}  {:>5}",
        "threads", "check", "floor", "ratio"
    );
    let mut on = Vec::new();
    for jobs in [1, 2] {
        let rounds = if full { 3 } else { 5 };
        let (check, floor) = by_turns(&folder, jobs, rounds);
        println!(
            "{jobs:>7}  {:>7.0}ms  {:>7.0}ms  {:>5.2}",
            check.ms(),
            floor.ms(),
            check.ms() / floor.ms()
        );
        on.push((check, floor));
    }
    if let [(check1, floor1), (check2, floor2)] = on.as_slice() {
        println!(
            "two threads against one: check {:.2} times as fast, floor {:.2} times",
            check1.ms() / check2.ms(),
            floor1.ms() / floor2.ms()
        );
        memory(check2, size.accounts * size.trails);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// What a trail costs, from a few to many.
fn per_trail(home: &Path, full: bool) {
    println!();
    println!(
        "{:>7}  {:>9}  {:>8}  {:>8}  {:>11}",
        "trails", "check", "a trail", "peak", "a trail"
    );
    let steps: &[usize] = match full {
        true => &[1_000, 3_000, 10_000, 30_000, 100_000],
        false => &[1_000, 3_000, 10_000],
    };
    for trails in steps {
        let size = Size {
            accounts: trails.div_ceil(4),
            regions: 3,
            trails: 4,
        };
        let folder = home.join("per-trail");
        bundle::write(&folder, size, SEED).unwrap();
        let mut costs: Vec<Cost> = (0..3).map(|_| Job::Check.run(&folder, 2)).collect();
        let cost = median(&mut costs);
        let judged = size.accounts * size.trails;
        println!(
            "{judged:>7}  {:>7.0}ms  {:>6.1}µs  {:>5.1}MB  {:>8.0} B",
            cost.ms(),
            cost.ms() * 1000.0 / judged as f64,
            cost.peak_kb as f64 / 1024.0,
            cost.peak_kb as f64 * 1024.0 / judged as f64,
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}

fn make(home: &Path, name: &str, size: Size) -> PathBuf {
    let folder = home.join(name);
    let written = bundle::write(&folder, size, SEED).unwrap();
    println!(
        "{} accounts x {} regions x {} trails, shadow sightings included: {} files, {:.1} MB",
        size.accounts,
        size.regions,
        size.trails,
        written.files,
        written.bytes as f64 / 1_000_000.0
    );
    folder
}

/// Both jobs by turns, so that a slow minute of the machine meets both. The
/// first round warms the file cache and doesn't count.
fn by_turns(folder: &Path, jobs: usize, rounds: usize) -> (Cost, Cost) {
    let (mut check, mut floor) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let pair = (Job::Check.run(folder, jobs), Job::Floor.run(folder, jobs));
        if round > 0 {
            check.push(pair.0);
            floor.push(pair.1);
        }
    }
    (median(&mut check), median(&mut floor))
}

fn median(costs: &mut [Cost]) -> Cost {
    costs.sort_by_key(|cost| cost.wall);
    costs[costs.len() / 2]
}

fn memory(cost: &Cost, trails: usize) {
    println!(
        "peak memory: {:.1} MB; 64 MB + 1 KB a trail would be {:.1} MB",
        cost.peak_kb as f64 / 1024.0,
        64.0 + trails as f64 / 1024.0
    );
}
