//! From a value to what it is: which answer of AWS, whose failure, or nothing
//! that speaks of trails. One file a producer; no verdict is made here.

pub(crate) mod above;
pub(crate) mod by_name;
pub(crate) mod called;
pub(crate) mod caveat;
pub(crate) mod changed;
pub(crate) mod container;
pub(crate) mod disowned;
pub(crate) mod encoded;
pub(crate) mod envelope;
pub mod facts;
pub mod failed_call;
pub(crate) mod file_name;
pub mod foreign_format;
pub(crate) mod headers;
pub mod heard;
pub(crate) mod held;
pub mod hints;
pub(crate) mod imagined;
pub mod interner;
pub(crate) mod irrelevant;
pub mod manifest;
pub(crate) mod metadata;
pub(crate) mod named;
pub(crate) mod no_state;
pub(crate) mod own;
pub mod places;
pub(crate) mod prose;
pub mod reader;
pub(crate) mod reading;
pub(crate) mod request;
pub(crate) mod sent;
pub(crate) mod session;
pub(crate) mod silent;
mod values;
pub(crate) mod vocabulary;
pub mod walk;
