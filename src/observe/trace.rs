//! Writes down what the engine shows: every message and alert, and what the important ones say.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::evidence::{CertificateRequest, Direction, Event, Moment, What};
use crate::ffi::ssl::{self, Content, Observer};
use crate::material::{Certificate, Name, sha256};
use crate::source::Origin;

use super::{messages, milliseconds};

/// The most events kept of one connection; a server that sends more is not telling us more.
const MAX_EVENTS: usize = 400;

/// The growing record of one connection.
pub(super) struct Trace {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) events: Vec<Event>,
    pub(super) tls13: bool,
    /// The version of the `ServerHello`, as on the wire.
    pub(super) chosen_version: Option<u16>,
    pub(super) group: Option<String>,
    pub(super) server_chain: Vec<Certificate>,
    pub(super) certificate_request: Option<CertificateRequest>,
    pub(super) sent: Option<Vec<String>>,
    finished_received: bool,
    finished_sent: bool,
    pub(super) tickets: usize,
}

impl Trace {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            state: Mutex::new(State::default()),
        }
    }

    /// Looks at what was recorded so far.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds an event of our own telling.
    pub(super) fn note(&self, direction: Direction, note: String) {
        let at_ms = milliseconds(self.started.elapsed());
        self.with(|state| {
            state.push(Event {
                at_ms,
                direction,
                what: What::Note { note },
            });
        });
    }

    /// Milliseconds from our first message to the server's first.
    pub(super) fn first_answer_ms(&self) -> Option<f64> {
        self.with(|state| {
            let first = |direction| {
                state
                    .events
                    .iter()
                    .find(|event| event.direction == direction)
                    .map(|event| event.at_ms)
            };
            Some(first(Direction::Received)? - first(Direction::Sent)?)
        })
    }
}

impl State {
    fn push(&mut self, event: Event) {
        if self.events.len() < MAX_EVENTS {
            self.events.push(event);
        }
    }

    fn read(&mut self, direction: Direction, bytes: &[u8]) {
        let received = direction == Direction::Received;
        match bytes.first() {
            Some(2) if received => {
                if let Some(hello) = messages::server_hello(bytes) {
                    self.tls13 = hello.version == 0x0304;
                    self.chosen_version = Some(hello.version);
                    self.group = hello.group.map(messages::group).or(self.group.take());
                }
            }
            Some(4) if received => self.tickets += 1,
            Some(11) => {
                let Some(list) = messages::certificates(bytes, self.tls13) else {
                    return;
                };
                if received {
                    let origin = Origin::file("the server");
                    self.server_chain = list
                        .iter()
                        .enumerate()
                        .filter_map(|(index, der)| {
                            Certificate::from_der(der, origin.block(index + 1, None)).ok()
                        })
                        .collect();
                } else {
                    self.sent = Some(list.iter().map(|der| sha256(der)).collect());
                }
            }
            Some(12) if received => {
                if let Some(group) = messages::key_exchange_group(bytes) {
                    self.group = Some(messages::group(group));
                }
            }
            Some(13) if received => {
                let with_schemes = self.chosen_version.is_some_and(|version| version >= 0x0303);
                if let Some(request) =
                    messages::certificate_request(bytes, self.tls13, with_schemes)
                {
                    let moment = match (self.finished_received && self.finished_sent, self.tls13) {
                        (false, _) => Moment::Handshake,
                        (true, true) => Moment::PostHandshake,
                        (true, false) => Moment::Renegotiation,
                    };
                    self.certificate_request = Some(CertificateRequest {
                        moment,
                        ca_names: request
                            .ca_names
                            .iter()
                            .map(|der| {
                                Name::from_der(der).map_or_else(
                                    |_| format!("#{}", crate::material::hex(der)),
                                    |name| name.to_string(),
                                )
                            })
                            .collect(),
                        signature_algorithms: request.signature_algorithms,
                        certificate_types: request.certificate_types,
                    });
                }
            }
            Some(20) if received => self.finished_received = true,
            Some(20) => self.finished_sent = true,
            _ => {}
        }
    }
}

impl Observer for Trace {
    fn message(&self, direction: ssl::Direction, content: Content, bytes: &[u8]) {
        let direction = match direction {
            ssl::Direction::Sent => Direction::Sent,
            ssl::Direction::Received => Direction::Received,
        };
        let what = match (content, bytes) {
            (Content::Handshake, [number, ..]) => What::Message {
                message: messages::name(*number),
                number: *number,
                length: bytes.len(),
            },
            (Content::Alert, [level, number]) => What::Alert {
                level: *level,
                number: *number,
            },
            _ => return,
        };
        let at_ms = milliseconds(self.started.elapsed());
        self.with(|state| {
            state.push(Event {
                at_ms,
                direction,
                what,
            });
            if content == Content::Handshake {
                state.read(direction, bytes);
            }
        });
    }
}
