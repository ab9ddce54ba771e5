//! Archives, and archives whose one member is the bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        fullcert_fuzz::decode(bytes);
    } else {
        fullcert_fuzz::decode(&fullcert_fuzz::archive(&[("member", bytes)]));
    }
});
