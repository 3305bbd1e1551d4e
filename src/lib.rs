//! coldtrail: judges exported CloudTrail evidence, offline.
//!
//! One run is one line of stages, and imports point the same way:
//!
//! ```text
//! paths ─▶ evidence ─▶ snapshot ─▶ engine (policy) ─▶ report ─▶ render ─▶ command
//!          documents   accounts    results            one       one a
//!          and bytes   and trails  per subject        model     format
//! ```
//!
//! * [`evidence`] finds files, decodes them, recognises documents by shape and
//!   knows the place of every byte it read.
//! * [`snapshot`] joins documents into accounts and trails: the policy's input,
//!   with a map from each path of the input back into the evidence.
//! * [`policy`] loads Rego with its metadata; [`engine`] evaluates it on every
//!   core and holds it to giving exactly one result a subject and check.
//! * [`report`] is what all of that comes to, with its [`coverage`]: which
//!   accounts and regions were expected, and which answered; [`render`] shows it.
//! * [`inspection`] is what stands before any policy: documents, how statuses
//!   were tied, what is missing. [`inspect`](mod@inspect) makes it.
//!
//! The library is the binary's, not an interface of its own: what is stable is
//! the command line, the exit codes and the JSON report.

pub mod assess;
pub mod baseline;
pub mod cli;
pub mod cloudtrail;
pub mod collect;
pub mod command;
pub mod comparison;
pub mod coverage;
pub mod document;
pub mod engine;
pub mod evidence;
pub mod exit;
pub mod finding;
pub mod inspect;
pub mod inspection;
pub mod policy;
pub mod progress;
pub mod recognise;
pub mod render;
pub mod report;
pub mod schema;
pub mod snapshot;
pub mod source;
pub mod text;
pub mod time;
pub mod verification;
pub mod waiver;
