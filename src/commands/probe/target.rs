//! Where a probe goes and by what names: the URL, `--starttls`, `--sni`, and `--resolve` as curl has it.

use std::net::IpAddr;

use crate::cli::way::{Protocol, Way};
use crate::endpoint::{Dialect, Endpoint, StartTls};
use crate::error::{Error, UsageError};
use crate::evidence::{Family, User, UserFrom};

use super::given::Given;

/// The endpoint, with what the flags say of the way TLS begins.
pub fn meant(typed: &str, way: &Way) -> Result<Endpoint, Error> {
    let starttls = way.starttls.map_or(StartTls::Guess, starttls);
    let endpoint = Endpoint::parse(typed, starttls)?;
    Ok(match &way.sni {
        Some(name) => endpoint.asking_for(name)?,
        None => endpoint,
    })
}

const fn starttls(typed: Protocol) -> StartTls {
    StartTls::In(match typed {
        Protocol::None => return StartTls::Never,
        Protocol::Smtp => Dialect::Smtp,
        Protocol::Imap => Dialect::Imap,
        Protocol::Pop3 => Dialect::Pop3,
        Protocol::Ftp => Dialect::Ftp,
        Protocol::Ldap => Dialect::Ldap,
        Protocol::Postgres => Dialect::Postgres,
        Protocol::Mysql => Dialect::Mysql,
        Protocol::Xmpp => Dialect::Xmpp,
    })
}

/// The one address family to use.
pub fn family(way: &Way) -> Option<Family> {
    match (way.ipv4, way.ipv6) {
        (true, _) => Some(Family::V4),
        (_, true) => Some(Family::V6),
        _ => None,
    }
}

/// Who asks a database to be let in: the URL's user, the certificate's common name as `PostgreSQL` reads it, or nobody
/// in particular.
pub fn user(endpoint: &Endpoint, given: Option<&Given>) -> Option<User> {
    let dialect = endpoint.dialect.filter(|dialect| dialect.asks_who())?;
    let certified = given
        .and_then(|given| given.identity.as_ref())
        .and_then(|identity| identity.leaf().subject().common_name())
        .filter(|name| dialect == Dialect::Postgres && !name.contains('\0'));
    let (name, from) = match (&endpoint.user, certified) {
        (Some(name), _) => (name.as_str(), UserFrom::Url),
        (None, Some(name)) => (name, UserFrom::Certificate),
        (None, None) => ("fullcert", UserFrom::MadeUp),
    };
    Some(User {
        name: name.to_owned(),
        from,
    })
}

/// The addresses that `--resolve` gives for this host and port; none where no entry is for them.
pub fn addresses(entries: &[String], host: &str, port: u16) -> Result<Vec<IpAddr>, Error> {
    let mut addresses = Vec::new();
    for entry in entries {
        let (theirs, at, list) = parts(entry).ok_or_else(|| {
            UsageError::new(
                format!("--resolve {entry:?} is not HOST:PORT:ADDRESS"),
                "for example --resolve api.example:8443:192.0.2.1 (an IPv6 address in brackets)",
            )
        })?;
        if (theirs == "*" || theirs.eq_ignore_ascii_case(host)) && at == port {
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
        let typed = [
            "A.example:8443:127.0.0.1,[::1]".to_owned(),
            "b:1:127.0.0.2".to_owned(),
        ];
        let found = addresses(&typed, "a.example", 8443).unwrap();
        assert_eq!(
            found,
            [
                "127.0.0.1".parse::<IpAddr>().unwrap(),
                "::1".parse().unwrap()
            ]
        );
        assert!(addresses(&["a.example:8443".to_owned()], "a.example", 8443).is_err());
        assert!(addresses(&["a.example:x:127.0.0.1".to_owned()], "a.example", 8443).is_err());
    }
}
