//! One connection from its first byte to its last: handshake, requests, farewell.

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, PoisonError};

use openssl::ssl::{self, SslStream};

use crate::material::Certificate;
use crate::source::Origin;

use super::context::Context;
use super::hello::Opening;
use super::http::{self, Fault, Requests};
use super::presented::{Asked, Ending, Presented};
use super::wire::Wire;
use super::{ClientAuth, Config, Response};

/// More than this on one connection is a client that never ends.
const MAX_REQUESTS: usize = 1000;
/// The longest chain that is kept.
const MAX_CERTIFICATES: usize = 64;

/// Serves one client; returns when nothing is left to say, or its time is up.
pub(super) fn serve(config: &Config, context: &Context, socket: Arc<TcpStream>, peer: SocketAddr) {
    let Ok((engine, objections)) = context.engine() else {
        return;
    };
    let wire = Wire::new(socket, config.handshake_timeout);
    let Ok(mut stream) = SslStream::new(engine, wire) else {
        return;
    };
    let outcome = stream.accept();
    let mut seen = Presented {
        peer,
        opening: Opening::read(&stream.get_mut().take_head()),
        version: None,
        suite: None,
        alpn: None,
        asked: config.client_auth != ClientAuth::None,
        certificates: Vec::new(),
        unreadable: 0,
        path_errors: std::mem::take(
            &mut *objections.lock().unwrap_or_else(PoisonError::into_inner),
        ),
        ending: Ending::Completed,
        requests: Vec::new(),
    };
    match outcome {
        Ok(()) => {
            note_agreement(&stream, &mut seen);
            answer(config, &mut stream, &mut seen);
            // Each side says goodbye (RFC 8446, section 6.1), so that the client knows nothing was cut off.
            let _ = stream.shutdown();
        }
        Err(error) => seen.ending = ending(&error),
    }
    stream.get_mut().linger(config.linger);
    config.site.over(&seen);
}

fn note_agreement(stream: &SslStream<Wire>, seen: &mut Presented) {
    let engine = stream.ssl();
    seen.version = Some(engine.version_str().to_owned());
    seen.suite = engine.current_cipher().map(|suite| suite.name().to_owned());
    seen.alpn = engine
        .selected_alpn_protocol()
        .map(|name| String::from_utf8_lossy(name).into_owned());
    // OpenSSL keeps the leaf apart from a server's view of the rest.
    let leaf = engine.peer_certificate();
    let rest = engine
        .peer_cert_chain()
        .into_iter()
        .flatten()
        .filter_map(|certificate| certificate.to_der().ok());
    let mut chain: Vec<Vec<u8>> = leaf.iter().filter_map(|leaf| leaf.to_der().ok()).collect();
    for der in rest.take(MAX_CERTIFICATES) {
        if chain.len() != 1 || chain.first() != Some(&der) {
            chain.push(der);
        }
    }
    let origin = Origin::file(format!("{}", seen.peer));
    for (index, der) in chain.iter().enumerate() {
        match Certificate::from_der(der, origin.block(index + 1, None)) {
            Ok(certificate) => seen.certificates.push(certificate),
            Err(_) => seen.unreadable += 1,
        }
    }
}

fn answer(config: &Config, stream: &mut SslStream<Wire>, seen: &mut Presented) {
    let mut requests = Requests::new();
    for count in 1..=MAX_REQUESTS {
        stream.get_mut().allow(config.request_timeout);
        let (request, stay) = match requests.next(stream) {
            Ok(read) => read,
            Err(Fault::Refused(status)) => {
                let response = Response::new(
                    status,
                    "text/plain",
                    format!("{status} {}\n", http::reason(status)),
                );
                let _ = http::write(&response, false, false, stream);
                return;
            }
            Err(Fault::Nothing | Fault::CutShort) => return,
        };
        let response = config.site.answer(seen, &request);
        let stay = stay && !response.close && count < MAX_REQUESTS;
        seen.requests.push(Asked {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body_bytes: request.body.len(),
            status: response.status,
        });
        let head = request.method == "HEAD";
        if http::write(&response, head, stay, stream).is_err() || !stay {
            return;
        }
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
