//! The request a probe sends, out of `-X`, `-H` and `-d` as curl has them.

use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::probe::Probe;
use crate::error::{Error, UsageError};
use crate::io::Io;
use crate::observe::Request;
use crate::source::Source;

pub fn meant(args: &Probe, io: &mut Io<'_>) -> Result<Request, Error> {
    let body = match args.data.as_deref() {
        None => None,
        Some(data) => Some(match data.strip_prefix('@') {
            Some(path) => Source::read(Path::new(path), io.stdin)?.bytes,
            None => Zeroizing::new(data.as_bytes().to_vec()),
        }),
    };
    let method = match (&args.method, &body) {
        (Some(method), _) => method.clone(),
        (None, Some(_)) => "POST".to_owned(),
        (None, None) => "GET".to_owned(),
    };
    if method.is_empty() || !method.bytes().all(is_token) {
        return Err(UsageError::new(
            format!("-X {method:?} is not an HTTP method"),
            "for example -X PUT",
        )
        .into());
    }
    let mut headers = Vec::new();
    for typed in &args.headers {
        match typed.strip_prefix('@') {
            Some(path) => {
                let source = Source::read(Path::new(path), io.stdin)?;
                let text = std::str::from_utf8(&source.bytes).map_err(|_| {
                    UsageError::new(
                        format!("{}: the header file is not UTF-8", source.origin),
                        "write one header line per line",
                    )
                })?;
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    headers.push(header(line, true)?);
                }
            }
            None => headers.push(header(typed, false)?),
        }
    }
    Ok(Request::new(method, headers, body).repeated(args.repeat_request))
}

/// `secret`: the line came from a file and may hold credentials, so it is not repeated in an error.
fn header(line: &str, secret: bool) -> Result<(String, String), Error> {
    let wrong = || {
        let what = if secret {
            "a line of the header file is not NAME: VALUE".to_owned()
        } else {
            let name = line.split(':').next().unwrap_or_default();
            format!("-H {name:?} is not NAME: VALUE")
        };
        UsageError::new(what, "for example -H 'Accept: application/json'")
    };
    let (name, value) = line.split_once(':').ok_or_else(wrong)?;
    let value = value.trim();
    let sound = !name.is_empty()
        && name.bytes().all(is_token)
        && !value.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    if !sound {
        return Err(wrong().into());
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
