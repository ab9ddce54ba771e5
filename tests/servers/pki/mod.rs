//! An independent PKI, made by the `openssl` command and never by the program under test: authorities, server
//! certificates good and bad, and client identities good and bad.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::support::find;

mod make;

/// The password of every keystore made here.
pub const PASSWORD: &str = "changeit";

/// A client's situation. Each but `None` has an identity file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// Presents nothing.
    None,
    GoodRsa,
    GoodEc,
    GoodEd25519,
    /// Signed by two intermediates, both sent.
    GoodDeep,
    /// Without an extended key usage, which allows every use.
    NoEku,
    /// Of a CA the servers do not know, with its intermediate.
    ForeignChain,
    /// The same with its root as well.
    ForeignWithRoot,
    /// Issued by an unknown root itself; the root is not sent.
    ForeignDirect,
    /// Good, and sent without its intermediate.
    LeafOnly,
    SelfSigned,
    Expired,
    NotYetValid,
    /// For servers only.
    ServerAuth,
    Revoked,
    /// The key is another one's.
    Mismatched,
    /// Good itself, below an intermediate that has expired.
    ExpiredIssuer,
    /// Good itself, below an intermediate that is for servers only.
    IssuerForServers,
    /// For any extended key usage, which not everyone takes for an answer.
    AnyUsage,
    /// The key may encrypt and not sign.
    NoSignature,
    /// RSA with 1024 bits.
    ShortKey,
    /// Signed with SHA-1.
    OldDigest,
    /// With a critical extension that nobody knows.
    StrangeExtension,
    /// Signed by two intermediates, the upper one not sent.
    UpperMissing,
    /// Of a CA that has the trusted one's names and other keys.
    Namesake,
    /// Below an intermediate that may issue for other names only.
    OutsideNames,
    /// Below a certificate that is no CA's.
    NotByACa,
}

impl Client {
    pub const ALL: &'static [Self] = &[
        Self::None,
        Self::GoodRsa,
        Self::GoodEc,
        Self::GoodEd25519,
        Self::GoodDeep,
        Self::NoEku,
        Self::ForeignChain,
        Self::ForeignWithRoot,
        Self::ForeignDirect,
        Self::LeafOnly,
        Self::SelfSigned,
        Self::Expired,
        Self::NotYetValid,
        Self::ServerAuth,
        Self::Revoked,
        Self::Mismatched,
        Self::ExpiredIssuer,
        Self::IssuerForServers,
        Self::AnyUsage,
        Self::NoSignature,
        Self::ShortKey,
        Self::OldDigest,
        Self::StrangeExtension,
        Self::UpperMissing,
        Self::Namesake,
        Self::OutsideNames,
        Self::NotByACa,
    ];

    /// Those in which servers differ most.
    pub const FINER: &'static [Self] = &[
        Self::ExpiredIssuer,
        Self::IssuerForServers,
        Self::AnyUsage,
        Self::NoSignature,
        Self::ShortKey,
        Self::OldDigest,
        Self::StrangeExtension,
        Self::UpperMissing,
        Self::Namesake,
        Self::OutsideNames,
        Self::NotByACa,
    ];
}

/// What a server shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    Good,
    Expired,
    NotYetValid,
    /// For another host than the one called.
    WrongName,
    /// The root is trusted, the intermediate is not sent.
    NoIntermediate,
    /// A whole chain to a root nobody trusts.
    UnknownRoot,
    /// The same, with that root.
    UnknownWithRoot,
    SelfSigned,
    /// For clients only.
    ClientAuth,
    /// Good itself, below an intermediate that has expired.
    ExpiredIssuer,
    /// RSA with 1024 bits.
    ShortKey,
    /// Signed with SHA-1.
    OldDigest,
    /// Has the host's name where names no longer count: in the subject alone.
    NameInSubject,
    /// With a critical extension that nobody knows.
    StrangeExtension,
    /// Below a certificate that is no CA's.
    NotByACa,
    /// Below an intermediate that may issue for other names only.
    OutsideNames,
}

impl Shown {
    pub const ALL: &'static [Self] = &[
        Self::Good,
        Self::Expired,
        Self::NotYetValid,
        Self::WrongName,
        Self::NoIntermediate,
        Self::UnknownRoot,
        Self::UnknownWithRoot,
        Self::SelfSigned,
        Self::ClientAuth,
        Self::ExpiredIssuer,
    ];

    /// What few servers can be brought to show, or callers differ about.
    pub const ODD: &'static [Self] = &[
        Self::ShortKey,
        Self::OldDigest,
        Self::NameInSubject,
        Self::StrangeExtension,
        Self::NotByACa,
        Self::OutsideNames,
    ];
}

/// Certificate, chain and key of one party, as files.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What is sent: the leaf, then whatever goes with it.
    pub chain: PathBuf,
    /// What goes with the leaf, where something does.
    pub issuers: Option<PathBuf>,
    pub key: PathBuf,
    /// Key and chain in one file.
    pub full: PathBuf,
}

impl Identity {
    /// The same as PKCS#12, with [`PASSWORD`], for servers in Java.
    pub fn pkcs12(&self) -> PathBuf {
        let out = self.full.with_extension("p12");
        if !out.exists() {
            // Written beside and renamed: several servers may ask at once.
            let part =
                tempfile::NamedTempFile::new_in(out.parent().expect("a folder")).expect("a file");
            openssl(
                "pkcs12 -export -name server -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256",
                &[
                    ("-in", &self.chain),
                    ("-inkey", &self.key),
                    ("-out", part.path()),
                ],
                &["-passout", &format!("pass:{PASSWORD}")],
            );
            part.persist(&out).expect("a keystore");
        }
        out
    }
}

/// All of it, in a folder that goes when the last user lets go.
pub struct Pki {
    dir: tempfile::TempDir,
}

impl Pki {
    /// The one of this test run; made by whoever asks first.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Pki>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let made = Arc::new(Self::make());
            *shared = Arc::downgrade(&made);
            made
        })
    }

    /// The root that clients trust servers by.
    pub fn server_root(&self) -> PathBuf {
        self.path("server-root/ca.crt")
    }

    /// The root that servers trust clients by.
    pub fn client_root(&self) -> PathBuf {
        self.path("client-root/ca.crt")
    }

    /// The revocation lists of all client authorities, PEM one after the other.
    pub fn client_crls(&self) -> PathBuf {
        self.path("client-crls.pem")
    }

    /// Root and revocation lists in one file, for those who read both from one.
    pub fn client_root_and_crls(&self) -> PathBuf {
        self.path("client-root-and-crls.pem")
    }

    /// The identity file to present, with its key; nothing for [`Client::None`].
    pub fn client(&self, client: Client) -> Option<PathBuf> {
        (client != Client::None).then(|| self.path(&format!("client-{client:?}.pem")))
    }

    /// What goes with a client's certificate, where something does.
    pub fn client_issuers(&self, client: Client) -> Option<PathBuf> {
        Some(self.path(&format!("client-{client:?}.issuers"))).filter(|file| file.exists())
    }

    /// As [`Pki::client_crls`], with lists that are out of date.
    pub fn stale_crls(&self) -> PathBuf {
        self.path("stale-crls.pem")
    }

    /// As [`Pki::client_root_and_crls`], with lists that are out of date.
    pub fn client_root_and_stale_crls(&self) -> PathBuf {
        self.path("client-root-and-stale-crls.pem")
    }

    /// The root and its own list, without those of the intermediates.
    pub fn client_root_and_its_crl(&self) -> PathBuf {
        self.path("client-root-and-its-crl.pem")
    }

    pub fn server(&self, shown: Shown) -> Identity {
        let file = |extension| self.path(&format!("server-{shown:?}.{extension}"));
        Identity {
            chain: file("crt"),
            issuers: Some(file("issuers")).filter(|file| file.exists()),
            key: file("key"),
            full: file("pem"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn make() -> Self {
        let pki = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        make::all(pki.dir.path());
        pki
    }
}

/// Runs one `openssl` command; `words` are split at spaces, the rest is taken as it is.
fn openssl(words: &str, files: &[(&str, &Path)], rest: &[&str]) {
    let program = find("openssl").expect("openssl is installed");
    let mut command = Command::new(program);
    command.args(words.split_whitespace());
    for (flag, path) in files {
        command.arg(flag).arg(path);
    }
    let output = command
        .args(rest)
        .stdin(Stdio::null())
        .output()
        .expect("openssl runs");
    assert!(
        output.status.success(),
        "{command:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
