//! `cargo fuzz run reports`: see [`coldtrail_fuzz::reports`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::reports::reports(bytes));
