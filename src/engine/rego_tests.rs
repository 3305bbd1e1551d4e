//! The shipped policies' own tests, run as part of the project's.
