//! Kubernetes, etcd and service meshes, beside what Go says of itself.

use super::{Code, Fault, Phrase, Side, Topic, is, one_of, refuses};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    refuses("Kubernetes", "unable to authenticate the request * certificate has expired or is not yet valid", Fault::Expired, 94).by(Side::Server),
    refuses("Kubernetes", "unable to authenticate the request * certificate signed by unknown authority", Fault::UnknownIssuer, 95).by(Side::Server),
    refuses("Kubernetes", "verifying certificate * failed : x509 : certificate signed by unknown authority", Fault::UnknownIssuer, 95).by(Side::Server),
    refuses("Kubernetes", "verifying certificate * failed : x509 : certificate has expired", Fault::Expired, 95).by(Side::Server),
    refuses("Kubernetes", "verifying certificate * failed : x509 : certificate specifies an incompatible key usage", Fault::WrongPurpose, 95).by(Side::Server),
    is("Kubernetes", "forbidden : user system : anonymous cannot", Code::ClientCertMissing, 85),
    is("Kubernetes", "system : anonymous cannot", Code::ClientCertMissing, 82),
    one_of("Kubernetes", "you must be logged in to the server unauthorized", &[Code::HttpUnauthorized, Code::ClientCertExpired, Code::ClientIssuerUnknown], 74),
    one_of("Kubernetes", "you must be logged in to the server", &[Code::HttpUnauthorized, Code::ClientCertExpired, Code::ClientIssuerUnknown], 72),
    is("Kubernetes", "part of the existing bootstrap client certificate is expired", Code::ClientCertExpired, 95),
    is("Kubernetes", "part of the existing bootstrap client certificate in * is expired", Code::ClientCertExpired, 95),
    is("Kubernetes", "client certificate * is expired", Code::ClientCertExpired, 84),
    is("Kubernetes", "unable to read client cert", Code::PemMalformed, 84),
    is("Kubernetes", "unable to read client key", Code::PemMalformed, 82),
    is("Kubernetes", "unable to read certificate authority", Code::PemMalformed, 84),
    is("Kubernetes", "unable to load root certificates", Code::PemMalformed, 88),
    is("Kubernetes", "illegal base64 data at input byte", Code::PemMalformed, 70).needs(Topic::Tls),
    is("Kubernetes", "the connection to the server * was refused did you specify the right host or port", Code::TcpRefused, 95),
    is("etcd", "rejected connection * eof", Code::HandshakeClosed, 82),
    is("etcd", "peertls * cannot load", Code::PemMalformed, 50),
    refuses("etcd", "does not match any of dnsnames", Fault::Name, 90).by(Side::Server),
    refuses("etcd", "tls : * does not match any of dnsnames", Fault::Name, 92).by(Side::Server),
    is("Kubernetes", "certificate is not yet valid or has expired", Code::ServerCertExpired, 70),
    refuses("Linkerd", "the certificate is not valid until", Fault::NotYetValid, 80),
    is("Helm", "kubernetes cluster unreachable", Code::TcpRefused, 30),
];
