//! libgit2, and cargo above it.

use super::{Code, Fault, Phrase, Side, Topic, is, one_of, refuses};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    refuses("libgit2", "the ssl certificate is invalid", Fault::Unspecified, 74).by(Side::Client),
    refuses("libgit2", "user rejected certificate for", Fault::Unspecified, 76).by(Side::Client),
    refuses("libgit2", "user cancelled certificate check", Fault::Unspecified, 72).by(Side::Client),
    refuses("libgit2", "class ssl ( 16 ) code certificate ( 17 )", Fault::Unspecified, 70).by(Side::Client),
    refuses("libgit2", "ssl certificate has expired", Fault::Expired, 90).by(Side::Client),
    refuses("libgit2", "ssl certificate issued for different common name", Fault::Name, 94).by(Side::Client),
    refuses("libgit2", "ssl certificate signed by unknown ca", Fault::UnknownIssuer, 94).by(Side::Client),
    refuses("libgit2", "ssl certificate was revoked", Fault::Revoked, 92).by(Side::Client),
    refuses("libgit2", "ssl certificate is invalid", Fault::Unspecified, 70).by(Side::Client),
    refuses("libgit2", "hostname does not match certificate", Fault::Name, 92).by(Side::Client),
    refuses("libgit2", "certificate authority is not valid", Fault::UnknownIssuer, 86).by(Side::Client),
    refuses("libgit2", "certificate has a weak signature", Fault::Weak, 90).by(Side::Client),
    refuses("libgit2", "certificate revocation check failed", Fault::RevocationUnknown, 86).by(Side::Client),
    refuses("libgit2", "could not verify certificate chain policy", Fault::Unspecified, 70).by(Side::Client),
    refuses("libgit2", "ssl error : x509 error", Fault::Unspecified, 70).by(Side::Client),
    refuses("libgit2", "untrusted connection error", Fault::UnknownIssuer, 84).by(Side::Client),
    refuses("libgit2", "unknown certificate check failure", Fault::Unspecified, 72).by(Side::Client),
    is("libgit2", "ssl error : received early eof", Code::HandshakeClosed, 86),
    is("libgit2", "ssl error : connection failure", Code::HandshakeClosed, 80),
    is("libgit2", "ssl error : syscall failure", Code::HandshakeClosed, 80),
    is("libgit2", "ssl error : unknown error", Code::HandshakeClosed, 64),
    one_of("libgit2", "unexpected return value from ssl handshake", &[Code::HandshakeClosed, Code::NoSharedParameters], 74),
    is("libgit2", "the server did not provide a certificate", Code::NoSharedParameters, 80),
    is("libgit2", "failed to set client cert context", Code::KeystoreEntryMissing, 76),
    is("libgit2", "failed to load ca certificates", Code::PemMalformed, 84),
    is("libgit2", "there is no tls stream available", Code::NotTls, 62),
    is("libgit2", "unexpected http status code : 407", Code::ProxyRefused, 90),
    is("libgit2", "proxy returned unexpected status", Code::ProxyRefused, 88),
    is("libgit2", "proxy requires authentication that we do not support", Code::ProxyRefused, 92),
    is("libgit2", "failed to resolve address for", Code::DnsFailure, 86),
    is("cargo", "network failure seems to have happened", Code::HandshakeClosed, 20).needs(Topic::Tls),
];
