//! Identities to write and read: a root, an intermediate, and a leaf with a key of each kind.

use std::sync::atomic::{AtomicUsize, Ordering};

use fullcert::decode::{self, Decoded, Passwords, Wanted};
use fullcert::encode::pem;
use fullcert::error::{DecodeError, SecretError};
use fullcert::identity::Identity;
use fullcert::material::{Certificate, Item, PrivateKey};
use fullcert::secret::Secret;
use fullcert::source::{Origin, Source};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use zeroize::Zeroizing;

use crate::support::Place;

/// The kinds of key that every format must carry.
pub const KINDS: [&str; 4] = ["rsa", "p256", "p384", "ed25519"];

pub fn origin() -> Origin {
    Origin::file("made-by-the-test")
}

pub fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

pub fn key(kind: &str) -> PKey<Private> {
    let curve = |nid| {
        let group = EcGroup::from_curve_name(nid).unwrap();
        PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
    };
    match kind {
        "rsa" => PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(),
        "p256" => curve(Nid::X9_62_PRIME256V1),
        "p384" => curve(Nid::SECP384R1),
        "p521" => curve(Nid::SECP521R1),
        "ed25519" => PKey::generate_ed25519().unwrap(),
        "ed448" => PKey::generate_ed448().unwrap(),
        other => panic!("no such kind: {other}"),
    }
}

/// A certificate for `key`, signed by `issuer` or by itself.
pub fn certificate(
    name: &str,
    key: &PKey<Private>,
    issuer: Option<(&X509, &PKey<Private>)>,
    ca: bool,
) -> X509 {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("O", "Acme & Söhne").unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_slice(&openssl::sha::sha1(name.as_bytes())[..8]).unwrap();
    builder
        .set_serial_number(&serial.to_asn1_integer().unwrap())
        .unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder
        .set_issuer_name(issuer.map_or(&subject, |(issuer, _)| issuer.subject_name()))
        .unwrap();
    builder.set_pubkey(key).unwrap();
    builder
        .set_not_before(&Asn1Time::days_from_now(0).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::days_from_now(365).unwrap())
        .unwrap();
    if ca {
        builder
            .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
            .unwrap();
    } else {
        builder
            .append_extension(
                ExtendedKeyUsage::new()
                    .client_auth()
                    .server_auth()
                    .build()
                    .unwrap(),
            )
            .unwrap();
        let san = SubjectAlternativeName::new()
            .dns("localhost")
            .build(&builder.x509v3_context(issuer.map(|(issuer, _)| &**issuer), None))
            .unwrap();
        builder.append_extension(san).unwrap();
    }
    let signer = issuer.map_or(key, |(_, key)| key);
    let digest = if matches!(signer.id(), Id::ED25519 | Id::ED448) {
        MessageDigest::null()
    } else {
        MessageDigest::sha256()
    };
    builder.sign(signer, digest).unwrap();
    builder.build()
}

pub fn material(x509: &X509) -> Certificate {
    Certificate::from_der(&x509.to_der().unwrap(), origin()).unwrap()
}

/// A whole small PKI around one leaf key.
pub struct Pki {
    pub identity: Identity,
    pub root: Certificate,
    issuer: (X509, PKey<Private>),
}

pub fn pki(kind: &str) -> Pki {
    // Java finds a chain by names: no two CAs may share one.
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let root_key = key("p256");
    let root = certificate(&format!("Root {number}"), &root_key, None, true);
    let intermediate_key = key("p256");
    let intermediate = certificate(
        &format!("Intermediate {number}"),
        &intermediate_key,
        Some((&root, &root_key)),
        true,
    );
    let leaf_key = key(kind);
    let leaf = certificate(
        &format!("client {kind}"),
        &leaf_key,
        Some((&intermediate, &intermediate_key)),
        false,
    );
    let identity = Identity::new(
        PrivateKey::new(leaf_key, origin()).unwrap(),
        material(&leaf),
        vec![material(&intermediate)],
    )
    .unwrap();
    Pki {
        identity,
        root: material(&root),
        issuer: (root, root_key),
    }
}

impl Pki {
    /// An identity for a server called localhost, issued by the root.
    pub fn server(&self) -> Identity {
        let key = key("p256");
        let (root, root_key) = &self.issuer;
        let certificate = certificate("localhost", &key, Some((root, root_key)), false);
        let key = PrivateKey::new(key, origin()).unwrap();
        Identity::new(key, material(&certificate), Vec::new()).unwrap()
    }

    /// Puts key.pem, leaf.pem, chain.pem (the intermediate), root.pem and key.der where judges find them.
    pub fn lay_out(&self, place: &Place) {
        let identity = &self.identity;
        place.write("key.pem", pem::key(identity.key(), None).unwrap());
        place.write("key.der", pkcs8(identity.key()));
        place.write("leaf.pem", pem::certificates([identity.leaf()]).unwrap());
        place.write("chain.pem", pem::certificates(identity.issuers()).unwrap());
        place.write("root.pem", pem::certificates([&self.root]).unwrap());
        place.write("whole.pem", pem::certificates(identity.chain()).unwrap());
    }
}

/// The key's `PrivateKeyInfo`, to be compared byte for byte.
pub fn pkcs8(key: &PrivateKey) -> Vec<u8> {
    key.pkey().private_key_to_pkcs8().unwrap()
}

/// Answers with the same passwords whatever is asked.
pub struct Given {
    pub store: Option<Secret>,
    pub key: Option<Secret>,
}

impl Passwords for Given {
    fn password(&mut self, wanted: Wanted, _: &Origin) -> Result<Option<Secret>, SecretError> {
        Ok(match wanted {
            Wanted::Store => self.store.clone(),
            Wanted::Key => self.key.clone(),
        })
    }
}

/// Decodes with a store password, or with none.
pub fn open(bytes: &[u8], password: Option<&str>) -> Result<Decoded, DecodeError> {
    open_with(bytes, password, None)
}

/// As [`open`], with a password of its own for the keys.
pub fn open_with(
    bytes: &[u8],
    store: Option<&str>,
    key: Option<&str>,
) -> Result<Decoded, DecodeError> {
    let source = Source {
        origin: origin(),
        bytes: Zeroizing::new(bytes.to_vec()),
    };
    let mut given = Given {
        store: store.map(secret),
        key: key.map(secret),
    };
    decode::decode(&source, &mut given)
}

/// The private keys found, each with its alias.
pub fn keys(decoded: &Decoded) -> Vec<(Option<&str>, &PrivateKey)> {
    decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Key(key) => Some((object.alias.as_deref(), key)),
            _ => None,
        })
        .collect()
}

/// The certificates found, each with its alias.
pub fn certificates(decoded: &Decoded) -> Vec<(Option<&str>, &Certificate)> {
    decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Certificate(certificate) => Some((object.alias.as_deref(), certificate)),
            _ => None,
        })
        .collect()
}

/// Asserts that exactly this identity was found: the key byte for byte, and its certificates in any order.
pub fn assert_holds(decoded: &Decoded, identity: &Identity, what: &str) {
    let keys = keys(decoded);
    assert_eq!(keys.len(), 1, "{what}: {decoded:?}");
    assert!(
        pkcs8(keys[0].1) == pkcs8(identity.key()),
        "{what}: the key differs"
    );
    let mut found: Vec<_> = certificates(decoded)
        .iter()
        .map(|(_, certificate)| certificate.sha256().to_owned())
        .collect();
    let mut meant: Vec<_> = identity
        .chain()
        .map(|certificate| certificate.sha256().to_owned())
        .collect();
    found.sort();
    meant.sort();
    assert_eq!(found, meant, "{what}");
}
