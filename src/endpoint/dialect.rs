//! The protocols in which TLS is asked for on a port that begins in the clear.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A protocol with a command of its own to begin TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// RFC 3207
    Smtp,
    /// RFC 9051, section 6.2.1
    Imap,
    /// RFC 2595, section 4
    Pop3,
    /// RFC 4217
    Ftp,
    /// RFC 4511, section 4.14
    Ldap,
    /// The frontend/backend protocol's `SSLRequest`.
    Postgres,
    /// The client/server protocol's `SSLRequest`.
    Mysql,
    /// RFC 6120, section 5
    Xmpp,
}

impl Dialect {
    pub const ALL: [Self; 8] = [
        Self::Smtp,
        Self::Imap,
        Self::Pop3,
        Self::Ftp,
        Self::Ldap,
        Self::Postgres,
        Self::Mysql,
        Self::Xmpp,
    ];

    /// As it is typed, and as its URLs begin.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Ftp => "ftp",
            Self::Ldap => "ldap",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Xmpp => "xmpp",
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Ftp => "FTP",
            Self::Ldap => "LDAP",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Xmpp => "XMPP",
        }
    }

    /// What asks for TLS in it.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Smtp | Self::Imap | Self::Xmpp => "STARTTLS",
            Self::Pop3 => "STLS",
            Self::Ftp => "AUTH TLS",
            Self::Ldap => "StartTLS",
            Self::Postgres | Self::Mysql => "SSLRequest",
        }
    }

    /// The port on which it begins in the clear.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Smtp => 25,
            Self::Imap => 143,
            Self::Pop3 => 110,
            Self::Ftp => 21,
            Self::Ldap => 389,
            Self::Postgres => 5432,
            Self::Mysql => 3306,
            Self::Xmpp => 5222,
        }
    }

    /// The port on which it begins with TLS, where it has one.
    #[must_use]
    pub const fn tls_port(self) -> Option<u16> {
        match self {
            Self::Smtp => Some(465),
            Self::Imap => Some(993),
            Self::Pop3 => Some(995),
            Self::Ftp => Some(990),
            Self::Ldap => Some(636),
            Self::Xmpp => Some(5223),
            Self::Postgres | Self::Mysql => None,
        }
    }

    /// Whether the server says the first word.
    #[must_use]
    pub const fn greets(self) -> bool {
        match self {
            Self::Smtp | Self::Imap | Self::Pop3 | Self::Ftp | Self::Mysql => true,
            Self::Ldap | Self::Postgres | Self::Xmpp => false,
        }
    }

    /// Whether a client has to say at once who it is.
    #[must_use]
    pub const fn asks_who(self) -> bool {
        matches!(self, Self::Postgres | Self::Mysql)
    }

    /// The one that is spoken on this port wherever nobody decided otherwise.
    #[must_use]
    pub fn of_port(port: u16) -> Option<Self> {
        match port {
            // Submission (RFC 6409).
            587 => Some(Self::Smtp),
            _ => Self::ALL.into_iter().find(|one| one.port() == port),
        }
    }

    /// The dialect of a URL's scheme, and whether TLS begins at once there (`imaps`).
    #[must_use]
    pub fn of_scheme(scheme: &str) -> Option<(Self, bool)> {
        match scheme {
            "postgresql" => return Some((Self::Postgres, false)),
            "mariadb" => return Some((Self::Mysql, false)),
            _ => {}
        }
        Self::ALL.into_iter().find_map(|one| {
            let rest = scheme.strip_prefix(one.name())?;
            match (rest, one.tls_port()) {
                ("", _) => Some((one, false)),
                ("s", Some(_)) => Some((one, true)),
                _ => None,
            }
        })
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match Self::of_scheme(&text.to_ascii_lowercase()) {
            Some((dialect, false)) => Ok(dialect),
            _ => Err(()),
        }
    }
}
