//! Classes of errors: what is left to say where the words that follow are in no table. Any phrase is heard before these.

use super::{Code, Fault, Phrase, Side, is, one_of, refuses};

const CLOSED: &[Code] = &[Code::HandshakeClosed, Code::NoSharedParameters];
const KEY_FILE: &[Code] = &[Code::KeyFormatUnsupported, Code::PemMalformed];

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    one_of("Java", "javax net ssl sslexception :", CLOSED, 56),
    one_of("Java", "javax net ssl sslprotocolexception :", CLOSED, 56),
    one_of("Java", "sslexception :", CLOSED, 54),
    one_of("Java", "javax net ssl sslkeyexception", &[Code::ClientKeyMismatch, Code::KeyFormatUnsupported], 56),
    refuses("Java", "javax net ssl sslpeerunverifiedexception", Fault::Unspecified, 56).by(Side::Client),
    refuses("Java", "java security cert certificateexception :", Fault::Unspecified, 54),
    is("Java", "java security keystoreexception :", Code::KeystoreFormatWrong, 54),
    one_of("Python", "ssl sslerror :", CLOSED, 54),
    one_of("Python", "ssl sslerror (", CLOSED, 52),
    one_of("Python", "exceptions sslerror :", CLOSED, 52),
    one_of("Python", "clientconnectorsslerror", CLOSED, 52),
    one_of("Python", "httpx connecterror : ssl", CLOSED, 52),
    one_of("Ruby", "openssl ssl sslerror", CLOSED, 54),
    one_of("Ruby", "faraday sslerror", CLOSED, 54),
    one_of("Ruby", "openssl pkey", KEY_FILE, 42),
    one_of(".NET", "system security authentication authenticationexception :", CLOSED, 54),
    one_of("Go", "remote error : tls :", CLOSED, 56),
    refuses("Go", "failed to verify certificate : x509 :", Fault::Unspecified, 57).by(Side::Client),
    one_of("GnuTLS", "gnutls error :", CLOSED, 50),
    one_of("curl", "curl error 35", CLOSED, 54),
    refuses("curl", "curl error 60", Fault::Unspecified, 58).by(Side::Client),
    refuses("curl", "curl error 51", Fault::Name, 58).by(Side::Client),
    one_of("curl", "curl error 58", KEY_FILE, 56),
    is("curl", "curl error 77", Code::PemMalformed, 58),
    is("curl", "curl error 6 :", Code::DnsFailure, 58),
    is("curl", "curl error 7 :", Code::TcpRefused, 55),
    one_of("TLS", "| ssl error :", CLOSED, 46),
    one_of("TLS", "| tls error :", CLOSED, 46),
    one_of("TLS", "ssl connection error :", CLOSED, 50),
    one_of("TLS", "tls handshake error :", CLOSED, 50),
];
