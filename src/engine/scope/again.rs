//! Names that `some … in` declares again over a collection in which they stand.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, LiteralStmt};

use super::{Clash, How, Scopes};
use crate::engine::visit::{self, Node, range};

impl<'a> Scopes<'a> {
    /// The variables that have these names so far, and how often they stand.
    pub(super) fn stand(&self, names: &BTreeSet<&'a str>) -> Vec<(usize, usize)> {
        let known = names.iter().filter_map(|name| self.declared(name));
        known
            .filter_map(|index| Some((index, self.variables.get(index)?.places.len())))
            .collect()
    }

    /// Complains where a variable stands in the collection over which its name
    /// is declared again: OPA takes it for the one in one place and for the
    /// other in another.
    pub(super) fn over(&mut self, (index, count): (usize, usize), (_, before): (usize, usize)) {
        let Some(variable) = self.variables.get(index).filter(|_| count > before) else {
            return;
        };
        if let (Some(at), Some(first)) = (variable.places.last(), variable.places.first()) {
            self.clashes.push(Clash {
                name: variable.name,
                at: at.clone(),
                before: first.clone(),
                how: Some(variable.how),
            });
        }
    }

    /// Complains of `some y in [y | ys[y]]`: to OPA the `y` of the comprehension is the
    /// one that is declared, which has no value there.
    pub(super) fn within(
        &mut self,
        names: &BTreeSet<&'a str>,
        before: usize,
        statement: &'a LiteralStmt,
    ) {
        let own = self.frames.last().map_or(0, |frame| frame.scope);
        let new = self.undeclared.get(before..).unwrap_or_default();
        let inner = new
            .iter()
            .filter(|(name, scope)| *scope != own && names.contains(name));
        let clashes = inner.map(|(name, _)| Clash {
            name,
            at: range(&statement.span),
            before: range(&statement.span),
            how: Some(How::Member),
        });
        self.clashes.extend(clashes);
    }

    /// Complains of `some y in [y | some y in [y | …]]`, which OPA takes for one
    /// that nothing binds.
    pub(super) fn thrice(
        &mut self,
        names: &BTreeSet<&'a str>,
        first: &'a LiteralStmt,
        collection: &'a Expr,
    ) {
        visit::expression(collection, &mut |node| {
            let Node::Statement(statement) = node else {
                return;
            };
            let Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } = &statement.literal
            else {
                return;
            };
            let second = key
                .iter()
                .chain([value])
                .flat_map(|part| visit::variables(part));
            let within: BTreeSet<&str> = visit::variables(collection).into_iter().collect();
            for name in second.filter(|name| names.contains(name) && within.contains(name)) {
                self.clashes.push(Clash {
                    name,
                    at: range(&statement.span),
                    before: range(&first.span),
                    how: Some(How::Member),
                });
            }
        });
    }
}
