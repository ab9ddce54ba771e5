//! Alternative names, held against openssl octet for octet.

use crate::support::peer;

use super::{csr, openssl_csr, request, with_key};

#[test]
fn alternative_names_are_what_openssl_makes_of_them() {
    let place = with_key();
    if !peer("openssl") {
        return;
    }
    let ran = csr(
        &place,
        "/CN=x",
        &[
            "--dns",
            "api.acme.example",
            "--dns",
            "*.acme.example",
            "--dns",
            "bücher.example",
            "--dns",
            "xn--bcher-kva.example",
            "--dns",
            "api.acme.example",
            "--dns",
            "my_host",
            "--ip",
            "192.0.2.1",
            "--ip",
            "2001:db8::1",
            "--email",
            "ops@acme.example",
            "--uri",
            "spiffe://acme.example/api",
            "--uri",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        ],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let names = "DNS:api.acme.example,DNS:*.acme.example,DNS:xn--bcher-kva.example,DNS:my_host,\
                 IP:192.0.2.1,IP:2001:db8::1,email:ops@acme.example,URI:spiffe://acme.example/api,\
                 URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    let theirs = openssl_csr(&place, "/CN=x", Some(names));
    assert_eq!(request(&place, "ours.csr").der(), theirs);
    // Where none is named, none is made up.
    assert_eq!(csr(&place, "CN=api.acme.example", &[]).code, 0);
    assert!(request(&place, "ours.csr").sans().is_empty());
}

#[test]
fn names_of_another_kind_are_answered_with_the_flag_for_them() {
    let place = with_key();
    let long = format!("{}.example", "a".repeat(64));
    for (flag, name, says) in [
        ("--dns", "192.0.2.1", "--ip 192.0.2.1"),
        ("--dns", "[::1]", "--ip ::1"),
        (
            "--dns",
            "https://api.acme.example/",
            "--uri https://api.acme.example/",
        ),
        ("--dns", "ops@acme.example", "--email ops@acme.example"),
        ("--dns", "api.acme.example:8443", "--dns api.acme.example"),
        ("--dns", "api.acme.example.", "--dns api.acme.example"),
        ("--dns", "api .acme.example", "not a DNS name"),
        ("--dns", "api..example", "not a DNS name"),
        ("--dns", "-api.example", "not a DNS name"),
        ("--dns", "", "not a DNS name"),
        ("--dns", ".", "not a DNS name"),
        ("--dns", "xn--a-ecp.ru-.xn--", "not a DNS name"),
        ("--dns", "*", "a wildcard is"),
        ("--dns", "a.*.example", "a wildcard is"),
        ("--dns", "a*.example", "a wildcard is"),
        ("--dns", &long, "at most 253"),
        ("--email", "ops", "not an e-mail address"),
        ("--email", "@acme.example", "not an e-mail address"),
        ("--email", "a b@acme.example", "not an e-mail address"),
        ("--email", "ü@acme.example", "ASCII"),
        ("--uri", "api.acme.example", "not an absolute URI"),
        ("--uri", "/path", "not an absolute URI"),
        (
            "--uri",
            "https://acme.example/ä",
            "--uri https://acme.example/%C3%A4",
        ),
        ("--ip", "192.0.2.256", "invalid value"),
        ("--ip", "192.0.2.0/24", "invalid value"),
    ] {
        let ran = csr(&place, "CN=x", &[&format!("{flag}={name}")]);
        assert_eq!(ran.code, 2, "{flag} {name}: {ran:?}");
        assert!(ran.stderr.contains(says), "{flag} {name}: {ran:?}");
        assert!(!place.exists("ours.csr"));
    }
}
