//! `coldtrail verify`: is this report still what this evidence gives?

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::{CommandError, diff, load, output, policy, progress, waive};
use crate::assess::Terms;
use crate::baseline::{Baseline, BaselineWaiver};
use crate::cli::{Color, Verify, Voice};
use crate::coverage::Expected;
use crate::exit::Exit;
use crate::finding::{AsOfBasis, Outcome};
use crate::policy::{BundleInfo, PolicySet};
use crate::render::phrase::{self, count};
use crate::snapshot::AsOf;
use crate::text::visible;
use crate::verification::{Difference, Verification};

pub(super) fn run(args: &Verify, color: Color) -> Result<Exit, CommandError> {
    let before = diff::read(&args.report)?;
    let set = policies(args, &before)?;
    let as_of = match &args.evidence.reading.as_of {
        Some(_) => load::as_of(&args.evidence.reading)?,
        None => as_of(&before),
    };
    load::paths(&args.evidence.paths)?;
    let mut options = load::options(&args.evidence.reading)?;
    if args.evidence.reading.exclude.is_empty() {
        options.excludes = load::excludes(&before.parameters.exclude)?;
    }
    let expected = expected(args, &before)?;
    let voice = args.quiet.voice();
    let terms = Terms {
        set: &set,
        as_of,
        limit: args.time_limit,
        expected: &expected,
        excludes: &options.excludes,
    };
    let (assessed, _) = progress::during(voice, |progress| {
        load::on_threads(args.evidence.reading.jobs, || {
            terms.assess_paths(&args.evidence.paths, &options, progress)
        })
    })?;
    load::within(assessed.over_limit, &options)?;
    let mut report = assessed.report?;
    waive::waive(&args.waivers, &mut report, color, voice)?;
    let waived = match &args.waivers.waivers {
        Some(_) => 0,
        None => before.waivers().count(),
    };
    let verification = Verification::new(&before, &report);
    if voice == Voice::Heard {
        output::to_stdout(output::Form::Plain, |out| write(&verification, waived, out))?;
    }
    Ok(if verification.holds() {
        Exit::Pass
    } else {
        Exit::Fail
    })
}

/// The policies that the report names, with the parameters that it names.
fn policies(args: &Verify, before: &Baseline) -> Result<PolicySet, CommandError> {
    let set = policy::load(&args.policy, &args.signature)?;
    let known = |id: &str| set.policies().iter().any(|policy| *policy.info.id == *id);
    let named = before.policies.iter().map(|policy| policy.id.clone());
    let named: Vec<String> = named.filter(|id| known(id)).collect();
    let set = if named.is_empty() {
        set
    } else {
        set.only(&named)?
    };
    let params: BTreeMap<String, String> = before
        .parameters
        .policy
        .iter()
        .map(|(name, value)| {
            (
                name.clone(),
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        })
        .collect();
    Ok(set.with_params(&params)?)
}

/// The population that is expected: what the command line names, else what the
/// report was made with.
fn expected(args: &Verify, before: &Baseline) -> Result<Expected, CommandError> {
    let given = load::expected(&args.evidence.reading)?;
    let or_before = |given: Vec<Arc<str>>, before: &[Arc<str>]| match given.is_empty() {
        true => before.to_vec(),
        false => given,
    };
    Ok(Expected::new(
        or_before(given.accounts, &before.parameters.expect_accounts),
        or_before(given.regions, &before.parameters.expect_regions),
    ))
}

/// The collection time that the report was made with.
fn as_of(before: &Baseline) -> AsOf {
    let has = |basis: AsOfBasis| {
        before
            .subjects
            .iter()
            .any(|subject| subject.as_of_basis == basis.as_str())
    };
    match before.parameters.as_of {
        Some(at) if has(AsOfBasis::Clock) => AsOf::Given(at, AsOfBasis::Clock),
        Some(at) => AsOf::Given(at, AsOfBasis::Flag),
        None if has(AsOfBasis::FileTime) => AsOf::FileTimes,
        None => AsOf::FromEvidence,
    }
}

fn write(verification: &Verification, waived: usize, out: &mut dyn Write) -> io::Result<()> {
    let compared = format!(
        "{}, {} and {}",
        count(verification.files, "file"),
        match verification.policies {
            1 => "1 policy".to_owned(),
            number => format!("{number} policies"),
        },
        count(verification.verdicts, "verdict")
    );
    if verification.holds() {
        writeln!(out, "the report holds: {compared} are as it says")?;
    } else {
        let number = verification.differences.len();
        writeln!(
            out,
            "the report does not hold: {} in {compared}",
            count(number, "difference")
        )?;
    }
    for difference in &verification.differences {
        writeln!(out, "  {}", line(difference))?;
    }
    if waived > 0 {
        writeln!(
            out,
            "{} accepted by nothing that was given: name the file with --waivers",
            count(waived, "waived check")
        )?;
    }
    Ok(())
}

fn line(difference: &Difference) -> String {
    let short = |hash: &str| match hash.get(..12) {
        Some(start) => format!("sha256 {start}…"),
        None => "not read".to_owned(),
    };
    let state = |side: &Option<(Outcome, String)>| match side {
        Some((outcome, code)) => format!("{outcome}[{}]", visible(code)),
        None => "nothing".to_owned(),
    };
    match difference {
        Difference::FileAdded(file) => format!("added    {}", visible(file)),
        Difference::FileMissing(file) => format!("missing  {}", visible(file)),
        Difference::FileAltered {
            file,
            before,
            after,
        } => {
            format!(
                "altered  {}: {}, now {}",
                visible(file),
                short(before),
                short(after)
            )
        }
        Difference::PolicyAdded(id) => format!("added    policy {}", visible(id)),
        Difference::PolicyMissing(id) => format!(
            "missing  policy {}: give its folder with --policy",
            visible(id)
        ),
        Difference::PolicyAltered(id) => format!("altered  policy {}", visible(id)),
        Difference::Bundle { before, after } => {
            let said = |side: &Option<BundleInfo>| match side {
                Some(bundle) => phrase::bundle(bundle),
                None => "no bundle".to_owned(),
            };
            format!("bundle   {}; now {}", said(before), said(after))
        }
        Difference::Parameter(name) => {
            let flag = name.replace('_', "-");
            format!("setting  --{flag} is not what the report was made with")
        }
        Difference::Coverage(part) => {
            format!("coverage {}: not what the evidence gives", visible(part))
        }
        Difference::Untrue {
            subject,
            told,
            outcome,
        } => {
            let of = subject.as_deref().unwrap_or("the whole");
            format!(
                "untrue   {}: told as {told}, and its verdicts come to {outcome}",
                visible(of)
            )
        }
        Difference::Waiver {
            subject,
            check,
            before,
            after,
        } => {
            let said = |waiver: &BaselineWaiver| {
                format!(
                    "by {} until {}, {}",
                    visible(&waiver.approver),
                    visible(&waiver.expires),
                    visible(&waiver.reason)
                )
            };
            format!(
                "waiver   {} {}: {}; now {}",
                visible(subject),
                visible(check),
                said(before),
                said(after)
            )
        }
        Difference::Verdict {
            subject,
            check,
            before,
            after,
            ..
        } => {
            format!(
                "verdict  {} {}: {}, now {}",
                visible(subject),
                visible(check),
                state(before),
                state(after)
            )
        }
    }
}
