//! The same conclusions from the other side: what a server can say of the client that just called it.

mod path;

use crate::catalogue::{Code, Confidence, Stage, entry};
use crate::evidence::{CertificateFacts, VerifyFault};
use crate::material::Time;

use super::alert::spelled;
use super::findings;
use super::verdict::{Diagnosis, Finding, Severity, Verdict};

/// What a client began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    Tls,
    PlainHttp,
    /// Something else.
    Unknown,
    Nothing,
}

/// How its handshake ended, as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending<'a> {
    Completed,
    /// The TLS engine's reasons, oldest first.
    Failed(&'a [String]),
    Closed,
    TimedOut,
}

/// One client's call, as the server saw it.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    pub opening: Opening,
    pub ending: Ending<'a>,
    /// Whether the server asked for a certificate.
    pub asked: bool,
    /// Whether the client's `Certificate` message came, empty or not.
    pub answered: bool,
    /// Whether its proof that it holds the key came.
    pub proved: bool,
    /// The certificates in the order of sending.
    pub chain: &'a [CertificateFacts],
    /// How many more could not be read.
    pub unreadable: usize,
    /// What the path check objected to, in its order.
    pub faults: &'a [VerifyFault],
    /// The CAs whose clients are welcome; empty where nobody said.
    pub trusted: &'a [CertificateFacts],
    /// The client's own complaint.
    pub alert_received: Option<u8>,
    /// When it called.
    pub at: Time,
}

/// Reaches the verdict on a visit.
#[must_use]
pub fn visited(visit: &Visit<'_>) -> Diagnosis {
    let verdict = judge(visit);
    let mut list = Vec::new();
    findings::identity(visit.chain, visit.at, &mut list);
    for fault in visit.faults {
        list.push(Finding {
            code: format!("verify-{}", fault.code),
            severity: Severity::Error,
            summary: path::fact(fault),
        });
    }
    list.retain(|finding| finding.code != verdict.code.as_str());
    list.sort_by_key(|finding| finding.severity);
    list.dedup();
    Diagnosis {
        verdict,
        findings: list,
    }
}

fn judge(visit: &Visit<'_>) -> Verdict {
    match visit.opening {
        Opening::PlainHttp => {
            return verdict(Code::NotTls, Confidence::Proven)
                .summary("the client spoke plain HTTP to a TLS port")
                .because("its first bytes are an HTTP request")
                .only_fix("call the same address with https:// instead of http://");
        }
        Opening::Unknown => {
            return verdict(Code::NotTls, Confidence::Proven)
                .summary("the client began with something other than TLS")
                .only_fix("check that the client is set to use TLS from its first byte");
        }
        Opening::Nothing => {
            return verdict(Code::HandshakeClosed, Confidence::Proven)
                .summary("the client connected and said nothing")
                .because("a port scan, a health check or a connection pool warming up does this")
                .only_fix("nothing, unless the client was meant to call");
        }
        Opening::Tls => {}
    }
    refused_server(visit)
        .or_else(|| no_agreement(visit))
        .unwrap_or_else(|| certificate(visit))
}

/// The client would not go on with this server.
fn refused_server(visit: &Visit<'_>) -> Option<Verdict> {
    let number = visit.alert_received?;
    let code = match number {
        42 | 43 | 46 | 48 => Code::ServerIssuerUnknown,
        45 => Code::ServerCertExpired,
        44 => Code::ServerCertRevoked,
        70 => Code::ProtocolVersionUnsupported,
        40 | 47 | 71 => Code::NoSharedParameters,
        112 => Code::ServerNameUnrecognized,
        _ => Code::HandshakeClosed,
    };
    let confidence = match number {
        48 | 45 | 44 => Confidence::Proven,
        42 | 43 | 46 => Confidence::Likely,
        _ => Confidence::Possible,
    };
    let verdict = verdict(code, confidence)
        .summary(match code {
            Code::ServerIssuerUnknown => {
                "the client does not trust this server's certificate, and left before its own was looked at"
            }
            Code::HandshakeClosed => "the client gave up the handshake",
            _ => entry(code).meaning,
        })
        .because(format!("the client sent the alert {}", spelled(number)));
    Some(match code {
        Code::ServerIssuerUnknown if confidence == Confidence::Likely => verdict
            .because("not ruled out: the name it called this server by is not in the certificate")
            .only_fix("make the client trust the CA of this server, and call it by a name in its certificate"),
        Code::ServerIssuerUnknown => {
            verdict.only_fix("make the client trust the CA of this server's certificate")
        }
        _ => verdict,
    })
}

/// The two sides could not agree, or parted before a certificate mattered.
fn no_agreement(visit: &Visit<'_>) -> Option<Verdict> {
    if visit.answered {
        return None;
    }
    match &visit.ending {
        Ending::Completed => None,
        Ending::TimedOut => Some(
            verdict(Code::HandshakeTimeout, Confidence::Proven)
                .summary("the client stopped in the middle of the handshake")
                .only_fix("look at the client: it waits for something, or its network is broken"),
        ),
        Ending::Closed => Some(
            verdict(Code::HandshakeClosed, Confidence::Likely)
                .summary("the client closed the connection in the middle of the handshake")
                .because("a client that does not trust the server, or that finds no certificate to send, may leave without a word")
                .only_fix("look into the client's log at this moment"),
        ),
        Ending::Failed(reasons) => {
            let says = |words: &[&str]| {
                reasons
                    .iter()
                    .any(|reason| words.iter().any(|word| reason.contains(word)))
            };
            let code = if says(&["version", "unsupported protocol"]) {
                Code::ProtocolVersionUnsupported
            } else if says(&["shared", "no suitable", "signature"]) {
                Code::NoSharedParameters
            } else {
                Code::HandshakeClosed
            };
            let reasons = reasons.join("; ").escape_debug().to_string();
            Some(
                verdict(code, Confidence::Proven)
                    .summary(match code {
                        Code::HandshakeClosed => "the handshake failed",
                        other => entry(other).meaning,
                    })
                    .because(format!("OpenSSL says: {reasons}")),
            )
        }
    }
}

fn certificate(visit: &Visit<'_>) -> Verdict {
    if !visit.asked {
        return verdict(Code::Ok, Confidence::Proven)
            .stage(Stage::ClientAuthentication)
            .summary("the client was let in; no certificate was asked for");
    }
    if visit.unreadable > 0 && visit.chain.is_empty() {
        return verdict(Code::ClientCertRejected, Confidence::Proven)
            .summary("what the client sent as its certificate cannot be read")
            .only_fix("fullcert inspect on the client's file shows what is in it");
    }
    let Some(leaf) = visit.chain.first() else {
        return missing(visit);
    };
    if visit.proved
        && matches!(&visit.ending, Ending::Failed(reasons) if visit.faults.is_empty() && !reasons.is_empty())
    {
        return verdict(Code::ClientKeyMismatch, Confidence::Proven)
            .summary(format!("the client could not prove that it has the key of {}", leaf.subject))
            .because("the signature over the handshake does not fit the certificate's public key")
            .only_fix("build the client's file again from the key that the request was made with: fullcert bundle KEY CERTIFICATES -o fullcert.pem");
    }
    if let Some(verdict) = path::judge(visit, leaf) {
        return verdict;
    }
    match visit.ending {
        Ending::Completed => {
            let verdict = verdict(Code::Ok, Confidence::Proven)
                .stage(Stage::ClientAuthentication)
                .summary(format!("{} was sent, and it is good", leaf.subject));
            if visit.trusted.is_empty() {
                verdict
                    .summary(format!("{} was sent; who issued it was not judged", leaf.subject))
                    .because("this server was given no CA to judge it by")
                    .only_fix("fullcert serve --cacert client-ca.pem checks the path as the real server would")
            } else {
                verdict
            }
        }
        _ => verdict(Code::HandshakeClosed, Confidence::Likely)
            .summary("the client's certificate is good, and the handshake did not come to its end"),
    }
}

fn missing(visit: &Visit<'_>) -> Verdict {
    let mut verdict = verdict(Code::ClientCertMissing, Confidence::Proven)
        .summary("the client was asked for a certificate and sent none");
    if visit.trusted.is_empty() {
        verdict = verdict.because("the request named no CA: any certificate would have done");
    } else {
        let names: Vec<&str> = visit
            .trusted
            .iter()
            .take(5)
            .map(|one| one.subject.as_str())
            .collect();
        verdict = verdict.because(format!("the request named the CAs {}", names.join("; ")))
            .because("Java, Go, .NET and browsers send nothing where none of their certificates comes from a CA that was named; the intermediates must be in the client's file for them to see that");
    }
    verdict
        .only_fix("give the client its key, certificate and intermediates: fullcert bundle FILES -o fullcert.pem -o client.p12 makes one file of them")
        .fix("check that the client's file holds key, certificate and intermediates: fullcert inspect FILE")
}

/// A verdict without the catalogue's fixes, which are written for whoever probes.
fn verdict(code: Code, confidence: Confidence) -> Verdict {
    let entry = entry(code);
    Verdict {
        code,
        culprit: entry.culprit,
        stage: entry.stage,
        confidence,
        summary: entry.meaning.to_owned(),
        because: Vec::new(),
        fix: Vec::new(),
    }
}

impl Verdict {
    /// Replaces all fixes by this one.
    fn only_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = vec![fix.into()];
        self
    }

    /// Adds a fix after the others.
    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix.push(fix.into());
        self
    }
}
