//! Evidence: from paths to documents, with the place of everything they say.
//!
//! A [`Bundle`] is every file of one run and what its documents say. Files are
//! read on every core, one at a time in memory; what is kept of them is what
//! they say of trails and where. No verdict is made here, nothing is joined.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

pub mod budget;
pub mod file;
pub mod integrity;
mod paths;

use file::{FileRead, Gathered};

use crate::document::file::File;
use crate::progress::Progress;
use crate::recognise::facts::{Document, Interner};
use crate::source::exclude::Excludes;
use crate::source::gather;
use crate::source::given::{Links, Source};
use crate::source::limits::{Limits, OverLimit};

/// How evidence is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether links are followed.
    pub links: Links,
    /// What a run reads at the most.
    pub limits: Limits,
    /// Which files are left out.
    pub excludes: Excludes,
}

/// Every file of one run and what its documents say.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The files, sorted by name.
    pub files: Vec<File>,
    /// The documents, sorted by file and place.
    pub documents: Vec<Document>,
    /// Of what there was more than the run may read: nothing may be judged then, and
    /// nothing that was read is here.
    pub over_limit: Option<OverLimit>,
}

/// How many files in a row one thread reads at the most before it looks for others
/// that have nothing to do.
const MOST_IN_A_ROW: usize = 256;

impl Bundle {
    /// Reads everything under the paths on the threads of the current pool.
    /// What can't be read is a document that says why; this never fails.
    #[must_use]
    pub fn read(paths: &[PathBuf], options: &Options) -> Self {
        Self::read_counted(paths, options, &Progress::default())
    }

    /// Reads as [`Self::read`] does, and counts the files as they are read.
    #[must_use]
    pub fn read_counted(paths: &[PathBuf], options: &Options, progress: &Progress) -> Self {
        let sources = gather::gather(paths, options.links);
        Self::of_counted(sources, &gather::tops(paths), options, progress)
    }

    /// Reads these sources, as [`Self::read`] does; no two may have one name.
    #[must_use]
    pub fn of(mut sources: Vec<Source>, options: &Options) -> Self {
        // Files are looked up by name, in whichever order they were given.
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Self::of_counted(sources, &[], options, &Progress::default())
    }

    fn of_counted(
        sources: Vec<Source>,
        tops: &[Arc<str>],
        options: &Options,
        progress: &Progress,
    ) -> Self {
        progress.files.expect(sources.len());
        let budget = budget::Budget::new(&options.limits);
        let reader = file::Reader {
            limits: &options.limits,
            excludes: &options.excludes,
            budget: &budget,
            interner: &Interner::default(),
            shelf: &Arc::default(),
            progress,
        };
        let sources = sources.into_par_iter().with_max_len(MOST_IN_A_ROW);
        let mut read = sources.map(|source| reader.read(source)).collect();
        paths::expect(&mut read, tops, &reader);
        match budget.over() {
            None => Self::gathered(read),
            // Joining and judging what nobody may hear of would cost memory alone.
            over_limit => Self {
                over_limit,
                ..Self::default()
            },
        }
    }

    /// Puts together what was read, and holds it to its manifests.
    fn gathered(read: Vec<Gathered>) -> Self {
        // There may be very many of them: room for all at once, and no more.
        let mut bundle = Self {
            files: Vec::with_capacity(read.iter().map(Gathered::files).sum()),
            documents: Vec::with_capacity(read.iter().map(Gathered::documents).sum()),
            over_limit: None,
        };
        let has_archive = read.iter().any(|one| matches!(one, Gathered::Archive(_)));
        let read = read.into_iter().flatten();
        if has_archive {
            // Its entries follow it; a file beside it may come between.
            let mut read: Vec<FileRead> = read.collect();
            read.sort_by(|(a, _), (b, _)| a.source.name.cmp(&b.source.name));
            bundle.add(read);
        } else {
            bundle.add(read);
        }
        integrity::hold(&mut bundle);
        bundle
    }

    /// Adds files in the order of their names.
    fn add(&mut self, read: impl IntoIterator<Item = FileRead>) {
        for (file, documents) in read {
            let number = self.files.len();
            self.files.push(file);
            self.documents
                .extend(documents.into_iter().map(|mut document| {
                    document.file = number;
                    document
                }));
        }
    }

    /// The report's name of a document's file.
    #[must_use]
    pub fn name(&self, document: &Document) -> Arc<str> {
        self.files
            .get(document.file)
            .map_or_else(|| Arc::from(""), |file| Arc::clone(&file.source.name))
    }
}
