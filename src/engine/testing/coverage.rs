//! Which lines of the policies the tests evaluated.
//!
//! regorus notes lines whose expressions were evaluated, and leaves out a file
//! of which none was; such a file counts here with every line that has an
//! expression. Test files don't count.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine;

use super::Tested;
use crate::engine::load::as_written;
use crate::engine::visit;
use crate::policy::Module;

/// The lines of a set that tests evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// One entry a file, sorted by name.
    pub files: Vec<FileCoverage>,
}

/// The lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileCoverage {
    /// The file's name in the set.
    pub name: String,
    /// Lines that were evaluated, one-based.
    pub covered: BTreeSet<usize>,
    /// Lines that could be and were not.
    pub uncovered: BTreeSet<usize>,
}

impl Coverage {
    /// What an engine noted since it was cleared.
    pub(super) fn of(engine: &Engine) -> Self {
        let Ok(report) = engine.get_coverage_report() else {
            return Self::default();
        };
        let lines = |lines: BTreeSet<u32>| {
            lines
                .into_iter()
                .filter_map(|line| usize::try_from(line).ok())
                .collect()
        };
        let files = report.files.into_iter().map(|file| FileCoverage {
            name: file.path,
            covered: lines(file.covered),
            uncovered: lines(file.not_covered),
        });
        Self {
            files: files.collect(),
        }
    }

    /// Everything that several runs noted, over every policy file of what was tested.
    pub(super) fn whole(tested: &Tested<'_>, parts: Vec<Self>) -> Self {
        let Tested {
            set,
            files: written,
            ..
        } = tested;
        let mut files: BTreeMap<String, FileCoverage> = BTreeMap::new();
        for part in parts.into_iter().flat_map(|part| part.files) {
            let whole = files
                .entry(part.name.clone())
                .or_insert_with(|| FileCoverage {
                    name: part.name.clone(),
                    ..FileCoverage::default()
                });
            // The engine has the files rewritten.
            let own = written.iter().find(|one| one.file.name == part.name);
            let line = |line: usize| own.map_or(Some(line), |own| own.line(line));
            whole
                .covered
                .extend(part.covered.into_iter().filter_map(line));
            whole
                .uncovered
                .extend(part.uncovered.into_iter().filter_map(line));
        }
        let files = set.modules().iter().map(|module| {
            let mut file = files
                .remove(&module.file.name)
                .unwrap_or_else(|| untouched(module));
            file.uncovered = file.uncovered.difference(&file.covered).copied().collect();
            file
        });
        Self {
            files: files.collect(),
        }
    }

    /// Lines covered, of all that could be, in per cent; 100 where there is
    /// none.
    #[must_use]
    pub fn percent(&self) -> f64 {
        let covered: usize = self.files.iter().map(|file| file.covered.len()).sum();
        let uncovered: usize = self.files.iter().map(|file| file.uncovered.len()).sum();
        percent(covered, uncovered)
    }
}

impl FileCoverage {
    /// Lines covered, of all that could be, in per cent.
    #[must_use]
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.uncovered.len())
    }
}

fn percent(covered: usize, uncovered: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    match covered.saturating_add(uncovered) {
        0 => 100.0,
        all => number(covered) * 100.0 / number(all),
    }
}

/// A file that no test came into.
fn untouched(module: &Module) -> FileCoverage {
    let mut file = FileCoverage {
        name: module.file.name.clone(),
        ..FileCoverage::default()
    };
    if let Ok(mut engine) = as_written([module]) {
        for rule in engine.get_modules().iter().flat_map(|tree| &tree.policy) {
            visit::rule_expressions(rule, &mut |expr| {
                file.uncovered
                    .extend(usize::try_from(expr.span().line).ok());
            });
        }
    }
    file
}
