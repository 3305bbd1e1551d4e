//! What the fuzz targets do with bytes, and what must hold whatever they are.
//!
//! The project's tests include this file too, and feed it the seeds and their
//! mutations (`tests/hostile`), so that nothing hangs on a toolchain for
//! fuzzing.

pub mod archives;
pub mod policies;
pub mod reports;
mod sample;

use std::collections::BTreeMap;
use std::sync::Arc;

use coldtrail::cloudtrail::keys;
use coldtrail::coverage::Expected;
use coldtrail::document::decode::{Encoding, decode};
use coldtrail::document::json::Node;
use coldtrail::document::object::Object;
use coldtrail::document::split;
use coldtrail::document::way_back::WayBack;
use coldtrail::evidence::{Bundle, Options};
use coldtrail::finding::Place;
use coldtrail::inspect::{inputs, inspect};
use coldtrail::recognise::facts::Document;
use coldtrail::recognise::reader::status;
use coldtrail::render::draw::{self, Break};
use coldtrail::render::{Style, human, json};
use coldtrail::snapshot::{AsOf, Snapshot};
use coldtrail::source::archive::Format;
use coldtrail::source::given::{From, Source};
use coldtrail::time;
use coldtrail::time::Moment;
use miette::Diagnostic;
use serde_json::{Value, json as value};

/// A target: takes bytes, panics where something doesn't hold.
pub type Target = fn(&[u8]);

/// Every target, by the name of its fuzz target.
pub const TARGETS: [(&str, Target); 7] = [
    ("archives", archives::archives),
    ("decoding", decoding),
    ("documents", documents),
    ("times", times),
    ("attribution", attribution),
    ("policies", policies::policies),
    ("reports", reports::reports),
];

/// Bytes to text to JSON values. Every offset of the text has a byte of the
/// file, in order, and every value stands where it says.
pub fn decoding(bytes: &[u8]) {
    let decoded = match decode(bytes.to_vec()) {
        Ok(decoded) => decoded,
        Err(error) => {
            assert!(error.at <= bytes.len());
            return;
        }
    };
    let back = WayBack::new(decoded.clone());
    let text = &decoded.text;
    let mut last = 0;
    for (offset, character) in text.char_indices().take(2_000) {
        let at = decoded.to_file(offset);
        assert!(last <= at && at < bytes.len(), "{offset} is at {at}");
        if decoded.encoding == Encoding::Utf8 {
            let mut buffer = [0; 4];
            let spelt = character.encode_utf8(&mut buffer).as_bytes();
            assert!(bytes[at..].starts_with(spelt), "{character:?} at {at}");
        }
        assert_eq!(back.to_text(at), offset, "and back from {at}");
        last = at;
    }
    let pieces = split::within(text, usize::MAX);
    let mut end = 0;
    for piece in &pieces.values {
        let start = piece.node.offset_in(text);
        assert!(end <= start);
        end = start + piece.node.text().len();
        assert_eq!(&text[start..end], piece.node.text());
    }
    if let Some(broken) = &pieces.broken {
        assert!(broken.at <= text.len() && broken.block.end <= text.len());
    }
}

/// One file: the first byte chooses its name, the rest is its content.
pub fn documents(bytes: &[u8]) {
    const NAMES: [&str; 8] = [
        "describe-trails.json",
        "us-east-1/get-trail-status-main.json",
        "111122223333/eu-west-1/cloudtrail-describe_trails/main",
        "20261120T120000Z/answer.txt",
        "manifest.json",
        "describe-log-groups.json",
        "iam/list-users.json",
        "bundle.zip",
    ];
    let (first, content) = bytes.split_first().unwrap_or((&0, &[]));
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let bundle = bundle(&[(name.to_owned(), content)]);
    // Nothing that was given is left without a word.
    assert!(!bundle.documents.is_empty());
    for document in &bundle.documents {
        hold(&bundle, document, content);
    }
}

/// What holds of each document of a file with these bytes.
fn hold(bundle: &Bundle, document: &Document, bytes: &[u8]) {
    let name = bundle.name(document);
    let file = &bundle.files[document.file];
    let packed = Format::of_bytes(bytes).is_some();
    let within = |place: &Place| {
        assert!(place.line >= 1 && place.column >= 1, "{place:?}");
        assert!(place.bytes[0] <= place.bytes[1], "{place:?}");
        if !packed {
            assert!(place.bytes[1] <= bytes.len().max(1), "{place:?}");
        }
    };
    // What Python prints has braces too, and is translated.
    let first_quote = bytes.iter().find(|byte| matches!(byte, b'\'' | b'"'));
    let is_plain = file.encoding == Some(Encoding::Utf8)
        && !packed
        && !bytes.iter().any(|byte| matches!(byte, 0x08 | 0x1b))
        && first_quote != Some(&b'\'');
    for sighting in &document.trails {
        let place = sighting.anchor.whole(&name);
        within(&place);
        // A string that holds JSON is spelt otherwise than what it holds.
        if is_plain && bytes[place.bytes[0]] == b'{' {
            let spelt = &bytes[place.bytes[0]..place.bytes[1]];
            assert_eq!(spelt, sighting.object.text.as_bytes());
        }
    }
    for status in &document.statuses {
        let place = status.anchor.whole(&name);
        within(&place);
        if is_plain && bytes[place.bytes[0]] == b'{' {
            assert_eq!(
                &bytes[place.bytes[0]..place.bytes[1]],
                status.text.as_bytes()
            );
        }
        assert!(!(status.never && status.delivered.is_some()));
    }
    for failure in &document.failures {
        if let Some(anchor) = &failure.anchor {
            within(&anchor.whole(&name));
        }
        assert!(!failure.message.is_empty());
    }
    if let Some(problem) = &document.problem {
        assert!(!problem.message.is_empty());
        if let Some(place) = &problem.place {
            within(place);
        }
    }
}

/// A time as text in every place of a status, or a status as JSON.
pub fn times(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(at) = time::rfc3339(&text) {
        assert_eq!(time::rfc3339(&at.to_string()), Ok(at));
    }
    let _ = time::path_stamp(&text);
    let _ = time::http_date(&text);
    let value = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text.as_ref()));
    is_moment(&time::read(&value));
    let status = match value {
        Value::Object(_) => value,
        value => value!({
            "LatestDeliveryTime": &value,
            keys::DELIVERY_TIME: &value,
            "StartLoggingTime": &value,
            "LatestDeliveryAttemptSucceeded": "2026-11-20T11:57:13Z",
        }),
    };
    let status = status.to_string();
    if let Ok(node) = Node::parse(&status) {
        for (_, moment) in status::times(&Object::new(node)) {
            is_moment(&moment);
        }
    }
}

fn is_moment(moment: &Moment) {
    if let (Some(earliest), Some(latest)) = (moment.earliest(), moment.latest()) {
        assert!(earliest <= latest, "{moment:?}");
        for at in [earliest, latest] {
            assert_eq!(time::rfc3339(&at.to_string()), Ok(at), "{moment:?}");
        }
    }
}

/// A whole bundle: lines `=== NAME` begin a file each. Whatever it holds, the
/// snapshot is the same in whichever order the files come, every status is
/// tied once, and all of it can be shown.
pub fn attribution(bytes: &[u8]) {
    let files = files(bytes);
    let bundle = bundle(&files);
    let snapshot = Snapshot::of(&bundle, AsOf::FromEvidence, &Expected::default());
    let all: Vec<Value> = inputs(&bundle, &snapshot).collect();

    let backwards: Vec<_> = files.into_iter().rev().collect();
    let again = self::bundle(&backwards);
    let joined = Snapshot::of(&again, AsOf::FromEvidence, &Expected::default());
    assert!(inputs(&again, &joined).eq(all.iter().cloned()));

    let statuses: usize = bundle.documents.iter().map(|one| one.statuses.len()).sum();
    let tied =
        |tie: &&coldtrail::snapshot::Tie| matches!(tie.of, coldtrail::snapshot::Tied::Status(_));
    assert_eq!(snapshot.ties.iter().filter(tied).count(), statuses);
    let mut ids = BTreeMap::new();
    for trail in snapshot.accounts.iter().flat_map(|account| &account.trails) {
        assert!(
            ids.insert(Arc::clone(&trail.id), ()).is_none(),
            "{}",
            trail.id
        );
        assert!(trail.status.is_none() || trail.status_problem.is_none());
    }
    for tie in &snapshot.ties {
        if let Some((trail, _)) = &tie.to {
            assert!(ids.contains_key(trail), "tied to {trail}");
        }
    }
    shown(&bundle, &snapshot);
}

/// Joins a bundle and shows all of it.
fn show(bundle: &Bundle) {
    let snapshot = Snapshot::of(bundle, AsOf::FromEvidence, &Expected::default());
    shown(bundle, &snapshot);
}

/// Whatever was read can be shown, and does nothing to a terminal.
fn shown(bundle: &Bundle, snapshot: &Snapshot) {
    let inspection = inspect(bundle, snapshot, AsOf::FromEvidence);
    let mut out = Vec::new();
    let shown = human::inspection::render(&inspection, &Style::default(), &mut out);
    shown.expect("memory takes it");
    is_calm(&String::from_utf8(out).expect("it is text"));
    let mut out = Vec::new();
    let written = json::inspection::render(&inspection, inputs(bundle, snapshot), &mut out);
    written.expect("memory takes it");
    assert!(serde_json::from_slice::<Value>(&out).is_ok());
}

/// A problem can be drawn, and does nothing to a terminal.
fn drawn(problem: &dyn Diagnostic) {
    for line_break in [Break::AtSpaces, Break::Anywhere] {
        let text = draw::draw(problem, &Style::default(), line_break);
        is_calm(&text.expect("it can be drawn"));
    }
}

fn is_calm(text: &str) {
    assert!(
        !text.chars().any(|c| c.is_control() && c != '\n'),
        "{text:?}"
    );
}

/// The files that bytes stand for, each name once. What stands before the
/// first name is a file too.
fn files(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut name = "stdin".to_owned();
    let mut rest = bytes;
    loop {
        let end = rest.windows(4).position(|at| at == b"=== ");
        let content = &rest[..end.unwrap_or(rest.len())];
        if !content.is_empty() && files.iter().all(|(known, _)| *known != name) {
            files.push((name, content));
        }
        let Some(end) = end else { return files };
        rest = &rest[end + 4..];
        let line = rest.iter().position(|byte| *byte == b'\n');
        let line = line.unwrap_or(rest.len());
        name = String::from_utf8_lossy(&rest[..line]).into_owned();
        rest = rest.get(line + 1..).unwrap_or_default();
    }
}

fn bundle(files: &[(String, &[u8])]) -> Bundle {
    let source = |(name, content): &(String, &[u8])| Source {
        name: name.as_str().into(),
        from: From::Memory(content.to_vec().into()),
        direct: false,
    };
    Bundle::of(files.iter().map(source).collect(), &Options::default())
}
