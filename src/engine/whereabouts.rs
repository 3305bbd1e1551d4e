//! Which rule took the time when a policy came to no end.
//!
//! regorus says only that the time is up. So the account is judged once more,
//! for a moment, by the same policies with a call at the head of each body
//! that notes the rule and the time. What goes by until the next note is put
//! to that rule; it may belong to the one that called it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use regorus::unstable::{Expr, Rule};
use regorus::{Engine, Value};

use super::aside::Aside;
use super::error::EngineError;
use super::load::{as_written, compile};
use super::program::limit;
use super::visit::{call_first, range, rule_reference, with_quotes};
use crate::policy::{Module, Outline, SourceFile};

/// The function that takes the notes; no policy has one of this name.
const NOTE: &str = "coldtrail_note";

/// How long the account is judged again: a part of the time that it had.
fn moment(allowed: Duration) -> Duration {
    const LEAST: Duration = Duration::from_millis(50);
    const MOST: Duration = Duration::from_secs(1);
    (allowed / 8).clamp(LEAST, MOST)
}

/// A rule, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name in its package.
    pub(super) rule: String,
    /// Its file, as reports name it.
    pub(super) file: String,
    /// The line of the body, one-based.
    pub(super) line: usize,
    /// Whether it is a branch behind the body before.
    pub(super) is_else: bool,
}

/// Where it was, for a person.
pub(super) fn told(place: Option<&Place>) -> String {
    match place {
        Some(Place {
            rule, file, line, ..
        }) => {
            format!("it was in `{rule}` ({file}:{line}), or in what calls it")
        }
        None => "look for a rule that tries every pair or power of something".to_owned(),
    }
}

/// How often each note was taken, and the time that went by after it.
pub(super) struct Notes {
    pub(super) taken: Vec<(u64, Duration)>,
    current: Option<usize>,
    since: Instant,
}

impl Notes {
    /// Puts the time since the last note to the rule that was noted.
    pub(super) fn turn(&mut self, next: Option<usize>) {
        let now = Instant::now();
        if let Some((_, spent)) = self.current.and_then(|at| self.taken.get_mut(at)) {
            *spent = spent.saturating_add(now.saturating_duration_since(self.since));
        }
        if let Some((count, _)) = next.and_then(|at| self.taken.get_mut(at)) {
            *count = count.saturating_add(1);
        }
        (self.current, self.since) = (next, now);
    }
}

/// Policies that take notes.
pub(super) struct Noted {
    pub(super) engine: Engine,
    /// What each note stands for, in the order of files and places.
    pub(super) places: Vec<Place>,
    pub(super) notes: Arc<Mutex<Notes>>,
}

impl Noted {
    pub(super) fn new(modules: &[Module]) -> Result<Self, EngineError> {
        let mut places = Vec::new();
        let noting: Vec<Module> = modules
            .iter()
            .map(|module| noting(module, &mut places))
            .collect();
        let mut engine = compile(&noting)?;
        let notes = Arc::new(Mutex::new(Notes {
            taken: vec![(0, Duration::ZERO); places.len()],
            current: None,
            since: Instant::now(),
        }));
        let taken = Arc::clone(&notes);
        let take = move |values: Vec<Value>| {
            let at = values.first().and_then(|value| value.as_u64().ok());
            let at = at.and_then(|at| usize::try_from(at).ok());
            taken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .turn(at);
            Ok(Value::Bool(true))
        };
        engine
            .add_extension(NOTE.to_owned(), 1, Box::new(take))
            .map_err(|error| EngineError::Failed {
                policy: NOTE.to_owned(),
                message: error.to_string(),
            })?;
        Ok(Self {
            engine,
            places,
            notes,
        })
    }
}

/// The rule that most of the time goes to when `entry`, a file of one rule of
/// this path, is evaluated; `None` where it can't be told.
pub(super) fn busiest(
    modules: &[Module],
    data: &Value,
    input: &Value,
    (entry, path): (String, String),
    allowed: Duration,
) -> Option<Place> {
    let Noted {
        mut engine,
        places,
        notes,
    } = Noted::new(modules).ok()?;
    engine.add_data(data.clone()).ok()?;
    engine.add_policy("entry".to_owned(), entry).ok()?;
    let moment = moment(allowed);
    limit(&mut engine, moment);
    engine.set_input(input.clone());
    // It comes to no end, or to one that says nothing about the time.
    let _ = Aside::default().with_engine(&mut engine, moment, |engine| engine.eval_rule(path));
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.turn(None);
    let spent = notes.taken.iter().map(|(_, spent)| *spent);
    let (_, place) = spent
        .zip(places)
        .filter(|(spent, _)| !spent.is_zero())
        .max_by_key(|(spent, _)| *spent)?;
    Some(place)
}

/// The same module with a note at the head of each body, and the places that
/// the notes stand for; the module as it is where that is no Rego.
fn noting(module: &Module, places: &mut Vec<Place>) -> Module {
    let known = places.len();
    let changed = written(module, places).map(|text| Module {
        file: SourceFile {
            text: text.into(),
            ..module.file.clone()
        },
        package: module.package.clone(),
        outline: Outline::default(),
    });
    match changed {
        Some(changed) if as_written([&changed]).is_ok() => changed,
        _ => {
            places.truncate(known);
            module.clone()
        }
    }
}

fn written(module: &Module, places: &mut Vec<Place>) -> Option<String> {
    let text: &str = &module.file.text;
    let mut engine = as_written([module]).ok()?;
    let trees = engine.get_modules().clone();
    let mut additions: Vec<(usize, String)> = Vec::new();
    for rule in trees.first()?.policy.iter() {
        let Rule::Spec { span, bodies, .. } = rule.as_ref() else {
            continue;
        };
        let mut add = |at: usize, is_else, around: &dyn Fn(String) -> Vec<(usize, String)>| {
            additions.extend(around(format!("{NOTE}({})", places.len())));
            places.push(Place {
                rule: name(rule_reference(rule), text),
                file: module.file.name.clone(),
                line: module.file.position(at).0,
                is_else,
            });
        };
        let mut bodies = bodies
            .iter()
            .filter(|body| !body.query.stmts.is_empty())
            .peekable();
        if bodies.peek().is_none() {
            let whole = with_quotes(range(span), text);
            add(whole.start, false, &|note| {
                vec![(whole.end, format!(" if {{ {note} }}"))]
            });
        }
        for body in bodies {
            let start = range(&body.query.span).start;
            add(start, body.is_else, &|note| {
                call_first(&body.query, &note, text)
            });
        }
    }
    additions.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut text = text.to_owned();
    for (at, addition) in additions {
        text.is_char_boundary(at)
            .then(|| text.insert_str(at, &addition))?;
    }
    Some(text)
}

fn name(reference: &Expr, text: &str) -> String {
    text.get(range(reference.span()))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use regorus::Value;

    use super::{NOTE, Place, busiest, noting};
    use crate::policy::PolicySet;

    #[test]
    fn every_file_of_the_built_in_policies_can_take_notes() {
        let set = PolicySet::embedded().unwrap();
        let mut places = Vec::new();
        for module in set.modules() {
            let text = noting(module, &mut places).file.text;
            assert!(text.contains(NOTE), "{}", module.file.name);
            assert_eq!(text.lines().count(), module.file.text.lines().count());
        }
    }

    const SEARCH: &str = r#"package a

quick contains text if some text in ["a", "b"]

either := "x" if "x" in quick else := "y" if { count(quick) == 2 }

slow := steps if {
	count(quick) == 2
	steps := pairs(1000000)
}

pairs(n) := count([a | some a in numbers.range(1, n); some b in numbers.range(1, n); a + b == 0])

all := [slow, either]
"#;

    #[test]
    fn the_rule_that_searches_without_end_is_told() {
        let set = PolicySet::of(&[("a.rego", SEARCH)]).unwrap();
        let place = busiest(
            set.modules(),
            &Value::new_object(),
            &Value::new_object(),
            (
                "package entry\nparts := data.a.all".to_owned(),
                "data.entry.parts".to_owned(),
            ),
            Duration::from_millis(300),
        );
        let expected = Place {
            rule: "pairs".to_owned(),
            file: "a.rego".to_owned(),
            line: 12,
            is_else: false,
        };
        assert_eq!(place, Some(expected));
    }
}
