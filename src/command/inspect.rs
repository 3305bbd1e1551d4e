//! `coldtrail inspect`: what was found, what was made of it, what is missing.

use super::output::Form;
use super::{CommandError, load, output, progress};
use crate::cli::{Color, Inspect, InspectFormat, Voice};
use crate::evidence::Bundle;
use crate::exit::Exit;
use crate::inspect::{inputs, inspect};
use crate::render::phrase::count;
use crate::render::{human, json};
use crate::snapshot::Snapshot;

pub(super) fn run(args: &Inspect, color: Color) -> Result<Exit, CommandError> {
    let as_of = load::as_of(&args.evidence.reading)?;
    load::paths(&args.evidence.paths)?;
    let options = load::options(&args.evidence.reading)?;
    let expected = load::expected(&args.evidence.reading)?;
    let voice = args.quiet.voice();
    let (bundle, snapshot, inspection) = progress::during(voice, |progress| {
        load::on_threads(args.evidence.reading.jobs, || {
            let bundle = Bundle::read_counted(&args.evidence.paths, &options, progress);
            let snapshot = Snapshot::of(&bundle, as_of, &expected);
            let inspection = inspect(&bundle, &snapshot, as_of);
            (bundle, snapshot, inspection)
        })
    })?;
    load::within(bundle.over_limit, &options)?;
    let style = output::style(color, false);
    let form = match args.format {
        InspectFormat::Human if !args.input => Form::of_text(style.color),
        _ => Form::Data,
    };
    let inputs = inputs(&bundle, &snapshot);
    output::to_stdout(form, |out| match args.format {
        _ if args.input => json::inspection::render_inputs(inputs, out),
        InspectFormat::Json => json::inspection::render(&inspection, inputs, out),
        InspectFormat::Human if voice == Voice::Quiet => Ok(()),
        InspectFormat::Human => human::inspection::render(&inspection, &style, out),
    })?;
    if inspection.is_empty() {
        return Err(CommandError::NoEvidence {
            seen: count(inspection.documents.len(), "document"),
            help: "looked by shape for what `aws cloudtrail describe-trails --output json` and `aws cloudtrail get-trail-status --output json` print; `coldtrail inspect` tells what each document was taken for"
                .to_owned(),
        });
    }
    Ok(Exit::Pass)
}
