//! Certificates with exactly one thing wrong, made with libcrypto and none of the program's own code.

#![allow(
    deprecated,
    reason = "extensions as OpenSSL's configuration writes them are what can express every deviation"
)]

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::BigNum;
use openssl::conf::{Conf, ConfMethod};
use openssl::dsa::Dsa;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509NameBuilder};

/// The moment all of it is made for: the start of this run, for not every judge can be told another.
pub fn now() -> i64 {
    static NOW: OnceLock<i64> = OnceLock::new();
    *NOW.get_or_init(|| {
        let since = std::time::UNIX_EPOCH.elapsed().expect("a clock after 1970");
        i64::try_from(since.as_secs()).expect("a clock before the end of time")
    })
}

const DAY: i64 = 86_400;

/// How a certificate is to be.
#[derive(Clone)]
pub struct Spec {
    pub name: &'static str,
    /// `p256`, `rsa2048`, `ed25519`, …
    pub key: &'static str,
    pub digest: &'static str,
    /// Days from [`now`].
    pub from: i64,
    pub to: i64,
    pub version: i32,
    pub serial: i64,
    /// Name and value, as OpenSSL's configuration has them; a dotted name takes hexadecimal DER.
    pub extensions: Vec<(&'static str, String)>,
    pub key_ids: bool,
}

impl Spec {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            key: "p256",
            digest: "sha256",
            from: -30,
            to: 300,
            version: 3,
            serial: 0x1234_5678_9abc_def0,
            extensions: Vec::new(),
            key_ids: true,
        }
    }

    pub fn ca(name: &'static str) -> Self {
        Self::new(name)
            .with("basicConstraints", "critical,CA:TRUE")
            .with("keyUsage", "critical,keyCertSign,cRLSign")
    }

    pub fn leaf(name: &'static str) -> Self {
        Self::new(name)
            .with("basicConstraints", "critical,CA:FALSE")
            .with("keyUsage", "critical,digitalSignature")
            .with("extendedKeyUsage", "clientAuth,serverAuth")
            .with("subjectAltName", "DNS:api.example.com")
    }

    /// Sets an extension; an empty value takes it away.
    pub fn with(mut self, extension: &'static str, value: &str) -> Self {
        self.extensions.retain(|(name, _)| *name != extension);
        if !value.is_empty() {
            self.extensions.push((extension, value.to_owned()));
        }
        self
    }

    pub fn private_key(&self) -> PKey<Private> {
        key(self.key, self.name)
    }

    fn x509_name(&self) -> X509Name {
        let mut name = X509NameBuilder::new().expect("a name");
        for part in self.name.split('/').filter(|part| !part.is_empty()) {
            let (keyword, value) = part.split_once('=').unwrap_or(("CN", part));
            name.append_entry_by_text(keyword, value).expect("a name");
        }
        name.build()
    }

    /// Signed by `issuer`.
    pub fn by(&self, issuer: &Self) -> X509 {
        let mut builder = X509Builder::new().expect("a builder");
        builder.set_version(self.version - 1).expect("version");
        let mut serial =
            BigNum::from_dec_str(&self.serial.unsigned_abs().to_string()).expect("a number");
        serial.set_negative(self.serial < 0);
        builder
            .set_serial_number(&Asn1Integer::from_bn(&serial).expect("a number"))
            .expect("serial");
        builder
            .set_subject_name(&self.x509_name())
            .expect("subject");
        builder
            .set_issuer_name(&issuer.x509_name())
            .expect("issuer");
        builder.set_pubkey(&self.private_key()).expect("key");
        let day = |days: i64| Asn1Time::from_unix(now() + days * DAY).expect("a time");
        builder.set_not_before(&day(self.from)).expect("time");
        builder.set_not_after(&day(self.to)).expect("time");
        if self.version == 3 {
            for (name, value) in &self.extensions {
                let extension = extension(&builder, name, value);
                builder.append_extension(extension).expect("extension");
            }
            if self.key_ids {
                self.add_key_ids(&mut builder, issuer);
            }
        }
        let digest = match self.digest {
            // Edwards keys bring their own.
            _ if issuer.key.starts_with("ed") => MessageDigest::null(),
            name => MessageDigest::from_name(name).expect("a digest"),
        };
        builder
            .sign(&issuer.private_key(), digest)
            .expect("signing");
        builder.build()
    }

    fn add_key_ids(&self, builder: &mut X509Builder, issuer: &Self) {
        let own = extension(builder, "subjectKeyIdentifier", "hash");
        builder.append_extension(own).expect("extension");
        if self.name != issuer.name {
            let holder = issuer.holder();
            let theirs = {
                let context = builder.x509v3_context(Some(&holder), None);
                X509Extension::new(
                    None,
                    Some(&context),
                    "authorityKeyIdentifier",
                    "keyid:always",
                )
                .expect("extension")
            };
            builder.append_extension(theirs).expect("extension");
        }
    }

    /// Something that carries this one's key identifier.
    fn holder(&self) -> X509 {
        let mut builder = X509Builder::new().expect("a builder");
        builder.set_version(2).expect("version");
        builder
            .set_subject_name(&self.x509_name())
            .expect("subject");
        builder.set_pubkey(&self.private_key()).expect("key");
        let own = extension(&builder, "subjectKeyIdentifier", "hash");
        builder.append_extension(own).expect("extension");
        let signer = key("p256", "anybody");
        builder
            .sign(&signer, MessageDigest::sha256())
            .expect("signing");
        builder.build()
    }
}

fn extension(builder: &X509Builder, name: &str, value: &str) -> X509Extension {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        let (critical, hex) = match value.strip_prefix("critical,") {
            Some(hex) => (true, hex),
            None => (false, value),
        };
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        let object = Asn1Object::from_str(name).expect("an identifier");
        let content = Asn1OctetString::new_from_bytes(&bytes).expect("octets");
        return X509Extension::new_from_der(&object, critical, &content).expect("extension");
    }
    // Some extensions want a configuration, be it an empty one.
    let configuration = Conf::new(ConfMethod::default()).expect("a configuration");
    let context = builder.x509v3_context(None, Some(&configuration));
    X509Extension::new(Some(&configuration), Some(&context), name, value)
        .unwrap_or_else(|error| panic!("{name}={value}: {error}"))
}

type Keys = HashMap<(&'static str, &'static str), PKey<Private>>;

/// The key of a kind that belongs to a name; made once.
fn key(kind: &'static str, name: &'static str) -> PKey<Private> {
    static KEYS: OnceLock<Mutex<Keys>> = OnceLock::new();
    let mut keys = KEYS
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    keys.entry((kind, name))
        .or_insert_with(|| generate(kind))
        .clone()
}

fn generate(kind: &str) -> PKey<Private> {
    let curve = |nid| {
        let group = EcGroup::from_curve_name(nid).expect("a curve");
        PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
    };
    match kind {
        "p224" => curve(Nid::SECP224R1),
        "p256" => curve(Nid::X9_62_PRIME256V1),
        "p384" => curve(Nid::SECP384R1),
        "p521" => curve(Nid::SECP521R1),
        "secp256k1" => curve(Nid::SECP256K1),
        "ed25519" => PKey::generate_ed25519().expect("a key"),
        "ed448" => PKey::generate_ed448().expect("a key"),
        "dsa2048" => PKey::from_dsa(Dsa::generate(2048).expect("a key")).expect("a key"),
        rsa => {
            let bits = rsa
                .strip_prefix("rsa")
                .and_then(|bits| bits.parse().ok())
                .expect("a kind of key");
            let key = PKey::from_rsa(Rsa::generate(bits).expect("a key")).expect("a key");
            assert_eq!(key.id(), Id::RSA);
            key
        }
    }
}
