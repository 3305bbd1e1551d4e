//! Values that say nothing, counted instead of listed where they are many.
//!
//! A file of numbers has a value every two bytes, and a document for each would
//! be an inventory of nothing.

use crate::finding::DocumentKind;
use crate::recognise::facts::Document;

/// The values of one file that say nothing of trails.
#[derive(Default)]
pub(crate) struct Silent {
    listed: usize,
    left_out: usize,
}

impl Silent {
    /// How many are listed one by one.
    const LISTED: usize = 100;

    /// Whether a document is to be listed.
    pub(crate) fn lists(&mut self, document: &Document) -> bool {
        if document.kind != DocumentKind::Other || document.problem.is_some() {
            return true;
        }
        let lists = self.listed < Self::LISTED;
        self.listed += usize::from(lists);
        self.left_out += usize::from(!lists);
        lists
    }

    /// Tells how many more there were, on the last one that is listed.
    pub(crate) fn tell(&self, documents: &mut [Document]) {
        let mut backwards = documents.iter_mut().rev();
        let last = backwards.find(|document| document.kind == DocumentKind::Other);
        if let Some(last) = last.filter(|_| self.left_out > 0) {
            let more = format!(
                "and {} more values that say nothing of trails",
                self.left_out
            );
            last.detail = Some(match &last.detail {
                Some(detail) => format!("{detail}; {more}").into(),
                None => more.into(),
            });
        }
    }
}
