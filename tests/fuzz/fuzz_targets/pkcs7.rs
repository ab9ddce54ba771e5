//! PKCS#7 messages, BER or DER.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fullcert_fuzz::decode(bytes);
});
