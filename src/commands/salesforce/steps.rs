//! The steps in their order: a step that fails keeps those after it from being taken.

use crate::diagnose::salesforce::{Status, Step, Taken};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::observe;
use crate::salesforce::host::{self, Refusal};
use crate::salesforce::message::{self, Message};
use crate::salesforce::{Api, Session, answer};
use crate::secret::Secret;

use super::meant::{Entrance, Meant, at};

/// A session and where it may be used.
struct Inside {
    session: Session,
    /// The server on its plain port.
    server: Endpoint,
    soap_path: String,
}

/// Takes the steps one after the other.
pub fn take(meant: &Meant) -> Result<Vec<Taken>, Error> {
    let mut steps = Vec::new();
    if let Some(examined) = &meant.identity {
        steps.push(Taken::identity(examined));
    }
    match enter(meant, &mut steps)? {
        Some(inside) => call(meant, &inside, &mut steps)?,
        None => steps.push(Taken::not_reached(Step::Call)),
    }
    Ok(steps)
}

/// Gets a session, by logging in where none was given.
fn enter(meant: &Meant, steps: &mut Vec<Taken>) -> Result<Option<Inside>, Error> {
    let (endpoint, user, password) = match &meant.entrance {
        Entrance::Login {
            endpoint,
            user,
            password,
        } => (endpoint, user, password),
        Entrance::Session { instance, session } => {
            return Ok(Some(Inside {
                session: session.clone(),
                server: instance.clone(),
                soap_path: message::soap_path(&meant.version),
            }));
        }
    };
    let path = if endpoint.path == "/" {
        message::soap_path(&meant.version)
    } else {
        endpoint.path.clone()
    };
    let endpoint = at(endpoint, endpoint.port, &path)?;
    let message = message::login(path, user, password);
    let (mut evidence, body) = meant.caller.bare(&endpoint, &message)?;
    let login = read(&evidence, body.as_ref(), answer::login);
    if let Some(login) = &login {
        observe::conceal(&mut evidence, login.session.secret());
    }
    let taken = Taken::call(Step::Login, evidence.clone(), login.is_some());
    let status = taken.status;
    steps.push(taken);
    let Some(login) = login.filter(|_| status == Status::Passed) else {
        return Ok(None);
    };
    let server = match host::server(&login.server_url, &endpoint, &meant.allow_host) {
        Ok(server) => server,
        Err(refusal) => {
            steps.push(foreign(
                &evidence,
                refusal,
                &[password, login.session.secret()],
            ));
            return Ok(None);
        }
    };
    let soap_path = host::soap_path(&server)
        .filter(|path| !path.contains(login.session.secret().expose()))
        .map_or_else(|| message::soap_path(&meant.version), str::to_owned);
    // Another port of that host is another server's, unless it is the one that handed out the session.
    let port = if server.port == endpoint.port {
        server.port
    } else {
        443
    };
    let server = at(&server, port, "/")?;
    steps.push(Taken::server_url(&evidence, Ok(&server.to_string())));
    Ok(Some(Inside {
        session: login.session,
        server,
        soap_path,
    }))
}

/// A server URL that is not followed; should a secret stand in its host, the host is not named.
fn foreign(login: &Evidence, refusal: Refusal, secrets: &[&Secret]) -> Taken {
    let tells = |host: &str| {
        secrets.iter().any(|secret| {
            let secret = secret.expose().to_ascii_lowercase();
            host.contains(&secret)
        })
    };
    let refusal = match refusal {
        Refusal::Foreign { host } if tells(&host) => Refusal::NotAUrl,
        other => other,
    };
    Taken::server_url(login, Err(&refusal))
}

fn call(meant: &Meant, inside: &Inside, steps: &mut Vec<Taken>) -> Result<(), Error> {
    let api = Calls { meant, inside };
    let mutual = |path: &str| at(&inside.server, meant.mtls_port, path);
    let message = api.first();
    let endpoint = mutual(&message.path)?;
    let (evidence, body) = meant.caller.mutual(&endpoint, &message)?;
    let job = read(&evidence, body.as_ref(), answer::job);
    let taken = Taken::call(Step::Call, evidence, api.expected(body.as_ref()));
    let through = taken.status == Status::Passed;
    let answered = taken.reached_application();
    steps.push(taken);
    if let (true, Some(job)) = (through && meant.api == Api::Bulk, &job) {
        let message = message::abort_job(&meant.version, &inside.session, &job.id);
        let (evidence, body) = meant.caller.mutual(&mutual(&message.path)?, &message)?;
        let aborted =
            read(&evidence, body.as_ref(), answer::job).is_some_and(|job| job.state == "Aborted");
        steps.push(Taken::call(Step::Abort, evidence, aborted));
    }
    let again = api.again(job.as_ref());
    if answered && meant.caller.identity.is_some() {
        let (evidence, body) = meant.caller.bare(&mutual(&again.path)?, &again)?;
        let taken = Taken::call(
            Step::WithoutCertificate,
            evidence,
            api.expected(body.as_ref()),
        );
        steps.push(taken);
    }
    if through && inside.server.port != meant.mtls_port {
        let endpoint = at(&inside.server, inside.server.port, &again.path)?;
        let (evidence, body) = meant.caller.bare(&endpoint, &again)?;
        let taken = Taken::call(Step::PlainPort, evidence, api.expected(body.as_ref()));
        steps.push(taken);
    }
    Ok(())
}

/// The messages of the API that was asked for.
struct Calls<'a> {
    meant: &'a Meant,
    inside: &'a Inside,
}

impl Calls<'_> {
    fn first(&self) -> Message {
        let (version, session) = (&self.meant.version, &self.inside.session);
        match self.meant.api {
            Api::Soap => message::user_info(self.inside.soap_path.clone(), session),
            Api::Rest => message::limits(version, session),
            Api::Bulk => message::open_job(version, session, &self.meant.object),
        }
    }

    /// The same call for comparison; of a job, a look at the one there is.
    fn again(&self, job: Option<&answer::Job>) -> Message {
        match (self.meant.api, job) {
            (Api::Bulk, Some(job)) => {
                message::read_job(&self.meant.version, &self.inside.session, &job.id)
            }
            (Api::Bulk, None) => message::limits(&self.meant.version, &self.inside.session),
            _ => self.first(),
        }
    }

    fn expected(&self, body: Option<&Secret>) -> bool {
        let Some(body) = body.map(Secret::expose) else {
            return false;
        };
        match self.meant.api {
            Api::Soap => answer::user(body).is_some(),
            Api::Rest => answer::is_limits(body),
            Api::Bulk => answer::job(body).is_some() || answer::is_limits(body),
        }
    }
}

/// Reads an answer that says it went well.
fn read<T>(evidence: &Evidence, body: Option<&Secret>, reader: fn(&str) -> Option<T>) -> Option<T> {
    let http = evidence.call.as_ref()?.http.as_ref()?;
    (200..300)
        .contains(&http.status)
        .then(|| reader(body?.expose()))
        .flatten()
}
