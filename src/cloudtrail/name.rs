//! Which names a text can hold: a file's name, a key, a heading.
//!
//! Collectors put a trail's name among words of the call, an account, a
//! region, a date. Those are known and come off; what stays is the name, or
//! somebody else's. A word that comes off may as well be part of the name
//! (`audit-us-east-1`), so a text has several readings, and who knows the
//! trails decides. Nothing is split inside of what is not known: names hold
//! `-`, `_` and `.` themselves (API reference, CreateTrail, `Name`).

mod labels;

use std::borrow::Cow;
use std::ops::Range;

use super::arn;
use crate::time;

/// What a text says of a trail's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings<'t> {
    text: Cow<'t, str>,
    /// The words, as ranges of the text.
    words: Vec<Range<usize>>,
    /// What each of them is.
    kinds: Vec<Word>,
    /// The words that are no known ones, first to last.
    core: Range<usize>,
    /// The same without a `trail` at either end, which may belong to the call.
    inner: Range<usize>,
    /// Whether a word of the text says that it is about a status.
    pub is_of_status: bool,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// A verb or noun of the call: `get`, `describe`, `status`.
    Call,
    /// A word that calls and names both have: `trail`.
    Sticky,
    /// An account, a region, a date, a copy's mark.
    Place,
    /// A short number, which counts files.
    Number,
    /// Anything else.
    Unknown,
}

/// Words of the calls that list trails and tell their status, in lower case.
const CALL: [&str; 23] = [
    "aws",
    "describe",
    "describetrails",
    "get",
    "getstatus",
    "gettrail",
    "gettrailstatus",
    "gettrailstatuses",
    "cttrail",
    "cttrailstatus",
    "list",
    "lists",
    "listtrails",
    "ctstatus",
    "status",
    "statuses",
    "trailstatus",
    "trailstatuses",
    "cloudtrailstatus",
    "cloudtrailtrails",
    "cloudtrailstatuses",
    "traillist",
    "trailsstatus",
];

/// Words that stand in calls and in names alike.
const STICKY: [&str; 4] = ["cloudtrail", "cloudtrails", "trail", "trails"];

/// Endings that say how a file is spelt.
const ENDINGS: [&str; 18] = [
    "json", "jsonl", "ndjson", "txt", "out", "log", "js", "gz", "yaml", "yml", "csv", "tsv",
    "text", "table", "stdout", "stderr", "err", "zst",
];

/// A file's name without its endings.
#[must_use]
pub fn stem(segment: &str) -> &str {
    let mut stem = segment;
    while let Some((rest, last)) = stem.rsplit_once('.')
        && !rest.is_empty()
        && ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(last))
    {
        stem = rest;
    }
    stem
}

impl<'t> Readings<'t> {
    /// What a file's name says, its endings taken off.
    #[must_use]
    pub fn of_file(segment: &'t str) -> Self {
        match percent_decoded(segment) {
            Cow::Borrowed(text) => Self::new(Cow::Borrowed(stem(text))),
            Cow::Owned(text) => Self::new(Cow::Owned(stem(&text).to_owned())),
        }
    }

    /// What a key or a heading says.
    #[must_use]
    pub fn of_text(text: &'t str) -> Self {
        Self::new(Cow::Borrowed(text))
    }

    fn new(text: Cow<'t, str>) -> Self {
        let words = words(&text);
        let kinds = kinds(&text, &words);
        let is_call = |word: &Range<usize>| is_status(text.get(word.clone()).unwrap_or_default());
        let of_status = words
            .iter()
            .zip(&kinds)
            .any(|(word, kind)| *kind == Word::Call && is_call(word));
        let inner = inner(&kinds);
        let core = core(&kinds, inner.clone());
        Self {
            text,
            words,
            kinds,
            core,
            inner,
            is_of_status: of_status,
        }
    }

    /// Whether it holds words of the call and nothing else but a region or an
    /// account beside them, and a number in front (`01_cloudtrail`).
    #[must_use]
    pub fn is_of_call_only(&self) -> bool {
        let kinds = &self.kinds;
        let is_call = |kind: &Word| matches!(kind, Word::Call | Word::Sticky);
        let behind = kinds.iter().skip(1);
        kinds.iter().any(is_call)
            && kinds.first().is_some_and(|kind| *kind != Word::Unknown)
            && behind
                .clone()
                .all(|kind| matches!(kind, Word::Call | Word::Sticky | Word::Place))
            && !time::holds_date(&self.text)
            && self
                .text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '))
    }

    /// Whether it holds nothing but known words: it names no trail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.core.is_empty()
    }

    /// What in it may be a trail's name, where it names nothing else: the short
    /// numbers, which count files, and words of the call behind the whole call or,
    /// where there are such, before it (`trail-status-status`).
    pub fn maybe(&self) -> impl Iterator<Item = &str> {
        let is = |at: usize, known: &[Word]| {
            let kind = self.kinds.get(at);
            kind.is_some_and(|kind| known.contains(kind))
        };
        let all = 0..if self.is_empty() { self.words.len() } else { 0 };
        let numbers = all.clone().filter(move |at| is(*at, &[Word::Number]));
        let numbers = numbers.map(|at| (at, at + 1));
        let mut call = all
            .clone()
            .filter(move |at| is(*at, &[Word::Call, Word::Sticky]));
        let says = |at: &usize| is(*at, &[Word::Call]) && is_status(self.slice(*at, at + 1));
        let mut status = all.clone().filter(says);
        let behind = status.clone().next().zip(call.clone().next_back());
        let behind = behind.filter(|(status, last)| status < last);
        let ends = move |(status, last): (usize, usize)| {
            (status + 1..=last).map(move |start| (start, last + 1))
        };
        let before = behind.and(call.next().zip(status.next_back()));
        let starts =
            |(first, status): (usize, usize)| (first + 1..=status).map(move |end| (first, end));
        let behind = behind.into_iter().flat_map(ends);
        let names = behind.chain(before.into_iter().flat_map(starts));
        numbers
            .chain(names)
            .map(|(start, end)| self.slice(start, end))
    }

    /// What stays when the known words are taken off, as it is written.
    #[must_use]
    pub fn core(&self) -> &str {
        self.slice(self.core.start, self.core.end)
    }

    /// Every name that the text may hold, the shortest first: what stays, with
    /// known words before it and behind it that may belong to it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let starts = (0..=self.inner.start).rev();
        let ends = self.core.end..=self.words.len();
        let any = !self.is_empty();
        let of_known = match any {
            true => Vec::new(),
            false => self.names_of_known(),
        };
        starts
            .flat_map(move |start| ends.clone().map(move |end| (start, end)))
            .filter(move |_| any)
            .chain(of_known)
            .map(|(start, end)| self.slice(start, end))
    }

    /// Where names stand in a text of known words alone: a trail may be called
    /// `trail-1`. Without such a trail the number counts files.
    fn names_of_known(&self) -> Vec<(usize, usize)> {
        let kinds = &self.kinds;
        let is_call = |kind: &Word| *kind == Word::Call;
        let mut found = Vec::new();
        for run in runs(kinds, is_call) {
            for start in run.clone() {
                for end in start + 1..=run.end.min(start + LONGEST) {
                    let part = kinds.get(start..end).unwrap_or_default();
                    let has = |known| part.contains(&known);
                    if has(Word::Sticky) && has(Word::Number) && !has(Word::Place) {
                        found.push((start, end));
                    }
                }
            }
        }
        found
    }

    /// Names that the text holds where a `trail` right behind a name is the
    /// call's (`main-trail-status`). More often it is the name's: such a reading
    /// stands against another, and names no trail by itself.
    pub fn doubtful(&self) -> impl Iterator<Item = &str> {
        let starts = (0..=self.inner.start).rev();
        let ends = self.inner.end..self.core.end;
        starts
            .flat_map(move |start| ends.clone().map(move |end| (start, end)))
            .map(|(start, end)| self.slice(start, end))
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        let first = self.words.get(start).map(|word| word.start);
        let last = end
            .checked_sub(1)
            .and_then(|last| self.words.get(last))
            .map(|word| word.end);
        match first.zip(last) {
            Some((first, last)) => self.text.get(first..last).unwrap_or_default(),
            None => "",
        }
    }
}

/// Whether a word of a call says which of the two it is.
fn is_status(word: &str) -> bool {
    word.to_ascii_lowercase().contains("status")
}

/// Runs of letters and digits. A sign beside a word of its own is no word.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (start, c.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

fn kinds(text: &str, words: &[Range<usize>]) -> Vec<Word> {
    let word = |index: usize| {
        let range = words.get(index).cloned().unwrap_or_default();
        text.get(range).unwrap_or_default()
    };
    let mut kinds: Vec<Word> = (0..words.len()).map(|index| kind(word(index))).collect();
    // Places of several words: a region, a date with dashes, an account in fours.
    // Each of them ends in a word with a digit.
    let ends = |range: &Range<usize>| {
        let word = text.get(range.clone()).unwrap_or_default();
        word.bytes().any(|byte| byte.is_ascii_digit())
    };
    let ends: Vec<bool> = words.iter().map(ends).collect();
    for start in 0..words.len() {
        for length in (2..=7).rev() {
            let last = start + length - 1;
            let Some(last) = words.get(last).filter(|_| ends.get(last) == Some(&true)) else {
                continue;
            };
            let from = words.get(start).map_or(0, |first| first.start);
            let slice = text.get(from..last.end).unwrap_or_default();
            if is_place(slice) {
                for kind in kinds.iter_mut().skip(start).take(length) {
                    *kind = Word::Place;
                }
                break;
            }
        }
    }
    // A file may be named for the whole command: `… --name main`.
    for (kind, range) in kinds.iter_mut().zip(words) {
        let before = text.get(..range.start).unwrap_or_default();
        if before.ends_with("--") && text.get(range.clone()) == Some("name") {
            *kind = Word::Call;
        }
    }
    // `get-trail-status-name-main`
    let mut before = None;
    for (kind, range) in kinds.iter_mut().zip(words) {
        let word = text.get(range.clone()).unwrap_or_default();
        if before == Some("status") && word == "name" {
            *kind = Word::Call;
        }
        before = Some(word);
    }
    copies(text, words, &mut kinds);
    labels::mark(text, words, &mut kinds);
    kinds
}

/// Words that say that a file holds what a call gave, in lower case.
const GIVEN: [&str; 8] = [
    "evidence",
    "out",
    "output",
    "outputs",
    "response",
    "responses",
    "result",
    "results",
];

fn kind(word: &str) -> Word {
    let is_of = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is_of(&CALL) {
        Word::Call
    } else if is_of(&STICKY) {
        Word::Sticky
    } else if is_place(word) || is_of(&GIVEN) {
        Word::Place
    } else if word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        Word::Number
    } else {
        Word::Unknown
    }
}

/// Whether a text is an account, a region or a date and nothing else.
#[must_use]
pub fn is_place(text: &str) -> bool {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    arn::account_id(text).is_some() || arn::is_region_alone(text) || time::is_date(text)
}

/// A name or an ARN without what copying puts behind it: ` (1)`, ` - Copy`. No name
/// has such signs, so what begins with one is none of it.
#[must_use]
pub fn without_copies(text: &str) -> &str {
    let Some(name) = text.find([' ', '(']).and_then(|at| text.get(..at)) else {
        return text;
    };
    let words = words(text);
    let mut kinds = vec![Word::Number; words.len()];
    copies(text, &words, &mut kinds);
    let mut behind = words
        .iter()
        .zip(&kinds)
        .filter(|(word, _)| word.start > name.len());
    match behind.all(|(_, kind)| *kind == Word::Place) {
        true => name,
        false => text,
    }
}

/// What copying puts behind a name, in the languages of file managers.
const COPIES: [&str; 4] = ["copy", "copia", "copie", "kopie"];

/// Words between `Copy` and the name of what was copied.
const OF: [&str; 4] = ["de", "di", "of", "von"];

/// Marks what copying puts behind a name, or before it: ` (1)`, ` - Copy`, ` copy 2`,
/// `Copy of `.
fn copies(text: &str, words: &[Range<usize>], kinds: &mut [Word]) {
    let is = |at: usize, known: &[&str]| {
        let word = words.get(at).and_then(|word| text.get(word.clone()));
        word.is_some_and(|word| known.iter().any(|one| word.eq_ignore_ascii_case(one)))
    };
    if is(0, &COPIES) && is(1, &OF) && words.len() > 2 {
        kinds
            .iter_mut()
            .take(2)
            .for_each(|kind| *kind = Word::Place);
    }
    let mut end = words.len();
    while let Some(index) = end.checked_sub(1) {
        let Some(word) = words.get(index) else { break };
        let is_number = kinds.get(index) == Some(&Word::Number);
        let before = text.get(..word.start).unwrap_or_default();
        let behind = text.get(word.end..).unwrap_or_default();
        let said = text.get(word.clone()).unwrap_or_default();
        let is_copy = COPIES.iter().any(|word| said.eq_ignore_ascii_case(word));
        let bracketed = is_number && before.ends_with('(') && behind.starts_with(')');
        let counted = is_number
            && index
                .checked_sub(1)
                .and_then(|last| words.get(last))
                .and_then(|last| text.get(last.clone()))
                .is_some_and(|last| last.eq_ignore_ascii_case("copy"));
        if !(is_copy || bracketed || counted) {
            break;
        }
        if let Some(kind) = kinds.get_mut(index) {
            *kind = Word::Place;
        }
        end = index;
    }
}

/// The words from the first to the last that is no known one.
fn inner(kinds: &[Word]) -> Range<usize> {
    let is_known = |kind: &Word| *kind != Word::Unknown;
    let Some(first) = kinds.iter().position(|kind| !is_known(kind)) else {
        // Known words alone: numbers count files, and name nothing.
        return 0..0;
    };
    let mut end = kinds
        .iter()
        .rposition(|kind| !is_known(kind))
        .map_or(first, |last| last + 1);
    // A number in front counts (`03_get_trail_status_main`); behind a name it
    // is part of it, with all that stands between.
    let tail = kinds.get(end..).unwrap_or_default();
    if let Some(last) = tail.iter().rposition(|kind| *kind == Word::Number) {
        end += last + 1;
    }
    first..end
}

/// The most known words of which a name is made.
const LONGEST: usize = 8;

/// The runs of words between those that are so.
fn runs(kinds: &[Word], is_so: impl Fn(&Word) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (at, kind) in kinds.iter().enumerate() {
        if is_so(kind) {
            runs.push(start..at);
            start = at + 1;
        }
    }
    runs.push(start..kinds.len());
    runs
}

/// What stays as a name: with `trail` beside it, which more often belongs to it.
fn core(kinds: &[Word], inner: Range<usize>) -> Range<usize> {
    let Range {
        start: mut first,
        mut end,
    } = inner;
    if first == end {
        return first..end;
    }
    // `trail` beside the name may be its last word, or its first one.
    while kinds.get(end) == Some(&Word::Sticky) {
        end += 1;
    }
    while let Some(before) = first.checked_sub(1)
        && kinds.get(before) == Some(&Word::Sticky)
        && before
            .checked_sub(1)
            .is_none_or(|verb| kinds.get(verb) != Some(&Word::Call))
    {
        first = before;
    }
    first..end
}

/// A segment with `%XX` decoded (RFC 3986); as it is where that gives no UTF-8.
#[must_use]
pub fn percent_decoded(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(tail.first()), hex(tail.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(segment), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::Readings;

    fn core(file: &str) -> String {
        Readings::of_file(file).core().to_owned()
    }

    #[test]
    fn words_of_the_call_an_account_a_region_and_a_date_come_off() {
        for (file, name) in [
            ("get-trail-status-stale-cwl.json", "stale-cwl"),
            ("cloudtrail-status-main_trail.v2.json", "main_trail.v2"),
            ("03_get_trail_status_main.json", "main"),
            ("CloudTrail_Status_main.json", "main"),
            ("20251221T005730Z-01-cloudtrail-status-main.json", "main"),
            ("main-get-trail-status.json", "main"),
            ("get-trail-status-a%2Fb.json", "a/b"),
            ("cloudtrail-status-main-20260504.json", "main"),
            ("cloudtrail-status-main-2026-05-04.json", "main"),
            ("get-trail-status_main_us-east-1_111122223333.json", "main"),
            ("get-trail-status-main (1).json", "main"),
            ("get-trail-status-main - Copy.json", "main"),
            ("get-trail-status-main.json.txt", "main"),
            ("payments.json", "payments"),
            ("get-trail-status-t-1.json", "t-1"),
            ("get-trail-status-p_1.json", "p_1"),
            ("get-trail-status-=payments.json", "payments"),
            ("prod-trail-status.json", "prod-trail"),
            (
                "prod-cloudtrail-status-main.json",
                "prod-cloudtrail-status-main",
            ),
            ("cloudtrail-payments.json", "cloudtrail-payments"),
            ("get-trail-main.json", "main"),
            ("get-trail-status-main-2.json", "main-2"),
            ("get-trail-status-CIS-3.4.json", "CIS-3.4"),
            ("cis-2-get-trail-status.json", "cis-2"),
            ("a-8-main-get-trail-status.json", "a-8-main"),
            ("3ab-get-trail-status.json", "3ab"),
            ("step-get-trail-status.json", "step"),
        ] {
            assert_eq!(core(file), name, "{file}");
        }
    }

    #[test]
    fn what_copying_puts_behind_an_arn_is_none_of_it() {
        for (text, without) in [
            ("arn:x:trail/main - Copy", "arn:x:trail/main"),
            ("arn:x:trail/main (1)", "arn:x:trail/main"),
            ("arn:x:trail/main copy 2", "arn:x:trail/main"),
            ("arn:x:trail/main-copy", "arn:x:trail/main-copy"),
            ("arn:x:trail/main-2", "arn:x:trail/main-2"),
            ("arn:x:trail/main of prod", "arn:x:trail/main of prod"),
        ] {
            assert_eq!(super::without_copies(text), without);
        }
    }

    #[test]
    fn known_words_alone_name_no_trail() {
        for file in [
            "get-trail-status.json",
            "cloudtrail-status.json",
            "cloudtrail.GetTrailStatus_1.json",
            "cloudtrail-status-2.json",
            "get-trail-status-us-east-1.json",
            "12-21-cloudtrail_status.json",
            "cloudtrail_status_2024-01-01.json",
            "111122223333_us-east-1_get-trail-status.json",
            "get-trail-status (1).json",
            "A.8.15_cloudtrail_status_2026-03-10.json",
            "CIS-3.4-get-trail-status.json",
            "CIS_3.4_get-trail-status.json",
            "CC7.2-get-trail-status.json",
            "PCI-DSS-10.2-cloudtrail-status.json",
            "get_trail_status_output.json",
            "get-trail-status-results.json",
            "06b-get-trail-status.json",
            "step2-get-trail-status.json",
            "task 3 get-trail-status.json",
        ] {
            assert!(Readings::of_file(file).is_empty(), "{file}: {}", core(file));
        }
    }

    #[test]
    fn copies_dates_and_options_come_off() {
        for file in [
            "Copy of get-trail-status-main.json",
            "Kopie von get-trail-status-main.json",
            "get-trail-status-main-20-11-2026.json",
            "get-trail-status-name-main.json",
        ] {
            let readings = Readings::of_file(file);
            assert_eq!(readings.core(), "main", "{file}");
        }
        let readings = Readings::of_file("get-trail-status-name-main.json");
        assert!(readings.names().any(|name| name == "name-main"));
    }

    #[test]
    fn words_of_the_call_beside_the_whole_call_may_be_a_name() {
        let maybe = |file| -> Vec<String> {
            let readings = Readings::of_file(file);
            readings.maybe().map(str::to_owned).collect()
        };
        for (file, name) in [
            ("get-trail-status-status.json", "status"),
            ("get-trail-status-trail-status (1).json", "trail-status"),
            ("get-trail-status-cloudtrail-us-east-1.json", "cloudtrail"),
            ("trail-status-status.json", "status"),
            ("trail-status-status.json", "trail-status"),
            ("02_get_trail_status.json", "02"),
        ] {
            assert!(maybe(file).contains(&name.to_owned()), "{file}");
        }
        for file in [
            "get-trail-status.json",
            "cloudtrail-status-us-east-1.json",
            "get-trail-status-main.json",
        ] {
            assert!(maybe(file).is_empty(), "{file}: {:?}", maybe(file));
        }
    }

    #[test]
    fn a_known_word_may_be_part_of_the_name() {
        let names = |file| -> Vec<String> {
            let readings = Readings::of_file(file);
            readings.names().map(str::to_owned).collect()
        };
        assert!(
            names("get-trail-status-audit-us-east-1.json").contains(&"audit-us-east-1".to_owned())
        );
        assert!(names("get-trail-status-status-main.json").contains(&"status-main".to_owned()));
        assert!(
            names("get-trail-status-org-444455556666.json")
                .contains(&"org-444455556666".to_owned())
        );
        assert!(
            names("get-trail-status-audit-20261118T120000Z.json")
                .contains(&"audit-20261118T120000Z".to_owned())
        );
        let both = names("cloudtrail-main-status.json");
        assert!(both.contains(&"main".to_owned()) && both.contains(&"cloudtrail-main".to_owned()));
        let readings = Readings::of_file("main-trail-status.json");
        assert!(readings.names().all(|name| name != "main"));
        assert!(readings.doubtful().any(|name| name == "main"));
        for (file, name) in [
            ("get-trail-status-trail-1.json", "trail-1"),
            ("trail-1-status.json", "trail-1"),
        ] {
            assert!(names(file).contains(&name.to_owned()), "{file}");
        }
        for file in [
            "cloudtrail-status.json",
            "get-trail-status-cloudtrail-us-east-1.json",
            "status-cloudtrail.json",
            "cloudtrail-status-us-east-1.json",
            "01-cloudtrail-us-east-1-status.json",
        ] {
            let names = names(file);
            assert!(
                !names.contains(&"cloudtrail".to_owned()),
                "{file}: {names:?}"
            );
        }
    }
}
