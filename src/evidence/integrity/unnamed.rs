//! Evidence beside a manifest that doesn't name it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{find, folder_of, problem};
use crate::cloudtrail::claim::Says;
use crate::evidence::Bundle;
use crate::finding::Problem;
use crate::recognise::facts::{Call, Document, Failure, Named, Origin};

/// The files with evidence that lie at or below a manifest's folder and that no
/// manifest names.
pub(super) fn unnamed(bundle: &Bundle) -> BTreeMap<usize, (Failure, Problem)> {
    let mut covered: Vec<Range<usize>> = Vec::new();
    let mut named: HashSet<usize> = HashSet::new();
    for document in &bundle.documents {
        let Some(manifest) = &document.manifest else {
            continue;
        };
        let folder = folder_of(&bundle.name(document));
        let files = &bundle.files;
        let start = files.partition_point(|file| *file.source.name < *folder);
        let rest = files.get(start..).unwrap_or_default();
        let end = start + rest.partition_point(|file| file.source.name.starts_with(&folder));
        covered.push(start..end);
        let entries = manifest.files.iter();
        named.extend(entries.filter_map(|entry| find(bundle, &format!("{folder}{}", entry.file))));
    }
    covered.sort_by_key(|range| range.start);
    let mut found = BTreeMap::new();
    let mut ranges = covered.iter().peekable();
    let mut until = 0;
    for document in &bundle.documents {
        while let Some(range) = ranges.next_if(|range| range.start <= document.file) {
            until = until.max(range.end);
        }
        if document.file >= until || named.contains(&document.file) {
            continue;
        }
        let Some((call, hides_trails)) = shown(document) else {
            continue;
        };
        let message = format!("`{}` is not named by the manifest", bundle.name(document));
        let help =
            "collect again, or give evidence of another origin in a folder outside of this one";
        let problem = problem(
            bundle,
            document.file,
            "not-in-manifest",
            message.clone(),
            help,
        );
        let mut claims = document
            .statuses
            .iter()
            .flat_map(|status| status.claims.iter());
        let named = claims.find_map(|claim| match &claim.says {
            Says::Arn(arn) => Some(Named::Arn(arn.clone())),
            _ => None,
        });
        let failure = Failure {
            call: Some(call),
            error: None,
            message,
            named: named.unwrap_or_default(),
            origin: Origin::default(),
            hides_trails,
            anchor: None,
        };
        let known = found.entry(document.file).or_insert((failure, problem));
        if hides_trails {
            known.0.hides_trails = true;
            known.0.call = Some(call);
        }
    }
    found
}

/// The call that a document answers, and whether it may list trails; nothing,
/// where it holds no evidence.
fn shown(document: &Document) -> Option<(Call, bool)> {
    let lists =
        !document.trails.is_empty() || !document.answers.is_empty() || !document.listed.is_empty();
    if lists {
        Some((Call::DescribeTrails, true))
    } else if !document.statuses.is_empty() {
        Some((Call::GetTrailStatus, false))
    } else if !document.log_groups.is_empty() || document.identity.is_some() {
        Some((Call::Other, false))
    } else {
        None
    }
}
