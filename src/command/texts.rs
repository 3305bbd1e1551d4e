//! Lines of evidence for the renderers: reads a file again when its lines are
//! shown, keeps the last few, and cuts windows out of them.

use std::sync::Arc;

use crate::document::decode;
use crate::document::way_back::WayBack;
use crate::evidence::file;
use crate::finding::Place;
use crate::render::excerpt::{Excerpt, Excerpts, Window, line_starts};
use crate::report::DocumentEntry;
use crate::source::given::Files;

/// How many files are kept as text. A finding cites two or three.
const KEPT: usize = 4;

/// The texts of a bundle's files, read when asked for.
pub(super) struct Texts<'b> {
    files: &'b Files,
    /// What they were when they were judged, sorted by file.
    documents: &'b [DocumentEntry],
    window: Window,
    /// Most recently used last.
    kept: Vec<Text>,
    /// Files beside the evidence that a report points into, each with where its
    /// lines start.
    beside: Vec<(Arc<str>, Arc<str>, Vec<usize>)>,
}

struct Text {
    file: Arc<str>,
    decoded: Option<(WayBack, Vec<usize>)>,
}

impl<'b> Texts<'b> {
    pub(super) fn new(files: &'b Files, documents: &'b [DocumentEntry], window: Window) -> Self {
        Self {
            files,
            documents,
            window,
            kept: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Adds a file that is not evidence, under a name that no evidence has.
    pub(super) fn add(&mut self, name: Arc<str>, text: Arc<str>) {
        let starts = line_starts(&text);
        self.beside.push((name, text, starts));
    }

    /// The bytes of a file, if they are what was judged.
    fn bytes(&self, name: &Arc<str>) -> Option<Vec<u8>> {
        let document = self.documents.binary_search_by(|one| one.file.cmp(name));
        let document = self.documents.get(document.ok()?)?;
        let source = self.files.source(name)?;
        file::again(&source, document.bytes, document.sha256?)
    }

    fn text(&mut self, name: &Arc<str>) -> Option<&(WayBack, Vec<usize>)> {
        match self.kept.iter().position(|text| text.file == *name) {
            Some(at) => {
                let text = self.kept.remove(at);
                self.kept.push(text);
            }
            None => {
                let decoded = self
                    .bytes(name)
                    .and_then(|bytes| decode::decode(bytes).ok())
                    .map(|decoded| {
                        let starts = line_starts(&decoded.text);
                        (WayBack::new(decoded), starts)
                    });
                if self.kept.len() >= KEPT {
                    self.kept.remove(0);
                }
                self.kept.push(Text {
                    file: Arc::clone(name),
                    decoded,
                });
            }
        }
        self.kept.last()?.decoded.as_ref()
    }
}

impl Excerpts for Texts<'_> {
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        let window = self.window;
        let mut beside = self.beside.iter();
        if let Some((_, text, starts)) = beside.find(|(name, ..)| *name == place.file) {
            let [start, end] = place.bytes;
            return Some(Excerpt::cut(text, starts, start..end, &window));
        }
        let (back, starts) = self.text(&place.file)?;
        let [start, end] = place.bytes;
        let span = back.to_text(start)..back.to_text(end.max(start));
        Some(Excerpt::cut(&back.decoded.text, starts, span, &window))
    }
}
