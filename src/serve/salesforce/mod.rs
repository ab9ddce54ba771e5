//! A Salesforce org in small: a login that asks for no certificate, and an API whose sessions work over mutual TLS
//! alone. Enough of SOAP, REST and Bulk to carry a client through its first calls, and every refusal it may meet.

mod answer;
mod bulk;
mod jobs;
mod rest;
mod session;
mod soap;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::secret::Secret;

use super::Site;
use super::http::{Request, Response};
use super::presented::Presented;
use jobs::Jobs;
use session::Sessions;

/// The identifiers of everything there is exactly one of.
const ORG: &str = "00Dfu00000000001EA";
const USER: &str = "005fu00000000001AA";
const PROFILE: &str = "00efu00000000001AA";

/// What both of an org's ports share.
pub struct Org {
    /// SHA-256 of the certificates uploaded under *Mutual Authentication Certificates*; none lets every certificate
    /// that passes the path check be the user's.
    uploaded: Option<Vec<String>>,
    /// The password of every user; none lets any be right.
    password: Option<Secret>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sessions: Sessions,
    jobs: Jobs,
}

impl Org {
    /// An org whose users all have *Enforce SSL/TLS Mutual Authentication*.
    #[must_use]
    pub fn new(uploaded: Option<Vec<String>>, password: Option<Secret>) -> Arc<Self> {
        Arc::new(Self {
            uploaded,
            password,
            state: Mutex::default(),
        })
    }

    fn knows(&self, password: &str) -> bool {
        match &self.password {
            // As it comes out of an element: without the space around it.
            Some(known) => known.expose().trim() == password,
            None => !password.is_empty(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of an org's two ports.
pub struct Port {
    org: Arc<Org>,
    mutual: bool,
}

impl Port {
    /// The port of logins, 443 in the original: it never asks for a certificate.
    #[must_use]
    pub fn plain(org: &Arc<Org>) -> Self {
        Self {
            org: Arc::clone(org),
            mutual: false,
        }
    }

    /// The port of mutual TLS, 8443 in the original.
    #[must_use]
    pub fn mutual(org: &Arc<Org>) -> Self {
        Self {
            org: Arc::clone(org),
            mutual: true,
        }
    }
}

impl Site for Port {
    fn answer(&self, seen: &Presented, request: &Request) -> Response {
        let call = Call {
            org: &self.org,
            request,
            proven: self.mutual && self.is_uploaded(seen),
        };
        let path = request.path();
        let mut response = if path.starts_with("/services/Soap/") {
            soap::answer(&call)
        } else if path.starts_with("/services/async/") {
            bulk::answer(&call)
        } else if path.starts_with("/services/oauth2/") {
            rest::oauth(&call)
        } else if path.starts_with("/services/data") {
            rest::answer(&call)
        } else {
            answer::html(404, "Not Found", "URL No Longer Exists")
        };
        response.headers.push((
            "Cache-Control",
            "no-cache,must-revalidate,max-age=0,no-store,private".to_owned(),
        ));
        response
    }
}

impl Port {
    /// Whether the leaf is one the user has uploaded; the path was checked before.
    fn is_uploaded(&self, seen: &Presented) -> bool {
        let leaf = seen.certificates.first();
        leaf.is_some_and(|leaf| match &self.org.uploaded {
            Some(known) => known.iter().any(|one| one == leaf.sha256()),
            None => true,
        })
    }
}

/// One request with what its connection proves.
struct Call<'a> {
    org: &'a Org,
    request: &'a Request,
    /// The connection is mutual, and by a certificate of the user's.
    proven: bool,
}

/// Why a session may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denied {
    /// It is none, or no longer one.
    Session,
    /// It is one, and the connection does not prove who uses it.
    Mutual,
}

impl Call<'_> {
    /// The user of a session, where it may be used on this connection.
    fn user(&self, session: Option<&str>) -> Result<String, Denied> {
        let user = session
            .and_then(|id| self.org.state().sessions.user(id))
            .ok_or(Denied::Session)?;
        if self.proven {
            Ok(user)
        } else {
            Err(Denied::Mutual)
        }
    }

    /// The session of an `Authorization` header: `Bearer` or `OAuth`.
    fn bearer(&self) -> Option<&str> {
        let value = self.request.header("authorization")?;
        let (scheme, session) = value.split_once(' ')?;
        ["bearer", "oauth"]
            .contains(&scheme.to_ascii_lowercase().as_str())
            .then(|| session.trim())
    }

    fn body(&self) -> String {
        String::from_utf8_lossy(&self.request.body).into_owned()
    }

    /// This port's address as the client calls it.
    fn instance(&self) -> String {
        let host = self.request.header("host").unwrap_or("localhost");
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        if host.bytes().all(sound) && !host.is_empty() {
            format!("https://{host}")
        } else {
            "https://localhost".to_owned()
        }
    }
}
