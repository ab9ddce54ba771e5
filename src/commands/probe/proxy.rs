//! Which proxy a probe goes through: `-x`, or what the environment says, as curl reads it.

use crate::cli::way::Through;
use crate::endpoint::{Endpoint, Proxy, ProxyKind, Scheme, exempts};
use crate::error::{Error, UsageError};
use crate::io::Io;
use crate::observe::Via;
use crate::secret::Secret;

use super::super::passwords::Asked;
use super::{given, target};

/// A proxy, and whom to call without it.
pub struct Chosen {
    via: Via,
    exempt: Option<String>,
}

impl Chosen {
    /// The proxy to reach `host` by; none where it is called straight.
    pub fn to(&self, host: &str) -> Option<&Via> {
        let exempt = self.exempt.as_ref().is_some_and(|list| exempts(list, host));
        (!exempt).then_some(&self.via)
    }
}

/// The proxy for calls like the one to `endpoint`; none where it is called straight.
pub fn meant(
    through: &Through,
    resolve: &[String],
    endpoint: &Endpoint,
    passwords: &mut Asked<'_, '_>,
) -> Result<Option<Chosen>, Error> {
    let io = passwords.io();
    let Some((text, named_by)) = named(through.proxy.as_deref(), endpoint, io) else {
        return Ok(None);
    };
    let exempt = through
        .noproxy
        .clone()
        .or_else(|| variable(io, &["no_proxy", "NO_PROXY"]).map(|(list, _)| list));
    let straight = exempt
        .as_ref()
        .is_some_and(|list| exempts(list, &endpoint.host));
    if straight {
        return Ok(None);
    }
    let (proxy, userinfo) = Proxy::parse(&text)?;
    if userinfo.is_some() && through.proxy.is_some() {
        // Whoever may list processes would read them.
        return Err(UsageError::new(
            "the proxy's URL carries a user name or password",
            "put USER:PASSWORD into a file: --proxy-user-file FILE",
        )
        .into());
    }
    let given = through.proxy_user.origins().read(io)?;
    let credentials = given.or_else(|| userinfo.map(Secret::new));
    if let Some(credentials) = &credentials
        && credentials.expose().contains(char::is_control)
    {
        return Err(UsageError::new(
            "the proxy's user or password holds a control character",
            "write USER:PASSWORD on one line",
        )
        .into());
    }
    // The other kinds show nothing to judge.
    let trust = match proxy.kind {
        ProxyKind::Https => Some(given::trust(through.proxy_cacert.as_deref(), passwords)?),
        _ => None,
    };
    let addresses = target::addresses(resolve, &proxy.host, proxy.port)?;
    let via = Via {
        proxy,
        credentials,
        named_by,
        addresses,
        trust,
    };
    Ok(Some(Chosen { via, exempt }))
}

/// The proxy's URL and where it stands.
fn named(flag: Option<&str>, endpoint: &Endpoint, io: &Io<'_>) -> Option<(String, String)> {
    let from_environment = || {
        // As curl has it: the scheme's own variable first, and lower case before upper.
        let scheme = match (endpoint.scheme, endpoint.dialect) {
            (Scheme::Tls, Some(dialect)) => dialect.name(),
            _ => "https",
        };
        let own = format!("{scheme}_proxy");
        let upper = own.to_ascii_uppercase();
        variable(io, &[&own, &upper, "all_proxy", "ALL_PROXY"])
    };
    let found = match flag {
        Some(text) => Some((text.to_owned(), "--proxy".to_owned())),
        None => from_environment(),
    };
    found.filter(|(text, _)| !text.is_empty())
}

/// The first of these environment variables that is set, with its name.
fn variable(io: &Io<'_>, names: &[&str]) -> Option<(String, String)> {
    names.iter().find_map(|name| {
        let value = (io.env)(name)?.into_string().ok()?;
        (!value.is_empty()).then(|| (value, (*name).to_owned()))
    })
}
