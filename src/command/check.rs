//! `coldtrail check`: the main job.

use std::io::Write;
use std::sync::Arc;

use rayon::ThreadPool;

use super::output::Form;
use super::targets::{Input, Target, Wanted, settle};
use super::texts::Texts;
use super::{CommandError, diff, load, output, problems, progress, waive};
use crate::assess::{Terms, files_of};
use crate::cli::{Check, Color, FailOn, OutputArgs, Voice};
use crate::evidence::Bundle;
use crate::exit::Exit;
use crate::finding::DocumentKind;
use crate::render::excerpt::Window;
use crate::render::{Format, Style};
use crate::report::{DocumentEntry, Report};
use crate::source::given::Files;
use crate::source::opening::WRITTEN_TO;
use crate::text::visible;

mod trace;
mod watching;

use trace::Trace;

pub(super) fn run(args: &Check, color: Color) -> Result<Exit, CommandError> {
    if args.watch {
        return watching::run(args, color);
    }
    let targets = targets(args)?;
    let threads = load::threads(args.evidence.reading.jobs)?;
    let found = look(args, color, &threads)?;
    // What can be made side by side of a long report is made on the same ones.
    threads.install(|| {
        write(
            &args.output,
            &targets,
            color,
            &found.report,
            &mut found.texts(),
        )
    })?;
    if let Some(trace) = &found.trace {
        output::aside(color, |style, out| trace.write(style, out));
    }
    let exit = found.exit(args);
    // The process ends here, and all of its memory with it: giving that back
    // piece by piece would only take time.
    std::mem::forget(found);
    Ok(exit)
}

/// Everything one run read and found.
struct Found {
    files: Files,
    report: Report,
    /// The file of waivers and its text.
    waivers: Option<(Arc<str>, Arc<str>)>,
    trace: Option<Trace>,
}

impl Found {
    fn texts(&self) -> Texts<'_> {
        let mut texts = Texts::new(&self.files, &self.report.documents, Window::default());
        if let Some((file, text)) = &self.waivers {
            texts.add(Arc::clone(file), Arc::clone(text));
        }
        texts
    }

    fn exit(&self, args: &Check) -> Exit {
        match (&self.report.comparison, args.baseline.fail_on) {
            (Some(comparison), FailOn::New) => comparison.outcome_of_new().into(),
            _ => self.report.outcome().into(),
        }
    }
}

/// Reads the evidence and judges it.
fn look(args: &Check, color: Color, threads: &ThreadPool) -> Result<Found, CommandError> {
    let set = load::policies(&args.policy)?;
    let as_of = load::as_of(&args.evidence.reading)?;
    load::paths(&args.evidence.paths)?;
    let options = load::options(&args.evidence.reading)?;
    let expected = load::expected(&args.evidence.reading)?;
    let voice = args.output.quiet.voice();
    let terms = Terms {
        set: &set,
        as_of,
        limit: args.policy.time_limit,
        expected: &expected,
        excludes: &options.excludes,
    };
    let paths = &args.evidence.paths;
    let (assessed, files, traced) = progress::during(voice, |progress| {
        threads.install(|| match args.trace {
            None => {
                let (assessed, files) = terms.assess_paths(paths, &options, progress);
                (assessed, files, None)
            }
            // What is traced is evaluated once more.
            Some(_) => {
                let bundle = Bundle::read_counted(paths, &options, progress);
                let assessed = terms.assess_bundle(&bundle, progress);
                (assessed, Files::default(), Some(bundle))
            }
        })
    });
    load::within(assessed.over_limit, &options)?;
    if voice == Voice::Heard {
        if let (Ok(_), Some(checked)) = (&assessed.report, &assessed.checked) {
            problems::warn(checked.warnings(), color);
        }
        output::aside(color, |_, out| {
            let mut said = assessed.said.iter();
            said.try_for_each(|print| writeln!(out, "{}", problems::printed(&set, print)))
        });
    }
    let mut report = assessed.report?;
    spared(&report)?;
    if report.subjects.is_empty() {
        return Err(nothing_judged(&report));
    }
    let trace = match (&args.trace, &traced, assessed.checked) {
        (Some(trail), Some(bundle), Some(checked)) => {
            Some(Trace::of(trail, bundle, &terms, checked)?)
        }
        _ => None,
    };
    let waivers = waive::waive(&args.waivers, &mut report, color, voice)?;
    let before = args
        .baseline
        .baseline
        .as_deref()
        .map(diff::read)
        .transpose()?;
    report.comparison = before.map(|before| before.compare(&report));
    Ok(Found {
        files: traced.map_or(files, files_of),
        report,
        waivers,
        trace,
    })
}

/// The files to write, of which none may be read.
fn targets(args: &Check) -> Result<Vec<Target>, CommandError> {
    let (output, reading) = (&args.output, &args.evidence.reading);
    let main = output.output.iter().map(|path| Wanted {
        flag: format!("--output {}", path.display()),
        path: path.clone(),
        format: Some(output.format),
    });
    let beside = output.report.iter().map(|file| Wanted {
        flag: format!("--report {}={}", file.format.as_str(), file.path.display()),
        path: file.path.clone(),
        format: Some(file.format),
    });
    let evidence = args.evidence.paths.iter().map(|path| Input::Evidence {
        path: path.clone(),
        links: reading.follow_links,
    });
    let policies = args
        .policy
        .policy
        .iter()
        .map(|path| Input::Policies(path.clone()));
    let files = [
        ("--waivers", &args.waivers.waivers),
        ("--baseline", &args.baseline.baseline),
        ("--expect-accounts", &reading.expect_accounts),
        (
            "--verification-key",
            &args.policy.signature.verification_key,
        ),
    ];
    let files = files.into_iter();
    let files = files.filter_map(|(flag, path)| Some(Input::File(flag, path.clone()?)));
    let inputs: Vec<Input> = evidence.chain(policies).chain(files).collect();
    settle(main.chain(beside).collect(), &inputs)
}

/// Writes every report asked for. Files are put in place when all of them are
/// whole, so that a failure leaves what was there.
fn write(
    args: &OutputArgs,
    targets: &[Target],
    color: Color,
    report: &Report,
    texts: &mut Texts<'_>,
) -> Result<(), CommandError> {
    let style = |to_file| Style {
        passes: args.include_pass,
        ..output::style(color, to_file)
    };
    let main = args.output.iter().map(|_| args.format);
    let beside = args.report.iter().map(|file| file.format);
    let mut files = Vec::new();
    for (format, target) in main.chain(beside).zip(targets) {
        let style = style(true);
        let form = form(format, style.color);
        let render = |out: &mut dyn Write| format.render(report, texts, &style, out);
        files.push(target.prepare(|out| output::gated(out, form, render))?);
    }
    for file in files {
        file.put_in_place()?;
    }
    let is_for_reading = args.format == Format::Human;
    if args.output.is_none() && !(is_for_reading && args.quiet.voice() == Voice::Quiet) {
        let style = style(false);
        output::to_stdout(form(args.format, style.color), |out| {
            args.format.render(report, texts, &style, out)
        })?;
    }
    Ok(())
}

/// How a report is printed, as the gate knows it.
fn form(format: Format, color: bool) -> Form {
    match format {
        Format::Human => Form::of_text(color),
        _ => Form::Data,
    }
}

/// Refuses a run whose output a shell adds to a file of the evidence.
fn spared(report: &Report) -> Result<(), CommandError> {
    let is_written_to = |document: &&DocumentEntry| {
        let problem = document.problem.as_deref();
        problem.is_some_and(|problem| problem.code == WRITTEN_TO)
    };
    match report.documents.iter().find(is_written_to) {
        None => Ok(()),
        Some(document) => Err(CommandError::WritesInput {
            target: ">>".to_owned(),
            input: format!("`{}` in the evidence", visible(&document.file)),
        }),
    }
}

/// Nothing was judged: no policy wanted what there is, or there is nothing.
fn nothing_judged(report: &Report) -> CommandError {
    let speaks_of_trails = |document: &DocumentEntry| {
        matches!(
            document.kind,
            DocumentKind::DescribeTrails | DocumentKind::GetTrailStatus | DocumentKind::ListTrails
        )
    };
    match report.documents.iter().any(speaks_of_trails) {
        true => CommandError::NothingJudged,
        false => no_evidence(report),
    }
}

/// Nothing under the paths speaks of a trail: what was seen, what was looked for.
fn no_evidence(report: &Report) -> CommandError {
    const SHOWN: usize = 5;
    let mut seen: Vec<String> = report
        .documents
        .iter()
        .take(SHOWN)
        .map(|document| {
            let what = document
                .detail
                .as_deref()
                .unwrap_or_else(|| match document.kind {
                    DocumentKind::Other => "JSON about something else",
                    kind => kind.as_str(),
                });
            format!("`{}` ({})", visible(&document.file), visible(what))
        })
        .collect();
    let more = report.documents.len().saturating_sub(SHOWN);
    if more > 0 {
        seen.push(format!("and {more} more"));
    }
    CommandError::NoEvidence {
        seen: if seen.is_empty() { "no file at all".to_owned() } else { seen.join(", ") },
        help: "looked for what `aws cloudtrail describe-trails --output json` and `aws cloudtrail get-trail-status --output json` print, \
               by shape, under any file name; `coldtrail check --help` tells what a bundle looks like"
            .to_owned(),
    }
}
