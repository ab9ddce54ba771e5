//! Other people's servers: what each refuses, when, and with which words, so that a failure seen in production
//! can be had at home.

mod fault;
mod pages;

use crate::catalogue::reactions;
use crate::catalogue::stacks::Stack;

use super::http::Response;
use super::presented::Presented;

pub(super) use fault::of_objection;
pub(super) use reactions::{Fault, Reaction};

/// A server to be mistaken for.
#[derive(Debug, Clone, Copy)]
pub struct Persona {
    /// As it is typed.
    pub name: &'static str,
    /// As people call it.
    pub product: &'static str,
    /// Whose alerts it sends, and whose request for a certificate.
    pub(super) stack: Stack,
    manner: Manner,
    /// Whether its request for a certificate names the authorities.
    pub(super) names_authorities: bool,
    /// What it calls itself in its answers.
    pub(super) server: Option<&'static str>,
    /// Whether it speaks HTTP/2 alone, and only with those who agreed on it in the handshake.
    pub(super) only_http2: bool,
    /// The most intermediates it follows.
    most_issuers: Option<usize>,
}

/// Where and how a server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// In the handshake, with its stack's alerts.
    Alert,
    /// As its stack, but with a number of its own where a chain is too long; 0 hangs up.
    AlertTooLong(u8),
    /// A missing certificate with an alert, a bad one by hanging up once the handshake is over.
    HangUp,
    /// In the handshake, always without a word.
    Silent,
    /// After the handshake, with a page.
    Page(Pages),
}

/// Whose pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pages {
    Nginx,
    Salesforce,
}

const fn tls(name: &'static str, product: &'static str, stack: Stack) -> Persona {
    Persona {
        name,
        product,
        stack,
        manner: Manner::Alert,
        names_authorities: true,
        server: None,
        only_http2: false,
        most_issuers: match stack {
            Stack::Jsse | Stack::JsseNew | Stack::Erlang => Some(10),
            Stack::MbedTls => Some(8),
            Stack::WolfSsl => Some(9),
            Stack::Rustls => Some(6),
            _ => None,
        },
    }
}

/// Every persona there is.
pub const ALL: &[Persona] = &[
    tls("openssl", "an OpenSSL server", Stack::OpenSsl),
    Persona {
        manner: Manner::Page(Pages::Nginx),
        server: Some(pages::NGINX),
        // ssl_verify_depth is 1 unless set.
        most_issuers: Some(1),
        ..tls("nginx", "nginx", Stack::OpenSsl)
    },
    Persona {
        manner: Manner::AlertTooLong(80),
        server: Some("Apache"),
        most_issuers: Some(9),
        ..tls(
            "apache",
            "Apache httpd with SSLVerifyDepth 10",
            Stack::OpenSsl,
        )
    },
    Persona {
        manner: Manner::Page(Pages::Salesforce),
        names_authorities: false,
        server: Some("sfdcedge"),
        ..tls("salesforce", "a Salesforce org", Stack::OpenSsl)
    },
    tls("haproxy", "HAProxy", Stack::OpenSsl),
    Persona {
        names_authorities: false,
        ..tls("python", "a Python server", Stack::OpenSsl)
    },
    Persona {
        manner: Manner::HangUp,
        ..tls("node", "Node.js", Stack::OpenSsl)
    },
    Persona {
        server: Some("envoy"),
        ..tls("envoy", "Envoy", Stack::BoringSsl)
    },
    Persona {
        manner: Manner::Silent,
        names_authorities: false,
        only_http2: true,
        ..tls(
            "grpc",
            "a gRPC server in C++, Python, Ruby or PHP",
            Stack::BoringSsl,
        )
    },
    tls("go", "a Go server", Stack::Go),
    Persona {
        server: Some("Caddy"),
        ..tls("caddy", "Caddy", Stack::Go)
    },
    tls("go-old", "a server built with Go before 1.20", Stack::GoOld),
    tls("java", "a Java server before 23", Stack::Jsse),
    Persona {
        manner: Manner::Silent,
        ..tls(
            "java-httpserver",
            "the JDK's own HttpsServer before 22",
            Stack::Jsse,
        )
    },
    tls("java-23", "a Java server from 23 on", Stack::JsseNew),
    Persona {
        manner: Manner::AlertTooLong(0),
        ..tls("tomcat", "Tomcat on Java before 23", Stack::Jsse)
    },
    tls("gnutls", "a GnuTLS server", Stack::GnuTls),
    tls("nss", "an NSS server", Stack::Nss),
    tls("rustls", "a rustls server", Stack::Rustls),
    tls("mbedtls", "an Mbed TLS server", Stack::MbedTls),
    Persona {
        names_authorities: false,
        ..tls("wolfssl", "a wolfSSL server", Stack::WolfSsl)
    },
    tls(
        "erlang",
        "an Erlang server, such as RabbitMQ",
        Stack::Erlang,
    ),
];

impl Persona {
    /// The persona of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|persona| persona.name == name)
    }

    /// What it does about a fault while the handshake goes on.
    pub(super) fn reaction(&self, fault: Fault, tls13: bool) -> Reaction {
        let stack = reactions::reaction(self.stack, fault, tls13);
        // Nobody can go on without the proof of a key, or with a certificate that cannot be read.
        let hopeless = matches!(fault, Fault::WrongKey | Fault::Malformed);
        match self.manner {
            Manner::Page(_) if !hopeless => Reaction::Accept,
            Manner::HangUp if !hopeless && fault != Fault::Missing => Reaction::Accept,
            Manner::Silent if stack != Reaction::Accept => Reaction::Close,
            Manner::AlertTooLong(number) if fault == Fault::TooLong => match number {
                0 => Reaction::Close,
                number => Reaction::Alert(number),
            },
            _ => stack,
        }
    }

    /// Whether it has a second port, for logins.
    #[must_use]
    pub fn has_login_port(&self) -> bool {
        matches!(self.manner, Manner::Page(Pages::Salesforce))
    }

    /// Whether a chain of this many intermediates is beyond it.
    pub(super) fn is_too_long(&self, issuers: usize) -> bool {
        self.most_issuers.is_some_and(|most| issuers > most)
    }

    /// What it does once the handshake is over, where that is not to answer the request.
    pub(super) fn afterwards(&self, seen: &Presented, required: bool) -> Option<Afterwards> {
        let missing = seen.certificates.is_empty();
        let bad = !seen.path_errors.is_empty();
        if self.only_http2 && seen.alpn.as_deref() != Some("h2") {
            return Some(Afterwards::HangUp);
        }
        match self.manner {
            Manner::Page(Pages::Salesforce) if required => {
                if missing {
                    return Some(Afterwards::Page(pages::salesforce(
                        "No client certificate provided.",
                    )));
                }
                let first = seen.path_errors.first()?;
                Some(Afterwards::Page(pages::salesforce(&first.text)))
            }
            Manner::Page(Pages::Nginx) if bad => Some(Afterwards::Page(pages::nginx_bad())),
            Manner::Page(Pages::Nginx) if missing && required => {
                Some(Afterwards::Page(pages::nginx_missing()))
            }
            Manner::HangUp if bad => Some(Afterwards::HangUp),
            _ => None,
        }
    }

    /// What it says to plain HTTP on its TLS port; `None` where it only hangs up.
    pub(super) fn plain_http(&self) -> Option<Response> {
        match self.name {
            "nginx" => Some(pages::nginx_plain()),
            "apache" => Some(pages::apache_plain()),
            "go" | "go-old" | "caddy" => Some(pages::go_plain()),
            _ => None,
        }
    }
}

/// A refusal after the handshake.
pub(super) enum Afterwards {
    Page(Response),
    HangUp,
}
