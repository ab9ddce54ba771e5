//! Where judges differ, and why.

/// Who differs from `fullcert verify`, in which cases (the beginning of their names), and why.
pub const KNOWN: &[(&str, &str, &str)] = &[
    (
        "host-wildcard-part",
        "openssl",
        "the command line tool takes a* in a name; RFC 9525, curl and this program do not",
    ),
    (
        "twin-for-the-wrong-purpose",
        "openssl",
        "OpenSSL takes the twin that ends last and does not try the other; the finding another-path-is-built says so",
    ),
    (
        "twin-for-the-wrong-purpose",
        "gnutls",
        "GnuTLS takes the certificates as they stand, and here the first twin is the wrong one",
    ),
    (
        "expired-twin",
        "gnutls",
        "GnuTLS takes the certificates as they stand, and here the first twin is the expired one",
    ),
    (
        "eku-any",
        "gnutls",
        "GnuTLS lets anyExtendedKeyUsage stand for any purpose; OpenSSL wants it by name",
    ),
    (
        "ku-encipherment",
        "gnutls",
        "certtool does not look at the leaf's key usage",
    ),
    (
        "ku-cert-sign",
        "gnutls",
        "certtool does not look at the leaf's key usage",
    ),
    ("key-secp256k1", "gnutls", "GnuTLS does not know the curve"),
    (
        "policy-demanded-and-met",
        "gnutls",
        "GnuTLS does not know policy constraints, which are critical",
    ),
    (
        "policy-demanded-and-met",
        "rustls",
        "rustls does not know policy constraints, which are critical",
    ),
    (
        "backwards/root",
        "rustls",
        "rustls takes an anchor's name and key alone, and does not look at its dates",
    ),
    (
        "expired/root",
        "rustls",
        "rustls takes an anchor's name and key alone, and does not look at its dates",
    ),
    (
        "not-yet-valid/root",
        "rustls",
        "rustls takes an anchor's name and key alone, and does not look at its dates",
    ),
    (
        "bc-length-0/root",
        "rustls",
        "rustls takes an anchor's name and key alone, not its path length",
    ),
    (
        "length-constraint-broken",
        "rustls",
        "rustls takes an anchor's name and key alone, not its path length",
    ),
    (
        "bc-not-a-ca/root",
        "rustls",
        "rustls takes any anchor for a CA: it was named as one",
    ),
    ("ca-ku-", "rustls", "rustls does not look at key usages"),
    ("ku-", "rustls", "rustls does not look at key usages"),
    (
        "extension-unknown-critical/root",
        "rustls",
        "rustls takes an anchor's name and key alone, not its extensions",
    ),
    (
        "key-rsa1024/leaf",
        "rustls",
        "rustls judges the leaf's own key when it signs, not in the chain",
    ),
    (
        "bc-ca/leaf",
        "rustls",
        "rustls takes no CA's certificate as a client's or server's own",
    ),
    (
        "version-1/leaf",
        "rustls",
        "rustls takes X.509 version 3 alone",
    ),
    (
        "host-in-common-name",
        "rustls",
        "rustls looks for names in the subject alternative names alone",
    ),
    (
        "intermediates-7",
        "rustls",
        "rustls follows six intermediates at the most",
    ),
    (
        "intermediates-12",
        "rustls",
        "rustls follows six intermediates at the most",
    ),
    ("digest-sha224", "rustls", "rustls does not know SHA-224"),
    ("key-p224/inner", "rustls", "rustls does not know the curve"),
    (
        "key-p521/inner",
        "rustls",
        "rustls with ring does not know the curve",
    ),
    (
        "key-secp256k1/inner",
        "rustls",
        "rustls does not know the curve",
    ),
    (
        "key-ed448/inner",
        "rustls",
        "rustls does not know the algorithm",
    ),
    (
        "key-dsa2048/inner",
        "rustls",
        "rustls does not know the algorithm",
    ),
    (
        "bc-none/root",
        "openssl",
        "OpenSSL takes the key usage for it; RFC 5280, section 4.2.1.9, wants basic constraints, and Go refuses it",
    ),
    (
        "bc-none/root",
        "gnutls",
        "GnuTLS takes any anchor for a CA; RFC 5280, section 4.2.1.9, wants basic constraints, and Go refuses it",
    ),
    (
        "bc-none/root",
        "rustls",
        "rustls takes any anchor for a CA; RFC 5280, section 4.2.1.9, wants basic constraints, and Go refuses it",
    ),
    (
        "nc-of-no-ca",
        "openssl",
        "RFC 5280, section 4.2.1.10: only a CA has name constraints; no judge looks, for they constrain nothing",
    ),
    (
        "nc-empty",
        "openssl",
        "RFC 5280, section 4.2.1.10: they must not be empty; Go refuses them",
    ),
    (
        "subject-empty/leaf",
        "openssl",
        "RFC 5280, section 4.1.2.6: the alternative names must then be critical; Python 3.13 refuses it",
    ),
    (
        "nc-of-no-ca",
        "gnutls",
        "RFC 5280, section 4.2.1.10: only a CA has name constraints; no judge looks, for they constrain nothing",
    ),
    (
        "nc-empty",
        "gnutls",
        "RFC 5280, section 4.2.1.10: they must not be empty; Go refuses them",
    ),
    (
        "subject-empty/leaf",
        "gnutls",
        "RFC 5280, section 4.1.2.6: the alternative names must then be critical; Python 3.13 refuses it",
    ),
    (
        "nc-of-no-ca",
        "rustls",
        "RFC 5280, section 4.2.1.10: only a CA has name constraints; no judge looks, for they constrain nothing",
    ),
    (
        "nc-empty",
        "rustls",
        "RFC 5280, section 4.2.1.10: they must not be empty; Go refuses them",
    ),
    (
        "subject-empty/leaf",
        "rustls",
        "RFC 5280, section 4.1.2.6: the alternative names must then be critical; Python 3.13 refuses it",
    ),
    (
        "subject-empty/inner",
        "openssl",
        "RFC 5280, section 4.1.2.6: an issuer has a name; GnuTLS and Python 3.13 refuse it",
    ),
    (
        "subject-empty/inner",
        "rustls",
        "RFC 5280, section 4.1.2.6: an issuer has a name; GnuTLS and Python 3.13 refuse it",
    ),
    (
        "ku-signs-and-no-ca",
        "openssl",
        "RFC 5280, section 4.2.1.9: who is no CA must not sign certificates; Python 3.13 refuses it",
    ),
    (
        "nc-wildcard-over-excluded",
        "openssl",
        "the wildcard stands for the excluded name; rustls refuses it, and Go since 1.25.5",
    ),
    (
        "nc-no-host-name",
        "openssl",
        "the constraint cannot be held against what is no host name; rustls refuses it",
    ),
    (
        "nc-no-mailbox",
        "openssl",
        "the constraint cannot be held against what is no mailbox; rustls and Go refuse it",
    ),
    (
        "ku-signs-and-no-ca",
        "gnutls",
        "RFC 5280, section 4.2.1.9: who is no CA must not sign certificates; Python 3.13 refuses it",
    ),
    (
        "nc-wildcard-over-excluded",
        "gnutls",
        "the wildcard stands for the excluded name; rustls refuses it, and Go since 1.25.5",
    ),
    (
        "nc-no-host-name",
        "gnutls",
        "the constraint cannot be held against what is no host name; rustls refuses it",
    ),
    (
        "nc-no-mailbox",
        "gnutls",
        "the constraint cannot be held against what is no mailbox; rustls and Go refuse it",
    ),
];
