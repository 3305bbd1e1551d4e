//! What a JSON value is, by its shape.
//!
//! Each reader in `reader/` knows one shape and takes the values that have it;
//! the first that takes a value has it. What no reader takes is looked into,
//! if it is an array or an object, with what its key said as a hint. A file's
//! name is never asked what a document is; only what a failed one was for.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Node, push_token};
use crate::document::locate::Locator;
use crate::document::object::Object;
use crate::document::split::Command;
use crate::recognise::facts::{Call, Facts, Failure, Interner, Named, Origin};
use crate::recognise::failed_call;
use crate::recognise::reader;
use crate::recognise::vocabulary;

/// The longest JSON Pointer, in bytes, to a value that is looked into: every
/// fact below it keeps it. Real wrappers with an ARN among their keys have 300.
const LONGEST: usize = 512;

/// What enclosing keys and wrappers said of a value.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The trail it is of.
    pub named: Named,
    /// Where it was asked.
    pub origin: Origin,
    /// The call it answers.
    pub call: Option<Call>,
    /// Whether the call asked for the trails of some names only.
    pub selects: bool,
    /// How deep it lies.
    depth: usize,
}

/// One reading of one document.
#[derive(Debug)]
pub struct Walk<'a, 'w> {
    /// Places of the text.
    pub locator: Locator<'a>,
    /// Where equal trail objects meet.
    pub interner: &'w Interner,
    /// How deep containers are looked into.
    pub nesting: usize,
    /// What was found.
    pub found: Facts,
}

impl<'a> Walk<'a, '_> {
    /// Looks at one value.
    pub fn visit(&mut self, node: Node<'a>, pointer: &str, hints: &Hints) {
        if hints.depth >= self.nesting {
            let why = format!("lies more than {} levels deep", self.nesting);
            return self.leave(node, pointer, hints, &why);
        }
        if pointer.len() > LONGEST {
            return self.leave(
                node,
                pointer,
                hints,
                "lies under keys longer than any of AWS",
            );
        }
        match node.kind() {
            Kind::Object => {
                let object = Object::new(node);
                let taken = reader::READERS
                    .iter()
                    .any(|reader| reader(self, &object, pointer, hints));
                if !taken {
                    let known = self.found.answers.len();
                    for member in &object.members {
                        if !matches!(member.value.kind(), Kind::Object | Kind::Array) {
                            continue;
                        }
                        // Below a status call a key may be any trail's name.
                        let may_name = hints.call == Some(Call::GetTrailStatus);
                        if !may_name && reader::foreign::is_no_state(&member.key) {
                            self.pass_over(&member.key, member.value);
                            continue;
                        }
                        let hints = hints.under(&member.key);
                        self.visit(member.value, &child(pointer, &member.key), &hints);
                    }
                    if self.found.answers.len() > known {
                        self.unanswered(&object, pointer, hints);
                    }
                }
            }
            Kind::Array => {
                let hints = Hints {
                    depth: hints.depth + 1,
                    ..hints.clone()
                };
                for (index, element) in node.elements().into_iter().enumerate() {
                    if matches!(element.kind(), Kind::Object | Kind::Array) {
                        self.visit(element, &child(pointer, &index.to_string()), &hints);
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes a value whose key says that it is no state of anything.
    fn pass_over(&mut self, key: &str, value: Node<'a>) {
        if vocabulary::mentions_trails(value.text()) {
            self.found.remark.get_or_insert_with(|| {
                format!("what stands under `{key}` is said not to be so, and says nothing of how a trail is configured now")
            });
        }
    }

    /// Notes a value that is not looked into.
    fn leave(&mut self, node: Node<'a>, pointer: &str, hints: &Hints, why: &str) {
        let found = &mut self.found;
        found
            .remark
            .get_or_insert_with(|| format!("something {why} and isn't read"));
        if found.too_deep.is_some() || !vocabulary::mentions_trails(node.text()) {
            return;
        }
        let anchor = self.locator.fragment(node, pointer);
        found.too_deep = Some(found.failures.len());
        found.failures.push(Failure {
            call: hints.call,
            error: None,
            message: format!("what speaks of trails here {why} and isn't read"),
            named: hints.named.clone(),
            origin: hints.origin.clone(),
            hides_trails: true,
            anchor: Some(anchor),
        });
    }

    /// Notes the regions of an object keyed by region that hold no answer,
    /// where others do: what they would have listed isn't known.
    fn unanswered(&mut self, object: &Object<'a>, pointer: &str, hints: &Hints) {
        for member in &object.members {
            let hints = hints.under(&member.key);
            let is_region = hints.origin.region.as_deref() == Some(&*member.key);
            let is_answer = matches!(member.value.kind(), Kind::Object | Kind::Array)
                && !member.value.is_empty_container();
            if !is_region || is_answer {
                continue;
            }
            let said = member
                .value
                .as_str()
                .and_then(|text| failed_call::read(&text));
            let anchor = self
                .locator
                .fragment(member.value, &child(pointer, &member.key));
            self.found.failures.push(Failure {
                call: Some(Call::DescribeTrails),
                error: said
                    .as_ref()
                    .and_then(|said| said.error.as_deref())
                    .map(Into::into),
                message: said.map_or_else(
                    || format!("no answer stands under `{}`", member.key),
                    |said| said.message,
                ),
                named: Named::No,
                origin: hints.origin,
                hides_trails: true,
                anchor: Some(anchor),
            });
        }
    }

    /// Names the producer, unless an outer wrapper did.
    pub fn producer(&mut self, name: &'static str) {
        if self.found.producer.is_empty() {
            self.found.producer = name;
        }
    }

    /// Notes a collection time that the document itself gives.
    pub fn collected(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at {
            let known = self
                .found
                .collected
                .get_or_insert((at, crate::report::AsOfBasis::DateHeader));
            // Of several headers the earliest: nothing was collected later
            // than the first answer, as far as that answer goes.
            known.0 = known.0.min(at);
        }
    }
}

/// The pointer of a child.
#[must_use]
pub fn child(pointer: &str, token: &str) -> String {
    let mut child = String::with_capacity(pointer.len() + token.len() + 1);
    child.push_str(pointer);
    push_token(&mut child, token);
    child
}

impl Hints {
    /// What the command above a value says of it, if there is one.
    #[must_use]
    pub fn told_by(command: Option<Command<'_>>) -> Self {
        let mut hints = Self::default();
        let Some(command) = command else { return hints };
        hints.call = command.line.split_whitespace().find_map(|word| {
            Call::named(word).filter(|_| !word.eq_ignore_ascii_case("cloudtrail"))
        });
        hints.selects = command.line.contains("--trail-name-list");
        if let Some(region) = command.option("--region") {
            hints.origin.region = Some(region.into());
        }
        if hints.call == Some(Call::GetTrailStatus)
            && let Some(name) = command.option("--name")
        {
            hints.named = if arn::trail_arn(name).is_some() {
                Named::Arn(name.into())
            } else {
                Named::Name(name.into())
            };
        }
        hints
    }

    /// The same hints for a status of this trail.
    #[must_use]
    pub fn of(&self, named: Named) -> Self {
        Self {
            named,
            ..self.clone()
        }
    }

    /// Whether nothing surer than a key names the trail.
    fn may_be_named(&self) -> bool {
        matches!(self.named, Named::No | Named::Key(_))
    }

    /// The hints for the value under a key: an ARN, a region, an account, a
    /// command, or, below a get-trail-status, a trail's name.
    #[must_use]
    pub fn under(&self, key: &str) -> Self {
        let mut hints = Self {
            depth: self.depth + 1,
            ..self.clone()
        };
        if arn::trail_arn(key).is_some() {
            hints.named = Named::Arn(key.into());
        } else if arn::is_account(key) {
            hints.origin.account = Some(Arc::from(key));
        } else if arn::region_in(key).is_some_and(|region| region == key) {
            hints.origin.region = Some(Arc::from(key));
        } else if let Some(call) = Call::named(key) {
            hints.call = Some(call);
            // `get-trail-status-main` names a trail too, and so may `my-trail`.
            let may_name = match call {
                Call::GetTrailStatus => true,
                Call::DescribeTrails => !is_all_call(key),
                _ => false,
            };
            if may_name && hints.may_be_named() {
                hints.named = Named::Key(key.into());
            }
        } else if is_wrapper(key) {
        } else if self.call == Some(Call::GetTrailStatus) {
            hints.named = Named::Name(key.into());
        } else if hints.may_be_named() {
            hints.named = Named::Key(key.into());
        }
        hints
    }
}

/// Whether a key that speaks of trails says nothing but which call it answers.
fn is_all_call(key: &str) -> bool {
    let mut rest = keys::fold(key);
    for word in [
        "cloudtrail",
        "trails",
        "trail",
        "describe",
        "list",
        "get",
        "aws",
        "response",
        "output",
        "result",
        "data",
        "details",
        "info",
        "configuration",
        "config",
    ] {
        rest = rest.replace(word, "");
    }
    rest.is_empty()
}

/// Keys that wrap an answer and name nothing.
fn is_wrapper(key: &str) -> bool {
    matches!(
        keys::fold(key).as_str(),
        "data"
            | "response"
            | "result"
            | "results"
            | "status"
            | "body"
            | "output"
            | "value"
            | "evidence"
            | "items"
            | "stdout"
            | "err"
            | "error"
            | "answer"
            | "attributes"
            | "content"
            | "detail"
            | "details"
            | "json"
            | "logging"
            | "payload"
            | "properties"
            | "resource"
            | "resources"
            | "statuses"
    )
}
