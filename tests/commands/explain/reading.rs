//! How a text is read as a whole: which of its lines counts, which end printed it, whether it tells of an error or
//! only mentions one.

use fullcert::catalogue::{Code, Confidence};
use fullcert::explain::explain;

fn best(text: &str) -> Option<(Code, Confidence)> {
    let first = explain(text).candidates.into_iter().next()?;
    Some((first.code, first.confidence))
}

fn first(text: &str) -> Option<Code> {
    best(text).map(|(code, _)| code)
}

#[test]
fn the_ports_of_addresses_tell_which_end_printed_a_line() {
    for (line, code) in [
        (
            "read tcp 10.0.0.5:51234->10.0.0.6:8443: remote error: tls: unknown certificate authority",
            Code::ClientIssuerUnknown,
        ),
        (
            "read tcp 10.0.0.6:8443->10.0.0.5:51234: remote error: tls: unknown certificate authority",
            Code::ServerIssuerUnknown,
        ),
        (
            "WARNING: SSL Error on 19 ('192.0.2.7', 53450): [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca (_ssl.c:2546)",
            Code::ServerIssuerUnknown,
        ),
        (
            "{\"local\":\"10.30.128.82:56464\",\"remote\":\"192.0.2.1:8889\",\"msg\":\"remote error: tls: unknown certificate authority\"}",
            Code::ClientIssuerUnknown,
        ),
    ] {
        assert_eq!(first(line), Some(code), "{line}");
    }
}

#[test]
fn an_alert_is_read_beside_what_the_other_end_says() {
    let alert = "error:14094412:SSL routines:SSL3_READ_BYTES:sslv3 alert bad certificate";
    assert_eq!(first(alert), Some(Code::ClientCertRejected));
    let both = format!(
        "{alert}\npush failed: Post https://lfs.example/objects: x509: certificate signed by unknown authority"
    );
    assert_eq!(first(&both), Some(Code::ServerIssuerUnknown));
}

#[test]
fn a_mark_speaks_for_its_own_programs_lines() {
    let text = "broker-1  | 1752762877: New connection from 172.19.0.12 on port 8883.\n\
                video-1   | [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)\n\
                broker-1  | 1752762877: Client <unknown> disconnected: Protocol error.";
    assert_eq!(first(text), Some(Code::ServerCertExpired));
}

#[test]
fn a_cause_counts_more_than_what_it_caused() {
    let wrapper = "System.Security.Cryptography.CryptographicException: The certificate data cannot be read with the provided password, the password may be incorrect.";
    assert_eq!(first(wrapper), Some(Code::KeystorePasswordWrong));
    let whole = format!(
        "{wrapper}\n ---> System.PlatformNotSupportedException: Algorithm 'RC2' is not supported on this platform.\n   at System.Security.Cryptography.PasswordBasedEncryption.CreateRC2()"
    );
    assert_eq!(first(&whole), Some(Code::KeystoreAlgorithmUnsupported));
}

#[test]
fn a_sentence_that_mentions_an_error_gets_no_confident_answer() {
    let error = "x509: certificate signed by unknown authority";
    assert!(best(error).is_some_and(|(_, sure)| sure > Confidence::Possible));
    for text in [
        format!(
            "### Summary\n\nAdds a test for the text {error} to the client.\n\n- [x] documented"
        ),
        format!(
            "Go 1.20 adds more to the error and we have to match both. It is now failed to verify certificate: {error} and the test looks for this.\n\nFixes #16"
        ),
        format!(
            "- Print the reason with {error} (#66)\n- Remove the callback that is not needed any more (#76)"
        ),
        format!(
            "An article on how certificates are checked should also say what {error} means and that it is the server which has to send the rest of its chain, so that a client can build the path to one of the roots that it trusts."
        ),
    ] {
        let sure = best(&text).map(|(_, sure)| sure);
        assert!(
            sure.is_none_or(|sure| sure == Confidence::Possible),
            "{text}"
        );
    }
}

/// Programs that no table knows, in their own words; and the same on two lines.
#[test]
fn words_together_say_what_no_table_has() {
    for (text, code) in [
        (
            "Zorkd: fatal: the server certificate failed verification, reason: it has expired",
            Code::ServerCertExpired,
        ),
        (
            "Certificate of gate \"a\" failed validation.\nReason: certificate expired",
            Code::ServerCertExpired,
        ),
        (
            "zork: cannot parse certificate file /etc/zork/ca.pem",
            Code::PemMalformed,
        ),
        (
            "zork: could not decrypt private key: no passphrase given",
            Code::KeyPassphraseWrong,
        ),
        (
            "zork: mTLS: the client certificate is not registered for any user",
            Code::ClientCertForbidden,
        ),
    ] {
        assert_eq!(first(text), Some(code), "{text}");
    }
}

#[test]
fn signs_without_blanks_are_found_inside_a_run_of_them() {
    assert_eq!(
        first("错误如下：基础连接已经关闭: 未能为 SSL/TLS 安全通道建立信任关系。请问怎么办"),
        Some(Code::ServerIssuerUnknown)
    );
}

#[test]
fn a_call_that_was_typed_without_a_certificate_lacks_one() {
    let error =
        "curl: (35) error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate";
    let call = "$ curl --cacert ca.pem https://api.example:8443/v1";
    assert_eq!(
        first(&format!("{call}\n{error}")),
        Some(Code::ClientCertMissing)
    );
    assert_eq!(
        first(&format!(
            "{call} --cert client.pem --key client.key\n{error}"
        )),
        Some(Code::ClientCertRejected)
    );
}
