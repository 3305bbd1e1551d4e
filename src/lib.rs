//! coldtrail: judges exported CloudTrail evidence, offline.
//!
//! One run is one line of stages, and imports point the same way:
//!
//! ```text
//! source ─▶ document ─▶ recognise ─▶ snapshot ─▶ engine ─▶ report ─▶ render ─▶ command
//! named     values      facts and    accounts    results   one       one a
//! bytes     and places  claims       and trails            model     format
//! ```
//!
//! * [`source`] finds files and archives; [`document`] makes values of their
//!   bytes, and knows the place of every byte.
//! * [`recognise`] says what a value is: an answer of AWS, a failed call, or
//!   something else by a mark that shows it. What nothing recognises is doubt.
//! * [`cloudtrail`] holds what AWS's own objects are: keys, what a whole answer
//!   always has, and the claims that say which trail a status is of.
//! * [`evidence`] is everything that was read, held to its manifests.
//! * [`snapshot`] joins it into accounts and trails: whose a status is, which
//!   run of collecting decides, who was expected to answer.
//! * [`policy`] loads Rego with its metadata; [`engine`] evaluates it on every
//!   core and holds it to giving exactly one result a subject and check.
//! * [`report`] is what all of that comes to; [`render`] shows it.
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
