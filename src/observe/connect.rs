//! From a name to a connection on which the TLS handshake can begin: addresses, proxies, and asking for TLS.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::endpoint::ProxyKind;
use crate::evidence::{
    Call, Dialect, End, Ending, Family, Outcome, Phase, Resolution, StartTls, Tunnel,
};

use super::eyeballs;
use super::pipe::Pipe;
use super::proxy;
use super::starttls::{self, Answer, Scene};
use super::talk::{Clear, Stop, Talk};
use super::{Deadline, Plan, milliseconds};

/// The least time for a greeting on a port where TLS is spoken at once.
const BEFORE_TLS: Duration = Duration::from_millis(400);

/// A connection and what making it showed.
pub(super) struct Connected {
    pub(super) stream: Pipe,
    /// The time one round trip took.
    pub(super) round_trip: Duration,
}

/// Goes all the way to where a `ClientHello` can be sent; what happened is written into `call`.
pub(super) fn connect(plan: &Plan<'_>, deadline: Deadline, call: &mut Call) -> Option<Connected> {
    let connected = open(plan, deadline, call)?;
    match plan.endpoint.dialect.filter(|_| plan.endpoint.starttls) {
        Some(dialect) => ask_for_tls(dialect, plan, connected, deadline, call),
        None => Some(connected),
    }
}

/// Resolves, connects, and has the proxy open its tunnel.
fn open(plan: &Plan<'_>, deadline: Deadline, call: &mut Call) -> Option<Connected> {
    let soon = deadline.sooner(plan.connect_timeout);
    let target = &plan.endpoint;
    let Some(via) = &plan.via else {
        return reach(&target.host, target.port, &plan.addresses, plan, soon, call);
    };
    let proxy = &via.proxy;
    let mut tunnel = Tunnel {
        proxy: proxy.to_string(),
        kind: proxy.kind,
        host: proxy.host.clone(),
        port: proxy.port,
        named_by: via.named_by.clone(),
        destination: target.authority(),
        resolution: None,
        credentials: via.credentials.is_some(),
        tls_error: None,
        code: None,
        schemes: Vec::new(),
        talk: None,
    };
    let destination = destination(plan, soon, &mut tunnel);
    call.tunnel = Some(tunnel);
    let destination = destination?;
    let connected = reach(&proxy.host, proxy.port, &via.addresses, plan, soon, call)?;
    let tunnel = call.tunnel.as_mut()?;
    match proxy::open(via, connected, &destination, deadline, tunnel) {
        Ok(connected) => Some(connected),
        Err(end) => {
            call.end = Some(end);
            None
        }
    }
}

/// The host as the proxy is asked for it: an address where it is known, or is to be found out here.
fn destination(plan: &Plan<'_>, deadline: Deadline, tunnel: &mut Tunnel) -> Option<String> {
    let target = &plan.endpoint;
    if plan.addresses.is_empty() && tunnel.kind != ProxyKind::Socks5 {
        return Some(target.host.clone());
    }
    let (resolution, addresses) = resolve(
        &target.host,
        &plan.addresses,
        plan.only,
        deadline,
        system_resolver,
    );
    tunnel.resolution = Some(resolution);
    let address = *addresses.first()?;
    tunnel.destination = SocketAddr::new(address, target.port).to_string();
    Some(address.to_string())
}

/// One hop: name, addresses, connection.
fn reach(
    host: &str,
    port: u16,
    known: &[IpAddr],
    plan: &Plan<'_>,
    deadline: Deadline,
    call: &mut Call,
) -> Option<Connected> {
    let (resolution, addresses) = resolve(host, known, plan.only, deadline, system_resolver);
    call.resolution = resolution;
    let addresses: Vec<SocketAddr> = addresses
        .into_iter()
        .map(|address| SocketAddr::new(address, port))
        .collect();
    let (winner, attempts) = eyeballs::race(&addresses, deadline);
    call.attempts.extend(attempts);
    let (stream, took) = winner?;
    // A request is one small write: waiting to fill a segment would only cost a round trip.
    let _ = stream.set_nodelay(true);
    Some(Connected {
        stream: Pipe::Tcp(stream),
        round_trip: took,
    })
}

/// What a resolver answers: addresses, or its words.
type Resolved = Result<Vec<IpAddr>, String>;

fn system_resolver(name: &str) -> Resolved {
    (name, 0u16)
        .to_socket_addrs()
        .map(|found| found.map(|address| address.ip()).collect())
        .map_err(|error| error.to_string())
}

fn resolve(
    host: &str,
    known: &[IpAddr],
    only: Option<Family>,
    deadline: Deadline,
    resolver: impl FnOnce(&str) -> Resolved + Send + 'static,
) -> (Resolution, Vec<IpAddr>) {
    let started = Instant::now();
    let mut late = false;
    let found = if !known.is_empty() {
        Ok(known.to_vec())
    } else if let Ok(address) = host.parse() {
        Ok(vec![address])
    } else {
        let (sender, receiver) = mpsc::channel();
        let name = host.to_owned();
        // The system's resolver takes no deadline, so it works aside and is left behind if it is late.
        std::thread::spawn(move || {
            let _ = sender.send(resolver(&name));
        });
        receiver.recv_timeout(deadline.left()).unwrap_or_else(|_| {
            late = true;
            Err("the resolver did not answer in time".to_owned())
        })
    };
    let mut error = None;
    let mut addresses: Vec<IpAddr> = Vec::new();
    let mut others: Vec<IpAddr> = Vec::new();
    match found {
        Ok(found) => {
            for address in found {
                let fits = match only {
                    None => true,
                    Some(Family::V4) => address.is_ipv4(),
                    Some(Family::V6) => address.is_ipv6(),
                };
                let list = if fits { &mut addresses } else { &mut others };
                if !list.contains(&address) {
                    list.push(address);
                }
            }
        }
        Err(words) => error = Some(words),
    }
    if addresses.is_empty() && error.is_none() {
        error = Some(match only {
            Some(family) if !others.is_empty() => {
                let others: Vec<String> = others.iter().map(ToString::to_string).collect();
                format!("no {} address, only {}", family.name(), others.join(", "))
            }
            _ => "the name has no address".to_owned(),
        });
    }
    let resolution = Resolution {
        addresses: addresses.iter().map(ToString::to_string).collect(),
        error,
        took_ms: milliseconds(started.elapsed()),
        only,
        late,
    };
    (resolution, addresses)
}

/// How long a greeting is awaited. A server that waits for us to speak TLS says nothing, and half the time is left
/// to find out; on the port where TLS is spoken at once there is little to wait for. Elsewhere patience pays: mail
/// servers let strangers wait for seconds, and take it ill if these speak first.
fn patience(
    dialect: Dialect,
    plan: &Plan<'_>,
    round_trip: Duration,
    deadline: Deadline,
) -> Duration {
    let half = deadline.left() / 2;
    if dialect.tls_port() == Some(plan.endpoint.port) {
        (round_trip * 10).max(BEFORE_TLS).min(half)
    } else {
        half
    }
}

/// Asks for TLS in the dialect; where nothing in it comes back, TLS is spoken at once.
fn ask_for_tls(
    dialect: Dialect,
    plan: &Plan<'_>,
    connected: Connected,
    deadline: Deadline,
    call: &mut Call,
) -> Option<Connected> {
    let round_trip = connected.round_trip;
    let scene = Scene::of(plan, connected.stream.local(), false);
    let mut clear = Clear::new(connected.stream, deadline);
    if dialect.greets() {
        clear.await_first_word(deadline.sooner(patience(dialect, plan, round_trip, deadline)));
    }
    let result = starttls::begin(dialect, &mut Talk::with(&mut clear), &scene);
    let heard = clear.heard();
    let (outcome, words, how) = match result {
        Ok(Answer::Agreed) => (Outcome::Agreed, None, Ending::Ours),
        Ok(Answer::Refused(words)) => (Outcome::Refused, Some(words), Ending::Ours),
        Err(Stop::Tls) => (Outcome::Tls, None, Ending::Alert),
        Err(Stop::Foreign(words)) => (Outcome::Foreign, Some(words), Ending::Ours),
        Err(Stop::End(Ending::Silence)) => (Outcome::Silent, None, Ending::Silence),
        Err(Stop::End(how)) => (Outcome::Ended, None, how),
    };
    let (stream, talk) = clear.end(outcome, words);
    call.starttls = Some(StartTls { dialect, talk });
    call.end = Some(End {
        how,
        phase: Phase::StartTls,
    });
    match outcome {
        Outcome::Agreed => {}
        Outcome::Silent if !heard && dialect.greets() => {}
        Outcome::Tls => return open(plan, deadline, call),
        Outcome::Ended if !heard => return open(plan, deadline, call),
        _ => return None,
    }
    Some(Connected { stream, round_trip })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(milliseconds: u64) -> Deadline {
        Deadline(Instant::now() + Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_resolver_that_takes_too_long_is_left_behind() {
        let started = Instant::now();
        let (resolution, addresses) = resolve("name.example", &[], None, within(200), |_| {
            std::thread::sleep(Duration::from_secs(6));
            Ok(Vec::new())
        });
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(resolution.late && resolution.error.is_some() && addresses.is_empty());
    }

    #[test]
    fn the_family_that_is_not_wanted_is_named_where_it_is_all_there_is() {
        let both = |_: &str| Ok(vec![[127, 0, 0, 1].into(), [127, 0, 0, 1].into()]);
        let (resolution, addresses) =
            resolve("a.example", &[], Some(Family::V4), within(5000), both);
        assert_eq!(addresses.len(), 1);
        assert_eq!(resolution.error, None);
        let (resolution, addresses) =
            resolve("a.example", &[], Some(Family::V6), within(5000), both);
        assert!(addresses.is_empty() && !resolution.late);
        assert_eq!(
            resolution.error.as_deref(),
            Some("no IPv6 address, only 127.0.0.1")
        );
        let (resolution, _) = resolve("::1", &[], Some(Family::V4), within(5000), both);
        assert!(resolution.error.is_some());
        let none = |_: &str| Ok(Vec::new());
        let (resolution, _) = resolve("a.example", &[], None, within(5000), none);
        assert_eq!(resolution.error.as_deref(), Some("the name has no address"));
    }
}
