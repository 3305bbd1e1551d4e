//! Files that are being made, and go away where a run is ended half-way: by an
//! error, or by the signals with which a terminal or a supervisor ends it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::recognise::own::{UNFINISHED_END, UNFINISHED_START};

/// What a signal removes: files, and folders made for them, in the order in
/// which they were made.
static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Whoever makes, moves or removes one of the files holds this meanwhile, so
/// that a signal finds all of them.
fn made() -> MutexGuard<'static, Vec<PathBuf>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is being written beside the one whose place it takes.
pub(in crate::command) struct Unfinished {
    /// Nothing once it is in its place.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

/// What may be at the place of a finished file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// The file that was there when the run began.
    Replaced,
    /// Nothing: what came there since is not ours to replace.
    Nothing,
}

impl Unfinished {
    /// Makes a file in a folder, with the permissions of `like`.
    pub(in crate::command) fn make(folder: &Path, like: Option<&fs::Metadata>) -> io::Result<Self> {
        signals::listen();
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED_START).suffix(UNFINISHED_END);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = like.map_or(0o666, |metadata| metadata.permissions().mode() & 0o777);
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = like;
        let mut made = made();
        let file = builder.tempfile_in(folder)?;
        let path = file.path().to_path_buf();
        made.push(path.clone());
        Ok(Self {
            file: Some(file),
            path,
        })
    }

    pub(in crate::command) fn path(&self) -> &Path {
        &self.path
    }

    /// The file, to be written.
    pub(super) fn file(&self) -> io::Result<&fs::File> {
        let file = self.file.as_ref().map(NamedTempFile::as_file);
        file.ok_or_else(|| io::Error::other("it is in its place already"))
    }

    /// Puts it in its place. Where it is `provisional`, it goes away with all
    /// that is unfinished until it is kept.
    pub(super) fn put(
        &mut self,
        target: &Path,
        before: Before,
        provisional: bool,
    ) -> io::Result<()> {
        let mut made = made();
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let put = match before {
            Before::Replaced => file.persist(target),
            Before::Nothing => file.persist_noclobber(target).or_else(|failed| {
                // Some file systems can't move a file only if nothing is there.
                let is_there = target.symlink_metadata().is_ok();
                match failed.error.kind() == io::ErrorKind::AlreadyExists || is_there {
                    true => Err(failed),
                    false => failed.file.persist(target),
                }
            }),
        };
        made.retain(|path| *path != self.path);
        put.map_err(|failed| failed.error)?;
        if provisional {
            made.push(target.to_path_buf());
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut made = made();
        if self.file.take().is_some() {
            made.retain(|path| *path != self.path);
        }
    }
}

/// New files and folders that are kept all together or not at all.
#[derive(Default)]
pub(super) struct Together {
    /// What was made of them so far.
    paths: Vec<PathBuf>,
}

impl Together {
    /// Makes a folder and those above it that are not there.
    pub(super) fn folder(&mut self, folder: &Path) -> io::Result<()> {
        signals::listen();
        let missing = folder.ancestors().take_while(|folder| {
            !folder.as_os_str().is_empty() && folder.symlink_metadata().is_err()
        });
        let missing: Vec<&Path> = missing.collect();
        for folder in missing.into_iter().rev() {
            let mut made = made();
            match fs::create_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    made.push(folder.to_path_buf());
                    self.paths.push(folder.to_path_buf());
                }
            }
        }
        match folder.is_dir() || folder.as_os_str().is_empty() {
            true => Ok(()),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Puts a file where nothing is.
    pub(super) fn put(&mut self, mut file: Unfinished, target: &Path) -> io::Result<()> {
        file.put(target, Before::Nothing, true)?;
        self.paths.push(target.to_path_buf());
        Ok(())
    }

    /// Keeps all of it.
    pub(super) fn keep(mut self) {
        let mut made = made();
        let paths = std::mem::take(&mut self.paths);
        made.retain(|path| !paths.contains(path));
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        let mut made = made();
        remove(&self.paths);
        made.retain(|path| !self.paths.contains(path));
    }
}

/// Removes files and the folders that are empty then, the last made first.
fn remove(paths: &[PathBuf]) {
    for path in paths.iter().rev() {
        // Nobody is left to hear that it can't be removed.
        let _ = match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir(path),
            _ => fs::remove_file(path),
        };
    }
}

#[cfg(unix)]
mod signals {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Once};
    use std::thread;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::flag::register_usize;
    use signal_hook::low_level::emulate_default_handler;

    /// How often it is asked whether one came. A pipe would wake without asking,
    /// but signal-hook's is a socket, and nothing here opens one.
    const PAUSE: Duration = Duration::from_millis(20);

    /// Hears from now on the signals that end a run. One that whoever started
    /// the run had it ignore (`nohup`, a job in the background) stays ignored.
    pub(super) fn listen() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let came = Arc::new(AtomicUsize::new(0));
            let ended = Arc::clone(&came);
            let wait = move || {
                let signal = loop {
                    match i32::try_from(ended.load(Ordering::Acquire)) {
                        Ok(0) | Err(_) => thread::sleep(PAUSE),
                        Ok(signal) => break signal,
                    }
                };
                // Held to the end of the process: nothing is made any more.
                let made = super::made();
                super::remove(&made);
                // Ends the process as the signal itself would have.
                let _ = emulate_default_handler(signal);
            };
            // Where nobody can wait for them, they end the run as ever.
            if thread::Builder::new().spawn(wait).is_err() {
                return;
            }
            let ignored = ignored();
            for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ] {
                let Ok(value) = usize::try_from(signal) else {
                    continue;
                };
                if (ignored >> value.saturating_sub(1)) & 1 == 0 {
                    let _ = register_usize(signal, Arc::clone(&came), value);
                }
            }
        });
    }

    /// The signals that are ignored, as Linux tells: the first is the lowest
    /// bit. Elsewhere none is known to be.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }
}

#[cfg(not(unix))]
mod signals {
    /// There are none.
    pub(super) fn listen() {}
}
