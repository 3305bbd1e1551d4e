//! From a file's bytes to its documents, or to why there are none.
//!
//! Everything that can be wrong with a file's content ends here as a document
//! with a problem, and with a [`Failure`] that says what the file might have
//! shown: what is missing from evidence is as much a fact as what is there.

use std::sync::Arc;

use crate::document::decode;
use crate::document::decode::Decoded;
use crate::document::file::File;
use crate::document::locate::Locator;
use crate::document::split;
use crate::document::translate::{self, Room};
use crate::finding::{DocumentKind, Problem};
use crate::recognise::above::{self, Above};
use crate::recognise::caveat::{self, Caveats};
use crate::recognise::changed;
use crate::recognise::disowned::Taken;
use crate::recognise::facts::{Call, Document, Facts, Interner, Known};
use crate::recognise::file_name::FileName;
use crate::recognise::http_head::Head;
use crate::recognise::silent::Silent;
use crate::recognise::walk::{Places, Walk};
use crate::recognise::{
    by_name, container, failed_call, http_head, irrelevant, own, sent, vocabulary,
};
use crate::source::limits::{self, Limits, MOST_NESTING};

mod failed;
mod naming;
mod prose;
mod settled;
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
    fn name(&self) -> FileName<'_> {
        FileName(&self.file.source.name)
    }

    fn call(&self) -> Option<Call> {
        self.name().call()
    }

    /// The documents of a file with these bytes. What lies in a folder of
    /// examples, or a list whose file is named for one, shows no state.
    pub(crate) fn documents(&mut self, bytes: Vec<u8>) -> Vec<Document> {
        let mut documents = self.found(bytes);
        let of_folder = self.name().no_state_folder().map(str::to_owned);
        let of_file = self.name().no_state();
        for document in &mut documents {
            let lists = !document.trails.is_empty() || !document.answers.is_empty();
            let shows = document.shows_trails();
            let is_empty = document.answers.iter().all(|list| list.trails == 0);
            let (why, taken) = match (&of_folder, &of_file) {
                (Some(folder), _) if shows => (
                    format!("lies in `{folder}`: it shows no present state"),
                    Taken::NoState,
                ),
                (None, Some(word)) if lists && !is_name_of(document, word) => (
                    format!("its name says `{word}`: it shows no present state"),
                    Taken::NoState,
                ),
                (None, None) if lists && document.trails.is_empty() && is_empty => {
                    let Some(word) = self.name().says_more() else {
                        continue;
                    };
                    let why = format!(
                        "an empty list, and `{word}` in its path may say of what: it may not be all"
                    );
                    (why, Taken::Doubted)
                }
                _ => continue,
            };
            document.disown(&why, taken);
            self.tell(document);
        }
        documents
    }

    fn found(&mut self, bytes: Vec<u8>) -> Vec<Document> {
        if let Some(what) = own::unfinished(&self.file.source.name) {
            return vec![self.irrelevant(what)];
        }
        if bytes.is_empty() {
            return vec![self.empty()];
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return vec![self.zeroes()];
        }
        if let Some(what) = by_name::confirmed(self.name(), &bytes) {
            return vec![self.irrelevant(what)];
        }
        if let Some(document) = self.known() {
            return vec![document];
        }
        if let Some(found) = container::found(&bytes) {
            return vec![self.container(found)];
        }
        if let Some(document) = self.of_eight_bits(&bytes) {
            return vec![document];
        }
        let decoded = match decode::decode(bytes) {
            Ok(decoded) => decoded,
            Err(error) => return vec![self.not_text(&error)],
        };
        let (decoded, head) = http_head::take(decoded);
        if let Some(document) = self.elsewhere(&decoded) {
            return vec![document];
        }
        let of_script = by_name::is_data_of_script(self.name(), &decoded.text);
        // What a text is that only holds JSON, its name says as well.
        let is_json = decoded.text.trim_start().starts_with(['{', '[']) && head == Head::default();
        let most = limits::allowed(self.file.bytes).saturating_add(self.limits.values);
        let room = Room::new(most);
        let decoded = translate::translate(decoded, &room);
        if room.is_spent() {
            return vec![self.too_many(most)];
        }
        self.file.encoding = Some(decoded.encoding);
        let begin = decoded.text.trim_start();
        if begin.is_empty() {
            return vec![self.empty()];
        }
        if !begin.starts_with(['{', '[']) {
            if let Some(what) = irrelevant::text(self.name(), &decoded.text) {
                if self.name().is_prose() {
                    return self.of_prose(&decoded, what);
                }
                let mut document = self.irrelevant(what);
                document.add(self.beside(&decoded, what));
                return vec![document];
            }
            if self.name().is_prose() && !self.name().is_of_session() {
                return vec![self.examples()];
            }
        }
        let mut left = usize::try_from(most).unwrap_or(usize::MAX);
        let pieces = split::within(&decoded.text, left);
        if pieces.is_more {
            // Numbers and words alone hold nothing, however many they are.
            let is_flat = memchr::memchr2(b'{', b'[', decoded.text.as_bytes()).is_none();
            return vec![match is_flat {
                true => self.no_json(&decoded),
                false => self.too_many(most),
            }];
        }
        let mut documents: Vec<Document> = Vec::new();
        let mut silent = Silent::default();
        let mut locator = Locator::new(&decoded);
        let mut above = Above::default();
        let mut caveats = Caveats::default();
        let lead_in = decoded.lead_in.as_ref();
        let of_script =
            of_script.then(|| "it is what a script holds: it may be made up".to_owned());
        let doubt_before = lead_in.and_then(caveat::of_lead_in).or(of_script);
        let doubt_before = doubt_before.or_else(|| head.doubt.clone());
        let mut end = 0;
        for piece in &pieces.values {
            if let Some(what) = vocabulary::description(piece.node) {
                documents.push(self.irrelevant(what));
                continue;
            }
            let start = locator.spot(piece.node.offset_in(&decoded.text));
            let mut walk = Walk {
                places: Places::Text(locator),
                interner: self.interner,
                nesting: self.limits.nesting.min(MOST_NESTING),
                found: Facts::default(),
                left,
                changes: 0,
                taken: Vec::new(),
            };
            if pieces.transcript {
                walk.producer("console transcript");
            } else if decoded.coloured {
                walk.producer("aws cli (coloured)");
            }
            let mut hints = above.hints(piece);
            hints.collected = head.date;
            hints
                .claims
                .extend(lead_in.into_iter().flat_map(above::of_lead_in));
            let gap = decoded.text.get(end..piece.node.offset_in(&decoded.text));
            end = piece.node.offset_in(&decoded.text) + piece.node.text().len();
            let said = caveats.doubt(gap.unwrap_or_default());
            let doubt = hints.doubt.as_deref().map(str::to_owned).or(said);
            walk.visit(piece.node, "", &hints);
            if walk.is_full() {
                return vec![self.too_many(most)];
            }
            left = walk.left;
            let doubt = doubt.map(|doubt| (doubt, Taken::Doubted));
            let doubt = doubt.or_else(|| above::unclear(piece, &walk.found));
            let doubt = doubt.filter(|_| pieces.transcript);
            let below = piece.below.and_then(caveat::of_below);
            let doubt = doubt.or(below.map(|doubt| (doubt, Taken::Doubted)));
            let of_lines = || Some((doubt_before.clone()?, Taken::Doubted));
            if let Some((doubt, taken)) = doubt.or_else(of_lines) {
                let found = std::mem::take(&mut walk.found);
                walk.found = found.disowned(&doubt, taken);
            }
            self.blame(&mut walk.found);
            above::chosen(piece, &mut walk.found);
            above.pass(piece, &walk.found);
            walk.found.fit();
            let document = Document::saying(0, start, Arc::new(walk.found));
            locator = match walk.places {
                Places::Text(walked) => walked,
                Places::String(_) => Locator::new(&decoded),
            };
            let document = self.settled(document, piece, hints.call, &decoded.text);
            if silent.lists(&document) {
                documents.push(document);
            }
        }
        silent.tell(&mut documents);
        documents.extend(self.between(&decoded, &pieces));
        if let Some(broken) = &pieces.broken {
            documents.push(self.broken(&decoded, broken));
        } else if documents.is_empty() || pieces.are_words_of(&decoded.text) {
            documents.push(self.no_json(&decoded));
        }
        self.answered(&mut documents, &pieces);
        let mut changed = changed::retract(&mut documents, &decoded, &pieces);
        changed.iter_mut().for_each(|document| self.tell(document));
        documents.extend(changed);
        naming::add(&mut documents, &decoded, &pieces);
        if documents.iter().map(Document::values).sum::<u64>() > most {
            return vec![self.too_many(most)];
        }
        if let ([only], Some(sha256)) = (documents.as_slice(), self.file.sha256)
            && is_json
            && !(only.trails.is_empty() && only.answers.is_empty())
            && only.failures.is_empty()
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

    /// What a text that is something else says of other files and of trails.
    fn beside(&self, decoded: &Decoded, what: &str) -> Facts {
        let mut facts = Facts::default();
        match what {
            irrelevant::FINDINGS => facts.shown = naming::in_lines(decoded, decoded.text.lines()),
            irrelevant::CHECKSUMS => {
                let mut locator = Locator::new(decoded);
                let place = |line: &str| Some(locator.piece(line));
                facts.sent = sent::of_checksums(&decoded.text, place);
            }
            _ => {}
        }
        facts
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
            failed.extend(self.fields(&mut locator, from..from + gap.trim().len(), gap));
            let mut errors = failed_call::read_all(gap);
            // A prompt with an answer behind it was answered.
            if start < end {
                errors.retain(|error| !failed_call::is_prompt(&error.message));
            }
            if errors.is_empty() {
                errors.extend(failed_call::read_at_lines(gap));
            }
            if errors.is_empty() {
                let mut lines = gap.lines().filter(|line| split::typed(line).is_none());
                errors.extend(lines.find_map(failed_call::of_left_out));
            }
            if errors.is_empty() {
                let is_followed = start < end || pieces.broken.is_some();
                errors = failed_call::without_answer(gap, is_followed);
            }
            failed.extend(self.failed_calls(&mut locator, from..from + gap.trim().len(), errors));
        }
        failed
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
            document.problem = Some(Arc::new(Problem {
                code: "too-deep",
                message: failure.message.clone(),
                help: Some(format!(
                    "take off what wraps it; --max-nesting raises the levels, to {MOST_NESTING} at the most"
                )),
                place: anchor.map(|anchor| anchor.whole(&self.file.source.name)),
            }));
        } else if document.kind == DocumentKind::Unreadable && document.is_doubted {
            let failure = document.failures.last();
            let anchor = failure.and_then(|failure| failure.anchor.as_ref());
            document.problem = Some(Arc::new(Problem {
                code: "no-answer",
                message: document.remark.clone().unwrap_or_default(),
                help: Some("give AWS's own answer as a file of its own, or leave this one out with --exclude".to_owned()),
                place: anchor.map(|anchor| anchor.whole(&self.file.source.name)),
            }));
        } else if document.is_no_state && document.kind == DocumentKind::Other {
            document.problem = None;
        } else if let Some(failure) = document.failures.first() {
            let place = failure
                .anchor
                .as_ref()
                .map(|anchor| anchor.whole(&self.file.source.name));
            document.problem = Some(Arc::new(Problem {
                code: "failed-call",
                message: failure.message.clone(),
                help: Some(self.help_for(failure)),
                place,
            }));
        }
    }
}

/// Whether a word of a file's name is that of a trail in it.
fn is_name_of(document: &Document, word: &str) -> bool {
    let mut names = document
        .trails
        .iter()
        .filter_map(|one| one.object.name.as_deref());
    names.any(|name| name.to_ascii_lowercase().contains(word))
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
    } else if document.too_deep.is_some() || document.is_doubted {
        DocumentKind::Unreadable
    } else if document.is_no_state {
        DocumentKind::Other
    } else if !document.failures.is_empty() {
        DocumentKind::CollectionError
    } else {
        DocumentKind::Other
    }
}

#[cfg(test)]
mod tests;
