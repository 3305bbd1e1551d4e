//! A bar on standard error while a long run works.
//!
//! It comes after a second, and only on a terminal that can move its cursor;
//! it is gone before anything else is written. It shows counts alone: no name
//! from the evidence reaches the terminal this way.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::cli::Voice;
use crate::progress::Progress;

/// How long a run is silent.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does the work, and shows how far it is where somebody is there to see it.
pub(super) fn during<T>(voice: Voice, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    if voice == Voice::Quiet || !is_seen() {
        return work(&progress);
    }
    std::thread::scope(|scope| {
        let (working, done) = channel::<()>();
        scope.spawn(|| show(&progress, done));
        let result = work(&progress);
        // The thread hears that nobody will write any more, and ends.
        drop(working);
        result
    })
}

fn is_seen() -> bool {
    output::is_error_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Draws until the work is done, and leaves nothing behind.
fn show(progress: &Progress, done: Receiver<()>) {
    const PERIOD: Duration = Duration::from_millis(100);
    let waited = |time| done.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    if !waited(PATIENCE) {
        return;
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len}") {
        bar.set_style(style);
    }
    loop {
        let (what, count) = if progress.accounts.all() == 0 {
            ("reading files", &progress.files)
        } else {
            ("judging accounts", &progress.accounts)
        };
        bar.set_message(what);
        bar.set_length(count.all() as u64);
        bar.set_position(count.done() as u64);
        bar.tick();
        if !waited(PERIOD) {
            break;
        }
    }
    bar.finish_and_clear();
}
