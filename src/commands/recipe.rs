//! `fullcert recipe`

use std::path::Path;

use clap::ValueEnum as _;

use crate::cli::Format;
use crate::cli::recipe::Recipe as Args;
use crate::decode;
use crate::endpoint::{Endpoint, StartTls};
use crate::error::{Error, UsageError};
use crate::material::Item;
use crate::recipe::{self, Form, Given};
use crate::report;

use super::passwords::Asked;
use super::{Context, Outcome};

/// What stands for a host where none was given.
const NOWHERE: &str = "https://HOST:8443/";

pub fn run(args: &Args, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let given = given(args, context)?;
    let name = args.client.to_possible_value();
    let client = name
        .as_ref()
        .and_then(|name| recipe::find(name.get_name()))
        .ok_or_else(|| {
            UsageError::new(
                "there is no recipe for this client",
                "fullcert recipe --help lists them",
            )
        })?;
    let recipe = client.fill(&given);
    let stdout = &mut *context.io.stdout;
    if context.global.format == Format::Json {
        report::recipe::json(&recipe, stdout)?;
    } else {
        report::recipe::text(&recipe, stdout)?;
    }
    Ok(Outcome::Fine)
}

fn given(args: &Args, context: &mut Context<'_, '_>) -> Result<Given, Error> {
    let endpoint = args
        .url
        .as_deref()
        .map(|url| Endpoint::parse(url, StartTls::Guess))
        .transpose()?;
    let cert = args.cert.as_deref();
    let found = match cert {
        Some(path) if path.exists() => read(path, args, context)?,
        Some(path) => Found::by_name(path),
        None => Found {
            form: Form::Pem,
            has_key: true,
            alias: None,
        },
    };
    if let (Some(path), None, false) = (cert, &args.key, found.has_key) {
        return Err(UsageError::new(
            format!("{} holds no private key", path.display()),
            "name the key's file with --key",
        )
        .into());
    }
    let typed = |path: &Path| -> Result<String, UsageError> {
        match path.to_str() {
            Some(text) if !text.chars().any(char::is_control) => Ok(text.to_owned()),
            _ => Err(UsageError::new(
                format!("{} cannot be written into a recipe", path.display()),
                "rename the file",
            )),
        }
    };
    let (url, host, server_name, port, authority, path) = match &endpoint {
        Some(endpoint) => (
            format!("https://{}{}", endpoint.authority(), endpoint.path),
            endpoint.host.clone(),
            endpoint.sni().map(str::to_owned),
            endpoint.port,
            endpoint.authority(),
            endpoint.path.clone(),
        ),
        None => (
            NOWHERE.to_owned(),
            "HOST".to_owned(),
            Some("HOST".to_owned()),
            8443,
            "HOST:8443".to_owned(),
            "/".to_owned(),
        ),
    };
    Ok(Given {
        file: cert.map_or(Ok("fullcert.pem".to_owned()), typed)?,
        form: found.form,
        key: match args.key.as_deref() {
            Some(key) if !found.has_key => Some(typed(key)?),
            _ => None,
        },
        alias: args.alias.clone().or(found.alias),
        password_file: args
            .in_password
            .in_password_file
            .as_deref()
            .map_or(Ok("password.txt".to_owned()), typed)?,
        cacert: args.cacert.as_deref().map(typed).transpose()?,
        url,
        host,
        server_name,
        port,
        authority,
        path,
    })
}

/// What is known of the identity's file.
struct Found {
    form: Form,
    has_key: bool,
    alias: Option<String>,
}

impl Found {
    /// A file that is not there yet is what its name says.
    fn by_name(path: &Path) -> Self {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let (form, has_key) = match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("p12" | "pfx") => (Form::Pkcs12, true),
            Some("jks") => (Form::Jks, true),
            Some("crt" | "cer") => (Form::Pem, false),
            Some("der" | "p7b" | "jceks") => (Form::Other, false),
            _ => (Form::Pem, true),
        };
        Self {
            form,
            has_key,
            alias: None,
        }
    }
}

/// Reads what can be read without asking anybody for a password.
fn read(path: &Path, args: &Args, context: &mut Context<'_, '_>) -> Result<Found, Error> {
    let mut passwords = Asked::new(
        args.in_password.origins(),
        args.in_password.origins(),
        context.io,
    );
    passwords.prompt(false);
    let decoded = match passwords.open(path) {
        Ok(decoded) => decoded,
        // A keystore that stays shut still has a name.
        Err(Error::Secret(_)) => return Ok(Found::by_name(path)),
        Err(error) => return Err(error),
    };
    let key = decoded
        .objects
        .iter()
        .find(|object| matches!(object.item, Item::Key(_) | Item::EncryptedKey(_)));
    Ok(Found {
        form: match decoded.format {
            decode::Format::Pem => Form::Pem,
            decode::Format::Pkcs12 => Form::Pkcs12,
            decode::Format::Jks => Form::Jks,
            _ => Form::Other,
        },
        has_key: key.is_some(),
        alias: key.and_then(|object| object.alias.clone()),
    })
}
