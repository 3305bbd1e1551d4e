//! The shapes that documents come in, one reader each.
//!
//! A reader looks at one object and either takes it, putting what it says into
//! the walk, or leaves it to the next. Their order is the only thing that is
//! decided here: what must not be mistaken for evidence comes first, wrappers
//! before what they wrap, bare objects last. A new producer is one reader and
//! one fixture.

use crate::document::object::Object;
use crate::recognise::hints::Hints;
use crate::recognise::walk::Walk;

pub mod answer;
pub mod cloudsploit;
pub mod command_result;
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

/// What becomes of the members of an object that its reader didn't take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// They are looked into: something else that speaks of trails may stand there.
    LookedInto,
    /// The shape is known as a whole: its reader has answered for all of it.
    Known,
}

/// Every reader, in the order in which they are asked.
pub const READERS: [(Reader, Beside); 17] = [
    (manifest::read, Beside::Known),
    (foreign::read, Beside::Known),
    (foreign::read_answer, Beside::LookedInto),
    (exchange::read, Beside::LookedInto),
    (recording::read, Beside::LookedInto),
    (failed::read, Beside::Known),
    (command_result::read, Beside::Known),
    (config::read, Beside::Known),
    (security_hub::read, Beside::Known),
    (cloudsploit::read, Beside::Known),
    (answer::read, Beside::LookedInto),
    (log_groups::read, Beside::LookedInto),
    (answer::read_identity, Beside::LookedInto),
    (roll::read, Beside::LookedInto),
    (trail::read_pair, Beside::LookedInto),
    // These two look themselves, since lists give them objects too.
    (trail::read, Beside::Known),
    (status::read, Beside::Known),
];
