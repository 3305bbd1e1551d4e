//! `cargo fuzz run decoding`: see [`coldtrail_fuzz::decoding`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::decoding(bytes));
