//! Makes it: the authorities, what they sign, and what they take back.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Client, Shown, openssl, read, write};

/// Everything, into one folder.
pub fn all(dir: &Path) {
    std::thread::scope(|scope| {
        scope.spawn(|| servers(dir));
        scope.spawn(|| clients(dir));
    });
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
    let old = root.issuing(
        "server-old",
        "/O=Harbour Trust/CN=Harbour Trust TLS CA 0",
        PAST,
    );
    let narrow = root.issuing(
        "server-narrow",
        "/O=Harbour Trust/CN=Harbour Trust Narrow CA",
        "-extensions narrow",
    );
    let none = root.issuing(
        "server-none",
        "/O=Harbour Trust/CN=harbour.example",
        "-extensions none",
    );
    for &shown in Shown::ALL.iter().chain(Shown::ODD) {
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
            Shown::ExpiredIssuer => by = &old,
            Shown::ShortKey => leaf.key = "RSA -pkeyopt rsa_keygen_bits:1024",
            Shown::OldDigest => leaf.options = "-md sha1",
            Shown::StrangeExtension => {
                leaf.more = "1.3.6.1.4.1.99999.1=critical,ASN1:UTF8:strange";
            }
            Shown::NotByACa => by = &none,
            Shown::OutsideNames => by = &narrow,
            Shown::NameInSubject => leaf.names = "email:host@acme.example",
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
    let narrow = root.issuing(
        "client-narrow",
        "/C=NL/O=Partner CA/CN=Partner Narrow CA 1",
        "-extensions narrow",
    );
    let none = root.issuing(
        "client-none",
        "/C=NL/O=Partner CA/CN=partner.example",
        "-extensions none",
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
            Client::OutsideNames => by = &narrow,
            Client::NotByACa => by = &none,
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
        let issuers = &chain[read(&cert).len()..];
        if !issuers.is_empty() {
            write(&base.with_extension("issuers"), issuers);
        }
    }
    let (mut lists, mut stale) = (String::new(), String::new());
    for authority in [&root, &issuing, &lower, &old, &web, &narrow] {
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
                 extendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n\
                 [narrow]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                 nameConstraints=critical,permitted;DNS:partner.example\n\
                 subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n\
                 [none]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                 subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
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
