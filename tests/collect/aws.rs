//! A moto server with the AWS CLI pointed at it, for as long as a test runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use coldtrail::recognise::manifest::Manifest;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The account that moto's clients have when they assume no role.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The shells to try; those that aren't installed are left out.
pub(crate) fn shells() -> Vec<&'static [&'static str]> {
    let all: [&[&str]; 4] = [
        &["sh"],
        &["dash"],
        &["busybox", "ash"],
        &["bash", "--posix"],
    ];
    all.into_iter()
        .filter(|shell| {
            let there = Command::new(shell[0])
                .args(&shell[1..])
                .args(["-c", ":"])
                .output();
            there.is_ok_and(|output| output.status.success())
        })
        .collect()
}

/// A server, a folder to work in, and the script in it.
pub(crate) struct Aws {
    server: Child,
    bin: PathBuf,
    endpoint: String,
    pub(crate) folder: TempDir,
}

impl Aws {
    /// Starts a server. Nothing, with a word on why, where there is no virtual
    /// environment.
    pub(crate) fn start() -> Option<Self> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/collect-venv");
        let named = std::env::var_os("COLDTRAIL_TEST_VENV");
        let is_named = named.is_some();
        let venv = named.map_or(own, PathBuf::from);
        let bin = venv.join("bin");
        if !bin.join("aws").exists() || !bin.join("moto_server").exists() {
            assert!(!is_named, "no AWS CLI and moto in `{}`", venv.display());
            eprintln!(
                "skipped: no AWS CLI and moto in `{}`; `.ci/install-collect-tools` installs them",
                venv.display()
            );
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("collect.sh"),
            coldtrail::collect::script(),
        )
        .unwrap();
        let (server, port) = serve(&bin);
        let aws = Self {
            server,
            bin,
            endpoint: format!("http://127.0.0.1:{port}"),
            folder,
        };
        Some(aws)
    }

    /// A command whose environment is the server's and nothing of this machine.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap();
        command
            .env_clear()
            .env("PATH", format!("{}:{path}", self.bin.display()))
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "1")
            // The script has to set its own zone and language.
            .env("TZ", "Asia/Kathmandu")
            .stdin(Stdio::null())
            .current_dir(self.folder.path());
        command
    }

    /// Runs the AWS CLI to prepare the account; it has to succeed.
    pub(crate) fn aws(&self, region: &str, arguments: &str) {
        let output = self
            .command("aws")
            .args(["--region", region])
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "aws {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Makes these the profiles of the AWS CLI, each with credentials that work.
    pub(crate) fn configure(&self, profiles: &[&str]) {
        let folder = self.folder.path().join(".aws");
        std::fs::create_dir_all(&folder).unwrap();
        let config: String = profiles
            .iter()
            .map(|name| format!("[profile {name}]\nregion=us-east-1\n"))
            .collect();
        std::fs::write(folder.join("config"), config).unwrap();
        let keys: String = profiles
            .iter()
            .map(|name| format!("[{name}]\naws_access_key_id=a\naws_secret_access_key=b\n"))
            .collect();
        std::fs::write(folder.join("credentials"), keys).unwrap();
    }

    /// From the given number of calls on, the server refuses the credentials.
    pub(crate) fn refuse_after(&self, calls: usize) {
        let body = calls.to_string();
        let host = self.endpoint.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "POST /moto-api/reset-auth HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("200 OK"), "{answer}");
    }

    /// The script, under a shell.
    pub(crate) fn script(&self, shell: &[&str]) -> Command {
        let mut command = self.command(shell[0]);
        command.args(&shell[1..]).arg("collect.sh");
        command
    }

    /// What coldtrail's report says of a bundle: its exit code, and for each
    /// trail and check the outcome and its code.
    pub(crate) fn check(&self, path: &str) -> (Option<i32>, serde_json::Value) {
        let output = Command::new(env!("CARGO_BIN_EXE_coldtrail"))
            .args(["check", "--format", "json", path])
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let report =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        (output.status.code(), report)
    }

    /// What the script leaves in a folder.
    pub(crate) fn bundle(&self, name: &str) -> Bundle {
        let folder = self.folder.path().join(name);
        let text = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let schema = serde_json::from_str(coldtrail::schema::MANIFEST).unwrap();
        let valid = jsonschema::validator_for(&schema).unwrap();
        assert!(valid.is_valid(&value), "{text}");
        let manifest = Manifest::read(&value).unwrap();
        assert_eq!(manifest.problems, []);
        let organizations = value["organizations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                ["account", "list_accounts"].map(|key| one[key].as_str().unwrap().to_owned())
            })
            .collect();
        Bundle {
            folder,
            manifest,
            organizations,
        }
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A server that answers, and its port. Another process may take a port between
/// finding it free and using it: then the server ends, and another is tried.
fn serve(bin: &Path) -> (Child, u16) {
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut server = Command::new(bin.join("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) && server.try_wait().unwrap().is_none() {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return (server, port);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = server.kill();
        let _ = server.wait();
    }
    panic!("moto does not start");
}

/// The address of a server that answers every call as AWS does where it is
/// denied, in JSON. It lasts as long as the process.
pub(crate) fn denying() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut length = 0;
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                let (name, value) = line.split_once(':').unwrap_or_default();
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let denial = r#"{"__type": "AccessDeniedException", "Message": "You don't have permissions to access this resource."}"#;
            let answer = format!(
                "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{denial}",
                denial.len()
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

/// A folder that the script made.
pub(crate) struct Bundle {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    /// Each account whose organization was asked for, and what became of it.
    pub(crate) organizations: Vec<[String; 2]>,
}

impl Bundle {
    /// The files that the manifest names, sorted, after making sure that they
    /// are all the files there are, unchanged.
    pub(crate) fn files(&self) -> Vec<&str> {
        let mut found: Vec<String> = walkdir::WalkDir::new(&self.folder)
            .min_depth(1)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                entry
                    .path()
                    .strip_prefix(&self.folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .filter(|name| name != "manifest.json")
            .collect();
        let mut named: Vec<&str> = self
            .manifest
            .files
            .iter()
            .map(|entry| entry.file.as_str())
            .collect();
        found.sort();
        named.sort_unstable();
        assert_eq!(found, named);
        for entry in &self.manifest.files {
            let bytes = std::fs::read(self.folder.join(&entry.file)).unwrap();
            assert_eq!(
                entry.sha256,
                Some(Sha256::digest(&bytes).into()),
                "{}",
                entry.file
            );
        }
        named
    }

    /// The text of one file.
    pub(crate) fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap()
    }
}

/// What a program wrote, for the message of an assertion.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Reads a running program's standard error until a line holds a text. The pipe
/// has to stay open for as long as the program writes.
pub(crate) fn wait_for(child: &mut Child, text: &str) -> impl BufRead + use<> {
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        assert!(
            stderr.read_line(&mut line).unwrap() > 0,
            "the program ended without `{text}`"
        );
    }
    stderr
}
