//! What is told of a file, or a part of one, that can't be read: why, where,
//! what to do, and what it might have shown.

use crate::document::decode;
use crate::document::decode::Decoded;
use crate::document::locate::{Locator, START, Spot};
use crate::document::split::Broken;
use crate::finding::Place;
use crate::recognise::facts::{Call, Document, Failure, Named, Origin};
use crate::recognise::reading::Reading;
use crate::recognise::{failed_call, foreign_format, suspicion};
use crate::report::{DocumentKind, Problem};
use crate::source::given::Refused;

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
            hides_trails: matches!(call, None | Some(Call::DescribeTrails)),
            anchor: None,
        }
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
        let mut document = Document::new(0, start);
        document.kind = kind;
        document.detail = Some(problem.message.as_str().into());
        document.problem = Some(Box::new(problem));
        if let Some(failure) = failure {
            document.fail(failure);
        }
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

    pub(crate) fn empty(&self) -> Document {
        let problem = Problem {
            code: "empty",
            message: "empty: what a redirected call leaves when it fails".to_owned(),
            help: Some(failed_call::help(None, self.call())),
            place: Some(self.whole()),
        };
        let failure = self
            .could_be_evidence("")
            .then(|| self.failure(self.call(), None, problem.message.clone(), Named::No));
        self.lost(DocumentKind::Unreadable, problem, failure)
    }

    /// The document of a file that is not opened.
    pub(crate) fn refused(&self, refused: Refused) -> Document {
        let kind = if refused.code == "link-inside" {
            DocumentKind::Other
        } else {
            DocumentKind::Unreadable
        };
        let failure = (kind == DocumentKind::Unreadable
            && (self.file.source.direct
                || refused.code == "too-large"
                || refused.code == "nested-archive"
                || self.could_be_evidence("")))
        .then(|| self.failure(self.call(), None, refused.why.clone(), Named::No));
        let problem = Problem {
            code: refused.code,
            message: refused.why,
            help: refused.help,
            place: None,
        };
        let mut document = self.lost(kind, problem, failure);
        if kind == DocumentKind::Other {
            document.problem = None;
        }
        document
    }

    pub(crate) fn not_text(&self, error: &decode::NotText) -> Document {
        let place = Place {
            bytes: [error.at, error.at + 1],
            ..self.whole()
        };
        let problem = Problem {
            code: "not-text",
            message: format!("{} (byte {})", error.why, error.at),
            help: Some(
                "save the answer as UTF-8; in PowerShell: `… | Out-File -Encoding utf8 FILE`"
                    .to_owned(),
            ),
            place: Some(place),
        };
        if !suspicion::is_for_answers(self.name()) {
            let mut document = self.lost(DocumentKind::Other, problem, None);
            document.detail = Some("not text".into());
            document.problem = None;
            return document;
        }
        let failure = self.failure(self.call(), None, problem.message.clone(), Named::No);
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
        let call = self.call();
        let (code, message) = if broken.cut {
            (
                "cut-short",
                format!("cut short: {}", broken.why.to_lowercase()),
            )
        } else {
            ("not-json", format!("not JSON: {}", broken.why))
        };
        let failure = self.could_be_evidence(block).then(|| {
            let call = suspicion::answer_in(block).or(call);
            self.failure(call, None, message.clone(), Named::No)
        });
        let help = broken.help.map(str::to_owned);
        let help = help.or_else(|| Some(failed_call::help(None, call)));
        self.lost(
            DocumentKind::Unreadable,
            Problem {
                code,
                message,
                help,
                place: Some(place),
            },
            failure,
        )
    }

    /// A text without any JSON in it.
    pub(crate) fn no_json(&self, decoded: &Decoded) -> Document {
        let text = &decoded.text;
        if let Some(said) = failed_call::read(text) {
            let from = text.len() - text.trim_start().len();
            let mut locator = Locator::new(decoded);
            return self.failed_call(&mut locator, from, text.trim_end().len(), said);
        }
        if let Some(document) = self.foreign(text) {
            return document;
        }
        if !suspicion::is_for_answers(self.name()) && !suspicion::mentions_trails(text) {
            let mut document = Document::new(0, START);
            document.detail = Some("text that is no answer of AWS".into());
            return document;
        }
        let problem = Problem {
            code: "not-json",
            message: "not JSON".to_owned(),
            help: Some(failed_call::help(None, self.call())),
            place: Some(self.whole()),
        };
        let failure = self.failure(self.call(), None, problem.message.clone(), Named::No);
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    pub(crate) fn foreign(&self, text: &str) -> Option<Document> {
        let format = foreign_format::recognise(text)?;
        let problem = Problem {
            code: "not-json",
            message: format!("{}, not JSON: it is not read", format.name),
            help: Some(format.help.to_owned()),
            place: Some(self.whole()),
        };
        let call = suspicion::answer_in(text).or_else(|| self.call());
        let failure = self.failure(call, None, problem.message.clone(), Named::No);
        Some(self.lost(DocumentKind::Unreadable, problem, Some(failure)))
    }
}
