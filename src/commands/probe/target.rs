//! Where a probe really goes: `--resolve` as curl has it.

use std::net::IpAddr;

use crate::endpoint::Endpoint;
use crate::error::{Error, UsageError};

/// The addresses that `--resolve` gives for this endpoint; none where no entry is for it.
pub fn addresses(entries: &[String], endpoint: &Endpoint) -> Result<Vec<IpAddr>, Error> {
    let mut addresses = Vec::new();
    for entry in entries {
        let (host, port, list) = parts(entry).ok_or_else(|| {
            UsageError::new(
                format!("--resolve {entry:?} is not HOST:PORT:ADDRESS"),
                "for example --resolve api.example:8443:192.0.2.1 (an IPv6 address in brackets)",
            )
        })?;
        let ours =
            (host == "*" || host.eq_ignore_ascii_case(&endpoint.host)) && port == endpoint.port;
        if ours {
            addresses.extend(list);
        }
    }
    Ok(addresses)
}

fn parts(entry: &str) -> Option<(&str, u16, Vec<IpAddr>)> {
    let entry = entry.strip_prefix('+').unwrap_or(entry);
    let (host, rest) = entry.split_once(':')?;
    let (port, list) = rest.split_once(':')?;
    let addresses = list
        .split(',')
        .map(|one| {
            one.trim_start_matches('[')
                .trim_end_matches(']')
                .parse()
                .ok()
        })
        .collect::<Option<Vec<_>>>()?;
    (!host.is_empty()).then_some((host, port.parse().ok()?, addresses))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_curl_reads_them() {
        let endpoint = Endpoint::parse("https://a.example:8443/").unwrap();
        let typed = [
            "A.example:8443:127.0.0.1,[::1]".to_owned(),
            "b:1:127.0.0.2".to_owned(),
        ];
        let found = addresses(&typed, &endpoint).unwrap();
        assert_eq!(
            found,
            [
                "127.0.0.1".parse::<IpAddr>().unwrap(),
                "::1".parse().unwrap()
            ]
        );
        assert!(addresses(&["a.example:8443".to_owned()], &endpoint).is_err());
        assert!(addresses(&["a.example:x:127.0.0.1".to_owned()], &endpoint).is_err());
    }
}
