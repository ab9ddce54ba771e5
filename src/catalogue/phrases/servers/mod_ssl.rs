//! Apache httpd by message number, which no translation and no version changes, and the words of the newer ones.

use super::{Code, Fault, Phrase, Side, Topic, is, one_of, refuses};

const LOADED: &[Code] = &[Code::PemMalformed, Code::KeyFormatUnsupported];
const KEY: &[Code] = &[Code::KeyFormatUnsupported, Code::KeyPassphraseWrong];

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    // While it starts.
    is("Apache httpd", "ah01895", Code::PemMalformed, 86), is("Apache httpd", "ah01897", Code::ClientIssuerUnknown, 80), is("Apache httpd", "ah01898", Code::NoSharedParameters, 84),
    is("Apache httpd", "ah01899", Code::PemMalformed, 66), is("Apache httpd", "ah01901", Code::PemMalformed, 86), is("Apache httpd", "ah01903", Code::PemMalformed, 84),
    is("Apache httpd", "ah01906", Code::ServerCertWrongPurpose, 50), is("Apache httpd", "ah01909", Code::ServerNameMismatch, 62), is("Apache httpd", "ah01915", Code::NotTls, 78), is("Apache httpd", "ah01916", Code::NotTls, 78),
    is("Apache httpd", "ah02206", Code::ClientCertNotSent, 80), one_of("Apache httpd", "ah02208", LOADED, 82), is("Apache httpd", "ah02210", Code::PemMalformed, 86), is("Apache httpd", "ah02211", Code::PemMalformed, 84),
    is("Apache httpd", "ah02231", Code::ProtocolVersionUnsupported, 84), is("Apache httpd", "ah03378", Code::ProtocolVersionUnsupported, 84), one_of("Apache httpd", "ah02252", KEY, 88),
    is("Apache httpd", "ah02270", Code::ClientChainIncomplete, 76), is("Apache httpd", "ah02326", Code::ClientKeyMismatch, 95), is("Apache httpd", "proxy client certificate and private key do not match", Code::ClientKeyMismatch, 96),
    one_of("Apache httpd", "ah02572", LOADED, 70), one_of("Apache httpd", "ah02573", LOADED, 80), is("Apache httpd", "ah02574", Code::KeyFormatUnsupported, 84), is("Apache httpd", "ah02578", Code::KeyPassphraseWrong, 90),
    is("Apache httpd", "ah02579", Code::KeyFormatUnsupported, 82), is("Apache httpd", "ah02580", Code::KeyPassphraseWrong, 94), is("Apache httpd", "ah02581", Code::KeyFormatUnsupported, 84),
    is("Apache httpd", "ah02566", Code::PemMalformed, 82), is("Apache httpd", "ah02312", Code::KeyFormatUnsupported, 40), is("Apache httpd", "ah10127", Code::NoSharedParameters, 84),
    is("Apache httpd", "ah10130", Code::KeyFormatUnsupported, 84), is("Apache httpd", "ah10133", Code::KeyFormatUnsupported, 84), is("Apache httpd", "ah10136", Code::PemMalformed, 84), is("Apache httpd", "ah10137", Code::PemMalformed, 82),
    is("Apache httpd", "init : pass phrase incorrect for key", Code::KeyPassphraseWrong, 95), is("Apache httpd", "init : unable to get the private key", Code::KeyFormatUnsupported, 86), is("Apache httpd", "init : unable to get the certificate", Code::PemMalformed, 86),
    is("Apache httpd", "init : failed to load engine for private key", Code::KeyFormatUnsupported, 86), is("Apache httpd", "ossl store info pkey lookup failed", Code::KeyFormatUnsupported, 86), is("Apache httpd", "ossl store info cert lookup failed", Code::KeystoreEntryMissing, 84),
    is("Apache httpd", "sslcertificatefile : file * does not exist or is empty", Code::PemMalformed, 95), is("Apache httpd", "sslcertificatekeyfile : file * does not exist or is empty", Code::KeyFormatUnsupported, 92),
    is("Apache httpd", "sslcacertificatefile : file * does not exist or is empty", Code::PemMalformed, 95), is("Apache httpd", "sslcertificatechainfile : file * does not exist or is empty", Code::PemMalformed, 95),
    is("Apache httpd", "sslcarevocationfile : file * does not exist or is empty", Code::PemMalformed, 95), is("Apache httpd", "sslproxymachinecertificatefile : file * does not exist or is empty", Code::PemMalformed, 95),
    is("Apache httpd", "sslproxycacertificatefile : file * does not exist or is empty", Code::PemMalformed, 95),
    is("Apache httpd", "unable to configure x 509 crl storage for certificate revocation", Code::PemMalformed, 88), is("Apache httpd", "ssl proxy client cert initialization failed", Code::PemMalformed, 76),
    is("Apache httpd", "server should be ssl aware but has no certificate configured", Code::KeystoreEntryMissing, 90), is("Apache httpd", "ah01903 : failed to configure ca certificate chain", Code::PemMalformed, 88),
    is("Apache httpd", "you configured http 80 on the standard https 443 port", Code::NotTls, 90), is("Apache httpd", "you configured https 443 on the standard http 80 port", Code::NotTls, 90),
    is("Apache httpd", "you configured http * on the standard https * port", Code::NotTls, 88), is("Apache httpd", "you configured https * on the standard http * port", Code::NotTls, 88),
    is("Apache httpd", "invalid method in request x16 x03", Code::NotTls, 95), is("Apache httpd", "illegal attempt to re initialise ssl for server", Code::NotTls, 40),
    // While it talks.
    one_of("Apache httpd", "ah01991", &[Code::HandshakeClosed], 60), is("Apache httpd", "ah01997", Code::HandshakeClosed, 60), is("Apache httpd", "ssl handshake failed : sending 502", Code::HandshakeClosed, 60),
    is("Apache httpd", "ah02003", Code::HandshakeClosed, 58), is("Apache httpd", "ah02006", Code::HandshakeClosed, 82), is("Apache httpd", "ah02007", Code::HandshakeClosed, 82), is("Apache httpd", "ah02008", Code::HandshakeClosed, 56), is("Apache httpd", "ah10373", Code::HandshakeClosed, 78),
    is("Apache httpd", "ssl handshake was not completed , closing connection", Code::HandshakeClosed, 84), is("Apache httpd", "ssl handshake interrupted by system", Code::HandshakeClosed, 84), is("Apache httpd", "ah10421", Code::HandshakeClosed, 60),
    is("Apache httpd", "ah02010", Code::ClientCertRejected, 76), is("Apache httpd", "ah02011", Code::ClientCertMissing, 78), is("Apache httpd", "ah02030", Code::HandshakeClosed, 70), is("Apache httpd", "ah02042", Code::HandshakeClosed, 76),
    is("Apache httpd", "ah02219", Code::ClientCertForbidden, 80), is("Apache httpd", "ah02264", Code::NoSharedParameters, 80), is("Apache httpd", "ah02265", Code::ClientCertForbidden, 82), is("Apache httpd", "ah02266", Code::ClientCertForbidden, 86), is("Apache httpd", "ah02228", Code::ClientCertForbidden, 70),
    is("Apache httpd", "requirement expression not fulfilled", Code::ClientCertForbidden, 84), is("Apache httpd", "failed to execute ssl requirement expression", Code::ClientCertForbidden, 82), is("Apache httpd", "ssl connection required", Code::NotTls, 74),
    is("Apache httpd", "ah02222", Code::ClientCertMissing, 84), is("Apache httpd", "cannot find peer certificate chain", Code::ClientCertMissing, 88), is("Apache httpd", "ah02224", Code::ClientCertRejected, 80),
    is("Apache httpd", "ah02225", Code::ClientCertMissing, 72), one_of("Apache httpd", "ah02257", &[Code::ClientCertMissing], 66), is("Apache httpd", "could not buffer message body to allow ssl renegotiation to proceed", Code::ClientCertMissing, 70),
    is("Apache httpd", "could not buffer message body to allow tls post handshake authentication to proceed", Code::ClientCertMissing, 70), is("Apache httpd", "ah10158", Code::ClientCertMissing, 92),
    refuses("Apache httpd", "ah02276", Fault::Unspecified, 64).by(Side::Server), is("Apache httpd", "ah10272", Code::NotTls, 66), is("Apache httpd", "ah01961", Code::NotTls, 66),
    is("Apache httpd", "ssl proxy requested for * but not enabled", Code::NotTls, 66), is("Apache httpd", "ah01084", Code::HandshakeClosed, 50), is("Apache httpd", "ah00961", Code::HandshakeClosed, 50), is("Apache httpd", "failed to enable ssl support for", Code::HandshakeClosed, 58),
    is("Apache httpd", "ah00957", Code::TcpRefused, 62), is("Apache httpd", "ah02278", Code::ClientCertNotSent, 84), is("Apache httpd", "ah02273", Code::ClientCertRejected, 76),
    is("Apache httpd", "ssl proxy : peer did not select any of our alpn protocols", Code::NoSharedParameters, 88), is("Apache httpd", "no acceptable ca list", Code::ClientCertNotSent, 76).needs(Topic::Tls),
    is("Apache httpd", "reason : ssl client certificate chain verification failed", Code::ClientCertRejected, 84), is("Apache httpd", "ocsp response outside validity period", Code::ClientCertRejected, 78),
    is("Apache httpd", "error during ssl handshake with remote server", Code::HandshakeClosed, 62),
];
