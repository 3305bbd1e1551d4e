//! What is heard of a trail's name beside a status, above it, or in what was
//! asked for it.
//!
//! Every string there is heard: in objects and lists, in JSON that a string
//! holds, in addresses and command lines. What its key says decides how sure it
//! is; a trail's ARN is sure wherever it stands. What holds an answer of its own
//! speaks of that answer, and is passed over.

mod call;
mod key;
mod text;

pub(crate) use self::call::{of_command, of_name};
pub(crate) use self::text::{arns_in, of_prose};

use jiff::Timestamp;

use self::key::Key;
use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::keys::{self, BUCKET, HOME_REGION, NAME, Spelt, TRAIL_ARN};
use crate::document::json::{Kind, Member, Node};
use crate::document::object::Object;
use crate::recognise::{called, envelope, held, no_state};
use crate::time;

/// How deep objects beside a status are looked into.
const DEEPEST: usize = 8;

/// The most claims that one object makes. Whatever says more names no one trail:
/// a status below it is tied to none.
const MOST: usize = 256;

/// Where a string stands.
#[derive(Debug, Clone, Copy)]
struct At {
    depth: usize,
    source: ClaimSource,
    /// No claim but an ARN is surer than this.
    most: Strength,
    /// Whether it stands in a list.
    is_listed: bool,
    /// Whether nothing but an ARN counts.
    is_wire: bool,
}

impl At {
    const BESIDE: Self = Self {
        depth: 0,
        source: ClaimSource::Value,
        most: Strength::Sure,
        is_listed: false,
        is_wire: false,
    };

    /// Below an object's key.
    fn within(self, key: &str) -> Self {
        let deeper = Self {
            depth: self.depth + 1,
            source: self.source.max(ClaimSource::Beside),
            ..self
        };
        match Key::of(key) {
            Key::Request => Self {
                source: ClaimSource::Request,
                ..deeper
            },
            Key::Trail | Key::Naming | Key::Subject => deeper,
            Key::Text | Key::Unknown => deeper.at_most(Strength::Unsure),
            Key::Describing => deeper.at_most(Strength::Faint),
            Key::Wire => Self {
                is_wire: true,
                ..deeper
            },
        }
    }

    fn at_most(self, most: Strength) -> Self {
        Self {
            most: self.most.max(most),
            ..self
        }
    }

    fn claim(self, says: Says, strength: Strength) -> Claim {
        let is_arn = matches!(says, Says::Arn(_));
        Claim {
            source: self.source,
            says,
            strength: match is_arn {
                true => strength,
                false => strength.max(self.most),
            },
        }
    }
}

/// What the values of an object say of the trail that something in it, or it
/// itself, is of. `skip` says which keys have another meaning here.
#[must_use]
pub fn claims_of(object: &Object<'_>, skip: impl Fn(&str) -> bool) -> Vec<Claim> {
    let mut claims = Vec::new();
    for member in &object.members {
        if !skip(&member.key) {
            let before = claims.len();
            if hear(&member.key, member.value, At::BESIDE, &mut claims) {
                claims.truncate(before);
            }
        }
    }
    // Each is kept for every answer below.
    if claims.len() > MOST {
        claims.truncate(MOST);
        let many = format!("more than {MOST} names");
        claims.push(Claim::sure(ClaimSource::Request, Says::Name(many.into())));
    }
    claims
}

/// The key of a member that may say something of the one answer beside it, and names
/// no trail: nobody knows what.
pub(crate) fn untold(object: &Object<'_>) -> Option<String> {
    untold_among(object, envelope::says_something, true)
}

/// The same, among the members that say something. `may_name` says whether a word
/// alone under any key may be a trail's name, and is then heard as one.
pub(crate) fn untold_among(
    object: &Object<'_>,
    says_something: impl Fn(&Member<'_>) -> bool,
    may_name: bool,
) -> Option<String> {
    let mut members = object.members.iter();
    // How many there are of something is counted where they are listed.
    let counts = |member: &Member<'_>| {
        let words = no_state::words(&member.key);
        let is_count = |word: &String| COUNTS.contains(&word.as_str());
        member.value.kind() == Kind::Number && words.iter().any(is_count)
    };
    let found = members.find(|member| {
        Spelt::of(&member.key) == Spelt::Neither
            && !counts(member)
            && says_something(member)
            && !called::is_call(member)
            && {
                let mut claims = Vec::new();
                let holds_answer = hear(&member.key, member.value, At::BESIDE, &mut claims);
                // Several words are a remark, and a list of them is of others.
                let text = member.value.as_str().unwrap_or_default();
                let is_word = may_name && !text.is_empty() && !text.contains(char::is_whitespace);
                let names = |claim: &Claim| match claim.strength {
                    Strength::Sure => true,
                    Strength::Unsure => is_word,
                    Strength::Faint => false,
                };
                !holds_answer && !claims.iter().any(names)
            }
    });
    found.map(|member| member.key.as_ref().to_owned())
}

/// The latest time under a key that isn't AWS's: when something was collected, or
/// when it ends, nobody knows.
pub(crate) fn time_beside(object: &Object<'_>) -> Option<Timestamp> {
    let others = object.spelt();
    let others = others.filter(|(spelt, _)| *spelt == Spelt::Neither);
    // From 2000 to 2100: numbers of other things are of no time of collecting.
    let is_of_now = |at: &Timestamp| (946_684_800..4_102_444_800).contains(&at.as_second());
    let time = |value: Node<'_>| {
        let is_short = value.text().len() <= LONGEST_TIME;
        let is_one = is_short && matches!(value.kind(), Kind::String | Kind::Number);
        let value = is_one.then(|| value.to_value()).flatten();
        time::read(&value?).earliest().filter(is_of_now)
    };
    others.filter_map(|(_, member)| time(member.value)).max()
}

/// No text that tells a time is longer, in bytes.
const LONGEST_TIME: usize = 64;

/// Words of keys that hold how many there are, or how long it took.
const COUNTS: [&str; 10] = [
    "count", "duration", "elapsed", "length", "ms", "number", "seconds", "size", "took", "total",
];

/// What the elements of a short list say of the one answer among them: a name
/// and its status, or a request and its answer.
#[must_use]
pub fn claims_among(elements: &[Node<'_>]) -> Vec<Claim> {
    if !(2..=LONGEST_TUPLE).contains(&elements.len()) {
        return Vec::new();
    }
    let mut claims = Vec::new();
    let mut answer = None;
    let mut are_words = true;
    for element in elements {
        let before = claims.len();
        let at = At {
            source: ClaimSource::Beside,
            ..At::BESIDE
        };
        if hear("", *element, at, &mut claims) {
            claims.truncate(before);
            if answer.replace(*element).is_some() {
                return Vec::new();
            }
        } else {
            are_words &= element.kind() == Kind::String;
        }
    }
    // A record beside others says itself whose it is.
    let is_bare = |answer: Node<'_>| {
        let object = Object::new(answer);
        object.members.len() == object.of_status().count()
    };
    match answer {
        Some(answer) if are_words || is_bare(answer) => claims,
        _ => Vec::new(),
    }
}

/// The most elements of a list that are together about one thing.
const LONGEST_TUPLE: usize = 8;

/// Hears a value under a key; says whether an answer stands in it.
fn hear(key: &str, value: Node<'_>, at: At, claims: &mut Vec<Claim>) -> bool {
    match value.kind() {
        Kind::String => {
            let text = value.as_str().unwrap_or_default();
            text::hear(key, text.trim(), at, claims)
        }
        Kind::Object => object(key, value, at, claims),
        Kind::Array => array(key, value, at, claims),
        _ => false,
    }
}

fn object(key: &str, value: Node<'_>, at: At, claims: &mut Vec<Claim>) -> bool {
    if value.is_empty_container() {
        return false;
    }
    if at.depth >= DEEPEST {
        claims.push(at.claim(Says::Name(key.into()), Strength::Unsure));
        return false;
    }
    let object = Object::new(value);
    if holds_answer(&object) {
        return true;
    }
    let within = at.within(key);
    if is_trail(&object) {
        of_trail(&object, within, claims);
        // Of a list of trails none is the one that the status is of.
        return at.is_listed;
    }
    if let Some((name, value)) = pair(&object) {
        return hear(&name, value, within, claims);
    }
    let mut answers = false;
    for member in &object.members {
        if arn::trail_arn(&member.key).is_some() {
            claims.push(within.claim(Says::Arn(member.key.as_ref().into()), Strength::Sure));
        }
        answers |= match held::in_base64(&object, member) {
            Some(body) => text::hear(&member.key, body.trim_start(), within, claims),
            None => hear(&member.key, member.value, within, claims),
        };
    }
    answers
}

fn array(key: &str, value: Node<'_>, at: At, claims: &mut Vec<Claim>) -> bool {
    if let Some(text) = held::joined(value) {
        return text::hear(key, text.trim_start(), at, claims);
    }
    let elements = value.elements();
    let texts: Option<Vec<_>> = elements.iter().map(|element| element.as_str()).collect();
    if let Some(texts) = texts {
        if let Some(heard) = call::of_words(&texts) {
            claims.extend(heard);
            return false;
        }
        // A notebook keeps the lines of a cell so.
        let heard = call::of_text(&texts.concat());
        if !heard.is_empty() {
            claims.extend(heard);
            return false;
        }
    }
    let inner = At {
        depth: at.depth + 1,
        is_listed: true,
        source: at.source.max(ClaimSource::Beside),
        ..at
    };
    // What a call is given in a list has no key of its own.
    let is_given = Key::of(key) == Key::Request;
    let mut answers = false;
    for element in elements {
        let key = match is_given && element.kind() == Kind::String {
            true => "name",
            false => key,
        };
        answers |= inner.depth <= DEEPEST && hear(key, element, inner, claims);
    }
    answers
}

/// Whether an object is an answer, or holds the keys of one.
fn holds_answer(object: &Object<'_>) -> bool {
    let is_list = |key: &str| matches!(key, "trailList" | "TrailList");
    object.members.iter().any(|member| is_list(&member.key))
        || object
            .of_status()
            .any(|(_, member)| !keys::folds_to(&member.key, "logging"))
}

/// Whether an object is a trail's own, or names one as list-trails does.
fn is_trail(object: &Object<'_>) -> bool {
    let has = |key: &str| object.of_trail().any(|(known, _)| known == key);
    has(BUCKET) || (has(HOME_REGION) && has(TRAIL_ARN))
}

fn of_trail(object: &Object<'_>, at: At, claims: &mut Vec<Claim>) {
    let named = object
        .of_trail()
        .filter(|(known, _)| matches!(*known, NAME | TRAIL_ARN));
    for (known, member) in named {
        hear(known, member.value, at, claims);
    }
}

/// `{"name": "Name", "value": "main"}`: what forms and tags are kept as.
fn pair<'a>(object: &Object<'a>) -> Option<(String, Node<'a>)> {
    if object.members.len() > 4 {
        return None;
    }
    let name = object.folded("name").or_else(|| object.folded("key"))?;
    let value = object.folded("value")?;
    Some((name.value.as_str()?.into_owned(), value.value))
}

#[cfg(test)]
mod tests;
