//! `cargo fuzz run policies`: see [`coldtrail_fuzz::policies`].

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| coldtrail_fuzz::policies::policies(bytes));
