//! Runs the built program as a stranger's machine would, and knows the
//! fixtures.
//!
//! Nothing of this machine reaches the program: its environment is emptied,
//! and what it prints has the paths of temporary folders replaced. Nothing is
//! asserted here.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

/// One run of the program, not started yet.
pub(crate) struct Run {
    command: Command,
    stdin: Option<Vec<u8>>,
    hidden: Vec<(String, &'static str)>,
}

/// How a run ended.
pub(crate) struct Done {
    /// The exit code; a run that a signal ended has none.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

/// `coldtrail` with these arguments, in the project's root, 100 columns wide.
pub(crate) fn coldtrail<I>(args: I) -> Run
where
    I: IntoIterator,
    I::Item: AsRef<std::ffi::OsStr>,
{
    program(Path::new(env!("CARGO_BIN_EXE_coldtrail")), args)
}

fn program<I>(binary: &Path, args: I) -> Run
where
    I: IntoIterator,
    I::Item: AsRef<std::ffi::OsStr>,
{
    let mut command = Command::new(binary);
    command
        .args(args)
        .current_dir(root())
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "100")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Run {
        command,
        stdin: None,
        hidden: Vec::new(),
    }
}

impl Run {
    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// More arguments.
    pub(crate) fn args<I>(mut self, args: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<std::ffi::OsStr>,
    {
        self.command.args(args);
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another working directory.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What the program reads on standard input.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// A folder whose path is shown as `[word]`.
    pub(crate) fn hide(mut self, folder: &Path, word: &'static str) -> Self {
        self.hidden.push((folder.display().to_string(), word));
        self
    }

    /// The command itself, for a test that handles the process.
    pub(crate) fn command(self) -> Command {
        self.command
    }

    /// Runs it to its end.
    pub(crate) fn done(mut self) -> Done {
        self.command.stdin(match self.stdin {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        });
        let mut child = self.command.spawn().unwrap();
        let writer = self.stdin.map(|bytes| {
            let mut pipe = child.stdin.take().unwrap();
            // The program may have seen enough before the end.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = child.wait_with_output().unwrap();
        if let Some(writer) = writer {
            writer.join().unwrap();
        }
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("the program prints UTF-8");
            self.hidden.iter().fold(text, |text, (path, word)| {
                text.replace(path.as_str(), &format!("[{word}]"))
            })
        };
        Done {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Done {
    /// The report on standard output.
    pub(crate) fn report(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in {}\n{}", self.stdout, self.stderr))
    }
}

/// The program as somebody whom permissions bind. A test that runs as root
/// gets a copy of the program where anybody can run it, as `nobody`.
#[cfg(unix)]
pub(crate) struct Unprivileged {
    copy: Option<tempfile::TempDir>,
}

#[cfg(unix)]
impl Unprivileged {
    /// Makes the copy where one is needed.
    pub(crate) fn new() -> Self {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let root = std::fs::metadata(folder.path()).unwrap().uid() == 0;
        if root {
            let anybody = std::fs::Permissions::from_mode(0o755);
            let binary = folder.path().join("coldtrail");
            // By another process: a program that other tests start meanwhile
            // would hold the copy open for writing, and it could not be run.
            let mut copy = Command::new("cp");
            copy.arg(env!("CARGO_BIN_EXE_coldtrail")).arg(&binary);
            assert!(copy.status().unwrap().success());
            std::fs::set_permissions(&binary, anybody.clone()).unwrap();
            std::fs::set_permissions(folder.path(), anybody).unwrap();
        }
        Self {
            copy: root.then_some(folder),
        }
    }

    /// `coldtrail` with these arguments.
    pub(crate) fn coldtrail<I>(&self, args: I) -> Run
    where
        I: IntoIterator,
        I::Item: AsRef<std::ffi::OsStr>,
    {
        use std::os::unix::process::CommandExt;
        const NOBODY: u32 = 65_534;
        match &self.copy {
            None => coldtrail(args),
            Some(folder) => {
                let mut run = program(&folder.path().join("coldtrail"), args);
                run.command.uid(NOBODY).gid(NOBODY).current_dir("/");
                run
            }
        }
    }
}

/// What was printed, without the times.
pub(crate) fn timeless(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out: Vec<&str> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let before_unit = words
            .get(index + 1)
            .is_some_and(|unit| unit.starts_with("ms"));
        out.push(if before_unit && word.parse::<f64>().is_ok() {
            "[time]"
        } else {
            word
        });
    }
    out.join(" ")
}

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One folder under `fixtures/`.
pub(crate) struct Fixture {
    /// Its name: what is true of it.
    pub(crate) name: String,
    /// What is asked of it, and what must come out.
    pub(crate) case: Case,
}

/// `case.toml` of a fixture.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The fixture's name as a sentence.
    pub(crate) fact: String,
    /// `--as-of`.
    pub(crate) as_of: Option<String>,
    /// The exit code.
    pub(crate) exit: i32,
    /// `--param`.
    #[serde(default)]
    pub(crate) params: BTreeMap<String, i64>,
    /// The codes of the checks of each subject, by its name; in any order.
    pub(crate) checks: BTreeMap<String, Vec<String>>,
    /// The codes of its warnings, where it has any; in any order.
    #[serde(default)]
    pub(crate) warnings: BTreeMap<String, Vec<String>>,
}

impl Fixture {
    /// Every fixture that has a case, by name.
    pub(crate) fn all() -> Vec<Self> {
        let mut all: Vec<Self> = std::fs::read_dir(root().join("fixtures"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                root()
                    .join("fixtures")
                    .join(name)
                    .join("case.toml")
                    .exists()
            })
            .map(|name| Self::named(&name))
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The fixture with this name.
    pub(crate) fn named(name: &str) -> Self {
        let file = root().join("fixtures").join(name).join("case.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let mut case: Case =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for codes in case.checks.values_mut().chain(case.warnings.values_mut()) {
            codes.sort();
        }
        Self {
            name: name.to_owned(),
            case,
        }
    }

    /// The evidence, relative to the project's root.
    pub(crate) fn evidence(&self) -> PathBuf {
        ["fixtures", &self.name, "evidence"].iter().collect()
    }

    /// The flags that the case asks for.
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if let Some(as_of) = &self.case.as_of {
            flags.extend(["--as-of".to_owned(), as_of.clone()]);
        }
        for (name, value) in &self.case.params {
            flags.extend(["--param".to_owned(), format!("{name}={value}")]);
        }
        flags
    }

    /// `coldtrail check` on it, ready for more arguments.
    pub(crate) fn check(&self) -> Run {
        coldtrail(["check"]).arg(self.evidence()).args(self.flags())
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Does something for each fixture and fails once, with every fixture that
/// did not hold.
pub(crate) fn for_each_fixture(holds: impl Fn(&Fixture) + Sync) {
    let all = Fixture::all();
    assert!(all.len() > 40, "the fixtures are there");
    let next = std::sync::atomic::AtomicUsize::new(0);
    let failed = std::sync::Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(fixture) =
                    all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let attempt = std::panic::AssertUnwindSafe(|| holds(fixture));
                    if std::panic::catch_unwind(attempt).is_err() {
                        failed.lock().unwrap().push(fixture.name.clone());
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(failed.is_empty(), "does not hold for {failed:?}; see above");
}

/// Whether this process was started with a signal ignored, as a shell starts what
/// runs in the background: what it starts ignores it too.
#[cfg(unix)]
pub(crate) fn is_ignored(signal: u32) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return false;
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    ignored & (1 << (signal - 1)) != 0
}
