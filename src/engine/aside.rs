//! A thread beside the one that judges, for what may come to no end.
//!
//! regorus looks at the clock between steps. A single step can go on for ever:
//! two values that share their parts are compared part by part, of which there
//! are more than there is time. No thread can be ended from outside. So such
//! work is waited for in a thread of its own, and left behind where it comes
//! to no end: it costs one core until the process ends, and the account that it
//! was for.

use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use regorus::Engine;

use super::builtins;
use super::caught::caught;

type Job = Box<dyn FnOnce() + Send>;

/// What a thread may need for the rules that a policy nests, each through the
/// next, in bytes. It is taken up as it is used.
pub const STACK: usize = 16 << 20;

/// A thread that works for another; what it keeps for itself (compiled patterns)
/// serves the next job too.
#[derive(Debug, Default)]
pub(super) struct Aside {
    jobs: Option<Sender<Job>>,
}

impl Aside {
    /// What `work` gives, where it comes to an end in this time and long behind it:
    /// it looks at the clock itself as far as it can. Otherwise it goes on
    /// alone, with all that was given to it.
    pub(super) fn wait_for<T: Send + 'static>(
        &mut self,
        time: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (done, result) = mpsc::channel();
        let job: Job = Box::new(move || {
            // Nobody waits any more where this fails.
            let _ = done.send(work());
        });
        let jobs = match self.jobs.take() {
            Some(jobs) => jobs,
            None => begun()?,
        };
        jobs.send(job).ok()?;
        let result = result.recv_timeout(long_behind(time)).ok()?;
        self.jobs = Some(jobs);
        Some(result)
    }

    /// What comes of work with an engine, which begins to count what builtins give.
    /// Where that is left behind, so is the engine: another, empty one is in its
    /// place.
    pub(super) fn with_engine<T: Send + 'static>(
        &mut self,
        engine: &mut Engine,
        time: Duration,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Option<Result<T, String>> {
        let mut lent = std::mem::take(engine);
        let (back, result) = self.wait_for(time, move || {
            builtins::begin(time);
            let result = caught(|| work(&mut lent));
            (lent, result)
        })?;
        *engine = back;
        Some(result)
    }
}

/// A machine that is busy is given time to get round to looking at the clock.
fn long_behind(time: Duration) -> Duration {
    const LEAST: Duration = Duration::from_secs(1);
    time.saturating_add(time.max(LEAST))
}

fn begun() -> Option<Sender<Job>> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let thread = thread::Builder::new()
        .name("policy".to_owned())
        .stack_size(STACK);
    let begun = thread.spawn(move || {
        for job in waiting {
            job();
        }
    });
    begun.ok().map(|_| jobs)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::Aside;

    #[test]
    fn what_comes_to_no_end_is_left_behind() {
        let mut aside = Aside::default();
        let moment = Duration::from_millis(1);
        let (end, never) = mpsc::channel::<()>();
        assert_eq!(aside.wait_for(moment, || 1), Some(1));
        assert_eq!(aside.wait_for(moment, move || never.recv().is_ok()), None);
        assert_eq!(aside.wait_for(moment, || 2), Some(2));
        drop(end);
    }
}
