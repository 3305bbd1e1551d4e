//! What the notes say, put together: which bodies ran for one trail, and what
//! they gave.
//!
//! Notes tell where a body begins and what its head gives, never that it
//! failed. A body that began and gave nothing for the trail has failed, which
//! is known when another one runs that it doesn't call.

use std::collections::BTreeSet;
use std::sync::Arc;

use regorus::Value;

use super::instrument::Site;

/// Whom a value speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The trail that is traced.
    This,
    /// Another trail.
    Other,
    /// No trail, or none in particular.
    Nobody,
}

/// The trails of an account, one of them traced.
#[derive(Debug, Clone)]
pub(super) struct Trails {
    /// The id of the traced one.
    pub(super) this: String,
    /// Every id.
    pub(super) all: BTreeSet<String>,
}

impl Trails {
    /// Whom an object of variables speaks of: its first variable that speaks
    /// of a trail at all, the traced one before others.
    pub(super) fn about(&self, variables: &Value) -> About {
        let Ok(variables) = variables.as_object() else {
            return About::Nobody;
        };
        let mut found = About::Nobody;
        for value in variables.iter().map(|(_, value)| value) {
            match self.names(value) {
                About::This => return About::This,
                About::Other => found = About::Other,
                About::Nobody => {}
            }
        }
        found
    }

    /// A trail's id, or an object that has it under `id` or `subject`.
    fn names(&self, value: &Value) -> About {
        let id = match value {
            Value::String(id) => Some(id.as_ref()),
            Value::Object(_) => {
                let under = |key: &str| match &value[key] {
                    Value::String(id) if self.all.contains(id.as_ref()) => Some(id.clone()),
                    _ => None,
                };
                return match under("id").or_else(|| under("subject")) {
                    Some(id) if *id == *self.this => About::This,
                    Some(_) => About::Other,
                    None => About::Nobody,
                };
            }
            _ => None,
        };
        match id {
            Some(id) if id == self.this => About::This,
            Some(id) if self.all.contains(id) => About::Other,
            _ => About::Nobody,
        }
    }
}

/// One time that a body ran.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ran {
    /// It holds: its variables, and what its head gives.
    Gave(Value, Value),
    /// It doesn't: its arguments.
    Failed(Value),
}

/// A body that began.
struct Frame {
    site: usize,
    about: About,
    arguments: Value,
    gave: bool,
}

/// Takes the notes in the order of evaluation.
pub(super) struct Record {
    trails: Trails,
    sites: Arc<Vec<Site>>,
    open: Vec<Frame>,
    /// For each site how it ran for the trail.
    pub(super) ran: Vec<BTreeSet<Ran>>,
}

impl Record {
    pub(super) fn new(trails: Trails, sites: Arc<Vec<Site>>) -> Self {
        Self {
            trails,
            ran: vec![BTreeSet::new(); sites.len()],
            sites,
            open: Vec::new(),
        }
    }

    /// A body begins.
    pub(super) fn begin(&mut self, site: usize, arguments: Value) {
        let Some(own) = self.sites.get(site) else {
            return;
        };
        let caller = self.open.iter().rposition(|frame| {
            let frame = self.sites.get(frame.site);
            frame.is_some_and(|frame| frame.words.contains(&own.name))
        });
        // A rule that is no function is evaluated once, for whomever it was
        // asked first; a function speaks of its caller's trail.
        let callers = caller
            .and_then(|caller| self.open.get(caller))
            .filter(|_| own.is_function)
            .map_or(About::Nobody, |caller| caller.about);
        let about = match self.trails.about(&arguments) {
            About::Nobody => callers,
            about => about,
        };
        if let Some(caller) = caller {
            self.close_to(caller.saturating_add(1));
        }
        self.open.push(Frame {
            site,
            about,
            arguments,
            gave: false,
        });
    }

    /// A head gives a value.
    pub(super) fn give(&mut self, site: usize, variables: Value, value: Value) {
        let frame = self.open.iter().rposition(|frame| frame.site == site);
        if let Some(frame) = frame {
            self.close_to(frame.saturating_add(1));
        }
        let frame = frame.and_then(|frame| self.open.get_mut(frame));
        let about = match (self.trails.about(&variables), &frame) {
            (About::Nobody, Some(frame)) => frame.about,
            (about, _) => about,
        };
        if about == About::Other {
            return;
        }
        if let Some(frame) = frame {
            frame.gave = true;
        }
        if let Some(ran) = self.ran.get_mut(site) {
            // It was closed too early, by a call that nothing shows.
            ran.retain(|ran| !matches!(ran, Ran::Failed(of) if is_part(of, &variables)));
            ran.insert(Ran::Gave(variables, value));
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self) {
        self.close_to(0);
    }

    fn close_to(&mut self, depth: usize) {
        for frame in self.open.drain(depth.min(self.open.len())..) {
            if frame.gave || frame.about == About::Other {
                continue;
            }
            if let Some(ran) = self.ran.get_mut(frame.site) {
                ran.insert(Ran::Failed(frame.arguments));
            }
        }
    }
}

/// Whether every member of one object is a member of another.
fn is_part(part: &Value, whole: &Value) -> bool {
    let Ok(members) = part.as_object() else {
        return false;
    };
    members.iter().all(|(key, member)| whole[key] == *member)
}
