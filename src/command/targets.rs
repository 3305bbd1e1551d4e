//! The files that a run is to write, held against all that it reads.
//!
//! A target that is an input would be lost, and with it what the report rests
//! on; it is refused before anything is read. Files are compared by what they
//! are and not by how they are spelt.
//!
//! Below a folder of evidence a report may be made, and a report of the same
//! format may take its place when the run is repeated: coldtrail knows its own
//! by their content. No other file there is written over, and no link there is
//! followed, since whoever made the evidence would say where it leads.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::CommandError;
use super::output::file::{Written, failed, prepare};
use super::output::place::{FilePlace, Identity, Place, behind, folds_case, follow, identity};
use crate::policy::{bears_on_policies, is_part_of_policies};
use crate::render::Format;
use crate::text::visible;

mod own;

/// Something that a run reads.
#[derive(Debug, Clone)]
pub(super) enum Input {
    /// A file or folder of evidence.
    Evidence {
        /// Where it is.
        path: PathBuf,
        /// Whether links below it are followed.
        links: bool,
    },
    /// A file or folder of policies, or a bundle.
    Policies(PathBuf),
    /// The same where the reports of its cases may be written.
    Blessed(PathBuf),
    /// A file, by the flag that names it.
    File(&'static str, PathBuf),
}

/// Something that a run is to write.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The flag and its value, as given.
    pub(super) flag: String,
    /// The file.
    pub(super) path: PathBuf,
    /// The format of the report, if it is one.
    pub(super) format: Option<Format>,
}

/// A file that may be written.
#[derive(Debug)]
pub(super) struct Target {
    /// Its path, as given.
    path: PathBuf,
    /// Where that leads.
    place: Place,
    flag: String,
    format: Option<Format>,
    /// The folders of the links that lead there.
    links: Vec<PathBuf>,
}

/// Where all targets lead, if none of them is an input or another target.
pub(super) fn settle(wanted: Vec<Wanted>, inputs: &[Input]) -> Result<Vec<Target>, CommandError> {
    let mut targets: Vec<Target> = Vec::new();
    for wanted in wanted {
        let target = Target::of(wanted)?;
        if let Some(other) = targets.iter().find(|other| target.is(other)) {
            return Err(target.refused(format!(
                "`{}`, and one of the two would be lost",
                visible(&other.flag)
            )));
        }
        target.spares_streams(inputs)?;
        for input in inputs {
            target.spares(input)?;
        }
        targets.push(target);
    }
    Ok(targets)
}

impl Target {
    fn of(wanted: Wanted) -> Result<Self, CommandError> {
        let (place, links) = follow(&wanted.path).map_err(|error| failed(&wanted.path, &error))?;
        Ok(Self {
            path: wanted.path,
            place,
            flag: wanted.flag,
            format: wanted.format,
            links,
        })
    }

    /// Writes it, to take its place later.
    pub(super) fn prepare(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Written, CommandError> {
        prepare(&self.path, &self.place, write)
    }

    fn refused(&self, input: String) -> CommandError {
        CommandError::WritesInput {
            target: visible(&self.flag).into_owned(),
            input,
        }
    }

    /// The plain file that would be written, if one is there.
    fn file(&self) -> Option<Identity> {
        match &self.place {
            Place::Stream(number) => behind(*number),
            Place::Device => None,
            Place::File(file) => file.there.clone(),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Stream(one), Place::Stream(other)) if one == other => return true,
            (Place::Device, Place::Device) => {
                let own = identity(&self.path);
                return own == identity(&other.path) && own != identity(Path::new("/dev/null"));
            }
            (Place::File(one), Place::File(other)) if same_name(one, other) => return true,
            _ => {}
        }
        let file = self.file();
        file.is_some() && file == other.file()
    }

    /// Refuses the file that a stream of this run is, under a name of its own.
    fn spares_streams(&self, inputs: &[Input]) -> Result<(), CommandError> {
        let reads_stdin = inputs
            .iter()
            .any(|input| matches!(input, Input::Evidence { path, .. } if is_stdin(path)));
        let streams = [
            (0, "evidence on standard input"),
            (1, "where standard output goes"),
            (2, "where standard error goes"),
        ];
        let Some(file) = self.file() else {
            return Ok(());
        };
        let is_stream = matches!(self.place, Place::Stream(_));
        for (number, what) in streams {
            let counts = if number == 0 { reads_stdin } else { !is_stream };
            if counts && behind(number).as_ref() == Some(&file) {
                return Err(self.refused(what.to_owned()));
            }
        }
        Ok(())
    }

    /// Refuses an input.
    fn spares(&self, input: &Input) -> Result<(), CommandError> {
        let (path, what) = match input {
            Input::Evidence { path, .. } if is_stdin(path) => return Ok(()),
            Input::Evidence { path, .. } => (path.as_path(), "evidence"),
            Input::Policies(path) | Input::Blessed(path) => (path.as_path(), "policies"),
            Input::File(flag, path) => (path.as_path(), *flag),
        };
        let shown = path.display().to_string();
        let shown = visible(&shown);
        if !path.is_dir() {
            let file = self.file();
            return match file.is_some() && file == identity(path) {
                true => Err(self.refused(match input {
                    Input::File(flag, _) => format!("`{flag} {shown}`"),
                    _ => format!("`{shown}`, which is {what}"),
                })),
                false => Ok(()),
            };
        }
        let within = |inner: &Path| {
            let inner = inner.display().to_string();
            format!("`{}` in the {what} `{shown}`", visible(&inner))
        };
        let is_followed = matches!(input, Input::Policies(_));
        if !is_followed && let Some(inner) = self.links.iter().find_map(|link| below(path, link)) {
            let inner = within(&inner.join(self.path.file_name().unwrap_or_default()));
            return Err(self.refused(format!("{inner}: a link there is not followed")));
        }
        match self.found(path, input) {
            Some(inner) => Err(self.refused(within(&inner))),
            None => Ok(()),
        }
    }

    /// The path below a folder under which the run reads the file, or would.
    fn found(&self, folder: &Path, input: &Input) -> Option<PathBuf> {
        if let Place::File(file) = &self.place
            && let Some(inner) = below(folder, &file.folder)
        {
            let inner = inner.join(&file.name);
            let is_input = match input {
                Input::Evidence { .. } => {
                    file.there.is_some() && !self.format.is_some_and(|format| own::is(format, file))
                }
                Input::Policies(_) => bears_on_policies(&inner),
                Input::Blessed(_) => is_part_of_policies(&inner),
                Input::File(..) => false,
            };
            if is_input {
                return Some(inner);
            }
        }
        let (file, links) = (
            self.file()?,
            !matches!(input, Input::Evidence { links: false, .. }),
        );
        if self.is_empty_stream() {
            return None;
        }
        // A file with one name lies in one folder, and that was looked at.
        if !links && self.has_one_name() {
            return None;
        }
        let entries = WalkDir::new(folder).follow_links(links).into_iter();
        let same = entries.filter_map(Result::ok).filter(|entry| {
            entry.file_type().is_file() && identity(entry.path()).as_ref() == Some(&file)
        });
        // The file under its own name was looked at, too.
        let is_own = |path: &Path| match (&self.place, path.canonicalize()) {
            (Place::File(own), Ok(path)) => path == own.path(),
            _ => false,
        };
        let is_input = |inner: &PathBuf| match input {
            Input::Evidence { .. } => !is_own(&folder.join(inner)),
            Input::Policies(_) => bears_on_policies(inner),
            Input::Blessed(_) => is_part_of_policies(inner),
            Input::File(..) => false,
        };
        let mut inner =
            same.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_path_buf()));
        inner.find(is_input)
    }

    /// Whether it is a stream to a file in which nothing is yet, as a shell has
    /// just made one.
    fn is_empty_stream(&self) -> bool {
        let is_empty = || {
            self.path
                .metadata()
                .is_ok_and(|metadata| metadata.len() == 0)
        };
        matches!(self.place, Place::Stream(_)) && is_empty()
    }

    #[cfg(unix)]
    fn has_one_name(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let Place::File(file) = &self.place else {
            return false;
        };
        file.path()
            .metadata()
            .is_ok_and(|metadata| metadata.nlink() == 1)
    }

    #[cfg(not(unix))]
    fn has_one_name(&self) -> bool {
        false
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The path of a folder, to which no link leads, below another or that itself.
fn below(root: &Path, folder: &Path) -> Option<PathBuf> {
    let root = identity(root)?;
    let above = folder
        .ancestors()
        .find(|above| identity(above).as_ref() == Some(&root))?;
    folder.strip_prefix(above).ok().map(Path::to_path_buf)
}

/// Whether two files are to have one name in one folder, as the folder takes
/// names.
fn same_name(one: &FilePlace, other: &FilePlace) -> bool {
    let folded = |file: &FilePlace| file.name.to_string_lossy().to_lowercase();
    folded(one) == folded(other)
        && identity(&one.folder) == identity(&other.folder)
        && (one.name == other.name
            || (one.there.is_none() && other.there.is_none() && folds_case(&one.folder)))
}
