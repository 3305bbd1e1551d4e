//! Policies as the engine is given them: rewritten so that regorus takes them
//! as OPA does.
//!
//! OPA's compiler rewrites a policy before it evaluates anything, and regorus
//! evaluates what is written. Each pass here does one such rewriting on the
//! text of a file, from its tree. The file of the author stays what everything
//! else speaks of: a place in the rewritten text leads back to it.
//! `docs/engine-faults.md` lists what is worked round.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use regorus::unstable::{Module as Tree, Query, Ref};

use super::error::{self, Reported};
use super::load::parsed;
use super::visit::{Chain, range, rule_reference, with_quotes};
use crate::policy::{Module, SourceFile};

mod aliases;
pub(super) mod arithmetic;
mod closed;
mod declared;
pub(super) mod edit;
mod every;
mod heads;
mod imported;
mod members;
mod membership;
mod mocked;
mod negated;
mod negative;
mod order;
mod printed;
mod scopes;
mod shadowed;
mod walked;

use edit::{Edit, Text};

/// What a pass looks at.
struct Pass<'a> {
    text: &'a str,
    tree: &'a Tree,
    /// The names of rules and imports in the package of the file.
    global: &'a Names,
    /// The paths that a `with` of any file replaces.
    mocked: &'a BTreeSet<String>,
    /// How many names were made already.
    made: usize,
}

impl Pass<'_> {
    /// A name that no policy has.
    fn name(&mut self) -> String {
        self.made = self.made.saturating_add(1);
        format!("{OWN}{}", self.made)
    }

    /// Whether a name in a rule is one of its variables.
    fn is_variable(&self, name: &str) -> bool {
        !self.global.contains(name) && !matches!(name, "data" | "input" | "_")
    }
}

/// How every name begins that only rewritten policies have.
pub(super) const OWN: &str = "coldtrail_";

type Rewriting = fn(&mut Pass<'_>) -> Vec<Edit>;

const PASSES: [Rewriting; 16] = [
    negative::edits,
    shadowed::edits,
    imported::edits,
    mocked::edits,
    order::edits,
    aliases::edits,
    every::edits,
    declared::edits,
    negated::edits,
    closed::edits,
    membership::edits,
    heads::edits,
    walked::edits,
    members::edits,
    printed::edits,
    arithmetic::edits,
];

/// The files rewritten, in their order.
pub(super) fn rewritten(modules: &[&Module]) -> Vec<Rewritten> {
    let trees: Vec<Tried> = modules.iter().map(|module| tree(module)).collect();
    let shared = Shared::of(modules, &trees);
    let files = modules.iter().zip(&trees).zip(&shared.global);
    files
        .map(|((module, tree), global)| shared.one(module, tree, global))
        .collect()
}

/// The same, on the threads of the current rayon pool. It is no way on for work whose
/// time is measured: a thread that waits here takes up other work.
pub(super) fn rewritten_side_by_side(modules: &[&Module]) -> Vec<Rewritten> {
    let trees: Vec<Tried> = modules.par_iter().map(|module| tree(module)).collect();
    let shared = Shared::of(modules, &trees);
    let files = modules.par_iter().zip(&trees).zip(&shared.global);
    files
        .map(|((module, tree), global)| shared.one(module, tree, global))
        .collect()
}

/// The tree of a file, where it is Rego.
type Tried = Option<Ref<Tree>>;

fn tree(module: &Module) -> Tried {
    parsed(&module.file.name, &module.file.text)
}

/// What the passes over one file know of all of them.
struct Shared {
    /// The names of rules and imports in the package of each file.
    global: Vec<Names>,
    /// The paths that a `with` of any file replaces.
    mocked: BTreeSet<String>,
}

impl Shared {
    fn of(modules: &[&Module], trees: &[Tried]) -> Self {
        let global = Names::of(modules, trees);
        let mocked = trees
            .iter()
            .zip(&global)
            .filter_map(|(tree, global)| Some(mocked::targets(tree.as_ref()?, global)))
            .flatten()
            .collect();
        Self { global, mocked }
    }

    /// Every pass over one file.
    fn one(&self, module: &Module, tree: &Tried, global: &Names) -> Rewritten {
        let mut text = Text::new(&module.file.text);
        let mut tree = tree.clone();
        let mut made = 0;
        for rewriting in PASSES {
            let Some(current) = &tree else { break };
            let mut pass = Pass {
                text: text.as_str(),
                tree: current,
                global,
                mocked: &self.mocked,
                made,
            };
            let edits = rewriting(&mut pass);
            made = pass.made;
            if edits.is_empty() {
                continue;
            }
            let Some(edited) = text.edited(edits) else {
                continue;
            };
            if let Some(again) = parsed(&module.file.name, edited.as_str()) {
                (text, tree) = (edited, Some(again));
            }
        }
        Rewritten {
            file: module.file.clone(),
            text,
        }
    }
}

/// The names that rules and imports take in the package of a file.
struct Names {
    /// Those of its rules, which all of its files share: there may be very many.
    rules: Arc<BTreeSet<String>>,
    imports: BTreeSet<String>,
}

impl Names {
    /// Those of each file.
    fn of(modules: &[&Module], trees: &[Tried]) -> Vec<Self> {
        let mut rules: HashMap<&str, BTreeSet<String>> = HashMap::new();
        for (module, tree) in modules.iter().zip(trees) {
            let names = rules.entry(module.package.as_str()).or_default();
            for rule in tree.iter().flat_map(|tree| &tree.policy) {
                let chain = Chain::of(rule_reference(rule));
                names.extend(chain.root_name().map(str::to_owned));
            }
        }
        let rules = rules.into_iter();
        let rules: HashMap<&str, Arc<BTreeSet<String>>> = rules
            .map(|(package, names)| (package, Arc::new(names)))
            .collect();
        let files = modules.iter().zip(trees);
        let files = files.map(|(module, tree)| Self {
            rules: rules
                .get(module.package.as_str())
                .cloned()
                .unwrap_or_default(),
            imports: tree.as_deref().map(imports).unwrap_or_default(),
        });
        files.collect()
    }

    fn contains(&self, name: &str) -> bool {
        self.rules.contains(name) || self.imports.contains(name)
    }
}

fn imports(tree: &Tree) -> BTreeSet<String> {
    let imports = tree.imports.iter();
    let names = imports.filter_map(|import| match &import.r#as {
        Some(alias) => Some(alias.text().to_owned()),
        None => Chain::of(&import.refr).static_keys().pop(),
    });
    names.collect()
}

/// One file as the engine has it.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// The author's.
    pub(super) file: SourceFile,
    text: Text,
}

impl Rewritten {
    /// What the engine is given.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Where a line and column of the rewritten text are in the author's.
    fn offset(&self, line: usize, column: usize) -> usize {
        self.text.original(error::offset(self.text(), line, column))
    }

    /// The author's line of a line of the rewritten text; `None` where nothing
    /// in it is the author's.
    pub(super) fn line(&self, line: usize) -> Option<usize> {
        let row = self.text().lines().nth(line.checked_sub(1)?)?;
        let start = row
            .as_ptr()
            .addr()
            .checked_sub(self.text().as_ptr().addr())?;
        let own = self.text.first(start..start.saturating_add(row.len()))?;
        Some(self.file.position(own).0)
    }
}

/// What a regorus error says, at the author's place.
pub(super) fn reported(modules: Vec<&Module>, text: &str) -> Reported {
    reported_of(&rewritten(&modules), text)
}

/// The same, of files that were rewritten before.
pub(super) fn reported_of(files: &[Rewritten], text: &str) -> Reported {
    let mut reported = error::reported(text);
    if let Some((file, line, column)) = &mut reported.place
        && let Some(one) = files.iter().find(|one| one.file.name == *file)
    {
        let at = one.offset(*line, *column);
        (*line, *column) = error::place_of(&one.file.text, at);
    }
    reported.message = in_words(&reported.message);
    reported
}

/// A message without the names that only rewritten policies have.
fn in_words(message: &str) -> String {
    let mut words = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(OWN) {
        words.push_str(before);
        let is_name = |sign: char| sign == '_' || sign.is_ascii_alphanumeric();
        let end = after.find(|sign| !is_name(sign)).unwrap_or(after.len());
        let (name, after) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = after;
        let name = name.trim_start_matches(|sign: char| sign.is_ascii_digit());
        let own = name.trim_start_matches('_').strip_prefix("own_");
        match own {
            Some(own) => words.push_str(own),
            None => words.push_str(match name.strip_suffix("_within").unwrap_or(name) {
                "plus" => "+",
                "minus" => "-",
                "times" => "*",
                "divided" => "/",
                "remainder" => "%",
                "less" => "<",
                "at_most" => "<=",
                "equal" => "==",
                "unequal" => "!=",
                "at_least" => ">=",
                "more" => ">",
                "member" | "member_at" => "in",
                _ => "what is computed here",
            }),
        }
    }
    words.push_str(rest);
    words
}

/// What `print` gave, `file:line: text`, at the author's lines.
pub(super) fn prints(modules: Vec<&Module>, prints: Vec<String>) -> Vec<String> {
    match prints.is_empty() {
        true => prints,
        false => prints_of(&rewritten(&modules), prints),
    }
}

/// The same, of files that were rewritten before.
pub(super) fn prints_of(files: &[Rewritten], prints: Vec<String>) -> Vec<String> {
    let one = |print: String| {
        files.iter().find_map(|one| {
            let rest = print.strip_prefix(&one.file.name)?.strip_prefix(':')?;
            let (line, rest) = rest.split_once(':')?;
            let line = one.line(line.parse().ok()?)?;
            Some(format!("{}:{line}:{rest}", one.file.name))
        })
    };
    prints
        .into_iter()
        .map(|print| one(print.clone()).unwrap_or(print))
        .collect()
}

/// Where the last statement of a body ends, and the brace to put before the
/// first where the body has none.
fn braces(text: &str, query: &Query) -> Option<(usize, Option<Edit>)> {
    let ends = query
        .stmts
        .iter()
        .map(|statement| with_quotes(range(&statement.span), text).end);
    let (first, last) = (query.stmts.first()?, ends.max()?);
    let start = range(&query.span).start;
    let has_braces = range(&first.span).start != start;
    let open = || Edit::insert(with_quotes(range(&first.span), text).start, "{ ");
    Some((last, (!has_braces).then(open)))
}

/// The place of a call, its brackets included.
fn start_of(chain: &Chain<'_>) -> usize {
    range(chain.root.span()).start
}

#[cfg(test)]
mod tests;
