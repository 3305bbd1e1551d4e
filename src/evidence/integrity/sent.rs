//! Answers that a transcript sent into files which aren't here.

use std::collections::BTreeSet;

use crate::evidence::Bundle;

/// Notes each as a call without an answer. A file may have been packed since, so
/// that its name has one more ending.
pub(super) fn note(bundle: &mut Bundle) {
    let sends = |sent: &[_]| !sent.is_empty();
    if !bundle
        .documents
        .iter()
        .any(|document| sends(&document.sent))
    {
        return;
    }
    let names = bundle.files.iter().map(|file| {
        let name = &*file.source.name;
        let own = name.rsplit(['/', '!']).next().unwrap_or(name);
        own.to_lowercase()
    });
    let names: BTreeSet<String> = names.collect();
    let is_here = |file: &str| {
        let file = file.to_lowercase();
        let packed = format!("{file}.");
        let mut packed_names = names.range(packed.clone()..);
        names.contains(&file)
            || packed_names
                .next()
                .is_some_and(|name| name.starts_with(&packed))
    };
    for document in &mut bundle.documents {
        let gone = document.sent.iter().filter(|sent| !is_here(&sent.file));
        let gone: Vec<_> = gone.map(|sent| sent.failure.clone()).collect();
        for failure in gone {
            document.fail(failure);
        }
    }
}
