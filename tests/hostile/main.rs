//! Whatever the bytes are: no panic, no hang, no unbounded memory, and places
//! that are in the file.
//!
//! What the fuzz targets do with bytes is done here with their seeds and with
//! mutations of them, on every machine; `fuzz/` goes on from there where there
//! is a toolchain for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on must stop, also in its helpers"
)]

#[path = "../../fuzz/src/exercise.rs"]
#[allow(unreachable_pub, reason = "a crate of its own where it fuzzes")]
mod exercise;
mod growth;
mod mutated;
mod places;
mod seeds;
mod shapes;
