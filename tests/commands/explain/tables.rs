//! What the programs' own tables of messages hold: each message alone, and in the line its program prints it in.

use fullcert::catalogue::Code;
use fullcert::explain::explain;

/// How a program prints its messages.
struct Table {
    before: &'static str,
    after: &'static str,
    messages: &'static [(Code, &'static str)],
}

#[rustfmt::skip]
const TABLES: &[Table] = &[
    Table { before: "Get \"https://api.example:8443/v1\": ", after: "", messages: &[
        (Code::ServerIssuerUnknown, "x509: issuer name does not match subject from issuing certificate"),
        (Code::ServerIssuerUnknown, "x509: failed to load system roots and no roots provided"),
        (Code::ServerCertRejected, "x509: certificate contains duplicate extension with OID \"2.5.29.17\""),
        (Code::ServerCertRejected, "x509: authority key identifier incorrectly marked critical"),
        (Code::ServerCertRejected, "x509: cannot parse dnsName \"a_b\""),
        (Code::ServerCertRejected, "x509: inner and outer signature algorithm identifiers don't match"),
        (Code::PemMalformed, "x509: trailing data after ASN.1 of public-key"),
        (Code::PemMalformed, "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [DOG]"),
        (Code::KeyFormatUnsupported, "tls: certificate private key does not implement crypto.Signer"),
        (Code::KeyFormatUnsupported, "x509: private key contains zero or negative prime"),
        (Code::NoSharedParameters, "tls: client doesn't support certificate curve"),
        (Code::NoSharedParameters, "tls: server did not send a key share"),
        (Code::HandshakeTimeout, "tls: DialWithDialer timed out"),
        (Code::HandshakeClosed, "tls: server's Finished message was incorrect"),
    ] },
    Table { before: "Caused by: java.security.cert.CertificateException: ", after: "\n\tat java.base/java.lang.Thread.run(Thread.java:829)", messages: &[
        (Code::ServerCertWeak, "Certificate does not conform to algorithm constraints"),
        (Code::ServerCertRejected, "Certificate contains unsupported critical extensions: [2.5.29.30]"),
        (Code::ServerCertRejected, "End user tried to act as a CA"),
        (Code::ServerCertRevoked, "Responder's certificate not within the validity period"),
        (Code::PemMalformed, "No certificate data found"),
        (Code::PemMalformed, "Incomplete BER/DER length info"),
    ] },
    Table { before: "Caused by: java.io.IOException: ", after: "\n\tat java.base/sun.security.pkcs12.PKCS12KeyStore.engineLoad(PKCS12KeyStore.java:2117)", messages: &[
        (Code::KeystoreAlgorithmUnsupported, "MAC iteration count too large: 6000000"),
        (Code::KeystoreAlgorithmUnsupported, "getPBEAlgorithmParameters failed: 1.2.840.113549.1.5.13"),
        (Code::KeystoreFormatWrong, "Invalid length for CertBag"),
    ] },
    Table { before: "curl: (60) ", after: "", messages: &[
        (Code::ServerCertExpired, "Cert verify failed: BADCERT_EXPIRED"),
        (Code::ServerNameMismatch, "Cert verify failed: BADCERT_CN_MISMATCH"),
        (Code::ServerIssuerUnknown, "Cert verify failed: BADCERT_NOT_TRUSTED"),
    ] },
    Table { before: "curl: (59) ", after: "", messages: &[
        (Code::NoSharedParameters, "failed setting cipher list: FOO"),
        (Code::NoSharedParameters, "Couldn't use specified SSL cipher"),
    ] },
    Table { before: "System.ComponentModel.Win32Exception: ", after: "", messages: &[
        (Code::ServerCertRejected, "CERT_E_ROLE (0x800B0103)"),
        (Code::ServerIssuerUnknown, "CERT_E_UNTRUSTEDCA (0x800B0112)"),
        (Code::ServerCertRejected, "CERT_E_INVALID_NAME (0x800B0114)"),
        (Code::KeystoreEntryMissing, "NTE_BAD_KEYSET (0x80090016)"),
    ] },
];

#[test]
fn a_message_is_read_alone_and_in_its_program_s_line() {
    for table in TABLES {
        for (code, message) in table.messages {
            let line = format!("{}{message}{}", table.before, table.after);
            for text in [*message, line.as_str()] {
                let first = explain(text)
                    .candidates
                    .first()
                    .map(|candidate| candidate.code);
                assert_eq!(first, Some(*code), "{text}");
            }
        }
    }
}

/// A row that speaks of what it caught must catch something.
#[test]
fn what_a_phrase_catches_stands_in_its_text() {
    use fullcert::catalogue::phrases::{self, Says};

    for phrase in phrases::all() {
        let needed = match phrase.says {
            Says::RefusesBecause => "@verify",
            Says::Alert(_) => "@alert",
            _ => continue,
        };
        assert!(phrase.text.contains(needed), "{phrase:?}");
    }
}
