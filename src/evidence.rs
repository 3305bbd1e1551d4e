//! Evidence: what was found under the paths given, and what it says.

pub mod manifest;
pub mod time;
