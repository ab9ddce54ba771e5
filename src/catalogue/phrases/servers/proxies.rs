//! Proxies that end TLS for others: Hitch, Squid, `HAProxy`'s codes, nginx's mail and stream modules.

use super::{Code, Fault, Phrase, Says, Side, Topic, is, one_of, refuses, row};

const SERVER: Says = Says::By(Side::Server);
const CLIENT: Says = Says::By(Side::Client);

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    // Hitch, before Varnish.
    row("Hitch", "hitch * handshake failure", SERVER, 85), row("Hitch", "client * socket error in handshake", SERVER, 90),
    is("Hitch", "ssl socket error in handshake", Code::HandshakeClosed, 84), is("Hitch", "connection closed ( in handshake", Code::HandshakeClosed, 84),
    is("Hitch", "error loading private key", Code::KeyFormatUnsupported, 84), is("Hitch", "could not read certificate", Code::PemMalformed, 80),
    is("Hitch", "could not find subject alternative names", Code::PemMalformed, 76), is("Hitch", "ssl handshake timeout", Code::HandshakeTimeout, 86),
    is("Hitch", "alpn : no overlap in protocols", Code::NoSharedParameters, 84), is("Hitch", "unsuccessful npn alpn negotiation", Code::NoSharedParameters, 84),
    is("Hitch", "client verify ca : unable to", Code::PemMalformed, 84), is("Hitch", "backend connect timeout", Code::TcpTimeout, 66),
    // Squid: the page it answers with, and its log.
    refuses("Squid", "ssl certificate is not valid before", Fault::NotYetValid, 90).by(Side::Client), refuses("Squid", "ssl certificate expired on", Fault::Expired, 92).by(Side::Client),
    refuses("Squid", "self signed ssl certificate in chain", Fault::SelfSigned, 90).by(Side::Client), refuses("Squid", "self signed ssl certificate", Fault::SelfSigned, 88).by(Side::Client),
    refuses("Squid", "certificate does not match domainname", Fault::Name, 94).by(Side::Client), refuses("Squid", "squid x509 v err domain mismatch", Fault::Name, 94).by(Side::Client),
    refuses("Squid", "ssl certificate error : certificate issuer ca not known", Fault::UnknownIssuer, 90).by(Side::Client), refuses("Squid", "squid x509 v err infinite validation", Fault::Chain, 84).by(Side::Client),
    refuses("Squid", "squid x509 v err cert change", Fault::Unspecified, 80).by(Side::Client), refuses("Squid", "ssl certificate has invalid start date", Fault::Chain, 84).by(Side::Client),
    refuses("Squid", "ssl certificate has invalid expiration date", Fault::Chain, 84).by(Side::Client), refuses("Squid", "unable to decode issuer ca public key", Fault::Chain, 84).by(Side::Client),
    row("Squid", "cannot accept a tls connection", SERVER, 92), row("Squid", "squid tls err accept", SERVER, 92), row("Squid", "cannot sslbump accept a tls connection", SERVER, 92),
    row("Squid", "cannot establish a tls connection", CLIENT, 92), row("Squid", "squid tls err connect", CLIENT, 92), row("Squid", "failed to establish a secure connection to", CLIENT, 88), row("Squid", "failed to accept a secure connection", SERVER, 90),
    is("Squid", "cannot accept a tls connection", Code::HandshakeClosed, 56), is("Squid", "cannot establish a tls connection", Code::HandshakeClosed, 56), is("Squid", "squid err ssl handshake", Code::HandshakeClosed, 58), is("Squid", "handshake with ssl server failed", Code::HandshakeClosed, 58),
    is("Squid", "failed to acquire tls private key", Code::KeyFormatUnsupported, 92), is("Squid", "failed to acquire tls certificate", Code::PemMalformed, 90), is("Squid", "failed to acquire ssl private key", Code::KeyFormatUnsupported, 92), is("Squid", "failed to acquire ssl certificate", Code::PemMalformed, 90),
    is("Squid", "no tls private key configured for", Code::KeyFormatUnsupported, 84), is("Squid", "no valid signing certificate configured for", Code::PemMalformed, 74), is("Squid", "no valid ssl certificate configured for", Code::PemMalformed, 78), is("Squid", "missing certificate in", Code::PemMalformed, 66).needs(Topic::Tls),
    is("Squid", "unable to import certificate from", Code::PemMalformed, 86), is("Squid", "unable to x 509 convert certificate from", Code::PemMalformed, 86), is("Squid", "unable to load certificate file", Code::PemMalformed, 84), is("Squid", "failure while loading intermediate certificate s from", Code::PemMalformed, 84),
    is("Squid", "failed to set ssl cipher suite", Code::NoSharedParameters, 86), is("Squid", "as lacking tls context", Code::PemMalformed, 60), is("Squid", "due to tls context initialization failure", Code::PemMalformed, 58), is("Squid", "due to ssl context initialization failure", Code::PemMalformed, 58),
    is("Squid", "ignoring error setting ca certificate location", Code::PemMalformed, 80), is("Squid", "unknown tls minimum version", Code::ProtocolVersionUnsupported, 84),
    // HAProxy: a connection's end by its code, and what it checks of a server.
    is("HAProxy", "ssl abort |", Code::HandshakeClosed, 76), is("HAProxy", "ssl empty |", Code::HandshakeClosed, 76), is("HAProxy", "ssl timeout |", Code::HandshakeTimeout, 76), is("HAProxy", "ssl reneg |", Code::HandshakeClosed, 74),
    is("HAProxy", "ssl crt fail |", Code::ClientIssuerUnknown, 84), one_of("HAProxy", "ssl ca fail |", &[Code::ClientChainIncomplete, Code::ClientIssuerUnknown], 84), is("HAProxy", "ssl handshake hb |", Code::HandshakeClosed, 70),
    is("HAProxy", "ssl mismatch |", Code::ServerNameMismatch, 80), is("HAProxy", "ssl mismatch sni |", Code::ServerNameMismatch, 84), refuses("HAProxy", "server presented an ssl certificate different from", Fault::Name, 94).by(Side::Client),
    refuses("HAProxy", "ssl handshake failure ( certificate verify failed", Fault::UnknownIssuer, 84), refuses("HAProxy", "layer6 invalid response * certificate verify failed", Fault::UnknownIssuer, 86).by(Side::Client),
    is("HAProxy", "layer6 timeout", Code::HandshakeTimeout, 84), is("HAProxy", "layer6 invalid response * wrong version number", Code::NotTls, 90), is("HAProxy", "layer6 invalid response * unsupported protocol", Code::ProtocolVersionUnsupported, 90),
    is("HAProxy", "all ssl tls versions are disabled for", Code::ProtocolVersionUnsupported, 90), is("HAProxy", "ca file : couldn't load", Code::PemMalformed, 86), is("HAProxy", "couldn't open the ca file", Code::PemMalformed, 88), is("HAProxy", "ca file : 0 ca were loaded from", Code::PemMalformed, 86),
    is("HAProxy", "unable to set ca file", Code::PemMalformed, 84), is("HAProxy", "ssl connections will fail use crt", Code::KeystoreEntryMissing, 80), is("HAProxy", "unable to set ssl curves list", Code::NoSharedParameters, 84), is("HAProxy", "signature algorithm list to", Code::NoSharedParameters, 80),
    is("HAProxy", "socks4 proxy deny the request", Code::ProxyRefused, 92), is("HAProxy", "socks4 proxy handshake aborted by server", Code::ProxyRefused, 90), is("HAProxy", "a certificate was specified but ssl was not enabled on bind", Code::NotTls, 88),
    // nginx's mail and stream modules, and what each proxying module wants.
    is("nginx", "| err no required ssl certificate", Code::ClientCertMissing, 94), is("nginx", "bye no required ssl certificate", Code::ClientCertMissing, 94), is("nginx", "4 7 1 no required ssl certificate", Code::ClientCertMissing, 94), is("nginx", "no required ssl certificate", Code::ClientCertMissing, 88),
    is("nginx", "| err ssl certificate error", Code::ClientCertRejected, 90), is("nginx", "bye ssl certificate error", Code::ClientCertRejected, 90), is("nginx", "4 7 1 ssl certificate error", Code::ClientCertRejected, 90),
    is("nginx", "no proxy ssl trusted certificate for proxy ssl verify", Code::ServerIssuerUnknown, 88), is("nginx", "no grpc ssl trusted certificate for grpc ssl verify", Code::ServerIssuerUnknown, 88), is("nginx", "no uwsgi ssl trusted certificate for uwsgi ssl verify", Code::ServerIssuerUnknown, 88),
    is("nginx", "no proxy ssl certificate key is defined for certificate", Code::KeyFormatUnsupported, 84), is("nginx", "no grpc ssl certificate key is defined for certificate", Code::KeyFormatUnsupported, 84),
    is("nginx", "ssl stapling ignored , issuer certificate not found for certificate", Code::ServerChainIncomplete, 74), is("nginx", "timed out * while ssl handshaking", Code::HandshakeTimeout, 92), is("nginx", "ssl protocols must enable tlsv1 3 for", Code::ProtocolVersionUnsupported, 92),
    is("nginx", "alpn : protocol mismatch", Code::NoSharedParameters, 76), is("nginx", "ssl renegotiation disabled", Code::HandshakeClosed, 66), is("nginx", "ssl verify client * ssl ocsp", Code::ClientCertRejected, 40),
    refuses("nginx", "certificate status ocsp * revoked", Fault::Revoked, 84), refuses("nginx", "certificate revoked in ocsp response", Fault::Revoked, 84), is("nginx", "ssl reject handshake", Code::ServerNameUnrecognized, 60),
    // By number alone, as IIS's answers are talked of.
    is("IIS", "http 403 7", Code::ClientCertMissing, 90), is("IIS", "403 7 error", Code::ClientCertMissing, 90), is("IIS", "error 403 7", Code::ClientCertMissing, 90), is("IIS", "403 status 7", Code::ClientCertMissing, 66), is("IIS", "substatus 7", Code::ClientCertMissing, 86), is("IIS", "403 7 5 |", Code::ClientCertMissing, 80), is("IIS", "443 * 403 7 5", Code::ClientCertMissing, 88),
    is("IIS", "http 403 16", Code::ClientIssuerUnknown, 90), is("IIS", "403 16 error", Code::ClientIssuerUnknown, 90), is("IIS", "error 403 16", Code::ClientIssuerUnknown, 90), is("IIS", "substatus 16", Code::ClientIssuerUnknown, 94), is("IIS", "403 16 forbidden", Code::ClientIssuerUnknown, 92),
    is("IIS", "http 403 13", Code::ClientCertRevoked, 88), is("IIS", "403 13 error", Code::ClientCertRevoked, 88), is("IIS", "error 403 13", Code::ClientCertRevoked, 88), is("IIS", "substatus 13", Code::ClientCertRevoked, 84), is("IIS", "403 13 forbidden", Code::ClientCertRevoked, 90),
    is("IIS", "http 403 17", Code::ClientCertExpired, 90), is("IIS", "403 17 error", Code::ClientCertExpired, 90), is("IIS", "error 403 17", Code::ClientCertExpired, 90), is("IIS", "substatus 17", Code::ClientCertExpired, 86), is("IIS", "403 17 forbidden", Code::ClientCertExpired, 92),
    is("IIS", "http 403 12", Code::ClientCertForbidden, 86), is("IIS", "403 12 error", Code::ClientCertForbidden, 86), is("IIS", "substatus 12", Code::ClientCertForbidden, 82), is("IIS", "403 12 forbidden", Code::ClientCertForbidden, 86), is("IIS", "mapper denied access", Code::ClientCertForbidden, 90),
    is("IIS", "http 403 4", Code::NotTls, 76), is("IIS", "403 4 forbidden", Code::NotTls, 84), is("IIS", "http error 403 4", Code::NotTls, 86), is("IIS", "http error 403 5", Code::NoSharedParameters, 84), is("IIS", "403 4 ssl required", Code::NotTls, 92), is("IIS", "403 5 ssl 128 required", Code::NoSharedParameters, 92),
    one_of("Cloudflare", "http 2 526", &[Code::ServerIssuerUnknown, Code::ServerCertExpired, Code::ServerNameMismatch], 82), one_of("Cloudflare", "http 1 1 526", &[Code::ServerIssuerUnknown, Code::ServerCertExpired, Code::ServerNameMismatch], 82), one_of("Cloudflare", "http 2 525", &[Code::HandshakeClosed, Code::NoSharedParameters], 82), one_of("Cloudflare", "http 1 1 525", &[Code::HandshakeClosed, Code::NoSharedParameters], 82),
    is("IIS", "client certificate revoked * 403 13", Code::ClientCertRevoked, 92), is("IIS", "the page you are trying to access is secured with secure sockets layer ssl", Code::NotTls, 90),
];
