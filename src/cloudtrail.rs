//! What CloudTrail's own objects are: trails, statuses and their keys, as AWS
//! spells them; and what says which trail a status is of.

pub mod arn;
pub mod claim;
pub mod keys;
pub mod name;
pub mod whole;
