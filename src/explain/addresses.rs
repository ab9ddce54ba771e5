//! Which end of a connection printed a line, told by the ports of the addresses in it.

use std::net::Ipv6Addr;

use crate::catalogue::phrases::Side;

/// From here on a port is one that a system gives its clients; IANA's range begins higher, Linux's here.
const EPHEMERAL: u16 = 32_768;
/// Services that listen above it all the same.
const SERVICES: &[u16] = &[
    33_060, 33_062, 44_321, 50_000, 50_051, 50_052, 61_613, 61_614, 61_616, 61_617,
];
/// What stands before the address of the other end, and of this one.
const REMOTE: &[&str] = &[
    "remote",
    "peer",
    "client",
    "raddr",
    "from",
    "src",
    "source",
    "addr",
    "address",
    "ip",
    "host",
    "with",
    "for",
    "conn",
    "connection",
];
const LOCAL: &[&str] = &[
    "local",
    "laddr",
    "localaddr",
    "listen",
    "listener",
    "bind",
    "self",
];
/// What stands before the address that is called.
const CALLED: &[&str] = &[
    "to",
    "connect",
    "connecting",
    "dial",
    "dialing",
    "upstream",
    "server",
    "broker",
    "endpoint",
    "target",
    "dst",
    "destination",
    "url",
    "via",
];
/// The longest line that is looked at, in bytes.
const MAX_LINE: usize = 4_096;

/// Who printed the line, if its addresses tell.
pub(super) fn side(line: &str) -> Option<Side> {
    let line = line.get(..MAX_LINE).unwrap_or(line);
    let places = find(line);
    let (first, rest) = places.split_first()?;
    if let Some(second) = rest.first()
        && matches!(
            line.get(first.end..second.start).map(str::trim),
            Some("->" | "=>" | "→")
        )
    {
        return told(Some(first.port), second.port);
    }
    let named = |names: &[&str]| {
        places
            .iter()
            .find(|place| names.contains(&place.before.as_str()))
    };
    let remote = match named(REMOTE) {
        Some(remote) => remote,
        None if rest.iter().all(|other| other.port == first.port) => first,
        None => return None,
    };
    if CALLED.contains(&remote.before.as_str()) {
        return None;
    }
    told(named(LOCAL).map(|local| local.port), remote.port)
}

fn told(local: Option<u16>, remote: u16) -> Option<Side> {
    let given = |port: u16| port >= EPHEMERAL && !SERVICES.contains(&port);
    match local {
        Some(local) if given(local) == given(remote) => None,
        Some(local) if given(local) => Some(Side::Client),
        _ => given(remote).then_some(Side::Server),
    }
}

/// An address with a port.
struct Place {
    start: usize,
    end: usize,
    port: u16,
    /// The word before it, in lower case.
    before: String,
}

fn find(line: &str) -> Vec<Place> {
    let bytes = line.as_bytes();
    let mut places = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let fresh = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'.';
        let host = if fresh { address(line, at) } else { None };
        let Some(end) = host else {
            at += 1;
            continue;
        };
        if let Some((port, end)) = port(line, end) {
            places.push(Place {
                start: at,
                end,
                port,
                before: word_before(line, at),
            });
            at = end;
        } else {
            at = end;
        }
    }
    places
}

/// Where the address ends that begins here: `192.0.2.1`, or `[2001:db8::1]`.
fn address(line: &str, at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    if let Some(inside) = rest.strip_prefix('[') {
        let end = inside.find(']')?;
        let host = inside.get(..end)?;
        let host = host.split('%').next().unwrap_or(host);
        return host.parse::<Ipv6Addr>().ok().map(|_| at + end + 2);
    }
    let length = rest
        .bytes()
        .take(16)
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let host = rest.get(..length)?.trim_end_matches('.');
    host.parse::<std::net::Ipv4Addr>()
        .ok()
        .map(|_| at + host.len())
}

/// The port after an address, and where it ends: `:443`, or `', 443` as Python has it.
fn port(line: &str, at: usize) -> Option<(u16, usize)> {
    let rest = line.get(at..)?;
    let gap = [":", "', ", "\", ", ", port ", " port ", ", port: ", "#"]
        .iter()
        .find(|gap| rest.starts_with(**gap))?;
    let digits = rest.get(gap.len()..)?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let port = digits.get(..length)?.parse().ok()?;
    Some((port, at + gap.len() + length))
}

fn word_before(line: &str, at: usize) -> String {
    line.get(..at)
        .unwrap_or_default()
        .rsplit(|letter: char| !letter.is_ascii_alphanumeric())
        .find(|word| !word.is_empty())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_with_a_clients_port_is_the_client() {
        for (line, expected) in [
            (
                "read tcp 10.0.0.5:51234->10.0.0.6:443: remote error: tls: bad certificate",
                Some(Side::Client),
            ),
            (
                "read tcp 10.0.0.6:443->10.0.0.5:51234: remote error: tls: bad certificate",
                Some(Side::Server),
            ),
            (
                "tls handshake with 127.0.0.1:36860 failed",
                Some(Side::Server),
            ),
            (
                "SSL Error on 19 ('192.0.2.7', 53450): alert",
                Some(Side::Server),
            ),
            (
                "{\"local\":\"10.30.128.82:56464\",\"remote\":\"192.0.2.1:8889\"}",
                Some(Side::Client),
            ),
            ("error with peer [2001:db8::7]:60001", Some(Side::Server)),
            ("connect to 10.0.0.5:51234 failed", None),
            ("listening on 10.0.0.5:8443", None),
            ("handshake with 10.0.0.5:50051 failed", None),
            ("version 1.2.3.4.5:60000", None),
        ] {
            assert_eq!(side(line), expected, "{line}");
        }
    }
}
