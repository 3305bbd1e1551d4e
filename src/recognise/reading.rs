//! From a file's bytes to its documents, or to why there are none.
//!
//! Everything that can be wrong with a file's content ends here as a document
//! with a problem, and with a [`Failure`] that says what the file might have
//! shown: what is missing from evidence is as much a fact as what is there.

use std::sync::Arc;

use crate::document::decode;
use crate::document::decode::Decoded;
use crate::document::json::{Kind, Node};
use crate::document::locate::{Locator, START};
use crate::document::split;
use crate::document::translate;
use crate::evidence::File;
use crate::finding::Place;
use crate::recognise::facts::{Call, Document, Facts, Interner, Known, Named};
use crate::recognise::silent::Silent;
use crate::recognise::walk::{Hints, Walk};
use crate::recognise::{failed_call, suspicion};
use crate::report::{DocumentKind, Problem};
use crate::source::archive;
use crate::source::archive::Format;
use crate::source::limits::{Limits, MOST_NESTING};

mod unread;

/// One file's bytes on the way to documents.
pub(crate) struct Reading<'r> {
    /// The file; its encoding is noted in it.
    pub file: &'r mut File,
    /// Where equal trails and equal files meet.
    pub interner: &'r Interner,
    /// The bounds of one file.
    pub limits: &'r Limits,
}

impl Reading<'_> {
    fn name(&self) -> &str {
        &self.file.source.name
    }

    fn call(&self) -> Option<Call> {
        suspicion::call(self.name())
    }

    fn could_be_evidence(&self, content: &str) -> bool {
        suspicion::could_be_evidence(self.name(), content)
    }

    /// The documents of a file with these bytes.
    pub(crate) fn documents(&mut self, bytes: Vec<u8>) -> Vec<Document> {
        if suspicion::is_of_macos(self.name()) {
            let mut document = Document::new(0, START);
            document.detail = Some("what macOS keeps beside a file".into());
            return vec![document];
        }
        if bytes.is_empty() {
            return vec![self.empty()];
        }
        if let Some(document) = self.known() {
            return vec![document];
        }
        let decoded = match decode::decode(bytes) {
            Ok(decoded) => translate::translate(decoded),
            Err(_) if Format::is_named(self.name()) => {
                return vec![self.refused(archive::no_archive())];
            }
            Err(error) => return vec![self.not_text(&error)],
        };
        self.file.encoding = Some(decoded.encoding);
        if decoded.text.trim().is_empty() {
            return vec![self.empty()];
        }
        let pieces = split::split(&decoded.text);
        let mut documents: Vec<Document> = Vec::new();
        let mut silent = Silent::default();
        let mut locator = Locator::new(&decoded);
        for piece in &pieces.values {
            let start = locator.spot(piece.node.offset_in(&decoded.text));
            let mut walk = Walk {
                locator,
                interner: self.interner,
                nesting: self.limits.nesting.min(MOST_NESTING),
                found: Facts::default(),
            };
            if pieces.transcript {
                walk.producer("console transcript");
            } else if decoded.coloured {
                walk.producer("aws cli (coloured)");
            }
            walk.visit(piece.node, "", &Hints::told_by(piece.command));
            let document = Document::saying(0, start, Arc::new(walk.found));
            locator = walk.locator;
            let document = self.settled(document, piece.node, pieces.values.len());
            if silent.lists(&document) {
                documents.push(document);
            }
        }
        silent.tell(&mut documents);
        documents.extend(self.between(&decoded, &pieces));
        if let Some(broken) = &pieces.broken {
            documents.push(self.broken(&decoded, broken));
        } else if documents.is_empty() {
            documents.push(self.no_json(&decoded));
        }
        if let ([only], Some(sha256)) = (documents.as_slice(), self.file.sha256)
            && !only.trails.is_empty()
        {
            let known = Known {
                encoding: decoded.encoding,
                start: only.start,
                facts: only.shared(),
            };
            self.interner.remember(sha256, known);
            // Where nothing was taken out, the text is the file.
            if decoded.is_plain() && decoded.text.len() as u64 == self.file.bytes {
                self.interner.keep(sha256, decoded.text.into_bytes());
            }
        }
        documents
    }

    /// Failed calls whose error texts stand around the values of a text.
    fn between(&self, decoded: &Decoded, pieces: &split::Pieces<'_>) -> Vec<Document> {
        let text = &decoded.text;
        let mut failed = Vec::new();
        let mut locator = Locator::new(decoded);
        let mut at = 0;
        let starts = pieces.values.iter().map(|piece| {
            let start = piece.node.offset_in(text);
            (start, start + piece.node.text().len())
        });
        let end = pieces
            .broken
            .as_ref()
            .map_or(text.len(), |broken| broken.block.start);
        for (start, next) in starts.chain([(end, end)]) {
            let gap = text.get(at..start).unwrap_or_default();
            let from = at + gap.len() - gap.trim_start().len();
            at = next;
            // A text without any value is read as a whole.
            if pieces.values.is_empty() || gap.trim().is_empty() {
                continue;
            }
            if let Some(said) = failed_call::read(gap) {
                failed.push(self.failed_call(&mut locator, from, from + gap.trim().len(), said));
            }
        }
        failed
    }

    /// The document of an error text between two offsets.
    fn failed_call(
        &self,
        locator: &mut Locator<'_>,
        from: usize,
        to: usize,
        said: failed_call::Said,
    ) -> Document {
        let call = said.call.or_else(|| self.call());
        let spot = locator.spot(from);
        let place = Place {
            line: spot.line,
            column: spot.column,
            bytes: [spot.byte, locator.spot(to).byte],
            ..self.whole()
        };
        let problem = Problem {
            code: "failed-call",
            message: said.message.clone(),
            help: Some(failed_call::help(said.error.as_deref(), call)),
            place: Some(place),
        };
        let failure = self.failure(call, said.error, said.message, said.named);
        self.lost(DocumentKind::CollectionError, problem, Some(failure))
    }

    /// The document of a file whose bytes were read before: what describe-trails
    /// answers is the same in every region that sees the same trails.
    fn known(&mut self) -> Option<Document> {
        let known = self.interner.known(self.file.sha256.as_ref()?)?;
        self.file.encoding = Some(known.encoding);
        let mut document = Document::saying(0, known.start, known.facts);
        self.tell(&mut document);
        Some(document)
    }

    /// Gives a document its kind, and the problem that it tells of itself.
    fn tell(&self, document: &mut Document) {
        document.kind = kind(document);
        if document.too_deep.is_none() {
            document.detail = document.remark.as_deref().map(Into::into);
        }
        let too_deep = document.too_deep.and_then(|at| document.failures.get(at));
        if let Some(failure) = too_deep {
            let anchor = failure.anchor.as_ref();
            document.problem = Some(Box::new(Problem {
                code: "too-deep",
                message: failure.message.clone(),
                help: Some(format!(
                    "take off what wraps it; --max-nesting raises the levels, to {MOST_NESTING} at the most"
                )),
                place: anchor.map(|anchor| anchor.whole(&self.file.source.name)),
            }));
        } else if let Some(failure) = document.failures.first() {
            let place = failure
                .anchor
                .as_ref()
                .map(|anchor| anchor.whole(&self.file.source.name));
            document.problem = Some(Box::new(Problem {
                code: "failed-call",
                message: failure.message.clone(),
                help: Some(failed_call::help(
                    failure.error.as_deref(),
                    failure.call.or_else(|| self.call()),
                )),
                place,
            }));
        }
    }

    /// Gives a document its kind; what it is where it says nothing.
    fn settled(&self, mut document: Document, node: Node<'_>, of: usize) -> Document {
        self.tell(&mut document);
        if document.kind != DocumentKind::Other || document.detail.is_some() || of > 1 {
            return document;
        }
        let call = self.call();
        let what = match node.kind() {
            Kind::Object | Kind::Array if node.is_empty_container() => {
                node.text().split_whitespace().collect::<String>()
            }
            Kind::Null => "null".to_owned(),
            _ => {
                if suspicion::names_answer(self.name()) && document.detail.is_none() {
                    self.unlike(&mut document, node);
                }
                return document;
            }
        };
        let lost = call.is_some_and(|call| call != Call::Other) || self.file.source.direct;
        if !lost {
            document.detail = Some(format!("`{what}`").into());
            return document;
        }
        let message = format!(
            "`{what}` is what scripts and queries leave after a failed call; it is no answer of AWS"
        );
        document.kind = DocumentKind::CollectionError;
        document.problem = Some(Box::new(Problem {
            code: "empty-answer",
            message: message.clone(),
            help: Some(failed_call::help(None, call)),
            place: Some(Place {
                file: self.file.source.name.clone(),
                pointer: Box::default(),
                line: document.start.line,
                column: document.start.column,
                bytes: [document.start.byte, document.start.byte + node.text().len()],
            }),
        }));
        document.fail(self.failure(call, None, message, Named::No));
        document
    }

    /// A file that is named for an answer and holds none that is known: what
    /// the answer said isn't known either.
    fn unlike(&self, document: &mut Document, node: Node<'_>) {
        let message = "JSON, and no answer that is known of the call that its name speaks of";
        let at = document.start;
        document.kind = DocumentKind::Unreadable;
        document.problem = Some(Box::new(Problem {
            code: "unknown-shape",
            message: message.to_owned(),
            help: Some(failed_call::help(None, self.call())),
            place: Some(Place {
                line: at.line,
                column: at.column,
                bytes: [at.byte, at.byte + node.text().len()],
                ..self.whole()
            }),
        }));
        document.fail(self.failure(self.call(), None, message.to_owned(), Named::No));
    }
}

fn kind(document: &Document) -> DocumentKind {
    if !document.trails.is_empty() || !document.answers.is_empty() {
        DocumentKind::DescribeTrails
    } else if !document.statuses.is_empty() {
        DocumentKind::GetTrailStatus
    } else if !document.listed.is_empty() {
        DocumentKind::ListTrails
    } else if !document.log_groups.is_empty() {
        DocumentKind::DescribeLogGroups
    } else if document.manifest.is_some() {
        DocumentKind::Manifest
    } else if document.identity.is_some() {
        DocumentKind::CallerIdentity
    } else if document.too_deep.is_some() {
        DocumentKind::Unreadable
    } else if !document.failures.is_empty() {
        DocumentKind::CollectionError
    } else {
        DocumentKind::Other
    }
}
