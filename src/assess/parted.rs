//! Account by account: the files of each are read, judged and let go before the
//! next one's.
//!
//! It stands on two things: that the files' folders name one account each
//! (`evidence::part`), and that what they say is of that account alone
//! (`snapshot::closed`). The first that isn't so ends it, and everything is
//! read as a whole: a report is the same either way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Assessed, Judged, Terms, documents, judge_one, on_workers};
use crate::engine::{Checked, EngineError, Worker};
use crate::evidence::document::{Document, Interner};
use crate::evidence::file::{Budget, Reader};
use crate::evidence::part::{Part, Parts};
use crate::evidence::source::Source;
use crate::evidence::{Bundle, Options};
use crate::progress::Progress;
use crate::report::{DocumentEntry, Subject};
use crate::snapshot::Snapshot;

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
}

/// How the files of one run are read.
struct Reading<'r> {
    sources: &'r [Source],
    options: &'r Options,
    budget: &'r Budget,
    progress: &'r Progress,
}

impl Reading<'_> {
    fn bundle(&self, sources: Vec<Source>) -> Bundle {
        let reader = Reader {
            limits: &self.options.limits,
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
        sources: &[Source],
        parts: Parts,
        options: &Options,
        progress: &Progress,
    ) -> Option<Assessed> {
        let Parts { parts, rest } = parts;
        progress.files.expect(sources.len());
        progress.accounts.expect(parts.len());
        let budget = Budget::new(&options.limits);
        let reading = Reading {
            sources,
            options,
            budget: &budget,
            progress,
        };
        let rest = rest.iter().filter_map(|index| sources.get(*index).cloned());
        let rest = reading.bundle(rest.collect());
        if !rest.documents.iter().all(Document::says_nothing) {
            return None;
        }
        let mut whole = Whole {
            documents: Vec::with_capacity(sources.len()),
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
        Some(Assessed {
            report: subjects.map(|subjects| self.report(subjects, whole.documents)),
            is_over_limit: budget.is_spent(),
            said,
        })
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
        let work = |worker: &mut Worker, part| {
            let piece = self.piece(part, reading, worker);
            is_open.fetch_or(piece.is_none(), Ordering::Relaxed);
            piece
        };
        on_workers(checked, self.limit, parts, &work, &mut |piece| {
            whole.take(piece);
        })?;
        Ok(!is_open.into_inner())
    }

    fn piece(&self, part: Part, reading: &Reading<'_>, worker: &mut Worker) -> Option<Piece> {
        let Part { account, sources } = part;
        let bundle = reading.bundle(reading.sources.get(sources)?.to_vec());
        let Snapshot { accounts, ties } = Snapshot::of_account(&bundle, self.as_of, &account)?;
        let mut judged = (Vec::new(), Ok(Vec::new()));
        // There is none where the folder says nothing of trails.
        for one in &accounts {
            judged = judge_one(&bundle, self.set, one, worker);
        }
        reading.progress.accounts.finish_one();
        Some(Piece {
            account,
            judged,
            documents: documents(&bundle, &ties),
        })
    }
}

impl Whole {
    fn take(&mut self, piece: Piece) {
        let (printed, result) = piece.judged;
        self.documents.extend(piece.documents);
        if !printed.is_empty() {
            self.printed.push((piece.account.clone(), printed));
        }
        match result {
            Ok(subjects) => self.subjects.extend(subjects),
            Err(error) => self.errors.push((piece.account, error)),
        }
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
