//! `--watch`: runs again whenever a file that the run reads has changed.
//!
//! What the operating system says of changes only wakes it up. Whether
//! anything changed is told by the files themselves, stamped before each run
//! and compared after it: so nothing is missed where a file is replaced, a
//! folder is made anew, or something changes in the middle of a run. Where the
//! system says nothing (a network file system, no watches left), files are
//! looked at once a second.
//!
//! It ends with the process, as Ctrl-C ends it, or when nobody reads standard
//! output any more. It knows no verb: what a run does is the caller's.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::output::{self, Form, Reader};
use super::{CommandError, show};
use crate::cli::Color;
use crate::exit::Exit;
use crate::text::visible;

mod alarm;
mod stamp;

use alarm::Alarms;
use stamp::Stamp;

/// What makes no sense again and again.
pub(super) fn apart(other: &str, why: &'static str, help: &'static str) -> CommandError {
    CommandError::Apart {
        one: "--watch",
        other: other.to_owned(),
        why,
        help,
    }
}

/// Files are settled when they are the same for this long: an editor writes
/// in several steps.
const SETTLED: Duration = Duration::from_millis(15);
/// How long a file that is gone may take to come back before the run does
/// without it: some editors move the old one away first.
const COMES_BACK: Duration = Duration::from_millis(150);
/// How often files are looked at when nothing is heard.
const SILENCE: Duration = Duration::from_secs(1);
/// The same while something that was given isn't there.
const ABSENCE: Duration = Duration::from_millis(100);
/// Looking takes at most one part in so many of the time.
const SHARE: u32 = 20;
/// How many changed files are named.
const NAMED: usize = 3;

/// A file or folder that runs read.
pub(super) struct Root {
    /// Its path, as it was given.
    pub(super) path: PathBuf,
    /// Whether links below it are followed.
    pub(super) links: bool,
    /// Which files below it are read.
    pub(super) reads: fn(&Path) -> bool,
}

impl Root {
    /// A folder of policies: Rego, data and snapshot cases.
    pub(super) fn policies(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            links: true,
            reads: crate::policy::bears_on_policies,
        }
    }

    /// Anything else, of which every file counts.
    pub(super) fn all(path: &Path, links: bool) -> Self {
        Self {
            path: path.to_path_buf(),
            links,
            reads: |_| true,
        }
    }
}

/// Runs once now and once after every change, until nobody reads any more.
///
/// # Errors
/// Where a root isn't there to begin with, or standard output can't be
/// written. An error of a run is shown, and watching goes on.
pub(super) fn watch(
    roots: &[Root],
    color: Color,
    mut once: impl FnMut(&mut dyn Write) -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    for root in roots {
        root.path.metadata().map_err(|error| CommandError::Input {
            path: root.path.clone(),
            why: crate::source::given::plain(&error),
        })?;
    }
    let is_coloured = output::style(color, false).color;
    let (wake, woken) = channel();
    let mut alarms = Alarms::new(roots, wake);
    let mut changed = Vec::new();
    loop {
        alarms.renew();
        let before = Stamp::of(roots);
        if announce(&changed)? == Reader::Gone {
            return Ok(Exit::Pass);
        }
        let mut text = Vec::new();
        let exit = once(&mut text).unwrap_or_else(|error| {
            show(&error, color);
            Exit::Error
        });
        let said = output::offer(Form::of_text(is_coloured), b"", |out| {
            out.write_all(&text)?;
            writeln!(out, "watching for changes; Ctrl-C ends it")
        })?;
        if said == Reader::Gone {
            return Ok(exit);
        }
        changed = wait(roots, &before, &mut alarms, &woken);
    }
}

/// Clears the screen, or draws a line where there is none, and says what
/// changed.
fn announce(changed: &[PathBuf]) -> Result<Reader, CommandError> {
    let terminal = output::is_terminal();
    let cleared: &[u8] = if terminal { b"\x1b[2J\x1b[H" } else { b"" };
    output::offer(Form::Plain, cleared, |out| {
        if changed.is_empty() {
            return Ok(());
        }
        let mut names: Vec<String> = changed
            .iter()
            .take(NAMED)
            .map(|path| visible(&path.display().to_string()).to_string())
            .collect();
        let more = changed.len().saturating_sub(NAMED);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let line = if terminal { "" } else { "--- " };
        writeln!(out, "{line}changed: {}", names.join(", "))
    })
}

/// Waits until files differ from what they were, and gives those that do.
fn wait(
    roots: &[Root],
    before: &Stamp,
    alarms: &mut Alarms<'_>,
    woken: &Receiver<()>,
) -> Vec<PathBuf> {
    loop {
        let start = Instant::now();
        let now = Stamp::of(roots);
        let took = start.elapsed();
        if now != *before {
            let changed = before.differences(&settled(roots, before, now));
            if !changed.is_empty() {
                return changed;
            }
        }
        let silence = if alarms.renew() { SILENCE } else { ABSENCE };
        match woken.recv_timeout(silence.max(took.saturating_mul(SHARE))) {
            Ok(()) => while woken.try_recv().is_ok() {},
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(silence),
        }
    }
}

/// The files, once they stay as they are and nothing is gone that may be on
/// its way back.
fn settled(roots: &[Root], before: &Stamp, mut now: Stamp) -> Stamp {
    let start = Instant::now();
    loop {
        thread::sleep(SETTLED);
        let again = Stamp::of(roots);
        let late = start.elapsed() > COMES_BACK;
        if late || (again == now && !again.lacks_any_of(before)) {
            return again;
        }
        now = again;
    }
}
