//! Opening a file that was seen before: that very file, plain, without waiting
//! and without following a link that has taken its place.
//!
//! Between the walk of a folder and the opening of its files anybody may put a
//! link, a pipe or another file in the place of one. Which file it is, is asked
//! of what was opened, never of its path.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::source::given::{From, Refused, Source, plain};
use crate::source::root::Root;
use crate::source::streams;

/// What is known of a file before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It stood in a folder that lists it with this number, and is no link.
    Listed(u64),
    /// It stood in a folder, and is no link.
    Itself(Identity),
    /// It is what a path leads to, through links or not.
    Behind(Identity),
    /// It is whatever a path leads to.
    Anything,
}

/// Which file of the machine it is. Where the system doesn't tell, all are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The file that this is of.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Self {
                device: metadata.dev(),
                inode: metadata.ino(),
            }
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Self::default()
        }
    }

    /// Whether this is its number on its device.
    #[must_use]
    pub fn is_number(self, inode: u64) -> bool {
        self.inode == inode
    }
}

impl Source {
    /// Opens the plain file that it is in.
    ///
    /// # Errors
    /// Why it can't be opened, or that it is another than the one seen.
    pub fn open(&self) -> Result<(File, Metadata), Refused> {
        let (path, seen) = (self.path().unwrap_or_default(), self.seen());
        match &self.from {
            From::Below(root, _) if !seen.follows() => match below(root, &self.name) {
                Some(opened) => the_same(opened?, &path, seen),
                None => open(&path, seen),
            },
            _ => open(&path, seen),
        }
    }
}

impl Seen {
    /// Whether links on the way to it are followed.
    fn follows(self) -> bool {
        matches!(self, Self::Behind(_) | Self::Anything)
    }
}

/// Opens a file below a folder on a way without any link, whatever took the place of
/// a folder between; `None` where the system can't.
fn below(root: &Root, name: &str) -> Option<Result<File, Refused>> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let way = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH;
        let (folder, inner) = (root.folder.as_ref()?, root.inner(name)?);
        match openat2(folder, inner, flags, Mode::empty(), way) {
            Ok(file) => Some(Ok(File::from(file))),
            // Linux before 5.6, and containers that know no call this young.
            Err(Errno::NOSYS | Errno::PERM) => None,
            Err(Errno::LOOP) => Some(Err(replaced())),
            Err(error) => Some(Err(not_readable(&error.into()))),
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (root, name);
        None
    }
}

/// Opens a plain file by its path.
fn open(path: &Path, seen: Seen) -> Result<(File, Metadata), Refused> {
    let follows = seen.follows();
    let opened = options(follows).open(path);
    let file = opened.map_err(|error| match is_link(path, follows) {
        true => replaced(),
        false => not_readable(&error),
    })?;
    the_same(file, path, seen)
}

/// What was opened, where it is the plain file that was seen.
fn the_same(file: File, path: &Path, seen: Seen) -> Result<(File, Metadata), Refused> {
    let metadata = file.metadata().map_err(|error| not_readable(&error))?;
    let is_same = match seen {
        Seen::Listed(inode) => {
            Identity::of(&metadata).is_number(inode) || is_mounted(path, inode, &metadata)
        }
        Seen::Itself(identity) | Seen::Behind(identity) => identity == Identity::of(&metadata),
        Seen::Anything => true,
    };
    if !metadata.is_file() || !is_same {
        return Err(replaced());
    }
    match streams::to(Identity::of(&metadata)) {
        Some(stream) => Err(own_output(stream, &metadata)),
        None => Ok((file, metadata)),
    }
}

/// The number that a folder lists an entry with, where the system tells one: mostly
/// the file's own.
#[must_use]
pub fn listed(entry: &DirEntry) -> Option<u64> {
    #[cfg(unix)]
    {
        use walkdir::DirEntryExt;
        Some(entry.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = entry;
        None
    }
}

/// Whether a folder still lists a file with the number that it had, which isn't the
/// file's own: another one is mounted there.
fn is_mounted(path: &Path, inode: u64, opened: &Metadata) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let entries = WalkDir::new(folder).min_depth(1).max_depth(1);
    let mut entries = entries.into_iter().filter_map(Result::ok);
    let entry = entries.find(|entry| entry.file_name() == name);
    let is_listed = entry.is_some_and(|entry| listed(&entry) == Some(inode));
    let now = path.symlink_metadata();
    is_listed && now.is_ok_and(|now| Identity::of(&now) == Identity::of(opened))
}

/// Whether a file was written to between two looks at it.
#[must_use]
pub fn is_altered(before: &Metadata, after: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let changed = |metadata: &Metadata| (metadata.ctime(), metadata.ctime_nsec());
        if changed(before) != changed(after) {
            return true;
        }
    }
    before.len() != after.len() || before.modified().ok() != after.modified().ok()
}

/// The code of a file of evidence that this run's output is added to.
pub(crate) const WRITTEN_TO: &str = "written-to";

/// The code of a new file that a shell has made for this run's output.
pub(crate) const OWN_OUTPUT: &str = "own-output";

/// A file that this run itself writes to.
fn own_output(stream: &str, metadata: &Metadata) -> Refused {
    let is_new = metadata.len() == 0;
    Refused {
        code: if is_new { OWN_OUTPUT } else { WRITTEN_TO },
        why: format!("not read: {stream} of this run goes there"),
        help: Some("send it to a file outside of the evidence".to_owned()),
    }
}

/// A file that is no longer what it was when its folder was listed.
pub(crate) fn replaced() -> Refused {
    Refused {
        code: "file-replaced",
        why: "not read: a link, a pipe or another file took its place after its folder was listed"
            .to_owned(),
        help: Some("run again on evidence that nobody writes to".to_owned()),
    }
}

/// A file that was written to while it was read.
pub(crate) fn altered() -> Refused {
    Refused {
        code: "file-changed",
        why: "not read: it changed while it was read".to_owned(),
        help: Some("run again on evidence that nobody writes to".to_owned()),
    }
}

/// A file that the system doesn't give.
pub(crate) fn not_readable(error: &io::Error) -> Refused {
    Refused {
        code: "not-readable",
        why: plain(error),
        help: Some("make it readable and run again".to_owned()),
    }
}

/// Whether a path that was not to be followed has become a link.
fn is_link(path: &Path, follows: bool) -> bool {
    !follows && path.is_symlink()
}

/// How a file is opened: a pipe is not waited for, and a link not followed.
fn options(follows: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let link = if follows { 0 } else { libc::O_NOFOLLOW };
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | link);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;
        // FILE_FLAG_OPEN_REPARSE_POINT (CreateFileW).
        options.custom_flags(if follows { 0 } else { 0x0020_0000 });
    }
    options
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use super::{Identity, Seen, is_altered, open};

    #[test]
    fn only_the_plain_file_that_was_seen_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [file, other] = ["a.json", "b.json"].map(|name| folder.path().join(name));
        fs::write(&other, "{}").unwrap();
        let code = |seen| open(&file, seen).map_or_else(|refused| refused.code, |_| "opened");
        fs::write(&file, "{}").unwrap();
        let identity = Identity::of(&fs::symlink_metadata(&file).unwrap());
        let all = [
            Seen::Listed(identity.inode),
            Seen::Itself(identity),
            Seen::Behind(identity),
            Seen::Anything,
        ];
        assert_eq!(all.map(code), ["opened"; 4]);
        // Kept beside it, so that its number isn't given to another.
        fs::rename(&file, folder.path().join("kept.json")).unwrap();
        assert_eq!(all.map(code), ["not-readable"; 4]);
        fs::copy(&other, &file).unwrap();
        assert_eq!(
            all.map(code),
            ["file-replaced", "file-replaced", "file-replaced", "opened"]
        );
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("kept.json", &file).unwrap();
        assert_eq!(
            all.map(code),
            ["file-replaced", "file-replaced", "opened", "opened"]
        );
        fs::remove_file(&file).unwrap();
        std::os::unix::net::UnixListener::bind(&file).unwrap();
        assert_eq!(all.map(code), ["not-readable"; 4]);
        fs::remove_file(&file).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&file).status();
        assert!(made.unwrap().success());
        assert_eq!(all.map(code), ["file-replaced"; 4]);
    }

    #[test]
    fn what_is_written_to_is_altered() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        fs::write(&file, "{}").unwrap();
        let before = fs::metadata(&file).unwrap();
        assert!(!is_altered(&before, &fs::metadata(&file).unwrap()));
        fs::write(&file, "{} ").unwrap();
        assert!(is_altered(&before, &fs::metadata(&file).unwrap()));
    }
}
