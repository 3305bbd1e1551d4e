//! Files and places in them: artifacts, locations, regions.

use std::collections::HashMap;

use serde::ser::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::finding::{DocumentKind, Place};
use crate::render::Excerpt;
use crate::render::identity::uri;
use crate::report::DocumentEntry;
use crate::text::hex;

/// The name for where the evidence lies. It has no address: that would be a
/// path of one machine.
pub(super) const BASE: &str = "EVIDENCE";

/// Each file once, however many documents it holds.
pub(super) struct Artifacts<'a> {
    files: Vec<&'a DocumentEntry>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Artifacts<'a> {
    pub(super) fn new(documents: &'a [DocumentEntry]) -> Self {
        let mut artifacts = Self {
            files: Vec::new(),
            index: HashMap::new(),
        };
        for document in documents {
            artifacts.index.entry(&document.file).or_insert_with(|| {
                artifacts.files.push(document);
                artifacts.files.len() - 1
            });
        }
        artifacts
    }

    /// A whole file.
    pub(super) fn whole(&self, file: &str) -> Value {
        let mut location = json!({"uri": uri(file), "uriBaseId": BASE});
        if let (Some(index), Some(map)) = (self.index.get(file), location.as_object_mut()) {
            map.insert("index".into(), json!(index));
        }
        json!({"physicalLocation": {"artifactLocation": location}})
    }

    /// A place in a file. Its end is known where an excerpt shows it.
    pub(super) fn location(&self, place: &Place, excerpt: Option<&Excerpt>) -> Value {
        let mut location = self.whole(&place.file);
        if let Some(physical) = location
            .get_mut("physicalLocation")
            .and_then(Value::as_object_mut)
        {
            physical.insert("region".into(), region(place, excerpt));
        }
        location
    }
}

impl Serialize for Artifacts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.files.iter().map(|document| {
            let mut artifact = json!({
                "location": {"uri": uri(&document.file), "uriBaseId": BASE},
                "length": document.bytes,
                "roles": ["analysisTarget"],
            });
            if let Some(map) = artifact.as_object_mut() {
                if let Some(digest) = document.sha256 {
                    map.insert("hashes".into(), json!({"sha-256": hex(digest)}));
                }
                if !matches!(
                    document.kind,
                    DocumentKind::Unreadable | DocumentKind::Other | DocumentKind::Excluded
                ) {
                    map.insert("mimeType".into(), json!("application/json"));
                }
            }
            artifact
        }))
    }
}

fn region(place: &Place, excerpt: Option<&Excerpt>) -> Value {
    let [start, end] = place.bytes;
    let mut region = json!({
        "startLine": place.line,
        "startColumn": place.column,
        "byteOffset": start,
        "byteLength": end.saturating_sub(start),
    });
    let found = excerpt.and_then(|excerpt| end_of(place, excerpt));
    if let (Some((line, column, snippet)), Some(map)) = (found, region.as_object_mut()) {
        map.insert("endLine".into(), json!(line));
        map.insert("endColumn".into(), json!(column));
        if let Some(snippet) = snippet {
            map.insert("snippet".into(), json!({"text": snippet}));
        }
    }
    region
}

/// The line and column one past the place, and its text where that is on one
/// line; nothing where the excerpt doesn't reach the end.
fn end_of(place: &Place, excerpt: &Excerpt) -> Option<(usize, usize, Option<String>)> {
    let marked = || {
        excerpt
            .lines
            .iter()
            .filter_map(|line| Some((line, line.mark.as_ref()?)))
    };
    let (line, mark) = marked().next_back()?;
    let cut = line.cut_after && mark.end == line.text.chars().count();
    if !excerpt.whole || cut {
        return None;
    }
    let count = marked().count();
    if count == 1 {
        let snippet: String = line
            .text
            .chars()
            .skip(mark.start)
            .take(mark.len())
            .collect();
        return Some((place.line, place.column + mark.len(), Some(snippet)));
    }
    Some((place.line + count - 1, mark.end + 1, None))
}

#[cfg(test)]
mod tests {
    use super::region;
    use crate::finding::Place;
    use crate::render::excerpt::{Excerpt, Window, line_starts};
    use serde_json::json;

    #[test]
    fn a_region_ends_where_the_place_does() {
        let text = "[\n {\"é\": 1,\n  \"b\": 2}\n]";
        let cut = |start: usize, end: usize| {
            let excerpt = Excerpt::cut(text, &line_starts(text), start..end, &Window::default());
            let place = Place {
                file: "f".into(),
                pointer: Box::default(),
                line: 2,
                column: 2,
                bytes: [start, end],
            };
            region(&place, Some(&excerpt))
        };
        let object = text.find('{').unwrap();
        assert_eq!(
            cut(object, text.find('}').unwrap() + 1),
            json!({"startLine": 2, "startColumn": 2, "byteOffset": 3, "byteLength": 19, "endLine": 3, "endColumn": 10})
        );
        assert_eq!(
            cut(object, object + 5),
            json!({"startLine": 2, "startColumn": 2, "byteOffset": 3, "byteLength": 5, "endLine": 2, "endColumn": 6,
                   "snippet": {"text": "{\"é\""}})
        );
    }
}
