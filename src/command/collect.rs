//! `coldtrail collect`: prints the collect script.

use super::{CommandError, output};
use crate::collect;
use crate::exit::Exit;

pub(super) fn run() -> Result<Exit, CommandError> {
    output::to_stdout(output::Form::Data, |out| {
        out.write_all(collect::script().as_bytes())
    })?;
    Ok(Exit::Pass)
}
