//! Policies with notes in them: each body says when it begins, and each head
//! what it gives.
//!
//! regorus orders the statements of a body by the variables they bind, so a
//! note between two statements would tell nothing. It runs a statement without
//! variables of the body first, and a head when all of its body holds: those
//! two places are sound. Rules without a body always hold and take no note.

use std::collections::BTreeSet;
use std::ops::Range;

use regorus::unstable::{Module as Tree, Rule, RuleAssign, RuleBody, RuleHead};

use crate::engine::probe::{bound, one_line, variables};
use crate::engine::visit::{
    Chain, Part, arguments, call_first, range, rule_reference, with_quotes,
};
use crate::policy::{Module, SourceFile};

/// Takes the number of a site and the arguments of the rule; gives `true`.
pub(super) const BEGIN: &str = "coldtrail_begin";
/// Takes the number of a site, the variables of the body and the value of the
/// head; gives the value.
pub(super) const GIVE: &str = "coldtrail_give";

/// One body of a rule.
pub(super) struct Site {
    /// Which module: an index.
    pub(super) module: usize,
    /// Which rule of its tree, and which body of the rule.
    pub(super) place: (usize, usize),
    /// Where it begins.
    pub(super) at: usize,
    /// Its head as written, on one line.
    pub(super) head: String,
    /// The last part of its name, by which other bodies call it.
    pub(super) name: String,
    /// Whether it takes arguments.
    pub(super) is_function: bool,
    /// The words of its body and of what its head computes, and of functions
    /// without a body that they name.
    pub(super) words: BTreeSet<String>,
}

/// A file with notes for each of its bodies. Sites are numbered from `first`.
pub(super) fn instrument(
    index: usize,
    module: &Module,
    tree: &Tree,
    first: usize,
) -> (String, Vec<Site>) {
    let text: &str = &module.file.text;
    let (mut sites, mut edits) = (Vec::new(), Vec::new());
    for (number, rule) in tree.policy.iter().enumerate() {
        let Rule::Spec { head, bodies, .. } = rule.as_ref() else {
            continue;
        };
        for (which, body) in bodies.iter().enumerate() {
            let at = first.saturating_add(sites.len());
            let Some(notes) = notes(text, head, body, which == 0, at, rule) else {
                continue;
            };
            edits.extend(notes);
            sites.push(site(&module.file, (index, number, which), rule, head, body));
        }
    }
    edits.sort_by_key(|(at, order, _)| (*at, *order));
    let mut noted = String::with_capacity(text.len().saturating_mul(2));
    let mut done = 0;
    for (at, _, insertion) in edits {
        noted.push_str(text.get(done..at).unwrap_or_default());
        noted.push_str(&insertion);
        done = at;
    }
    noted.push_str(text.get(done..).unwrap_or_default());
    (noted, sites)
}

/// An insertion: where, in which order among those of the same place, what.
type Edit = (usize, u8, String);

/// What goes into the text for one body; `None` where it isn't understood.
fn notes(
    text: &str,
    head: &RuleHead,
    body: &RuleBody,
    is_first: bool,
    number: usize,
    rule: &Rule,
) -> Option<Vec<Edit>> {
    let given = arguments_of(rule);
    let mut all: BTreeSet<&str> = bound(&body.query.stmts);
    all.extend(given.iter().copied());
    let give = format!(" {GIVE}({number}, {}, ", object(&all));
    let mut edits = Vec::new();
    let assign = body.assign.as_ref();
    let assign = assign.or_else(|| given_by(head).filter(|_| is_first));
    match (assign, head) {
        (Some(assign), _) => {
            let value = assigned(text, assign)?;
            edits.extend([(value.start, 0, give), (value.end, 0, ")".to_owned())]);
        }
        (None, RuleHead::Set { span, key, .. }) => {
            let from = range(rule_reference(rule).span()).end;
            let key = with_quotes(range(key.as_ref()?.span()), text).start;
            let contains = text.get(from..key)?.find("contains")?;
            let start = from
                .saturating_add(contains)
                .saturating_add("contains".len());
            let end = with_quotes(range(span), text).end;
            edits.extend([(start, 0, give), (end, 0, ")".to_owned())]);
        }
        (None, _) => {
            let before = keyword(text, body)?;
            edits.push((before, 0, format!(":={give}true) ")));
        }
    }
    let begin = format!("{BEGIN}({number}, {})", object(&given));
    let first = call_first(&body.query, &begin, text);
    edits.extend(first.into_iter().map(|(at, addition)| (at, 1, addition)));
    Some(edits)
}

/// Where the `if` of a body stands.
fn keyword(text: &str, body: &RuleBody) -> Option<usize> {
    let start = with_quotes(range(&body.query.span), text).start;
    let before = text.get(..start)?.trim_end().strip_suffix("if")?;
    Some(before.len())
}

/// The value of a head, without its sign.
fn assigned(text: &str, assign: &RuleAssign) -> Option<Range<usize>> {
    let whole = with_quotes(range(&assign.span), text);
    let sign = text.get(whole.clone())?;
    let sign = [":=", "="]
        .into_iter()
        .find(|word| sign.starts_with(word))?;
    Some(whole.start.saturating_add(sign.len())..whole.end)
}

fn arguments_of(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for argument in arguments(rule).into_iter().flatten() {
        variables(argument, &mut names);
    }
    names
}

fn object(names: &BTreeSet<&str>) -> String {
    let fields: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}\": {name}"))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

fn site(
    file: &SourceFile,
    (module, number, which): (usize, usize, usize),
    rule: &Rule,
    head: &RuleHead,
    body: &RuleBody,
) -> Site {
    let text: &str = &file.text;
    let whole = match head {
        RuleHead::Compr { span, .. } | RuleHead::Func { span, .. } | RuleHead::Set { span, .. } => {
            range(span)
        }
    };
    let own = range(&body.span);
    let at = if which == 0 { whole.start } else { own.start };
    let end = keyword(text, body).unwrap_or(with_quotes(own.clone(), text).end);
    let assign = body.assign.as_ref().or(given_by(head));
    let value = assign.map_or(0..0, |assign| range(&assign.span));
    let parts = [value, range(&body.query.span)].map(|at| text.get(at).unwrap_or_default());
    Site {
        module,
        place: (number, which),
        at,
        head: one_line(text.get(at..end).unwrap_or_default()),
        name: name(rule),
        is_function: arguments(rule).is_some(),
        words: parts.into_iter().flat_map(words).collect(),
    }
}

/// The name of a rule: the last part of it.
fn name(rule: &Rule) -> String {
    let chain = Chain::of(rule_reference(rule));
    let last = chain.parts.iter().rev().find_map(|part| match part {
        Part::Key(key, _) => Some(key.as_str()),
        Part::Index(_) => None,
    });
    last.or(chain.root_name()).unwrap_or_default().to_owned()
}

fn given_by(head: &RuleHead) -> Option<&RuleAssign> {
    match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => assign.as_ref(),
        RuleHead::Set { .. } => None,
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map(str::to_owned)
}

/// The rules of a file without a body, which take no note, and the words of
/// what they give.
pub(super) fn silent(module: &Module, tree: &Tree) -> Vec<(String, BTreeSet<String>)> {
    let rules = tree.policy.iter().filter_map(|rule| match rule.as_ref() {
        Rule::Spec { head, bodies, .. } if bodies.is_empty() => {
            let value = module.file.text.get(range(&given_by(head)?.span))?;
            Some((name(rule), words(value).collect()))
        }
        _ => None,
    });
    rules.collect()
}
