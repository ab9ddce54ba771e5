//! Anything, from the first look at it to the printed listing.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fullcert_fuzz::inspect(bytes);
});
