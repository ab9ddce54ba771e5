//! Alternative names as they are typed (RFC 5280, section 4.2.1.6): checked, and brought into ASCII.

use url::{Host, Url};

use crate::error::NamingError;
use crate::material::San;

/// The longest host name in ASCII, in octets (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;

/// A DNS name, with `*` as its whole first label where it is a wildcard; international names become A-labels.
///
/// # Errors
/// [`NamingError::Alternative`] for anything else: an address, a URL, spaces, empty labels.
pub fn dns(text: &str) -> Result<San, NamingError> {
    let refuse = |fault, instead: String| NamingError::Alternative {
        flag: "dns",
        value: text.to_owned(),
        fault,
        instead,
    };
    let address = text.trim_start_matches('[').trim_end_matches(']');
    if address.parse::<std::net::IpAddr>().is_ok() {
        return Err(refuse(
            "this is an address, not a DNS name",
            format!("--ip {address}"),
        ));
    }
    if text.contains("://") {
        return Err(refuse(
            "this is a URI, not a DNS name",
            format!("--uri {text}, or --dns with its host name alone"),
        ));
    }
    if text.contains('@') {
        return Err(refuse(
            "this is an e-mail address, not a DNS name",
            format!("--email {text}"),
        ));
    }
    if let Some((host, port)) = text.split_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(refuse("a DNS name has no port", format!("--dns {host}")));
    }
    let (wildcard, host) = match text.strip_prefix("*.") {
        Some(host) => ("*.", host),
        None => ("", text),
    };
    let host = host_name(host).map_err(|fault| match fault {
        HostFault::TrailingDot => refuse(
            "a DNS name in a certificate has no dot at its end",
            format!("--dns {}", text.trim_end_matches('.')),
        ),
        HostFault::Wildcard => refuse(
            "a wildcard is the whole of the first label",
            "--dns '*.acme.example'".to_owned(),
        ),
        HostFault::TooLong => refuse(
            "a DNS name has at most 253 characters, and each label 63",
            "shorten it".to_owned(),
        ),
        HostFault::NotAName => refuse(
            "not a DNS name",
            "labels of letters, digits and hyphens with dots between them: --dns api.acme.example"
                .to_owned(),
        ),
    })?;
    Ok(San::Dns(format!("{wildcard}{host}")))
}

/// An e-mail address; an international host becomes A-labels.
///
/// # Errors
/// [`NamingError::Alternative`] where it is none, or has letters before the `@` that RFC 5280 cannot hold.
pub fn email(text: &str) -> Result<San, NamingError> {
    let refuse = |fault, instead: &str| NamingError::Alternative {
        flag: "email",
        value: text.to_owned(),
        fault,
        instead: instead.to_owned(),
    };
    let none = || {
        refuse(
            "not an e-mail address",
            "written as --email ops@acme.example",
        )
    };
    let (mailbox, host) = text.rsplit_once('@').ok_or_else(none)?;
    if !mailbox.is_ascii() {
        return Err(refuse(
            "the part before the @ has to be ASCII in a certificate",
            "name an ASCII address of the same mailbox",
        ));
    }
    // Quoted mailboxes exist on paper (RFC 5321); no CA takes one.
    let fits = mailbox
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte));
    if mailbox.is_empty() || mailbox.len() > 64 || !fits {
        return Err(none());
    }
    let host = host_name(host).map_err(|_| none())?;
    Ok(San::Email(format!("{mailbox}@{host}")))
}

/// An absolute URI, kept as it is typed.
///
/// # Errors
/// [`NamingError::Alternative`] where it has no scheme, or characters a URI cannot hold.
pub fn uri(text: &str) -> Result<San, NamingError> {
    let refuse = |fault, instead: String| NamingError::Alternative {
        flag: "uri",
        value: text.to_owned(),
        fault,
        instead,
    };
    let parsed = Url::parse(text).map_err(|_| {
        refuse(
            "not an absolute URI",
            "written with its scheme: --uri spiffe://acme.example/api".to_owned(),
        )
    })?;
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    if !text.bytes().all(fits) {
        return Err(refuse(
            "a URI in a certificate is ASCII without spaces",
            format!("--uri {parsed}"),
        ));
    }
    Ok(San::Uri(text.to_owned()))
}

enum HostFault {
    TrailingDot,
    Wildcard,
    TooLong,
    NotAName,
}

/// A host name in ASCII. Underscores pass: internal names have them.
fn host_name(text: &str) -> Result<String, HostFault> {
    if text.contains('*') {
        return Err(HostFault::Wildcard);
    }
    if text.len() > 1 && text.ends_with('.') {
        return Err(HostFault::TrailingDot);
    }
    let international = !text.is_ascii()
        || text
            .to_ascii_lowercase()
            .split('.')
            .any(|label| label.starts_with("xn--"));
    let ascii = if international {
        // The URL parser would undo percent-encoding first, which has no business in a DNS name.
        match Host::parse(text) {
            Ok(Host::Domain(name)) if !text.contains('%') => name,
            _ => return Err(HostFault::NotAName),
        }
    } else {
        text.to_owned()
    };
    let labels = || ascii.split('.');
    if ascii.len() > MAX_HOST || labels().any(|label| label.len() > 63) {
        return Err(HostFault::TooLong);
    }
    let fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if !labels().all(fits) {
        return Err(HostFault::NotAName);
    }
    Ok(ascii)
}
