//! From bytes to values with places: encodings, several values in a file,
//! transcripts, JSON. What a value is isn't known here.

pub mod command;
pub mod decode;
pub mod file;
pub mod form;
pub mod json;
pub mod locate;
pub mod object;
mod prompt;
pub mod split;
mod transcript;
pub mod translate;
pub mod way_back;
