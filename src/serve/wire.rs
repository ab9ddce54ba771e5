//! One client's socket under a deadline, remembering the first bytes that came.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::sealed;

/// How much of the beginning is remembered: one TLS record, which holds any `ClientHello` there is.
const HEAD_BYTES: usize = 5 + 16 * 1024;

/// A record about to be sent that carries an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// In the clear, with this number.
    Plain(u8),
    /// Sealed, as TLS 1.3 does after the server's first flight.
    Sealed,
}

/// What goes out in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Instead {
    /// The record itself.
    Same,
    /// These bytes.
    Bytes(Vec<u8>),
    Nothing,
}

/// Decides what becomes of an alert.
pub(super) type Censor = Box<dyn FnMut(Outgoing) -> Instead + Send>;

/// A socket whose every read and write ends by a deadline, however slowly the other side goes.
pub(super) struct Wire {
    socket: Arc<TcpStream>,
    deadline: Instant,
    head: Vec<u8>,
    /// Set once the head is no longer wanted.
    quiet: bool,
    /// Looks at alerts until the handshake is over.
    censor: Option<Censor>,
}

impl Wire {
    pub(super) fn new(socket: Arc<TcpStream>, allowed: Duration, censor: Option<Censor>) -> Self {
        Self {
            socket,
            deadline: Instant::now() + allowed,
            head: Vec::new(),
            quiet: false,
            censor,
        }
    }

    /// Everything from here on must be done within `allowed`.
    pub(super) fn allow(&mut self, allowed: Duration) {
        self.until(Instant::now() + allowed);
    }

    /// The same, by the clock.
    pub(super) fn until(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// The first bytes that came. The handshake is over: nothing is remembered or changed after this.
    pub(super) fn take_head(&mut self) -> Vec<u8> {
        self.quiet = true;
        self.censor = None;
        std::mem::take(&mut self.head)
    }

    /// Says that nothing more comes from here, then reads what the client still sends, so that the last
    /// words are not lost: closing with unread bytes turns into a reset that overtakes them.
    pub(super) fn linger(&mut self, allowed: Duration) {
        self.allow(allowed);
        if self.socket.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut scratch = [0; 4096];
        // A client that never stops sending is not read for ever, whatever its speed.
        for _ in 0..1024 {
            match self.read(&mut scratch) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    fn remaining(&self) -> io::Result<Duration> {
        self.deadline
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
            .ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.remaining()?))?;
        let count = (&*self.socket).read(buffer).map_err(timed_out)?;
        if !self.quiet {
            let room = HEAD_BYTES.saturating_sub(self.head.len());
            self.head
                .extend(buffer.iter().take(count.min(room)).copied());
        }
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let instead = match (alert(bytes), &mut self.censor) {
            (Some(alert), Some(censor)) => censor(alert),
            _ => Instead::Same,
        };
        match instead {
            Instead::Same => self.send(bytes),
            Instead::Nothing => Ok(bytes.len()),
            Instead::Bytes(other) => {
                let mut rest = other.as_slice();
                while !rest.is_empty() {
                    let sent = self.send(rest)?;
                    rest = rest.get(sent.max(1)..).unwrap_or_default();
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Wire {
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.remaining()?))?;
        (&*self.socket).write(bytes).map_err(timed_out)
    }
}

/// Whether these bytes are one record with an alert: in the clear by its type, sealed by its length, which no
/// other message of a handshake has.
fn alert(bytes: &[u8]) -> Option<Outgoing> {
    match bytes {
        [21, _, _, 0, 2, _, number] => Some(Outgoing::Plain(*number)),
        [23, 3, 3, high, low, rest @ ..] => {
            let length = usize::from(*high) << 8 | usize::from(*low);
            (length == sealed::ALERT_LENGTH && rest.len() == length).then_some(Outgoing::Sealed)
        }
        _ => None,
    }
}

/// A socket says *would block* when its time is up, which OpenSSL would take for "try again".
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock {
        io::ErrorKind::TimedOut.into()
    } else {
        error
    }
}
