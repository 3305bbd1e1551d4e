//! Waivers laid on a report.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::index::ByTarget;
use super::{Waiver, WaiverProblem, Waivers};
use crate::finding::{AsOfBasis, Check, Evidence, Outcome, Place, Waived};
use crate::policy::PolicyInfo;
use crate::report::{Report, Subject};

/// What became of the waivers of a file.
#[derive(Debug)]
pub struct Applied {
    /// The name under which evidence in the report points into the file.
    pub file: Arc<str>,
    /// The waivers that waived nothing, the first [`MOST_UNUSED`] of them.
    pub unused: Vec<Unused>,
    /// How many waived nothing.
    pub unused_count: usize,
}

/// How many waivers that waive nothing are told one by one.
pub const MOST_UNUSED: usize = 100;

/// A waiver that waived nothing.
#[derive(Debug)]
pub struct Unused(WaiverProblem);

impl Unused {
    /// As a diagnostic with its place.
    #[must_use]
    pub fn into_problem(self) -> WaiverProblem {
        self.0
    }
}

/// How a waiver stands to a fail that it is for.
enum Standing {
    Holds,
    Expired,
    /// Nothing says what day it was.
    Undated,
}

/// Lays waivers on a report: a fail that one is for, and that has not expired,
/// becomes `waived`. Expiry is judged on `day`, or else on the day on which
/// the subject's evidence was collected, in UTC. Where that isn't known the
/// fail stays.
pub fn apply(report: &mut Report, waivers: &Waivers, day: Option<Date>) -> Applied {
    let file = file_name(report, &waivers.name);
    let mut touched = vec![Touched::Nothing; waivers.waivers.len()];
    let index = ByTarget::of(waivers);
    let policies: HashMap<&str, &PolicyInfo> = report
        .policies
        .iter()
        .map(|policy| (&*policy.id, policy))
        .collect();
    for subject in &mut report.subjects {
        let Some(policy) = policies.get(&*subject.policy) else {
            continue;
        };
        let day = day.or_else(|| collected_on(subject));
        let laid = Laid {
            waivers,
            index: &index,
            file: &file,
            day,
        };
        let candidates = index.of_subject(waivers, subject);
        for check in &mut subject.checks {
            laid.lay(check, policy, &candidates, &mut touched);
        }
        subject.outcome = Outcome::worst(subject.checks.iter().map(|check| check.outcome));
    }
    let is_unused = |touched: &&Touched| **touched != Touched::Fail;
    let unused_count = touched.iter().filter(is_unused).count();
    let unused = waivers
        .waivers
        .iter()
        .zip(touched)
        .filter_map(|(waiver, touched)| touched.unused(waivers, waiver));
    Applied {
        unused: unused.take(MOST_UNUSED).collect(),
        unused_count,
        file,
    }
}

/// What a waiver met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Touched {
    /// No subject at all.
    Nothing,
    /// Only checks that pass.
    Pass,
    /// Something inconclusive, and no fail.
    Inconclusive,
    /// A fail.
    Fail,
}

impl Touched {
    fn unused(self, waivers: &Waivers, waiver: &Waiver) -> Option<Unused> {
        let target = waiver.target.text();
        let (message, help) = match self {
            Self::Fail => return None,
            Self::Nothing => (
                format!(
                    "this waiver matches nothing: no check of `{}` in the evidence",
                    crate::text::visible(target)
                ),
                "look for a slip in `control`, `check`, `code`, `trail` or `account`, or take it out",
            ),
            Self::Pass => (
                format!(
                    "this waiver waives nothing: `{}` doesn't fail",
                    crate::text::visible(target)
                ),
                "take it out: it would hide a later fail",
            ),
            Self::Inconclusive => (
                format!(
                    "this waiver waives nothing: `{}` is inconclusive",
                    crate::text::visible(target)
                ),
                "a waiver accepts a proven fail; collect the evidence that is missing first",
            ),
        };
        let label = [(waiver.span.clone(), "this waiver".to_owned())];
        Some(Unused(
            WaiverProblem::new(&waivers.name, &waivers.text, message, help, label).into_warning(),
        ))
    }
}

/// What all waivers are laid on the checks of a subject with.
struct Laid<'w> {
    waivers: &'w Waivers,
    index: &'w ByTarget<'w>,
    /// The name under which evidence points into their file.
    file: &'w Arc<str>,
    /// The day on which they must hold.
    day: Option<Date>,
}

impl Laid<'_> {
    /// Lays the waivers that are for its subject on one check.
    fn lay(
        &self,
        check: &mut Check,
        policy: &PolicyInfo,
        candidates: &[usize],
        touched: &mut [Touched],
    ) {
        let met = match check.outcome {
            Outcome::Fail => Touched::Fail,
            Outcome::Inconclusive => Touched::Inconclusive,
            _ => Touched::Pass,
        };
        let mut expired = None;
        let mut holding = None;
        for at in candidates {
            let Some(waiver) = self.waivers.waivers.get(*at) else {
                continue;
            };
            if !waiver.is_for(policy, check) {
                continue;
            }
            if let Some(touched) = touched.get_mut(*at) {
                *touched = (*touched).max(met);
            }
            match standing(waiver, self.day) {
                Standing::Holds if holding.is_none() => holding = Some(waiver),
                standing if expired.is_none() => expired = Some((waiver, standing)),
                _ => {}
            }
        }
        if check.outcome != Outcome::Fail {
            return;
        }
        match (holding, expired) {
            (Some(waiver), _) => {
                check.outcome = Outcome::Waived;
                check.waiver = Some(Box::new(Waived {
                    reason: waiver.reason.clone(),
                    approver: waiver.approver.clone(),
                    expires: waiver.expires.to_string(),
                }));
            }
            (None, Some((waiver, standing))) => {
                let mut evidence = std::mem::take(&mut check.evidence).into_vec();
                evidence.push(self.not_holding(waiver, &standing));
                check.evidence = evidence.into();
            }
            (None, None) => {}
        }
    }

    /// Points at the waiver that would have waived the fail.
    fn not_holding(&self, waiver: &Waiver, standing: &Standing) -> Evidence {
        let span = &waiver.expires_span;
        let (line, column) = self.index.line_and_column(&self.waivers.text, span.start);
        let label = match standing {
            Standing::Undated => format!(
                "waived by {} until this day; whether it has passed isn't known: give --as-of or --waiver-date",
                waiver.approver
            ),
            _ => format!("the waiver by {} expired on this day", waiver.approver),
        };
        Evidence {
            place: Place {
                file: Arc::clone(self.file),
                pointer: Box::default(),
                line,
                column,
                bytes: [span.start, span.end],
            },
            label: label.into(),
        }
    }
}

fn standing(waiver: &Waiver, day: Option<Date>) -> Standing {
    match day {
        Some(day) if day <= waiver.expires => Standing::Holds,
        Some(_) => Standing::Expired,
        None => Standing::Undated,
    }
}

/// The day, in UTC, on which a subject's evidence was collected.
fn collected_on(subject: &Subject) -> Option<Date> {
    let known = !matches!(
        subject.as_of_basis,
        AsOfBasis::LowerBound | AsOfBasis::Unknown
    );
    let time = subject.as_of.filter(|_| known)?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

/// The last part of the waiver file's path, made unlike any file of evidence.
fn file_name(report: &Report, path: &str) -> Arc<str> {
    let mut name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    while report
        .documents
        .iter()
        .any(|document| *document.file == *name)
    {
        name = format!("waivers/{name}");
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::super::Waivers;
    use super::apply;
    use crate::finding::Outcome;
    use crate::render::sample::sample;
    use crate::report::Report;

    fn waivers(rest: &str) -> Waivers {
        let text =
            format!("[[waiver]]\ncontrol = \"3.4\"\nreason = \"r\"\napprover = \"Ann\"\n{rest}");
        Waivers::read("ci/waivers.toml", &text).unwrap()
    }

    fn outcome(report: &Report, name: &str) -> Outcome {
        report
            .subjects
            .iter()
            .find(|subject| *subject.name == *name)
            .unwrap()
            .outcome
    }

    fn unused(applied: super::Applied) -> Vec<String> {
        applied
            .unused
            .into_iter()
            .map(|unused| unused.into_problem().to_string())
            .collect()
    }

    #[test]
    fn a_fail_is_waived_until_the_end_of_its_last_day() {
        let file = waivers("trail = \"audit\"\nexpires = 2026-11-20\n");
        let mut report = sample();
        let applied = apply(&mut report, &file, None);
        assert_eq!(outcome(&report, "audit"), Outcome::Waived);
        assert_eq!(unused(applied), Vec::<String>::new());

        let file = waivers("trail = \"audit\"\nexpires = 2026-11-19\n");
        let mut report = sample();
        apply(&mut report, &file, None);
        assert_eq!(outcome(&report, "audit"), Outcome::Fail);
        let audit = report
            .subjects
            .iter()
            .find(|subject| &*subject.name == "audit")
            .unwrap();
        let last = audit.checks[1].evidence.last().unwrap();
        assert_eq!(&*last.label, "the waiver by Ann expired on this day");
        assert_eq!(
            (&*last.place.file, last.place.line, last.place.column),
            ("waivers.toml", 6, 11)
        );

        let mut report = sample();
        apply(&mut report, &file, Some("2026-11-01".parse().unwrap()));
        assert_eq!(outcome(&report, "audit"), Outcome::Waived);
    }

    #[test]
    fn without_a_day_the_fail_stays() {
        let file = waivers("account = \"444455556666\"\nexpires = 2099-01-01\n");
        let mut report = sample();
        apply(&mut report, &file, None);
        assert_eq!(outcome(&report, "444455556666"), Outcome::Fail);
        apply(&mut report, &file, Some("2026-11-20".parse().unwrap()));
        assert_eq!(outcome(&report, "444455556666"), Outcome::Waived);
    }

    #[test]
    fn nothing_inconclusive_is_ever_waived() {
        let file = waivers("account = \"*\"\nexpires = 2099-01-01\n");
        let mut report = sample();
        apply(&mut report, &file, None);
        assert_eq!(
            outcome(&report, "main"),
            Outcome::Inconclusive,
            "its fail is waived, the other check is open"
        );
        let main = report
            .subjects
            .iter()
            .find(|subject| &*subject.name == "main")
            .unwrap();
        assert_eq!(main.checks[0].outcome, Outcome::Waived);
    }

    #[test]
    fn a_waiver_that_waives_nothing_is_named() {
        let met = |rest: &str| unused(apply(&mut sample(), &waivers(rest), None));
        assert_eq!(
            met("trail = \"nowhere\"\nexpires = 2099-01-01\n"),
            ["this waiver matches nothing: no check of `nowhere` in the evidence"]
        );
        assert_eq!(
            met("trail = \"app\"\nexpires = 2099-01-01\n"),
            ["this waiver waives nothing: `app` doesn't fail"]
        );
        assert_eq!(
            met("trail = \"orphan\"\nexpires = 2099-01-01\n"),
            ["this waiver waives nothing: `orphan` is inconclusive"]
        );
        assert_eq!(
            met("trail = \"audit\"\ncode = \"delivery-never\"\nexpires = 2099-01-01\n").len(),
            1
        );
    }
}
