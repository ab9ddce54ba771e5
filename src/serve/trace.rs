//! What crosses the wire in one handshake, as libssl shows it: the offer, the certificates, the alerts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::ffi::ssl::{Content, Direction, Observer};

use super::bytes::Bytes;
use super::hello::Hello;
use super::persona::Fault;
use super::presented::PathError;

/// The longest chain that is kept; longer ones are cut.
const MAX_CERTIFICATES: usize = 64;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const CERTIFICATE_VERIFY: u8 = 15;

/// The growing record of one handshake, shared between libssl's callbacks and the connection.
#[derive(Default)]
pub(super) struct Trace(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) hello: Option<Hello>,
    pub(super) tls13: bool,
    /// The suite agreed on, by number.
    pub(super) suite: Option<u16>,
    /// The client's certificates, DER, in the order of sending; none where it sent no such message.
    pub(super) certificates: Option<Vec<Vec<u8>>>,
    /// What the path check objected to.
    pub(super) objections: Vec<PathError>,
    /// The fault that was refused, where one was.
    pub(super) refused: Option<Fault>,
    pub(super) alert_received: Option<u8>,
    pub(super) alert_sent: Option<u8>,
    /// What was sent in its place.
    pub(super) alert_replaced: Option<u8>,
    /// Whether it was held back.
    pub(super) alert_withheld: bool,
    /// Whether the client's proof that it has the key was read.
    pub(super) proof_received: bool,
    /// The server's application traffic secret (RFC 8446, section 7.1), where it is needed.
    pub(super) secret: Option<Zeroizing<Vec<u8>>>,
}

impl Trace {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Why the handshake is about to be refused; none where it is for another reason than the client's certificate.
    pub(super) fn fault(&self) -> Option<Fault> {
        let state = self.state();
        if state.refused.is_some() {
            return state.refused;
        }
        match &state.certificates {
            Some(sent) if sent.is_empty() => Some(Fault::Missing),
            Some(_) if state.proof_received => Some(Fault::WrongKey),
            Some(_) if state.objections.is_empty() => Some(Fault::Malformed),
            _ => None,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Trace {
    fn message(&self, direction: Direction, content: Content, bytes: &[u8]) {
        let mut state = self.state();
        match (direction, content, bytes) {
            // The second one, after a retry, offers no more than the first.
            (Direction::Received, Content::Handshake, [CLIENT_HELLO, ..])
                if state.hello.is_none() =>
            {
                state.hello = Hello::read(bytes);
            }
            (Direction::Sent, Content::Handshake, [SERVER_HELLO, ..]) => {
                if let Some((suite, tls13)) = server_hello(bytes) {
                    state.suite = Some(suite);
                    state.tls13 = tls13;
                }
            }
            (Direction::Received, Content::Handshake, [CERTIFICATE, ..]) => {
                state.certificates = certificates(bytes, state.tls13);
            }
            (Direction::Received, Content::Handshake, [CERTIFICATE_VERIFY, ..]) => {
                state.proof_received = true;
            }
            (Direction::Received, Content::Alert, [_, number]) => {
                // A goodbye is no complaint.
                state.alert_received = (*number != 0).then_some(*number).or(state.alert_received);
            }
            (Direction::Sent, Content::Alert, [_, number]) => {
                state.alert_sent = (*number != 0).then_some(*number).or(state.alert_sent);
            }
            _ => {}
        }
    }
}

/// Suite and whether it is TLS 1.3 (RFC 8446, section 4.1.3).
fn server_hello(message: &[u8]) -> Option<(u16, bool)> {
    let mut message = Bytes(message);
    message.take(4 + 2 + 32)?;
    message.vector8()?;
    let suite = message.u16()?;
    message.u8()?;
    let mut tls13 = false;
    if let Some(mut extensions) = message.vector16() {
        while let (Some(kind), Some(content)) = (extensions.u16(), extensions.vector16()) {
            tls13 |= kind == 43 && content.0 == [3, 4];
        }
    }
    Some((suite, tls13))
}

/// The certificates of a `Certificate` message (RFC 8446, section 4.4.2; RFC 5246, section 7.4.2).
fn certificates(message: &[u8], tls13: bool) -> Option<Vec<Vec<u8>>> {
    let mut message = Bytes(message);
    message.take(4)?;
    if tls13 {
        message.vector8()?;
    }
    let mut list = message.vector24()?;
    let mut found = Vec::new();
    while !list.0.is_empty() && found.len() < MAX_CERTIFICATES {
        found.push(list.vector24()?.0.to_vec());
        if tls13 {
            list.vector16()?;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_read_in_both_layouts_and_never_past_the_end() {
        let old = [11, 0, 0, 8, 0, 0, 5, 0, 0, 2, 0x30, 0x00];
        assert_eq!(certificates(&old, false), Some(vec![vec![0x30, 0]]));
        let new = [11, 0, 0, 11, 0, 0, 0, 7, 0, 0, 2, 0x30, 0x00, 0, 0];
        assert_eq!(certificates(&new, true), Some(vec![vec![0x30, 0]]));
        assert_eq!(
            certificates(&[11, 0, 0, 3, 0, 0, 0], false),
            Some(Vec::new())
        );
        for end in 0..new.len() {
            assert_eq!(certificates(&new[..end], true), None);
        }
    }
}
