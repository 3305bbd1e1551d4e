//! Files that are written whole or not at all.
//!
//! A file is written beside its place, synced, and moved there in one step; its
//! folder is synced after that. A stream is written straight: what was
//! written there before is not ours.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::place::{self, FilePlace, Place};
use super::unfinished::{Before, Together, Unfinished};
use crate::command::CommandError;

/// How much is gathered before it is written, in bytes.
const GATHERED: usize = 1 << 16;

/// A file that is whole, and not yet where it belongs.
pub(in crate::command) struct Written {
    path: PathBuf,
    /// Nothing for what was no plain file, and is written already.
    file: Option<(Unfinished, FilePlace)>,
}

impl Written {
    /// Puts the file in its place, in one step.
    pub(in crate::command) fn put_in_place(self) -> Result<(), CommandError> {
        let Some((mut file, place)) = self.file else {
            return Ok(());
        };
        let before = match place.there {
            Some(_) => Before::Replaced,
            None => Before::Nothing,
        };
        file.put(&place.path(), before, false)
            .and_then(|()| sync(&place.folder))
            .map_err(|error| failed(&self.path, &error))
    }
}

/// Writes a file beside the one asked for, which takes its place later. What
/// is no plain file (a terminal, a pipe) is written straight.
pub(in crate::command) fn prepare(
    path: &Path,
    place: &Place,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Written, CommandError> {
    let file = match place {
        Place::Stream(1) => straight(Ok(io::stdout()), write),
        Place::Stream(2) => straight(Ok(io::stderr()), write),
        Place::Stream(number) => straight(place::open(*number), write),
        Place::Device => straight(OpenOptions::new().write(true).open(path), write),
        Place::File(place) => beside(place, write).map(|file| Some((file, place.clone()))),
    };
    match file {
        Ok(file) => Ok(Written {
            path: path.to_path_buf(),
            file,
        }),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Writes what is no plain file. A reader that closes a pipe has seen enough.
fn straight(
    file: io::Result<impl Write>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Option<(Unfinished, FilePlace)>> {
    match file.and_then(|file| written(file, write)) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(None),
    }
}

fn written(
    file: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(GATHERED, file);
    let done = write(&mut out).and_then(|()| out.flush());
    // Where it failed, dropping the rest must not try again.
    drop(out.into_parts());
    done
}

fn beside(
    place: &FilePlace,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Unfinished> {
    let like = fs::metadata(place.path()).ok();
    let unfinished = Unfinished::make(&place.folder, like.as_ref())?;
    let file = unfinished.file()?;
    written(file, write)?;
    file.sync_all()?;
    Ok(unfinished)
}

/// Writes new files, with the folders they are in, and tells of them: all of
/// that or nothing.
pub(in crate::command) fn write_new(
    files: &[(PathBuf, &str)],
    tell: impl FnOnce() -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let mut together = Together::default();
    let mut whole = Vec::new();
    for (path, text) in files {
        let folder = path.parent().unwrap_or(Path::new("."));
        together
            .folder(folder)
            .map_err(|error| failed(folder, &error))?;
        let (place, _) = place::follow(path).map_err(|error| failed(path, &error))?;
        let Place::File(place) = place else {
            return Err(CommandError::InTheWay { path: path.clone() });
        };
        let file = beside(&place, |out| out.write_all(text.as_bytes()));
        let file = file.map_err(|error| failed(path, &error))?;
        whole.push((file, place, path));
    }
    let mut folders = Vec::new();
    for (file, place, path) in whole {
        together
            .put(file, &place.path())
            .map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => CommandError::InTheWay { path: path.clone() },
                _ => failed(path, &error),
            })?;
        folders.push((place.folder, path));
    }
    for (folder, path) in folders {
        sync(&folder).map_err(|error| failed(path, &error))?;
    }
    tell()?;
    together.keep();
    Ok(())
}

/// Syncs what a folder says is in it, where the system can.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

/// Why a file was not written, in words that are the same on every system.
pub(in crate::command) fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::Output {
        path: path.to_path_buf(),
        why: match error.kind() {
            // Said in this program's own words.
            ErrorKind::Other if error.get_ref().is_some() => error.to_string(),
            ErrorKind::AlreadyExists => "something else came to its place meanwhile".to_owned(),
            _ => crate::source::given::plain(error),
        },
    }
}
