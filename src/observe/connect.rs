//! From a name to a TCP connection, with an account of every address tried.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::evidence::{Attempt, Call, Connection, Resolution};

use super::{Deadline, Plan, milliseconds};

/// A connection and what making it showed.
pub(super) struct Connected {
    pub(super) stream: TcpStream,
    /// The time one round trip took.
    pub(super) round_trip: Duration,
}

/// Resolves and connects; what happened is written into `call`.
pub(super) fn connect(plan: &Plan<'_>, deadline: Deadline, call: &mut Call) -> Option<Connected> {
    let deadline = deadline.sooner(plan.connect_timeout);
    let started = Instant::now();
    let resolved = resolve(plan, deadline);
    let took_ms = milliseconds(started.elapsed());
    let addresses = match resolved {
        Ok(addresses) => addresses,
        Err(error) => {
            call.resolution = Resolution {
                addresses: Vec::new(),
                error: Some(error),
                took_ms,
            };
            return None;
        }
    };
    call.resolution = Resolution {
        addresses: addresses.iter().map(ToString::to_string).collect(),
        error: None,
        took_ms,
    };
    for (index, address) in addresses.iter().enumerate() {
        let remaining = u32::try_from(addresses.len() - index).unwrap_or(1);
        // A black hole must not eat the time of the addresses after it.
        let share = (deadline.left() / remaining).max(Duration::from_millis(1));
        let started = Instant::now();
        let result =
            TcpStream::connect_timeout(&SocketAddr::new(*address, plan.endpoint.port), share);
        let took = started.elapsed();
        call.attempts.push(Attempt {
            address: SocketAddr::new(*address, plan.endpoint.port).to_string(),
            outcome: result
                .as_ref()
                .map_or_else(outcome, |_| Connection::Connected),
            error: result.as_ref().err().map(ToString::to_string),
            took_ms: milliseconds(took),
        });
        if let Ok(stream) = result {
            // A request is one small write: waiting to fill a segment would only cost a round trip.
            let _ = stream.set_nodelay(true);
            return Some(Connected {
                stream,
                round_trip: took,
            });
        }
    }
    None
}

fn resolve(plan: &Plan<'_>, deadline: Deadline) -> Result<Vec<IpAddr>, String> {
    if !plan.addresses.is_empty() {
        return Ok(plan.addresses.clone());
    }
    if let Some(address) = plan.endpoint.ip() {
        return Ok(vec![address]);
    }
    let name = plan.endpoint.host.clone();
    let (sender, receiver) = mpsc::channel();
    // The system's resolver takes no deadline, so it works aside and is left behind if it is late.
    std::thread::spawn(move || {
        let found = (name.as_str(), 0u16)
            .to_socket_addrs()
            .map(|found| found.map(|address| address.ip()).collect::<Vec<_>>());
        let _ = sender.send(found);
    });
    let mut addresses = match receiver.recv_timeout(deadline.left()) {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("the resolver did not answer in time".to_owned()),
    };
    let mut seen = Vec::new();
    addresses.retain(|address| {
        let new = !seen.contains(address);
        seen.push(*address);
        new
    });
    if addresses.is_empty() {
        return Err("the name has no address".to_owned());
    }
    Ok(addresses)
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
