//! What a value is that no reader understood.

use std::sync::Arc;

use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::document::split::{Piece, Pieces};
use crate::finding::{DocumentKind, Place, Problem};
use crate::recognise::facts::{Call, Document, Failure, Named, RollOf};
use crate::recognise::reading::Reading;
use crate::recognise::{encoded, failed_call, foreign_format, named, vocabulary};

impl Reading<'_> {
    /// Gives a document its kind. What no reader took is a failed call, another
    /// call's answer, something without a mark of CloudTrail, or a doubt. `told` is
    /// the call that the command above it makes.
    pub(crate) fn settled(
        &self,
        mut document: Document,
        piece: &Piece<'_>,
        told: Option<Call>,
        text: &str,
    ) -> Document {
        self.tell(&mut document);
        let wrapper = || foreign_format::container(&Object::new(piece.node));
        if let Some(problem) = document.problem.as_mut().map(Arc::make_mut)
            && piece.node.kind() == Kind::Object
            && let Some(format) = wrapper()
        {
            problem.message = format!("in {}: {}", format.name, problem.message);
            problem.help = Some(format.help.to_owned());
        }
        if document.kind != DocumentKind::Other || document.detail.is_some() {
            return document;
        }
        let node = piece.node;
        if is_nothing(node) && self.is_said_by_the_way(node, text) {
            document.detail = Some("brackets in a line of text".into());
        } else if is_nothing(node) {
            self.nothing(&mut document, piece, told);
        } else if let Some(what) = vocabulary::other_answer(node) {
            document.detail = Some(what.into());
            named::of_answer(node)
                .into_iter()
                .for_each(|roll| document.name(roll));
        } else if !self.failed_within(&mut document, node) {
            let container = matches!(node.kind(), Kind::Object | Kind::Array);
            if let Some(what) = encoded::in_value(node).filter(|_| container) {
                self.unlike(&mut document, node, what);
            } else if says_failed(node) || (self.is_for_answer() && tells_of_failure(node)) {
                self.unlike(&mut document, node, "says that what was asked for failed");
            } else if container && (self.name().is_of_answer() || self.name().is_of_trails()) {
                let message =
                    "JSON, and no answer that is known of the call that its name speaks of";
                self.unlike(&mut document, node, message);
            } else if container && told.is_some_and(Call::is_of_trails) {
                let message = "what the command above it printed is no answer that is known";
                self.unlike(&mut document, node, message);
            } else if vocabulary::mentions_trails(node.text()) {
                let message = "speaks of trails in a shape that is not known";
                self.unlike(&mut document, node, message);
            } else {
                if container {
                    document.detail = Some("JSON without a mark of CloudTrail".into());
                }
                if document
                    .rolls
                    .iter()
                    .all(|roll| roll.of != RollOf::Accounts)
                {
                    named::of_value(node)
                        .into_iter()
                        .for_each(|roll| document.name(roll));
                }
            }
        }
        document
    }

    /// Makes a doubt of a file whose name speaks of an answer, or of a place where
    /// one was asked for, and that holds nothing but a number or a word.
    pub(crate) fn answered(&self, documents: &mut [Document], pieces: &Pieces<'_>) {
        let name = self.name();
        let ([document], [piece]) = (&mut *documents, pieces.values.as_slice()) else {
            return;
        };
        let is_bare = matches!(piece.node.kind(), Kind::Number | Kind::Bool | Kind::String);
        if document.kind != DocumentKind::Other || !is_bare || name.other_call().is_some() {
            return;
        }
        let of_call = self.call().is_some_and(|call| call != Call::Other);
        let message = match piece.node.text() {
            "0" if name.is_exit_code() => return,
            code if name.is_exit_code() => format!("a command returned {code}"),
            value if of_call || name.names_place() || name.is_errors() => {
                format!("`{value}` stands where an answer should be")
            }
            _ => return,
        };
        self.unlike(document, piece.node, &message);
    }

    /// Whether an empty value stands behind other words in a line of prose, of a
    /// log or of settings, which name no call, no trail and no place.
    fn is_said_by_the_way(&self, node: Node<'_>, text: &str) -> bool {
        let at = node.offset_in(text);
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_LINE));
        let before = text.get(from..at).unwrap_or_default();
        let line = match before.rsplit_once('\n') {
            Some((_, line)) => line,
            None if from == 0 => before,
            None => return false,
        };
        let lower = line.to_ascii_lowercase();
        let is_open = ["trail", "status", "aws"]
            .iter()
            .any(|word| lower.contains(word));
        let name = self.name();
        line.contains(char::is_alphabetic)
            && !is_open
            && arn::account_in(line).is_none()
            && arn::region_in(line).is_none()
            && name.call().is_none()
            && !name.names_place()
            && !name.is_for_answers()
    }

    /// A value that holds nothing: what is left of a failed call, unless the
    /// name or the command above says that it is another's.
    fn nothing(&self, document: &mut Document, piece: &Piece<'_>, told: Option<Call>) {
        let node = piece.node;
        let what: String = node.text().split_whitespace().collect();
        let is_other = piece.command.is_some_and(|command| {
            let mut words = command.line.split_whitespace();
            words.any(vocabulary::is_other_service)
        });
        let by_name = self.name().irrelevant_empty();
        if !self.file.source.direct && (is_other || told == Some(Call::Other) || by_name.is_some())
        {
            let by_name = by_name.map_or_else(String::new, |name| format!(": {name}"));
            document.detail = Some(format!("`{what}`{by_name}").into());
            return;
        }
        let call = told.or_else(|| self.call());
        let message = format!(
            "`{what}` is what scripts and queries leave after a failed call; it is no answer of AWS"
        );
        document.kind = DocumentKind::CollectionError;
        document.problem = Some(Arc::new(Problem {
            code: "empty-answer",
            message: message.clone(),
            help: Some(failed_call::help(None, call, None)),
            place: Some(self.place_of(document, node)),
        }));
        document.fail(self.failure(call, None, message, Named::No));
    }

    /// Notes the errors that a value has in its strings.
    fn failed_within(&self, document: &mut Document, node: Node<'_>) -> bool {
        let text = node.text();
        let errors = if node.kind() == Kind::String {
            let text = node.as_str().unwrap_or_default();
            let errors = failed_call::read_all(&text);
            let unknown = || failed_call::read_unknown(&text).into_iter().collect();
            if errors.is_empty() { unknown() } else { errors }
        } else if failed_call::may_hold_error(text) {
            failed_call::read_all(text)
        } else {
            Vec::new()
        };
        let Some(first) = errors.first() else {
            return false;
        };
        let call = first.call.or_else(|| self.call());
        document.kind = DocumentKind::CollectionError;
        document.detail = Some(first.message.as_str().into());
        document.problem = Some(Arc::new(Problem {
            code: "failed-call",
            message: first.message.clone(),
            help: Some(failed_call::help(
                first.error.as_deref(),
                call,
                first.operation.as_deref(),
            )),
            place: Some(self.place_of(document, node)),
        }));
        let failures: Vec<Failure> = errors
            .iter()
            .flat_map(|error| self.failures_of(error))
            .collect();
        for failure in failures {
            document.fail(failure);
        }
        true
    }

    /// Whether the file's name speaks of an answer about trails, or of where one was
    /// asked for.
    fn is_for_answer(&self) -> bool {
        let name = self.name();
        name.names_place() || name.is_of_trails() || name.is_of_answer()
    }

    /// A value that may hold an answer in a shape that nobody reads: what it
    /// says isn't known.
    fn unlike(&self, document: &mut Document, node: Node<'_>, message: &str) {
        document.kind = DocumentKind::Unreadable;
        document.problem = Some(Arc::new(Problem {
            code: "unknown-shape",
            message: message.to_owned(),
            help: Some(failed_call::help(None, self.call(), None)),
            place: Some(self.place_of(document, node)),
        }));
        document.fail(self.failure(self.call(), None, message.to_owned(), Named::No));
    }

    fn place_of(&self, document: &Document, node: Node<'_>) -> Place {
        let at = document.start;
        // In a translated text a value is longer than what it was made of.
        let size = usize::try_from(self.file.bytes).unwrap_or(usize::MAX);
        let end = (at.byte + node.text().len()).min(size).max(at.byte);
        Place {
            line: at.line,
            column: at.column,
            bytes: [at.byte, end],
            ..self.whole()
        }
    }
}

/// The longest text before a value, in bytes, that is taken for its line.
const LONGEST_LINE: usize = 1024;

/// Whether a small object says that something failed: `{"success": false}`, what
/// Ansible says of a host that it can't reach.
fn says_failed(node: Node<'_>) -> bool {
    if node.kind() != Kind::Object || node.text().len() > 2048 {
        return false;
    }
    let object = Object::new(node);
    if object.members.len() <= MOST_OF_ERROR && object.members.iter().any(is_code) {
        return true;
    }
    object.members.iter().any(|member| {
        let key = member.key.to_ascii_lowercase();
        let tells = matches!(key.as_str(), "error" | "errors" | "failures" | "exception");
        match member.value.text() {
            _ if tells
                && member.value.kind() == Kind::Array
                && !member.value.is_empty_container() =>
            {
                true
            }
            "false" => matches!(key.as_str(), "success" | "succeeded" | "ok" | "successful"),
            "true" => matches!(key.as_str(), "failed" | "failure" | "unreachable" | "error"),
            _ => false,
        }
    })
}

/// Objects with more keys are no error's own.
const MOST_OF_ERROR: usize = 8;

/// Whether a member is what services and SDKs give an error: a code of AWS's, or of
/// the system's.
fn is_code(member: &Member<'_>) -> bool {
    match keys::fold(&member.key).as_str() {
        "fault" | "errno" => member.value.kind() != Kind::Null,
        "code" | "errorcode" | "errortype" | "name" | "error" => {
            failed_call::is_code(&member.value.as_str().unwrap_or_default())
        }
        _ => false,
    }
}

/// Whether a small object says in its own words or its members' that something
/// failed: a status of HTTP's, a code that a program ended with, a word.
fn tells_of_failure(node: Node<'_>) -> bool {
    let object = Object::new(node);
    let tells = |member: &Member<'_>| {
        let inner = Object::new(member.value);
        let is_small = (1..=2).contains(&inner.members.len());
        says_so(member) || (is_small && inner.members.iter().any(says_so))
    };
    object.members.len() <= MOST_OF_ERROR && object.members.iter().any(tells)
}

fn says_so(member: &Member<'_>) -> bool {
    const WORDS: [&str; 6] = [
        "denied",
        "error",
        "errored",
        "failed",
        "failure",
        "unauthorized",
    ];
    let value = member.value;
    let word = value.as_str().unwrap_or_default();
    let word = word.trim().to_ascii_lowercase();
    match keys::fold(&member.key).as_str() {
        "status" | "statuscode" | "httpstatuscode" | "state" | "outcome" | "result" => {
            let is_http = value.text().len() == 3 && value.text().starts_with(['4', '5']);
            is_http || WORDS.contains(&word.as_str())
        }
        "success" | "ok" => word == "false",
        "returncode" | "exitcode" | "rc" => value.kind() == Kind::Number && value.text() != "0",
        _ => is_code(member),
    }
}

/// Whether a value holds nothing at all: `{}`, `[]`, `null`, `""`.
fn is_nothing(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::Object | Kind::Array => node.is_empty_container(),
        Kind::Null => true,
        Kind::String => node.as_str().is_some_and(|text| text.trim().is_empty()),
        _ => false,
    }
}
