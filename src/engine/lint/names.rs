//! What names mean: the rules of every package, the imports of every file,
//! the variables of a rule.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{AssignOp, BUILTINS, Expr, Module as Tree, Ref, Rule};
use serde_json::Value;

use crate::engine::visit;
use crate::engine::visit::{Chain, Part, pattern};
use crate::policy::{Module, PolicyProblem, PolicySet, SourceFile};

/// One file: its text, its tree, and what its short names stand for.
pub(super) struct Unit<'a> {
    /// The file as it was loaded.
    pub(super) module: &'a Module,
    /// Its package as a path: `["data", "a", "b"]`.
    pub(super) package: Vec<String>,
    /// Where the file names it.
    pub(super) package_at: Range<usize>,
    /// What its imports stand for, by alias, with the place of each.
    pub(super) imports: BTreeMap<String, (Vec<String>, Range<usize>)>,
}

impl Unit<'_> {
    /// A complaint in this file.
    pub(super) fn problem(
        &self,
        code: &'static str,
        at: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> PolicyProblem {
        PolicyProblem::new(code, &self.module.file, at, message, label)
    }

    /// Whether it is a test file.
    pub(super) fn is_test(&self) -> bool {
        is_test(&self.module.file)
    }
}

fn is_test(file: &SourceFile) -> bool {
    file.name.ends_with("_test.rego")
}

/// One definition of a rule.
#[derive(Clone, Copy)]
pub(super) struct Definition<'a> {
    /// In which file: an index into [`Names::units`].
    pub(super) unit: usize,
    /// The rule.
    pub(super) rule: &'a Rule,
}

/// What a reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Something in `input`.
    Input,
    /// Something in `data`: the path of its first, static part.
    Data(Vec<String>),
    /// A variable, or something that is no reference.
    Local,
    /// A name that nothing defines.
    Nothing(String),
}

/// All names of a set.
pub(super) struct Names<'a> {
    /// The set.
    pub(super) set: &'a PolicySet,
    /// The tree of each file.
    pub(super) trees: &'a [Ref<Tree>],
    /// Its files.
    pub(super) units: Vec<Unit<'a>>,
    /// Its rules by path: `["data", "a", "b", "rule"]`.
    pub(super) rules: BTreeMap<Vec<String>, Vec<Definition<'a>>>,
    /// The packages that have rules, each with the names that these begin with.
    own: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// Its data files.
    data: Value,
}

impl<'a> Names<'a> {
    /// The names of these files, parsed in the same order.
    pub(super) fn new(set: &'a PolicySet, modules: &[&'a Module], trees: &'a [Ref<Tree>]) -> Self {
        let mut names = Self {
            set,
            trees,
            units: Vec::new(),
            rules: BTreeMap::new(),
            own: BTreeMap::new(),
            data: set.data(),
        };
        for (unit, (module, tree)) in modules.iter().zip(trees).enumerate() {
            let mut package = vec!["data".to_owned()];
            package.extend(path_of(&tree.package.refr));
            for rule in &tree.policy {
                let mut path = package.clone();
                let name = path_of(visit::rule_reference(rule));
                let own = names.own.entry(package.clone()).or_default();
                own.extend(name.first().cloned());
                path.extend(name);
                names
                    .rules
                    .entry(path)
                    .or_default()
                    .push(Definition { unit, rule });
            }
            let imports = tree.imports.iter().filter_map(|import| {
                let path = path_of(&import.refr);
                let alias = match &import.r#as {
                    Some(alias) => alias.text().to_owned(),
                    None => path.last()?.clone(),
                };
                let known = matches!(path.first().map(String::as_str), Some("data" | "input"));
                known.then(|| (alias, (path, visit::range(import.refr.span()))))
            });
            names.units.push(Unit {
                module,
                package,
                package_at: visit::range(tree.package.refr.span()),
                imports: imports.collect(),
            });
        }
        names
    }

    /// Every definition, with its path.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&Vec<String>, Definition<'a>)> {
        self.rules.iter().flat_map(|(path, definitions)| {
            definitions
                .iter()
                .map(move |definition| (path, *definition))
        })
    }

    /// The file of a definition.
    pub(super) fn unit(&self, definition: Definition<'a>) -> Option<&Unit<'a>> {
        self.units.get(definition.unit)
    }

    /// What a reference means in a rule of a file.
    pub(super) fn meaning(
        &self,
        unit: &Unit<'a>,
        locals: &BTreeSet<&str>,
        chain: &Chain<'_>,
    ) -> Meaning {
        let Some(root) = chain.root_name() else {
            return Meaning::Local;
        };
        let with_keys = |mut path: Vec<String>| {
            path.extend(chain.static_keys());
            path
        };
        if locals.contains(root) || root == "_" {
            return Meaning::Local;
        }
        match root {
            "input" => Meaning::Input,
            "data" => Meaning::Data(with_keys(vec!["data".to_owned()])),
            _ => {
                if let Some((path, _)) = unit.imports.get(root) {
                    return match path.first().map(String::as_str) {
                        Some("input") => Meaning::Input,
                        _ => Meaning::Data(with_keys(path.clone())),
                    };
                }
                if self.is_own(unit, root) {
                    let mut path = unit.package.clone();
                    path.push(root.to_owned());
                    Meaning::Data(with_keys(path))
                } else {
                    Meaning::Nothing(root.to_owned())
                }
            }
        }
    }

    /// Whether a rule of the package begins with a name. What lies in a package
    /// within it has none there.
    pub(super) fn is_own(&self, unit: &Unit<'a>, root: &str) -> bool {
        self.own
            .get(&unit.package)
            .is_some_and(|own| own.contains(root))
    }

    /// Whether a path is one of a rule or leads to one.
    pub(super) fn is_prefix_of_a_rule(&self, path: &[String]) -> bool {
        self.rules
            .range(path.to_vec()..)
            .next()
            .is_some_and(|(rule, _)| rule.starts_with(path))
    }

    /// The rule that a path names or leads into.
    pub(super) fn rule_at(&self, path: &[String]) -> Option<(&Vec<String>, &Vec<Definition<'a>>)> {
        (1..=path.len())
            .rev()
            .find_map(|length| self.rules.get_key_value(path.get(..length)?))
    }

    /// Whether a path leads into the data files or parameters.
    pub(super) fn is_in_data(&self, path: &[String]) -> bool {
        let mut value = &self.data;
        for key in path.iter().skip(1) {
            match value.get(key) {
                Some(inner) => value = inner,
                None => return !value.is_object(),
            }
        }
        true
    }

    /// What could have been meant instead of the last key of a path: names
    /// with the same beginning.
    pub(super) fn siblings(&self, parent: &[String]) -> BTreeSet<String> {
        let rules = self
            .rules
            .keys()
            .filter(|rule| rule.starts_with(parent))
            .filter_map(|rule| rule.get(parent.len()))
            .cloned();
        let data = parent
            .iter()
            .skip(1)
            .try_fold(&self.data, |value, key| value.get(key));
        let keys = data
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|object| object.keys().cloned());
        rules.chain(keys).collect()
    }

    /// The text that a rule always has, where it is a constant.
    pub(super) fn constant(&self, path: &[String]) -> Option<&'a str> {
        let [definition] = self.rules.get(path)?.as_slice() else {
            return None;
        };
        visit::text(plain_value(definition.rule)?)
    }

    /// The key that stands in brackets: a text, or a constant of some rule.
    pub(super) fn key<'t>(
        &'t self,
        unit: &Unit<'a>,
        locals: &BTreeSet<&str>,
        expr: &'t Expr,
    ) -> Option<&'t str> {
        if let Some(text) = visit::text(expr) {
            return Some(text);
        }
        let chain = Chain::of(expr);
        if chain.static_keys().len() != chain.parts.len() {
            return None;
        }
        match self.meaning(unit, locals, &chain) {
            Meaning::Data(path) => self.constant(&path),
            _ => None,
        }
    }
}

/// The value of a rule without conditions: `x := value`.
pub(super) fn plain_value(rule: &Rule) -> Option<&Expr> {
    match rule {
        Rule::Spec {
            head:
                regorus::unstable::RuleHead::Compr {
                    assign: Some(assign),
                    ..
                },
            bodies,
            ..
        } => {
            let unconditional = bodies
                .iter()
                .all(|body| body.query.stmts.is_empty() && !body.is_else);
            unconditional.then_some(assign.value.as_ref())
        }
        _ => None,
    }
}

/// A package, import or rule name as a path; what stands in brackets and is no
/// text ends it.
fn path_of(expr: &Expr) -> Vec<String> {
    let chain = Chain::of(expr);
    chain
        .root_name()
        .map(str::to_owned)
        .into_iter()
        .chain(chain.static_keys())
        .collect()
}

/// The names that unification and iteration may bind: variables beside `=`, in
/// brackets, and where a builtin puts its result (`walk(x, [path, value])`).
/// They count as declared only where nothing else has the
/// name.
pub(super) fn bound_in_passing(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    visit::rule_expressions(rule, &mut |expr| match expr {
        Expr::AssignExpr {
            op: AssignOp::Eq,
            lhs,
            rhs,
            ..
        } => {
            pattern(lhs, &mut names);
            pattern(rhs, &mut names);
        }
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            for part in Chain::of(expr).parts {
                if let Part::Index(index) = part {
                    pattern(index, &mut names);
                }
            }
        }
        Expr::Call { fcn, params, .. } => {
            let arity = Chain::of(fcn)
                .dotted()
                .and_then(|name| BUILTINS.get(name.as_str()))
                .map(|(_, arity)| usize::from(*arity));
            if let (Some(arity), Some((result, given))) = (arity, params.split_last())
                && given.len() == arity
            {
                pattern(result, &mut names);
            }
        }
        _ => {}
    });
    names
}
