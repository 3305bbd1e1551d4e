//! What a file's name says of what is in it.
//!
//! A name proves no answer. It may clear a file that can't be read or holds
//! nothing, where it positively says another thing; a word that isn't known
//! here clears nothing.

use crate::cloudtrail::name::{Readings, stem};
use crate::cloudtrail::{arn, keys};
use crate::recognise::facts::Call;
use crate::recognise::{no_state, prose, vocabulary};
use crate::source::archive::Format;
use crate::source::given::{own_name, segments};

/// A file's name in the report, folders and archives included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileName<'a>(pub(crate) &'a str);

/// What a file would be by its name. A claim, until its bytes confirm it
/// (`recognise/by_name.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// A program, its settings, or what it is built of.
    Program,
    /// What git keeps of a repository.
    Git,
    /// What a file manager or macOS keeps beside files.
    FileManager,
    /// A hash of another file.
    Checksum,
    /// A signature, a certificate or a timestamp.
    Signature,
}

/// Endings of programs, their settings and what they are built of. JSON in them
/// is an example or a request.
const SCRIPTS: [&str; 51] = [
    "sh", "bash", "zsh", "fish", "ps1", "psm1", "psd1", "bat", "cmd", "py", "pyc", "rb", "js",
    "mjs", "cjs", "ts", "tsx", "jsx", "go", "rs", "java", "class", "kt", "cs", "php", "pl", "lua",
    "scala", "swift", "c", "h", "cpp", "tf", "tfvars", "hcl", "rego", "sql", "css", "scss", "map",
    "lock", "ini", "cfg", "toml", "jq", "awk", "bicep", "nix", "groovy", "proto", "graphql",
];

/// Endings of those among them that may hold keys and values and nothing else.
const SETTINGS: [&str; 4] = ["toml", "ini", "cfg", "lock"];

/// Names of such files that have no ending.
const SCRIPT_NAMES: [&str; 16] = [
    ".bash_history",
    ".zsh_history",
    ".sh_history",
    ".gitmodules",
    "makefile",
    "dockerfile",
    "jenkinsfile",
    "vagrantfile",
    "gemfile",
    "rakefile",
    ".gitignore",
    ".gitattributes",
    ".gitkeep",
    ".keep",
    ".editorconfig",
    ".dockerignore",
];

const PROSE: [&str; 6] = ["md", "markdown", "mdown", "rst", "adoc", "asciidoc"];

const PICTURES: [&str; 15] = [
    "png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic", "ico", "svg", "pdf", "mp4",
    "mov", "webm",
];

const CHECKSUMS: [&str; 11] = [
    "sha256",
    "sha512",
    "sha1",
    "sha384",
    "sha224",
    "md5",
    "sha256sum",
    "sha512sum",
    "md5sum",
    "b2",
    "b3",
];

const SIGNATURES: [&str; 9] = [
    "sig", "minisig", "p7s", "sigstore", "crt", "cer", "pub", "tsr", "ots",
];

/// Folders and files at the top of what git keeps (gitrepository-layout).
const OF_GIT: [&str; 20] = [
    "objects",
    "refs",
    "logs",
    "hooks",
    "info",
    "lfs",
    "modules",
    "worktrees",
    "branches",
    "rebase-merge",
    "HEAD",
    "ORIG_HEAD",
    "FETCH_HEAD",
    "MERGE_HEAD",
    "COMMIT_EDITMSG",
    "MERGE_MSG",
    "config",
    "description",
    "index",
    "packed-refs",
];

/// Endings of what is told in sentences.
const TELLING: [&str; 8] = ["csv", "err", "log", "md", "out", "text", "tsv", "txt"];

/// Names of what stands in every project.
const DOCUMENTS: [&str; 4] = ["readme", "changelog", "license", "contributing"];

/// Words of names that are of notes: what stands there is said by a person.
const NOTES: [&str; 8] = [
    "notes", "note", "readme", "comments", "contents", "versions", "history", "timing",
];

impl<'a> FileName<'a> {
    /// The part behind the last folder or archive.
    fn own(self) -> &'a str {
        own_name(self.0)
    }

    fn folders(self) -> impl Iterator<Item = &'a str> {
        segments(self.0).skip(1)
    }

    fn ends_in(self, endings: &[&str]) -> bool {
        let ending = self.own().rsplit_once('.').map_or("", |(_, ending)| ending);
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    }

    /// The call that the name, or the folder that the file lies in, speaks of.
    pub(crate) fn call(self) -> Option<Call> {
        let mut segments = segments(self.0);
        let own = segments.next().and_then(Call::named);
        own.or_else(|| segments.next().and_then(Call::named))
    }

    /// Whether this is the name of an answer: `describe-trails`.
    pub(crate) fn is_of_answer(self) -> bool {
        let own = keys::fold(self.own());
        own.contains("describetrails") || own.contains("gettrailstatus")
    }

    /// Whether the name is one of an answer or of JSON: text in it that is
    /// neither may be what is left of one.
    pub(crate) fn is_for_answers(self) -> bool {
        if self.is_errors() {
            return false;
        }
        let call = self.call();
        self.ends_in(&["json", "jsonl", "ndjson"])
            || (call.is_some_and(|call| call != Call::Other)
                && !self.is_prose()
                && !self.ends_in(&["html", "htm"]))
    }

    /// Whether the name speaks of trails, or has nothing but a number in a folder
    /// that does, and of no other call.
    pub(crate) fn is_of_trails(self) -> bool {
        let speaks = |text: &str| keys::fold(text).contains("trail");
        let is_number = || stem(self.own()).bytes().all(|byte| byte.is_ascii_digit());
        let in_folder = || self.folders().next().is_some_and(speaks) && is_number();
        (speaks(self.own()) || in_folder()) && self.other_call().is_none() && !self.is_notes()
    }

    /// What the name says that the file is, if that is no evidence.
    pub(crate) fn claim(self) -> Option<Claim> {
        let own = self.own();
        let has_mark = memchr::memchr(b'_', self.0.as_bytes()).is_some();
        let is_kept = own.starts_with("._")
            || (has_mark && self.folders().any(|folder| folder == "__MACOSX"));
        // ScoutSuite's report is JSON behind the name of a variable.
        let is_report = own.starts_with("scoutsuite");
        let is_named = |name: &&str| own.eq_ignore_ascii_case(name);
        if is_kept || matches!(own, ".DS_Store" | "Thumbs.db" | "desktop.ini") {
            Some(Claim::FileManager)
        } else if self.is_of_git() {
            Some(Claim::Git)
        } else if self.ends_in(&["json"]) {
            // The ending of none of the others.
            None
        } else if self.is_checksum() {
            Some(Claim::Checksum)
        } else if self.is_signature() {
            Some(Claim::Signature)
        } else {
            let is_program = self.ends_in(&SCRIPTS) && !is_report;
            (is_program || SCRIPT_NAMES.iter().any(is_named)).then_some(Claim::Program)
        }
    }

    /// The folder above that says that what lies in it is no present state.
    pub(crate) fn no_state_folder(self) -> Option<&'a str> {
        let above = self.folders().skip(1).chain(std::iter::once(""));
        // Below a folder of trails the folders are named for them, where their files
        // aren't.
        let is_nameless = || Readings::of_file(self.own()).is_empty();
        let mut folders = self.folders().zip(above);
        let found = folders.find(|(folder, above)| {
            no_state::is_folder(folder)
                && !Format::is_named(folder)
                && !(keys::fold(above).contains("trail") && is_nameless())
        });
        found.map(|(folder, _)| folder)
    }

    /// The word of the file's own name that says so: beside the name of the call,
    /// or where the name says nothing else.
    pub(crate) fn no_state(self) -> Option<&'static str> {
        let own = self.own();
        let word = no_state::of_file(own)?;
        let stem = own.split('.').next().unwrap_or(own);
        let is_of_trails = || keys::fold(own).contains("trail") && !no_state::is_ordinary(word);
        (self.is_of_answer() || no_state::is_folder(stem) || is_of_trails()).then_some(word)
    }

    /// A word of the file's own name, or of a folder between it and the folder of
    /// its account or region, that may say of which trails a list in it is: one
    /// that isn't known to say nothing.
    pub(crate) fn says_more(self) -> Option<&'a str> {
        let is_place =
            |folder: &str| arn::account_in(folder).is_some() || arn::region_in(folder).is_some();
        let inner = match self.folders().any(is_place) {
            true => self
                .folders()
                .take_while(|folder| !is_place(folder))
                .count(),
            false => 0,
        };
        let folders = self.folders().take(inner);
        let own = stem(self.own());
        let mut words = folders.chain(std::iter::once(own)).flat_map(prose::of_name);
        let parts = |folder: &'a str| folder.split(|c: char| !c.is_ascii_alphanumeric());
        let mut all = self.folders().flat_map(parts);
        words.next().or_else(|| all.find(|word| is_choice(word)))
    }

    fn is_of_git(self) -> bool {
        let mut inner = "";
        for part in segments(self.0) {
            if part == ".git" {
                return OF_GIT.contains(&inner);
            }
            inner = part;
        }
        false
    }

    /// Whether this is a file of settings, which are keys and values.
    pub(crate) fn is_settings(self) -> bool {
        self.ends_in(&SETTINGS)
    }

    /// What the name shows a file to be that has no bytes at all.
    fn irrelevant_without_bytes(self) -> Option<&'static str> {
        let claim = self.claim();
        if self.is_of_answer() && !matches!(claim, Some(Claim::Checksum | Claim::Signature)) {
            return None;
        }
        match claim {
            Some(Claim::Program) => Some("a program or its settings, by its name"),
            Some(Claim::Git) => Some("what git keeps of a repository"),
            Some(Claim::FileManager) => Some("what a file manager keeps of a folder"),
            Some(Claim::Checksum) => Some("checksums, by its name"),
            Some(Claim::Signature) => Some("a signature or a certificate, by its name"),
            None => self.ends_in(&PICTURES).then_some("a picture, by its name"),
        }
    }

    /// What a link is that leads nowhere, if its name says that it is no
    /// evidence.
    pub(crate) fn irrelevant_link(self) -> bool {
        self.irrelevant_without_bytes().is_some()
    }

    /// Whether the file lies in the folder of an account or a region, or has one
    /// in its own name: what stands in it was asked there.
    pub(crate) fn names_place(self) -> bool {
        arn::account_in(self.0).is_some() || arn::region_in(self.0).is_some()
    }

    /// Whether this is a person's words by its name, of any ending.
    pub(crate) fn is_notes(self) -> bool {
        let words = self.own().split(|c: char| !c.is_ascii_alphanumeric());
        self.is_prose()
            || words
                .into_iter()
                .any(|word| NOTES.iter().any(|note| word.eq_ignore_ascii_case(note)))
    }

    /// Whether what a command returned is kept here, as a number.
    pub(crate) fn is_exit_code(self) -> bool {
        let words = ["rc", "exit", "exitcode", "returncode", "retcode"];
        let mut parts = self.own().split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    }

    /// What an empty file is, or one with an empty value in it, if its name says
    /// that it is no failed call about trails.
    pub(crate) fn irrelevant_empty(self) -> Option<String> {
        if self.is_errors() {
            return Some("empty: no error was printed".to_owned());
        }
        if let Some(what) = self.other_call() {
            return Some(format!("empty, and of another call: {what}"));
        }
        if self.is_prose() || self.ends_in(&["html", "htm"]) {
            return Some("empty, and prose by its name".to_owned());
        }
        self.irrelevant_without_bytes().map(str::to_owned)
    }

    /// Which other call the name positively speaks of, and of none about trails.
    pub(crate) fn other_call(self) -> Option<String> {
        let folded = keys::fold(self.own());
        if self.is_of_answer() || vocabulary::leads_to_trails(&folded) {
            return None;
        }
        if let Some((service, call)) = vocabulary::other_call_in(&folded) {
            return Some(format!("`aws {service} {call}`"));
        }
        let is_status = folded.contains("status");
        let mut words = self
            .own()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        if self.call() == Some(Call::Other) {
            return Some("one on a trail that tells nothing of its configuration".to_owned());
        }
        if folded.contains("trail") {
            // A name of a trail may hold any word; of the calls on one, those
            // that change it stand before a noun or the end.
            let changes =
                words.any(|word| CHANGES.iter().any(|known| word.eq_ignore_ascii_case(known)));
            return (changes && !is_status && !folded.contains("trails"))
                .then(|| "one that changes a trail and shows none".to_owned());
        }
        // A service's word alone may stand in any name: `audit-logs`, `config`.
        let service = words.find(|word| vocabulary::is_other_service(word))?;
        let reads = |word: &str| {
            let mut verbs = ["describe", "get", "list"].iter();
            verbs.any(|verb| word.eq_ignore_ascii_case(verb))
        };
        words
            .next()
            .is_some_and(reads)
            .then(|| format!("one of `{}`", service.to_ascii_lowercase()))
    }

    /// Whether a word of the name is that of another service, and none speaks of
    /// trails: enough for a text that was read and has no mark of them.
    pub(crate) fn names_other_service(self) -> bool {
        let mut words = self.own().split(|c: char| !c.is_ascii_alphanumeric());
        let is_open = self.is_of_answer() || keys::fold(self.own()).contains("trail");
        self.other_call().is_some() || (!is_open && words.any(vocabulary::is_other_service))
    }

    /// Whether somebody, or a tool, tells here how it went: a log, a note.
    pub(crate) fn is_told(self) -> bool {
        let is_bare = !self.own().contains('.');
        (is_bare || self.ends_in(&TELLING)) && !self.is_documentation()
    }

    /// Whether what a command printed as errors is kept here.
    pub(crate) fn is_errors(self) -> bool {
        let mut words = self.own().split(|c: char| !c.is_ascii_alphanumeric());
        self.ends_in(&["err", "errors"])
            || words.any(|word| word.eq_ignore_ascii_case("stderr"))
            || self
                .folders()
                .next()
                .is_some_and(|folder| folder.eq_ignore_ascii_case("stderr"))
    }

    /// Whether this is of a project, by its name, and of no evidence.
    pub(crate) fn is_documentation(self) -> bool {
        let stem = self.own().split('.').next().unwrap_or_default();
        let mut folders = self.folders();
        DOCUMENTS.iter().any(|name| stem.eq_ignore_ascii_case(name))
            || folders.any(|folder| folder.eq_ignore_ascii_case("docs"))
    }

    /// Whether this is prose by its name.
    pub(crate) fn is_prose(self) -> bool {
        let own = self.own();
        let stem = own.split('.').next().unwrap_or(own);
        self.ends_in(&PROSE)
            || DOCUMENTS.iter().any(|name| stem.eq_ignore_ascii_case(name))
                && !self.ends_in(&["json", "jsonl", "ndjson"])
    }

    /// Whether this is prose whose name says that it holds answers, or what
    /// somebody saw, and nothing else: `evidence.md`, `transcript.md`.
    pub(crate) fn is_of_session(self) -> bool {
        let stem = self.own().rsplit_once('.').map_or("", |(stem, _)| stem);
        let mut words = prose::of_name(stem);
        let is_record = |word: &str| RECORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        self.ends_in(&PROSE) && !stem.is_empty() && words.all(is_record)
    }

    pub(crate) fn is_checksum(self) -> bool {
        let own = self.own().to_ascii_lowercase();
        self.ends_in(&CHECKSUMS) || own.ends_with("sums") || own.ends_with("sums.txt")
    }

    pub(crate) fn is_signature(self) -> bool {
        self.ends_in(&SIGNATURES)
    }
}

/// Whether a word of a folder says that what lies in it was picked out.
fn is_choice(word: &str) -> bool {
    CHOICES.iter().any(|known| word.eq_ignore_ascii_case(known))
}

const CHOICES: [&str; 12] = [
    "excluded",
    "failing",
    "failed",
    "filtered",
    "matched",
    "matching",
    "noncompliant",
    "selected",
    "unencrypted",
    "violating",
    "violation",
    "violations",
];

/// Words of the names of what somebody wrote down while it was so. Notes, lessons
/// and instructions show what might be as well.
const RECORDS: [&str; 17] = [
    "capture",
    "captured",
    "check",
    "checks",
    "console",
    "findings",
    "logging",
    "report",
    "session",
    "shell",
    "status",
    "terminal",
    "transcript",
    "validation",
    "verification",
    "verified",
    "workpaper",
];

/// Words of calls that change a trail: they print nothing, or an echo.
const CHANGES: [&str; 8] = [
    "create", "update", "delete", "put", "start", "stop", "enable", "remove",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_claims_what_it_says() {
        for (name, claim) in [
            ("collect.sh", Claim::Program),
            ("main.tf", Claim::Program),
            ("lib/Makefile", Claim::Program),
            ("a/.git/objects/ab/cdef", Claim::Git),
            ("__MACOSX/._trails.json", Claim::FileManager),
            (".DS_Store", Claim::FileManager),
            ("describe-trails.json.sha256", Claim::Checksum),
            ("describe-trails.json.tsr", Claim::Signature),
        ] {
            assert_eq!(FileName(name).claim(), Some(claim), "{name}");
        }
        for name in [
            "describe-trails.json",
            "output.txt",
            "evidence.png",
            "scoutsuite_results_aws.js",
            "git",
            ".git/eu-west-1/trails",
        ] {
            assert_eq!(FileName(name).claim(), None, "{name}");
        }
    }

    #[test]
    fn a_word_that_is_not_known_may_say_of_which_trails_a_list_is() {
        for name in [
            "describe-trails.json",
            "111122223333/us-east-1/describe-trails.json",
            "acme/describe-trails.json",
            "acme/111122223333/eu-west-1/cloudtrail/trails.json",
            "111122223333-us-east-1-20261120T120000Z.json",
            "us-east-1/01_describe_trails (1).json",
            "us-east-1/output/response-2.json",
            "cloudtrail_evidence.json",
        ] {
            assert_eq!(FileName(name).says_more(), None, "{name}");
        }
        for name in [
            "describe-trails-main.json",
            "non-logging-trails.json",
            "organization-trails.json",
            "trails-without-cloudwatch.json",
            "x.json",
            "us-east-1/noch-nie/describe-trails.json",
            "111122223333/us-east-1/localstack/describe-trails.json",
            "violations/111122223333/us-east-1/describe-trails.json",
        ] {
            assert!(FileName(name).says_more().is_some(), "{name}");
        }
    }

    #[test]
    fn prose_is_of_a_session_where_its_name_says_nothing_else() {
        for name in [
            "evidence.md",
            "cloudtrail-us-east-1.md",
            "111122223333/describe-trails.md",
        ] {
            assert!(FileName(name).is_of_session(), "{name}");
        }
        for name in [
            "README.md",
            "notes.md",
            "example-output.md",
            "evidence.json",
            ".md",
        ] {
            assert!(!FileName(name).is_of_session(), "{name}");
        }
    }

    #[test]
    fn an_empty_file_is_a_failed_call_unless_its_name_says_otherwise() {
        for name in [
            "describe-trails.err",
            "us-east-1.stderr.txt",
            "07-cloudtrail-create.json",
            "start-logging-main.json",
            "iam-list-users.json",
            "ec2-get-ebs-default-kms-key-id.json",
            "get-event-selectors-main.json",
            "describe-trails.json.sha256",
        ] {
            assert!(FileName(name).irrelevant_empty().is_some(), "{name}");
        }
        for name in [
            "describe-trails.json",
            "get-trail-status-create.json",
            "cloudtrail.json",
            "output.txt",
            "describe-regions.json",
            "sts-assume-role.json",
            "s3_encryption.json",
            "audit-logs.json",
            "get-caller-identity.json",
            "organizations-list-accounts.json",
            "111122223333",
        ] {
            assert_eq!(FileName(name).irrelevant_empty(), None, "{name}");
        }
    }
}
