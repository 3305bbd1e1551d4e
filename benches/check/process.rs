//! Runs a job as a process of its own and says what it took.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::bundle::AS_OF;

/// The word that makes the benchmark itself do the floor.
pub(crate) const FLOOR: &str = "--floor-of";

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Job {
    /// `coldtrail check --format json`.
    Check,
    /// Walk, read, parse.
    Floor,
}

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// From start to end.
    pub(crate) wall: Duration,
    /// The most memory that was resident, in KB: `VmHWM`, asked for again and
    /// again, at the least every 20 milliseconds, so what comes in the last ones
    /// may be missed. Zero where the system doesn't tell.
    pub(crate) peak_kb: u64,
}

impl Cost {
    /// The wall time in milliseconds.
    pub(crate) fn ms(&self) -> f64 {
        self.wall.as_secs_f64() * 1000.0
    }
}

impl Job {
    /// Runs it on a bundle, on so many threads.
    pub(crate) fn run(self, folder: &Path, jobs: usize) -> Cost {
        let jobs = jobs.to_string();
        let mut command = match self {
            Self::Check => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_coldtrail"));
                command.args([
                    "check", "--format", "json", "--as-of", AS_OF, "--jobs", &jobs,
                ]);
                command.arg(folder);
                command
            }
            Self::Floor => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.arg(FLOOR).arg(folder).arg(&jobs);
                command
            }
        };
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut peak_kb = 0;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            peak_kb = peak(&child).unwrap_or(peak_kb).max(peak_kb);
            // Asking takes a core for a moment, and holds up what is measured.
            let pause = start.elapsed() / 100;
            std::thread::sleep(pause.clamp(Duration::from_millis(1), Duration::from_millis(20)));
        };
        let wall = start.elapsed();
        assert!(
            matches!(status.code(), Some(0 | 1 | 3)),
            "{self:?} ended with {status}"
        );
        Cost { wall, peak_kb }
    }
}

fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
