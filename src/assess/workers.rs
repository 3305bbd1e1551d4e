//! Work on every core, each with an engine of its own.
//!
//! Jobs are begun in their order, and what comes of them is taken in their
//! order: nothing shows who did what, and little waits for its turn.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::{Checked, EngineError, Worker};

/// Does every job, and hands on what came of each in their order. After a job
/// that gives nothing no other is begun.
///
/// # Errors
/// Where an engine can't be made of the policies.
pub(super) fn on_workers<J: Send, T: Send>(
    checked: &Checked<'_>,
    limit: Duration,
    jobs: Vec<J>,
    work: &(dyn Fn(&mut Worker, J) -> Option<T> + Sync),
    take: &mut (dyn FnMut(T) + Send),
) -> Result<(), EngineError> {
    let workers = rayon::current_num_threads().min(jobs.len()).max(1);
    let compiled = checked.compiled();
    let first = Mutex::new(Some(Worker::of(&compiled, limit)?));
    let jobs = Mutex::new(Some(jobs.into_iter().enumerate()));
    let turns = Mutex::new(Turns {
        next: 0,
        waiting: BTreeMap::new(),
        take,
    });
    let failed = Mutex::new(None);
    let next = || locked(&jobs).as_mut().and_then(Iterator::next);
    let one = || {
        let ready = locked(&first).take();
        let mut worker = match ready.map_or_else(|| Worker::of(&compiled, limit), Ok) {
            Ok(worker) => worker,
            Err(error) => {
                *locked(&failed) = Some(error);
                return;
            }
        };
        while let Some((number, job)) = next() {
            match work(&mut worker, job) {
                Some(result) => locked(&turns).put(number, result),
                None => *locked(&jobs) = None,
            }
        }
    };
    rayon::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|_| one());
        }
    });
    locked(&failed).take().map_or(Ok(()), Err)
}

/// What came of the jobs, handed on in their order.
struct Turns<'t, T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
    take: &'t mut (dyn FnMut(T) + Send),
}

impl<T> Turns<'_, T> {
    fn put(&mut self, number: usize, result: T) {
        self.waiting.insert(number, result);
        while let Some(result) = self.waiting.remove(&self.next) {
            (self.take)(result);
            self.next += 1;
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
