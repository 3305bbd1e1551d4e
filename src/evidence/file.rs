//! One file: its bytes, its text, its documents, and why there are none.
//!
//! Everything that can be wrong with a file ends here as a document with a
//! problem, and with a [`Failure`] that says what the file might have shown:
//! what is missing from evidence is as much a fact as what is there.

use std::fs;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::archive::{self, Format};
use super::decode::{self, Decoded};
use super::document::{Call, Document, Failure, Interner, Named, Origin};
use super::json::Kind;
use super::limits::Limits;
use super::locate::{Locator, Spot};
use super::packed::{Packed, Shelf};
use super::recognise::{Hints, Walk};
use super::source::{From, Refused, Source};
use super::split::{self, Broken, Command};
use super::{File, failed_call, foreign_format};
use crate::finding::Place;
use crate::report::{DocumentKind, Problem};

/// What a run may still read.
#[derive(Debug)]
pub struct Budget {
    left: AtomicU64,
}

impl Budget {
    /// The whole budget.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            left: AtomicU64::new(limits.total_bytes),
        }
    }

    /// Takes `bytes` from the budget, if they are still there.
    fn take(&self, bytes: u64) -> bool {
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }
}

/// What every file of one run is read with.
#[derive(Debug)]
pub struct Reader<'r> {
    /// The bounds of one file.
    pub limits: &'r Limits,
    /// What is left for the run.
    pub budget: &'r Budget,
    /// Where equal trails meet.
    pub interner: &'r Interner,
    /// Room for an unpacked archive.
    pub shelf: &'r Arc<Shelf>,
}

/// A file, and its documents. They say that they are of file 0: whoever puts
/// files together gives them their places.
pub type FileRead = (File, Vec<Document>);

impl Reader<'_> {
    /// Reads one source: a file, or an archive and every file in it.
    #[must_use]
    pub fn read(&self, source: Source) -> Vec<FileRead> {
        let mut file = unread(source);
        if matches!(file.source.from, From::StandardInput)
            && let Err(refused) = bytes(&mut file, self.limits, &Budget::new(self.limits))
        {
            return vec![self.lost(file, refused)];
        }
        match Packed::of(&file.source, self.limits, self.shelf) {
            Some(packed) => self.archive(file, &Arc::new(packed)),
            None => vec![self.file(file)],
        }
    }

    fn file(&self, mut file: File) -> FileRead {
        match bytes(&mut file, self.limits, self.budget) {
            Ok(bytes) => self.content(file, bytes),
            Err(refused) => self.lost(file, refused),
        }
    }

    fn content(&self, mut file: File, bytes: Vec<u8>) -> FileRead {
        file.bytes = bytes.len() as u64;
        file.sha256 = Some(Sha256::digest(&bytes).into());
        let documents = Reading {
            file: &mut file,
            interner: self.interner,
        }
        .documents(bytes);
        (file, documents)
    }

    fn lost(&self, mut file: File, refused: Refused) -> FileRead {
        let documents = vec![
            Reading {
                file: &mut file,
                interner: self.interner,
            }
            .refused(refused),
        ];
        (file, documents)
    }

    /// An archive: a file of its own that holds no document, and its entries,
    /// which are read on every core some at a time.
    fn archive(&self, mut file: File, packed: &Arc<Packed>) -> Vec<FileRead> {
        let direct = file.source.direct;
        let mut all = Vec::new();
        let mut waiting: Vec<(Source, Vec<u8>)> = Vec::new();
        let mut size = 0;
        let mut entries = 0_usize;
        let read = packed.read(&mut |entry| {
            entries += 1;
            let source = Packed::source(packed, &entry, direct);
            let content = entry.content.unwrap_or_default();
            size += content.len();
            waiting.push((source, content));
            if size > TOGETHER || waiting.len() > TOGETHER >> 12 {
                size = 0;
                all.extend(self.entries(std::mem::take(&mut waiting)));
            }
        });
        all.extend(self.entries(waiting));
        let digest = packed.digest().map(|(bytes, sha256)| {
            file.bytes = bytes;
            file.sha256 = Some(sha256);
        });
        let own = match read.and(digest) {
            Ok(()) => {
                let mut document = Document::new(0, START);
                document.detail = Some(format!("an archive of {entries} files"));
                (file, vec![document])
            }
            Err(refused) => self.lost(file, refused),
        };
        all.push(own);
        all
    }

    fn entries(&self, entries: Vec<(Source, Vec<u8>)>) -> Vec<FileRead> {
        entries
            .into_par_iter()
            .map(|(source, content)| match &source.from {
                From::Nowhere(refused) => {
                    let refused = refused.clone();
                    self.lost(unread(source), refused)
                }
                _ if !self.budget.take(content.len() as u64) => {
                    self.lost(unread(source), spent(self.limits))
                }
                _ => self.content(unread(source), content),
            })
            .collect()
    }
}

/// How many bytes of an archive are unpacked before they are read.
const TOGETHER: usize = 32 << 20;

/// The beginning of a file.
const START: Spot = Spot {
    byte: 0,
    line: 1,
    column: 1,
};

fn unread(source: Source) -> File {
    File {
        source,
        sha256: None,
        bytes: 0,
        encoding: None,
        modified: None,
    }
}

fn too_large(what: &str, flag: &str) -> Refused {
    Refused {
        code: "too-large",
        why: format!("not read: {what}"),
        help: Some(format!("raise {flag} if the evidence really is that large")),
    }
}

/// Why a file is not read when the run has read enough.
fn spent(limits: &Limits) -> Refused {
    too_large(
        &format!("more than {} bytes in all", limits.total_bytes),
        "--max-total-bytes",
    )
}

fn bytes(file: &mut File, limits: &Limits, budget: &Budget) -> Result<Vec<u8>, Refused> {
    let refused = |error: &io::Error| Refused {
        code: "not-readable",
        why: super::source::plain(error),
        help: Some("make it readable and run again".to_owned()),
    };
    let mut bytes = Vec::new();
    let limit = limits.document_bytes;
    match &file.source.from {
        From::File(path) => {
            let opened = fs::File::open(path).map_err(|error| refused(&error))?;
            let metadata = opened.metadata().map_err(|error| refused(&error))?;
            file.modified = metadata
                .modified()
                .ok()
                .and_then(|time| Timestamp::try_from(time).ok());
            bytes.reserve(usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 1);
            opened
                .take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| refused(&error))?;
        }
        From::StandardInput => {
            io::stdin()
                .lock()
                .take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| refused(&error))?;
            // It can't be read a second time for its lines.
            file.source.from = From::Memory(bytes.as_slice().into());
        }
        From::Memory(kept) => bytes.extend_from_slice(kept),
        From::Entry(packed, index) => {
            bytes = packed.again(*index).ok_or_else(|| Refused {
                code: "not-readable",
                why: "the archive has changed while it was read".to_owned(),
                help: Some("run again on an archive that nobody writes to".to_owned()),
            })?;
        }
        From::Nowhere(refused) => return Err(refused.clone()),
    }
    if bytes.len() as u64 > limit {
        return Err(too_large(
            &format!("more than {limit} bytes in one file"),
            "--max-document-bytes",
        ));
    }
    if !budget.take(bytes.len() as u64) {
        return Err(spent(limits));
    }
    Ok(bytes)
}

/// The bytes of a file that was read before, if they are still the same.
#[must_use]
pub fn again(file: &File) -> Option<Vec<u8>> {
    let mut copy = file.clone();
    let limits = Limits {
        document_bytes: file.bytes,
        ..Limits::default()
    };
    let bytes = bytes(&mut copy, &limits, &Budget::new(&limits)).ok()?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    (file.sha256 == Some(digest)).then_some(bytes)
}

struct Reading<'r> {
    file: &'r mut File,
    interner: &'r Interner,
}

impl Reading<'_> {
    fn name(&self) -> &str {
        &self.file.source.name
    }

    /// The call that the file's name, or the folder it lies in, speaks of.
    fn call(&self) -> Option<Call> {
        let mut segments = self.name().rsplit(['/', '!']);
        let own = segments.next().and_then(Call::named);
        own.or_else(|| segments.next().and_then(Call::named))
    }

    fn documents(&mut self, bytes: Vec<u8>) -> Vec<Document> {
        if bytes.is_empty() {
            return vec![self.empty()];
        }
        let decoded = match decode::decode(bytes) {
            Ok(decoded) => decoded,
            Err(_) if Format::is_named(self.name()) => {
                return vec![self.refused(archive::no_archive())];
            }
            Err(error) => return vec![self.not_text(&error)],
        };
        self.file.encoding = Some(decoded.encoding);
        if decoded.text.trim().is_empty() {
            return vec![self.empty()];
        }
        let pieces = split::split(&decoded.text);
        let mut documents = Vec::new();
        let mut locator = Some(Locator::new(&decoded));
        for piece in &pieces.values {
            let Some(mut at) = locator.take() else { break };
            let start = at.spot(piece.node.offset_in(&decoded.text));
            let mut walk = Walk {
                locator: at,
                interner: self.interner,
                found: Document::new(0, start),
            };
            if pieces.transcript {
                walk.producer("console transcript");
            } else if decoded.coloured {
                walk.producer("aws cli (coloured)");
            }
            walk.visit(piece.node, "", &hints(piece.command));
            let Walk {
                locator: rest,
                found,
                ..
            } = walk;
            locator = Some(rest);
            documents.push(self.settled(found, piece.node, pieces.values.len()));
        }
        if let Some(broken) = &pieces.broken {
            documents.push(self.broken(&decoded, broken));
        } else if documents.is_empty() {
            documents.push(self.no_json(&decoded));
        }
        documents
    }

    /// Gives a document its kind.
    fn settled(&self, mut document: Document, node: super::json::Node<'_>, of: usize) -> Document {
        document.kind = kind(&document);
        if document.problem.is_none()
            && let Some(failure) = document.failures.first()
        {
            let place = failure
                .anchor
                .as_ref()
                .map(|anchor| anchor.whole(&self.file.source.name));
            document.problem = Some(Problem {
                code: "failed-call",
                message: failure.message.clone(),
                help: Some(failed_call::help(
                    failure.error.as_deref(),
                    failure.call.or_else(|| self.call()),
                )),
                place,
            });
        }
        if document.kind != DocumentKind::Other || document.detail.is_some() || of > 1 {
            return document;
        }
        let call = self.call();
        let what = match node.kind() {
            Kind::Object | Kind::Array if node.is_empty_container() => {
                node.text().split_whitespace().collect::<String>()
            }
            Kind::Null => "null".to_owned(),
            _ => return document,
        };
        let lost = call.is_some_and(|call| call != Call::Other) || self.file.source.direct;
        if !lost {
            document.detail = Some(format!("`{what}`"));
            return document;
        }
        let message = format!(
            "`{what}` is what scripts and queries leave after a failed call; it is no answer of AWS"
        );
        document.kind = DocumentKind::CollectionError;
        document.problem = Some(Problem {
            code: "empty-answer",
            message: message.clone(),
            help: Some(failed_call::help(None, call)),
            place: Some(Place {
                file: self.file.source.name.clone(),
                pointer: String::new(),
                line: document.start.line,
                column: document.start.column,
                bytes: [document.start.byte, document.start.byte + node.text().len()],
            }),
        });
        document
            .failures
            .push(self.failure(call, None, message, Named::No));
        document
    }

    fn failure(
        &self,
        call: Option<Call>,
        error: Option<String>,
        message: String,
        named: Named,
    ) -> Failure {
        Failure {
            call,
            error: error.map(String::into_boxed_str),
            message,
            named,
            origin: Origin::default(),
            hides_trails: matches!(call, None | Some(Call::DescribeTrails)),
            anchor: None,
        }
    }

    /// A document that can't be read, and what it might have shown.
    fn lost(&self, kind: DocumentKind, problem: Problem, failure: Option<Failure>) -> Document {
        let start = problem.place.as_ref().map_or(
            Spot {
                byte: 0,
                line: 1,
                column: 1,
            },
            |place| Spot {
                byte: place.bytes[0],
                line: place.line,
                column: place.column,
            },
        );
        let mut document = Document::new(0, start);
        document.kind = kind;
        document.detail = Some(problem.message.clone());
        document.problem = Some(problem);
        document.failures.extend(failure);
        document
    }

    fn whole(&self) -> Place {
        Place {
            file: self.file.source.name.clone(),
            pointer: String::new(),
            line: 1,
            column: 1,
            bytes: [0, 0],
        }
    }

    fn empty(&self) -> Document {
        let problem = Problem {
            code: "empty",
            message: "empty: what a redirected call leaves when it fails".to_owned(),
            help: Some(failed_call::help(None, self.call())),
            place: Some(self.whole()),
        };
        let failure = self
            .could_be_evidence("")
            .then(|| self.failure(self.call(), None, problem.message.clone(), Named::No));
        self.lost(DocumentKind::Unreadable, problem, failure)
    }

    fn refused(&self, refused: Refused) -> Document {
        let kind = if refused.code == "link-inside" {
            DocumentKind::Other
        } else {
            DocumentKind::Unreadable
        };
        let failure = (kind == DocumentKind::Unreadable
            && (self.file.source.direct
                || refused.code == "too-large"
                || refused.code == "nested-archive"
                || self.could_be_evidence("")))
        .then(|| self.failure(self.call(), None, refused.why.clone(), Named::No));
        let problem = Problem {
            code: refused.code,
            message: refused.why,
            help: refused.help,
            place: None,
        };
        let mut document = self.lost(kind, problem, failure);
        if kind == DocumentKind::Other {
            document.problem = None;
        }
        document
    }

    fn not_text(&self, error: &decode::NotText) -> Document {
        let place = Place {
            bytes: [error.at, error.at + 1],
            ..self.whole()
        };
        let problem = Problem {
            code: "not-text",
            message: format!("{} (byte {})", error.why, error.at),
            help: Some(
                "save the answer as UTF-8; in PowerShell: `… | Out-File -Encoding utf8 FILE`"
                    .to_owned(),
            ),
            place: Some(place),
        };
        if !self.file.source.direct && !self.could_be_evidence("") {
            let mut document = self.lost(DocumentKind::Other, problem, None);
            document.detail = Some("not text".to_owned());
            document.problem = None;
            return document;
        }
        let failure = self.failure(self.call(), None, problem.message.clone(), Named::No);
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    fn broken(&self, decoded: &Decoded, broken: &Broken) -> Document {
        let block = decoded.text.get(broken.block.clone()).unwrap_or_default();
        let mut locator = Locator::new(decoded);
        let spot = locator.spot(broken.at);
        let end = locator.spot((broken.at + 1).min(decoded.text.len())).byte;
        let place = Place {
            file: self.file.source.name.clone(),
            pointer: String::new(),
            line: spot.line,
            column: spot.column,
            bytes: [spot.byte, end.max(spot.byte)],
        };
        if let Some(document) = self.foreign(&decoded.text) {
            return document;
        }
        let call = self.call();
        let (code, message) = if broken.cut {
            (
                "cut-short",
                format!("cut short: {}", broken.why.to_lowercase()),
            )
        } else {
            ("not-json", format!("not JSON: {}", broken.why))
        };
        let failure = self.could_be_evidence(block).then(|| {
            let mut failure = self.failure(call, None, message.clone(), Named::No);
            failure.hides_trails |= mentions_trails(block);
            failure
        });
        let help = Some(failed_call::help(None, call));
        self.lost(
            DocumentKind::Unreadable,
            Problem {
                code,
                message,
                help,
                place: Some(place),
            },
            failure,
        )
    }

    /// A text without any JSON in it.
    fn no_json(&self, decoded: &Decoded) -> Document {
        let text = &decoded.text;
        if let Some(said) = failed_call::read(text) {
            let call = said.call.or_else(|| self.call());
            let at = text.len() - text.trim_start().len();
            let spot = Locator::new(decoded).spot(at);
            let place = Place {
                line: spot.line,
                column: spot.column,
                bytes: [spot.byte, decoded.to_file(text.trim_end().len())],
                ..self.whole()
            };
            let problem = Problem {
                code: "failed-call",
                message: said.message.clone(),
                help: Some(failed_call::help(said.error.as_deref(), call)),
                place: Some(place),
            };
            let failure = self.failure(call, said.error, said.message, said.named);
            return self.lost(DocumentKind::CollectionError, problem, Some(failure));
        }
        if let Some(document) = self.foreign(text) {
            return document;
        }
        let is_json = has_extension(self.name(), &["json", "jsonl", "ndjson"]);
        let named = self.call().is_some_and(|call| call != Call::Other)
            && !has_extension(
                self.name(),
                &["md", "rst", "html", "pdf", "sh", "ps1", "py"],
            );
        if !(is_json || self.file.source.direct || named) {
            let mut document = Document::new(
                0,
                Spot {
                    byte: 0,
                    line: 1,
                    column: 1,
                },
            );
            document.detail = Some("text that is no answer of AWS".to_owned());
            return document;
        }
        let problem = Problem {
            code: "not-json",
            message: "not JSON".to_owned(),
            help: Some(failed_call::help(None, self.call())),
            place: Some(self.whole()),
        };
        let failure = self.failure(self.call(), None, problem.message.clone(), Named::No);
        self.lost(DocumentKind::Unreadable, problem, Some(failure))
    }

    fn foreign(&self, text: &str) -> Option<Document> {
        let format = foreign_format::recognise(text)?;
        let problem = Problem {
            code: "not-json",
            message: format!("{}, not JSON: it is not read", format.name),
            help: Some(format.help.to_owned()),
            place: Some(self.whole()),
        };
        let mut failure = self.failure(self.call(), None, problem.message.clone(), Named::No);
        failure.hides_trails |= mentions_trails(text);
        Some(self.lost(DocumentKind::Unreadable, problem, Some(failure)))
    }

    /// Whether a file that can't be read may have held evidence of trails. In
    /// doubt it may: only a name or a first key that speaks of something else
    /// clears it.
    fn could_be_evidence(&self, content: &str) -> bool {
        if self.file.source.direct || Format::is_named(self.name()) || mentions_trails(content) {
            return true;
        }
        if let Some(call) = self.call() {
            return call != Call::Other;
        }
        if first_key(content).is_some_and(|key| !KEYS_OF_OURS.contains(&key)) {
            return false;
        }
        let name = self.name().rsplit(['/', '!']).next().unwrap_or_default();
        let evidence = !name.contains('.')
            || has_extension(name, &["json", "jsonl", "ndjson", "txt", "out", "log"]);
        evidence && !speaks_of_another_service(name)
    }
}

/// Top-level keys under which trails and statuses come, besides their own.
const KEYS_OF_OURS: [&str; 16] = [
    "trailList",
    "TrailList",
    "Trails",
    "Trail",
    "status_code",
    "data",
    "service",
    "response",
    "ResponseMetadata",
    "configurationItems",
    "Resources",
    "Findings",
    "cloudtrail",
    "services",
    "attributes",
    "result",
];

fn first_key(content: &str) -> Option<&str> {
    let rest = content
        .trim_start()
        .strip_prefix('{')?
        .trim_start()
        .strip_prefix('"')?;
    rest.split_once('"').map(|(key, _)| key)
}

fn mentions_trails(content: &str) -> bool {
    [
        "railList",
        "railARN",
        "railArn",
        "rail_arn",
        "IsLogging",
        "isLogging",
        "is_logging",
        "LatestDelivery",
        "LatestCloudWatch",
        ":cloudtrail:",
    ]
    .iter()
    .any(|word| memchr::memmem::find(content.as_bytes(), word.as_bytes()).is_some())
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Words of file names that say of which other service an answer is.
const OTHER_SERVICES: [&str; 40] = [
    "iam",
    "ec2",
    "s3",
    "s3api",
    "kms",
    "config",
    "guardduty",
    "vpc",
    "vpcs",
    "rds",
    "lambda",
    "sns",
    "sqs",
    "ecs",
    "eks",
    "ecr",
    "elb",
    "elbv2",
    "efs",
    "acm",
    "waf",
    "wafv2",
    "ssm",
    "users",
    "roles",
    "buckets",
    "bucket",
    "volumes",
    "snapshots",
    "instances",
    "groups",
    "policies",
    "regions",
    "securityhub",
    "inspector",
    "macie",
    "route53",
    "cloudfront",
    "organizations",
    "flowlogs",
];

fn speaks_of_another_service(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| OTHER_SERVICES.contains(&word))
}

fn hints(command: Option<Command<'_>>) -> Hints {
    let mut hints = Hints::default();
    let Some(command) = command else { return hints };
    hints.call = command
        .line
        .split_whitespace()
        .find_map(|word| Call::named(word).filter(|_| !word.eq_ignore_ascii_case("cloudtrail")));
    if let Some(region) = command.option("--region") {
        hints.origin.region = Some(region.into());
    }
    if hints.call == Some(Call::GetTrailStatus)
        && let Some(name) = command.option("--name")
    {
        hints.named = if super::arn::trail_arn(name).is_some() {
            Named::Arn(name.into())
        } else {
            Named::Name(name.into())
        };
    }
    hints
}

fn kind(document: &Document) -> DocumentKind {
    if !document.trails.is_empty() || !document.answers.is_empty() {
        DocumentKind::DescribeTrails
    } else if !document.statuses.is_empty() {
        DocumentKind::GetTrailStatus
    } else if !document.listed.is_empty() {
        DocumentKind::ListTrails
    } else if !document.log_groups.is_empty() {
        DocumentKind::DescribeLogGroups
    } else if document.manifest.is_some() {
        DocumentKind::Manifest
    } else if document.identity.is_some() {
        DocumentKind::CallerIdentity
    } else if !document.failures.is_empty() {
        DocumentKind::CollectionError
    } else {
        DocumentKind::Other
    }
}
