//! From a value to what it is: which answer of AWS, whose failure, or nothing
//! that speaks of trails. One file a producer; no verdict is made here.

pub mod facts;
pub mod failed_call;
pub mod foreign_format;
pub mod interner;
pub mod places;
pub mod reader;
pub(crate) mod reading;
pub(crate) mod silent;
pub(crate) mod suspicion;
pub mod walk;
