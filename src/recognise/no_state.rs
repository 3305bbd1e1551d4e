//! Words that say of what they stand on that it is no present state: an example,
//! a plan, what was before, what is gone.
//!
//! A list of what is known to refute: it clears nothing and proves nothing. A
//! folder, a file or a heading that has such a word takes away what lies under
//! it, and any other word (a client's name, a system's) says nothing here.

/// Said of a thing, in lower case, each a word of its own; sorted, as all these
/// lists are.
const WORDS: [&str; 78] = [
    "archived",
    "backup",
    "bak",
    "baseline",
    "before",
    "decommissioned",
    "delete",
    "deleted",
    "deprecated",
    "desired",
    "destroyed",
    "docs",
    "documentation",
    "draft",
    "drafts",
    "dryrun",
    "dummy",
    "example",
    "examples",
    "expectation",
    "expectations",
    "expected",
    "fake",
    "faked",
    "fixture",
    "fixtures",
    "former",
    "formerly",
    "golden",
    "hypothetical",
    "intended",
    "localstack",
    "mock",
    "mocked",
    "mocks",
    "moto",
    "obsolete",
    "old",
    "older",
    "orig",
    "original",
    "outdated",
    "plan",
    "planned",
    "plans",
    "prev",
    "previous",
    "previously",
    "prior",
    "proposal",
    "proposed",
    "recommended",
    "rej",
    "removed",
    "replaced",
    "request",
    "requests",
    "retired",
    "rollback",
    "sample",
    "samples",
    "simulated",
    "simulation",
    "skeleton",
    "skeletons",
    "stub",
    "stubs",
    "superseded",
    "synthetic",
    "template",
    "templates",
    "testdata",
    "tests",
    "tmpl",
    "trash",
    "trashed",
    "tutorial",
    "tutorials",
];

/// Those that headings and keys of real collections have as well, and that say it
/// of folders and files alone.
const ORDINARY: [&str; 14] = [
    "backup",
    "baseline",
    "delete",
    "docs",
    "documentation",
    "orig",
    "original",
    "plan",
    "plans",
    "recommended",
    "replaced",
    "request",
    "requests",
    "tests",
];

/// Words that stand beside such a word in a folder's name and say nothing.
const BESIDE: [&str; 24] = [
    "account",
    "answer",
    "answers",
    "aws",
    "cloudtrail",
    "collection",
    "config",
    "configs",
    "data",
    "evidence",
    "export",
    "exports",
    "file",
    "files",
    "output",
    "outputs",
    "response",
    "responses",
    "result",
    "results",
    "state",
    "states",
    "status",
    "values",
];

/// Names of folders that say it as a whole: alone they are no system's name.
const FOLDERS: [&str; 12] = [
    "archive",
    "archives",
    "attic",
    "doc",
    "dry run",
    "input",
    "inputs",
    "node modules",
    "recycle bin",
    "recycled",
    "site packages",
    "test data",
];

/// Endings that editors, downloads and merges leave on what isn't the file itself.
const ENDINGS: [&str; 6] = ["crdownload", "part", "partial", "swo", "swp", "tmp"];

/// The words of a text, in lower case: parted at signs, and where a capital
/// follows a small letter (`lastKnownGood`).
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for letter in text.chars() {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_numeric());
        if (begins || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a word says that something is no present state.
pub(crate) fn is_said_by(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok()
}

/// Whether a word that says so stands in headings and keys of real answers too.
pub(crate) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(&word)
}

/// The words of a text as they are written, parted as [`words`] parts them.
fn spelt(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (word, behind) = match rest.is_ascii() {
            true => first_of_ascii(rest),
            false => first_word(rest),
        }?;
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// The first word, and what stands behind it.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let mut before = ' ';
    let end = text.find(|letter: char| {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_numeric());
        before = letter;
        begins || !letter.is_alphanumeric()
    });
    text.split_at_checked(end.unwrap_or(text.len()))
}

/// The same of a text without any other letters: nearly every name is one, and every
/// file has some.
fn first_of_ascii(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let start = bytes.iter().position(u8::is_ascii_alphanumeric)?;
    let behind = bytes.get(start..)?;
    let mut before = b' ';
    let end = behind.iter().position(|byte| {
        let begins =
            byte.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        before = *byte;
        begins || !byte.is_ascii_alphanumeric()
    });
    text.get(start..)?
        .split_at_checked(end.unwrap_or(behind.len()))
}

fn is_among(list: &[&'static str], word: &str) -> bool {
    among(list, word).is_some()
}

/// The entry of a sorted list that a word is, in whichever case it is written.
fn among(list: &[&'static str], word: &str) -> Option<&'static str> {
    let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
    let place = list
        .binary_search_by(|known| known.bytes().cmp(lower()))
        .ok()?;
    list.get(place).copied()
}

/// The word of a text that says that what it is of is no present state.
pub(crate) fn of_text(text: &str) -> Option<&'static str> {
    spelt(text).find_map(|word| among(&WORDS, word))
}

/// Whether a folder's name says so: all of its words do, but for numbers and
/// words that say nothing. `log-archive` is an account's name.
pub(crate) fn is_folder(name: &str) -> bool {
    let is_count = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let tells = |word: &&str| !is_count(word) && !is_among(&BESIDE, word);
    // Most names are told apart by the first word that says anything.
    let may_be = |first: &str| is_among(&WORDS, first) || begins_folder(first);
    if !spelt(name).find(tells).is_some_and(may_be) {
        return false;
    }
    let words: Vec<&str> = spelt(name).collect();
    let told: Vec<&str> = words.iter().copied().filter(tells).collect();
    told.iter().all(|word| is_among(&WORDS, word))
        || FOLDERS
            .iter()
            .any(|known| is_same(known, &words) || is_same(known, &told))
}

/// Whether a word is the first one of a folder's known name.
fn begins_folder(word: &str) -> bool {
    FOLDERS.iter().any(|known| {
        let (first, rest) = known.split_at_checked(word.len()).unwrap_or_default();
        first.eq_ignore_ascii_case(word) && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// Whether words are those of a known name, in whichever case.
fn is_same(known: &str, words: &[&str]) -> bool {
    let mut parts = known.split(' ');
    let is_told = |word: &&str| {
        let part = parts.next();
        part.is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    words.iter().all(is_told) && parts.next().is_none()
}

/// The word of a file's own name that says so.
pub(crate) fn of_file(own: &str) -> Option<&'static str> {
    if own.ends_with('~') {
        return Some("~");
    }
    let ending = own.rsplit('.').next().unwrap_or_default();
    among(&ENDINGS, ending).or_else(|| of_text(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_up_in_sorted_lists() {
        for list in [&WORDS[..], &ORDINARY, &BESIDE, &FOLDERS, &ENDINGS] {
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn words_are_parted_alike_in_ascii_and_in_any_letters() {
        for text in [
            "lastKnownGood",
            "us-east-1",
            "--a__B2C.d--",
            "X",
            "",
            "...",
            "2Old",
            "OLDer",
        ] {
            let lower: Vec<String> = spelt(text).map(str::to_lowercase).collect();
            assert_eq!(lower, words(text), "{text}");
            let lower: Vec<String> = spelt(&format!("{text} é")).map(str::to_lowercase).collect();
            assert_eq!(lower, words(&format!("{text} é")), "{text}");
        }
    }

    #[test]
    fn a_folder_says_so_with_all_of_its_words() {
        for name in [
            "expected",
            "Expected Output",
            "previous-2025",
            "examples",
            "mocks",
            "archive",
            ".Trash",
            "deleted",
            "old_evidence",
            "node_modules",
            "plan",
            "requests",
            "template",
            "testData",
        ] {
            assert!(is_folder(name), "{name}");
        }
        for name in [
            "us-east-1",
            "111122223333",
            "acme",
            "log-archive",
            "backup-vault",
            "old-mutual",
            "planet",
            "test",
            "prod",
            "evidence",
            "2026-11-20",
            "output",
            "sample-corp",
            "r-20251221",
            "archiv",
            "recycle",
            "",
        ] {
            assert!(!is_folder(name), "{name}");
        }
    }

    #[test]
    fn a_file_says_so_with_one() {
        for name in [
            "describe-trails-expected.json",
            "describe-trails.example.json",
            "describe-trails.json.bak",
            "describeTrailsMock.json",
            "describe-trails.json~",
            "describe-trails.json.crdownload",
        ] {
            assert!(of_file(name).is_some(), "{name}");
        }
        for name in [
            "describe-trails.json",
            "describe-trails (1).json",
            "acme-describe-trails-us-east-1.json",
            "Get-CTTrail.json",
            "log-archive_describe-trails.json",
        ] {
            assert_eq!(of_file(name), None, "{name}");
        }
    }
}
