//! Statements with what has to be evaluated before them, as OPA's compiler orders
//! it.

use std::ops::Range;

use super::Flattening;
use crate::engine::lint::types::statement::{Call, Does, Statement, Term};

impl Flattening<'_, '_> {
    /// Adds a statement. The paths and comprehensions in it that have to be evaluated
    /// first come before it.
    pub(super) fn push(&mut self, does: Does, at: Range<usize>, out: &mut Vec<Statement>) {
        let does = match does {
            Does::Hold(term) => Does::Hold(self.opened(term, &at, out)),
            Does::Equal(one, other) => {
                let one = self.opened(one, &at, out);
                Does::Equal(one, self.opened(other, &at, out))
            }
            Does::Assign(one, other) => {
                let one = self.opened(one, &at, out);
                Does::Assign(one, self.opened(other, &at, out))
            }
            Does::Compare(one, other) => {
                let one = self.opened(one, &at, out);
                Does::Compare(one, self.opened(other, &at, out))
            }
            Does::Call(Call {
                callee,
                inputs,
                given,
            }) => {
                let given = given.into_iter();
                let given = given.map(|(term, at)| (self.lifted(term, &at, out), at));
                let given = given.collect();
                Does::Call(Call {
                    callee,
                    inputs,
                    given,
                })
            }
            every @ Does::Every { .. } => every,
        };
        out.push(Statement {
            does,
            is_negated: false,
            is_of_other_input: self.is_of_other_input,
            replaced: self.replaced.clone(),
            at,
        });
    }

    /// A term that may be a path or a comprehension itself, and has none in it.
    fn opened(&mut self, term: Term, at: &Range<usize>, out: &mut Vec<Statement>) -> Term {
        match term {
            Term::Reference(mut reference) => {
                let parts = std::mem::take(&mut reference.parts).into_iter();
                reference.parts = parts.map(|part| self.lifted(part, at, out)).collect();
                Term::Reference(reference)
            }
            Term::Comprehension(_) => term,
            other => self.lifted(other, at, out),
        }
    }

    /// A term without a path or a comprehension: each is a variable.
    fn lifted(&mut self, term: Term, at: &Range<usize>, out: &mut Vec<Statement>) -> Term {
        let mut each = |own: &mut Self, items: Vec<Term>| -> Vec<Term> {
            let items = items.into_iter();
            items.map(|item| own.lifted(item, at, out)).collect()
        };
        match term {
            Term::Scalar(_) | Term::Variable(_) => term,
            Term::Array(items) => Term::Array(each(self, items)),
            Term::Set(items) => Term::Set(each(self, items)),
            Term::Object(fields) => {
                let fields = fields.into_iter().map(|(key, value)| {
                    let key = self.lifted(key, at, out);
                    (key, self.lifted(value, at, out))
                });
                Term::Object(fields.collect())
            }
            Term::Reference(_) | Term::Comprehension(_) => {
                let gives = Term::Variable(self.fresh());
                self.push(Does::Equal(gives.clone(), term), at.clone(), out);
                gives
            }
        }
    }
}
