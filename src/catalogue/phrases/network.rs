//! What happens before TLS, in the words of operating systems.

use super::{Code, Phrase, Says, Topic, is, row};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    is("the resolver", "name or service not known", Code::DnsFailure, 90),
    is("the resolver", "nodename nor servname provided , or not known", Code::DnsFailure, 92),
    is("the resolver", "temporary failure in name resolution", Code::DnsFailure, 92),
    is("the resolver", "no address associated with hostname", Code::DnsFailure, 90),
    is("the resolver", "getaddrinfo failed", Code::DnsFailure, 90),
    is("the resolver", "unable to resolve host", Code::DnsFailure, 82),
    is("the resolver", "could not resolve hostname", Code::DnsFailure, 80),
    is("the resolver", "nxdomain", Code::DnsFailure, 70),
    is("the network", "connect * connection refused", Code::TcpRefused, 72),
    is("the network", "connection refused", Code::TcpRefused, 66),
    is("the network", "connect * connection timed out", Code::TcpTimeout, 72),
    is("the network", "connection timed out", Code::TcpTimeout, 64),
    is("the network", "connect timed out", Code::TcpTimeout, 72),
    is("the network", "operation timed out", Code::TcpTimeout, 60).needs(Topic::Tls),
    is("the network", "no route to host", Code::TcpUnreachable, 82),
    is("the network", "network is unreachable", Code::TcpUnreachable, 82),
    is("the network", "host is unreachable", Code::TcpUnreachable, 76),
    is("the network", "connection reset by peer", Code::HandshakeClosed, 58).needs(Topic::Tls),
    is("the network", "connection was reset", Code::HandshakeClosed, 55).needs(Topic::Tls),
    is("the network", "broken pipe", Code::HandshakeClosed, 45).needs(Topic::Tls),
    is("a proxy", "407 proxy authentication required", Code::ProxyRefused, 85),
    is("a proxy", "proxy authentication required", Code::ProxyRefused, 80),
    is("a proxy", "proxy * refused", Code::ProxyRefused, 45),
    is("TLS", "ssl handshake timed out", Code::HandshakeTimeout, 88),
    is("TLS", "handshake timed out", Code::HandshakeTimeout, 84),
    is("TLS", "tls handshake timed out", Code::HandshakeTimeout, 90),
    is("TLS", "ssl handshake failed", Code::HandshakeClosed, 46),
    is("TLS", "tls handshake failed", Code::HandshakeClosed, 46),
    is("TLS", "handshake failed", Code::HandshakeClosed, 36).needs(Topic::Tls),
    is("the network", "connect * operation timed out", Code::TcpTimeout, 72),
    is("the network", "connection attempt timed out", Code::TcpTimeout, 72),
    // A name that ssh looked up is not this.
    row("ssh", "ssh : could not resolve hostname * nodename nor servname provided , or not known", Says::Nothing, 0),
    row("ssh", "ssh : could not resolve hostname * name or service not known", Says::Nothing, 0),
    row("ssh", "ssh : could not resolve hostname * temporary failure in name resolution", Says::Nothing, 0),
    row("ssh", "ssh : could not resolve hostname", Says::Nothing, 0),
];
