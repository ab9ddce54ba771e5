//! Names a protocol by how its servers greet (RFC 4253, 5321, 959, 9051, 1939, 9112).

use crate::evidence::{Dialect, Target};

/// A protocol that is not TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// As it stands in a sentence.
    pub(super) name: &'static str,
    /// Where TLS can be asked for in it.
    pub(super) dialect: Option<Dialect>,
    advice: &'static str,
}

impl Known {
    /// The next thing to do.
    pub(super) fn advice(self, target: &Target) -> String {
        match self.dialect {
            Some(dialect) => {
                let ask = format!(
                    "fullcert probe {}:{} --starttls {dialect} asks for TLS there",
                    target.host, target.port
                );
                match dialect.tls_port() {
                    Some(port) => {
                        format!("{ask}; the port that begins with TLS is usually {port}")
                    }
                    None => ask,
                }
            }
            None => self.advice.to_owned(),
        }
    }
}

/// The protocol of a server whose first words these are.
pub(super) fn recognise(head: &str) -> Option<Known> {
    let upper = head.to_ascii_uppercase();
    let greets = |start: &str| upper.starts_with(start);
    let any = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    let (name, dialect, advice) = if greets("HTTP/") || greets("<!DOCTYPE") || greets("<HTML") {
        (
            "plain HTTP",
            None,
            "use the HTTPS port, or put TLS in front of this one",
        )
    } else if greets("SSH-") {
        (
            "SSH",
            None,
            "this is the SSH port: use the service's TLS port",
        )
    } else if greets("RFB ") {
        ("VNC", None, "VNC has no TLS of its own: use a tunnel")
    } else if greets("220") && any(&["FTP"]) && !any(&["SMTP"]) {
        ("FTP, which wants AUTH TLS", Some(Dialect::Ftp), "")
    } else if greets("220") || greets("554") && any(&["SMTP"]) {
        ("SMTP, which wants STARTTLS", Some(Dialect::Smtp), "")
    } else if greets("* OK") || greets("* PREAUTH") || greets("* BYE") {
        ("IMAP, which wants STARTTLS", Some(Dialect::Imap), "")
    } else if greets("+OK") {
        ("POP3, which wants STLS", Some(Dialect::Pop3), "")
    } else if greets("-ERR") || greets("-NOAUTH") {
        ("Redis without TLS", None, "use the server's tls-port")
    } else if greets("<?XML") || greets("<STREAM") {
        ("XMPP, which wants STARTTLS", Some(Dialect::Xmpp), "")
    } else if any(&["MYSQL", "MARIADB", "CACHING_SHA2"]) {
        (
            "MySQL, which asks for TLS in its own protocol",
            Some(Dialect::Mysql),
            "",
        )
    } else {
        return None;
    };
    Some(Known {
        name,
        dialect,
        advice,
    })
}
