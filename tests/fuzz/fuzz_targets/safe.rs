//! The bags of a PKCS#12 file, in a shell without a MAC.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fullcert_fuzz::decode(&fullcert_fuzz::unlocked(bytes));
});
