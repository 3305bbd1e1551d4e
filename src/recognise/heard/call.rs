//! The trail that a call of get-trail-status was given: a command line, its
//! words, or a line of a program.

use std::borrow::Cow;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::document::command::{Command, is_literal};
use crate::document::json::Node;
use crate::document::object::Object;

const SOURCE: ClaimSource = ClaimSource::Command;

/// What a command asks the status of. A call of get-trail-status is never
/// without a name: where none can be read, it was somebody's all the same.
pub(crate) fn of_command(command: &Command<'_>) -> Vec<Claim> {
    let mut claims = given(command);
    if claims.is_empty() {
        let line = command.line.lines().next().unwrap_or_default();
        claims.push(Claim::unsure(SOURCE, Says::Name(line.into())));
    }
    claims
}

fn given(command: &Command<'_>) -> Vec<Claim> {
    let names = command.given("--name");
    let inputs = command.given("--cli-input-json");
    let mut claims: Vec<Claim> = names.into_iter().flatten().map(of_name).collect();
    claims.extend(command.positional().into_iter().map(of_name));
    claims.extend(inputs.into_iter().flatten().map(of_input));
    // Of two names the shell's own rule takes one; nobody meant both.
    if claims
        .windows(2)
        .any(|pair| matches!(pair, [one, two] if one.says != two.says))
    {
        for claim in &mut claims {
            *claim = Claim::unsure(SOURCE, claim.says.clone());
        }
    }
    claims
}

/// What a call was given as its name: what a shell would have put in is a
/// claim as well, and nobody knows whose.
pub(crate) fn of_name(name: &str) -> Claim {
    if arn::looks_like_trail(name) {
        Claim::sure(SOURCE, Says::Arn(name.into()))
    } else if is_literal(name) {
        Claim::sure(SOURCE, Says::Name(name.into()))
    } else {
        Claim::unsure(SOURCE, Says::Name(name.into()))
    }
}

/// The name in `{"Name": …}`.
fn of_input(text: &str) -> Claim {
    let plain = text.replace("\\\"", "\"");
    let name = Node::parse(plain.trim()).ok();
    let name = name.and_then(|node| Object::new(node).text("Name"));
    match name {
        Some(name) => of_name(&name),
        None => Claim::unsure(SOURCE, Says::Name(text.into())),
    }
}

/// What a command in words asks the status of, if they are one.
pub(super) fn of_words(words: &[Cow<'_, str>]) -> Option<Vec<Claim>> {
    let is_call = words.iter().any(|word| &**word == "get-trail-status");
    let is_option =
        |word: &Cow<'_, str>| word.starts_with("--name") || word.starts_with("--cli-input-json");
    if !is_call && !words.iter().any(is_option) {
        return None;
    }
    let mut claims = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (option, value) = word
            .split_once('=')
            .map_or((&**word, None), |(option, value)| (option, Some(value)));
        let read: fn(&str) -> Claim = match option {
            "--name" => of_name,
            "--cli-input-json" => of_input,
            _ => continue,
        };
        let value = value.or_else(|| words.next().map(|word| &**word));
        claims.push(read(value.unwrap_or_default()));
    }
    if claims.is_empty() {
        claims.push(Claim::unsure(SOURCE, Says::Name("get-trail-status".into())));
    }
    Some(claims)
}

/// What a text asks the status of, if it is a command or a line of a program
/// that does.
pub(super) fn of_text(text: &str) -> Vec<Claim> {
    if !holds_call(text) {
        return Vec::new();
    }
    let whole = given(&Command { line: text });
    let are_one = whole.iter().all(|claim| claim.is_sure());
    if !whole.is_empty() && are_one {
        return whole;
    }
    // Of several lines the last one is what printed.
    let mut lines = text.lines().rev();
    let last = lines.find_map(|line| {
        let claims = given(&Command { line });
        let claims = match claims.is_empty() {
            true => of_program(line),
            false => claims,
        };
        (holds_call(line) && !claims.is_empty()).then_some(claims)
    });
    last.unwrap_or(whole)
}

/// Whether a text speaks of a call with what it was given.
fn holds_call(text: &str) -> bool {
    let text = text
        .get(..text.floor_char_boundary(64 * 1024))
        .unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    let calls = [
        "get-trail-status",
        "get_trail_status",
        "gettrailstatus",
        "get-cttrailstatus",
    ];
    text.contains([' ', '(']) && calls.iter().any(|call| lower.contains(call))
}

/// `client.get_trail_status(Name='main')`, `-d '{"Name": "main"}'`.
fn of_program(line: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (at, word) in line.match_indices("Name") {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            continue;
        }
        let rest = line.get(at + word.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'', '\\', ' ']);
        let Some(value) = rest.strip_prefix(['=', ':']) else {
            continue;
        };
        let quoted = value.trim_start_matches(['\\', ' ', '>']);
        let name = quoted.trim_start_matches(['"', '\'', '\\']);
        let end = name.find(|c: char| {
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/'))
        });
        let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
        claims.push(match quoted.starts_with(['"', '\'']) {
            true => of_name(name),
            false => Claim::unsure(SOURCE, Says::Name(name.into())),
        });
    }
    claims
}
