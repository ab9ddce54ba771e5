//! One client's socket under a deadline, remembering the first bytes that came.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How much of the beginning is remembered: one TLS record, which holds any `ClientHello` there is.
const HEAD_BYTES: usize = 5 + 16 * 1024;

/// A socket whose every read and write ends by a deadline, however slowly the other side goes.
pub(super) struct Wire {
    socket: Arc<TcpStream>,
    deadline: Instant,
    head: Vec<u8>,
    /// Set once the head is no longer wanted.
    quiet: bool,
}

impl Wire {
    pub(super) fn new(socket: Arc<TcpStream>, allowed: Duration) -> Self {
        Self {
            socket,
            deadline: Instant::now() + allowed,
            head: Vec::new(),
            quiet: false,
        }
    }

    /// Everything from here on must be done within `allowed`.
    pub(super) fn allow(&mut self, allowed: Duration) {
        self.deadline = Instant::now() + allowed;
    }

    /// The first bytes that came; nothing is remembered after this.
    pub(super) fn take_head(&mut self) -> Vec<u8> {
        self.quiet = true;
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
        self.socket.set_write_timeout(Some(self.remaining()?))?;
        (&*self.socket).write(bytes).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
