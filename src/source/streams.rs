//! The plain files that the streams of this program are, as a shell opened them.

use std::fs::Metadata;
use std::sync::OnceLock;

use super::opening::Identity;

/// Which of its streams this program writes to such a file.
pub(super) fn to(file: Identity) -> Option<&'static str> {
    static WRITTEN: OnceLock<[Option<Identity>; 2]> = OnceLock::new();
    let written = WRITTEN.get_or_init(|| {
        let identity = |number| behind(number).map(|metadata| Identity::of(&metadata));
        [identity(1), identity(2)]
    });
    match written {
        [Some(out), _] if *out == file => Some("standard output"),
        [_, Some(error)] if *error == file => Some("standard error"),
        _ => None,
    }
}

/// The plain file that standard input (0), output (1) or error (2) is, if it is one.
#[allow(clippy::disallowed_methods, reason = "nothing is written to it")]
pub(crate) fn behind(number: u32) -> Option<Metadata> {
    #[cfg(unix)]
    {
        use std::fs::File;
        use std::io;
        use std::os::fd::AsFd;
        let copy = match number {
            0 => io::stdin().as_fd().try_clone_to_owned(),
            1 => io::stdout().as_fd().try_clone_to_owned(),
            2 => io::stderr().as_fd().try_clone_to_owned(),
            _ => return None,
        };
        let metadata = File::from(copy.ok()?).metadata().ok()?;
        metadata.is_file().then_some(metadata)
    }
    #[cfg(not(unix))]
    {
        let _ = number;
        None
    }
}
