//! Small things over plain HTTP: the certificates and OCSP answers that certificates point to.
//!
//! Bounded in every direction: one deadline over redirects and all, a size, a number of redirects.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use url::Url;

use crate::error::FetchError;

use super::Deadline;
use super::http::{Head, dechunk, head};

/// The largest answer, in bytes: a PKCS#7 bundle has a few thousand.
pub const MAX_ANSWER: usize = 1024 * 1024;
/// The most redirects that are followed.
pub const MAX_REDIRECTS: usize = 5;

/// Where to fetch through.
#[derive(Debug, Clone)]
pub struct Fetcher {
    /// The longest one fetch takes, redirects included.
    timeout: Duration,
    proxy: Option<Url>,
    /// Hosts and domains that are fetched without the proxy; `*` for all.
    direct: Vec<String>,
}

/// What is sent along.
enum Body<'a> {
    None,
    Post {
        kind: &'static str,
        content: &'a [u8],
    },
}

impl Fetcher {
    /// `proxy` is `http://host:port` or `host:port`; `direct` is a list as `no_proxy` holds it.
    ///
    /// # Errors
    /// [`FetchError::BadProxy`]
    pub fn new(timeout: Duration, proxy: Option<&str>, direct: &str) -> Result<Self, FetchError> {
        let proxy = proxy
            .filter(|text| !text.is_empty())
            .map(|text| {
                let whole = if text.contains("://") {
                    text.to_owned()
                } else {
                    format!("http://{text}")
                };
                Url::parse(&whole)
                    .ok()
                    .filter(|url| url.scheme() == "http" && url.host().is_some())
                    .ok_or(FetchError::BadProxy)
            })
            .transpose()?;
        Ok(Self {
            timeout,
            proxy,
            direct: direct
                .split(',')
                .map(|host| host.trim().trim_start_matches('.').to_ascii_lowercase())
                .filter(|host| !host.is_empty())
                .collect(),
        })
    }

    /// What is at `url`.
    ///
    /// # Errors
    /// [`FetchError`]
    pub fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.fetch(url, &Body::None)
    }

    /// What `url` answers to `content`, which is of the media type `kind`.
    ///
    /// # Errors
    /// [`FetchError`]
    pub fn post(
        &self,
        url: &str,
        kind: &'static str,
        content: &[u8],
    ) -> Result<Vec<u8>, FetchError> {
        self.fetch(url, &Body::Post { kind, content })
    }

    fn fetch(&self, url: &str, body: &Body<'_>) -> Result<Vec<u8>, FetchError> {
        let deadline = Deadline(Instant::now() + self.timeout);
        let mut url = Url::parse(url).map_err(|_| FetchError::BadAddress)?;
        for _ in 0..=MAX_REDIRECTS {
            let (head, content) = self.once(&url, body, deadline)?;
            match head.status {
                200..=299 => return Ok(content),
                301 | 302 | 303 | 307 | 308 => {
                    let next = head.header("location").ok_or(FetchError::NotHttp)?;
                    url = url.join(next).map_err(|_| FetchError::BadAddress)?;
                }
                other => return Err(FetchError::Status(other)),
            }
        }
        Err(FetchError::TooManyRedirects(MAX_REDIRECTS))
    }

    fn once(
        &self,
        url: &Url,
        body: &Body<'_>,
        deadline: Deadline,
    ) -> Result<(Head, Vec<u8>), FetchError> {
        if url.scheme() != "http" {
            return Err(FetchError::NotPlain);
        }
        let host = url.host_str().ok_or(FetchError::BadAddress)?;
        let proxy = self.proxy.as_ref().filter(|_| !self.is_direct(host));
        let mut stream = connect(proxy.unwrap_or(url), deadline)?;
        let target = if proxy.is_some() {
            let mut whole = url.clone();
            whole.set_fragment(None);
            whole.to_string()
        } else {
            match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            }
        };
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let mut request = Vec::new();
        let (method, framing, content) = match body {
            Body::None => ("GET", String::new(), &[][..]),
            Body::Post { kind, content } => (
                "POST",
                format!(
                    "Content-Type: {kind}\r\nContent-Length: {}\r\n",
                    content.len()
                ),
                *content,
            ),
        };
        request.extend_from_slice(
            format!(
                "{method} {target} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: fullcert/{}\r\nAccept: */*\r\n{framing}Connection: close\r\n\r\n",
                env!("CARGO_PKG_VERSION")
            )
            .as_bytes(),
        );
        request.extend_from_slice(content);
        stream
            .set_write_timeout(Some(left(deadline)?))
            .and_then(|()| stream.write_all(&request))
            .map_err(|error| broken(&error))?;
        answer(&mut stream, deadline)
    }

    fn is_direct(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.direct.iter().any(|known| {
            known == "*"
                || host == *known
                || host
                    .strip_suffix(known.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        })
    }
}

fn connect(url: &Url, deadline: Deadline) -> Result<TcpStream, FetchError> {
    let host = url
        .host_str()
        .ok_or(FetchError::BadAddress)?
        .trim_matches(['[', ']'])
        .to_owned();
    let port = url.port_or_known_default().unwrap_or(80);
    let mut last = FetchError::NoHost;
    for address in resolve(host, port, deadline)? {
        match TcpStream::connect_timeout(&address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = FetchError::NoConnection(error.to_string()),
        }
    }
    Err(last)
}

/// The system's resolver knows no deadline, so it is waited for from outside.
fn resolve(host: String, port: u16, deadline: Deadline) -> Result<Vec<SocketAddr>, FetchError> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let found = (host.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect);
        let _ = sender.send(found);
    });
    match receiver.recv_timeout(left(deadline)?) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(_)) => Err(FetchError::NoHost),
        Err(_) => Err(FetchError::TimedOut),
    }
}

fn answer(stream: &mut TcpStream, deadline: Deadline) -> Result<(Head, Vec<u8>), FetchError> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let ended = loop {
        if is_whole(&bytes) {
            break false;
        }
        if bytes.len() > MAX_ANSWER {
            return Err(FetchError::TooLarge(MAX_ANSWER));
        }
        stream
            .set_read_timeout(Some(left(deadline)?))
            .map_err(|error| broken(&error))?;
        match stream.read(&mut buffer) {
            Ok(0) => break true,
            Ok(count) => bytes.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(&error)),
        }
    };
    let head = head(&bytes).ok_or(FetchError::NotHttp)?;
    let raw = bytes.get(head.length..).unwrap_or_default();
    if head.is_chunked() {
        let (content, whole) = dechunk(raw);
        return if whole {
            Ok((head, content))
        } else {
            Err(FetchError::CutShort)
        };
    }
    match length(&head) {
        Some(length) => match raw.get(..length) {
            Some(content) => Ok((head, content.to_vec())),
            None => Err(FetchError::CutShort),
        },
        None if ended => Ok((head, raw.to_vec())),
        None => Err(FetchError::CutShort),
    }
}

/// Whether nothing more needs to be waited for.
fn is_whole(bytes: &[u8]) -> bool {
    // Looked at closely only where it may be so: a drip of bytes must not cost their square.
    let blank = bytes.ends_with(b"\r\n");
    if !blank && !bytes.len().is_multiple_of(64) && bytes.len() > 16 * 1024 {
        return false;
    }
    let Some(head) = head(bytes) else {
        return false;
    };
    let raw = bytes.get(head.length..).unwrap_or_default();
    if head.is_chunked() {
        blank && dechunk(raw).1
    } else {
        length(&head).is_some_and(|length| raw.len() >= length)
    }
}

fn length(head: &Head) -> Option<usize> {
    head.header("content-length")?.parse().ok()
}

fn left(deadline: Deadline) -> Result<Duration, FetchError> {
    let left = deadline.left();
    if left.is_zero() {
        Err(FetchError::TimedOut)
    } else {
        Ok(left)
    }
}

fn broken(error: &io::Error) -> FetchError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => FetchError::TimedOut,
        _ => FetchError::Broken(error.to_string()),
    }
}
