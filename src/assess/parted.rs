//! Account by account, some at a time: the files of these are read, judged and
//! let go before the next ones'.
//!
//! It stands on two things: that the files' folders name one account each
//! (`evidence::part`), and that what they say is of that account alone
//! (`snapshot::closed`). The first that isn't so ends it, and everything is
//! read as a whole: a report is the same either way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Assessed, Judged, Terms, documents, judge_one, on_workers};
use crate::coverage::Coverage;
use crate::engine::{Checked, EngineError, Worker};
use crate::evidence::file::{Budget, Reader};
use crate::evidence::part::{Part, Parts};
use crate::evidence::{Bundle, Options};
use crate::progress::Progress;
use crate::recognise::facts::{Document, Interner};
use crate::report::{DocumentEntry, Subject};
use crate::snapshot::Snapshot;
use crate::source::given::{Files, Source};

/// What one account's folder came to.
struct Piece {
    account: Box<str>,
    judged: Judged,
    documents: Vec<DocumentEntry>,
}

/// The pieces, put together as they come.
#[derive(Default)]
struct Whole {
    subjects: Vec<Subject>,
    documents: Vec<DocumentEntry>,
    /// What was printed, where anything was.
    printed: Vec<(Box<str>, Vec<String>)>,
    /// Policies that are wrong, by the account that showed it.
    errors: Vec<(Box<str>, EngineError)>,
    /// How many parts are still to come.
    left: usize,
}

/// How the files of one run are read.
struct Reading<'r> {
    options: &'r Options,
    budget: &'r Budget,
    progress: &'r Progress,
}

impl Reading<'_> {
    fn bundle(&self, sources: Vec<Source>) -> Bundle {
        self.progress.files.expect(sources.len());
        let reader = Reader {
            limits: &self.options.limits,
            excludes: &self.options.excludes,
            budget: self.budget,
            // Files of the same bytes are one account's.
            interner: &Interner::default(),
            shelf: &Arc::default(),
            progress: self.progress,
        };
        Bundle::of_part(sources, &reader)
    }
}

impl Terms<'_> {
    /// Reads and judges account by account; nothing, where what is read is not
    /// of one account alone.
    pub(super) fn assess_parts(
        &self,
        parts: Parts,
        options: &Options,
        progress: &Progress,
    ) -> Option<(Assessed, Files)> {
        let Parts { parts, rest, roots } = parts;
        progress.accounts.expect(parts.len());
        let budget = Budget::new(&options.limits);
        let reading = Reading {
            options,
            budget: &budget,
            progress,
        };
        let files = Files::new(rest.clone(), roots);
        let rest = reading.bundle(rest);
        if !rest.documents.iter().all(Document::says_nothing) {
            return None;
        }
        let mut whole = Whole {
            left: parts.len(),
            ..Whole::default()
        };
        match self.take_parts(parts, &reading, &mut whole) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => whole.errors.push((Box::default(), error)),
        }
        whole.add(documents(&rest, &[]));
        let mut said = Vec::new();
        let subjects = whole.settled(&mut said);
        let assessed = Assessed {
            report: subjects
                .map(|subjects| self.report(subjects, whole.documents, Coverage::default())),
            is_over_limit: budget.is_spent(),
            said,
        };
        Some((assessed, files))
    }

    /// Whether every part was of its account alone.
    fn take_parts(
        &self,
        parts: Vec<Part>,
        reading: &Reading<'_>,
        whole: &mut Whole,
    ) -> Result<bool, EngineError> {
        let checked = Checked::new(self.set)?;
        let is_open = AtomicBool::new(false);
        let work = |worker: &mut Worker, parts: Vec<Part>| {
            let pieces = self.pieces(parts, reading, worker);
            is_open.fetch_or(pieces.is_none(), Ordering::Relaxed);
            pieces
        };
        let jobs = together(parts);
        let mut take = |pieces: Vec<Piece>| {
            pieces.into_iter().for_each(|piece| whole.take(piece));
        };
        on_workers(checked, self.limit, jobs, &work, &mut take)?;
        Ok(!is_open.into_inner())
    }

    fn pieces(
        &self,
        parts: Vec<Part>,
        reading: &Reading<'_>,
        worker: &mut Worker,
    ) -> Option<Vec<Piece>> {
        let read = parts.into_iter().map(|part| {
            let bundle = reading.bundle(part.sources()?);
            let snapshot = Snapshot::of_account(&bundle, self.as_of, &part.account)?;
            Some((part.account, bundle, snapshot))
        });
        let read: Option<Vec<_>> = read.collect();
        let judged = read?.into_iter().map(|(account, bundle, snapshot)| {
            let Snapshot { accounts, ties } = snapshot;
            let mut judged = (Vec::new(), Ok(Vec::new()));
            // There is none where the folder says nothing of trails.
            for one in &accounts {
                judged = judge_one(&bundle, self.set, one, worker);
            }
            reading.progress.accounts.finish_one();
            Piece {
                account,
                judged,
                documents: documents(&bundle, &ties),
            }
        });
        Some(judged.collect())
    }
}

/// The most elements that room is made for at once.
const MOST: usize = 1 << 19;

/// Makes room for `more` and for what the parts still to come are likely to
/// bring: room that is doubled again and again holds all of it twice for a time.
fn make_room<T>(all: &mut Vec<T>, more: usize, parts: usize) {
    if all.capacity() - all.len() < more {
        let likely = more.saturating_mul(parts).min(MOST);
        all.reserve_exact(likely.max(more));
    }
}

/// The most accounts that are read before they are judged: going to and fro
/// between the two for each costs a fifth of the time, since the processor
/// forgets the one over the other.
const TOGETHER: usize = 32;

/// Some parts at a time, and enough of these for every core.
fn together(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let size = (parts.len() / 64).clamp(1, TOGETHER);
    let mut parts = parts.into_iter();
    let some = || Some(parts.by_ref().take(size).collect::<Vec<_>>());
    std::iter::from_fn(some)
        .take_while(|some| !some.is_empty())
        .collect()
}

impl Whole {
    fn take(&mut self, piece: Piece) {
        let (printed, result) = piece.judged;
        make_room(&mut self.documents, piece.documents.len(), self.left);
        self.documents.extend(piece.documents);
        if !printed.is_empty() {
            self.printed.push((piece.account.clone(), printed));
        }
        match result {
            Ok(subjects) => {
                make_room(&mut self.subjects, subjects.len(), self.left);
                self.subjects.extend(subjects);
            }
            Err(error) => self.errors.push((piece.account, error)),
        }
        self.left = self.left.saturating_sub(1);
    }

    /// Adds what lies outside of the folders, in the order of files' names.
    fn add(&mut self, documents: Vec<DocumentEntry>) {
        if !documents.is_empty() {
            self.documents.extend(documents);
            self.documents.sort_by(|a, b| a.file.cmp(&b.file));
        }
    }

    /// The subjects, or the first error, in the order of accounts; what was
    /// printed up to there.
    fn settled(&mut self, said: &mut Vec<String>) -> Result<Vec<Subject>, EngineError> {
        self.printed.sort_by(|a, b| a.0.cmp(&b.0));
        self.errors.sort_by(|a, b| a.0.cmp(&b.0));
        let error = self.errors.drain(..).next();
        let last = error.as_ref().map(|(account, _)| account);
        for (account, printed) in self.printed.drain(..) {
            if last.is_none_or(|last| account <= *last) {
                said.extend(printed);
            }
        }
        if let Some((_, error)) = error {
            return Err(error);
        }
        // Folders are nearly always in the order of their accounts.
        let mut subjects = std::mem::take(&mut self.subjects);
        if !subjects.is_sorted_by(|a, b| a.account_id <= b.account_id) {
            subjects.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        }
        Ok(subjects)
    }
}

#[cfg(test)]
mod tests;
