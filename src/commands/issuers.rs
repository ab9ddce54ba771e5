//! Missing issuers, fetched from where the certificates themselves point (RFC 5280, section 4.2.2.1).

use std::time::Duration;

use crate::chain::Gap;
use crate::decode::{self, NoPasswords};
use crate::error::{Error, FetchError, UsageError};
use crate::io::Io;
use crate::material::{Certificate, Item};
use crate::observe::Fetcher;
use crate::source::{Origin, Source};

/// The most gaps of one chain that are filled: every certificate fetched may open the next.
pub const MAX_ROUNDS: usize = 8;

/// Through `--proxy`, else as `http_proxy` and `no_proxy` say.
///
/// # Errors
/// The proxy's address cannot be read.
pub fn fetcher(timeout: f64, proxy: Option<&str>, io: &Io<'_>) -> Result<Fetcher, Error> {
    let variable = |name: &str| (io.env)(name).and_then(|value| value.into_string().ok());
    let proxy = proxy.map(str::to_owned).or_else(|| variable("http_proxy"));
    let direct = variable("no_proxy").unwrap_or_default();
    Fetcher::new(Duration::from_secs_f64(timeout), proxy.as_deref(), &direct).map_err(|error| {
        UsageError::new(
            format!("{}: {error}", proxy.unwrap_or_default()),
            "a proxy is given as http://HOST:PORT",
        )
        .into()
    })
}

/// The certificates that made the signature the gap is about.
///
/// # Errors
/// Why there are none: the last address's reason.
pub fn fetch(gap: &Gap, fetcher: &Fetcher) -> Result<Vec<Certificate>, FetchError> {
    let mut reason = FetchError::NotPlain;
    for url in gap.certificate.ca_issuers() {
        match fetch_from(url, gap, fetcher) {
            Ok(found) => return Ok(found),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

fn fetch_from(url: &str, gap: &Gap, fetcher: &Fetcher) -> Result<Vec<Certificate>, FetchError> {
    let source = Source {
        origin: Origin::file(url),
        bytes: zeroize::Zeroizing::new(fetcher.get(url)?),
    };
    let decoded =
        decode::decode(&source, &mut NoPasswords).map_err(|_| FetchError::NoCertificate)?;
    let certificates: Vec<Certificate> = decoded
        .objects
        .into_iter()
        .filter_map(|object| match object.item {
            Item::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(FetchError::NoCertificate);
    }
    // What came may be anybody's: only what signed counts, with its companions for the steps above.
    if certificates
        .iter()
        .any(|issuer| gap.certificate.is_signed_by(issuer))
    {
        Ok(certificates)
    } else {
        Err(FetchError::WrongIssuer)
    }
}
