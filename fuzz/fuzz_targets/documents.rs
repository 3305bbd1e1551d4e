//! `cargo fuzz run documents`: see [`coldtrail_fuzz::documents`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::documents(bytes));
