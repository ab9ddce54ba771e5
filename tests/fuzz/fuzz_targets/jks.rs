//! Java's keystores, with the digest that belongs to them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fullcert_fuzz::decode(&fullcert_fuzz::digested(bytes));
});
