//! The stream under TLS: held to a deadline, and remembering how it ended.

use std::io::{self, Read, Write};
use std::time::Duration;

use super::Deadline;
use super::pipe::Pipe;

/// How many of the first bytes received are kept, to recognise what is not TLS.
const HEAD: usize = 512;

/// A stream that gives up at its deadline.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Pipe,
    deadline: Deadline,
    head: Vec<u8>,
    pub(super) ended: Option<WireEnd>,
}

/// What TCP itself said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WireEnd {
    Fin,
    Reset,
    TimedOut,
}

impl Wire {
    pub(super) fn new(stream: Pipe, deadline: Deadline) -> Self {
        Self {
            stream,
            deadline,
            head: Vec::new(),
            ended: None,
        }
    }

    /// Moves the deadline; a timeout that was met before is forgotten.
    pub(super) fn set_deadline(&mut self, deadline: Deadline) {
        self.deadline = deadline;
        if self.ended == Some(WireEnd::TimedOut) {
            self.ended = None;
        }
    }

    /// This end of the connection.
    pub(super) fn local(&self) -> Option<std::net::SocketAddr> {
        self.stream.local()
    }

    /// The first bytes received.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Reads on past the engine, which stops at the first bytes that are not TLS: the rest of a greeting.
    pub(super) fn read_greeting(&mut self, deadline: Deadline) {
        self.deadline = deadline;
        let mut buffer = [0; HEAD];
        while self.head.len() < HEAD && !self.head.contains(&b'\n') {
            if !matches!(self.read(&mut buffer), Ok(1..)) {
                break;
            }
        }
    }

    fn patience(&mut self) -> io::Result<Duration> {
        let left = self.deadline.left();
        if left.is_zero() {
            self.ended = Some(WireEnd::TimedOut);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(left)
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    self.ended = Some(WireEnd::TimedOut);
                }
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted => self.ended = Some(WireEnd::Reset),
                _ => {}
            }
        }
        result
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.patience()?;
        self.stream.set_read_timeout(left)?;
        let result = self.stream.read(buffer);
        let read = self.note(result)?;
        if read == 0 && !buffer.is_empty() {
            self.ended = Some(WireEnd::Fin);
        }
        let room = HEAD.saturating_sub(self.head.len()).min(read);
        self.head.extend_from_slice(&buffer[..room]);
        Ok(read)
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let left = self.patience()?;
        self.stream.set_write_timeout(left)?;
        let result = self.stream.write(buffer);
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
