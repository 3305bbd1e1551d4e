//! From paths, archives and standard input to named bytes, within the bounds
//! of a run. What the bytes say isn't known here.

pub mod archive;
pub mod exclude;
pub(crate) mod gather;
pub mod given;
pub mod input;
mod label;
pub mod limits;
pub mod opening;
pub mod packed;
pub mod root;
mod seal;
pub(crate) mod streams;
