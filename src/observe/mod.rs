//! Owns sockets and TLS engines: an endpoint and perhaps an identity go in, evidence comes out.
//!
//! Nothing here concludes. A call ends in every case: each phase is held to the call's one deadline.

mod connect;
mod engine;
mod eyeballs;
mod fetch;
mod http;
mod messages;
pub mod ocsp;
mod pipe;
mod proxy;
mod redact;
mod rustls;
mod starttls;
mod talk;
mod tls;
mod trace;
mod trust;
mod wire;

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::clients::Client;
use crate::endpoint::{Endpoint, Scheme};
use crate::evidence::{self, Call, Ending, Evidence, Experiment, Phase, Presented, Variation};
use crate::generate;
use crate::identity::Identity;
use crate::material::Time;
use crate::secret::Secret;

pub use fetch::Fetcher;
pub use http::{MAX_BODY, Request};
pub use proxy::Via;
pub use trust::Trust;

/// All that a probe needs to know before its first packet.
pub struct Plan<'a> {
    pub endpoint: &'a Endpoint,
    pub trust: &'a Trust,
    /// None for `tls://`.
    pub request: Option<&'a Request>,
    pub versions: Versions,
    /// Addresses to use instead of asking DNS.
    pub addresses: Vec<IpAddr>,
    /// The one address family to use.
    pub only: Option<evidence::Family>,
    /// The proxy to go through.
    pub via: Option<&'a Via>,
    /// Who asks a database to be let in.
    pub user: Option<evidence::User>,
    pub connect_timeout: Duration,
    /// When everything must be over, experiments included.
    pub until: Instant,
    /// Go on though the server is not trusted.
    pub insecure: bool,
    /// Choose as this client does whether the certificate is sent at all.
    pub acts_as: Option<Client>,
    pub now: Time,
}

/// The TLS versions offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    pub min: Version,
    pub max: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}

impl Version {
    /// As on the wire (RFC 8446, section 4.1.2).
    const fn number(self) -> u16 {
        match self {
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            min: Version::Tls12,
            max: Version::Tls13,
        }
    }
}

/// The moment by which everything must be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// The time left; zero once it has passed.
    fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    fn sooner(self, duration: Duration) -> Self {
        Self(self.0.min(Instant::now() + duration))
    }
}

/// How one call differs from the plan.
struct Manner<'a> {
    presented: Presented,
    identity: Option<&'a Identity>,
    versions: Versions,
    /// Groups to offer; the engine's own where none are named.
    groups: Option<&'static str>,
    sends_sni: bool,
    sends_request: bool,
    engine: Engine,
    /// The least time to listen after the handshake.
    listens: Duration,
    /// Offer HTTP/2 in the place of HTTP/1.1.
    http2: bool,
}

/// Who makes the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    OpenSsl,
    Rustls,
}

/// The least time to listen after a TLS 1.3 handshake for a refusal, where no ticket ends the wait sooner.
const LISTEN: Duration = Duration::from_millis(100);
/// The same where listening is all the call is for.
const LISTEN_LONG: Duration = Duration::from_millis(500);
/// Groups whose shares fit one packet.
const CLASSIC_GROUPS: &str = "X25519:P-256:P-384:P-521";

impl<'a> Manner<'a> {
    /// The application protocol to offer, by the name it has in TLS (RFC 7301, section 6).
    const fn protocol(&self) -> &'static str {
        if self.http2 { "h2" } else { "http/1.1" }
    }

    fn planned(plan: &Plan<'_>, identity: Option<&'a Identity>) -> Self {
        Self {
            presented: if identity.is_some() {
                Presented::Identity
            } else {
                Presented::Nothing
            },
            identity,
            versions: plan.versions,
            groups: None,
            sends_sni: true,
            sends_request: true,
            engine: Engine::OpenSsl,
            listens: LISTEN,
            http2: false,
        }
    }
}

/// Calls the endpoint once, presenting `identity` if there is one, and writes down all that happens.
#[must_use]
pub fn observe(
    plan: &Plan<'_>,
    identity: Option<&Identity>,
    offered: Option<evidence::Offered>,
) -> Evidence {
    exchange(plan, identity, offered).0
}

/// As [`observe`], with the answer's body as it came: what it hands out is for the caller alone.
#[must_use]
pub fn exchange(
    plan: &Plan<'_>,
    identity: Option<&Identity>,
    offered: Option<evidence::Offered>,
) -> (Evidence, Option<Secret>) {
    let mut manner = Manner::planned(plan, identity);
    let (mut first, mut body) = call(plan, &manner);
    if plan.request.is_some() && may_want_http2(&first) {
        manner.http2 = true;
        let (second, other) = call(plan, &manner);
        if second.speaks_http2() {
            (first, body) = (second, other);
        }
    }
    let evidence = Evidence {
        call: Some(first),
        ..before_calling(plan, offered)
    };
    (evidence, body)
}

/// Whether a server that gave no answer may be one that speaks HTTP/2 alone: it shares no protocol with us, or let
/// the choice of one pass by and hung up. If then it chooses HTTP/2 it has read no request in HTTP/1.1, and sending
/// that once more repeats nothing.
fn may_want_http2(call: &Call) -> bool {
    /// `no_application_protocol` (RFC 7301, section 3.2)
    const NO_PROTOCOL: u8 = 120;
    let (Some(tls), Some(end)) = (&call.tls, call.end) else {
        return false;
    };
    let hung_up = tls.completed
        && tls.alpn.is_none()
        && call.http.is_none()
        && !matches!(end.how, Ending::Alert | Ending::Silence);
    tls.received_alert() == Some(NO_PROTOCOL) || hung_up
}

/// Puts `…` in the place of a secret that turned out to stand in an answer.
pub fn conceal(evidence: &mut Evidence, secret: &Secret) {
    let http = evidence.call.as_mut().and_then(|call| call.http.as_mut());
    if let Some(http) = http {
        http.body = redact::conceal(&http.body, &[secret.expose()]);
        for (_, value) in &mut http.headers {
            *value = redact::conceal(value, &[secret.expose()]);
        }
    }
}

/// Calls once more, in one respect differently. None where that cannot be done with what there is.
#[must_use]
pub fn vary(
    plan: &Plan<'_>,
    identity: Option<&Identity>,
    variation: Variation,
    question: &str,
    so_far: &Evidence,
) -> Option<Experiment> {
    let mut manner = Manner::planned(plan, identity);
    manner.http2 = so_far.call.as_ref().is_some_and(Call::speaks_http2);
    manner.sends_request = plan.request.is_some_and(Request::may_repeat);
    let made;
    match variation {
        Variation::WithoutCertificate => {
            manner.identity = None;
            manner.presented = Presented::Nothing;
        }
        Variation::ThrowAwaySelfSigned => {
            made = throw_away(plan.now)?;
            manner.identity = Some(&made);
            manner.presented = Presented::ThrowAway;
        }
        Variation::LeafAlone => {
            made = identity?.with_issuers(Vec::new());
            manner.identity = Some(&made);
            manner.presented = Presented::LeafAlone;
        }
        Variation::Tls12Only => {
            manner.versions = Versions {
                min: Version::Tls12,
                max: Version::Tls12,
            };
        }
        Variation::ReadFirst => {
            manner.sends_request = false;
            manner.listens = LISTEN_LONG;
        }
        Variation::WithoutPostQuantum => manner.groups = Some(CLASSIC_GROUPS),
        Variation::WithoutServerName => manner.sends_sni = false,
        Variation::Rustls => {
            manner.engine = Engine::Rustls;
            manner.sends_request = false;
        }
        Variation::OldVersions => {
            manner.versions = Versions {
                min: Version::Tls10,
                max: Version::Tls11,
            };
            manner.sends_request = false;
        }
    }
    Some(Experiment {
        question: question.to_owned(),
        variation,
        call: call(plan, &manner).0,
    })
}

/// A certificate that nobody can trust, and that says so.
fn throw_away(now: Time) -> Option<Identity> {
    let key = generate::key(generate::KeyType::P256).ok()?;
    let subject = generate::subject("CN=fullcert throw-away certificate").ok()?;
    let validity = generate::Validity::days(now, 1);
    let certificate =
        generate::self_signed(&key, &subject, &[], &[generate::Purpose::Client], validity).ok()?;
    Identity::new(key, certificate, Vec::new()).ok()
}

/// The evidence before any call: enough where a local fault makes calling pointless.
#[must_use]
pub fn before_calling(plan: &Plan<'_>, offered: Option<evidence::Offered>) -> Evidence {
    Evidence {
        schema: evidence::SCHEMA.to_owned(),
        started_at: plan.now,
        target: evidence::Target {
            url: plan.endpoint.to_string(),
            host: plan.endpoint.host.clone(),
            port: plan.endpoint.port,
            request: plan.endpoint.scheme == Scheme::Https,
            dialect: plan.endpoint.dialect,
        },
        trust: plan.trust.facts(plan.insecure),
        offered,
        call: None,
        experiments: Vec::new(),
    }
}

fn call(plan: &Plan<'_>, manner: &Manner<'_>) -> (Call, Option<Secret>) {
    let started = Instant::now();
    let deadline = Deadline(plan.until);
    let mut call = Call {
        presented: manner.presented,
        acted_as: plan.acts_as,
        resolution: evidence::Resolution {
            addresses: Vec::new(),
            error: None,
            took_ms: 0.0,
            only: plan.only,
            late: false,
        },
        attempts: Vec::new(),
        tunnel: None,
        starttls: None,
        tls: None,
        http: None,
        reply: None,
        stream_error: None,
        end: None,
        took_ms: 0.0,
    };
    let connected = connect::connect(plan, deadline, &mut call);
    let body =
        connected.and_then(|connected| converse(plan, manner, connected, deadline, &mut call));
    call.took_ms = milliseconds(started.elapsed());
    (call, body)
}

fn converse(
    plan: &Plan<'_>,
    manner: &Manner<'_>,
    connected: connect::Connected,
    deadline: Deadline,
    call: &mut Call,
) -> Option<Secret> {
    if manner.engine == Engine::Rustls {
        rustls::converse(plan, manner, connected, deadline, call);
        return None;
    }
    let mut session = match tls::Session::start(plan, manner, connected, deadline) {
        Ok(session) => session,
        Err(error) => {
            call.tls = Some(evidence::Tls {
                error: Some(error.to_string()),
                ..evidence::Tls::default()
            });
            return None;
        }
    };
    let mut body = None;
    let mut ended = session.handshake();
    if ended.is_none() {
        ended = session.listen();
    }
    let understood = !manner.http2 || session.speaks_http2();
    let request = plan.request.filter(|_| manner.sends_request && understood);
    if let (None, Some(request)) = (ended, request) {
        let (end, answered) = http::exchange(&mut session, request, plan.endpoint, call);
        ended = Some(end);
        body = answered;
    }
    if plan.request.is_none() && session.completed() {
        ended = starttls::go_on(plan, &mut session, ended, call);
    }
    call.end = Some(ended.unwrap_or(evidence::End {
        how: Ending::Ours,
        phase: Phase::Listening,
    }));
    call.tls = Some(session.finish(plan));
    body
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
