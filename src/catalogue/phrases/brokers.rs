//! Message brokers and search servers, with their clients; the one written in Erlang is there.

use super::{Code, Fault, Phrase, Says, Side, Topic, is, one_of, refuses, row};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    is("Kafka", "sslauthenticationexception : ssl handshake failed", Code::HandshakeClosed, 42),
    one_of("Kafka", "failed to process post handshake messages", &[Code::ClientCertRejected, Code::ClientCertMissing], 74),
    one_of("Kafka", "connection to node * terminated during authentication", &[Code::NotTls, Code::ClientCertRejected], 66),
    is("Kafka", "this may happen due to any of the following reasons", Code::NotTls, 40).needs(Topic::Tls),
    is("Kafka", "invalid receive size = 352518912", Code::NotTls, 84),
    is("Kafka", "invalid receive size = 369295616", Code::NotTls, 92),
    is("Kafka", "invalid receive size = 369296128", Code::NotTls, 92),
    is("Kafka", "invalid receive size = 369295617", Code::NotTls, 92),
    is("Kafka", "unexpected kafka request of type metadata during ssl handshake", Code::NotTls, 94),
    is("librdkafka", "client ssl authentication might be required", Code::ClientCertMissing, 92),
    is("librdkafka", "connecting to a plaintext broker listener", Code::NotTls, 94),
    is("librdkafka", "connecting to a ssl listener", Code::NotTls, 60),
    refuses("librdkafka", "broker certificate could not be verified , verify that ssl ca location is correctly configured", Fault::UnknownIssuer, 90).by(Side::Client),
    refuses("librdkafka", "broker certificate could not be verified", Fault::UnknownIssuer, 84).by(Side::Client),
    one_of("librdkafka", "ssl key location failed", &[Code::KeyPassphraseWrong, Code::KeyFormatUnsupported, Code::ClientKeyMismatch], 66),
    is("librdkafka", "ssl certificate location failed", Code::PemMalformed, 72),
    is("librdkafka", "ssl ca location failed", Code::PemMalformed, 75),
    one_of("librdkafka", "ssl keystore location", &[Code::KeystorePasswordWrong, Code::KeystoreFormatWrong], 40),
    is("librdkafka", "failed to open ssl keystore location", Code::KeystoreFormatWrong, 74),
    is("librdkafka", "failed to parse ssl keystore location pkcs 12 file", Code::KeystorePasswordWrong, 78),
    is("librdkafka", "failed to read ssl keystore location pkcs 12 file", Code::KeystoreFormatWrong, 82),
    is("Kafka", "ssl handshake failed : disconnected", Code::HandshakeClosed, 74),
    // MQTT.
    is("mosquitto", "a tls error occurred", Code::ServerIssuerUnknown, 50),
    is("mosquitto", "client * disconnected : protocol error", Code::NotTls, 45).needs(Topic::Tls),
    is("mosquitto", "unable to load client certificate", Code::PemMalformed, 76),
    is("mosquitto", "unable to load client key file", Code::KeyFormatUnsupported, 76),
    is("mosquitto", "unable to load ca certificates", Code::PemMalformed, 80),
    row("mosquitto", "error in poll", Says::Nothing, 0),
    // NATS.
    row("NATS", "tls handshake error", Says::By(Side::Server), 60),
    is("NATS", "tls : client certificate required", Code::ClientCertMissing, 90),
    // Elasticsearch, which logs with its own words.
    one_of("Elasticsearch", "client did not trust this server's certificate , closing connection", &[Code::ServerIssuerUnknown, Code::ServerCertSelfSigned], 95),
    is("Elasticsearch", "received plaintext http traffic on an https channel", Code::NotTls, 95),
    is("Elasticsearch", "received plaintext traffic on an encrypted channel", Code::NotTls, 95),
    refuses("Elasticsearch", "failed to establish trust with server at * the server provided a certificate with subject name", Fault::UnknownIssuer, 92).by(Side::Client),
    refuses("Elasticsearch", "failed to establish trust with server", Fault::UnknownIssuer, 88).by(Side::Client),
    refuses("Elasticsearch", "failed to establish trust with client", Fault::UnknownIssuer, 90).by(Side::Server),
    is("mosquitto", "appears to be using tls to connect to a non tls listener", Code::NotTls, 96), is("mosquitto", "unable to set tls ciphers", Code::NoSharedParameters, 88), is("mosquitto", "unable to set tls 1 3 ciphersuites", Code::NoSharedParameters, 88), is("mosquitto", "unsupported tls version", Code::ProtocolVersionUnsupported, 84),
    is("mosquitto", "problem setting tls options : file not found", Code::PemMalformed, 88), is("mosquitto", "problem setting tls options", Code::PemMalformed, 74), is("mosquitto", "both certfile and keyfile must be provided if one of them is set", Code::KeyFormatUnsupported, 80), is("mosquitto", "both certfile and keyfile must be specified to enable", Code::PemMalformed, 80),
    one_of("mosquitto", "unable to load engine private key file", &[Code::KeyFormatUnsupported], 86), one_of("mosquitto", "unable to use engine private key file", &[Code::KeyFormatUnsupported, Code::ClientKeyMismatch], 86), is("mosquitto", "tls handshake failed |", Code::HandshakeClosed, 56).needs(Topic::Tls), is("mosquitto", "socket error on client unknown", Code::HandshakeClosed, 56).needs(Topic::Tls),
    is("MQTT", "connection refused : not authorised", Code::ApplicationRefused, 84), is("MQTT", "connection refused : not authorized", Code::ApplicationRefused, 84), is("MQTT", "connection refused : bad user name or password", Code::ApplicationRefused, 84), is("MQTT", "connection refused : bad username or password", Code::ApplicationRefused, 84), is("MQTT", "connection refused : unacceptable protocol version", Code::ApplicationRefused, 70),
    is("MQTT", "error : connection refused : broker unavailable", Code::ApplicationRefused, 70), is("mosquitto", "dns lookup failed", Code::DnsFailure, 84), is("mosquitto", "error : lookup error", Code::DnsFailure, 84),
];
