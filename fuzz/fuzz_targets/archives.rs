//! `cargo fuzz run archives`: see [`coldtrail_fuzz::archives`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::archives::archives(bytes));
