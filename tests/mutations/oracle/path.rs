//! What a path says: account, region, collection, and the trail that a name
//! speaks of once everything else is taken off it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Words that are no name in the name of a file or folder: those of the call,
/// of what it prints, and of nothing at all.
const WORDS: [&str; 32] = [
    "aws",
    "cloudtrail",
    "cloud",
    "ct",
    "get",
    "trail",
    "trails",
    "status",
    "statuses",
    "describe",
    "list",
    "gettrailstatus",
    "describetrails",
    "listtrails",
    "output",
    "out",
    "x",
    "part",
    "response",
    "result",
    "results",
    "data",
    "file",
    "json",
    "txt",
    "log",
    "raw",
    "evidence",
    "copy",
    "cttrail",
    "cttrailstatus",
    "config",
];

/// Whether a word is one that names nothing.
pub(crate) fn is_word(word: &str) -> bool {
    WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// Whether a file is called for the call: what else it is called is a name.
pub(crate) fn calls(file: &str) -> bool {
    let folded = fold(&percent_decoded(file)).to_ascii_lowercase();
    ["status", "trail", "arn_aws"]
        .iter()
        .any(|word| folded.contains(word))
}

/// The account that a part of a path names: twelve digits, at times dashed.
pub(crate) fn account(part: &str) -> Option<String> {
    let pieces: Vec<&str> = part.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let digits =
        |piece: &str, many| piece.len() == many && piece.bytes().all(|b| b.is_ascii_digit());
    if let Some(whole) = pieces.iter().find(|piece| digits(piece, 12)) {
        return Some((*whole).to_owned());
    }
    let dashed = pieces
        .windows(3)
        .find(|three| three.iter().all(|piece| digits(piece, 4)));
    dashed.map(|three| three.concat())
}

/// Where tokens that say a region begin and how many they are.
fn region_at(tokens: &[String], at: usize) -> Option<usize> {
    const LANDS: [&str; 11] = [
        "us", "eu", "ap", "ca", "sa", "me", "af", "cn", "il", "mx", "us",
    ];
    const WAYS: [&str; 9] = [
        "north",
        "south",
        "east",
        "west",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ];
    let token = |offset: usize| tokens.get(at + offset).map(String::as_str);
    if !LANDS.contains(&token(0)?) {
        return None;
    }
    let more = usize::from(["gov", "iso", "isob"].contains(&token(1)?));
    let number = token(2 + more)?;
    let is_region = WAYS.contains(&token(1 + more)?)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit());
    is_region.then_some(3 + more)
}

/// A region that stands in a part of a path.
pub(crate) fn region(part: &str) -> Option<String> {
    let tokens = tokens(part);
    (0..tokens.len()).find_map(|at| {
        let many = region_at(&tokens, at)?;
        Some(tokens[at..at + many].join("-"))
    })
}

/// A UTC stamp in a part of a path.
pub(crate) fn stamp(part: &str) -> Option<Timestamp> {
    let mut pieces = part.split(|c: char| !c.is_ascii_alphanumeric());
    pieces.find_map(|piece| {
        let time = DateTime::strptime("%Y%m%dT%H%M%SZ", piece).ok()?;
        time.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
    })
}

pub(crate) fn tokens(text: &str) -> Vec<String> {
    let tokens = text.split(|c: char| !c.is_ascii_alphanumeric());
    tokens
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a file's or folder's name says of a trail.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    /// Nothing: all of it is known to be something else.
    Nothing,
    /// These: an ARN or one of the listed names.
    These(Vec<String>),
    /// Somebody whom nobody listed.
    Stranger,
}

/// What a file's name says, or another label, where these trails are listed, as
/// `(ARN, name)`.
pub(crate) fn said(file: &str, is_file: bool, listed: &[(String, String)]) -> Said {
    let plain = percent_decoded(file);
    if let Some(at) = plain.find("arn:") {
        let arn = without_ending(&plain[at..]);
        return Said::These(vec![arn.to_owned()]);
    }
    let stem = without_ending(&plain);
    let folded = fold(stem);
    if let Some(at) = folded.find("arn_aws") {
        let matching = listed.iter().filter(|(arn, _)| fold(arn) == folded[at..]);
        let matching: Vec<String> = matching.map(|(arn, _)| arn.clone()).collect();
        return if matching.is_empty() {
            Said::Stranger
        } else {
            Said::These(matching)
        };
    }
    let words = tokens(stem);
    let known = known(&words, is_file);
    let mut readings: Vec<(bool, &String)> = Vec::new();
    let is_status = |word: &String| word.eq_ignore_ascii_case("status");
    let is_call = |word: &String| is_word(word);
    let is_behind = words
        .iter()
        .position(is_status)
        .is_some_and(|at| words[at + 1..].iter().any(is_call));
    for (arn, name) in listed {
        let own = tokens(name);
        for at in 0..(words.len() + 1).saturating_sub(own.len()) {
            let run = at..at + own.len();
            let rest = (0..words.len()).all(|index| run.contains(&index) || known[index]);
            // The words of a call are a name only behind the whole call or, where there
            // are more behind it (`trail-status-status`), before it.
            let spells = run
                .clone()
                .any(|index| !known[index] || is_file && is_count(&words[index]))
                || is_behind
                    && words[..at].iter().any(is_status)
                    && !words[run.end..].iter().any(is_call)
                || is_behind
                    && words[run.end..].iter().any(is_status)
                    && !words[..at].iter().any(is_call);
            if !own.is_empty() && words[run] == own[..] && rest && spells {
                readings.push((stem.contains(name.as_str()), arn));
            }
        }
    }
    let exact = readings.iter().any(|(exact, _)| *exact);
    let mut arns: Vec<String> = readings
        .into_iter()
        .filter(|(is_exact, _)| *is_exact == exact)
        .map(|(_, arn)| arn.clone())
        .collect();
    arns.sort();
    arns.dedup();
    match arns.is_empty() {
        false => Said::These(arns),
        true if known.iter().all(|known| *known) => Said::Nothing,
        true => Said::Stranger,
    }
}

/// The ARN that a file is called.
pub(crate) fn arn(file: &str) -> Option<String> {
    let plain = percent_decoded(file);
    let at = plain.find("arn:")?;
    Some(without_ending(&plain[at..]).to_owned())
}

/// Whether a label holds an ARN whose signs are all replaced.
pub(crate) fn is_folded_arn(label: &str) -> bool {
    let plain = percent_decoded(label);
    !plain.contains("arn:") && fold(&plain).contains("arn_aws")
}

/// Whether a token counts files: fewer than three digits.
fn is_count(token: &str) -> bool {
    token.len() < 3 && token.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which tokens are words of the call, a region, a date, a stamp, an account;
/// in a file's name a counter too.
fn known(tokens: &[String], is_file: bool) -> Vec<bool> {
    let digits = |token: &String| token.bytes().all(|byte| byte.is_ascii_digit());
    let mut known: Vec<bool> = tokens
        .iter()
        .map(|token| {
            is_word(token)
                || stamp(token).is_some()
                || account(token).is_some()
                || is_file && is_count(token)
        })
        .collect();
    for at in 0..tokens.len() {
        let many = region_at(tokens, at).unwrap_or(0);
        let group = |lengths: &[usize]| {
            let mut parts = lengths.iter().enumerate();
            parts.all(|(offset, many)| {
                tokens
                    .get(at + offset)
                    .is_some_and(|token| token.len() == *many && digits(token))
            })
        };
        let is_date = tokens[at].starts_with("20");
        let many = match () {
            () if is_date && group(&[4, 2, 2]) => 3,
            () if group(&[4, 4, 4]) => 3,
            () if is_date && group(&[8, 6]) => 2,
            () if is_date && group(&[8]) => 1,
            () => many,
        };
        known[at..at + many].fill(true);
    }
    // What is counted stands in front.
    if tokens.len() > 1
        && tokens
            .first()
            .is_some_and(|token| token.len() <= 3 && digits(token))
    {
        known[0] = true;
    }
    known
}

fn without_ending(name: &str) -> &str {
    let mut stem = name;
    loop {
        let before = stem;
        for ending in [
            ".json", ".txt", ".out", ".log", ".bak", ".jsonl", "~", " - Copy", "- Copy",
        ] {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
        if let Some(open) = stem.rfind(" (")
            && stem.ends_with(')')
            && stem[open + 2..stem.len() - 1]
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        {
            stem = &stem[..open];
        }
        if stem == before {
            return stem;
        }
    }
}

/// Everything but letters and digits as `_`.
pub(crate) fn fold(text: &str) -> String {
    let fold = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    text.chars().map(fold).collect()
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}
