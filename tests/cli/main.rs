//! The program from outside: what it prints, writes and ends with.
//!
//! One module a verb or a matter; `harness` runs the program and knows the
//! fixtures. What a fixture must come to stands in its `case.toml`, written by
//! hand from what is true of it; the snapshots show how it is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on must stop, also in its helpers"
)]

mod bad_input;
mod bounds;
mod check;
mod ci;
mod compare;
mod conftest;
mod eval;
mod exclude;
mod exit_codes;
mod expect;
mod explain;
mod formats;
mod gate;
mod harness;
mod inspect;
mod limits;
mod memory;
mod opa_bundle;
mod optimize;
mod output;
mod policy;
mod policy_check;
mod policy_export;
mod quiet;
mod readme;
mod rooms;
mod runaway;
mod scale;
mod schema;
mod second_control;
mod shell;
mod targets;
mod terminal;
mod test_formats;
mod test_verb;
mod trace;
mod waivers;
mod watch;
