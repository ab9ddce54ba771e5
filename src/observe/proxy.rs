//! Having a proxy open a tunnel: CONNECT (RFC 9110, section 9.3.6) and SOCKS 5 (RFC 1928, RFC 1929).

use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Instant;

use base64::Engine as _;
use openssl::error::ErrorStack;
use openssl::ssl::{Ssl, SslContext, SslMethod, SslStream, SslVerifyMode};
use zeroize::Zeroizing;

use crate::endpoint::{Proxy, ProxyKind};
use crate::evidence::{End, Ending, Outcome, Phase, Tunnel};
use crate::secret::Secret;

use super::connect::Connected;
use super::pipe::Pipe;
use super::talk::{Clear, Stop, Talk};
use super::wire::Wire;
use super::{Deadline, Trust};

/// The most header lines of an answer to CONNECT.
const MAX_HEADERS: usize = 100;

/// A proxy and what it takes to use it.
pub struct Via {
    pub proxy: Proxy,
    /// `user:password`; it never becomes evidence.
    pub credentials: Option<Secret>,
    /// The flag or environment variable that named it.
    pub named_by: String,
    /// Addresses to use instead of asking DNS for it.
    pub addresses: Vec<IpAddr>,
    /// What an HTTPS proxy is judged by; the others show nothing to judge.
    pub trust: Option<Trust>,
}

/// What a proxy made of the request for a tunnel.
struct Answer {
    outcome: Outcome,
    words: Option<String>,
    code: Option<u16>,
    /// The ways to log in that it names.
    schemes: Vec<String>,
}

impl Answer {
    fn new(outcome: Outcome, words: impl Into<String>, code: u16) -> Self {
        Self {
            outcome,
            words: Some(words.into()),
            code: Some(code),
            schemes: Vec::new(),
        }
    }
}

/// Has the proxy at the other end of `connected` open a tunnel to `host`; what happened is written into `tunnel`.
pub(super) fn open(
    via: &Via,
    connected: Connected,
    host: &str,
    deadline: Deadline,
    tunnel: &mut Tunnel,
) -> Result<Connected, End> {
    let started = Instant::now();
    let ended = |how| End {
        how,
        phase: Phase::Proxy,
    };
    let stream = match via.proxy.kind {
        ProxyKind::Https => secured(via, connected.stream, deadline).map_err(|words| {
            tunnel.tls_error = Some(words);
            ended(if deadline.left().is_zero() {
                Ending::Silence
            } else {
                Ending::Ours
            })
        })?,
        _ => connected.stream,
    };
    let mut clear = Clear::new(stream, deadline);
    let mut talk = Talk::with(&mut clear);
    let result = match via.proxy.kind {
        ProxyKind::Http | ProxyKind::Https => ask_http(&mut talk, via, &tunnel.destination),
        ProxyKind::Socks5 | ProxyKind::Socks5h => {
            let port = port_of(&tunnel.destination);
            ask_socks(&mut talk, via, host, port)
        }
    };
    let (answer, how) = match result {
        Ok(answer) => (answer, Ending::Ours),
        Err(stop) => {
            let (outcome, words, how) = match stop {
                Stop::End(Ending::Silence) => (Outcome::Silent, None, Ending::Silence),
                Stop::End(how) => (Outcome::Ended, None, how),
                Stop::Tls => (Outcome::Tls, None, Ending::Alert),
                Stop::Foreign(words) => (Outcome::Foreign, Some(words), Ending::Ours),
            };
            let code = None;
            (
                Answer {
                    outcome,
                    words,
                    code,
                    schemes: Vec::new(),
                },
                how,
            )
        }
    };
    tunnel.code = answer.code;
    tunnel.schemes = answer.schemes;
    let (stream, told) = clear.end(answer.outcome, answer.words);
    tunnel.talk = Some(told);
    match answer.outcome {
        Outcome::Agreed => Ok(Connected {
            stream,
            // The way to the server is at least as long as the way to the proxy.
            round_trip: connected.round_trip.max(started.elapsed()),
        }),
        _ => Err(ended(how)),
    }
}

fn port_of(destination: &str) -> u16 {
    destination
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .unwrap_or_default()
}

/// TLS with the proxy itself, which is judged as any server.
fn secured(via: &Via, stream: Pipe, deadline: Deadline) -> Result<Pipe, String> {
    let prepare = || -> Result<Ssl, ErrorStack> {
        let mut context = SslContext::builder(SslMethod::tls_client())?;
        context.set_verify(SslVerifyMode::PEER);
        if let Some(trust) = &via.trust {
            context.set_cert_store(trust.store()?);
        }
        context.set_alpn_protos(b"\x08http/1.1")?;
        let mut ssl = Ssl::new(&context.build())?;
        if let Ok(address) = via.proxy.host.parse() {
            ssl.param_mut().set_ip(address)?;
        } else {
            ssl.set_hostname(&via.proxy.host)?;
            ssl.param_mut().set_host(&via.proxy.host)?;
        }
        Ok(ssl)
    };
    let mut stream = prepare()
        .and_then(|ssl| SslStream::new(ssl, Wire::new(stream, deadline)))
        .map_err(|error| error.to_string())?;
    match stream.connect() {
        Ok(()) => Ok(Pipe::Tls(Box::new(stream))),
        Err(error) => {
            let judged = stream.ssl().verify_result();
            let reason = error
                .ssl_error()
                .and_then(|stack| stack.errors().first())
                .and_then(openssl::error::Error::reason);
            Err(match (judged, reason) {
                (judged, _) if judged != openssl::x509::X509VerifyResult::OK => {
                    format!("its certificate is not trusted: {}", judged.error_string())
                }
                (_, Some(reason)) => reason.to_owned(),
                _ if deadline.left().is_zero() => "it did not answer in time".to_owned(),
                _ => "it ended the connection".to_owned(),
            })
        }
    }
}

fn ask_http(talk: &mut Talk<'_>, via: &Via, destination: &str) -> Result<Answer, Stop> {
    let mut request = Zeroizing::new(format!(
        "CONNECT {destination} HTTP/1.1\r\nHost: {destination}\r\nUser-Agent: fullcert/{}\r\n",
        env!("CARGO_PKG_VERSION")
    ));
    let mut told = format!("CONNECT {destination} HTTP/1.1");
    if let Some(credentials) = &via.credentials {
        let encoded = base64::engine::general_purpose::STANDARD.encode(credentials.expose());
        let encoded = Zeroizing::new(encoded);
        let _ = write!(
            request,
            "Proxy-Authorization: Basic {}\r\n",
            encoded.as_str()
        );
        told.push_str(", with credentials");
    }
    request.push_str("\r\n");
    talk.send(request.as_bytes(), &told)?;
    loop {
        let line = talk.line()?;
        let status = status(&line).ok_or_else(|| Stop::Foreign(line.clone()))?;
        let mut schemes = Vec::new();
        for _ in 0..MAX_HEADERS {
            let header = talk.unheard_line()?;
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("proxy-authenticate")
            {
                schemes.extend(
                    value
                        .split_whitespace()
                        .next()
                        .map(|scheme| scheme.trim_end_matches(',').to_owned()),
                );
                talk.heard(&header);
            }
        }
        return Ok(match status {
            // Interim answers come before the one that counts.
            100..=199 => continue,
            200..=299 => Answer::new(Outcome::Agreed, line, status),
            // Some say 401, which is for servers.
            401 | 407 => {
                let words = if schemes.is_empty() {
                    line
                } else {
                    format!("{line} (it takes {})", schemes.join(", "))
                };
                Answer {
                    schemes,
                    ..Answer::new(Outcome::Unauthenticated, words, status)
                }
            }
            _ => Answer::new(Outcome::Refused, line, status),
        });
    }
}

/// The code of an HTTP/1 status line.
fn status(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.")?;
    let (_, rest) = rest.split_once(' ')?;
    let code = rest.split(' ').next()?;
    (code.len() == 3).then(|| code.parse().ok()).flatten()
}

fn ask_socks(talk: &mut Talk<'_>, via: &Via, host: &str, port: u16) -> Result<Answer, Stop> {
    let (methods, told): (&[u8], _) = match &via.credentials {
        Some(_) => (&[5, 2, 0, 2], "SOCKS 5, without or with credentials"),
        None => (&[5, 1, 0], "SOCKS 5, without credentials"),
    };
    talk.send(methods, told)?;
    let answer = talk.exactly(2)?;
    match (answer.as_slice(), &via.credentials) {
        ([5, 0], _) => talk.heard("without credentials"),
        ([5, 2], Some(credentials)) => {
            talk.heard("with credentials");
            if let Some(refused) = log_in(talk, credentials)? {
                return Ok(refused);
            }
        }
        ([5, method], _) => {
            talk.heard(&format!("method {method}"));
            let words = "it accepts no way to log in that was offered";
            return Ok(Answer::new(
                Outcome::Unauthenticated,
                words,
                u16::from(*method),
            ));
        }
        ([0x15 | 0x16, 3], _) => return Err(Stop::Tls),
        (other, _) => return Err(talk.foreign(other)),
    }
    let mut request = vec![5, 1, 0];
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            let name = host.trim_end_matches('.').as_bytes();
            // DNS names have at most 253 characters.
            let length = u8::try_from(name.len())
                .map_err(|_| Stop::Foreign("a name too long for SOCKS".to_owned()))?;
            request.extend([3, length]);
            request.extend(name);
        }
    }
    request.extend(port.to_be_bytes());
    talk.send(&request, &format!("connect to {host}, port {port}"))?;
    let answer = talk.exactly(2)?;
    let [5, code] = answer.as_slice() else {
        return Err(Stop::Foreign("an answer that is not SOCKS 5".to_owned()));
    };
    let words = socks_words(*code);
    talk.heard(&format!("{words} ({code})"));
    if *code != 0 {
        let words = format!("{words} (SOCKS reply {code})");
        return Ok(Answer::new(Outcome::Refused, words, u16::from(*code)));
    }
    // The address it connected from, which is of no use to us.
    let rest = talk.exactly(2)?;
    let length = match rest.as_slice() {
        [_, 1] => 4,
        [_, 4] => 16,
        [_, 3] => usize::from(talk.exactly(1)?.first().copied().unwrap_or_default()),
        _ => return Err(Stop::Foreign("an address of no known kind".to_owned())),
    };
    talk.exactly(length + 2)?;
    Ok(Answer::new(Outcome::Agreed, words, 0))
}

/// User and password (RFC 1929); some answer where they are refused.
fn log_in(talk: &mut Talk<'_>, credentials: &Secret) -> Result<Option<Answer>, Stop> {
    let (user, password) = credentials
        .expose()
        .split_once(':')
        .unwrap_or((credentials.expose(), ""));
    let mut request = Zeroizing::new(vec![1]);
    for text in [user, password] {
        let length = u8::try_from(text.len())
            .map_err(|_| Stop::Foreign("user or password too long for SOCKS".to_owned()))?;
        request.push(length);
        request.extend(text.bytes());
    }
    talk.send(&request, "user and password")?;
    let answer = talk.exactly(2)?;
    Ok(match answer.as_slice() {
        [_, 0] => {
            talk.heard("logged in");
            None
        }
        [_, status] => {
            talk.heard(&format!("refused ({status})"));
            Some(Answer::new(
                Outcome::Unauthenticated,
                "user and password are refused",
                u16::from(*status),
            ))
        }
        _ => None,
    })
}

/// RFC 1928, section 6.
const fn socks_words(code: u8) -> &'static str {
    match code {
        0 => "succeeded",
        1 => "general failure of the SOCKS server",
        2 => "connection not allowed by the rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused by the destination",
        6 => "time to live expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines_are_read() {
        assert_eq!(status("HTTP/1.1 200 Connection established"), Some(200));
        assert_eq!(status("HTTP/1.0 407"), Some(407));
        for wrong in ["", "HTTP/1.1", "HTTP/1.1 2000 x", "SSH-2.0", "HTTP/2 200"] {
            assert_eq!(status(wrong), None, "{wrong:?}");
        }
    }
}
