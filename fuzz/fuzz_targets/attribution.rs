//! `cargo fuzz run attribution`: see [`coldtrail_fuzz::attribution`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::attribution(bytes));
