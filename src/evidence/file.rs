//! One file: its bytes, its text, its documents, and why there are none.
//!
//! Everything that can be wrong with a file ends here as a document with a
//! problem, and with a [`Failure`] that says what the file might have shown:
//! what is missing from evidence is as much a fact as what is there.

use std::fs;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::decode::{self, Decoded};
use super::document::{Call, Document, Failure, Interner, Named, Origin};
use super::json::Kind;
use super::limits::Limits;
use super::locate::{Locator, Spot};
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

/// Reads one source.
pub fn read(
    index: usize,
    source: Source,
    limits: &Limits,
    budget: &Budget,
    interner: &Interner,
) -> (File, Vec<Document>) {
    let mut file = File {
        source,
        sha256: None,
        bytes: 0,
        encoding: None,
        modified: None,
    };
    match bytes(&mut file, limits, budget) {
        Ok(bytes) => {
            file.bytes = bytes.len() as u64;
            file.sha256 = Some(Sha256::digest(&bytes).into());
            let documents = Reading {
                index,
                file: &mut file,
                interner,
            }
            .documents(bytes);
            (file, documents)
        }
        Err(refused) => {
            let documents = vec![
                Reading {
                    index,
                    file: &mut file,
                    interner,
                }
                .refused(refused),
            ];
            (file, documents)
        }
    }
}

fn bytes(file: &mut File, limits: &Limits, budget: &Budget) -> Result<Vec<u8>, Refused> {
    let refused = |error: &io::Error| Refused {
        code: "not-readable",
        why: super::source::plain(error),
        help: Some("make it readable and run again".to_owned()),
    };
    let too_large = |what: &str, flag: &str| Refused {
        code: "too-large",
        why: format!("not read: {what}"),
        help: Some(format!("raise {flag} if the evidence really is that large")),
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
        From::Nowhere(refused) => return Err(refused.clone()),
    }
    if bytes.len() as u64 > limit {
        return Err(too_large(
            &format!("more than {limit} bytes in one file"),
            "--max-document-bytes",
        ));
    }
    if !budget.take(bytes.len() as u64) {
        return Err(too_large(
            &format!("more than {} bytes in all", limits.total_bytes),
            "--max-total-bytes",
        ));
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
    index: usize,
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
                found: Document::new(self.index, start),
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
        let mut document = Document::new(self.index, start);
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
                self.index,
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
        if self.file.source.direct || mentions_trails(content) {
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
