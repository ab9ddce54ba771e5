//! The OpenSSL engine: a handshake as curl makes it, every message of it recorded.

use std::sync::Arc;
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{ErrorCode, Ssl, SslRef, SslStream};
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags};

use crate::evidence::{self, CertificateFacts, Direction, End, Ending, Phase};
use crate::ffi::ssl::{self as engine, Judgement};

use super::connect::Connected;
use super::engine::{chooser, context, faults, second_opinion};
use super::trace::Trace;
use super::wire::{Wire, WireEnd};
use super::{Deadline, Manner, Plan};

/// How long the rest of a greeting that is not TLS is awaited.
const GREETING: Duration = Duration::from_millis(300);
/// The most time to listen.
const LISTEN_AT_MOST: Duration = Duration::from_secs(2);

/// What one read brought.
pub(super) enum Read {
    Data(usize),
    End(End),
}

/// One TLS connection being made, used and recorded.
pub(super) struct Session {
    stream: SslStream<Wire>,
    trace: Arc<Trace>,
    judgement: Arc<Judgement>,
    deadline: Deadline,
    round_trip: Duration,
    sni: Option<String>,
    offered_versions: (u16, u16),
    /// Whether the server may refuse or ask for a certificate while we only listen.
    listens_always: bool,
    /// The least time to listen.
    listens: Duration,
    completed: bool,
    error: Option<String>,
    /// What arrived while listening.
    early: Vec<u8>,
    end: Option<End>,
}

impl Session {
    pub(super) fn start(
        plan: &Plan<'_>,
        manner: &Manner<'_>,
        connected: Connected,
        deadline: Deadline,
    ) -> Result<Self, ErrorStack> {
        let context = context(plan, manner)?;
        let mut ssl = Ssl::new(&context)?;
        let sni = plan
            .endpoint
            .sni()
            .filter(|_| manner.sends_sni)
            .map(str::to_owned);
        if let Some(name) = &sni {
            ssl.set_hostname(name)?;
        }
        let param = ssl.param_mut();
        if let Some(address) = plan.endpoint.ip() {
            param.set_ip(address)?;
        } else {
            param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
            param.set_host(plan.endpoint.name())?;
        }
        // As curl does: an intermediate in the trust file is as good as a root.
        param.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
        // The handshake itself runs at level 0, so that old servers can be talked to; their chains are still
        // judged as today's clients do.
        param.set_auth_level(2);
        let trace = Arc::new(Trace::new());
        let judgement = Judgement::new(plan.insecure);
        engine::observe(&mut ssl, Arc::clone(&trace) as Arc<dyn engine::Observer>);
        engine::set_judgement(&mut ssl, Arc::clone(&judgement));
        engine::offer_post_handshake_auth(&mut ssl);
        if let (Some(client), Some(identity)) = (plan.acts_as, manner.identity) {
            engine::choose(&mut ssl, chooser(client, identity, &trace));
        }
        let stream = SslStream::new(ssl, Wire::new(connected.stream, deadline))?;
        Ok(Self {
            stream,
            trace,
            judgement,
            deadline,
            round_trip: connected.round_trip,
            sni,
            offered_versions: (manner.versions.min.number(), manner.versions.max.number()),
            listens_always: plan.request.is_none() || !manner.sends_request,
            listens: manner.listens,
            completed: false,
            error: None,
            early: Vec::new(),
            end: None,
        })
    }

    /// Makes the handshake; some end if it failed.
    pub(super) fn handshake(&mut self) -> Option<End> {
        loop {
            match self.stream.connect() {
                Ok(()) => {
                    self.completed = true;
                    return None;
                }
                Err(error) if self.should_go_on(&error) => {}
                Err(error) => return Some(self.ended(&error, Phase::Handshake)),
            }
        }
    }

    /// In TLS 1.3 the server judges our certificate after our handshake is over: writing now could lose its
    /// refusal in a reset. Waits for a ticket, an alert, or a little over the time an answer took so far.
    pub(super) fn listen(&mut self) -> Option<End> {
        let (tls13, asked) = self
            .trace
            .with(|state| (state.tls13, state.certificate_request.is_some()));
        if !(self.listens_always || tls13 && asked) {
            return None;
        }
        let thinking = self.trace.first_answer_ms().unwrap_or_default().max(0.0) / 1000.0;
        let patience = (self.round_trip * 3 + Duration::from_secs_f64(thinking * 2.0))
            .clamp(self.listens, LISTEN_AT_MOST);
        let window = self.deadline.sooner(patience);
        self.stream.get_mut().set_deadline(window);
        let mut end = None;
        while !window.left().is_zero() && self.trace.with(|state| state.tickets) == 0 {
            let mut buffer = [0; 4096];
            match self.stream.ssl_read(&mut buffer) {
                Ok(read) => {
                    self.early.extend_from_slice(&buffer[..read]);
                    break;
                }
                Err(error) if self.waited(&error) => {}
                Err(error) => {
                    end = Some(self.ended(&error, Phase::Listening));
                    break;
                }
            }
        }
        self.stream.get_mut().set_deadline(self.deadline);
        end
    }

    /// Sends the request; some end if it could not be written.
    pub(super) fn send(&mut self, request: &[u8]) -> Option<End> {
        let end = self.write(request);
        if end.is_none() {
            let note = format!("request, {} bytes", request.len());
            self.trace.note(Direction::Sent, note);
        }
        end
    }

    /// Writes all of it; some end if that failed.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Option<End> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.stream.ssl_write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if self.should_go_on(&error) => {}
                Err(error) => return Some(self.ended(&error, Phase::Request)),
            }
        }
        None
    }

    /// Whether the handshake is over.
    pub(super) fn completed(&self) -> bool {
        self.completed
    }

    /// Whether HTTP/2 was agreed on (RFC 9113, section 3.2).
    pub(super) fn speaks_http2(&self) -> bool {
        self.stream.ssl().selected_alpn_protocol() == Some(b"h2")
    }

    /// Whether a certificate was asked for.
    pub(super) fn was_asked(&self) -> bool {
        self.trace.with(|state| state.certificate_request.is_some())
    }

    /// This end of the connection.
    pub(super) fn local(&self) -> Option<std::net::SocketAddr> {
        self.stream.get_ref().local()
    }

    /// What arrived though nothing was asked.
    pub(super) fn overheard(&self) -> &[u8] {
        &self.early
    }

    /// Reads a part of the answer.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Read {
        if !self.early.is_empty() {
            let count = self.early.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.early[..count]);
            self.early.drain(..count);
            return Read::Data(count);
        }
        if let Some(end) = self.end {
            return Read::End(end);
        }
        loop {
            match self.stream.ssl_read(buffer) {
                Ok(read) => return Read::Data(read),
                Err(error) if self.should_go_on(&error) => {}
                Err(error) => {
                    let end = self.ended(&error, Phase::Response);
                    self.end = Some(end);
                    return Read::End(end);
                }
            }
        }
    }

    /// Adds a line to the trace.
    pub(super) fn note(&self, direction: Direction, note: String) {
        self.trace.note(direction, note);
    }

    /// All that was seen.
    pub(super) fn finish(mut self, plan: &Plan<'_>) -> evidence::Tls {
        if self.completed {
            // A polite goodbye; whether it arrives changes nothing.
            self.stream
                .get_mut()
                .set_deadline(self.deadline.sooner(Duration::from_millis(100)));
            let _ = self.stream.shutdown();
        }
        let faults = faults(&self.judgement);
        if !self.completed && is_not_tls(self.stream.get_ref().head()) {
            let deadline = self.deadline.sooner(GREETING);
            self.stream.get_mut().read_greeting(deadline);
        }
        let not_tls = not_tls(self.stream.get_ref().head());
        let ssl = self.stream.ssl();
        let agreed = self
            .trace
            .with(|state| !state.server_chain.is_empty() || state.tls13)
            || self.completed;
        self.trace.with(|state| evidence::Tls {
            trace: std::mem::take(&mut state.events),
            version: agreed.then(|| ssl.version_str().to_owned()),
            cipher: ssl.current_cipher().map(|cipher| {
                cipher
                    .standard_name()
                    .unwrap_or_else(|| cipher.name())
                    .to_owned()
            }),
            group: state.group.take().or_else(|| finite_field(ssl)),
            secure_renegotiation: (self.completed && !state.tls13)
                .then(|| engine::knows_secure_renegotiation(ssl)),
            alpn: ssl
                .selected_alpn_protocol()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
            sni: self.sni.clone(),
            server_chain: CertificateFacts::of_chain(&state.server_chain),
            rustls_refuses: if faults.is_empty() {
                second_opinion(plan, &state.server_chain)
            } else {
                None
            },
            server_faults: faults,
            certificate_request: state.certificate_request.take(),
            sent: state.sent.take(),
            completed: self.completed,
            error: self.error.clone(),
            not_tls,
            chosen_version: state.chosen_version,
            offered_versions: self.offered_versions,
        })
    }

    /// The engine wants to be called again, and there is time left.
    fn should_go_on(&self, error: &openssl::ssl::Error) -> bool {
        matches!(error.code(), ErrorCode::WANT_READ | ErrorCode::WANT_WRITE)
            && self.stream.get_ref().ended.is_none()
    }

    /// While listening a timeout is an answer too: nothing came.
    fn waited(&self, error: &openssl::ssl::Error) -> bool {
        matches!(error.code(), ErrorCode::WANT_READ | ErrorCode::WANT_WRITE)
            && matches!(self.stream.get_ref().ended, None | Some(WireEnd::TimedOut))
    }

    fn ended(&mut self, error: &openssl::ssl::Error, phase: Phase) -> End {
        let alerted = self.trace.with(|state| {
            state
                .events
                .iter()
                .any(|event| event.what.fatal_alert().is_some())
        });
        let how = if alerted {
            Ending::Alert
        } else if error.code() == ErrorCode::ZERO_RETURN {
            Ending::CloseNotify
        } else {
            match self.stream.get_ref().ended {
                Some(WireEnd::Reset) => Ending::Reset,
                Some(WireEnd::TimedOut) => Ending::Silence,
                Some(WireEnd::Fin) => Ending::Fin,
                // The engine itself gave up, on bytes that are not TLS or break its rules.
                None => Ending::Ours,
            }
        };
        if !self.completed || how == Ending::Ours {
            self.error = Some(words(error));
        }
        End { how, phase }
    }
}

/// The server's Diffie-Hellman group, where that is what was agreed on.
fn finite_field(ssl: &SslRef) -> Option<String> {
    ssl.current_cipher()
        .and_then(openssl::ssl::SslCipherRef::standard_name)
        .filter(|name| name.contains("_DHE_"))?;
    let key = ssl.peer_tmp_key().ok()?;
    Some(format!("DHE {}", key.bits()))
}

/// The first bytes as text, where they are not TLS.
fn not_tls(head: &[u8]) -> Option<String> {
    is_not_tls(head).then(|| {
        String::from_utf8_lossy(&head[..head.len().min(200)])
            .escape_debug()
            .to_string()
    })
}

/// Whether the first bytes cannot be a TLS record (RFC 8446, section 5.1).
fn is_not_tls(head: &[u8]) -> bool {
    match head {
        [] => false,
        [kind, rest @ ..] => {
            !(20..=24).contains(kind) || rest.first().is_some_and(|major| *major != 3)
        }
    }
}

/// The engine's own words, the reason without its source file.
fn words(error: &openssl::ssl::Error) -> String {
    match error.ssl_error().and_then(|stack| stack.errors().first()) {
        Some(first) => first.reason().unwrap_or("unknown reason").to_owned(),
        None => error.to_string(),
    }
}
