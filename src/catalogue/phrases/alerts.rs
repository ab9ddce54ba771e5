//! TLS alerts: their numbers, their names in every program, and what a certificate's owner learns from each.

use super::{Code, Phrase, Says, Side, Way, row};

/// An alert (RFC 8446, section 6; RFC 5246, section 7.2).
#[derive(Debug, Clone, Copy)]
pub struct Alert {
    pub number: u8,
    /// Its names in the programs that have one of their own.
    pub names: &'static [&'static str],
}

impl Alert {
    /// Whether its name alone says that it is one: of certificates, or nobody's everyday words.
    #[must_use]
    pub const fn is_telling(&self) -> bool {
        matches!(self.number, 40..=46 | 48 | 112 | 116)
    }
}

/// Every alert with a name.
#[rustfmt::skip]
pub const ALERTS: &[Alert] = &[
    Alert { number: 10, names: &["unexpected message", "unexpectedmessage", "unexpected message was received"] },
    Alert { number: 20, names: &["bad record mac", "badrecordmac", "bad record mac detected"] },
    Alert { number: 21, names: &["decryption failed", "decryptionfailed"] },
    Alert { number: 22, names: &["record overflow", "recordoverflow"] },
    Alert { number: 30, names: &["decompression failure", "decompressionfailure", "decompression failed"] },
    Alert { number: 40, names: &["handshake failure", "handshakefailure", "handshake failed", "the peer failed to negotiate an acceptable set of security parameters"] },
    Alert { number: 41, names: &["no certificate", "nocertificate", "no certificate (ssl 3.0)"] },
    Alert { number: 42, names: &["bad certificate", "badcertificate", "certificate is bad", "the peer rejected the certificate as corrupt or incorrectly signed"] },
    Alert { number: 43, names: &["unsupported certificate", "unsupportedcertificate", "certificate is not supported", "the peer did not support the certificate"] },
    Alert { number: 44, names: &["certificate revoked", "revoked certificate", "certificaterevoked", "certificate was revoked", "the peer found the certificate to be revoked"] },
    Alert { number: 45, names: &["certificate expired", "expired certificate", "certificateexpired", "certificate is expired", "the peer found the certificate to be expired"] },
    Alert { number: 46, names: &["certificate unknown", "unknown certificate", "certificateunknown", "the peer rejected the certificate for an unspecified reason"] },
    Alert { number: 47, names: &["illegal parameter", "illegalparameter"] },
    Alert { number: 48, names: &["unknown ca", "unknown certificate authority", "unknownca", "ca is unknown", "the peer found the certificate was not issued by a trusted ca"] },
    Alert { number: 49, names: &["access denied", "accessdenied", "access was denied", "the peer denied access"] },
    Alert { number: 50, names: &["decode error", "error decoding message", "decodeerror"] },
    Alert { number: 51, names: &["decrypt error", "error decrypting message", "decrypterror"] },
    Alert { number: 60, names: &["export restriction"] },
    Alert { number: 70, names: &["protocol version", "protocol version not supported", "protocolversion", "error in protocol version", "the peer did not support a suitable tls version"] },
    Alert { number: 71, names: &["insufficient security", "insufficient security level", "insufficientsecurity", "the peer required a higher security level than was offered"] },
    Alert { number: 80, names: &["internal error", "internalerror"] },
    Alert { number: 86, names: &["inappropriate fallback", "inappropriatefallback"] },
    Alert { number: 90, names: &["user canceled", "user cancelled", "usercanceled"] },
    Alert { number: 100, names: &["no renegotiation", "norenegotiation"] },
    Alert { number: 109, names: &["missing extension", "missingextension"] },
    Alert { number: 110, names: &["unsupported extension", "unsupportedextension"] },
    Alert { number: 111, names: &["certificate unobtainable", "certificateunobtainable"] },
    Alert { number: 112, names: &["unrecognized name", "unrecognised name", "unrecognizedname", "the peer did not recognize a name in the server name extension"] },
    Alert { number: 113, names: &["bad certificate status response"] },
    Alert { number: 114, names: &["bad certificate hash value"] },
    Alert { number: 115, names: &["unknown psk identity", "unknownpskidentity"] },
    Alert { number: 116, names: &["certificate required", "certificaterequired", "certificate is required", "the peer required a client certificate"] },
    Alert { number: 120, names: &["no application protocol", "noapplicationprotocol", "no supported application protocol could be negotiated", "the peer did not support any of the offered application protocols"] },
    Alert { number: 121, names: &["ech required", "encrypted client hello required"] },
];

/// The alert of this number.
#[must_use]
pub fn alert(number: u8) -> Option<&'static Alert> {
    ALERTS.iter().find(|alert| alert.number == number)
}

/// What an alert from a server says of the client, the likeliest first.
#[must_use]
pub const fn refused_by_server(number: u8) -> &'static [Code] {
    use Code::{
        ClientCertExpired, ClientCertForbidden, ClientCertMissing, ClientCertNotSent,
        ClientCertRejected, ClientCertRevoked, ClientCertWeak, ClientCertWrongPurpose,
        ClientChainIncomplete, ClientIssuerUnknown, ClientKeyMismatch, HandshakeClosed,
        NoSharedParameters, ProtocolVersionUnsupported, ServerNameUnrecognized,
    };
    match number {
        40 => &[ClientCertMissing, NoSharedParameters, ClientCertRejected],
        41 | 116 => &[ClientCertMissing, ClientCertNotSent],
        42 => &[ClientCertRejected, ClientCertMissing, ClientIssuerUnknown],
        43 => &[ClientCertWrongPurpose, ClientCertWeak],
        44 => &[ClientCertRevoked],
        45 => &[ClientCertExpired],
        46 => &[
            ClientCertRejected,
            ClientIssuerUnknown,
            ClientCertWrongPurpose,
        ],
        48 => &[ClientIssuerUnknown, ClientChainIncomplete],
        49 => &[ClientCertRejected, ClientCertForbidden],
        50 => &[ClientCertRejected, ClientCertMissing],
        51 => &[ClientKeyMismatch],
        70 | 86 => &[ProtocolVersionUnsupported],
        47 | 60 | 71 | 109 | 110 | 113..=115 | 120 | 121 => &[NoSharedParameters],
        112 => &[ServerNameUnrecognized],
        111 => &[ClientCertRejected],
        10 | 20 | 21 | 22 | 30 | 80 | 90 | 100 => &[HandshakeClosed],
        _ => &[],
    }
}

/// What an alert from a client says of the server, the likeliest first.
#[must_use]
pub const fn refused_by_client(number: u8) -> &'static [Code] {
    use Code::{
        HandshakeClosed, NoSharedParameters, ProtocolVersionUnsupported, ServerCertExpired,
        ServerCertRevoked, ServerCertSelfSigned, ServerCertWrongPurpose, ServerChainIncomplete,
        ServerIssuerUnknown, ServerNameMismatch,
    };
    match number {
        42 | 46 => &[
            ServerIssuerUnknown,
            ServerCertSelfSigned,
            ServerNameMismatch,
        ],
        43 => &[ServerCertWrongPurpose],
        44 | 111 | 113 | 114 => &[ServerCertRevoked],
        45 => &[ServerCertExpired],
        48 => &[
            ServerIssuerUnknown,
            ServerChainIncomplete,
            ServerCertSelfSigned,
        ],
        49 => &[ServerIssuerUnknown],
        70 | 86 => &[ProtocolVersionUnsupported],
        40 | 47 | 60 | 71 | 109 | 110 | 112 | 115 | 120 => &[NoSharedParameters],
        10 | 20 | 21 | 22 | 30 | 50 | 51 | 80 | 90 | 100 => &[HandshakeClosed],
        _ => &[],
    }
}

/// An alert's name that is a whole text.
pub const ALERT_ALONE: Phrase = row("a TLS alert", "@alert", RECEIVED, 66);

const RECEIVED: Says = Says::Alert(Way::Received);
const SENT: Says = Says::Alert(Way::Sent);

/// How programs tell an alert.
#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    row("OpenSSL", "tlsv1 alert @alert", RECEIVED, 90),
    row("OpenSSL", "sslv3 alert @alert", RECEIVED, 90).since("before 3.5"),
    row("OpenSSL", "tlsv13 alert @alert", RECEIVED, 90),
    row("OpenSSL", "ssl tls alert @alert", RECEIVED, 90).since("3.5 and later"),
    row("OpenSSL", "tlsv1 @alert", RECEIVED, 70),
    row("OpenSSL", "ssl alert number @alert", RECEIVED, 90),
    row("OpenSSL", "alert number @alert", RECEIVED, 75),
    row("OpenSSL", "ssl3 alert read : fatal : @alert", RECEIVED, 90),
    row("OpenSSL", "ssl3 alert write : fatal : @alert", SENT, 85),
    row("OpenSSL", "alert read : fatal : @alert", RECEIVED, 85),
    row("OpenSSL", "alert write : fatal : @alert", SENT, 85),
    row("OpenSSL", "<<< * alert * fatal @alert", RECEIVED, 85),
    row("OpenSSL", ">>> * alert * fatal @alert", SENT, 80),
    row("curl", "(IN), TLS alert, @alert", RECEIVED, 85).by(Side::Client),
    row("curl", "(OUT), TLS alert, @alert", SENT, 72).by(Side::Client),
    row("Go", "remote error : tls : @alert", RECEIVED, 90),
    row("Go", "remote error : @alert", RECEIVED, 84).since("before 1.8").needs(super::Topic::Tls),
    row("Go", "local error : tls : @alert", SENT, 75),
    row("Go", "| tls : @alert |", RECEIVED, 55),
    row("Java", "received fatal alert : @alert", RECEIVED, 90),
    row("Java", "received fatal alert @alert", RECEIVED, 90),
    row("Java", "recv tlsv1 alert : fatal @alert", RECEIVED, 85).since("8 and earlier"),
    row("Java", "recv tlsv1 * alert : fatal @alert", RECEIVED, 85).since("8 and earlier"),
    row("Java", "send tlsv1 alert : fatal description @alert", SENT, 75).since("8 and earlier"),
    row("Java", "send tlsv1 * alert : fatal description @alert", SENT, 75).since("8 and earlier"),
    row("Java", "fatal alert : @alert", RECEIVED, 75),
    row("Bouncy Castle", "org bouncycastle tls tlsfatalalertreceived : @alert", RECEIVED, 90),
    row("Bouncy Castle", "tlsfatalalertreceived @alert", RECEIVED, 90),
    row("Bouncy Castle", "org bouncycastle tls tlsfatalalert : @alert", SENT, 75),
    row("rustls", "alertreceived ( @alert", RECEIVED, 90),
    row("rustls", "sending fatal alert @alert", SENT, 72),
    row("rustls", "tls alert received * description : @alert", RECEIVED, 85),
    row("GnuTLS", "received alert : @alert", RECEIVED, 90),
    row("GnuTLS", "received alert ( @alert )", RECEIVED, 85),
    row("GnuTLS", "fatal alert has been received : @alert", RECEIVED, 90),
    row("GnuTLS", "a tls fatal alert has been received : @alert", RECEIVED, 90),
    row("Erlang", "generated server alert : fatal @alert", SENT, 92).by(Side::Server),
    row("Erlang", "received client alert : fatal @alert", RECEIVED, 92).by(Side::Server),
    row("Erlang", "generated client alert : fatal @alert", SENT, 92).by(Side::Client),
    row("Erlang", "received server alert : fatal @alert", RECEIVED, 92).by(Side::Client),
    row("Erlang", "client alert : fatal @alert", RECEIVED, 84).by(Side::Server),
    row("Erlang", "server alert : fatal @alert", RECEIVED, 84).by(Side::Client),
    row("SChannel", "fatal alert was received from the remote endpoint * alert code is @alert", RECEIVED, 90),
    row("SChannel", "fatal alert was generated * alert code is @alert", SENT, 90),
    row("SChannel", "fatal error code is @alert", SENT, 80),
    row("Mbed TLS", "is a fatal alert message ( msg @alert )", RECEIVED, 90),
    row("hs-tls", "alertlevel fatal @alert", RECEIVED, 88),
    row("Wireshark", "alert level : fatal description : @alert", RECEIVED, 85),
    row("Wireshark", "level fatal description @alert", RECEIVED, 85),
    row("Node.js", "err ssl tlsv1 alert @alert", RECEIVED, 90),
    row("Node.js", "err ssl sslv3 alert @alert", RECEIVED, 90),
    row("Node.js", "err ssl tlsv13 alert @alert", RECEIVED, 90),
    row("Node.js", "err ssl ssl tls alert @alert", RECEIVED, 90),
    row("Mbed TLS", "fatal alert message was received from our peer", Says::OneOf(&[Code::ClientCertMissing, Code::NoSharedParameters, Code::ClientCertRejected]), 55),
    row("a TLS alert", "received alert * @alert", RECEIVED, 72),
    row("a TLS alert", "received * alert @alert", RECEIVED, 70),
    row("a TLS alert", "alert received * @alert", RECEIVED, 72),
    row("a TLS alert", "alert from peer * @alert", RECEIVED, 72),
    row("a TLS alert", "peer sent * alert * @alert", RECEIVED, 72),
    row("a TLS alert", "sending alert * @alert", SENT, 72),
    row("a TLS alert", "sending * alert * @alert", SENT, 66),
    row("a TLS alert", "sent alert * @alert", SENT, 70),
    row("a TLS alert", "send alert * @alert", SENT, 70),
    row("a TLS alert", "sends alert * @alert", SENT, 66),
    row("a TLS alert", "raised fatal * @alert", SENT, 70),
    row("a TLS alert", "alert ( @alert )", RECEIVED, 64).needs(super::Topic::Tls),
    row("a TLS alert", "alert fatal @alert", RECEIVED, 70),
    row("a TLS alert", "fatal alert * @alert", RECEIVED, 62),
    row("a TLS alert", "alert level fatal * @alert", RECEIVED, 72),
    row("a TLS alert", "alert description : @alert", RECEIVED, 72),
    row("a TLS alert", "alertdescription @alert", RECEIVED, 70),
    row("a TLS alert", "alert code @alert", RECEIVED, 66),
    row("a TLS alert", "tls alert @alert", RECEIVED, 70),
    row("a TLS alert", "ssl alert @alert", RECEIVED, 70),
    row("a TLS alert", "tls alert : @alert", RECEIVED, 75),
    row("a TLS alert", "alert @alert", RECEIVED, 62).needs(super::Topic::Tls),
    row("a TLS alert", "alert : @alert", RECEIVED, 66).needs(super::Topic::Tls),
];
