//! What bytes go through: a TCP connection, or a tunnel within TLS with a proxy.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use openssl::ssl::SslStream;

use super::Deadline;
use super::wire::Wire;

/// A two-way stream whose reads and writes can be held to a time.
#[derive(Debug)]
pub(super) enum Pipe {
    Tcp(TcpStream),
    /// TLS with the proxy; ours with the server is inside.
    Tls(Box<SslStream<Wire>>),
}

impl Pipe {
    pub(super) fn set_read_timeout(&mut self, left: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_read_timeout(Some(left)),
            Self::Tls(stream) => {
                stream
                    .get_mut()
                    .set_deadline(Deadline(Instant::now() + left));
                Ok(())
            }
        }
    }

    pub(super) fn set_write_timeout(&mut self, left: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_write_timeout(Some(left)),
            Self::Tls(_) => self.set_read_timeout(left),
        }
    }

    /// Whether bytes are there already that nobody has read.
    pub(super) fn has_bytes(&self) -> bool {
        match self {
            Self::Tcp(stream) => {
                let waiting = stream
                    .set_read_timeout(Some(Duration::from_millis(1)))
                    .is_ok();
                waiting && matches!(stream.peek(&mut [0; 1]), Ok(1..))
            }
            Self::Tls(stream) => stream.ssl().pending() > 0,
        }
    }

    /// This end of the connection.
    pub(super) fn local(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(stream) => stream.local_addr().ok(),
            Self::Tls(_) => None,
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(buffer),
            Self::Tls(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
