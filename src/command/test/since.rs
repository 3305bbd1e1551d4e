//! What tests and cases come to since the run before: newly failing, still
//! failing, printed, newly passing, gone.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Outcome;
use super::cases::CaseRun;
use super::show;
use crate::engine::testing::TestRun;
use crate::policy::PolicySet;
use crate::render::Style;
use crate::text::visible;

/// Which tests and cases there were, and whether each was bad.
pub(super) struct Earlier(BTreeMap<String, bool>);

/// A test or a case of this run.
#[derive(Clone, Copy)]
enum Ran<'r> {
    Test(&'r TestRun),
    Case(&'r CaseRun),
}

impl Earlier {
    /// What this run will be to the next.
    pub(super) fn of(outcome: &Outcome) -> Self {
        Self(all(outcome).map(|ran| (ran.name(), ran.is_bad())).collect())
    }

    fn was_bad(&self, ran: Ran<'_>) -> Option<bool> {
        self.0.get(&ran.name()).copied()
    }
}

impl Ran<'_> {
    fn name(self) -> String {
        match self {
            Self::Test(run) => format!("{}.{}", run.case.package, run.case.name),
            Self::Case(run) => format!("case {} ({})", run.name, run.folder),
        }
    }

    fn is_bad(self) -> bool {
        match self {
            Self::Test(run) => run.outcome.is_bad(),
            Self::Case(run) => run.is_bad(),
        }
    }

    fn printed(self) -> bool {
        matches!(self, Self::Test(run) if !run.prints.is_empty())
    }
}

fn all(outcome: &Outcome) -> impl Iterator<Item = Ran<'_>> {
    let tests = outcome.tests.runs.iter().map(Ran::Test);
    tests.chain(outcome.cases.iter().map(Ran::Case))
}

/// Writes what is no longer as it was, and what still fails.
pub(super) fn tests(
    set: &PolicySet,
    earlier: &Earlier,
    outcome: &Outcome,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let now = Earlier::of(outcome);
    let mut group = |title: &str, wanted: &dyn Fn(Ran<'_>) -> bool| -> io::Result<bool> {
        let mut found = all(outcome).filter(|ran| wanted(*ran)).peekable();
        if found.peek().is_none() {
            return Ok(false);
        }
        writeln!(out, "{title}:")?;
        for ran in found {
            match ran {
                Ran::Test(run) => show::test(set, run, style, out)?,
                Ran::Case(run) => show::case(run, style, out)?,
            }
        }
        Ok(true)
    };
    let was = |ran: Ran<'_>| earlier.was_bad(ran);
    let mut any = group("newly failing", &|ran| {
        ran.is_bad() && was(ran) != Some(true)
    })?;
    any |= group("still failing", &|ran| {
        ran.is_bad() && was(ran) == Some(true)
    })?;
    let fresh = |ran: Ran<'_>| !ran.is_bad() && was(ran) != Some(false);
    any |= group("newly passing", &fresh)?;
    any |= group("printed", &|ran| {
        ran.printed() && !ran.is_bad() && !fresh(ran)
    })?;
    for name in earlier.0.keys().filter(|name| !now.0.contains_key(*name)) {
        any = true;
        writeln!(out, "gone: {}", visible(name))?;
    }
    if !any {
        writeln!(out, "nothing changed")?;
    }
    Ok(())
}
