//! Owns how other programs are given an identity: one template per client, filled in with the user's own files and host.

mod template;

/// A client that a recipe is kept for.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    pub name: &'static str,
    template: &'static str,
}

macro_rules! clients {
    ($($name:literal),* $(,)?) => {
        /// Every client, in the order in which they are listed.
        pub const CLIENTS: &[Client] = &[$(Client {
            name: $name,
            template: include_str!(concat!("clients/", $name, ".txt")),
        }),*];
    };
}

clients!(
    "curl",
    "wget",
    "openssl",
    "java",
    "wsc",
    "spring",
    "okhttp",
    "apache-httpclient",
    "jetty-client",
    "python",
    "node",
    "go",
    "dotnet",
    "ruby",
    "rust",
    "postman",
    "nginx",
    "haproxy",
    "envoy",
    "kafka",
    "postgres",
    "kubernetes",
    "salesforce-callout",
    "streamsets",
);

/// The form an identity's file has, or a client wants it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Pem,
    Pkcs12,
    Jks,
    /// Anything else: certificates without a key, DER, PKCS#7.
    Other,
}

/// What the user has.
#[derive(Debug, Clone)]
pub struct Given {
    /// The identity's file, as it was typed.
    pub file: String,
    pub form: Form,
    /// The private key's file, where it is not in the identity's.
    pub key: Option<String>,
    /// The entry's name in a keystore, where it is known.
    pub alias: Option<String>,
    /// The file with the keystore's password in its first line.
    pub password_file: String,
    /// PEM certificates to trust for the server.
    pub cacert: Option<String>,
    pub url: String,
    /// A DNS name or an address, without brackets.
    pub host: String,
    /// The name for server name indication, where the host is one.
    pub server_name: Option<String>,
    pub port: u16,
    /// With brackets around an IPv6 address.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

/// One thing to do, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A command for a POSIX shell.
    Run(String),
    /// A file to write.
    File { name: String, text: String },
    /// Something to do by hand.
    ByHand(String),
}

/// A recipe, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub client: &'static str,
    /// One sentence.
    pub about: String,
    pub steps: Vec<Step>,
    /// What this client gets wrong by habit.
    pub habits: Vec<String>,
}

/// The client of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|client| client.name == name)
}

impl Client {
    /// One sentence on how this client takes an identity.
    #[must_use]
    pub fn about(&self) -> &'static str {
        template::Template::read(self.template).about
    }

    /// The recipe for what the user has.
    #[must_use]
    pub fn fill(&self, given: &Given) -> Recipe {
        template::Template::read(self.template).fill(self.name, given)
    }
}
