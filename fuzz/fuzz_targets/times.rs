//! `cargo fuzz run times`: see [`coldtrail_fuzz::times`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::times(bytes));
