//! What a long test has to tell: faults by kind, the smallest bundle of each
//! written out so that the program can be run on it by hand.

mod open;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::bundle::{Bundle, Truth};
use crate::judge::{Judge, Verdict, write};
use crate::oracle::{Fault, Word, faults};

/// Faults of one kind.
#[derive(Debug)]
struct Kind {
    many: usize,
    run: usize,
    subject: String,
    bundle: Bundle,
}

/// Everything that a test has to tell.
#[derive(Debug, Default)]
pub(crate) struct Told {
    kinds: BTreeMap<String, Kind>,
    counts: [usize; 3],
}

impl Told {
    /// Counts the outcomes of a verdict.
    pub(crate) fn outcomes(&mut self, verdict: &Verdict) {
        for (word, _) in verdict.results.values() {
            let place = match word {
                Word::Pass => 0,
                Word::Fail => 1,
                Word::Inconclusive => 2,
            };
            self.counts[place] += 1;
        }
    }

    /// Passes, fails, and what is inconclusive.
    pub(crate) fn counts(&self) -> [usize; 3] {
        self.counts
    }

    /// Adds a fault; of each kind the bundle with the fewest files is kept, of
    /// those the first.
    pub(crate) fn fault(&mut self, run: usize, bundle: &Bundle, fault: &Fault) {
        let new = Kind {
            many: 1,
            run,
            subject: fault.subject.clone(),
            bundle: bundle.clone(),
        };
        self.put(fault.kind.clone(), new);
    }

    fn put(&mut self, kind: String, new: Kind) {
        let size = |kind: &Kind| (kind.bundle.files.len(), kind.run);
        match self.kinds.get_mut(&kind) {
            None => {
                self.kinds.insert(kind, new);
            }
            Some(known) => {
                let many = known.many + new.many;
                if size(&new) < size(known) {
                    *known = new;
                }
                known.many = many;
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (kind, one) in other.kinds {
            self.put(kind, one);
        }
        for (own, more) in self.counts.iter_mut().zip(other.counts) {
            *own += more;
        }
    }

    /// Fails where there is a fault, and tells all kinds, the commonest first.
    pub(crate) fn end(self, what: &str, judge: &mut Judge) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("faults")
            .join(what);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let mut kinds: Vec<(String, Kind)> = self.kinds.into_iter().collect();
        kinds.sort_by(|(a, one), (b, other)| (other.many, a).cmp(&(one.many, b)));
        let mut text = String::new();
        for (number, (kind, mut one)) in kinds.into_iter().enumerate() {
            shrink(&kind, &mut one.bundle, judge);
            let place = folder.join(format!("{:02}", number + 1));
            let told = tell(&kind, &one, &place);
            write(&place.join("evidence"), &one.bundle.files);
            fs::write(place.join("fault.txt"), &told).unwrap();
            if is_open(&kind, one.many) {
                println!("open:\n{told}");
            } else {
                text.push_str(&told);
            }
        }
        assert!(text.is_empty(), "\n{text}");
    }
}

/// Whether so many faults of a kind are known and not mended yet.
fn is_open(kind: &str, many: usize) -> bool {
    let mut open = open::OPEN.iter();
    open.any(|(known, most)| *known == kind && many <= *most)
}

fn tell(kind: &str, one: &Kind, place: &Path) -> String {
    let as_of = one
        .bundle
        .as_of
        .map_or(String::new(), |at| format!(" --as-of {at}"));
    let evidence = place.join("evidence");
    let paths: Vec<String> = match one.bundle.paths.as_slice() {
        [] => vec![evidence.display().to_string()],
        paths => paths
            .iter()
            .map(|path| evidence.join(path).display().to_string())
            .collect(),
    };
    format!(
        "{:6} × {kind}\n         {}\n         run {}, {}\n         coldtrail check{as_of} {}\n",
        one.many,
        one.subject,
        one.run,
        one.bundle.name,
        paths.join(" ")
    )
}

/// Takes files out as long as the fault stays. What must come out of a bundle
/// is known of the whole alone.
fn shrink(kind: &str, bundle: &mut Bundle, judge: &mut Judge) {
    if !kind.starts_with("false") && !kind.starts_with("exit") {
        return;
    }
    bundle.truth = Truth::default();
    let files: Vec<String> = bundle.files.keys().cloned().collect();
    for file in files {
        let mut less = bundle.clone();
        less.files.remove(&file);
        let kept = less.paths.iter().all(|path| {
            let below = format!("{path}/");
            less.files.keys().any(|file| file.starts_with(&below))
        });
        if less.files.is_empty() || !kept {
            continue;
        }
        let verdict = judge.judge(&less);
        if faults(&less, &verdict)
            .iter()
            .any(|fault| fault.kind == kind)
        {
            *bundle = less;
        }
    }
}
