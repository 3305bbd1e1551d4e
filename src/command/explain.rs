//! `coldtrail explain`: a control in words, from its METADATA.

use super::output::Form;
use super::{CommandError, load, output, policy};
use crate::cli::{Color, Explain, ExplainFormat};
use crate::engine;
use crate::engine::Checked;
use crate::exit::Exit;
use crate::render::json::formatter::write_pretty;

mod document;
mod json;
mod page;

use document::Block;

pub(super) fn run(args: &Explain, color: Color) -> Result<Exit, CommandError> {
    let set = policy::load(&args.policy, &args.signature)?;
    let set = match &args.id {
        Some(id) => set.only(std::slice::from_ref(id))?,
        None => set,
    };
    let checks = load::on_threads(None, || engine::checks(Checked::new(&set)?))??;
    let explained: Vec<_> = set.policies().iter().zip(&checks).collect();
    let blocks: Vec<Block> = explained
        .iter()
        .flat_map(|(policy, checks)| document::of(policy, checks))
        .collect();
    let style = output::style(color, false);
    let form = match args.format {
        ExplainFormat::Human => Form::of_text(style.color),
        ExplainFormat::Markdown | ExplainFormat::Json => Form::Data,
    };
    output::to_stdout(form, |out| match args.format {
        ExplainFormat::Human => page::on_terminal(&blocks, &style, out),
        ExplainFormat::Markdown => page::markdown(&blocks, out),
        ExplainFormat::Json => write_pretty(out, &json::of(&explained)),
    })?;
    Ok(Exit::Pass)
}
