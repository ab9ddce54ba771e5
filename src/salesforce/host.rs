//! Which hosts a session may go to.

use crate::endpoint::{Endpoint, Scheme, StartTls};

/// The domains that are Salesforce's own, for its commercial, government and Chinese clouds.
const DOMAINS: &[&str] = &["salesforce.com", "salesforce.mil", "sfcrmproducts.cn"];

/// The paths under which the SOAP API may be said to be.
const SOAP: &str = "/services/Soap/";

/// Why a server URL is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is no `https://` URL of a host.
    NotAUrl,
    /// It leads to a host that is neither the login's, nor Salesforce's, nor allowed.
    Foreign { host: String },
}

/// Whether the host is Salesforce's own.
#[must_use]
pub fn is_salesforce(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    DOMAINS.iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether the host is one of Salesforce's that serves everybody: its logins, where port 8443 does not answer.
#[must_use]
pub fn is_login(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    ["login.", "test."]
        .iter()
        .any(|start| host.starts_with(start))
        && is_salesforce(&host)
}

/// The server a login names, where a session may go there.
///
/// # Errors
/// What speaks against it.
pub fn server(url: &str, login: &Endpoint, allowed: &[String]) -> Result<Endpoint, Refusal> {
    let url = url.trim();
    if !url
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("https://"))
    {
        return Err(Refusal::NotAUrl);
    }
    let server = Endpoint::parse(url, StartTls::Never).map_err(|_| Refusal::NotAUrl)?;
    if server.scheme != Scheme::Https {
        return Err(Refusal::NotAUrl);
    }
    let same = |host: &str| {
        let host = host.trim_end_matches('.');
        server.host.trim_end_matches('.').eq_ignore_ascii_case(host)
    };
    let may =
        same(&login.host) || is_salesforce(&server.host) || allowed.iter().any(|host| same(host));
    if may {
        Ok(server)
    } else {
        Err(Refusal::Foreign { host: server.host })
    }
}

/// The path of a server URL, where it is the SOAP API's; what else a server writes there is not called.
#[must_use]
pub fn soap_path(server: &Endpoint) -> Option<&str> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let path = server.path.as_str();
    (path.starts_with(SOAP) && path.len() <= 100 && path.bytes().all(sound) && !path.contains(".."))
        .then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_stays_with_the_login_and_with_salesforce() {
        let login = Endpoint::parse("https://gateway.example:444/", StartTls::Never).unwrap();
        let allowed = ["Other.example".to_owned()];
        for url in [
            "https://gateway.example/services/Soap/u/62.0/00Dfu",
            "https://GATEWAY.example.:1/x",
            "HTTPS://acme.my.salesforce.com/services/Soap/u/62.0",
            "https://other.example/",
        ] {
            assert!(server(url, &login, &allowed).is_ok(), "{url}");
        }
        for host in [
            "salesforce.com.evil.example",
            "notsalesforce.com",
            "gateway.example.evil",
            "xother.example",
        ] {
            assert_eq!(
                server(&format!("https://{host}/"), &login, &allowed),
                Err(Refusal::Foreign {
                    host: host.to_owned()
                })
            );
        }
        for url in [
            "http://gateway.example/",
            "tls://gateway.example:1",
            "gateway.example",
            "https://u:p@gateway.example/",
            "",
            "https://",
            "ünïcode",
        ] {
            assert_eq!(
                server(url, &login, &allowed),
                Err(Refusal::NotAUrl),
                "{url}"
            );
        }
    }

    #[test]
    fn only_paths_of_the_soap_api_are_called() {
        let path = |url: &str| {
            soap_path(&Endpoint::parse(url, StartTls::Never).unwrap()).map(str::to_owned)
        };
        assert_eq!(
            path("https://a/services/Soap/u/62.0/00Dfu").as_deref(),
            Some("/services/Soap/u/62.0/00Dfu")
        );
        assert_eq!(path("https://a/secur/frontdoor.jsp?sid=x"), None);
        assert_eq!(path("https://a/services/Soap/u/62.0?x=y"), None);
        assert!(is_login("login.salesforce.com") && is_login("TEST.salesforce.com."));
        assert!(!is_login("acme.my.salesforce.com") && !is_login("login.example"));
    }
}
