//! `--exclude`: which files are left out, by their names in the report.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::source::archive::Format;

/// Globs of files that are not read.
///
/// As in a `.gitignore`: a glob without `/` matches at any depth, one with `/`
/// from the top of the bundle, `*` stays within one name and `**` doesn't, and
/// what matches a folder or an archive takes out everything in it.
#[derive(Debug, Clone, Default)]
pub struct Excludes {
    /// The globs as they were given, sorted, each once.
    globs: Vec<Arc<str>>,
    set: GlobSet,
    /// The glob that each of the set's is a form of.
    forms: Vec<usize>,
}

impl Excludes {
    /// Reads globs.
    ///
    /// # Errors
    /// The first that is none, and why.
    pub fn new(globs: &[String]) -> Result<Self, (String, String)> {
        let globs: BTreeSet<&str> = globs.iter().map(String::as_str).collect();
        let mut set = GlobSetBuilder::new();
        let mut forms = Vec::new();
        for (number, glob) in globs.iter().enumerate() {
            for form in compiled(glob).map_err(|why| (shortened(glob), why))? {
                set.add(form);
                forms.push(number);
            }
        }
        let refused = |error: globset::Error| {
            let glob = shortened(error.glob().unwrap_or_default());
            let why = "it is too large, alone or with the others: give fewer or shorter globs";
            (glob, why.to_owned())
        };
        Ok(Self {
            set: set.build().map_err(refused)?,
            globs: globs.into_iter().map(Arc::from).collect(),
            forms,
        })
    }

    /// The globs, sorted.
    #[must_use]
    pub fn globs(&self) -> &[Arc<str>] {
        &self.globs
    }

    /// The first glob that takes out the file of this name, if one does.
    #[must_use]
    pub fn matching(&self, name: &str) -> Option<&str> {
        if self.globs.is_empty() {
            return None;
        }
        let path = as_path(name);
        let folders = path.match_indices('/').map(|(end, _)| end);
        let candidates = folders
            .chain([path.len()])
            .filter_map(|end| path.get(..end));
        let matched = candidates.flat_map(|candidate| self.set.matches(candidate));
        let first = matched.filter_map(|form| self.forms.get(form)).min()?;
        self.globs.get(*first).map(|glob| &**glob)
    }
}

/// A name with `/` where an archive's entry begins: `a.zip/b.json`.
fn as_path(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for part in name.split_inclusive('!') {
        path.push_str(part);
        let archive = path.strip_suffix('!');
        if archive.is_some_and(|archive| archive == "stdin" || Format::is_named(archive)) {
            path.pop();
            path.push('/');
        }
    }
    path
}

/// The longest glob, in bytes.
const LONGEST: usize = 4096;

/// A glob as far as a message shows it.
fn shortened(glob: &str) -> String {
    match glob.char_indices().nth(60) {
        None => glob.to_owned(),
        Some((end, _)) => format!("{}…", glob.get(..end).unwrap_or_default()),
    }
}

/// The forms of a glob: as it is spelt, and with `!` as what parts an archive
/// from its entry.
fn compiled(glob: &str) -> Result<Vec<Glob>, String> {
    if glob.len() > LONGEST {
        return Err(format!(
            "it has {} bytes, and {LONGEST} are allowed, which is more than any name has",
            glob.len()
        ));
    }
    if glob.trim_matches('/').is_empty() {
        return Err("it names no file".to_owned());
    }
    if glob.starts_with('!') {
        return Err("nothing is taken back in by a `!`".to_owned());
    }
    let pattern = glob.strip_suffix('/').unwrap_or(glob);
    let anchored = match pattern.strip_prefix('/') {
        Some(pattern) => pattern.to_owned(),
        None if pattern.contains('/') => pattern.to_owned(),
        None => format!("**/{pattern}"),
    };
    let entries = entry_marks_as_slashes(&anchored);
    let mut forms = vec![build(&anchored)?];
    if entries != anchored {
        forms.push(build(&entries)?);
    }
    Ok(forms)
}

/// The glob with `/` for each `!` that is no `[!…]` and not escaped.
fn entry_marks_as_slashes(glob: &str) -> String {
    let mut before = ' ';
    let mark = |character| {
        let own = match (before, character) {
            ('[' | '\\', '!') => '!',
            (_, '!') => '/',
            _ => character,
        };
        before = character;
        own
    };
    glob.chars().map(mark).collect()
}

fn build(pattern: &str) -> Result<Glob, String> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::Excludes;

    fn takes_out(glob: &str, name: &str) -> bool {
        let excludes = Excludes::new(&[glob.to_owned()]).unwrap();
        excludes.matching(name).is_some()
    }

    #[test]
    fn without_a_slash_at_any_depth_and_with_one_from_the_top() {
        for (glob, name) in [
            ("*.png", "a.png"),
            ("*.png", "x/y/a.png"),
            ("*.png", "bundle.zip!x/a.png"),
            ("*.png", "bundle.zip!a.png"),
            ("old", "x/old/y/a.json"),
            ("old/", "x/old/y/a.json"),
            ("old/**", "old/y/a.json"),
            ("/old", "old/a.json"),
            ("x/*.json", "x/a.json"),
            ("**/old/*.json", "x/y/old/a.json"),
            ("*.zip", "x/bundle.zip!a.json"),
            ("bundle.zip!inner/x", "bundle.zip!inner/x"),
            ("bundle.zip!a.json", "x/bundle.zip!a.json"),
            ("bundle.zip!*/a.json", "bundle.zip!us-east-1/a.json"),
            ("a!b.json", "a!b.json"),
            ("{a,b}.json", "x/b.json"),
            ("[!a].json", "b.json"),
        ] {
            assert!(takes_out(glob, name), "{glob} {name}");
        }
        for (glob, name) in [
            ("*.png", "a.png.json"),
            ("/old", "x/old/a.json"),
            ("x/*.json", "x/y/a.json"),
            ("x/*.json", "z/x/a.json"),
            ("a", "a!b.json"),
            ("b*n", "bundle.zip!main/x.jsonx"),
            ("[!a].json", "a.json"),
            ("*.PNG", "a.png"),
        ] {
            assert!(!takes_out(glob, name), "{glob} {name}");
        }
    }

    #[test]
    fn the_first_in_order_is_told_whichever_came_first() {
        let globs = ["x", "*.json"].map(str::to_owned);
        for globs in [globs.clone(), [globs[1].clone(), globs[0].clone()]] {
            let excludes = Excludes::new(&globs).unwrap();
            assert_eq!(excludes.matching("x/a.json"), Some("*.json"));
        }
        assert_eq!(Excludes::default().matching("x"), None);
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        let long = "*".repeat(100_000);
        let (told, why) = Excludes::new(std::slice::from_ref(&long)).unwrap_err();
        assert_eq!(told, "*".repeat(60) + "…");
        assert!(why.contains("100000 bytes, and 4096 are allowed"), "{why}");
        // Within the bound, whatever it is: no panic.
        for sign in ["*", "**/", "?", "[a-z]", "{a,b}", "{", "\\", "{a,{b,"] {
            let glob = sign.repeat(4096 / sign.len());
            let excludes = Excludes::new(std::slice::from_ref(&glob));
            let _ = excludes.map(|excludes| excludes.matching("x/a.json").is_some());
        }
        for glob in ["", "/", "!a", "[a", "{a"] {
            let (told, why) = Excludes::new(&["*.b".to_owned(), glob.to_owned()]).unwrap_err();
            assert_eq!((told.as_str(), why.is_empty()), (glob, false));
        }
    }
}
