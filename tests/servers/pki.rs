//! An independent PKI, made by the `openssl` command and never by the program under test: authorities, server
//! certificates good and bad, and client identities good and bad.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::support::find;

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

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn make() -> Self {
        let pki = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        let dir = pki.dir.path();
        std::thread::scope(|scope| {
            scope.spawn(|| servers(dir));
            scope.spawn(|| clients(dir));
        });
        pki
    }
}

fn servers(dir: &Path) {
    let root = Authority::root(dir, "server-root", "/O=Harbour Trust/CN=Harbour Trust Root");
    let issuing = root.issuing(
        "server-issuing",
        "/O=Harbour Trust/CN=Harbour Trust TLS CA",
        "",
    );
    let foreign = Authority::root(dir, "unknown-root", "/O=Nobody/CN=Nobody Root");
    let foreign_issuing = foreign.issuing("unknown-issuing", "/O=Nobody/CN=Nobody TLS CA", "");
    let here = Leaf {
        subject: "/O=Acme/CN=localhost",
        names: "DNS:localhost,IP:127.0.0.1",
        usage: "serverAuth",
        ..Leaf::default()
    };
    for &shown in Shown::ALL {
        let mut leaf = here;
        let mut by = &issuing;
        match shown {
            Shown::Expired => leaf.options = PAST,
            Shown::NotYetValid => leaf.options = FUTURE,
            Shown::WrongName => {
                leaf.subject = "/O=Acme/CN=other.example";
                leaf.names = "DNS:other.example,DNS:*.other.example";
            }
            Shown::UnknownRoot | Shown::UnknownWithRoot => by = &foreign_issuing,
            Shown::ClientAuth => leaf.usage = "clientAuth",
            Shown::Good | Shown::NoIntermediate | Shown::SelfSigned => {}
        }
        let base = dir.join(format!("server-{shown:?}"));
        let (cert, key) = if shown == Shown::SelfSigned {
            leaf.self_signed(&base)
        } else {
            by.sign(&leaf, &base)
        };
        let issuers = match shown {
            Shown::NoIntermediate | Shown::SelfSigned => String::new(),
            Shown::UnknownWithRoot => read(&by.cert) + &read(&foreign.cert),
            _ => read(&by.cert),
        };
        let chain = read(&cert) + &issuers;
        if !issuers.is_empty() {
            write(&base.with_extension("issuers"), &issuers);
        }
        write(&base.with_extension("crt"), &chain);
        write(&base.with_extension("pem"), &(read(&key) + &chain));
    }
}

fn clients(dir: &Path) {
    let top = "/C=NL/O=Partner CA/CN=Partner Root CA G2";
    let middle = "/C=NL/O=Partner CA/CN=Partner Client CA 3";
    let root = Authority::root(dir, "client-root", top);
    let issuing = root.issuing("client-issuing", middle, "");
    let lower = issuing.issuing(
        "client-lower",
        "/C=NL/O=Partner CA/CN=Partner Devices CA",
        "",
    );
    let old = root.issuing(
        "client-old",
        "/C=NL/O=Partner CA/CN=Partner Client CA 1",
        PAST,
    );
    let web = root.issuing(
        "client-web",
        "/C=NL/O=Partner CA/CN=Partner Web CA 1",
        "-extensions web",
    );
    let foreign = Authority::root(dir, "stranger-root", "/C=DE/O=Stranger/CN=Stranger Global");
    let foreign_issuing = foreign.issuing(
        "stranger-issuing",
        "/C=DE/O=Stranger/CN=Stranger Issuing 1",
        "",
    );
    let namesake =
        Authority::root(dir, "namesake-root", top).issuing("namesake-issuing", middle, "");
    let good = Leaf {
        subject: "/C=NL/O=Acme/CN=api.acme.example",
        names: "DNS:api.acme.example",
        usage: "clientAuth",
        ..Leaf::default()
    };
    for &client in Client::ALL {
        let mut leaf = good;
        let mut by = &issuing;
        match client {
            Client::None => continue,
            Client::GoodRsa => leaf.key = "RSA -pkeyopt rsa_keygen_bits:2048",
            Client::GoodEd25519 => leaf.key = "ED25519",
            Client::GoodDeep | Client::UpperMissing => by = &lower,
            Client::NoEku => leaf.usage = "",
            Client::ForeignChain | Client::ForeignWithRoot => by = &foreign_issuing,
            Client::ForeignDirect => by = &foreign,
            Client::Expired => leaf.options = PAST,
            Client::NotYetValid => leaf.options = FUTURE,
            Client::ServerAuth => leaf.usage = "serverAuth",
            Client::ExpiredIssuer => by = &old,
            Client::IssuerForServers => by = &web,
            Client::AnyUsage => leaf.usage = "anyExtendedKeyUsage",
            Client::NoSignature => {
                leaf.key = "RSA -pkeyopt rsa_keygen_bits:2048";
                leaf.more = "keyUsage=critical,keyEncipherment";
            }
            Client::ShortKey => leaf.key = "RSA -pkeyopt rsa_keygen_bits:1024",
            Client::OldDigest => leaf.options = "-md sha1",
            Client::StrangeExtension => {
                leaf.more = "1.3.6.1.4.1.99999.1=critical,ASN1:UTF8:strange";
            }
            Client::Namesake => by = &namesake,
            Client::GoodEc
            | Client::LeafOnly
            | Client::SelfSigned
            | Client::Revoked
            | Client::Mismatched => {}
        }
        let base = dir.join(format!("client-{client:?}"));
        let (cert, mut key) = if client == Client::SelfSigned {
            leaf.self_signed(&base)
        } else {
            by.sign(&leaf, &base)
        };
        let mut chain = read(&cert);
        match client {
            Client::LeafOnly | Client::ForeignDirect | Client::SelfSigned => {}
            Client::ForeignWithRoot => chain += &(read(&by.cert) + &read(&foreign.cert)),
            Client::GoodDeep => chain += &(read(&lower.cert) + &read(&issuing.cert)),
            _ => chain += &read(&by.cert),
        }
        if client == Client::Revoked {
            by.ca("-crl_reason keyCompromise", &[("-revoke", &cert)]);
        }
        if client == Client::Mismatched {
            key = dir.join("client-GoodEc.key");
        }
        write(&base.with_extension("pem"), &(read(&key) + &chain));
    }
    let (mut lists, mut stale) = (String::new(), String::new());
    for authority in [&root, &issuing, &lower, &old, &web] {
        lists += &authority.revocation_list("");
        stale += &authority
            .revocation_list("-crl_lastupdate 20220301000000Z -crl_nextupdate 20220401000000Z");
    }
    let root = read(&root.cert);
    let its = lists.split_inclusive("-----END X509 CRL-----\n").next();
    for (name, text) in [
        ("client-crls", lists.clone()),
        ("stale-crls", stale.clone()),
        ("client-root-and-crls", root.clone() + &lists),
        ("client-root-and-stale-crls", root.clone() + &stale),
        (
            "client-root-and-its-crl",
            root.clone() + its.unwrap_or_default(),
        ),
    ] {
        write(&dir.join(name).with_extension("pem"), &text);
    }
}

// `openssl ca`'s way to write a time span.
const PAST: &str = "-startdate 20220301000000Z -enddate 20230301000000Z";
const FUTURE: &str = "-startdate 20910301000000Z -enddate 20920301000000Z";

/// What a certificate below an authority says.
#[derive(Clone, Copy)]
struct Leaf {
    subject: &'static str,
    names: &'static str,
    /// Extended key usage; none where empty.
    usage: &'static str,
    /// One more extension, or one instead of the usual.
    more: &'static str,
    /// How `openssl ca` is to sign.
    options: &'static str,
    /// As `openssl genpkey -algorithm` takes it.
    key: &'static str,
}

impl Default for Leaf {
    fn default() -> Self {
        Self {
            subject: "",
            names: "",
            usage: "",
            more: "",
            options: "",
            key: EC,
        }
    }
}

const EC: &str = "EC -pkeyopt ec_paramgen_curve:P-256";

impl Leaf {
    fn extensions(&self) -> String {
        let mut text = String::from(
            "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        );
        let _ = writeln!(text, "subjectAltName={}\n{}", self.names, self.more);
        if !self.more.starts_with("keyUsage") {
            text += "keyUsage=critical,digitalSignature\n";
        }
        if !self.usage.is_empty() {
            let _ = writeln!(text, "extendedKeyUsage={}", self.usage);
        }
        text
    }

    fn self_signed(&self, base: &Path) -> (PathBuf, PathBuf) {
        let key = new_key(base, self.key);
        let cert = base.with_extension("leaf");
        let config = base.with_extension("cnf");
        let extensions = self
            .extensions()
            .replace("authorityKeyIdentifier=keyid\n", "");
        write(
            &config,
            &format!("[req]\ndistinguished_name=dn\n[dn]\n[leaf]\n{extensions}"),
        );
        openssl(
            "req -x509 -new -days 365 -extensions leaf",
            &[("-config", &config), ("-key", &key), ("-out", &cert)],
            &["-subj", self.subject],
        );
        (cert, key)
    }
}

struct Authority {
    dir: PathBuf,
    cert: PathBuf,
}

impl Authority {
    fn root(dir: &Path, name: &str, subject: &str) -> Self {
        let this = Self::folder(&dir.join(name));
        let key = new_key(&this.cert, EC);
        openssl(
            "req -x509 -new -days 3650 -extensions root",
            &[
                ("-config", &this.config()),
                ("-key", &key),
                ("-out", &this.cert),
            ],
            &["-subj", subject],
        );
        this
    }

    /// A subordinate authority, in a folder beside this one.
    fn issuing(&self, name: &str, subject: &str, options: &str) -> Self {
        let this = Self::folder(&self.dir.with_file_name(name));
        let key = new_key(&this.cert, EC);
        let request = request(&this.cert, &key, subject, &this.config());
        self.ca(
            &format!("-batch -notext -preserveDN -extensions issuing {options}"),
            &[("-in", &request), ("-out", &this.cert)],
        );
        this
    }

    fn folder(dir: &Path) -> Self {
        std::fs::create_dir(dir).expect("a folder");
        write(&dir.join("index.txt"), "");
        write(
            &dir.join("ca.cnf"),
            &format!(
                "[ca]\ndefault_ca=this\n\
                 [this]\ndir={}\ndatabase=$dir/index.txt\nnew_certs_dir=$dir\ncertificate=$dir/ca.crt\n\
                 private_key=$dir/ca.key\nrand_serial=yes\ndefault_md=sha256\ndefault_days=365\n\
                 default_crl_days=365\npolicy=any\nunique_subject=no\n\
                 [any]\ncountryName=optional\norganizationName=optional\ncommonName=supplied\n\
                 [req]\ndistinguished_name=dn\n[dn]\n\
                 [root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                 subjectKeyIdentifier=hash\n\
                 [issuing]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                 subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n\
                 [web]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                 extendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
                dir.display()
            ),
        );
        Self {
            dir: dir.to_owned(),
            cert: dir.join("ca.crt"),
        }
    }

    fn config(&self) -> PathBuf {
        self.dir.join("ca.cnf")
    }

    /// Certificate and key, at `base` with extensions of their own.
    fn sign(&self, leaf: &Leaf, base: &Path) -> (PathBuf, PathBuf) {
        let key = new_key(base, leaf.key);
        let request = request(base, &key, leaf.subject, &self.config());
        let cert = base.with_extension("leaf");
        let extensions = base.with_extension("ext");
        write(&extensions, &leaf.extensions());
        self.ca(
            &format!("-batch -notext -preserveDN {}", leaf.options),
            &[
                ("-extfile", &extensions),
                ("-in", &request),
                ("-out", &cert),
            ],
        );
        (cert, key)
    }

    fn revocation_list(&self, options: &str) -> String {
        let list = self.dir.join("crl.pem");
        self.ca(&format!("-gencrl {options}"), &[("-out", &list)]);
        read(&list)
    }

    fn ca(&self, words: &str, files: &[(&str, &Path)]) {
        let config = self.config();
        let mut all = vec![("-config", config.as_path())];
        all.extend(files);
        openssl(&format!("ca {words}"), &all, &[]);
    }
}

fn new_key(base: &Path, algorithm: &str) -> PathBuf {
    let key = base.with_extension("key");
    openssl(
        &format!("genpkey -algorithm {algorithm}"),
        &[("-out", &key)],
        &[],
    );
    key
}

fn request(base: &Path, key: &Path, subject: &str, config: &Path) -> PathBuf {
    let request = base.with_extension("csr");
    openssl(
        "req -new",
        &[("-config", config), ("-key", key), ("-out", &request)],
        &["-subj", subject],
    );
    request
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
