//! Owns the seeds: a small file of every format that is read, made by the program's own writers where it has one.

mod der;
mod java;
mod wrap;

pub use wrap::{archive, digested, unlocked};

use fullcert::encode::pem::{self, armour};
use fullcert::encode::{Entry, jks, pkcs7, pkcs8, pkcs12};
use fullcert::generate::{Authority, KeyType, Purpose, Validity, dns, key, request, subject};
use fullcert::identity::Identity;
use fullcert::material::{PrivateKey, Request, Time};
use fullcert::secret::Secret;
use openssl::dsa::Dsa;
use openssl::ec::EcKey;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::symm::Cipher;

use crate::PASSWORD;

use der::{element, indefinite, oid, sequence};

/// As few as the writers allow: a fuzzer's time is for reading.
const ITERATIONS: u32 = 1_000;

/// Target, name, content.
#[must_use]
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let made = Made::new();
    let mut seeds = Vec::new();
    for (target, files) in [
        ("pem", made.pem()),
        ("der", made.der()),
        ("key", made.key()),
        ("pkcs7", made.pkcs7()),
        ("pkcs12", made.pkcs12()),
        ("safe", made.safe()),
        ("jks", made.jks()),
        ("zip", made.zip()),
    ] {
        for (name, bytes) in files {
            let whole = match target {
                "safe" => unlocked(&bytes),
                "jks" => digested(&bytes),
                _ => bytes.clone(),
            };
            seeds.push(("sniff", format!("{target}-{name}"), whole));
            seeds.push((target, name.to_owned(), bytes));
        }
    }
    for (name, text) in [
        ("page", "<!DOCTYPE html><html><body>Sign in</body></html>"),
        ("jwk", r#"{"kty":"EC","crv":"P-256"}"#),
        (
            "jwks",
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
        ),
        ("ppk", "PuTTY-User-Key-File-3: ssh-rsa\n"),
        ("ssh", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here\n"),
    ] {
        seeds.push(("sniff", name.to_owned(), text.as_bytes().to_vec()));
    }
    seeds
}

type Files = Vec<(&'static str, Vec<u8>)>;

/// A small PKI.
struct Made {
    authority: Authority,
    request: Request,
    identity: Identity,
    rsa: Rsa<Private>,
    ec: EcKey<Private>,
}

impl Made {
    fn new() -> Self {
        let now = Time::from_unix(1_767_225_600);
        let authority = Authority::new("Seed", KeyType::P256, now).expect("a CA");
        let private = key(KeyType::P256).expect("a key");
        let subject = subject("CN=seed,O=Acme,C=NL").expect("a name");
        let sans = [dns("seed.example").expect("a name")];
        let request = request(&private, &subject, &sans).expect("a request");
        let issued = authority
            .issue(&request, &[Purpose::Client], Validity::days(now, 90))
            .expect("a certificate");
        let ec = private.pkey().ec_key().expect("a curve");
        let issuers = vec![authority.issuing().clone()];
        Self {
            identity: Identity::new(private, issued.certificate, issuers).expect("an identity"),
            authority,
            request,
            rsa: Rsa::generate(512).expect("a small key"),
            ec,
        }
    }

    fn leaf(&self) -> &[u8] {
        self.identity.leaf().der()
    }

    fn pem(&self) -> Files {
        let whole = pem::fullcert(&self.identity, None).expect("PEM");
        let text = String::from_utf8(whole.clone()).expect("ASCII");
        let leaf = String::from_utf8(armour("CERTIFICATE", self.leaf())).expect("ASCII");
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(leaf.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let legacy = |pem: Result<Vec<u8>, _>| pem.expect("a locked key");
        let secret = PASSWORD.as_bytes();
        vec![
            ("whole", whole),
            ("windows", text.replace('\n', "\r\n").into_bytes()),
            ("quoted", text.replace('\n', "\n> ").into_bytes()),
            ("escaped", leaf.replace('\n', "\\n").into_bytes()),
            ("dashes", leaf.replace("-----", "\u{2014}\u{2013}").into_bytes()),
            ("utf16", utf16),
            ("bare", leaf.lines().filter(|line| !line.starts_with('-')).collect::<String>().into_bytes()),
            ("named", format!("Bag Attributes\n    friendlyName: me\n    localKeyID: 01 02\nsubject=CN = seed\n{text}").into_bytes()),
            ("locked-rsa", legacy(self.rsa.private_key_to_pem_passphrase(Cipher::aes_128_cbc(), secret))),
            ("locked-ec", legacy(self.ec.private_key_to_pem_passphrase(Cipher::des_ede3_cbc(), secret))),
            ("lying", armour("RSA PRIVATE KEY", &pkcs8_of(self.identity.key()))),
            ("p7b", pkcs7::pem(self.identity.chain()).expect("PKCS#7")),
            ("curve", [
                armour("EC PARAMETERS", &oid("1.2.840.10045.3.1.7")),
                armour("EC PRIVATE KEY", &self.ec.private_key_to_der().expect("SEC 1")),
                armour("TRUSTED CERTIFICATE", &[self.leaf(), &sequence(&[])].concat()),
                armour("X509 CRL", &self.crl()),
                armour("NEW CERTIFICATE REQUEST", self.request.der()),
                armour("PGP MESSAGE", b"not ours"),
            ].concat()),
        ]
    }

    fn der(&self) -> Files {
        let path: Vec<u8> = self
            .identity
            .chain()
            .flat_map(|one| one.der().to_vec())
            .collect();
        vec![
            ("certificate", self.leaf().to_vec()),
            ("root", self.authority.root().der().to_vec()),
            ("several", path.clone()),
            ("path", element(0x30, &path)),
            ("request", self.request.der().to_vec()),
            ("crl", self.crl()),
            ("spki", self.identity.leaf().spki().to_vec()),
            (
                "pkcs1-public",
                self.rsa.public_key_to_der_pkcs1().expect("PKCS#1"),
            ),
            ("ber", indefinite(self.leaf())),
        ]
    }

    fn key(&self) -> Files {
        let secret = Secret::new(PASSWORD.to_owned());
        let pkcs8 = |pkey: PKey<Private>| pkey.private_key_to_pkcs8().expect("PKCS#8");
        let locked = pkcs8::encrypted_der(self.identity.key(), &secret, ITERATIONS);
        vec![
            ("p256", pkcs8_of(self.identity.key())),
            (
                "rsa",
                pkcs8(PKey::from_rsa(self.rsa.clone()).expect("a key")),
            ),
            ("ed25519", pkcs8(PKey::generate_ed25519().expect("a key"))),
            ("x448", pkcs8(PKey::generate_x448().expect("a key"))),
            (
                "dsa",
                pkcs8(PKey::from_dsa(Dsa::generate(512).expect("a key")).expect("a key")),
            ),
            ("pkcs1", self.rsa.private_key_to_der().expect("PKCS#1")),
            ("sec1", self.ec.private_key_to_der().expect("SEC 1")),
            ("pbes2", locked.expect("a locked key")),
            ("scrypt", scrypt(&pkcs8_of(self.identity.key()))),
        ]
    }

    fn pkcs7(&self) -> Files {
        let certificates = pkcs7::der(self.identity.chain()).expect("PKCS#7");
        let empty = sequence(&[]);
        let with_crl = sequence(&[
            &oid("1.2.840.113549.1.7.2"),
            &element(
                0xa0,
                &sequence(&[
                    &[2, 1, 1],
                    &element(0x31, &[]),
                    &sequence(&[&oid("1.2.840.113549.1.7.1")]),
                    &element(0xa0, &[self.leaf(), &element(0xa1, &empty)].concat()),
                    &element(0xa1, &self.crl()),
                    &element(0x31, &[]),
                ]),
            ),
        ]);
        let netscape = sequence(&[
            &oid("2.16.840.1.113730.2.5"),
            &element(0xa0, &sequence(&[self.leaf()])),
        ]);
        vec![
            ("ber", indefinite(&certificates)),
            ("certificates", certificates),
            ("crl", with_crl),
            ("netscape", netscape),
        ]
    }

    fn pkcs12(&self) -> Files {
        let write = |profile| {
            pkcs12::write(
                &self.entries(),
                &Secret::new(PASSWORD.to_owned()),
                profile,
                ITERATIONS,
            )
            .expect("PKCS#12")
        };
        let modern = write(pkcs12::Profile::Modern);
        vec![
            ("ber", indefinite(&modern)),
            ("modern", modern),
            ("legacy", write(pkcs12::Profile::Legacy)),
            ("pbmac1", write(pkcs12::Profile::Pbmac1)),
        ]
    }

    /// One bag of every type, with attributes.
    fn safe(&self) -> Files {
        let bag = |number: u8, value: &[u8], attributes: &[u8]| {
            let kind = oid(&format!("1.2.840.113549.1.12.10.1.{number}"));
            sequence(&[&kind, &element(0xa0, value), &element(0x31, attributes)])
        };
        let wrapped =
            |kind: &str, der: &[u8]| sequence(&[&oid(kind), &element(0xa0, &element(4, der))]);
        let attribute = |kind: &str, value: &[u8]| sequence(&[&oid(kind), &element(0x31, value)]);
        let name: Vec<u8> = "seed".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let name = attribute("1.2.840.113549.1.9.20", &element(0x1e, &name));
        let id = attribute("1.2.840.113549.1.9.21", &element(4, &[7]));
        let trusted = attribute("2.16.840.1.113894.746875.1.1", &oid("2.5.29.37.0"));
        let pair = [name, id].concat();
        let secret = Secret::new(PASSWORD.to_owned());
        let locked =
            pkcs8::encrypted_der(self.identity.key(), &secret, ITERATIONS).expect("a locked key");
        let open = bag(1, &pkcs8_of(self.identity.key()), &pair);
        let leaf = bag(3, &wrapped("1.2.840.113549.1.9.22.1", self.leaf()), &pair);
        let root = bag(
            3,
            &wrapped("1.2.840.113549.1.9.22.1", self.authority.root().der()),
            &trusted,
        );
        let crl = bag(4, &wrapped("1.2.840.113549.1.9.23.1", &self.crl()), &[]);
        let sealed = bag(5, &wrapped("1.2.840.113549.1.12.10.1.2", &locked), &[]);
        let inner = bag(6, &sequence(&[&root]), &[]);
        let whole = sequence(&[&bag(2, &locked, &pair), &leaf, &crl, &sealed, &inner]);
        vec![
            ("ber", indefinite(&whole)),
            ("every", whole),
            ("open", sequence(&[&open, &leaf])),
        ]
    }

    /// Without the digest, which the target appends.
    fn jks(&self) -> Files {
        let write = |kind| {
            let secret = Secret::new(PASSWORD.to_owned());
            let mut bytes = jks::write(kind, &self.entries(), &secret, None, Time::from_unix(0))
                .expect("a keystore");
            bytes.truncate(bytes.len() - 20);
            bytes
        };
        let mut jceks = write(jks::Kind::Jceks);
        // The key stays locked, and costs next to nothing.
        let stated = [2, 3, 3, 0x0d, 0x40];
        let at = jceks
            .windows(5)
            .position(|five| five == stated)
            .expect("200,000 iterations");
        jceks[at + 2..at + 5].copy_from_slice(&[0, 0, 1]);
        vec![
            ("jks", write(jks::Kind::Jks)),
            ("jceks", jceks),
            ("secret", java::secret_key()),
        ]
    }

    fn zip(&self) -> Files {
        let chain = pem::certificates(self.identity.issuers()).expect("PEM");
        let members = [
            ("leaf.crt", self.leaf()),
            ("chain/ca-bundle.pem", &chain),
            ("README.txt", b"Install leaf.crt first."),
        ];
        vec![
            ("delivery", archive(&members)),
            ("member", self.leaf().to_vec()),
        ]
    }

    fn entries(&self) -> [Entry<'_>; 2] {
        [
            Entry::Identity {
                alias: "seed",
                identity: &self.identity,
            },
            Entry::Trusted {
                alias: "root",
                certificate: self.authority.root(),
            },
        ]
    }

    /// A revocation list with one entry; nobody checks its signature here.
    fn crl(&self) -> Vec<u8> {
        let algorithm = sequence(&[&oid("1.2.840.10045.4.3.2")]);
        let time = |text: &str| element(0x17, text.as_bytes());
        let revoked = sequence(&[&sequence(&[&[2, 1, 5], &time("260101000000Z")])]);
        let body = sequence(&[
            &[2, 1, 1],
            &algorithm,
            self.authority.issuing().subject().der(),
            &time("260101000000Z"),
            &time("270101000000Z"),
            &revoked,
        ]);
        let signature = element(
            3,
            &[&[0][..], &sequence(&[&[2, 1, 1], &[2, 1, 1]])].concat(),
        );
        sequence(&[&body, &algorithm, &signature])
    }
}

fn pkcs8_of(key: &PrivateKey) -> Vec<u8> {
    pkcs8::der(key).expect("PKCS#8").to_vec()
}

/// A key locked with PBES2, scrypt and AES-128-CBC.
fn scrypt(plain: &[u8]) -> Vec<u8> {
    let (salt, iv) = ([3; 8], [5; 16]);
    let mut secret = [0; 16];
    openssl::pkcs5::scrypt(PASSWORD.as_bytes(), &salt, 16, 8, 1, 1 << 20, &mut secret)
        .expect("scrypt");
    let sealed =
        openssl::symm::encrypt(Cipher::aes_128_cbc(), &secret, Some(&iv), plain).expect("AES");
    let numbers = [element(2, &[16]), element(2, &[8]), element(2, &[1])].concat();
    let kdf = sequence(&[
        &oid("1.3.6.1.4.1.11591.4.11"),
        &sequence(&[&element(4, &salt), &numbers]),
    ]);
    let cipher = sequence(&[&oid("2.16.840.1.101.3.4.1.2"), &element(4, &iv)]);
    let pbes2 = sequence(&[&oid("1.2.840.113549.1.5.13"), &sequence(&[&kdf, &cipher])]);
    sequence(&[&pbes2, &element(4, &sealed)])
}
