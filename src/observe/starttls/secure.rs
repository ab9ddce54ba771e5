//! The other side of a conversation within TLS.

use crate::evidence::{Direction, End, Ending, Phase};
use crate::observe::talk::{Partner, Stop};
use crate::observe::tls::{Read, Session};

/// Speaks through a session whose handshake is over.
pub(in crate::observe) struct Secure<'a> {
    session: &'a mut Session,
    buffer: Vec<u8>,
    /// Where in the buffer the next byte is.
    at: usize,
    end: Option<End>,
}

impl<'a> Secure<'a> {
    pub(in crate::observe) fn new(session: &'a mut Session) -> Self {
        Self {
            session,
            buffer: Vec::new(),
            at: 0,
            end: None,
        }
    }

    /// How the connection ended, if it did.
    pub(in crate::observe) fn end(&self) -> Option<End> {
        self.end
    }
}

impl Partner for Secure<'_> {
    fn byte(&mut self) -> Result<u8, Stop> {
        if let Some(byte) = self.buffer.get(self.at) {
            self.at += 1;
            return Ok(*byte);
        }
        self.buffer.resize(4096, 0);
        match self.session.read(&mut self.buffer) {
            Read::Data(count) => {
                self.buffer.truncate(count);
                self.at = 1;
                self.buffer
                    .first()
                    .copied()
                    .ok_or(Stop::End(Ending::Silence))
            }
            Read::End(end) => {
                self.buffer.clear();
                self.at = 0;
                // What broke the writing is the first sign; an alert says more.
                self.end = match self.end {
                    Some(earlier) if end.how != Ending::Alert => Some(earlier),
                    _ => Some(end),
                };
                Err(Stop::End(end.how))
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if let Some(end) = self.session.write(bytes) {
            // What the server said before it closed is still to be read.
            self.end.get_or_insert(End {
                phase: Phase::Request,
                ..end
            });
        }
        Ok(())
    }

    fn told(&mut self, direction: Direction, text: String) {
        self.session.note(direction, text);
    }

    fn has_bytes(&self) -> bool {
        self.at < self.buffer.len()
    }
}
