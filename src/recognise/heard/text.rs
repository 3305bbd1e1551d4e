//! What one string says of a trail.

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::keys;
use crate::cloudtrail::name::{Readings, is_place, percent_decoded};
use crate::document::json::{Kind, Node};
use crate::recognise::heard::{At, Key, call};
use crate::recognise::{places, prose};

/// The longest text that is read as JSON: what a call is given is short.
const LONGEST: usize = 64 * 1024;

/// Hears one text under a key; says whether an answer stands in it.
pub(super) fn hear(key: &str, text: &str, at: At, claims: &mut Vec<Claim>) -> bool {
    if text.is_empty() {
        return false;
    }
    if arn::looks_like_trail(text) {
        claims.push(at.claim(Says::Arn(text.into()), Strength::Sure));
        return false;
    }
    if text.starts_with(['{', '[']) {
        if text.len() > LONGEST {
            return true;
        }
        if let Ok(node) = Node::parse(text)
            && matches!(node.kind(), Kind::Object | Kind::Array)
        {
            return super::hear(key, node, at, claims);
        }
    }
    let arns = arns_in(text);
    let asked = call::of_text(text);
    if !arns.is_empty() || !asked.is_empty() {
        claims.extend(
            arns.into_iter()
                .map(|arn| at.claim(Says::Arn(arn), Strength::Sure)),
        );
        claims.extend(asked);
        return false;
    }
    if !at.is_wire && !text.starts_with("arn:") {
        word(key, text, at, claims);
    }
    false
}

/// Hears a text that holds no ARN, no JSON and no call.
fn word(key: &str, text: &str, at: At, claims: &mut Vec<Claim>) {
    let is_stream = matches!(text, "stdout" | "stderr");
    if is_stream || is_place(text) {
        return;
    }
    let key_says = Key::of(key);
    let at = match key_says {
        Key::Trail => At {
            source: ClaimSource::Request,
            ..at
        },
        _ => at,
    };
    let mut say = |says: Says, strength| claims.push(at.claim(says, strength));
    // Under AWS's own key, and one that says whose name it is, a name is one
    // whatever words it is made of, save those of a call.
    let names_call = || matches!(&*keys::fold(text), "gettrailstatus" | "describetrails");
    let is_of_trail = key == "Name" || key_says == Key::Trail;
    if is_of_trail && places::may_be_name(text) && !names_call() {
        return say(Says::Name(text.into()), Strength::Sure);
    }
    let is_path = text.contains(['/', '\\']) && !text.contains(char::is_whitespace);
    if is_path && key_says != Key::Trail && key_says != Key::Naming {
        let is_told = matches!(key_says, Key::Text | Key::Request);
        return claims.extend(of_path(text, at, is_told));
    }
    if Readings::of_text(text).is_empty() {
        // Under a key that names something it may be a trail's name all the same.
        if key_says == Key::Naming && !names_call() {
            say(Says::Name(text.into()), Strength::Faint);
        }
        return;
    }
    match key_says {
        Key::Trail | Key::Naming => say(Says::Name(text.into()), Strength::Sure),
        _ if text.contains(char::is_whitespace) => {
            let strength = match key_says {
                Key::Text => Strength::Unsure,
                _ => Strength::Faint,
            };
            for name in prose::names(text) {
                say(Says::Text(name.into()), strength);
            }
        }
        Key::Text => {
            let strength = match Readings::of_file(text).is_of_status {
                true => Strength::Sure,
                false => Strength::Unsure,
            };
            say(Says::Text(text.into()), strength);
        }
        _ if !places::may_be_name(text) => {}
        Key::Describing => say(Says::Name(text.into()), Strength::Faint),
        // The name of a file of statuses is none of a trail's.
        _ if Readings::of_file(text).is_of_status => say(Says::Text(text.into()), Strength::Unsure),
        _ => say(Says::Name(text.into()), Strength::Unsure),
    }
}

/// What a path or an address names: what stands below `trails`, what it asks
/// for, and its last part.
fn of_path(text: &str, at: At, is_told: bool) -> Vec<Claim> {
    let decoded = percent_decoded(text);
    let (path, asked) = decoded.split_once(['?', '#']).unwrap_or((&decoded, ""));
    let path = match path.split_once("://") {
        Some((_, behind)) => behind.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let mut claims = Vec::new();
    let mut before = "";
    let mut named = None;
    let fine = |part: &str| !Readings::of_file(part).is_empty();
    for part in path.split(['/', '\\']).filter(|part| !part.is_empty()) {
        if ["trail", "trails"].contains(&&*before.to_ascii_lowercase()) && fine(part) {
            claims.push(at.claim(Says::Text(part.into()), Strength::Sure));
            named = None;
        } else if fine(part) && !prose::is_prose(part) {
            named = Some(part);
        }
        before = part;
    }
    for (key, value) in asked
        .split(['&', '?', '/', '#'])
        .filter_map(|one| one.split_once('='))
    {
        hear(key, value, at, &mut claims);
    }
    if let Some(part) = named.filter(|_| claims.is_empty()) {
        let strength = match Readings::of_file(part).is_of_status {
            _ if !is_told => Strength::Faint,
            true => Strength::Sure,
            false => Strength::Unsure,
        };
        claims.push(at.claim(Says::Text(part.into()), strength));
    }
    claims
}

/// The ARNs of trails that stand in a text, also where they are written as in
/// an address.
pub(crate) fn arns_in(text: &str) -> Vec<Box<str>> {
    let is_encoded = |at: usize| {
        text.get(at + 3..at + 6)
            .is_some_and(|sign| sign.eq_ignore_ascii_case("%3a"))
    };
    let decoded = match text.match_indices("arn").any(|(at, _)| is_encoded(at)) {
        true => percent_decoded(text),
        false => text.into(),
    };
    let mut found: Vec<Box<str>> = Vec::new();
    for (at, _) in decoded.match_indices("arn:aws") {
        let rest = decoded.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| {
            !(c.is_alphanumeric() || matches!(c, ':' | '/' | '-' | '_' | '.' | '*'))
        });
        let arn = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let arn = arn.trim_end_matches([':', '.', '/']);
        let is_new = |found: &[Box<str>]| found.iter().all(|known| **known != *arn);
        if arn::trail_arn(arn).is_some_and(|arn| !arn.name.is_empty())
            && found.len() < MOST
            && is_new(&found)
        {
            found.push(arn.into());
        }
    }
    found
}

/// Two ARNs stand against each other, and more say nothing else.
const MOST: usize = 8;

/// What a line of text names: ARNs, and each word that isn't known to say
/// nothing, as sure as is told.
pub(crate) fn of_prose(text: &str, strength: Strength) -> Vec<Claim> {
    let source = ClaimSource::Heading;
    let arns = arns_in(text).into_iter();
    let mut claims: Vec<Claim> = arns
        .map(|arn| Claim::sure(source, Says::Arn(arn)))
        .collect();
    let words = prose::unknown(text).filter(|word| arns_in(word).is_empty());
    let words: Vec<&str> = words.take(MOST_WORDS).collect();
    // Where it is all that a heading says, it says it of what stands below.
    let neutral = match words.len() {
        1 => Strength::Unsure,
        _ => Strength::Faint,
    };
    claims.extend(words.into_iter().map(|word| Claim {
        source,
        says: match arn::looks_like_trail(word) {
            true => Says::Arn(word.into()),
            false => Says::Text(word.into()),
        },
        strength: match prose::is_neutral(word) {
            true => neutral,
            false => strength,
        },
    }));
    let number = numbered(text).map(|number| Claim {
        source,
        says: Says::Name(number.into()),
        strength,
    });
    claims.extend(number);
    claims
}

/// `2` of `Trail 2`, `Trail #2` and `2 of 2 trails`: another trail than the first, whichever
/// that is.
fn numbered(text: &str) -> Option<&str> {
    let of_words = |word: &str| matches!(&*word.to_lowercase(), "of" | "von" | "de" | "sur" | "/");
    let words = text.split_whitespace();
    let words: Vec<&str> = words
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .take(MOST_WORDS)
        .collect();
    let is_trail = |word: &str| {
        let folded = word.to_ascii_lowercase();
        matches!(&*folded, "trail" | "trails")
    };
    if !words.iter().any(|word| is_trail(word)) {
        return None;
    }
    let is_later = |word: &str| word.parse().is_ok_and(|number: u8| number > 1);
    let places = words.iter().enumerate().skip(1);
    let mut found = places.filter_map(|(at, word)| {
        let before = words.get(at - 1)?;
        let is_of_trail = is_trail(before) && is_later(word);
        let count = words.get(at + 1).copied().unwrap_or_default();
        let counted = of_words(word) && is_later(before) && is_later(count);
        match (is_of_trail, counted) {
            (true, _) => Some(*word),
            (false, true) => Some(*before),
            (false, false) => None,
        }
    });
    found.next()
}

/// The most words of a line that are heard: two of them are no trail's name.
const MOST_WORDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_number_behind_trail_is_another_than_the_first() {
        for text in [
            "Trail 2",
            "## Trail #2 of 3",
            "trail 02:",
            "2 of 2 trails",
            "Trail 2 von 2",
        ] {
            assert!(numbered(text).is_some(), "{text}");
        }
        for text in [
            "Trail 1 of 1",
            "Step 2 of 3",
            "2. status of the trail",
            "trails: 2026",
            "",
        ] {
            assert_eq!(numbered(text), None, "{text}");
        }
    }
}
