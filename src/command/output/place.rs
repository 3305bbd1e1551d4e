//! Where a path to write leads, links and all.
//!
//! Links are followed by hand, one at a time: a link to nothing leads to the
//! file that is to be made, and a link into this program's own streams leads to
//! a stream and not to the file behind it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::source::streams;

/// How many links are followed, as on Linux.
const MOST_LINKS: usize = 40;

/// What tells a file from every other. A file that is removed may leave its
/// identity to the next, so it holds only while nothing is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct Identity(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] PathBuf);

/// The identity of what is at a path, links followed.
pub(in crate::command) fn identity(path: &Path) -> Option<Identity> {
    #[cfg(unix)]
    return fs::metadata(path).ok().map(|metadata| of(&metadata));
    #[cfg(not(unix))]
    return fs::canonicalize(path).ok().map(Identity);
}

#[cfg(unix)]
fn of(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity((metadata.dev(), metadata.ino()))
}

/// Where a path leads.
#[derive(Debug, Clone)]
pub(in crate::command) enum Place {
    /// One of this program's own open files, by number.
    Stream(u32),
    /// A pipe, a terminal or another device.
    Device,
    /// A file, there already or not.
    File(FilePlace),
}

/// A file, there already or not.
#[derive(Debug, Clone)]
pub(in crate::command) struct FilePlace {
    /// Its folder; no link leads there.
    pub(in crate::command) folder: PathBuf,
    /// Its name there.
    pub(in crate::command) name: OsString,
    /// What it is, if it is there.
    pub(in crate::command) there: Option<Identity>,
}

impl FilePlace {
    /// Its path, in which there is no link.
    pub(in crate::command) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }
}

/// Where a path leads, and the folders in which its links lie.
pub(in crate::command) fn follow(path: &Path) -> io::Result<(Place, Vec<PathBuf>)> {
    let (end, links) = match walk(path)? {
        Walked::Stream(number) => return Ok((Place::Stream(number), Vec::new())),
        Walked::At(end, links) => (end, links),
    };
    let there = match fs::metadata(&end) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let is_folder = there.as_ref().is_some_and(Metadata::is_dir);
    if is_folder || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(io::Error::other("it is a folder"));
    }
    if there.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return Ok((Place::Device, links));
    }
    let (Some(folder), Some(name)) = (end.parent(), end.file_name()) else {
        return Err(io::Error::other("it names no file"));
    };
    if !folder.is_dir() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let place = FilePlace {
        folder: folder.to_path_buf(),
        name: name.to_owned(),
        there: there.and_then(|_| identity(&end)),
    };
    Ok((Place::File(place), links))
}

enum Walked {
    Stream(u32),
    /// A path without links, and the folders of those that led there.
    At(PathBuf, Vec<PathBuf>),
}

fn walk(path: &Path) -> io::Result<Walked> {
    let mut at = PathBuf::new();
    let mut links = Vec::new();
    let mut rest = reversed(&std::path::absolute(path)?);
    while let Some(part) = rest.pop() {
        match Path::new(&part).components().next() {
            None | Some(Component::CurDir) => {}
            Some(Component::ParentDir) => {
                at.pop();
            }
            Some(Component::RootDir | Component::Prefix(_)) => at.push(&part),
            Some(Component::Normal(name)) => {
                if let Some(number) = number(name).filter(|_| rest.is_empty() && is_streams(&at)) {
                    return Ok(Walked::Stream(number));
                }
                let next = at.join(name);
                match fs::read_link(&next) {
                    Err(_) => at = next,
                    Ok(_) if links.len() >= MOST_LINKS => {
                        return Err(io::Error::other("too many links lead to it"));
                    }
                    Ok(target) => {
                        links.push(at.clone());
                        rest.extend(reversed(&target));
                    }
                }
            }
        }
    }
    Ok(Walked::At(at, links))
}

fn reversed(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev();
    parts.map(|part| part.as_os_str().to_owned()).collect()
}

fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}

/// Whether a folder, to which no link leads, lists this program's open files.
fn is_streams(folder: &Path) -> bool {
    let own = Path::new("/proc").join(std::process::id().to_string());
    let of_thread = |inner: &Path| {
        let parts: Vec<&OsStr> = inner.iter().collect();
        matches!(parts.as_slice(), [task, _, fd] if *task == "task" && *fd == "fd")
    };
    folder == Path::new("/dev/fd")
        || folder
            .strip_prefix(own)
            .is_ok_and(|inner| inner == Path::new("fd") || of_thread(inner))
}

/// The identity of the plain file that one of this program's streams is, if it
/// is one.
#[cfg(unix)]
pub(in crate::command) fn behind(number: u32) -> Option<Identity> {
    let metadata = match number {
        0..=2 => streams::behind(number)?,
        _ => fs::metadata(format!("/dev/fd/{number}")).ok()?,
    };
    metadata.is_file().then(|| of(&metadata))
}

#[cfg(not(unix))]
pub(in crate::command) fn behind(_: u32) -> Option<Identity> {
    None
}

/// One of the open files beyond the first three, for writing as whoever opened
/// it meant.
pub(super) fn open(number: u32) -> io::Result<File> {
    let path = format!("/dev/fd/{number}");
    let is_file = fs::metadata(&path)?.is_file();
    let appends = is_file.then(|| appends(number)).flatten();
    if appends == Some(false) {
        // Linux would open the file behind it anew, at its beginning.
        return Err(io::Error::other(format!(
            "it is a file that is not open for appending; open it with `{number}>>`, or give the file's own name"
        )));
    }
    let mut options = fs::OpenOptions::new();
    options.append(appends == Some(true));
    options.write(true).open(path)
}

/// Whether an open file is open for appending, where the system says so.
fn appends(number: u32) -> Option<bool> {
    const O_APPEND: u32 = 0o2000;
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).ok()?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    let flags = u32::from_str_radix(flags.trim(), 8).ok()?;
    Some(flags & O_APPEND != 0)
}

/// Whether a folder takes two names that differ in case for one. Asks the
/// folder itself: one file system may hold folders of both kinds.
pub(in crate::command) fn folds_case(folder: &Path) -> bool {
    let Ok(probe) = super::unfinished::Unfinished::make(folder, None) else {
        return false;
    };
    let name = probe.path().file_name().map(OsStr::to_string_lossy);
    let turned = name.map(|name| name.to_uppercase());
    turned.is_some_and(|turned| folder.join(turned).symlink_metadata().is_ok())
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Place, follow};
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn links_lead_to_the_file_that_is_there_or_is_to_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/there"), "").unwrap();
        symlink("a/there", root.join("link")).unwrap();
        symlink(root.join("a/new"), root.join("dangling")).unwrap();
        symlink("link", root.join("chain")).unwrap();
        symlink("round", root.join("round")).unwrap();
        let to = |name: &str| match follow(&root.join(name)) {
            Ok((Place::File(file), links)) => {
                let path = file.path();
                let inner = path.strip_prefix(&root).unwrap();
                let there = if file.there.is_some() { "there" } else { "new" };
                format!("{} {there} {}", inner.display(), links.len())
            }
            Ok((place, _)) => format!("{place:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(to("a/../a/./there"), "a/there there 0");
        assert_eq!(to("link"), "a/there there 1");
        assert_eq!(to("chain"), "a/there there 2");
        assert_eq!(to("dangling"), "a/new new 1");
        assert_eq!(to("round"), "too many links lead to it");
        assert_eq!(to("a"), "it is a folder");
        assert_eq!(to("new/"), "it is a folder");
        assert_eq!(to("no/new"), "entity not found");
    }

    #[test]
    fn a_stream_is_known_however_it_is_spelt() {
        let folder = tempfile::tempdir().unwrap();
        symlink("/dev/stdout", folder.path().join("out")).unwrap();
        let out = folder.path().join("out");
        for path in ["/dev/stdout", "/dev/../dev/fd/1", out.to_str().unwrap()] {
            let place = follow(Path::new(path)).unwrap().0;
            assert!(matches!(place, Place::Stream(1)), "{path}: {place:?}");
        }
        let place = follow(Path::new("/dev/null")).unwrap().0;
        assert!(matches!(place, Place::Device), "{place:?}");
    }
}
