//! Imports that OPA refuses and regorus takes: of nothing, and by names that are
//! words of Rego or taken.

use std::collections::BTreeSet;

use regorus::unstable::Module as Tree;

use super::names::{Names, Unit};
use crate::engine::visit::{Chain, range};
use crate::policy::PolicyProblem;

/// The words that `future.keywords` has.
const FUTURE: [&str; 7] = ["and", "contains", "every", "if", "in", "not", "or"];
/// Words that end no import.
const KEYWORDS: [&str; 15] = [
    "as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null",
    "package", "some", "true", "with",
];

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (unit, tree) in names.units.iter().zip(names.trees) {
        imports(unit, tree, problems);
    }
}

fn imports(unit: &Unit<'_>, tree: &Tree, problems: &mut Vec<PolicyProblem>) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for import in &tree.imports {
        let chain = Chain::of(&import.refr);
        let keys = chain.static_keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let root = chain.root_name().unwrap_or_default();
        let at = range(import.refr.span());
        let alias = import.r#as.as_ref().map(|alias| alias.text());
        let name = alias.or(keys.last().copied()).unwrap_or(root);
        let wrong = match (root, keys.as_slice()) {
            ("rego", ["v1"]) if alias.is_none() => continue,
            ("future", ["keywords"]) => continue,
            ("future", ["keywords", word]) if FUTURE.contains(word) => continue,
            ("rego", _) => Some((
                "there is nothing else to import of `rego` than `rego.v1`",
                "write `import rego.v1`, or nothing: these are policies of that version",
            )),
            ("future", _) => Some((
                "there is no such word in `future.keywords`",
                "take it out: every word that Rego has is one here",
            )),
            // OPA takes it; regorus has another meaning for it.
            ("data" | "input", []) if alias.is_none() => Some((
                "`data` and `input` are there without an import, and this adds nothing",
                "take it out, or give it another name with `as`",
            )),
            ("data" | "input", _) if KEYWORDS.contains(&name) => Some((
                "an import can't end with a word of Rego's own",
                "give it another name with `as`",
            )),
            ("data" | "input", _) if alias.is_some() && matches!(name, "data" | "input") => Some((
                "an import can't be called `data` or `input`",
                "give it another name with `as`",
            )),
            ("data" | "input", _) if seen.contains(name) => Some((
                "an import before it has the same name",
                "give one of them another name with `as`",
            )),
            _ => None,
        };
        seen.insert(name.to_owned());
        if let Some((message, help)) = wrong {
            let label = match (root, keys.as_slice(), alias) {
                ("data" | "input", [], None) => "not taken here",
                _ => "OPA refuses it",
            };
            problems.push(
                unit.problem("refused-import", at, message, label)
                    .with_help(help),
            );
        }
    }
}
