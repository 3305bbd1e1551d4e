//! What a JSON value is, by its shape.
//!
//! Each reader in `reader/` knows one shape and takes the values that have it;
//! the first that takes a value has it. What no reader takes is looked into,
//! if it is an array or an object, with what stands above it as hints. A file's
//! name is never asked what a document is; only what a failed one was for.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::name::Readings;
use crate::cloudtrail::{arn, keys};
use crate::document::json::{Kind, Member, Node, push_token};
use crate::document::locate::{Anchor, Locator};
use crate::document::object::Object;
use crate::document::split::Command;
use crate::recognise::disowned::Taken;
use crate::recognise::facts::{Call, Facts, Failure, Interner, Named, Origin};
use crate::recognise::{envelope, failed_call, foreign_format, heard, places, reader, vocabulary};

/// The longest JSON Pointer, in bytes, to a value that is looked into: every
/// fact below it keeps it. Real wrappers with an ARN among their keys have 300.
const LONGEST: usize = 512;

/// The longest array, in bytes, that is looked at as the words of a command.
const LONGEST_COMMAND: usize = 4096;

/// What stands above a value and says something of it.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// What names the trail that it is of.
    pub claims: Vec<Claim>,
    /// Where it was asked.
    pub origin: Origin,
    /// The call it answers.
    pub call: Option<Call>,
    /// Why a list in it may not be whole: an option of its command.
    pub filter: Option<Box<str>>,
    /// When AWS answered, by the `Date` header of the wrapper around it.
    pub collected: Option<Timestamp>,
    /// The key above it that nobody knows: what it lies under may be no state.
    pub unknown: Option<Box<str>>,
    /// A key beside it that may say that an empty list in it isn't all.
    pub unsaid: Option<Box<str>>,
    /// Whether keys of what lies here may have been left out.
    pub selected: bool,
    /// Why nothing here is an answer of AWS.
    pub doubt: Option<Box<str>>,
    /// How deep it lies.
    pub(crate) depth: usize,
}

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
}

impl<'a> Walk<'a, '_> {
    /// Where a value under this pointer stands.
    pub fn anchor(&mut self, node: Node<'a>, pointer: &str) -> Anchor {
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
                for (index, element) in elements.into_iter().enumerate() {
                    if matches!(element.kind(), Kind::Object | Kind::Array) {
                        self.visit(element, &child(pointer, &index.to_string()), &hints);
                    }
                }
            }
            _ => {}
        }
    }

    /// Gives an object to the first reader that takes it, or looks into it.
    fn read(&mut self, object: &Object<'a>, pointer: &str, hints: &Hints) {
        let mut readers = reader::READERS.iter();
        if !readers.any(|reader| reader(self, object, pointer, hints)) {
            self.look_into(object, pointer, hints);
        }
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
        let mut around: Option<Hints> = None;
        for member in &object.members {
            let at = || child(pointer, &member.key);
            let is_container = matches!(member.value.kind(), Kind::Object | Kind::Array);
            let body = in_base64(object, member);
            if !is_container && body.is_none() && !holds_json(member) {
                continue;
            }
            // Below a status call a key may be any trail's name.
            let may_name = hints.call == Some(Call::GetTrailStatus);
            if !may_name && places::is_no_state(&member.key) {
                self.pass_over(&member.key, member.value);
                continue;
            }
            let around = around.get_or_insert_with(|| hints.beside(object));
            let mut hints = around.under(&member.key);
            if body.is_some() {
                // How a body is encoded names no trail.
                hints.claims.retain(|claim| claim.text() != "base64");
            }
            match is_container {
                true if joined(member.value).is_none() => {
                    self.visit(member.value, &at(), &hints);
                }
                _ => {
                    let text = match member.value.kind() {
                        Kind::String if body.is_some() => body,
                        Kind::String => member.value.as_str().map(Into::into),
                        _ => joined(member.value),
                    };
                    let anchor = self.anchor(member.value, &at()).opaque();
                    self.visit_text(&text.unwrap_or_default(), anchor, &hints);
                }
            }
        }
        if self.found.answers.len() > known {
            self.unanswered(object, pointer, hints);
        }
    }

    /// Looks at JSON that stands in a string of the document.
    fn visit_text(&mut self, text: &str, anchor: Anchor, hints: &Hints) {
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
        };
        inner.visit(node, &anchor.pointer, hints);
        self.found = inner.found;
    }

    /// Notes a value whose key says that it is no state of anything.
    fn pass_over(&mut self, key: &str, value: Node<'a>) {
        if vocabulary::mentions_trails(value.text()) {
            self.found.remark.get_or_insert_with(|| {
                format!("what stands under `{key}` is said not to be so, and says nothing of how a trail is configured now")
            });
        }
    }

    /// Notes a trail that lies under a key which nobody knows.
    pub fn unplaced(&mut self, node: Node<'a>, pointer: &str, key: &str, hints: &Hints) {
        let anchor = self.anchor(node, pointer);
        self.found.failures.push(Failure {
            call: Some(Call::DescribeTrails),
            error: None,
            message: format!("what `{key}` says of the trails under it isn't known: it may not be so now, and is not read"),
            named: Named::No,
            origin: hints.origin.clone(),
            hides_trails: true,
            anchor: Some(anchor),
        });
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
            let anchor = self.anchor(member.value, &child(pointer, &member.key));
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
}

/// What a member says that a call was asked for and that narrows its answer.
fn asked_for(member: &Member<'_>) -> Option<String> {
    let value = member.value;
    match value.kind() {
        Kind::Object if envelope::is_request(member) => envelope::narrowed(value),
        Kind::String => {
            let text = value.as_str()?;
            let text = text.trim();
            match text.starts_with('{') && envelope::is_request(member) {
                true => envelope::narrowed(Node::parse(text).ok()?),
                false => text
                    .contains(" describe-trails")
                    .then(|| kept(text))
                    .flatten(),
            }
        }
        Kind::Array if value.text().len() < LONGEST_COMMAND => {
            let words = value.elements();
            let words: Vec<_> = words.iter().filter_map(|word| word.as_str()).collect();
            let line = words.join(" ");
            let is_call = words.iter().any(|word| word == "describe-trails");
            match is_call {
                true => kept(&line),
                false if envelope::is_request(member) => {
                    kept(&format!("aws cloudtrail describe-trails {line}"))
                }
                false => None,
            }
        }
        _ => None,
    }
}

/// Why a list that a command printed may not be whole.
fn kept(line: &str) -> Option<String> {
    Command { line }.kept().filter
}

/// Whether a member is a text that holds JSON about trails.
fn holds_json(member: &Member<'_>) -> bool {
    let text = member.value.text();
    member.value.kind() == Kind::String
        && text.len() > 16
        && text
            .get(1..)
            .is_some_and(|text| text.trim_start().starts_with(['{', '[']))
        && vocabulary::mentions_trails(text)
}

/// The text of a body that was recorded in base64, if it speaks of trails: HAR
/// (`encoding`), API Gateway (`isBase64Encoded`), VCR (`base64_string`).
fn in_base64(object: &Object<'_>, member: &Member<'_>) -> Option<String> {
    let is_encoded = match member.key.as_ref() {
        "text" => object.text("encoding").as_deref() == Some("base64"),
        "body" => object.get("isBase64Encoded")?.text() == "true",
        "base64_string" => true,
        _ => false,
    };
    let encoded = member.value.as_str().filter(|_| is_encoded)?;
    let bytes = STANDARD.decode(encoded.replace(['\n', '\r'], "")).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let is_json = text.trim_start().starts_with(['{', '[']);
    (is_json && vocabulary::mentions_trails(&text)).then_some(text)
}

/// The text that an array of its lines spells, if it holds JSON about trails:
/// notebooks keep what a cell printed so.
fn joined(value: Node<'_>) -> Option<String> {
    let begins = value.text().get(1..).unwrap_or_default().trim_start();
    if value.kind() != Kind::Array
        || !begins.starts_with('"')
        || !vocabulary::mentions_trails(value.text())
    {
        return None;
    }
    let lines = value.elements();
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.as_str()?);
    }
    text.trim_start().starts_with(['{', '[']).then_some(text)
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
    /// The same hints, one level down.
    fn deeper(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self.clone()
        }
    }

    /// The same hints for what belongs to the trail with this index.
    #[must_use]
    pub fn in_trail(&self, index: usize) -> Self {
        Self {
            claims: vec![Claim::sure(ClaimSource::InTrail, Says::InTrail(index))],
            // The list was asked for at that time, and this was not.
            collected: None,
            ..self.clone()
        }
    }

    /// The trail that a failed call was about, as far as one is named.
    #[must_use]
    pub fn named(&self) -> Named {
        // What doesn't name it for sure, and is no command, comes last.
        let may_name = |claim: &&Claim| match claim.strength {
            Strength::Sure => true,
            Strength::Unsure => claim.source != ClaimSource::Command,
            Strength::Faint => false,
        };
        let sure = self.claims.iter().filter(|claim| !claim.is_sure());
        let sure = sure.chain(self.claims.iter().filter(|claim| claim.is_sure()));
        let named = sure
            .filter(may_name)
            .rev()
            .find_map(|claim| match &claim.says {
                Says::Arn(arn) => Some(Named::Arn(arn.clone())),
                Says::Name(name) | Says::Text(name) => Some(Named::Name(name.clone())),
                Says::InTrail(_) => None,
            });
        named.unwrap_or_default()
    }

    /// The hints for what stands in an object, from all that stands beside it.
    pub(crate) fn beside(&self, object: &Object<'_>) -> Self {
        let mut hints = self.clone();
        // A name further out may be of a report or a machine; what only wraps
        // adds no distance.
        let speaks = object
            .members
            .iter()
            .any(|one| one.value.kind() == Kind::String);
        for above in hints.claims.iter_mut().filter(|_| speaks) {
            above.fade();
        }
        hints.claims.extend(heard::claims_of(object, |_| false));
        let text = |word: &str| object.folded(word).and_then(|member| member.value.as_str());
        if let Some(call) = text("operation").and_then(|word| Call::named(&word)) {
            hints.call = Some(call);
        }
        if let Some(account) = ["accountid", "account", "awsaccountid"]
            .iter()
            .find_map(|word| arn::account_id(&text(word)?))
        {
            hints.origin.account = Some(account.into());
        }
        let region = ["region", "awsregion"].iter().find_map(|word| text(word));
        if let Some(region) = region.filter(|text| arn::is_region(text)) {
            hints.origin.region = Some(region.as_ref().into());
        }
        let given = object.members.iter().find_map(asked_for);
        hints.filter = hints.filter.or(given.map(Into::into));
        let unsaid = || envelope::unsaid(object).map(Into::into);
        hints.unsaid = hints.unsaid.or_else(unsaid);
        hints.collected = reader::answer::date_header(object)
            .or_else(|| reader::recording::date_header(object))
            .or(hints.collected);
        hints
    }

    /// The hints for the value under a key: an ARN, a region, an account, a
    /// command, or whatever else the key may be.
    #[must_use]
    pub fn under(&self, key: &str) -> Self {
        let mut hints = self.deeper();
        if let Some(account) = arn::account_id(key) {
            hints.origin.account = Some(account.into());
            return hints;
        }
        if arn::is_region(key) {
            hints.origin.region = Some(Arc::from(key));
            return hints;
        }
        let claim = places::claim_of_key(key);
        // A name may speak of trails, and says nothing of the call.
        let names = claim.is_some() && !Readings::of_text(key).is_of_status;
        if let Some(call) = Call::named(key).filter(|_| !names) {
            hints.call = Some(call);
        }
        if claim
            .as_ref()
            .is_some_and(|claim| !matches!(claim.says, Says::Arn(_)))
        {
            hints.unknown = Some(key.into());
        }
        if let Some(claim) = claim {
            hints.claims.push(claim);
        }
        hints
    }

    /// Whether a trail of this name and ARN may lie here and count: everything
    /// above it is known, or is its own name.
    #[must_use]
    pub fn is_placed(&self, name: Option<&str>, arn: Option<&str>) -> bool {
        let Some(key) = self.unknown.as_deref() else {
            return true;
        };
        Some(key) == name || Some(key) == arn || {
            let folded = keys::fold(key);
            name.is_some_and(|name| keys::fold(name) == folded)
        }
    }
}
