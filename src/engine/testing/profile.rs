//! How often tests call each rule, and how long it takes.
//!
//! The tests run once more, one after the other, in policies with a note at
//! the head of each body (`whereabouts.rs`). What goes by between two notes is
//! put to the first.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Module, TestCase, all, path};
use crate::engine::aside::Aside;
use crate::engine::error::EngineError;
use crate::engine::program::{add_data, limit};
use crate::engine::whereabouts::{Noted, Notes};
use crate::policy::PolicySet;

/// One definition of a rule; its branches of `else` count as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiled {
    /// The name of the rule, with its package.
    pub rule: String,
    /// The file, by its name in the set.
    pub file: String,
    /// The line where its first body begins, one-based.
    pub line: usize,
    /// How often it was called.
    pub calls: u64,
    /// How long it took in all.
    pub spent: Duration,
}

/// The rules of the policies that these tests call, in the order of files and
/// places.
///
/// # Errors
/// [`EngineError::Policy`] where the set doesn't compile.
pub fn profile(
    set: &PolicySet,
    cases: &[TestCase],
    time: Duration,
) -> Result<Vec<Profiled>, EngineError> {
    let modules: Vec<Module> = all(set).cloned().collect();
    let Noted {
        mut engine,
        places,
        notes,
    } = Noted::new(&modules)?;
    add_data(&mut engine, &set.data())?;
    limit(&mut engine, time);
    let mut aside = Aside::default();
    for case in cases.iter().filter(|case| !case.name.starts_with("todo_")) {
        held(&notes).turn(None);
        let rule = path(case);
        // What it comes to was told.
        let ran = aside.with_engine(&mut engine, time, |engine| engine.eval_rule(rule));
        if ran.is_none() {
            break;
        }
        let _ = engine.take_prints();
    }
    let mut notes = held(&notes);
    notes.turn(None);
    let mut rows: Vec<Profiled> = Vec::new();
    for (place, (calls, spent)) in places.into_iter().zip(&notes.taken) {
        let Some(module) = set
            .modules()
            .iter()
            .find(|module| module.file.name == place.file)
        else {
            continue;
        };
        match rows.last_mut() {
            Some(row) if place.is_else => row.spent = row.spent.saturating_add(*spent),
            _ => rows.push(Profiled {
                rule: format!("{}.{}", module.package, place.rule),
                file: place.file,
                line: place.line,
                calls: *calls,
                spent: *spent,
            }),
        }
    }
    rows.retain(|row| row.calls > 0);
    Ok(rows)
}

fn held(notes: &Mutex<Notes>) -> std::sync::MutexGuard<'_, Notes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}
