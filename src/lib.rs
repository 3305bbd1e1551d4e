//! coldtrail: judges exported CloudTrail evidence, offline.
//!
//! `ARCHITECTURE.md` draws its rooms, the way of a file through them, and the rules
//! that keep a verdict honest.
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
