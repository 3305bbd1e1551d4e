//! What a JSON value is, by its shape.
//!
//! Each reader in `reader/` knows one shape and takes the values that have it;
//! the first that takes a value has it. What no reader takes is looked into,
//! if it is an array or an object, with what stands above it as hints. A file's
//! name is never asked what a document is; only what a failed one was for.

mod lost;

use crate::document::json::{Kind, Member, Node, push_token};
use crate::document::locate::{Anchor, Locator};
use crate::document::object::Object;
use crate::recognise::disowned::Taken;
use crate::recognise::facts::{Call, Facts, Failure, Interner, Named, Sent};
use crate::recognise::held::{in_base64, joined, may_hold};
use crate::recognise::hints::Hints;
use crate::recognise::reader::{Beside, answer, page};
use crate::recognise::siblings::{Siblings, Until};
use crate::recognise::{
    called, changed, envelope, foreign_format, heard, places, reader, vocabulary,
};

/// The longest JSON Pointer, in bytes, to a value that is looked into: every
/// fact below it keeps it. Real wrappers with an ARN among their keys have 300.
const LONGEST: usize = 512;

/// Where the values of a walk stand.
#[derive(Debug)]
pub enum Places<'a> {
    /// In the text of the document.
    Text(Locator<'a>),
    /// In a string of the document that holds JSON: the string is the nearest
    /// place that a reader can find.
    String(Anchor),
}

/// One reading of one document.
#[derive(Debug)]
pub struct Walk<'a, 'w> {
    /// Places of the values.
    pub places: Places<'a>,
    /// Where equal trail objects meet.
    pub interner: &'w Interner,
    /// How deep containers are looked into.
    pub nesting: usize,
    /// What was found.
    pub found: Facts,
    /// How many places of what was found may still be made.
    pub left: usize,
    /// How many calls were met that changed a trail.
    pub changes: usize,
    /// Where in memory begins what a place was made for: it was taken.
    pub(crate) taken: Vec<usize>,
}

impl<'a> Walk<'a, '_> {
    /// Whether there is more than a file of this size may hold.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Where a value under this pointer stands.
    pub fn anchor(&mut self, node: Node<'a>, pointer: &str) -> Anchor {
        self.left = self.left.saturating_sub(1);
        self.taken.push(node.span().start);
        match &mut self.places {
            Places::Text(locator) => locator.fragment(node, pointer),
            Places::String(anchor) => anchor.clone(),
        }
    }

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
            _ if self.is_full() => {}
            Kind::Object => {
                let object = Object::new(node);
                match envelope::doubt(&object) {
                    None => self.read(&object, pointer, hints),
                    Some(why) => self.apart(&why, Taken::Doubted, |walk| {
                        walk.read(&object, pointer, hints);
                    }),
                }
            }
            Kind::Array if reader::roll::read_list(self, node, hints) => {}
            Kind::Array => {
                let mut hints = hints.deeper();
                let elements = node.elements();
                hints.claims.extend(heard::claims_among(&elements));
                let mut siblings = Siblings::default();
                for (index, element) in elements.into_iter().enumerate() {
                    let until = Until::now(&self.found);
                    if matches!(element.kind(), Kind::Object | Kind::Array) {
                        self.visit(element, &child(pointer, &index.to_string()), &hints);
                    }
                    siblings.met(None, element, until, &self.found);
                }
                siblings.note(self, pointer, &hints);
            }
            _ => {}
        }
    }

    /// Gives an object to the first reader that takes it, or looks into it.
    fn read(&mut self, object: &Object<'a>, pointer: &str, hints: &Hints) {
        let before = self.taken.len();
        let mut readers = reader::READERS.iter();
        match readers.find(|(reader, _)| reader(self, object, pointer, hints)) {
            None => self.look_into(object, pointer, hints),
            Some((_, Beside::LookedInto)) => {
                self.look_beside(object, pointer, before, || hints.beside(object));
            }
            Some((_, Beside::Known)) => {}
        }
    }

    /// Looks at the members of an object of which a reader took nothing: what
    /// stands beside an answer may speak of trails too.
    pub(crate) fn look_beside(
        &mut self,
        object: &Object<'a>,
        pointer: &str,
        before: usize,
        around: impl FnOnce() -> Hints,
    ) {
        let may_hold: Vec<_> = object
            .members
            .iter()
            .filter(|one| may_hold(object, one))
            .collect();
        if may_hold.is_empty() {
            return;
        }
        let mut taken = self.taken.get(before..).unwrap_or_default().to_vec();
        taken.sort_unstable();
        let is_taken = |member: &Member<'a>| {
            let span = member.value.span();
            let next = taken.partition_point(|at| *at < span.start);
            taken.get(next).is_some_and(|at| *at < span.end)
        };
        // What was taken, as most is, is not gone through again.
        let speaks =
            |one: &&Member<'a>| !is_taken(one) && vocabulary::mentions_trails(one.value.text());
        let left: Vec<_> = may_hold.into_iter().filter(speaks).collect();
        if left.is_empty() {
            return;
        }
        let around = around();
        let (rolls, log_groups) = (self.found.rolls.len(), self.found.log_groups.len());
        let (identity, manifest) = (self.found.identity.clone(), self.found.manifest.clone());
        for member in left {
            self.look_at(object, member, pointer, &around);
        }
        // Whom all of it is about is told by what was taken.
        self.found.rolls.truncate(rolls);
        self.found.log_groups.truncate(log_groups);
        (self.found.identity, self.found.manifest) = (identity, manifest);
    }

    /// Looks at what shows nothing of how trails are now, and takes it back.
    pub(crate) fn apart(&mut self, why: &str, taken: Taken, look: impl FnOnce(&mut Self)) {
        let known = std::mem::take(&mut self.found);
        look(self);
        let found = std::mem::replace(&mut self.found, known);
        self.found.take_in(found.disowned(why, taken));
    }

    /// Looks at the members of an object that no reader takes.
    fn look_into(&mut self, object: &Object<'a>, pointer: &str, hints: &Hints) {
        let known = self.found.answers.len();
        let trails = self.found.trails.len();
        let before = self.found.says();
        let mut around: Option<Hints> = None;
        let mut siblings = Siblings::default();
        for member in &object.members {
            if self.is_full() {
                return;
            }
            let until = Until::now(&self.found);
            if may_hold(object, member) {
                let around = around.get_or_insert_with(|| hints.beside(object));
                self.look_at(object, member, pointer, around);
            }
            siblings.met(Some(&member.key), member.value, until, &self.found);
        }
        if let Some(around) = &around {
            siblings.note(self, pointer, around);
        }
        let trails = self.found.trails.len().saturating_sub(trails);
        if trails > 0 || self.found.answers.len() > known {
            page::note_around(self, object, pointer, trails, hints);
        }
        if self.found.says() == before
            && let Some(call) = called::of_object(object)
        {
            self.without_answer(object, pointer, call, hints);
        }
        if self.found.says() == before {
            answer::look_for_names(self, object, pointer);
        }
        if let Some((call, file)) = called::put_elsewhere(object) {
            let around = hints.beside(object);
            let mut failure = self.unanswered_call(object, pointer, call, &around);
            failure.message = format!(
                "the answer to `{}` was put into `{file}`, and no such file is here",
                call.as_str()
            );
            self.found.sent.push(Sent {
                file: file.into(),
                sha256: None,
                failure,
            });
        }
        if !(self.found.trails.is_empty() && self.found.statuses.is_empty())
            && let Some((operation, named)) = called::change_in(object)
        {
            let anchor = self.anchor(object.node, pointer);
            self.changes += 1;
            // Of more than that, nobody knows what they left.
            let named = Some(named).filter(|_| self.changes <= changed::MOST);
            let named = named.unwrap_or_default();
            changed::retract_within(&mut self.found, &operation, named, anchor);
        }
    }

    /// Notes a call about trails that was made, of which no answer stands here.
    pub(crate) fn without_answer(
        &mut self,
        object: &Object<'a>,
        pointer: &str,
        call: Call,
        hints: &Hints,
    ) {
        let failure = self.unanswered_call(object, pointer, call, hints);
        self.found.failures.push(failure);
    }

    fn unanswered_call(
        &mut self,
        object: &Object<'a>,
        pointer: &str,
        call: Call,
        hints: &Hints,
    ) -> Failure {
        let anchor = self.anchor(object.node, pointer);
        Failure {
            call: Some(call),
            error: None,
            message: format!(
                "`{}` was called here, and no answer of it is read",
                call.as_str()
            ),
            named: hints.named(),
            origin: hints.origin.clone(),
            hides_trails: call != Call::GetTrailStatus,
            anchor: Some(anchor),
        }
    }

    /// Looks at a member of an object, with what stands around it as hints.
    fn look_at(&mut self, object: &Object<'a>, member: &Member<'a>, pointer: &str, around: &Hints) {
        // Below a status call a key may be any trail's name.
        let may_name = around.call == Some(Call::GetTrailStatus);
        if !may_name && places::is_no_state(&member.key) {
            return self.pass_over(&member.key, member.value);
        }
        let at = child(pointer, &member.key);
        let body = in_base64(object, member);
        let mut hints = around.under(&member.key);
        if body.is_some() {
            // How a body is encoded names no trail.
            hints.claims.retain(|claim| claim.text() != "base64");
        }
        let is_container = matches!(member.value.kind(), Kind::Object | Kind::Array);
        if is_container && joined(member.value).is_none() {
            return self.visit(member.value, &at, &hints);
        }
        let text = match member.value.kind() {
            Kind::String if body.is_some() => body,
            Kind::String => member.value.as_str().map(Into::into),
            _ => joined(member.value),
        };
        let anchor = self.anchor(member.value, &at).opaque();
        self.visit_text(&text.unwrap_or_default(), anchor, &hints);
    }

    /// Looks at JSON that stands in a string of the document.
    pub(crate) fn visit_text(&mut self, text: &str, anchor: Anchor, hints: &Hints) {
        let Ok(node) = Node::parse(text.trim()) else {
            let message = match foreign_format::recognise(text) {
                Some(format) => format!("{} stands in this text: it is not read", format.name),
                None => "what speaks of trails in this text is no whole JSON".to_owned(),
            };
            self.found.failures.push(Failure {
                call: vocabulary::call_of_remains(text).or(hints.call),
                error: None,
                message,
                named: Named::No,
                origin: hints.origin.clone(),
                hides_trails: vocabulary::call_of_remains(text) != Some(Call::GetTrailStatus),
                anchor: Some(anchor),
            });
            return;
        };
        let mut inner = Walk {
            places: Places::String(anchor.clone()),
            interner: self.interner,
            nesting: self.nesting,
            found: std::mem::take(&mut self.found),
            left: self.left,
            changes: self.changes,
            taken: Vec::new(),
        };
        inner.visit(node, &anchor.pointer, hints);
        self.found = inner.found;
        (self.left, self.changes) = (inner.left, inner.changes);
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
        self.found
            .remark
            .get_or_insert_with(|| format!("something {why} and isn't read"));
        if self.found.too_deep.is_some() || !vocabulary::mentions_trails(node.text()) {
            return;
        }
        let anchor = self.anchor(node, pointer);
        self.found.too_deep = Some(self.found.failures.len());
        self.found.failures.push(Failure {
            call: hints.call,
            error: None,
            message: format!("what speaks of trails here {why} and isn't read"),
            named: hints.named(),
            origin: hints.origin.clone(),
            hides_trails: true,
            anchor: Some(anchor),
        });
    }

    /// Names the producer, unless an outer wrapper did.
    pub fn producer(&mut self, name: &'static str) {
        if self.found.producer.is_empty() {
            self.found.producer = name;
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
