//! What is told of a file, or a part of one, that can't be read: why, where,
//! what to do, and what it might have shown.

use std::ops::Range;
use std::sync::Arc;

use crate::document::command::Command;
use crate::document::decode;
use crate::document::decode::Decoded;
use crate::document::locate::{Locator, START, Spot};
use crate::document::split::{self, Broken};
use crate::finding::{DocumentKind, Place, Problem};
use crate::recognise::container::Found;
use crate::recognise::facts::{Call, Document, Failure, Named, Origin};
use crate::recognise::foreign_format::ForeignFormat;
use crate::recognise::reading::Reading;
use crate::recognise::{
    container, encoded, failed_call, foreign_format, irrelevant, own, sent, vocabulary,
};
use crate::source::archive;
use crate::source::archive::Format;
use crate::source::given::Refused;
use crate::source::opening;

/// A text longer than this is no error of one call.
const MOST_SAID: usize = 4096;

/// In a text longer than this a line that tells of a failure is one of a log's.
const MOST_TOLD: usize = 64 * 1024;

impl Reading<'_> {
    pub(crate) fn failure(
        &self,
        call: Option<Call>,
        error: Option<String>,
        message: String,
        named: Named,
    ) -> Failure {
        Failure {
            call,
            error: error.map(String::into_boxed_str),
            message,
            named,
            origin: Origin::default(),
            hides_trails: match call {
                Some(Call::DescribeTrails | Call::ListTrails) => true,
                Some(_) => false,
                None => self.is_packed() || self.name().other_call().is_none(),
            },
            anchor: None,
        }
    }

    /// Whether the name says that other files are in it, of whichever calls.
    fn is_packed(&self) -> bool {
        Format::is_named(&self.file.source.name) || container::is_named(self.name())
    }

    /// A document that can't be read, and what it might have shown.
    pub(crate) fn lost(
        &self,
        kind: DocumentKind,
        problem: Problem,
        failure: Option<Failure>,
    ) -> Document {
        let start = problem.place.as_ref().map_or(START, |place| Spot {
            byte: place.bytes[0],
            line: place.line,
            column: place.column,
        });
        let mut document = match failure {
            Some(failure) => Document::saying(0, start, self.interner.failed(failure)),
            None => Document::new(0, start),
        };
        document.kind = kind;
        document.detail = Some(problem.message.as_str().into());
        document.problem = Some(Arc::new(problem));
        document
    }

    pub(crate) fn whole(&self) -> Place {
        Place {
            file: self.file.source.name.clone(),
            pointer: Box::default(),
            line: 1,
            column: 1,
            bytes: [0, 0],
        }
    }

    /// The document of a file that is positively no evidence, and why.
    pub(crate) fn irrelevant(&self, what: &str) -> Document {
        let mut document = Document::new(0, START);
        document.detail = Some(what.into());
        document
    }

    /// The document of a file of which nothing is understood.
    fn unread(
        &self,
        code: &'static str,
        message: String,
        help: String,
        call: Option<Call>,
    ) -> Document {
        let failure = self.failure(call, None, message.clone(), Named::No);
        let problem = Problem {
            code,
            message,
            help: Some(help),
            place: Some(self.whole()),
        };
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    pub(crate) fn empty(&self) -> Document {
        let irrelevant = self.name().irrelevant_empty();
        if let Some(what) = irrelevant.filter(|_| !self.file.source.direct) {
            return self.irrelevant(&what);
        }
        let message = "empty: what a redirected call leaves when it fails".to_owned();
        let help = failed_call::help(None, self.call(), None);
        self.unread("empty", message, help, self.call())
    }

    /// The document of a file that is told by its bytes.
    pub(crate) fn container(&self, found: Found) -> Document {
        match found {
            Found::Container(what, help) => {
                let message = format!("{what}, which is not opened");
                let call = self.call_of_container();
                let mut document = self.unread("not-opened", message, help.to_owned(), call);
                document.amend(|facts| {
                    let failures = facts.failures.iter_mut();
                    failures.for_each(|failure| failure.hides_trails |= call.is_none());
                });
                document
            }
            // What it shows isn't known: not even that it is of one call alone.
            Found::Picture(what) if self.name().is_of_answer() => {
                let message = format!("{what}, under the name of an answer: it is not read");
                let help = failed_call::help(None, self.call(), None);
                self.unread("not-text", message, help, None)
            }
            Found::Picture(what) | Found::Other(what) => self.irrelevant(what),
        }
    }

    /// The call of which a container holds an answer, if it holds one. What is
    /// packed together may be of any call.
    fn call_of_container(&self) -> Option<Call> {
        self.call().filter(|_| self.name().is_of_answer())
    }

    /// The document of a file with bytes in it that no text has.
    pub(crate) fn zeroes(&self) -> Document {
        let message = "holds bytes of zero, which no text has".to_owned();
        let help = "save the answer as UTF-8".to_owned();
        self.unread("not-text", message, help, self.call())
    }

    /// Prose with objects in it that speak of trails: examples, or answers that
    /// somebody pasted.
    pub(crate) fn examples(&self) -> Document {
        let message = "prose with objects of trails in it, which are taken for examples".to_owned();
        let help = "give the answers as files of their own, as the AWS CLI printed them".to_owned();
        self.unread("not-json", message, help, None)
    }

    /// The document of a text that is no JSON and says of itself that coldtrail
    /// printed it, or that its content lies elsewhere or in another form.
    pub(crate) fn elsewhere(&self, decoded: &Decoded) -> Option<Document> {
        let text = decoded.text.trim_start();
        if foreign_format::is_recording(text) {
            return Some(self.named(foreign_format::RECORDING, self.call()));
        }
        if text.starts_with(['{', '[']) {
            return None;
        }
        if foreign_format::is_dump_of_php(text)
            && let Some(document) = self.foreign(text)
        {
            return Some(document);
        }
        if let Some(what) = own::output(text).filter(|_| !irrelevant::holds_answers(text)) {
            return Some(self.irrelevant(what));
        }
        encoded::told(text).map(|found| self.container(found))
    }

    /// The document of a text around JSON that says something of trails in a form
    /// that isn't read there.
    pub(crate) fn fields(
        &self,
        locator: &mut Locator<'_>,
        range: Range<usize>,
        gap: &str,
    ) -> Option<Document> {
        let lines = gap.lines().filter(|line| split::typed(line).is_none());
        let text: Vec<&str> = lines.collect();
        if !vocabulary::holds_fields(&text.join("\n")) {
            return None;
        }
        let spot = locator.spot(range.start);
        let message = "what stands of trails beside JSON in this text isn't read".to_owned();
        let problem = Problem {
            code: "not-json",
            message: message.clone(),
            help: Some("give each answer as a file of its own".to_owned()),
            place: Some(Place {
                line: spot.line,
                column: spot.column,
                bytes: [spot.byte, locator.spot(range.end).byte],
                ..self.whole()
            }),
        };
        let failure = self.failure(self.call(), None, message, Named::No);
        Some(self.lost(DocumentKind::Unreadable, problem, Some(failure)))
    }

    /// Why a text without a mark of CloudTrail is a doubt all the same.
    fn doubt(&self, text: &str) -> Option<&'static str> {
        let name = self.name();
        if name.names_other_service() || irrelevant::is_stamp(text) {
            return None;
        }
        if name.is_errors() {
            return (!failed_call::is_harmless(text))
                .then_some("what a command printed as an error, in words that are not known");
        }
        if text.len() <= MOST_TOLD && foreign_format::is_table_of_trails(text) {
            return Some("a table that speaks of CloudTrail, and none that is known");
        }
        // A long text that never says the word is of something else.
        let says = text.len() <= MOST_SAID || text.to_ascii_lowercase().contains("trail");
        let is_answer = name.names_place() && !name.is_notes() && says;
        is_answer.then_some(
            "a text under the name of an account or a region, and no answer that is known",
        )
    }

    /// The document of a text in an encoding that nothing tells, if it is one of
    /// the eight-bit ones: their letters of ASCII show every mark there is.
    pub(crate) fn of_eight_bits(&self, bytes: &[u8]) -> Option<Document> {
        let is_text = |byte: &u8| matches!(byte, 9..=13 | 27 | 32..=126 | 128..);
        let is_ascii = |byte: &&u8| byte.is_ascii();
        if self.name().is_for_answers()
            || Format::is_named(&self.file.source.name)
            || std::str::from_utf8(bytes).is_ok()
            // Words of any script have blanks and signs between them.
            || bytes.iter().filter(is_ascii).count() * 10 < bytes.len()
            || !bytes.iter().all(is_text)
            || bytes.starts_with(&[0xff, 0xfe])
            || bytes.starts_with(&[0xfe, 0xff])
        {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        let says_nothing = self.doubt(&text).is_none()
            && !vocabulary::mentions_trails(&text)
            && failed_call::read(&text).is_none()
            && failed_call::read_unknown(&text).is_none();
        says_nothing.then(|| {
            self.irrelevant("text in an encoding of eight bits, without a mark of CloudTrail")
        })
    }

    /// The document of a file that is not opened.
    pub(crate) fn refused(&self, refused: Refused) -> Document {
        // What a link inside of the bundle leads to is read there, and a shell has
        // just made the file that this run's output goes into, if not of an answer.
        let name = self.name();
        let is_answer = name.call().is_some_and(|call| call != Call::Other) || name.names_place();
        let is_output = refused.code == opening::OWN_OUTPUT && !is_answer;
        if refused.code == "link-inside" || is_output {
            return self.irrelevant(&refused.why);
        }
        let is_cleared = matches!(
            refused.code,
            "archive-link" | "dangling-link" | "link-outside" | "not-a-file"
        ) && self.name().irrelevant_link()
            && !self.file.source.direct;
        let failure =
            (!is_cleared).then(|| self.failure(self.call(), None, refused.why.clone(), Named::No));
        let problem = Problem {
            code: refused.code,
            message: refused.why,
            help: refused.help,
            place: None,
        };
        self.lost(DocumentKind::Unreadable, problem, failure)
    }

    /// A file with more values than a file of its size may hold.
    pub(crate) fn too_many(&self, most: u64) -> Document {
        self.refused(Refused {
            code: "too-many-values",
            why: format!(
                "not read: more than {most} values in {} bytes",
                self.file.bytes
            ),
            help: Some(
                "raise --max-values if the evidence really has that many, or leave the file out with --exclude"
                    .to_owned(),
            ),
        })
    }

    pub(crate) fn not_text(&self, error: &decode::NotText) -> Document {
        if Format::is_named(&self.file.source.name) {
            return self.refused(archive::no_archive());
        }
        let place = Place {
            bytes: [error.at, error.at + 1],
            ..self.whole()
        };
        let is_container = container::is_named(self.name());
        let problem = Problem {
            code: "not-text",
            message: format!("{} (byte {})", error.why, error.at),
            help: Some(if is_container {
                "unpack or decrypt it and name what comes of it".to_owned()
            } else {
                "save the answer as UTF-8; in PowerShell: `… | Out-File -Encoding utf8 FILE`"
                    .to_owned()
            }),
            place: Some(place),
        };
        let call = if is_container {
            self.call_of_container()
        } else {
            self.call()
        };
        let failure = self.failure(call, None, problem.message.clone(), Named::No);
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    pub(crate) fn broken(&self, decoded: &Decoded, broken: &Broken) -> Document {
        let block = decoded.text.get(broken.block.clone()).unwrap_or_default();
        let mut locator = Locator::new(decoded);
        let spot = locator.spot(broken.at);
        let end = locator.spot((broken.at + 1).min(decoded.text.len())).byte;
        let place = Place {
            file: self.file.source.name.clone(),
            pointer: Box::default(),
            line: spot.line,
            column: spot.column,
            bytes: [spot.byte, end.max(spot.byte)],
        };
        if let Some(document) = self.foreign(&decoded.text) {
            return document;
        }
        if let Some(what) = vocabulary::other_remains(block) {
            return self.irrelevant(&format!("what is left of {what}"));
        }
        let other = self.name().other_call();
        if let Some(what) = other.filter(|_| !vocabulary::mentions_trails(block)) {
            return self.irrelevant(&format!("damaged, and of another call: {what}"));
        }
        let call = vocabulary::call_of_remains(block).or_else(|| self.call());
        let (code, message) = if broken.cut {
            (
                "cut-short",
                format!("cut short: {}", broken.why.to_lowercase()),
            )
        } else {
            ("not-json", format!("not JSON: {}", broken.why))
        };
        let failure = self.failure(call, None, message.clone(), Named::No);
        let problem = Problem {
            code,
            message,
            help: broken
                .help
                .map(str::to_owned)
                .or_else(|| Some(failed_call::help(None, call, None))),
            place: Some(place),
        };
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    /// A text without any JSON in it.
    pub(crate) fn no_json(&self, decoded: &Decoded) -> Document {
        let text = &decoded.text;
        // A page to sign in at says the same in every language but JSON.
        let is_page = text.trim_start().starts_with('<') && self.name().is_for_answers();
        let errors = if is_page {
            Vec::new()
        } else {
            failed_call::read_all(text)
        };
        let from = text.len() - text.trim_start().len();
        let range = from..text.trim_end().len();
        let mut locator = Locator::new(decoded);
        // What a test recorded has errors in it too, and is more than they.
        if let Some(document) = self
            .foreign(text)
            .filter(|_| foreign_format::is_cassette(text))
        {
            return document;
        }
        if let Some(document) = self.failed_calls(&mut locator, range.clone(), errors) {
            return document;
        }
        if let Some(document) = self.foreign(text) {
            return document;
        }
        if let Some(found) = encoded::armoured(text) {
            return self.container(found);
        }
        if text.contains('\0') {
            return self.zeroes();
        }
        let unknown = failed_call::read_unknown(text).filter(|_| !is_page);
        let unknown = unknown.into_iter().collect();
        if let Some(document) = self.failed_calls(&mut locator, range, unknown) {
            return document;
        }
        if self.is_packed() {
            return self.refused(archive::no_archive());
        }
        let speaks = vocabulary::mentions_trails(text);
        let other = self.name().other_call();
        if let Some(what) = other.filter(|_| speaks || self.name().is_for_answers()) {
            return self.irrelevant(&format!("no JSON, and of another call: {what}"));
        }
        let is_told = text.len() <= MOST_TOLD && self.name().is_told();
        let told = text.lines().filter(|_| is_told);
        let told = told
            .filter_map(|line| {
                failed_call::of_sentence(line).or_else(|| failed_call::of_left_out(line))
            })
            .collect();
        let whole = from..text.trim_end().len();
        if let Some(document) = self.failed_calls(&mut locator, whole, told) {
            return document;
        }
        if let Some(document) = self.commands(&mut locator, text) {
            return document;
        }
        if let Some((call, operation)) = failed_call::unanswered(text) {
            let message = format!("shows `{operation}` being called, and no answer");
            let help = failed_call::help(None, Some(call), None);
            return self.unread("not-json", message, help, Some(call));
        }
        if let Some(doubt) = self
            .doubt(text)
            .filter(|_| !speaks && !self.name().is_for_answers())
        {
            let help = failed_call::help(None, self.call(), None);
            return self.unread("not-json", doubt.to_owned(), help, self.call());
        }
        if !speaks && !self.name().is_for_answers() {
            return self.irrelevant("text without a mark of CloudTrail");
        }
        let help = failed_call::help(None, self.call(), None);
        self.unread("not-json", "not JSON".to_owned(), help, self.call())
    }

    /// The document of a text of commands whose answers about trails all went into
    /// files.
    fn commands(&self, locator: &mut Locator<'_>, text: &str) -> Option<Document> {
        let is_call = |line: &&str| {
            let call = (Command { line }).aws_call();
            call.is_some_and(|(service, operation)| {
                service == "cloudtrail" && vocabulary::call_of(operation).is_of_trails()
            })
        };
        let calls = split::commands(text);
        let calls = calls.iter().filter(|line| is_call(line)).count();
        let sent = sent::of_text(text, |piece| Some(locator.piece(piece)));
        (calls > 0 && sent.len() == calls).then(|| {
            let mut document = self.irrelevant("commands, whose answers went into files");
            document.amend(|facts| facts.sent = sent);
            document
        })
    }

    pub(crate) fn foreign(&self, text: &str) -> Option<Document> {
        let format = foreign_format::recognise(text)?;
        let call = vocabulary::call_in_columns(text).or_else(|| self.call());
        Some(self.named(format, call))
    }

    fn named(&self, format: ForeignFormat, call: Option<Call>) -> Document {
        let problem = Problem {
            code: "not-json",
            message: format!("{}, not JSON: it is not read", format.name),
            help: Some(format.help.to_owned()),
            place: Some(self.whole()),
        };
        let failure = self.failure(call, None, problem.message.clone(), Named::No);
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }
}
