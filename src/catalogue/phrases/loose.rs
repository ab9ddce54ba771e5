//! Words that together say something, in whatever order and wording: for programs that no table knows.
//!
//! They are asked only where no phrase of a table is found, and give no more than a possibility.

use super::{Code, Fault, Says};

/// A line with a word of every group says this.
#[derive(Debug, Clone, Copy)]
pub struct Loose {
    pub groups: &'static [&'static [&'static str]],
    pub says: Says,
    /// Names a class of faults, not the fault: any other line is heard before it.
    pub vague: bool,
}

const fn line(groups: &'static [&'static [&'static str]], says: Says) -> Loose {
    Loose {
        groups,
        says,
        vague: false,
    }
}

const fn vague(groups: &'static [&'static [&'static str]], says: Says) -> Loose {
    Loose {
        groups,
        says,
        vague: true,
    }
}

/// What makes a line one of failure.
#[rustfmt::skip]
pub const FAILED: &[&str] = &[
    "error", "errors", "err", "failed", "failure", "fail", "fails", "failing", "exception", "fatal", "cannot", "can not", "can t",
    "could not", "couldn t", "unable", "refused", "rejected", "denied", "aborted", "abort", "aborting", "critical", "panic", "panicked",
    "not accepted", "problem", "warning", "warn", "unexpected", "invalid", "illegal", "unsuccessful", "did not", "not allowed",
];
/// What makes it a report of something that happened, not advice about it.
#[rustfmt::skip]
const REPORTED: &[&str] = &[
    "error", "errors", "err", "failed", "failure", "exception", "fatal", "cannot", "could not", "unable", "refused", "rejected", "denied",
    "incorrect", "has expired", "is expired", "was revoked", "is revoked", "is wrong", "was wrong", "invalid", "400", "401", "403", "495",
    "panicked", "reason",
];
/// What makes it one about TLS.
#[rustfmt::skip]
const TLS: &[&str] = &[
    "ssl", "tls", "https", "x509", "x 509", "handshake", "mtls", "pkix", "openssl", "tlsv1", "sslv3", "schannel", "sslexception",
    "ssl context", "wss", "ldaps", "mqtts", "amqps", "secure channel", "secure connection", "dtls", "gnutls", "mbedtls", "boringssl",
    "wolfssl", "rustls", "starttls", "ftps", "grpcs",
];
/// The same without the handshake, which other protocols have too.
#[rustfmt::skip]
const SECURED: &[&str] = &[
    "ssl", "tls", "https", "mtls", "x509", "openssl", "tlsv1", "sslv3", "schannel", "sslexception", "wss", "ldaps", "mqtts", "amqps",
    "secure channel", "secure connection", "dtls", "certificate", "error", "failed", "failure", "exception",
];
#[rustfmt::skip]
const CERTIFICATE: &[&str] = &["certificate", "certificates", "cert", "certs", "chain"];
#[rustfmt::skip]
const CLIENT_CERTIFICATE: &[&str] = &[
    "client certificate", "client certificates", "client cert", "client certs", "client s certificate", "client ssl certificate",
    "client tls certificate", "client x509", "user certificate", "certificate from client", "client identity", "mtls certificate",
    "mtls client", "mutual tls certificate", "certificate of the client", "certificate of client", "clientcertificate", "clientcert",
];
#[rustfmt::skip]
const STORE: &[&str] = &[
    "keystore", "keystores", "truststore", "key store", "trust store", "pkcs12", "pkcs 12", "p12", "pfx", "jks", "jceks", "javakeystore",
    "bcfks", "pkcs12keystore", "cacerts",
];
#[rustfmt::skip]
const KEY: &[&str] = &[
    "private key", "key file", "keyfile", "privatekey", "pkcs8", "pkcs 8", "ssl key", "tls key", "client key", "server key", "rsa key",
    "certificate key", "cert key",
];
#[rustfmt::skip]
const NOT_MATCHING: &[&str] = &[
    "does not match", "doesn t match", "do not match", "don t match", "did not match", "didn t match", "mismatch", "mismatches",
    "mismatched", "not match", "not matching", "don t belong", "does not belong", "no match", "not matched", "unmatched", "isn t valid for",
    "is not valid for", "not valid for", "issued for a different", "different hostname", "valid only for", "does not contain", "not contain",
    "differs from", "doesn t include", "does not include", "incompatible",
];
#[rustfmt::skip]
const NAME: &[&str] = &[
    "hostname", "host name", "common name", "commonname", "subject alternative", "subject alt name", "san", "sans", "domain", "server name",
    "altname", "altnames", "cn", "name", "names", "hosts", "host", "subject name",
];
#[rustfmt::skip]
const UNTRUSTED: &[&str] = &[
    "untrusted", "not trusted", "isn t trusted", "unknown issuer", "issuer unknown", "unknown authority", "unknown ca", "no trust anchor",
    "trust anchor not found", "trust anchor for certification path not found", "unknown certificate authority", "no trusted",
    "trust failure", "trust relationship", "issuer is not trusted", "cannot be trusted", "not trust", "unrecognized ca", "unknown root",
    "unrecognized issuer", "missing issuer", "issuer not found", "issuer is unknown", "not signed by", "signed by unknown",
    "signed by an unknown", "no issuer", "unable to find issuer", "not in the list of trusted",
];
/// The same without a reason.
#[rustfmt::skip]
const NOT_VERIFIED: &[&str] = &[
    "cannot be verified", "could not be verified", "can t be verified", "unable to verify", "not be verified", "verification failed",
    "verification failure", "verification error", "verify failed", "verify error", "failed verification", "failed validation",
    "failed to verify", "validation failed", "validation failure", "validation error", "failed to validate", "cannot verify",
    "can t verify", "could not verify", "couldn t verify", "not verified", "could not validate", "unable to validate", "not be validated",
    "failed to authenticate", "not be authenticated", "unverified",
];
#[rustfmt::skip]
const EXPIRED: &[&str] = &[
    "expired", "out of date", "no longer valid", "not valid anymore", "not valid any more", "expiry date passed", "past its expiration",
    "certificateexpired", "certificate_expired", "validity period has ended",
];
#[rustfmt::skip]
const NOT_YET: &[&str] = &[
    "not yet valid", "not valid yet", "in the future", "not yet active", "isn t valid yet", "is not valid until", "not valid before",
    "notyetvalid", "activation time", "before its validity",
];
#[rustfmt::skip]
const LOADING: &[&str] = &[
    "parse", "parsing", "parsed", "decode", "decoding", "decoded", "malformed", "invalid format", "invalid data", "not a valid", "no valid",
    "load", "loading", "loaded", "read", "reading", "missingheader", "missing header", "bad format", "deserialize", "unmarshal", "use",
    "import", "importing", "corrupt", "corrupted", "truncated", "asn1", "asn 1", "set", "invalid pem", "unrecognized",
];
#[rustfmt::skip]
const MISSING: &[&str] = &[
    "missing", "required", "requires", "not provided", "not presented", "not sent", "not found", "null", "none", "did not", "didn t",
    "not supplied", "not available", "without", "is empty", "was empty", "not given", "no client", "absent", "not send", "not present",
    "not specified", "needed", "mandatory", "must be", "expected", "no certificate", "not configured", "nothing", "undefined",
];
#[rustfmt::skip]
const HANG_UP: &[&str] = &[
    "eof", "end of file", "closed", "reset", "terminated", "disconnected", "aborted", "dropped", "interrupted", "hang up", "hung up",
    "connection lost", "broken pipe", "shut down", "shutdown", "epipe", "econnreset", "econnaborted",
];
#[rustfmt::skip]
const LATE: &[&str] = &[
    "timeout", "timed out", "deadline exceeded", "time out", "timedout", "etimedout", "i o timeout", "took too long", "not complete within",
    "not completed within",
];

/// Every rule, the most specific first.
#[rustfmt::skip]
pub const LOOSE: &[Loose] = &[
    // Files.
    line(&[STORE, &["password", "passphrase", "passwd", "pin"], &["wrong", "incorrect", "invalid", "bad", "not correct", "mismatch", "did not work", "failed", "tampered"], REPORTED],
        Says::Is(Code::KeystorePasswordWrong)),
    line(&[STORE, &["algorithm", "cipher", "rc2", "pbe", "hmac", "digest", "encryption", "mac"], &["unsupported", "not supported", "not available", "unknown", "no such", "disabled"]],
        Says::Is(Code::KeystoreAlgorithmUnsupported)),
    line(&[STORE, &["alias", "entry", "entries", "private key", "key entry", "certificate", "key"], &["not found", "does not exist", "doesn t exist", "missing", "no such", "does not contain", "doesn t contain", "contains no", "no private key", "no key", "empty", "no certificate", "not contain", "no entry", "has no"]],
        Says::Is(Code::KeystoreEntryMissing)),
    line(&[STORE, &["format", "corrupt", "corrupted", "malformed", "parse", "parsing", "truncated", "not a valid", "invalid", "decode", "unrecognized", "magic", "load", "loading", "read", "eofexception"], FAILED],
        Says::Is(Code::KeystoreFormatWrong)),
    line(&[&["private key", "key", "keys", "key pair", "keypair", "public key"], &["does not match", "doesn t match", "do not match", "don t match", "did not match", "didn t match", "mismatch", "mismatched", "not match", "not matching", "don t belong", "does not belong", "no match", "does not correspond", "inconsistent"], &["certificate", "cert", "public key", "ca key", "certificates", "x509", "pair"]],
        Says::Is(Code::ClientKeyMismatch)),
    line(&[KEY, &["password", "passphrase", "pass phrase", "decrypt", "decrypting", "decryption", "encrypted"], &["wrong", "incorrect", "invalid", "bad", "required", "missing", "failed", "could not", "unable", "cannot", "no", "error", "needed", "not provided", "without", "but"]],
        Says::Is(Code::KeyPassphraseWrong)),
    line(&[&["passphrase", "pass phrase", "key password", "pem password"], &["wrong", "incorrect", "invalid", "bad", "needed", "required", "not provided", "missing"], &["key", "ssl", "tls", "certificate", "cert", "pem", "error", "failed"]],
        Says::Is(Code::KeyPassphraseWrong)),
    // The reasons, whatever was being done.
    line(&[CLIENT_CERTIFICATE, EXPIRED, REPORTED],
        Says::Is(Code::ClientCertExpired)),
    line(&[CERTIFICATE, NOT_YET, &["error", "failed", "failure", "exception", "fatal", "cannot", "could not", "unable", "rejected", "invalid", "handshake", "panicked"]],
        Says::Refuses(Fault::NotYetValid)),
    line(&[KEY, LOADING, FAILED, &["ssl", "tls", "https", "pem", "der", "pkcs8", "pkcs 8", "pkcs1", "pkcs 1", "pkcs12", "pkcs 12", "rsa", "ec", "ecdsa", "ed25519", "cert", "certificate", "client key", "openssl", "x509", "private key", "panicked"]],
        Says::OneOf(&[Code::KeyFormatUnsupported, Code::KeyPassphraseWrong])),
    line(&[KEY, &["unsupported", "not supported", "unknown format", "unknown type", "unsupported type"]],
        Says::Is(Code::KeyFormatUnsupported)),
    line(&[&["certificate", "cert", "certificates"], &["key", "private key"], LOADING, &["failed", "unable", "cannot", "could not", "couldn t", "error"]],
        Says::OneOf(&[Code::ClientKeyMismatch, Code::KeyFormatUnsupported, Code::PemMalformed])),
    line(&[&["pem", "certificate", "cert", "certificates", "certs", "cer file", "ca file", "ca bundle", "cafile", "key pair", "keypair", "ca cert"], LOADING, &["error", "failed", "failure", "cannot", "could not", "couldn t", "unable", "can t", "exception", "fatal", "panicked"], &["pem", "certificate file", "cert file", "cer file", "key file", "invalid data", "parse", "parsing", "decode", "decoding", "load", "loading", "read", "reading", "malformed", "der", "ca cert", "base64", "asn1", "asn 1", "corrupt", "corrupted"]],
        Says::Is(Code::PemMalformed)),
    // The client's certificate.
    line(&[CLIENT_CERTIFICATE, &["revoked"], REPORTED],
        Says::Is(Code::ClientCertRevoked)),
    line(&[CLIENT_CERTIFICATE, &["self signed", "selfsigned"], REPORTED],
        Says::Is(Code::ClientCertSelfSigned)),
    line(&[CLIENT_CERTIFICATE, MISSING, FAILED],
        Says::Is(Code::ClientCertMissing)),
    line(&[&["no client certificate", "no client cert", "no valid client certificate", "without client certificate", "without a client certificate", "client certificate attribute is null", "no peer certificate", "peer certificate missing", "missing client cert", "no certificate presented", "no certificate from", "no certificate sent", "did not present a certificate", "did not send a certificate", "not send its certificate", "no certificate provided", "peer did not provide"], &["error", "failed", "exception", "denied", "rejected", "refused", "401", "403", "400", "required", "check", "unauthorized", "forbidden", "client", "closing", "closed"]],
        Says::Is(Code::ClientCertMissing)),
    line(&[&["client certificate", "client cert", "mutual", "mtls", "two way ssl", "certificate"], &["not authorized", "not authorised", "not permitted", "not registered", "not associated", "not mapped", "no user", "no mapping", "not whitelisted", "not in the allowed", "not an admin", "not allowed to"], &["certificate", "cert", "mutual", "mtls"], &["client", "mutual", "mtls", "user", "subject", "dn", "cn"]],
        Says::OneOf(&[Code::ClientCertForbidden, Code::ClientCertRejected])),
    line(&[CLIENT_CERTIFICATE, UNTRUSTED],
        Says::OneOf(&[Code::ClientIssuerUnknown, Code::ClientCertRejected])),
    line(&[CLIENT_CERTIFICATE, &["invalid", "rejected", "refused", "denied", "not accepted", "bad", "not authorized", "unauthorized", "not allowed", "not valid", "was not accepted", "declined"]],
        Says::Is(Code::ClientCertRejected)),
    // Whoever's certificate.
    line(&[CERTIFICATE, NAME, NOT_MATCHING],
        Says::Refuses(Fault::Name)),
    line(&[&["hostname verification", "host name verification", "hostname verify", "hostname check"], &["failed", "failure", "error", "mismatch"]],
        Says::Refuses(Fault::Name)),
    line(&[CERTIFICATE, EXPIRED, FAILED, TLS],
        Says::Refuses(Fault::Expired)),
    line(&[CERTIFICATE, EXPIRED, &["verify", "verification", "validation", "reason", "rejected", "refused"]],
        Says::Refuses(Fault::Expired)),
    line(&[CERTIFICATE, &["revoked"], FAILED, TLS],
        Says::Refuses(Fault::Revoked)),
    line(&[&["revocation", "crl", "ocsp"], &["unknown", "offline", "could not", "unable", "cannot", "failed", "unavailable"], CERTIFICATE],
        Says::Refuses(Fault::RevocationUnknown)),
    line(&[&["self signed", "selfsigned", "self_signed"], FAILED, TLS],
        Says::Refuses(Fault::SelfSigned)),
    line(&[&["self signed", "selfsigned"], CERTIFICATE, &["failed", "failure", "rejected", "refused", "not accepted", "not allowed", "reason"]],
        Says::Refuses(Fault::SelfSigned)),
    line(&[&["key usage", "extended key usage", "eku", "purpose", "keyusage", "extendedkeyusage"], CERTIFICATE, &["invalid", "not", "missing", "incompatible", "unsuitable", "does not", "doesn t", "wrong", "unsupported", "not permitted"], FAILED],
        Says::Refuses(Fault::WrongPurpose)),
    line(&[&["key", "signature", "digest", "sha1", "sha 1", "md5", "hash", "rsa"], &["too weak", "too small", "too short", "insecure", "weak"], TLS, FAILED],
        Says::Refuses(Fault::Weak)),
    line(&[&["certificate", "certificates", "cert", "certs", "chain", "ca", "issuer", "peer", "server s certificate"], UNTRUSTED, TLS],
        Says::Refuses(Fault::UnknownIssuer)),
    line(&[&["server s certificate", "server certificate", "peer certificate", "remote certificate", "peer s certificate", "certificate of server", "certificate from", "certificate verification", "certificate validation", "certificate for", "certificate chain", "certificate trust"], UNTRUSTED],
        Says::Refuses(Fault::UnknownIssuer)),
    line(&[CERTIFICATE, UNTRUSTED, &["error", "errors", "failed", "failure", "exception", "fatal", "reason", "handshake"]],
        Says::Refuses(Fault::UnknownIssuer)),
    vague(&[CLIENT_CERTIFICATE, NOT_VERIFIED],
        Says::OneOf(&[Code::ClientIssuerUnknown, Code::ClientCertRejected])),
    vague(&[&["certificate", "certificates", "cert", "certs", "chain", "ca", "issuer", "peer", "server s certificate"], NOT_VERIFIED, TLS],
        Says::Refuses(Fault::UnknownIssuer)),
    vague(&[&["server s certificate", "server certificate", "peer certificate", "remote certificate", "peer s certificate", "certificate of server", "certificate from", "certificate verification", "certificate validation", "certificate for", "certificate chain", "certificate trust"], NOT_VERIFIED],
        Says::Refuses(Fault::UnknownIssuer)),
    vague(&[CERTIFICATE, NOT_VERIFIED, &["error", "errors", "failed", "failure", "exception", "fatal", "reason", "handshake"]],
        Says::Refuses(Fault::UnknownIssuer)),
    vague(&[&["ssl certificate", "tls certificate", "server certificate", "server s certificate", "https certificate"], &["invalid", "bad certificate", "is not valid", "problem", "not ok", "rejected"]],
        Says::Refuses(Fault::Unspecified)),
    // Parameters and ends.
    line(&[&["protocol", "version", "tlsv1", "tls 1", "sslv3", "tls version", "ssl version", "protocols"], &["unsupported", "not supported", "not enabled", "disabled", "no common", "mismatch", "deprecated", "too old", "too low", "not allowed", "in common", "no supported", "obsolete", "no appropriate"], TLS, FAILED],
        Says::Is(Code::ProtocolVersionUnsupported)),
    line(&[&["cipher", "ciphers", "ciphersuite", "ciphersuites", "cipher suite", "cipher suites", "curve", "curves", "signature algorithm", "signature algorithms", "sigalgs"], &["no common", "in common", "no shared", "unsupported", "mismatch", "not supported", "no matching", "no overlap", "not found", "none", "no suitable", "no usable", "no supported", "not negotiate", "none of"], FAILED],
        Says::Is(Code::NoSharedParameters)),
    line(&[&["http", "plaintext", "plain text", "cleartext", "unencrypted", "non tls", "non ssl", "not tls", "not ssl", "plain http"], &["instead", "expected", "received", "rather than", "got", "looks like", "sent", "was", "but"], &["tls", "https", "ssl"], FAILED],
        Says::Is(Code::NotTls)),
    line(&[&["not a tls", "not an ssl", "not an tls", "not a ssl", "non tls", "non ssl", "unencrypted"], &["record", "connection", "traffic", "request", "data", "message", "server", "port", "bytes"]],
        Says::Is(Code::NotTls)),
    vague(&[&["secure channel", "secure connection", "ssl connection", "tls connection"], &["create", "establish", "establishing", "creating", "negotiate", "open", "established"], FAILED],
        Says::OneOf(&[Code::ProtocolVersionUnsupported, Code::NoSharedParameters, Code::HandshakeClosed, Code::ClientCertMissing])),
    line(&[&["ssl", "tls", "mtls"], &["connect", "connection", "connecting", "client"], LATE, FAILED],
        Says::Is(Code::HandshakeTimeout)),
    line(&[&["handshake", "handshaking"], LATE, SECURED],
        Says::Is(Code::HandshakeTimeout)),
    line(&[TLS, &["unexpected end of file", "unexpected eof", "early eof"], FAILED],
        Says::Is(Code::HandshakeClosed)),
    line(&[&["ssl", "tls", "mtls", "https"], &["connect", "connection", "connecting", "session"], &["eof", "end of file", "connection reset", "closed by peer", "closed by remote", "reset by peer", "hang up", "socket closed", "connection closed"], FAILED],
        Says::Is(Code::HandshakeClosed)),
    line(&[SECURED, &["handshake", "handshaking", "tls connection", "ssl connection"], HANG_UP, &["error", "errors", "failed", "failure", "exception", "fatal", "during", "while", "unexpected", "unexpectedly", "peer", "remote", "by"]],
        Says::Is(Code::HandshakeClosed)),
];
