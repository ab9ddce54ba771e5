//! Talking line by line or byte by byte, in the clear or within TLS: bounded, held to a deadline, and written down.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Instant;

use crate::evidence::{self, Direction, Ending, Line, Outcome};

use super::pipe::Pipe;
use super::{Deadline, milliseconds};

/// The longest line or message that is read.
const MAX_MESSAGE: usize = 16 * 1024;
/// How much is read of one conversation altogether.
const MAX_TOTAL: usize = 64 * 1024;
/// The most lines written down, and the most characters of each.
const MAX_LINES: usize = 60;
const MAX_TEXT: usize = 200;

/// Why a conversation cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The connection ended, or nothing came until the deadline.
    End(Ending),
    /// The other side answered with a TLS record.
    Tls,
    /// What came is not of this protocol.
    Foreign(String),
}

/// Whom the words go to and come from.
pub(super) trait Partner {
    /// The next byte.
    fn byte(&mut self) -> Result<u8, Stop>;
    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop>;
    /// Writes down what was said.
    fn told(&mut self, direction: Direction, text: String);
    /// Whether more has arrived already.
    fn has_bytes(&self) -> bool;
}

/// A conversation being held.
pub(super) struct Talk<'a> {
    partner: &'a mut dyn Partner,
    read: usize,
}

impl<'a> Talk<'a> {
    pub(super) fn with(partner: &'a mut dyn Partner) -> Self {
        Self { partner, read: 0 }
    }

    /// Sends a line, which is written down as it is.
    pub(super) fn say(&mut self, line: &str) -> Result<(), Stop> {
        self.send(format!("{line}\r\n").as_bytes(), line)
    }

    /// Sends bytes, which are written down as `told`.
    pub(super) fn send(&mut self, bytes: &[u8], told: &str) -> Result<(), Stop> {
        self.partner.told(Direction::Sent, bounded(told));
        self.partner.write(bytes)
    }

    /// Reads a line, without its end.
    pub(super) fn line(&mut self) -> Result<String, Stop> {
        self.read_line(true)
    }

    /// The same, and nothing is written down.
    pub(super) fn unheard_line(&mut self) -> Result<String, Stop> {
        self.read_line(false)
    }

    fn read_line(&mut self, heard: bool) -> Result<String, Stop> {
        let mut bytes = Vec::new();
        let result = loop {
            match self.next(&bytes) {
                Ok(b'\n') => break Ok(()),
                Ok(byte) => bytes.push(byte),
                // The last line of a connection may lack its end.
                Err(Stop::End(Ending::Fin | Ending::CloseNotify)) if !bytes.is_empty() => {
                    break Ok(());
                }
                Err(stop) => break Err(stop),
            }
        };
        let text = String::from_utf8_lossy(&bytes)
            .trim_end_matches('\r')
            .to_owned();
        if heard && !bytes.is_empty() && !matches!(result, Err(Stop::Tls)) {
            self.heard(&text);
        }
        result.map(|()| text)
    }

    /// Reads up to and with the first `>`: one tag, and whatever stands before it. Nothing is written down, unless
    /// there is no tag in it.
    pub(super) fn tag(&mut self) -> Result<String, Stop> {
        let mut bytes = Vec::new();
        let result = loop {
            match self.next(&bytes) {
                Ok(b'>') => {
                    bytes.push(b'>');
                    break Ok(());
                }
                // Lines of a protocol that has no tags.
                Ok(b'\n') if !bytes.is_empty() && !bytes.contains(&b'<') => {
                    break Err(Stop::Foreign(
                        String::from_utf8_lossy(&bytes).trim().to_owned(),
                    ));
                }
                Ok(byte) => bytes.push(byte),
                Err(stop) => break Err(stop),
            }
        };
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        if !text.is_empty() && !matches!(result, Ok(()) | Err(Stop::Tls)) {
            self.heard(&text);
        }
        result.map(|()| text)
    }

    /// Reads so many bytes; nothing is written down.
    pub(super) fn exactly(&mut self, count: usize) -> Result<Vec<u8>, Stop> {
        if count > MAX_MESSAGE {
            return Err(Stop::Foreign(format!("a message of {count} bytes")));
        }
        (0..count).map(|_| self.next(&[])).collect()
    }

    /// The rest of a line of another protocol, whose first bytes were read already.
    pub(super) fn foreign(&mut self, first: &[u8]) -> Stop {
        let rest = self.unheard_line().unwrap_or_default();
        let line = String::from_utf8_lossy(first).into_owned() + &rest;
        self.heard(&line);
        Stop::Foreign(line)
    }

    /// Writes down what a message said.
    pub(super) fn heard(&mut self, text: &str) {
        self.partner.told(Direction::Received, bounded(text));
    }

    /// Whether more has arrived already.
    pub(super) fn has_bytes(&self) -> bool {
        self.partner.has_bytes()
    }

    /// The next byte of a message that began with `so_far`.
    fn next(&mut self, so_far: &[u8]) -> Result<u8, Stop> {
        if so_far.len() >= MAX_MESSAGE || self.read >= MAX_TOTAL {
            return Err(Stop::Foreign(bounded(&String::from_utf8_lossy(so_far))));
        }
        let byte = self.partner.byte()?;
        self.read += 1;
        // A TLS alert or handshake record (RFC 8446, section 5.1) is no text in any protocol.
        if self.read == 2 && byte == 3 && matches!(so_far, [0x15 | 0x16]) {
            return Err(Stop::Tls);
        }
        Ok(byte)
    }
}

/// Text as it is kept: escaped, and not all of a long one.
pub(super) fn bounded(text: &str) -> String {
    let mut kept: String = text.chars().take(MAX_TEXT).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept.chars()
        .flat_map(|one| match one {
            // Nothing that a terminal would act on.
            '"' | '\'' | '\\' => vec![one],
            one => one.escape_debug().collect(),
        })
        .collect()
}

/// The other side of a connection on which TLS has not begun.
pub(super) struct Clear {
    pipe: Pipe,
    deadline: Deadline,
    /// Until when the first byte must come.
    first: Option<Deadline>,
    heard: bool,
    started: Instant,
    lines: Vec<Line>,
}

impl Clear {
    pub(super) fn new(pipe: Pipe, deadline: Deadline) -> Self {
        Self {
            pipe,
            deadline,
            first: None,
            heard: false,
            started: Instant::now(),
            lines: Vec::new(),
        }
    }

    /// Gives the other side only so long for its first byte.
    pub(super) fn await_first_word(&mut self, deadline: Deadline) {
        self.first = Some(deadline);
    }

    /// The connection, and the record of what was said on it.
    pub(super) fn end(self, outcome: Outcome, words: Option<String>) -> (Pipe, evidence::Talk) {
        let talk = evidence::Talk {
            lines: self.lines,
            outcome,
            words: words.map(|words| bounded(&words)),
            took_ms: milliseconds(self.started.elapsed()),
        };
        (self.pipe, talk)
    }

    /// Whether anything was received.
    pub(super) fn heard(&self) -> bool {
        self.heard
    }
}

impl Partner for Clear {
    // One byte at a time: what follows the last word belongs to whoever takes the connection over.
    fn byte(&mut self) -> Result<u8, Stop> {
        let mut buffer = [0; 1];
        let left = self.first.unwrap_or(self.deadline).left();
        if left.is_zero() || self.pipe.set_read_timeout(left).is_err() {
            return Err(Stop::End(Ending::Silence));
        }
        loop {
            match self.pipe.read(&mut buffer) {
                Ok(0) => return Err(Stop::End(Ending::Fin)),
                Ok(_) => {
                    self.first = None;
                    self.heard = true;
                    return Ok(buffer[0]);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(stop(&error)),
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let left = self.deadline.left();
        if left.is_zero() || self.pipe.set_write_timeout(left).is_err() {
            return Err(Stop::End(Ending::Silence));
        }
        self.pipe
            .write_all(bytes)
            .and_then(|()| self.pipe.flush())
            .map_err(|error| stop(&error))
    }

    fn told(&mut self, direction: Direction, text: String) {
        if self.lines.len() < MAX_LINES {
            self.lines.push(Line {
                at_ms: milliseconds(self.started.elapsed()),
                direction,
                text,
            });
        }
    }

    fn has_bytes(&self) -> bool {
        self.pipe.has_bytes()
    }
}

fn stop(error: &std::io::Error) -> Stop {
    Stop::End(match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Ending::Silence,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => {
            Ending::Reset
        }
        _ => Ending::Fin,
    })
}
