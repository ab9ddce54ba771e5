//! Erlang/OTP and the broker that runs on it.

use super::{Code, Fault, Phrase, Says, Side, Way, is, one_of, refuses, row};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    row("Erlang", "tls client : in state", Says::By(Side::Client), 95),
    row("Erlang", "tls server : in state", Says::By(Side::Server), 95),
    row("Erlang", "tls client :", Says::By(Side::Client), 80),
    row("Erlang", "tls server :", Says::By(Side::Server), 80),
    row("Erlang", "tls client generated", Says::By(Side::Client), 90),
    row("Erlang", "tls server generated", Says::By(Side::Server), 90),
    // What a client gets back names its own alert before any other's.
    row("Erlang", "| error tls alert @alert", Says::Alert(Way::Sent), 76),
    row("RabbitMQ", "error on amqp connection", Says::By(Side::Server), 85),
    row("RabbitMQ", "ssl upgrade error", Says::By(Side::Server), 40),
    refuses("Erlang", "bad cert , unknown ca", Fault::UnknownIssuer, 92),
    refuses("Erlang", "bad cert , cert expired", Fault::Expired, 94),
    refuses("Erlang", "bad cert , selfsigned peer", Fault::SelfSigned, 94),
    refuses("Erlang", "bad cert , max path length reached", Fault::Chain, 92),
    refuses("Erlang", "bad cert , invalid ext key usage", Fault::WrongPurpose, 94),
    refuses("Erlang", "bad cert , hostname check failed", Fault::Name, 94),
    refuses("Erlang", "bad cert , invalid signature", Fault::UnknownIssuer, 88),
    refuses("Erlang", "bad cert , revoked", Fault::Revoked, 94),
    refuses("Erlang", "bad cert , revocation status undetermined", Fault::RevocationUnknown, 92),
    refuses("Erlang", "bad cert , missing basic constraint", Fault::Chain, 90),
    refuses("Erlang", "hostname check failed", Fault::Name, 85),
    refuses("Erlang", "selfsigned peer", Fault::SelfSigned, 88),
    is("Erlang", "no suitable ciphers", Code::NoSharedParameters, 96),
    is("Erlang", "no suitable signature algorithm", Code::NoSharedParameters, 90),
    is("Erlang", "insufficient_security no_suitable_ciphers", Code::NoSharedParameters, 94),
    one_of("Erlang", "malformed handshake data", &[Code::NoSharedParameters, Code::NotTls], 96),
    is("Erlang", "no suitable supported groups", Code::NoSharedParameters, 90),
    is("Erlang", "no suitable groups", Code::NoSharedParameters, 90),
    is("Erlang", "unexpected message * hello", Code::NotTls, 60),
    is("Erlang", "generated server alert : fatal insufficient security", Code::NoSharedParameters, 88),
    is("Erlang", "generated client alert : fatal insufficient security", Code::NoSharedParameters, 88),
    is("Erlang", "unsupported record type", Code::NotTls, 84),
    is("RabbitMQ", "no peer cert", Code::ClientCertMissing, 70),
    is("RabbitMQ", "peer did not present a certificate", Code::ClientCertMissing, 90),
    is("Erlang", "options , keyfile", Code::KeyFormatUnsupported, 72),
    is("Erlang", "options , certfile", Code::PemMalformed, 72),
    is("Erlang", "options , cacertfile", Code::PemMalformed, 72),
];
