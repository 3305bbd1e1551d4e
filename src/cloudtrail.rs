//! What CloudTrail's own objects are: trails, statuses and their keys, as AWS
//! spells them.

pub mod arn;
pub mod keys;
