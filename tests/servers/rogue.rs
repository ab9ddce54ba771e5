//! Servers that are none, as threads of the test: whatever a socket can do to a caller, before TLS or in the midst of it.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longer than any caller waits here.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listener whose every connection gets the same treatment; it ends when this is dropped.
pub struct Rogue {
    pub port: u16,
    ended: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Rogue {
    pub fn start(treat: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port");
        let port = listener.local_addr().expect("an address").port();
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let treat = Arc::new(treat);
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if seen.load(Ordering::SeqCst) {
                    break;
                }
                let treat = Arc::clone(&treat);
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("a time limit");
                std::thread::spawn(move || treat(stream));
            }
        });
        Self {
            port,
            ended,
            acceptor: Some(acceptor),
        }
    }

    /// Reads the first flight, says something and then does as told.
    pub fn answering(words: impl Into<Vec<u8>>, end: End) -> Self {
        let words = words.into();
        Self::start(move |mut stream| {
            // A reply to what was read: nothing must stay unread, or closing would turn into a reset.
            let _ = stream.read(&mut [0; 16 * 1024]);
            let _ = stream.write_all(&words);
            end.act(stream);
        })
    }

    /// Speaks first, as servers of other protocols do.
    pub fn greeting(words: &'static str) -> Self {
        Self::start(move |mut stream| {
            let _ = stream.write_all(words.as_bytes());
            End::Silence.act(stream);
        })
    }

    /// Connects a caller to a server and lets them talk until one of them ends it.
    pub fn relay(client: &TcpStream, upstream: u16) {
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream)) else {
            return;
        };
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                forward(clone(client), clone(&server), &over);
                let _ = server.shutdown(Shutdown::Write);
            });
            let (mut from, mut to) = (clone(&server), clone(client));
            let _ = std::io::copy(&mut from, &mut to);
            let _ = client.shutdown(Shutdown::Both);
            over.store(true, Ordering::SeqCst);
        });
    }

    /// Says its turns one by one, each after it heard something (an empty one is only for hearing), and then does as
    /// told. One that greets does not wait before its first.
    pub fn talking(greets: bool, turns: &[&[u8]], end: End) -> Self {
        let turns: Vec<Vec<u8>> = turns.iter().map(|turn| turn.to_vec()).collect();
        Self::start(move |mut stream| {
            for (number, turn) in turns.iter().enumerate() {
                if (number > 0 || !greets) && !matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    return;
                }
                if stream.write_all(turn).is_err() {
                    return;
                }
            }
            end.act(stream);
        })
    }

    /// In front of a real server: lets `records` of its TLS records through and then does as told.
    pub fn cutting(upstream: u16, records: usize, end: End) -> Self {
        Self::start(move |client| {
            let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream)) else {
                return;
            };
            let cut = Arc::new(AtomicBool::new(false));
            let up = {
                let (from, to) = (clone(&client), clone(&server));
                let cut = Arc::clone(&cut);
                std::thread::spawn(move || forward(from, to, &cut))
            };
            let mut down = clone(&client);
            let mut from = clone(&server);
            for _ in 0..records {
                let Some(record) = tls_record(&mut from) else {
                    break;
                };
                if down.write_all(&record).is_err() {
                    break;
                }
            }
            drop(down);
            // The server goes on only so far: what it says next is lost.
            if matches!(end, End::Alert(_)) {
                let _ = tls_record(&mut from);
            }
            cut.store(true, Ordering::SeqCst);
            let _ = up.join();
            let _ = server.shutdown(Shutdown::Both);
            end.act(client);
        })
    }
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// FIN.
    Close,
    /// RST: there is something unread when the socket closes.
    Reset,
    /// Bytes that no protocol has.
    Garbage,
    /// Nothing more, until the caller gives up.
    Silence,
    /// A fatal alert in the clear, then FIN.
    Alert(u8),
}

impl End {
    fn act(self, mut stream: TcpStream) {
        match self {
            Self::Close => drain(stream),
            Self::Reset => {
                // Where the caller has nothing to say yet, this becomes a FIN.
                let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
                let _ = stream.peek(&mut [0; 1]);
            }
            Self::Garbage => {
                let _ = stream.write_all(&[0xE7; 64]);
                drain(stream);
            }
            Self::Silence => while matches!(stream.read(&mut [0; 1024]), Ok(1..)) {},
            Self::Alert(number) => {
                let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, number]);
                drain(stream);
            }
        }
    }
}

/// Says goodbye first and reads what is still coming, so that no reset follows.
fn drain(mut stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    while matches!(stream.read(&mut [0; 1024]), Ok(1..)) {}
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a second handle")
}

/// Copies until told to stop; what arrives later stays unread.
fn forward(mut from: TcpStream, mut to: TcpStream, cut: &AtomicBool) {
    let _ = from.set_read_timeout(Some(Duration::from_millis(5)));
    let mut buffer = [0; 16 * 1024];
    while !cut.load(Ordering::SeqCst) {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => break,
        }
    }
    let _ = from.set_read_timeout(Some(PATIENCE));
}

/// One record with its header.
fn tls_record(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut record = vec![0; 5];
    stream.read_exact(&mut record).ok()?;
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + length, 0);
    stream.read_exact(&mut record[5..]).ok()?;
    Some(record)
}
