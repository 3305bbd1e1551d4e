//! `coldtrail schema`: prints a published JSON Schema.

use super::{CommandError, output};
use crate::cli::{Schema, SchemaName};
use crate::exit::Exit;
use crate::schema;

pub(super) fn run(args: &Schema) -> Result<Exit, CommandError> {
    let text = match args.which {
        SchemaName::Report => schema::REPORT,
        SchemaName::Input => schema::INPUT,
        SchemaName::Manifest => schema::MANIFEST,
        SchemaName::Inspect => schema::INSPECT,
    };
    output::to_stdout(output::Form::Data, |out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Pass)
}
