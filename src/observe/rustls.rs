//! A second engine: the handshake as rustls makes it, a strict and modern client that shares no code with the first.
//!
//! It shows less of the wire than the first does: of a message only that it must have been there, never its bytes.

mod callbacks;

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::crypto::{self, CryptoProvider};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, Error, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use zeroize::Zeroizing;

use crate::evidence::{Call, CertificateFacts, Direction, End, Ending, Event, Phase, Tls, What};
use crate::identity::Identity;
use crate::material::Certificate;
use crate::source::Origin;

use super::connect::Connected;
use super::wire::{Wire, WireEnd};
use super::{Deadline, LISTEN, Manner, Plan, Version, milliseconds};

use callbacks::{Chooser, Judge, Seen};

/// The most time to listen for a refusal after the handshake.
const LISTEN_AT_MOST: Duration = Duration::from_secs(2);

/// Makes the handshake, listens for a refusal, and writes down what was seen.
pub(super) fn converse(
    plan: &Plan<'_>,
    manner: &Manner<'_>,
    connected: Connected,
    deadline: Deadline,
    call: &mut Call,
) {
    let started = Instant::now();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut tls = Tls {
        offered_versions: (manner.versions.min.number(), manner.versions.max.number()),
        sni: plan
            .endpoint
            .sni()
            .filter(|_| manner.sends_sni)
            .map(str::to_owned),
        ..Tls::default()
    };
    let round_trip = connected.round_trip;
    let mut wire = Wire::new(connected.stream, deadline);
    let mut connection = match connection(plan, manner, &seen) {
        Ok(connection) => connection,
        Err(error) => {
            tls.error = Some(error.to_string());
            call.end = Some(End {
                how: Ending::Ours,
                phase: Phase::Handshake,
            });
            call.tls = Some(tls);
            return;
        }
    };
    let mut failed = None;
    let mut phase = Phase::Handshake;
    while connection.is_handshaking() && failed.is_none() {
        failed = connection.complete_io(&mut wire).err();
    }
    tls.completed = failed.is_none();
    if tls.completed {
        phase = Phase::Listening;
        let patience = (round_trip * 3 + started.elapsed() * 2).clamp(LISTEN, LISTEN_AT_MOST);
        failed = listen(&mut connection, &mut wire, deadline.sooner(patience));
    }
    let (end, alert) = ended(failed.as_ref(), &wire, phase);
    call.end = Some(end);
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    tls.error = failed.as_ref().map(words);
    tls.rustls_refuses.clone_from(&seen.refuses);
    tls.version = connection.protocol_version().map(|version| match version {
        rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3".to_owned(),
        rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2".to_owned(),
        other => format!("{other:?}"),
    });
    tls.chosen_version = connection.protocol_version().map(u16::from);
    tls.cipher = connection
        .negotiated_cipher_suite()
        .map(|suite| format!("{:?}", suite.suite()).replace("TLS13_", "TLS_"));
    tls.group = connection
        .negotiated_key_exchange_group()
        .map(|group| format!("{:?}", group.name()));
    tls.alpn = connection
        .alpn_protocol()
        .map(|name| String::from_utf8_lossy(name).into_owned());
    let chain: Vec<Certificate> = seen
        .chain
        .iter()
        .filter_map(|der| Certificate::from_der(der, Origin::file("the server")).ok())
        .collect();
    tls.server_chain = CertificateFacts::of_chain(&chain);
    tls.certificate_request.clone_from(&seen.request);
    tls.sent = seen
        .request
        .as_ref()
        .filter(|_| tls.completed)
        .map(|_| seen.sent.clone());
    tls.trace = events(&tls, alert, milliseconds(started.elapsed()));
    call.tls = Some(tls);
}

fn connection(
    plan: &Plan<'_>,
    manner: &Manner<'_>,
    seen: &Arc<Mutex<Seen>>,
) -> Result<ClientConnection, Error> {
    let provider = Arc::new(crypto::ring::default_provider());
    let versions: Vec<&'static SupportedProtocolVersion> =
        [(Version::Tls12, &TLS12), (Version::Tls13, &TLS13)]
            .into_iter()
            .filter(|(version, _)| (manner.versions.min..=manner.versions.max).contains(version))
            .map(|(_, version)| version)
            .collect();
    if versions.is_empty() {
        return Err(Error::General(
            "rustls speaks TLS 1.2 and 1.3 only".to_owned(),
        ));
    }
    let identity = manner
        .identity
        .map(|identity| certified(identity, &provider))
        .transpose()?;
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Judge::new(plan, &provider, seen)?))
        .with_client_cert_resolver(Arc::new(Chooser {
            identity,
            seen: Arc::clone(seen),
        }));
    config.enable_sni = manner.sends_sni;
    if plan.request.is_some() {
        config.alpn_protocols = vec![manner.protocol().as_bytes().to_vec()];
    }
    let name = match plan.endpoint.ip() {
        Some(address) => ServerName::from(address),
        None => ServerName::try_from(plan.endpoint.name().to_owned())
            .map_err(|error| Error::General(error.to_string()))?,
    };
    ClientConnection::new(Arc::new(config), name)
}

/// The identity in rustls' own form.
fn certified(identity: &Identity, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Error> {
    let pkcs8 = identity
        .key()
        .pkey()
        .private_key_to_pkcs8()
        .map(Zeroizing::new)
        .map_err(|error| Error::General(error.to_string()))?;
    let key = provider
        .key_provider
        .load_private_key(PrivateKeyDer::from(PrivatePkcs8KeyDer::from(
            pkcs8.to_vec(),
        )))
        .map_err(|error| {
            Error::General(format!(
                "rustls cannot use a key of type {}: {error}",
                identity.key().info()
            ))
        })?;
    let chain = identity
        .chain()
        .map(|one| CertificateDer::from(one.der().to_vec()))
        .collect();
    Ok(Arc::new(CertifiedKey::new(chain, key)))
}

/// Waits for a ticket or a refusal; what went wrong, if anything did.
fn listen(
    connection: &mut ClientConnection,
    wire: &mut Wire,
    window: Deadline,
) -> Option<io::Error> {
    wire.set_deadline(window);
    while connection.tls13_tickets_received() == 0 && !window.left().is_zero() {
        match connection.read_tls(wire) {
            Ok(0) => return Some(ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return None;
            }
            Err(error) => return Some(error),
        }
        match connection.process_new_packets() {
            Ok(state) if state.peer_has_closed() => {
                return Some(ErrorKind::ConnectionAborted.into());
            }
            Ok(state) if state.plaintext_bytes_to_read() > 0 => return None,
            Ok(_) => {}
            Err(error) => return Some(io::Error::new(ErrorKind::InvalidData, error)),
        }
    }
    None
}

/// How it ended, and by which alert of the server.
fn ended(failed: Option<&io::Error>, wire: &Wire, phase: Phase) -> (End, Option<u8>) {
    let how = |how| End { how, phase };
    let Some(failed) = failed else {
        return (how(Ending::Ours), None);
    };
    let engine = failed
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    if let Some(Error::AlertReceived(alert)) = engine {
        return (how(Ending::Alert), Some(u8::from(*alert)));
    }
    let end = match (engine, wire.ended) {
        (Some(_), _) => Ending::Ours,
        (None, Some(WireEnd::Reset)) => Ending::Reset,
        (None, Some(WireEnd::TimedOut)) => Ending::Silence,
        (None, Some(WireEnd::Fin)) => Ending::Fin,
        (None, None) => Ending::CloseNotify,
    };
    (how(end), None)
}

fn words(failed: &io::Error) -> String {
    failed
        .get_ref()
        .map_or_else(|| failed.to_string(), ToString::to_string)
}

/// The messages that must have been there for what is known, in their order.
fn events(tls: &Tls, alert: Option<u8>, at_ms: f64) -> Vec<Event> {
    let mut events = Vec::new();
    let mut push = |direction, what| {
        events.push(Event {
            at_ms,
            direction,
            what,
        });
    };
    let message = |message: &str, number| What::Message {
        message: message.to_owned(),
        number,
        length: 0,
    };
    push(Direction::Sent, message("ClientHello", 1));
    if tls.version.is_some() {
        push(Direction::Received, message("ServerHello", 2));
    }
    if tls.certificate_request.is_some() {
        push(Direction::Received, message("CertificateRequest", 13));
    }
    if !tls.server_chain.is_empty() {
        push(Direction::Received, message("Certificate", 11));
    }
    if tls.certificate_request.is_some() && (tls.completed || alert.is_some()) {
        push(Direction::Sent, message("Certificate", 11));
    }
    if let Some(number) = alert {
        push(Direction::Received, What::Alert { level: 2, number });
    }
    events
}
