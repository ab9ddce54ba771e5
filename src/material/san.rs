//! Subject alternative names (RFC 5280, section 4.2.1.6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::GeneralName;

use super::Name;

/// One alternative name; prints as `dns:api.example`, `ip:192.0.2.1`, `email:…`, `uri:…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum San {
    Dns(String),
    Ip(IpAddr),
    Email(String),
    Uri(String),
    /// Any other kind, with its own prefix.
    Other(String),
}

impl San {
    pub(super) fn from_general_name(name: &GeneralName<'_>) -> Self {
        match name {
            GeneralName::DNSName(text) => Self::Dns((*text).to_owned()),
            GeneralName::RFC822Name(text) => Self::Email((*text).to_owned()),
            GeneralName::URI(text) => Self::Uri((*text).to_owned()),
            GeneralName::IPAddress(bytes) => ip(bytes).map_or_else(
                || Self::Other(format!("ip:#{}", super::hex(bytes))),
                Self::Ip,
            ),
            GeneralName::DirectoryName(name) => Self::Other(format!(
                "dirname:{}",
                Name::from_der(name.as_raw())
                    .map_or_else(|_| "?".to_owned(), |name| name.to_string())
            )),
            GeneralName::RegisteredID(oid) => Self::Other(format!("rid:{oid}")),
            GeneralName::OtherName(oid, _) => Self::Other(format!("othername:{oid}")),
            other => Self::Other(format!("other:{other:?}")),
        }
    }
}

impl fmt::Display for San {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Nearly all; what needs no escape is written whole.
            Self::Dns(text) if is_plain(text) => {
                f.write_str("dns:")?;
                f.write_str(text)
            }
            Self::Dns(text) => write!(f, "dns:{}", text.escape_debug()),
            Self::Ip(ip) => write!(f, "ip:{ip}"),
            Self::Email(text) => write!(f, "email:{}", text.escape_debug()),
            Self::Uri(text) => write!(f, "uri:{}", text.escape_debug()),
            Self::Other(text) => write!(f, "{}", text.escape_debug()),
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'*' | b'_'))
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::V4(Ipv4Addr::from(four)));
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|sixteen| IpAddr::V6(Ipv6Addr::from(sixteen)))
}
