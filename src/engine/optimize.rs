//! Policies as the engine is given them for speed, with the same results.
//!
//! regorus builds the path of a function anew for each call, and of a package
//! each time it is entered or left (`docs/engine-profile.md` has the figures).
//! So the program is printed anew from its trees, after [`rewrite`] has given it
//! OPA's meaning: references through imports become whole paths, packages get
//! short names, constants and parameters stand where they are named, functions
//! stand where they are called as far as that makes nothing larger than it
//! spares ([`inline`]), and conditions are compared with `true`, which spares a
//! look-up.
//!
//! Places don't survive that, and needn't: traces, coverage and tests run the
//! program as it is written, and so does an account again whose evaluation
//! fails. One thing differs: an argument without a value ends a call before the
//! arguments after it are evaluated, as in OPA, so an error among these is not
//! met.
//!
//! [`rewrite`]: super::rewrite

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Module as Tree, Ref, Rule, RuleHead};
use serde_json::Value;

use super::load::parsed;
use super::rewrite::{Rewritten, rewritten};
use super::visit::{self, Chain, Node, rule_reference, variables};
use crate::policy::{Module, Outline};

mod constants;
mod constructors;
mod inline;
mod print;

use constructors::Constructor;
use inline::Function;

/// What the names begin with that the passes make.
const MADE: &str = "coldtrail_of_";

/// A program to evaluate in the place of another.
pub(super) struct Optimized {
    /// The name and text of each file.
    pub(super) files: Vec<(String, String)>,
    /// The short name of each package.
    packages: BTreeMap<String, String>,
}

impl Optimized {
    /// What a package is called here.
    pub(super) fn package<'p>(&'p self, written: &'p str) -> &'p str {
        self.packages.get(written).map_or(written, String::as_str)
    }
}

/// The rules of one name.
type Rules<'t> = Vec<&'t Rule>;

/// One file: its package as keys, what its imports stand for, its tree.
struct Unit<'t> {
    package: Vec<String>,
    imports: BTreeMap<String, Vec<String>>,
    tree: &'t Tree,
}

/// What the passes know of a program.
struct Facts<'t> {
    /// The short name of each package.
    packages: BTreeMap<Vec<String>, String>,
    /// The rules by package and name.
    rules: BTreeMap<Vec<String>, Rules<'t>>,
    /// The text of each constant.
    constants: BTreeMap<Vec<String>, String>,
    /// The functions that only put their arguments into a value.
    constructors: BTreeMap<Vec<String>, Constructor<'t>>,
    /// The functions that may stand where they are called.
    functions: BTreeMap<Vec<String>, Function<'t>>,
}

/// The program of these files; `None` where the passes can't keep its meaning:
/// it replaces rules or functions by `with`, prints, or looks at whole packages.
/// `None` too where what stands in the place of names lies so deep in brackets
/// that no parser reads it in time.
pub(super) fn optimized(modules: &[Module], data: &Value) -> Option<Optimized> {
    let modules: Vec<&Module> = modules.iter().collect();
    optimized_of(&rewritten(&modules), data)
}

/// The same, of files that were rewritten before.
pub(super) fn optimized_of(texts: &[Rewritten], data: &Value) -> Option<Optimized> {
    // Names that the passes make would be taken for these.
    if texts.iter().any(|one| one.text().contains(MADE)) {
        return None;
    }
    let trees: Vec<(&Rewritten, Ref<Tree>)> = texts
        .iter()
        .map(|one| Some((one, parsed(&one.file.name, one.text())?)))
        .collect::<Option<_>>()?;
    let units: Vec<Unit<'_>> = trees
        .iter()
        .map(|(_, tree)| unit(tree))
        .collect::<Option<_>>()?;
    let facts = Facts::of(&units, data)?;
    let files = trees.iter().zip(&units).map(|((one, _), unit)| {
        let text = print::Printer::new(&facts, &units, unit).module()?;
        let is_read = Outline::of(&text).excess.is_none();
        is_read.then(|| (one.file.name.clone(), text))
    });
    Some(Optimized {
        files: files.collect::<Option<_>>()?,
        packages: facts
            .packages
            .iter()
            .map(|(path, short)| (path.join("."), short.clone()))
            .collect(),
    })
}

fn unit(tree: &Ref<Tree>) -> Option<Unit<'_>> {
    let package = path(&tree.package.refr)?;
    let mut imports = BTreeMap::new();
    for import in &tree.imports {
        let whole = path(&import.refr)?;
        let alias = match &import.r#as {
            Some(alias) => alias.text().to_owned(),
            None => whole.last()?.clone(),
        };
        if matches!(whole.first().map(String::as_str), Some("data" | "input")) {
            imports.insert(alias, whole);
        }
    }
    Some(Unit {
        package,
        imports,
        tree,
    })
}

/// The keys of a reference that has nothing else.
fn path(reference: &Expr) -> Option<Vec<String>> {
    let chain = Chain::of(reference);
    let mut keys = vec![chain.root_name()?.to_owned()];
    keys.extend(chain.static_keys());
    (keys.len() == chain.parts.len().saturating_add(1)).then_some(keys)
}

impl<'t> Facts<'t> {
    fn of(units: &[Unit<'t>], data: &Value) -> Option<Self> {
        let mut facts = Self {
            packages: BTreeMap::new(),
            rules: BTreeMap::new(),
            constants: BTreeMap::new(),
            constructors: BTreeMap::new(),
            functions: BTreeMap::new(),
        };
        for unit in units {
            let next = format!("_{}", facts.packages.len());
            facts.packages.entry(unit.package.clone()).or_insert(next);
            for rule in &unit.tree.policy {
                let name = Chain::of(rule_reference(rule)).root_name()?.to_owned();
                let mut path = unit.package.clone();
                path.push(name);
                facts.rules.entry(path).or_default().push(rule);
            }
        }
        // A rule's name that is a package's too says two things.
        let is_both = |package: &Vec<String>| {
            let mut rules = facts.rules.keys();
            rules.any(|rule| package.starts_with(rule))
        };
        if facts.packages.keys().any(is_both) {
            return None;
        }
        let is_data = |package: &Vec<String>| {
            let under = package.iter().try_fold(data, |data, key| data.get(key));
            under.is_some()
        };
        if facts.packages.keys().any(is_data) || !units.iter().all(|unit| facts.can_keep(unit)) {
            return None;
        }
        facts.constructors = constructors::among(&facts.rules);
        facts.constants = constants::among(&facts, units, data);
        facts.functions = inline::among(&facts, units);
        Some(facts)
    }

    /// Whether nothing in a file depends on how packages are called, or on rules
    /// and functions being looked up by name.
    fn can_keep(&self, unit: &Unit<'t>) -> bool {
        let mut can = true;
        for rule in &unit.tree.policy {
            visit::rule(rule, &mut |node| match node {
                Node::Statement(statement) => {
                    let mut targets = statement.with_mods.iter().map(|with| &with.refr);
                    can &= targets.all(|target| self.is_document(&unit.whole(target).1));
                }
                Node::Expr(Expr::Call { fcn, .. }) => {
                    can &= Chain::of(fcn).dotted().is_some_and(|name| name != "print");
                }
                Node::Expr(
                    expr @ (Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }),
                ) => {
                    can &= self.is_within_a_package(&unit.whole(expr).1);
                }
                Node::Expr(_) => {}
            });
        }
        can
    }

    /// Whether `with` may replace this: the input, or data beside all packages.
    fn is_document(&self, keys: &[String]) -> bool {
        match keys.first().map(String::as_str) {
            Some("data") => self.is_within_a_package(keys) && self.short(keys).is_none(),
            root => root == Some("input"),
        }
    }

    /// Whether a reference to `data` leads into one package, or beside them all.
    fn is_within_a_package(&self, keys: &[String]) -> bool {
        let Some((root, keys)) = keys.split_first() else {
            return true;
        };
        root != "data"
            || !self
                .packages
                .keys()
                .any(|package| package.starts_with(keys))
    }

    /// The package that a path beginning with `data` leads into, its short name,
    /// and what of the path follows it.
    fn short<'k>(&self, keys: &'k [String]) -> Option<(&str, &'k [String])> {
        let (root, keys) = keys.split_first()?;
        if root != "data" {
            return None;
        }
        let within = self
            .packages
            .iter()
            .filter(|(package, _)| keys.starts_with(package));
        let (package, short) = within.max_by_key(|(package, _)| package.len())?;
        Some((short, keys.get(package.len()..)?))
    }

    /// The rule that a reference names, by its package and name.
    fn named(&self, unit: &Unit<'_>, keys: &[String]) -> Option<Vec<String>> {
        let path: Vec<String> = match keys {
            [root, rest @ ..] if root == "data" => rest.to_vec(),
            [name] => unit.package.iter().chain([name]).cloned().collect(),
            _ => return None,
        };
        self.rules.contains_key(&path).then_some(path)
    }
}

impl Unit<'_> {
    /// A reference whose import, if it begins with one, is written out: the
    /// number of its parts that are among the keys, and the keys it begins with.
    fn whole(&self, expr: &Expr) -> (usize, Vec<String>) {
        let chain = Chain::of(expr);
        let Some(root) = chain.root_name() else {
            return (0, Vec::new());
        };
        let keys = chain.static_keys();
        let count = keys.len();
        let mut whole = match self.imports.get(root) {
            Some(import) => import.clone(),
            None => vec![root.to_owned()],
        };
        whole.extend(keys);
        (count, whole)
    }
}

/// Whether each rule of a function holds without a value of its own, so that it
/// is true or has no value.
fn is_condition(rules: &[&Rule]) -> bool {
    rules.iter().all(|rule| match rule {
        Rule::Spec {
            head: RuleHead::Func { assign, .. },
            bodies,
            ..
        } => assign.is_none() && bodies.iter().all(|body| body.assign.is_none()),
        _ => false,
    })
}

/// Builtins that give true or false.
fn is_test(name: &str) -> bool {
    const TESTS: [&str; 11] = [
        "contains",
        "endswith",
        "is_array",
        "is_boolean",
        "is_null",
        "is_number",
        "is_object",
        "is_set",
        "is_string",
        "regex.match",
        "startswith",
    ];
    TESTS.contains(&name)
}

/// Whether every name in an expression is one of these.
fn only_names(expr: &Expr, known: &BTreeSet<&str>) -> bool {
    variables(expr).iter().all(|name| known.contains(name))
}

#[cfg(test)]
mod tests;
