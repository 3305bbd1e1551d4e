//! The collect script, run by real shells with the real AWS CLI against a moto
//! server on loopback.
//!
//! The AWS CLI and moto are Python programs in a virtual environment: the one
//! that `COLDTRAIL_TEST_VENV` names, or `target/collect-venv`, which
//! `.ci/install-collect-tools` makes. Without it the tests that need AWS say
//! that they were skipped; those of the command line run everywhere.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod integrity;
#[cfg(test)]
mod options;
#[cfg(test)]
mod requested;
#[cfg(test)]
mod whole;
