//! What the rules of a policy set made of one trail: which held and with what,
//! and which expression failed in those that didn't.
//!
//! The account is judged once more with notes in the policies. A rule that
//! speaks of another trail is left out; one that speaks of none, such as a rule
//! about the account, is told. Nothing here has a say in a verdict.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use regorus::unstable::{Module as Tree, Rule};
use regorus::{Engine, Value};

use super::error::EngineError;
use super::load::{as_written, compile};
use super::probe::{self, Probe};
use super::program::{self, Program, add_data};
use super::value::value;
use super::{Checked, Judgement};
use crate::policy::{Module, PolicySet, SourceFile};

mod instrument;
mod record;

use instrument::{BEGIN, GIVE, Site, instrument};
use record::{About, Ran, Record, Trails};

/// How often a body is shown to have held, and to have failed.
const TIMES: usize = 3;

/// What the rules of a set made of one trail.
#[derive(Debug)]
pub struct Traced {
    /// Its files, in the set's order.
    pub files: Vec<TracedFile>,
    /// Whether the evaluation came to its end; what it was in is left out else.
    pub is_whole: bool,
}

/// The rules of one file.
#[derive(Debug)]
pub struct TracedFile {
    /// The file.
    pub file: SourceFile,
    /// Its bodies, in their order in the file.
    pub rules: Vec<TracedRule>,
}

/// One body of a rule; each `else` is one of its own.
#[derive(Debug)]
pub struct TracedRule {
    /// Where it begins, a byte offset.
    pub at: usize,
    /// Its head, on one line.
    pub head: String,
    /// How it ran, the first few times; none where nothing asked for it.
    pub turns: Vec<Turn>,
    /// How many more times.
    pub more: usize,
}

/// One time that a body ran.
#[derive(Debug)]
pub enum Turn {
    /// It holds.
    Held {
        /// Its variables and their values.
        variables: Vec<(String, String)>,
        /// What its head gives.
        value: String,
    },
    /// It doesn't.
    Failed {
        /// The expression that doesn't hold; `None` where it can't be told.
        at: Option<Range<usize>>,
        /// In which way.
        label: String,
        /// Expressions and variables, and what they were.
        values: Vec<(String, String)>,
    },
}

/// Judges one account's input again and tells what the rules made of the trail
/// with this id, in the order of the set's files.
///
/// # Errors
/// [`EngineError`] where the policies break their contract on the account, and
/// where they judge otherwise with notes in them: then nothing of what was noted
/// is sure.
pub fn trace(
    checked: Checked<'_>,
    input: &serde_json::Value,
    trail: &str,
    limit: Duration,
) -> Result<Traced, EngineError> {
    let set = checked.set();
    let trees = as_written(set.modules())?.get_modules().clone();
    let (modules, sites) = noted(set, &trees);
    let sites = Arc::new(sites);
    let trails = trails(input, trail);
    let record = Arc::new(Mutex::new(Record::new(trails.clone(), Arc::clone(&sites))));
    let mut engine = compile(&modules)?;
    listen(&mut engine, &record)?;
    let judged = Program::with(engine, set, limit)?.judge(input);
    let mut record = match record.try_lock() {
        Ok(record) => record,
        Err(TryLockError::Poisoned(record)) => record.into_inner(),
        // What was noted came to no end.
        Err(TryLockError::WouldBlock) => {
            judged.map(drop).or_else(|error| match error.is_runaway() {
                true => Ok(()),
                false => Err(error),
            })?;
            return Ok(Traced {
                files: Vec::new(),
                is_whole: false,
            });
        }
    };
    let is_whole = match judged {
        Err(error) if error.is_runaway() => false,
        judged => {
            same(judged?, Program::build(set, limit)?.judge(input)?)?;
            record.end();
            true
        }
    };

    let names = Names::of(input, trail);
    let mut files: Vec<TracedFile> = set
        .modules()
        .iter()
        .map(|module| TracedFile {
            file: module.file.clone(),
            rules: Vec::new(),
        })
        .collect();
    for (site, ran) in sites.iter().zip(&record.ran) {
        let (Some(file), Some(module), Some(tree)) = (
            files.get_mut(site.module),
            set.modules().get(site.module),
            trees.get(site.module),
        ) else {
            continue;
        };
        let told = Telling {
            set,
            input,
            limit,
            site,
            module,
            tree,
            trails: &trails,
            names: &names,
        };
        let (failed, held): (Vec<&Ran>, Vec<&Ran>) =
            ran.iter().partition(|ran| matches!(ran, Ran::Failed(_)));
        let shown = held.iter().take(TIMES).chain(failed.iter().take(TIMES));
        let turns: Vec<Turn> = shown.map(|ran| told.turn(ran)).collect();
        file.rules.push(TracedRule {
            at: site.at,
            head: site.head.clone(),
            more: ran.len().saturating_sub(turns.len()),
            turns,
        });
    }
    Ok(Traced { files, is_whole })
}

/// The modules with notes. A file that doesn't parse with them stays as it is,
/// and nothing is told of its rules.
fn noted(set: &PolicySet, trees: &[regorus::unstable::Ref<Tree>]) -> (Vec<Module>, Vec<Site>) {
    let (mut modules, mut sites) = (Vec::new(), Vec::new());
    for (index, (module, tree)) in set.modules().iter().zip(trees).enumerate() {
        let (text, own) = instrument(index, module, tree, sites.len());
        let mut noted = module.clone();
        noted.file.text = text.into();
        if as_written([&noted]).is_ok() {
            sites.extend(own);
            modules.push(noted);
        } else {
            modules.push(module.clone());
        }
    }
    let silent: Vec<_> = set
        .modules()
        .iter()
        .zip(trees)
        .flat_map(|(module, tree)| instrument::silent(module, tree))
        .collect();
    for site in &mut sites {
        loop {
            let before = site.words.len();
            for (name, words) in &silent {
                if site.words.contains(name) {
                    site.words.extend(words.iter().cloned());
                }
            }
            if site.words.len() == before {
                break;
            }
        }
    }
    (modules, sites)
}

/// Makes the notes known to an engine.
fn listen(engine: &mut Engine, record: &Arc<Mutex<Record>>) -> Result<(), EngineError> {
    let number = |arguments: &[Value]| {
        let number = arguments.first().and_then(|number| number.as_u64().ok());
        number.and_then(|number| usize::try_from(number).ok())
    };
    let begins = Arc::clone(record);
    let begin = move |arguments: Vec<Value>| {
        if let (Some(site), [_, variables]) = (number(&arguments), arguments.as_slice()) {
            let mut record = begins.lock().unwrap_or_else(PoisonError::into_inner);
            record.begin(site, variables.clone());
        }
        Ok(Value::Bool(true))
    };
    let gives = Arc::clone(record);
    let give = move |arguments: Vec<Value>| {
        let (Some(site), [_, variables, value]) = (number(&arguments), arguments.as_slice()) else {
            return Ok(Value::Undefined);
        };
        let mut record = gives.lock().unwrap_or_else(PoisonError::into_inner);
        record.give(site, variables.clone(), value.clone());
        Ok(value.clone())
    };
    engine
        .add_extension(BEGIN.to_owned(), 2, Box::new(begin))
        .and_then(|()| engine.add_extension(GIVE.to_owned(), 3, Box::new(give)))
        .map_err(|error| EngineError::Failed {
            policy: "trace".to_owned(),
            message: error.to_string(),
        })
}

fn same(noted: Vec<Judgement>, plain: Vec<Judgement>) -> Result<(), EngineError> {
    if noted == plain {
        return Ok(());
    }
    Err(EngineError::Failed {
        policy: "trace".to_owned(),
        message:
            "with notes in them the policies judge otherwise, so nothing is told of their rules"
                .to_owned(),
    })
}

fn trails(input: &serde_json::Value, this: &str) -> Trails {
    let all = input.get("trails").and_then(serde_json::Value::as_array);
    let id = |trail: &serde_json::Value| Some(trail.get("id")?.as_str()?.to_owned());
    Trails {
        this: this.to_owned(),
        all: all.into_iter().flatten().filter_map(id).collect(),
    }
}

/// Parts of the input that are told by name, since they are long.
struct Names(BTreeMap<Value, String>);

impl Names {
    fn of(input: &serde_json::Value, this: &str) -> Self {
        let mut names = BTreeMap::new();
        let trails = input.get("trails").and_then(serde_json::Value::as_array);
        for (index, trail) in trails.into_iter().flatten().enumerate() {
            if trail.get("id").and_then(serde_json::Value::as_str) != Some(this) {
                continue;
            }
            let path = format!("input.trails[{index}]");
            for key in ["trail", "status"] {
                if let Some(part) = trail.get(key).filter(|part| part.is_object()) {
                    names.insert(value(part), format!("{path}.{key}"));
                }
            }
            names.insert(value(trail), path);
        }
        Self(names)
    }

    fn shown(&self, value: &Value) -> String {
        match self.0.get(value) {
            Some(name) => name.clone(),
            None => probe::shown(value),
        }
    }
}

/// What is needed to tell how one body ran.
struct Telling<'t> {
    set: &'t PolicySet,
    input: &'t serde_json::Value,
    limit: Duration,
    site: &'t Site,
    module: &'t Module,
    tree: &'t Tree,
    trails: &'t Trails,
    names: &'t Names,
}

impl Telling<'_> {
    fn turn(&self, ran: &Ran) -> Turn {
        match ran {
            Ran::Gave(variables, value) => Turn::Held {
                variables: self
                    .pairs(variables)
                    .into_iter()
                    .filter(|(_, variable)| variable != value)
                    .map(|(name, value)| (format!("`{name}`"), self.names.shown(&value)))
                    .collect(),
                value: self.names.shown(value),
            },
            Ran::Failed(arguments) => self.failed(arguments).unwrap_or_else(|| Turn::Failed {
                at: None,
                label: "nothing tells which expression".to_owned(),
                values: Vec::new(),
            }),
        }
    }

    fn pairs(&self, object: &Value) -> Vec<(String, Value)> {
        let members = object.as_object().ok().into_iter().flat_map(|o| o.iter());
        members
            .filter_map(|(name, value)| Some((name.as_string().ok()?.to_string(), value.clone())))
            .collect()
    }

    fn failed(&self, arguments: &Value) -> Option<Turn> {
        let (rule, body) = self.site.place;
        let Rule::Spec { bodies, .. } = self.tree.policy.get(rule)?.as_ref() else {
            return None;
        };
        let query = &bodies.get(body)?.query;
        let mut engine = compile(self.set.modules()).ok()?;
        add_data(&mut engine, &self.set.data()).ok()?;
        program::limit(&mut engine, self.limit);
        engine.set_input(value(self.input));
        let (file, package) = (&self.module.file, &self.module.package);
        let is_meant = |variables: &Value| self.trails.about(variables) != About::Other;
        let engine = (&mut engine, self.limit);
        let mut probe = Probe::new(file, package, &self.tree.imports, engine);
        probe.give(self.pairs(arguments).into_iter().collect())?;
        probe.is_meant = &is_meant;
        let failure = probe::failing(&mut probe, query, &|value| self.names.shown(value))?;
        Some(Turn::Failed {
            at: Some(failure.at),
            label: failure.label,
            values: failure.values,
        })
    }
}
