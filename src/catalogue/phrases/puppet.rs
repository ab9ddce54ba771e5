//! Puppet and Chef: what their agents hold against certificates, and rpush beside them.

use super::{Code, Fault, Phrase, Says, Side, Topic, is, one_of, refuses, row};

const KEY_FILE: &[Code] = &[Code::KeyFormatUnsupported, Code::KeyPassphraseWrong];

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    refuses("Puppet", "error : certificate * is revoked", Fault::Revoked, 92),
    refuses("Puppet", "the issuer * of certificate * cannot be found locally", Fault::UnknownIssuer, 92),
    refuses("Puppet", "the issuer * of certificate * is missing", Fault::Incomplete, 92),
    refuses("Puppet", "has expired , verify time is synchronized", Fault::Expired, 92),
    refuses("Puppet", "is not yet valid , verify time is synchronized", Fault::NotYetValid, 92),
    refuses("Puppet", "the crl issued by * has expired , verify time is synchronized", Fault::RevocationUnknown, 94),
    refuses("Puppet", "the crl issued by * is not yet valid , verify time is synchronized", Fault::RevocationUnknown, 94),
    refuses("Puppet", "the crl issued by * is missing", Fault::RevocationUnknown, 94),
    refuses("Puppet", "invalid signature for crl issued by", Fault::RevocationUnknown, 92),
    refuses("Puppet", "invalid signature for certificate", Fault::Chain, 90),
    refuses("Puppet", "certificate verify failed * crl is not yet valid for", Fault::RevocationUnknown, 92),
    refuses("Puppet", "certificate * failed verification", Fault::Unspecified, 68),
    is("Puppet", "the csr for host * does not match the public key", Code::ClientKeyMismatch, 92),
    is("Puppet", "the client certificate is missing from", Code::ClientCertMissing, 88),
    is("Puppet", "client cert is missing |", Code::ClientCertMissing, 84),
    is("Puppet", "the private key is missing from", Code::KeystoreEntryMissing, 90),
    is("Puppet", "private key is missing |", Code::KeystoreEntryMissing, 78),
    is("Puppet", "the ca certificates are missing from", Code::PemMalformed, 88),
    is("Puppet", "the crl is missing from", Code::PemMalformed, 84),
    is("Puppet", "ca certs are missing |", Code::PemMalformed, 80),
    is("Puppet", "failed to load ca certificates from", Code::PemMalformed, 88),
    is("Puppet", "failed to load crls from", Code::PemMalformed, 84),
    is("Puppet", "failed to parse ca certificates as pem", Code::PemMalformed, 92),
    is("Puppet", "failed to parse crls as pem", Code::PemMalformed, 90),
    is("Puppet", "as a trusted ca file", Code::PemMalformed, 70).needs(Topic::Tls),
    is("Puppet", "failed to load client certificate for", Code::PemMalformed, 80),
    one_of("Puppet", "failed to load private key for host", KEY_FILE, 78),
    is("Puppet", "request to https * timed out connect operation", Code::TcpTimeout, 92),
    is("Puppet", "request to https * timed out read operation", Code::HandshakeTimeout, 78),
    is("Puppet", "ca bundle with digest * did not match expected digest", Code::ServerIssuerUnknown, 84),
    is("Puppet", "couldn't fetch certificate from ca server", Code::ClientCertMissing, 72),
    is("Puppet", "the certificate for * has not yet been signed", Code::ClientCertMissing, 74),
    is("Puppet", "you need to clean the certificate request for", Code::ClientKeyMismatch, 80),
    row("Puppet", "puppet agent", Says::By(Side::Client), 50),
    is("rpush", "] certificate has been revoked . ( pid", Code::ClientCertRevoked, 95),
    is("rpush", "value must contain a certificate and a private key", Code::KeystoreEntryMissing, 86),
    row("PHP", "symbol lookup error", Says::Nothing, 0),
    is("APNs", "badcertificateenvironment", Code::ClientCertForbidden, 88),
    is("APNs", "badcertificate |", Code::ClientCertRejected, 80),
];
