//! Private keys, open or locked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fullcert_fuzz::decode(bytes);
});
