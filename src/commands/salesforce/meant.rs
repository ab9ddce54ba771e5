//! What a check is to do: everything that was typed is read and understood before anything is called.

use crate::cli::salesforce::{ApiName, Check};
use crate::diagnose::examined::Examined;
use crate::endpoint::{Endpoint, Scheme, StartTls};
use crate::error::{Error, UsageError};
use crate::salesforce::{Api, Session, Version, xml};
use crate::secret::Secret;

use super::super::passwords::Asked;
use super::super::probe::given::{self, Files, Given};
use super::super::probe::proxy;
use super::super::{Context, verify};
use super::caller::Caller;

/// The port of logins and of everything but mutual TLS.
const HTTPS: u16 = 443;

/// A check that can be made.
pub struct Meant {
    pub api: Api,
    pub version: Version,
    pub object: String,
    pub mtls_port: u16,
    pub allow_host: Vec<String>,
    pub entrance: Entrance,
    pub identity: Option<Examined>,
    pub caller: Caller,
}

/// Where the session comes from.
pub enum Entrance {
    Login {
        endpoint: Endpoint,
        user: String,
        password: Secret,
    },
    Session {
        /// On the plain port.
        instance: Endpoint,
        session: Session,
    },
}

pub fn meant(args: &Check, context: &mut Context<'_, '_>) -> Result<Meant, Error> {
    let version: Version = args.api_version.parse().map_err(|cause| {
        UsageError::new(
            format!("--api-version {:?}: {cause}", args.api_version),
            "for example --api-version 62.0",
        )
    })?;
    let login = args.login_url.as_deref().map(login_endpoint).transpose()?;
    let instance = args.instance.as_deref().map(https).transpose()?;
    let now = context.clock.now();
    let origins = args.in_password.origins();
    let mut passwords = Asked::new(origins.clone(), origins, context.io);
    let trust = given::trust(args.cacert.as_deref(), &mut passwords)?;
    let files = Files::open(args.cert.as_deref(), args.key.as_deref(), &mut passwords)?;
    let given = files
        .as_ref()
        .map(|files| Given::of(files, &trust, now))
        .transpose()?;
    let first = login.as_ref().or(instance.as_ref());
    let proxy = match first {
        Some(first) => proxy::meant(&args.through, &args.resolve, first, &mut passwords)?,
        None => None,
    };
    let identity = files
        .as_ref()
        .map(|files| verify::for_consumer(files, "salesforce", now, &mut passwords))
        .transpose()?;
    let entrance = match (login, instance) {
        (Some(endpoint), _) => {
            let user = args.username.clone().unwrap_or_default();
            let question = format!("password of {}", user.escape_debug());
            let password = args.password.origins().read_or_ask(&question, context.io)?;
            carried(&user, &password)?;
            Entrance::Login {
                endpoint,
                user,
                password,
            }
        }
        (None, Some(instance)) => {
            let secret = args
                .session_id
                .origins()
                .read_or_ask("session id", context.io)?;
            Entrance::Session {
                instance: plain(&instance, args.mtls_port)?,
                session: Session::new(&secret).ok_or_else(|| {
                    UsageError::new(
                        "what was given as the session id can be none",
                        "a session id is one word of printable ASCII, such as Salesforce hands out at a login",
                    )
                })?,
            }
        }
        (None, None) => {
            return Err(UsageError::new(
                "nothing says where the session comes from",
                "give --login-url and --username, or --instance and --session-id-file",
            )
            .into());
        }
    };
    let (identity_to_send, offered) =
        given.map_or((None, None), |given| (given.identity, Some(given.offered)));
    Ok(Meant {
        api: match args.api {
            ApiName::Soap => Api::Soap,
            ApiName::Rest => Api::Rest,
            ApiName::Bulk => Api::Bulk,
        },
        version,
        object: args.bulk_object.clone(),
        mtls_port: args.mtls_port,
        allow_host: args.allow_host.clone(),
        entrance,
        identity,
        caller: Caller {
            trust,
            identity: identity_to_send,
            offered,
            proxy,
            resolve: args.resolve.clone(),
            connect_timeout: args.connect_timeout,
            timeout: args.timeout,
            insecure: args.insecure,
            now,
        },
    })
}

fn https(text: &str) -> Result<Endpoint, Error> {
    let endpoint = Endpoint::parse(text, StartTls::Never)?;
    if endpoint.scheme == Scheme::Https {
        Ok(endpoint)
    } else {
        Err(UsageError::new(
            format!("{}: Salesforce is called by https://", text.escape_debug()),
            "for example https://YOUR-DOMAIN.my.salesforce.com",
        )
        .into())
    }
}

fn login_endpoint(text: &str) -> Result<Endpoint, Error> {
    let endpoint = https(text)?;
    let soap = endpoint.path.starts_with("/services/Soap/");
    if endpoint.path == "/" || soap {
        Ok(endpoint)
    } else {
        Err(UsageError::new(
            format!(
                "--login-url {}: this is not where SOAP logins are",
                text.escape_debug()
            ),
            "give the host alone, https://YOUR-DOMAIN.my.salesforce.com, or with /services/Soap/u/62.0",
        )
        .into())
    }
}

/// The instance on its plain port, whichever of the two was typed.
fn plain(instance: &Endpoint, mtls_port: u16) -> Result<Endpoint, Error> {
    if instance.port == mtls_port {
        at(instance, HTTPS, "/")
    } else {
        at(instance, instance.port, "/")
    }
}

/// The same host with another port and path.
pub fn at(endpoint: &Endpoint, port: u16, path: &str) -> Result<Endpoint, Error> {
    let host = match endpoint.ip() {
        Some(std::net::IpAddr::V6(address)) => format!("[{address}]"),
        _ => endpoint.host.clone(),
    };
    let text = format!("https://{host}:{port}{path}");
    Ok(Endpoint::parse(&text, StartTls::Never)?)
}

/// XML has no way to write some characters: better to say so than to send another password.
fn carried(user: &str, password: &Secret) -> Result<(), UsageError> {
    let what = if user.is_empty() || !user.chars().all(xml::is_allowed) {
        "the user name"
    } else if password.expose().is_empty() || !password.expose().chars().all(xml::is_allowed) {
        "the password"
    } else {
        return Ok(());
    };
    Err(UsageError::new(
        format!("{what} is empty, or holds a control character, which a login cannot carry"),
        "check the file or variable it comes from",
    ))
}
