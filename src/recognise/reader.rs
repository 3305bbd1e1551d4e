//! The shapes that documents come in, one reader each.
//!
//! A reader looks at one object and either takes it, putting what it says into
//! the walk, or leaves it to the next. Their order is the only thing that is
//! decided here: what must not be mistaken for evidence comes first, wrappers
//! before what they wrap, bare objects last. A new producer is one reader and
//! one fixture.

use crate::document::object::Object;
use crate::recognise::walk::{Hints, Walk};

pub mod answer;
pub mod cloudsploit;
pub mod config;
pub mod exchange;
pub mod failed;
pub mod foreign;
pub mod log_groups;
pub mod manifest;
pub mod page;
pub mod recording;
pub mod roll;
pub mod security_hub;
pub mod status;
pub mod trail;
pub(crate) mod trail_object;

/// Takes an object, or leaves it.
pub type Reader = for<'a, 'w, 'o> fn(&mut Walk<'a, 'w>, &Object<'a>, &'o str, &Hints) -> bool;

/// Every reader, in the order in which they are asked.
pub const READERS: [Reader; 15] = [
    manifest::read,
    foreign::read,
    exchange::read,
    recording::read,
    failed::read,
    config::read,
    security_hub::read,
    cloudsploit::read,
    answer::read,
    log_groups::read,
    answer::read_identity,
    roll::read,
    trail::read_pair,
    trail::read,
    status::read,
];
