//! The three ways to name a password's place, for each of the things a password protects.

use std::path::PathBuf;

use clap::Args;

use crate::secret::Origins;

/// Three flags that exclude each other, for one secret; the string is their common stem.
macro_rules! secret {
    (
        $(#[$about:meta])*
        $name:ident, $group:literal, $stem:literal,
        $(#[$file_about:meta])* $file:ident,
        $(#[$env_about:meta])* $env:ident,
        $(#[$fd_about:meta])* $fd:ident,
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, Args)]
        #[group(id = $group, multiple = false)]
        pub struct $name {
            $(#[$file_about])*
            pub $file: Option<PathBuf>,
            $(#[$env_about])*
            pub $env: Option<String>,
            $(#[$fd_about])*
            pub $fd: Option<u32>,
        }

        impl $name {
            /// Where it is to come from.
            #[must_use]
            pub fn origins(&self) -> Origins {
                Origins {
                    file: self.$file.clone(),
                    env: self.$env.clone(),
                    fd: self.$fd,
                    flag: $stem,
                }
            }
        }
    };
}

secret! {
    /// The passphrase that encrypts the private key being written.
    Passphrase, "passphrase", "passphrase",
    /// Take the passphrase from the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file,
    /// Take the passphrase from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    passphrase_env,
    /// Take the passphrase from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    passphrase_fd,
}

secret! {
    /// What opens the files being read: keystores and encrypted keys alike.
    InputPassword, "in-password", "in-password",
    /// Open locked input files with the first line of this file
    #[arg(long, value_name = "FILE", alias = "passphrase-file")]
    in_password_file,
    /// Open locked input files with this environment variable
    #[arg(long, value_name = "VARIABLE", alias = "passphrase-env")]
    in_password_env,
    /// Open locked input files with what this open file descriptor says
    #[arg(long, value_name = "NUMBER", alias = "passphrase-fd")]
    in_password_fd,
}

secret! {
    /// The one password of a command that has only one kind: of the keystores written, or of the files inspected.
    OutputPassword, "password", "password",
    /// Take the keystore password from the first line of this file
    #[arg(long, value_name = "FILE")]
    password_file,
    /// Take the keystore password from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    password_env,
    /// Take the keystore password from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    password_fd,
}

secret! {
    /// A password for the private key alone, where it is not to be the keystore's.
    KeyPassword, "key-password", "key-password",
    /// Lock the private key with the first line of this file: in JKS and JCEKS, and in PEM with --encrypt-key
    #[arg(long, value_name = "FILE", help_heading = "Keystores")]
    key_password_file,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Keystores")]
    key_password_env,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Keystores")]
    key_password_fd,
}

secret! {
    /// What opens private keys inside a keystore, where they have a password of their own.
    InputKeyPassword, "in-key-password", "in-key-password",
    /// Open keys that have a password other than their keystore's with the first line of this file
    #[arg(long, value_name = "FILE")]
    in_key_password_file,
    /// The same with this environment variable
    #[arg(long, value_name = "VARIABLE")]
    in_key_password_env,
    /// The same with what this open file descriptor says
    #[arg(long, value_name = "NUMBER")]
    in_key_password_fd,
}

secret! {
    /// What opens the proxy: `user:password`.
    ProxyUser, "proxy-user", "proxy-user",
    /// Take USER:PASSWORD for the proxy from the first line of this file
    #[arg(long, value_name = "FILE")]
    proxy_user_file,
    /// Take USER:PASSWORD for the proxy from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    proxy_user_env,
    /// Take USER:PASSWORD for the proxy from this open file descriptor
    #[arg(long, value_name = "NUMBER")]
    proxy_user_fd,
}

secret! {
    /// The password of the user who logs in.
    LoginPassword, "login-password", "password",
    /// Take the user's password, with the security token behind it where one is needed, from the first line of this file
    #[arg(long, value_name = "FILE", help_heading = "Session")]
    password_file,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Session")]
    password_env,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Session")]
    password_fd,
}

secret! {
    /// A session that was begun elsewhere.
    SessionId, "session-id", "session-id",
    /// Take the session id (or access token) from the first line of this file
    #[arg(long, value_name = "FILE", help_heading = "Session")]
    session_id_file,
    /// The same from this environment variable
    #[arg(long, value_name = "VARIABLE", help_heading = "Session")]
    session_id_env,
    /// The same from this open file descriptor
    #[arg(long, value_name = "NUMBER", help_heading = "Session")]
    session_id_fd,
}
