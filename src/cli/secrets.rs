//! The three ways to name a password's place, for each of the things a password protects.

use std::path::PathBuf;

use clap::Args;

use crate::secret::Origins;

/// The passphrase that encrypts the private key being written.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "passphrase", multiple = false)]
pub struct Passphrase {
    /// Take the passphrase from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Take the passphrase from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    pub passphrase_env: Option<String>,
    /// Take the passphrase from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    pub passphrase_fd: Option<u32>,
}

impl Passphrase {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.passphrase_file.clone(),
            env: self.passphrase_env.clone(),
            fd: self.passphrase_fd,
            flag: "passphrase",
        }
    }
}

/// What opens the files being read: keystores and encrypted keys alike.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "in-password", multiple = false)]
pub struct InputPassword {
    /// Open locked input files with the first line of this file
    #[arg(long, value_name = "FILE", alias = "passphrase-file")]
    pub in_password_file: Option<PathBuf>,
    /// Open locked input files with this environment variable
    #[arg(long, value_name = "VARIABLE", alias = "passphrase-env")]
    pub in_password_env: Option<String>,
    /// Open locked input files with what this open file descriptor says
    #[arg(long, value_name = "NUMBER", alias = "passphrase-fd")]
    pub in_password_fd: Option<u32>,
}

impl InputPassword {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.in_password_file.clone(),
            env: self.in_password_env.clone(),
            fd: self.in_password_fd,
            flag: "in-password",
        }
    }
}

/// The one password of a command that has only one kind: of the keystores written, or of the files inspected.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "password", multiple = false)]
pub struct OutputPassword {
    /// Take the keystore password from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Take the keystore password from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    pub password_env: Option<String>,
    /// Take the keystore password from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    pub password_fd: Option<u32>,
}

impl OutputPassword {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.password_file.clone(),
            env: self.password_env.clone(),
            fd: self.password_fd,
            flag: "password",
        }
    }
}

/// A password for the private key alone, where it is not to be the keystore's.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "key-password", multiple = false)]
pub struct KeyPassword {
    /// Lock the private key with the first line of this file: in JKS and JCEKS, and in PEM with --encrypt-key
    #[arg(long, value_name = "FILE", help_heading = "Keystores")]
    pub key_password_file: Option<PathBuf>,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Keystores")]
    pub key_password_env: Option<String>,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Keystores")]
    pub key_password_fd: Option<u32>,
}

impl KeyPassword {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.key_password_file.clone(),
            env: self.key_password_env.clone(),
            fd: self.key_password_fd,
            flag: "key-password",
        }
    }
}

/// What opens private keys inside a keystore, where they have a password of their own.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "in-key-password", multiple = false)]
pub struct InputKeyPassword {
    /// Open keys that have a password other than their keystore's with the first line of this file
    #[arg(long, value_name = "FILE")]
    pub in_key_password_file: Option<PathBuf>,
    /// The same with this environment variable
    #[arg(long, value_name = "VARIABLE")]
    pub in_key_password_env: Option<String>,
    /// The same with what this open file descriptor says
    #[arg(long, value_name = "NUMBER")]
    pub in_key_password_fd: Option<u32>,
}

impl InputKeyPassword {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.in_key_password_file.clone(),
            env: self.in_key_password_env.clone(),
            fd: self.in_key_password_fd,
            flag: "in-key-password",
        }
    }
}

/// What opens the proxy: `user:password`.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "proxy-user", multiple = false)]
pub struct ProxyUser {
    /// Take USER:PASSWORD for the proxy from the first line of this file
    #[arg(long, value_name = "FILE")]
    pub proxy_user_file: Option<PathBuf>,
    /// Take USER:PASSWORD for the proxy from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    pub proxy_user_env: Option<String>,
    /// Take USER:PASSWORD for the proxy from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    pub proxy_user_fd: Option<u32>,
}

impl ProxyUser {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.proxy_user_file.clone(),
            env: self.proxy_user_env.clone(),
            fd: self.proxy_user_fd,
            flag: "proxy-user",
        }
    }
}

/// The password of the user who logs in.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "login-password", multiple = false)]
pub struct LoginPassword {
    /// Take the user's password, with the security token behind it where one is needed, from the first line of this file
    #[arg(long, value_name = "FILE", help_heading = "Session")]
    pub password_file: Option<PathBuf>,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Session")]
    pub password_env: Option<String>,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Session")]
    pub password_fd: Option<u32>,
}

impl LoginPassword {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.password_file.clone(),
            env: self.password_env.clone(),
            fd: self.password_fd,
            flag: "password",
        }
    }
}

/// A session that was begun elsewhere.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "session-id", multiple = false)]
pub struct SessionId {
    /// Take the session id (or access token) from the first line of this file
    #[arg(long, value_name = "FILE", help_heading = "Session")]
    pub session_id_file: Option<PathBuf>,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Session")]
    pub session_id_env: Option<String>,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Session")]
    pub session_id_fd: Option<u32>,
}

impl SessionId {
    #[must_use]
    pub fn origins(&self) -> Origins {
        Origins {
            file: self.session_id_file.clone(),
            env: self.session_id_env.clone(),
            fd: self.session_id_fd,
            flag: "session-id",
        }
    }
}
