//! A file's bytes as text, and the JSON values in it with what stands above.

use serde_json::Value;

/// One JSON value, and the text between the one before and it.
pub(crate) struct Piece {
    pub(crate) value: Value,
    pub(crate) lead: String,
}

/// What a file is, before anybody asks what its values mean.
pub(crate) struct Text {
    pub(crate) pieces: Vec<Piece>,
    /// A value that begins and doesn't end, or isn't JSON.
    pub(crate) is_broken: bool,
    /// What stands behind the last value, or everything where there is none.
    pub(crate) rest: String,
}

/// UTF-8 or UTF-16 with a mark, without colours.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let wide = |from: fn([u8; 2]) -> u16| {
        let units = bytes[2..]
            .chunks_exact(2)
            .map(|pair| from([pair[0], pair[1]]));
        String::from_utf16_lossy(&units.collect::<Vec<u16>>())
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| c.is_ascii_alphabetic());
        rest = end.map_or("", |end| &rest[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

/// Every JSON object and array of a text, one after the other.
pub(crate) fn split(text: &str) -> Text {
    let mut found = Text {
        pieces: Vec::new(),
        is_broken: false,
        rest: String::new(),
    };
    let (mut done, mut at) = (0, 0);
    while let Some(offset) = text[at..].find(['{', '[']) {
        let start = at + offset;
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter();
        if let Some(Ok(value)) = values.next() {
            let lead = text[done..start].to_owned();
            at = start + values.byte_offset();
            done = at;
            found.pieces.push(Piece { value, lead });
            continue;
        }
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        if text[line.max(done)..start].trim().is_empty() {
            found.is_broken = true;
            break;
        }
        at = start + 1;
    }
    found.rest = text[done..].to_owned();
    found
}

/// Lower case, letters and digits alone: how keys are compared.
pub(crate) fn key(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// The words of the last command above a value, if one stands there and its
/// output isn't over: an error ends it.
pub(crate) fn command(lead: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = lead.lines().map(str::trim_start).collect();
    let at = lines.iter().rposition(|line| line.starts_with("$ "))?;
    if lines[at + 1..].iter().any(|line| line.contains("rror")) {
        return None;
    }
    Some(
        lines[at][2..]
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    )
}

/// The heading right above a value: `## main`, `=== main ===`, `main:`.
pub(crate) fn heading(lead: &str) -> Option<String> {
    let last = lead.lines().rfind(|line| !line.trim().is_empty())?.trim();
    let is_heading = last.starts_with(['#', '=', '-']) || last.ends_with(':');
    let text = last.trim_matches(|c: char| "#=-: ".contains(c));
    (is_heading && !last.starts_with("$ ") && !text.is_empty()).then(|| text.to_owned())
}

/// Whether a text, cut or broken as it may be, is an answer of
/// describe-log-groups from its first key on, with nothing of trails in it:
/// what a group is called is no trail.
pub(crate) fn is_log_groups(text: &str) -> bool {
    const TRAILS: [&str; 9] = [
        "traillist",
        "trailarn",
        "trailname",
        "gettrailstatus",
        "describetrails",
        "islogging",
        "latestdelivery",
        "timelogging",
        "multiregiontrail",
    ];
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.trim_start_matches('\u{feff}');
    let letters = key(plain);
    plain.starts_with("{\"logGroups\":[") && !TRAILS.iter().any(|mark| letters.contains(mark))
}
