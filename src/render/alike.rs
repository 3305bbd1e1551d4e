//! Failures that are the same in many files, told once.
//!
//! A call that is refused is refused in every region. What AWS says then
//! differs in the region's name at the most, so that is what is looked past.

use std::collections::HashMap;

use crate::cloudtrail::arn;
use crate::finding::DocumentKind;
use crate::render::phrase::{count, list};
use crate::report::DocumentEntry;
use crate::text::visible;

/// Regions and files named in a sentence before the rest is only counted.
const SHOWN: usize = 20;

/// Documents of which the same is to be said.
#[derive(Debug)]
pub(crate) struct Alike<'r> {
    /// The first of them, in the order of the report.
    pub(crate) first: &'r DocumentEntry,
    /// The others, in the order of the report.
    pub(crate) others: Vec<&'r DocumentEntry>,
}

/// What is said of a document, without the regions that it names.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    kind: DocumentKind,
    code: &'static str,
    texts: [String; 3],
}

/// Puts documents together of which the same is said, each group at the place
/// of its first.
pub(crate) fn alike<'r>(documents: impl Iterator<Item = &'r DocumentEntry>) -> Vec<Alike<'r>> {
    let mut groups: Vec<Alike<'r>> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for document in documents {
        let place = *places.entry(key(document)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.others.push(document),
            None => groups.push(Alike {
                first: document,
                others: Vec::new(),
            }),
        }
    }
    groups
}

fn key(document: &DocumentEntry) -> Key {
    let problem = document.problem.as_deref();
    let text = |text: Option<&str>| without_regions(text.unwrap_or_default());
    Key {
        kind: document.kind,
        code: problem.map_or("", |problem| problem.code),
        texts: [
            text(problem.map(|problem| problem.message.as_str())),
            text(problem.and_then(|problem| problem.help.as_deref())),
            text(document.detail.as_deref()),
        ],
    }
}

/// A text with the same word for each region in it.
fn without_regions(text: &str) -> String {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character| !is_word(character));
        let (word, after) = from.split_at(end.unwrap_or(from.len()));
        plain.push_str(before);
        plain.push_str(if arn::is_region(word) { "REGION" } else { word });
        rest = after;
    }
    plain.push_str(rest);
    plain
}

impl Alike<'_> {
    /// `in ap-south-1, eu-west-1 (2 regions)`, where there are several and each
    /// file's name tells its own.
    pub(crate) fn regions(&self) -> Option<String> {
        let all = std::iter::once(&self.first).chain(&self.others);
        let regions: Option<Vec<String>> = all.map(|one| arn::region_in(&one.file)).collect();
        let mut regions = regions?;
        regions.sort();
        regions.dedup();
        let number = regions.len();
        (number > 1).then(|| {
            let more = if number > SHOWN { ", …" } else { "" };
            regions.truncate(SHOWN);
            format!("in {}{more} ({number} regions)", regions.join(", "))
        })
    }

    /// `the same in … (7 regions), in 6 more files: a, b, c`; nothing, where
    /// there is one file.
    pub(crate) fn also(&self) -> Option<String> {
        let heading = self.heading()?;
        let names = self
            .others
            .iter()
            .map(|one| visible(&one.file).into_owned());
        let names: Vec<String> = names.collect();
        Some(format!("{heading}: {}", list(&names, SHOWN)))
    }

    /// The same without the files.
    pub(crate) fn heading(&self) -> Option<String> {
        let number = self.others.len();
        (number > 0).then(|| {
            let regions = self.regions().map(|regions| format!(" {regions},"));
            let files = count(number, "more file");
            format!("the same{} in {files}", regions.unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{alike, without_regions};
    use crate::render::sample::refused;

    #[test]
    fn regions_are_looked_past_and_nothing_else() {
        assert_eq!(
            without_regions("on arn:aws:cloudtrail:us-gov-west-1:1:trail/x-1, eu-west-1 — ü"),
            "on arn:aws:cloudtrail:REGION:1:trail/x-1, REGION — ü"
        );
        assert_eq!(
            without_regions("no region-at-all 2026-11-20"),
            "no region-at-all 2026-11-20"
        );
    }

    #[test]
    fn one_failure_in_many_regions_is_one() {
        let regions = ["us-east-1", "eu-west-1", "ap-south-1"];
        let mut documents: Vec<_> = regions.map(refused).into();
        let mut other = refused("us-east-2");
        Arc::make_mut(other.problem.as_mut().unwrap()).message = "throttled in us-east-2".into();
        documents.insert(1, other);
        let groups = alike(documents.iter());
        assert_eq!(groups.len(), 2);
        assert_eq!(
            groups[0].also().unwrap(),
            "the same in ap-south-1, eu-west-1, us-east-1 (3 regions), in 2 more files: \
             444455556666/eu-west-1/describe-trails.json, 444455556666/ap-south-1/describe-trails.json"
        );
        assert_eq!(groups[1].also(), None);
    }

    #[test]
    fn a_long_list_ends_with_a_count() {
        let documents: Vec<_> = (0..50).map(|_| refused("us-east-1")).collect();
        let groups = alike(documents.iter());
        let told = groups[0].also().unwrap();
        assert!(told.starts_with("the same in 49 more files: "), "{told}");
        assert!(told.ends_with(", and 29 more"), "{told}");
    }
}
