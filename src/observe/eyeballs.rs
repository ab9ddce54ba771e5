//! Happy eyeballs (RFC 8305): addresses of both families in turn, each a little after the one before, the first that
//! answers wins.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::evidence::{Attempt, Connection};

use super::{Deadline, milliseconds};

/// How long an address has the field to itself (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);
/// The most addresses tried; a name that has more will not be saved by them.
const MAX_ATTEMPTS: usize = 32;
/// What an attempt needs of a stack.
const STACK: usize = 128 * 1024;

/// The connection that was first, with the time it took, and what became of every attempt.
pub(super) fn race(
    addresses: &[SocketAddr],
    deadline: Deadline,
) -> (Option<(TcpStream, Duration)>, Vec<Attempt>) {
    let order = alternating(addresses);
    let (sender, receiver) = mpsc::channel();
    let mut runners: Vec<(SocketAddr, Instant, Option<Attempt>)> = Vec::new();
    let mut waiting = order.iter().take(MAX_ATTEMPTS);
    let mut next = waiting.next();
    let mut start_at = Instant::now();
    let mut winner = None;
    while winner.is_none() && !deadline.left().is_zero() {
        let running = runners.iter().any(|(.., done)| done.is_none());
        if let Some(address) = next.filter(|_| !running || Instant::now() >= start_at) {
            let (started, index, left) = (Instant::now(), runners.len(), deadline.left());
            runners.push((*address, started, None));
            let (address, sender) = (*address, sender.clone());
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn({
                let sender = sender.clone();
                move || {
                    let result = TcpStream::connect_timeout(&address, left);
                    let _ = sender.send((index, result, started.elapsed()));
                }
            });
            if let Err(error) = spawned {
                let _ = sender.send((index, Err(error), started.elapsed()));
            }
            next = waiting.next();
            start_at = started + HEAD_START;
            continue;
        }
        if !running {
            break;
        }
        let patience = match next {
            Some(_) => start_at.saturating_duration_since(Instant::now()),
            None => deadline.left(),
        };
        match receiver.recv_timeout(patience.min(deadline.left())) {
            Ok((index, result, took)) => {
                if let Some((address, _, done)) = runners.get_mut(index) {
                    *done = Some(attempt(*address, &result, took));
                }
                match result {
                    Ok(stream) => winner = Some((stream, took)),
                    Err(_) => start_at = Instant::now(),
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
    let unfinished = if winner.is_some() {
        Connection::Abandoned
    } else {
        Connection::TimedOut
    };
    let attempts = runners
        .into_iter()
        .map(|(address, started, done)| {
            done.unwrap_or_else(|| Attempt {
                address: address.to_string(),
                outcome: unfinished,
                error: None,
                took_ms: milliseconds(started.elapsed()),
            })
        })
        .collect();
    (winner, attempts)
}

/// The families take turns, the resolver's first choice begins (RFC 8305, section 4).
fn alternating(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let Some(first) = addresses.first() else {
        return Vec::new();
    };
    let (same, other): (Vec<_>, Vec<_>) = addresses
        .iter()
        .copied()
        .partition(|address| address.is_ipv4() == first.is_ipv4());
    let mut other = other.into_iter();
    let mut order = Vec::with_capacity(addresses.len());
    for address in same {
        order.push(address);
        order.extend(other.next());
    }
    order.extend(other);
    order
}

fn attempt(address: SocketAddr, result: &io::Result<TcpStream>, took: Duration) -> Attempt {
    Attempt {
        address: address.to_string(),
        outcome: result
            .as_ref()
            .map_or_else(outcome, |_| Connection::Connected),
        error: result.as_ref().err().map(ToString::to_string),
        took_ms: milliseconds(took),
    }
}

fn outcome(error: &io::Error) -> Connection {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Connection::Refused,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Connection::TimedOut,
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => Connection::Unreachable,
        _ => Connection::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn soon() -> Deadline {
        Deadline(Instant::now() + Duration::from_secs(10))
    }

    /// A port whose queue is full: whoever knocks gets no answer.
    fn black_hole() -> (TcpListener, Vec<TcpStream>, SocketAddr) {
        // The standard library's queue is long: it takes many that are never accepted.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut held = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            held.push(stream);
            assert!(held.len() < 10_000, "the queue has no end");
        }
        (listener, held, address)
    }

    #[test]
    fn families_take_turns() {
        let parse = |list: &[&str]| -> Vec<SocketAddr> {
            list.iter().map(|one| one.parse().unwrap()).collect()
        };
        let given = parse(&["[::1]:1", "[::2]:1", "[::3]:1", "127.0.0.1:1"]);
        let expected = parse(&["[::1]:1", "127.0.0.1:1", "[::2]:1", "[::3]:1"]);
        assert_eq!(alternating(&given), expected);
        assert_eq!(alternating(&[]), []);
    }

    #[test]
    fn a_silent_address_costs_a_head_start_and_no_more() {
        let (_listener, _held, silent) = black_hole();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let good = listener.local_addr().unwrap();
        let started = Instant::now();
        let (winner, attempts) = race(&[silent, good], soon());
        assert!(winner.is_some());
        assert!(started.elapsed() < Duration::from_secs(5));
        let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(outcomes, [Connection::Abandoned, Connection::Connected]);
    }

    #[test]
    fn a_refusal_hands_on_at_once_and_silence_ends_at_the_deadline() {
        let (_listener, _held, silent) = black_hole();
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let started = Instant::now();
        let deadline = Deadline(Instant::now() + Duration::from_millis(400));
        let (winner, attempts) = race(&[closed, closed, silent], deadline);
        assert!(winner.is_none());
        assert!(started.elapsed() < Duration::from_secs(5));
        let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(
            outcomes,
            [
                Connection::Refused,
                Connection::Refused,
                Connection::TimedOut
            ]
        );
    }
}
