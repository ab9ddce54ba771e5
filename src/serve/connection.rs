//! One connection from its first byte to its last: handshake, requests, farewell.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use openssl::ssl::{self, SslStream};

use crate::http2::PREFACE;
use crate::material::Certificate;
use crate::source::Origin;

use super::context::{Context, Rules};
use super::hello::Opening;
use super::http::http1::{self, Fault, Requests};
use super::http::http2::{self, Patience, Timed};
use super::http::{self, MAX_REQUESTS, Request};
use super::persona::{Afterwards, Reaction};
use super::presented::{Asked, Ending, Presented};
use super::trace::Trace;
use super::wire::{Censor, Instead, Outgoing, Wire};
use super::{ClientAuth, Config, Response, sealed};

/// The most requests of one connection that are kept to be told.
const MAX_TOLD: usize = 20;
/// The most that is kept of their headers, in bytes.
const MAX_TOLD_HEADERS: usize = 2 * http::MAX_HEAD;

/// Serves one client; returns when nothing is left to say, or its time is up.
pub(super) fn serve(config: &Config, context: &Context, socket: Arc<TcpStream>, peer: SocketAddr) {
    let trace = Trace::new();
    let Ok(engine) = context.engine(&trace) else {
        return;
    };
    let censor = config.persona.map(|_| censor(context.rules(), &trace));
    let wire = Wire::new(socket, config.handshake_timeout, censor);
    let Ok(mut stream) = SslStream::new(engine, wire) else {
        return;
    };
    let outcome = stream.accept();
    let head = stream.get_mut().take_head();
    let mut seen = record(config, &stream, &trace, &head, peer);
    match outcome {
        Ok(()) => {
            answer(config, &mut stream, &mut seen);
            // What a client makes of this server's certificate may come only now.
            seen.alert_received = trace.state().alert_received;
        }
        Err(error) => {
            seen.ending = ending(&error);
            // A client of HTTP/2 can say that this is no such server; those that are played say nothing.
            let unheard = config.persona.is_some() && head.starts_with(PREFACE);
            if seen.opening == Opening::PlainHttp && !unheard {
                answer_in_the_clear(config, &mut stream);
            }
        }
    }
    config.site.over(&seen);
    stream.get_mut().linger(config.linger);
}

/// Replaces OpenSSL's alerts with those of the persona.
fn censor(rules: Rules, trace: &Arc<Trace>) -> Censor {
    let trace = Arc::clone(trace);
    Box::new(move |outgoing| {
        let Some(fault) = trace.fault() else {
            return Instead::Same;
        };
        let mut state = trace.state();
        let number = match rules.reaction(fault, state.tls13) {
            Reaction::Accept => return Instead::Same,
            Reaction::Close => {
                state.alert_withheld = true;
                return Instead::Nothing;
            }
            Reaction::Alert(number) => number,
        };
        state.alert_replaced = Some(number);
        match (outgoing, state.suite, &state.secret) {
            (Outgoing::Plain(_), ..) => Instead::Bytes(vec![21, 3, 3, 0, 2, 2, number]),
            (Outgoing::Sealed, Some(suite), Some(secret)) => {
                match sealed::alert(suite, secret, number) {
                    Ok(Some(record)) => Instead::Bytes(record),
                    Ok(None) | Err(_) => Instead::Same,
                }
            }
            (Outgoing::Sealed, ..) => Instead::Same,
        }
    })
}

fn record(
    config: &Config,
    stream: &SslStream<Wire>,
    trace: &Trace,
    head: &[u8],
    peer: SocketAddr,
) -> Presented {
    let engine = stream.ssl();
    let mut state = trace.state();
    let agreed = state.suite.is_some();
    let sent = state.certificates.take();
    let origin = Origin::file(peer.to_string());
    let opening = state
        .hello
        .take()
        .map_or_else(|| Opening::read(head), Opening::Hello);
    let mut seen = Presented {
        peer,
        suites: match &opening {
            Opening::Hello(hello) => hello
                .suites
                .iter()
                .map(|suite| suite_name(engine, *suite))
                .collect(),
            _ => Vec::new(),
        },
        opening,
        version: agreed.then(|| engine.version_str().to_owned()),
        suite: engine.current_cipher().map(|suite| suite.name().to_owned()),
        alpn: engine
            .selected_alpn_protocol()
            .map(|name| String::from_utf8_lossy(name).into_owned()),
        asked: config.client_auth != ClientAuth::None,
        answered: sent.is_some(),
        proved: state.proof_received,
        certificates: Vec::new(),
        unreadable: 0,
        path_errors: std::mem::take(&mut state.objections),
        alert_received: state.alert_received,
        alert_sent: state
            .alert_replaced
            .or(state.alert_sent)
            .filter(|_| !state.alert_withheld),
        ending: Ending::Completed,
        requests: Vec::new(),
    };
    for (index, der) in sent.iter().flatten().enumerate() {
        match Certificate::from_der(der, origin.block(index + 1, None)) {
            Ok(certificate) => seen.certificates.push(certificate),
            Err(_) => seen.unreadable += 1,
        }
    }
    seen
}

/// IANA's name of a suite.
fn suite_name(engine: &ssl::SslRef, number: u16) -> String {
    engine
        .bytes_to_cipher_list(&number.to_be_bytes(), false)
        .ok()
        .and_then(|lists| {
            let suite = lists.suites.get(0)?;
            suite.standard_name()
        })
        .map_or_else(|| format!("0x{number:04x}"), str::to_owned)
}

fn answer(config: &Config, stream: &mut SslStream<Wire>, seen: &mut Presented) {
    let required = config.client_auth == ClientAuth::Require;
    let afterwards = config
        .persona
        .and_then(|persona| persona.afterwards(seen, required));
    if matches!(afterwards, Some(Afterwards::HangUp)) {
        return;
    }
    let mut told = MAX_TOLD_HEADERS;
    let mut site = |request: &Request| {
        let mut response = match &afterwards {
            Some(Afterwards::Page(page)) => page.clone(),
            _ => config.site.answer(seen, request),
        };
        if let Some(server) = config.persona.and_then(|persona| persona.server)
            && !response.headers.iter().any(|(name, _)| *name == "Server")
        {
            response.headers.push(("Server", server.to_owned()));
        }
        let size: usize = request
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if seen.requests.len() < MAX_TOLD && size <= told {
            told -= size;
            seen.requests.push(Asked {
                method: request.method.clone(),
                target: request.target.clone(),
                version: request.version,
                headers: request.headers.clone(),
                body_bytes: request.body_bytes,
                status: response.status,
            });
        }
        response
    };
    stream.get_mut().allow(config.request_timeout);
    let (http2, begun) = if stream.ssl().selected_alpn_protocol() == Some(b"h2") {
        (true, Vec::new())
    } else {
        // Some know beforehand that it is spoken.
        http::begins_http2(stream)
    };
    if http2 {
        let patience = Patience {
            request: config.request_timeout,
            linger: config.linger,
        };
        http2::converse(stream, begun, patience, &mut site);
    } else {
        take_turns(config, stream, begun, &mut site);
    }
    // Each side says goodbye (RFC 8446, section 6.1), so that the client knows nothing was cut off.
    let _ = stream.shutdown();
}

/// HTTP/1.1: a request, its answer, and the next.
fn take_turns(
    config: &Config,
    stream: &mut SslStream<Wire>,
    begun: Vec<u8>,
    site: &mut dyn FnMut(&Request) -> Response,
) {
    let mut requests = Requests::new(begun);
    for count in 1..=MAX_REQUESTS {
        if count > 1 {
            stream.get_mut().allow(config.request_timeout);
        }
        let (request, stay) = match requests.next(stream) {
            Ok(read) => read,
            Err(Fault::Refused(status)) => {
                let response = Response::bare(status);
                let _ = http1::write(&response, false, false, stream);
                break;
            }
            Err(Fault::Nothing | Fault::CutShort) => break,
        };
        let response = site(&request);
        let stay = stay && !response.close && count < MAX_REQUESTS;
        let head = request.method == "HEAD";
        if http1::write(&response, head, stay, stream).is_err() || !stay {
            break;
        }
    }
}

impl Timed for SslStream<Wire> {
    fn until(&mut self, deadline: Instant) {
        self.get_mut().until(deadline);
    }
}

/// A client that forgot the "s" of https gets an answer it can read.
fn answer_in_the_clear(config: &Config, stream: &mut SslStream<Wire>) {
    let response = match config.persona {
        Some(persona) => persona.plain_http(),
        None => config.site.plain_http(),
    };
    if let Some(response) = response {
        let wire = stream.get_mut();
        wire.allow(config.linger);
        let _ = http1::write(&response, false, false, wire);
        let _ = wire.flush();
    }
}

fn ending(error: &ssl::Error) -> Ending {
    if let Some(cause) = error.io_error() {
        return match cause.kind() {
            std::io::ErrorKind::TimedOut => Ending::TimedOut,
            _ => Ending::Closed,
        };
    }
    match error.ssl_error() {
        Some(stack) if !stack.errors().is_empty() => Ending::Failed {
            reasons: stack
                .errors()
                .iter()
                .map(|error| error.reason().unwrap_or("unnamed error").to_owned())
                .collect(),
        },
        _ => Ending::Closed,
    }
}
