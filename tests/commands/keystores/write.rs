//! What we write, others read: every output, every key, every consumer, and the key byte for byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

use fullcert::encode::{Entry, jks, pem, pkcs7, pkcs12};
use fullcert::identity::Identity;
use fullcert::material::{Item, Time};
use openssl::pkcs12::Pkcs12;

use crate::support::{Place, Ran, find, peer};

use super::pki::{self, KINDS, Pki, open, pkcs8 as pkcs8_of, pki, secret};
use super::read_java::java;

const PASSWORD: &str = "changeit";
const NOW: Time = Time::from_unix(1_800_000_000);

/// The keystores with a private key in them.
const STORES: [(&str, Store); 5] = [
    ("modern.p12", Store::Pkcs12(pkcs12::Profile::Modern)),
    ("legacy.p12", Store::Pkcs12(pkcs12::Profile::Legacy)),
    ("pbmac1.p12", Store::Pkcs12(pkcs12::Profile::Pbmac1)),
    ("store.jks", Store::Java(jks::Kind::Jks)),
    ("store.jceks", Store::Java(jks::Kind::Jceks)),
];

#[derive(Clone, Copy)]
enum Store {
    Pkcs12(pkcs12::Profile),
    Java(jks::Kind),
}

impl Store {
    fn write(self, entries: &[Entry<'_>], password: &str) -> Vec<u8> {
        let password = secret(password);
        match self {
            Self::Pkcs12(profile) => {
                pkcs12::write(entries, &password, profile, profile.iterations())
            }
            Self::Java(kind) => jks::write(kind, entries, &password, None, NOW),
        }
        .unwrap()
    }
}

/// One cell of the matrix: nothing, or the consumer's own reason.
pub type Cell = Result<(), String>;

/// What a consumer must print of an identity: digests of the key and of each certificate.
fn digests(identity: &Identity) -> String {
    let mut text = fullcert::material::sha256(&pkcs8_of(identity.key()));
    for certificate in identity.chain() {
        let _ = write!(text, " {}", certificate.sha256());
    }
    text
}

fn reason(ran: &Ran) -> String {
    let said = if ran.stderr.trim().is_empty() {
        &ran.stdout
    } else {
        &ran.stderr
    };
    said.lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("?")
        .to_owned()
}

fn run(place: &Place, line: &str) -> Result<String, String> {
    let words = crate::support::words(line);
    let ran = place.run(Command::new(&words[0]).args(&words[1..]));
    if ran.code == 0 {
        Ok(ran.stdout)
    } else {
        Err(reason(&ran))
    }
}

/// Whether PEM text holds the key and the certificates, byte for byte.
fn holds(text: &str, pki: &Pki) -> Cell {
    let blocks: String = text
        .lines()
        .scan(false, |inside, line| {
            let begins = line.starts_with("-----BEGIN");
            let shown = *inside || begins;
            *inside = shown && !line.starts_with("-----END");
            Some(if shown {
                format!("{line}\n")
            } else {
                String::new()
            })
        })
        .collect();
    let decoded = open(blocks.as_bytes(), None).map_err(|error| error.to_string())?;
    let key = pki::keys(&decoded);
    let same = key.len() == 1 && pkcs8_of(key[0].1) == pkcs8_of(pki.identity.key());
    let certificates = pki::certificates(&decoded);
    let all = pki
        .identity
        .chain()
        .all(|meant| certificates.iter().any(|(_, found)| *found == meant));
    if same && all {
        Ok(())
    } else {
        Err(format!("something else: {decoded:?}"))
    }
}

fn openssl(place: &Place, name: &str, pki: &Pki) -> Cell {
    holds(
        &run(
            place,
            &format!("openssl pkcs12 -in {name} -passin pass:{PASSWORD} -nodes"),
        )?,
        pki,
    )
}

/// The libcrypto that the program is built with, by its own PKCS#12 reader.
fn vendored(place: &Place, name: &str, pki: &Pki) -> Cell {
    // What is locked the old way needs the provider that the program loads; it is loaded by reading one.
    let bytes = place.read(name);
    open(&bytes, Some(PASSWORD)).map_err(|error| error.to_string())?;
    let parsed = Pkcs12::from_der(&bytes)
        .and_then(|store| store.parse2(PASSWORD))
        .map_err(|error| error.to_string())?;
    let key = parsed.pkey.ok_or("no key")?.private_key_to_pkcs8();
    let chain = parsed
        .cert
        .into_iter()
        .chain(parsed.ca.into_iter().flatten());
    let found: Vec<_> = chain.map(|x509| x509.to_der().unwrap()).collect();
    let meant: Vec<_> = pki.identity.chain().map(|one| one.der().to_vec()).collect();
    if key.unwrap() == pkcs8_of(pki.identity.key()) && found == meant {
        Ok(())
    } else {
        Err("something else".to_owned())
    }
}

fn certtool(place: &Place, name: &str, pki: &Pki) -> Cell {
    let text = run(
        place,
        &format!("certtool --p12-info --inder --infile {name} --password {PASSWORD}"),
    )?;
    // It answers 0 where the MAC fails, and says so.
    if text.contains("MAC") && text.contains("error") {
        return Err(text);
    }
    // It shows the key as it lies in the file, and opens it for its public half.
    let begin = text.find("-----BEGIN ENCRYPTED").ok_or(&*text)?;
    place.write("locked.pem", &text[begin..]);
    let opened = run(
        place,
        &format!("certtool --pubkey-info --load-privkey locked.pem --password {PASSWORD}"),
    )?;
    let decoded = open(opened.as_bytes(), None).map_err(|error| error.to_string())?;
    match decoded.objects.first().map(|object| &object.item) {
        Some(Item::PublicKey(public)) if public.info() == pki.identity.key().info() => {}
        _ => return Err(opened),
    }
    let complete = pki.identity.chain().all(|certificate| {
        text.contains(&*String::from_utf8_lossy(&pem::armour(
            "CERTIFICATE",
            certificate.der(),
        )))
    });
    if complete { Ok(()) } else { Err(text) }
}

fn nss(place: &Place, name: &str, _: &Pki) -> Cell {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().display();
    run(place, &format!("certutil -N -d sql:{db} --empty-password"))?;
    run(
        place,
        &format!("pk12util -i {name} -d sql:{db} -W {PASSWORD}"),
    )?;
    // NSS pairs them by the public key: a key listed under the certificate's name is the certificate's.
    let listed = run(place, &format!("certutil -K -d sql:{db}"))?;
    if listed.trim_end().ends_with("client") {
        Ok(())
    } else {
        Err(listed)
    }
}

fn node(place: &Place, name: &str) -> Cell {
    place.write(
        "open.js",
        format!(
            "require('tls').createSecureContext({{pfx: require('fs').readFileSync('{name}'), passphrase: '{PASSWORD}'}})"
        ),
    );
    run(place, "node open.js")
        .map(drop)
        .map_err(|_| "node: Unsupported PKCS12 PFX data".to_owned())
}

/// Whether this version of a consumer may refuse this store: it is older than what the store is for.
fn may_refuse(store: &str, consumer: &str, kind: &str) -> bool {
    match consumer {
        // As new as it needs to be.
        "libcrypto" => false,
        // PBMAC1 is of 2024: OpenSSL 3.4, GnuTLS 3.8.4, NSS 3.103, Java 26.
        _ if store == "pbmac1.p12" => true,
        // NSS took up Ed25519 in 2024.
        "nss" => kind == "ed25519",
        _ => false,
    }
}

#[test]
fn every_consumer_reads_every_store() {
    if !peer("openssl") {
        return;
    }
    let mut matrix: BTreeMap<(String, &str), Vec<(&str, Cell)>> = BTreeMap::new();
    for kind in KINDS {
        let place = Place::new();
        let pki = pki(kind);
        let entries = [Entry::Identity {
            alias: "client",
            identity: &pki.identity,
        }];
        for (name, store) in STORES {
            place.write(name, store.write(&entries, PASSWORD));
        }
        let meant = digests(&pki.identity);
        let mut note = |store: &'static str, consumer: &'static str, cell: Cell| {
            assert!(
                cell.is_ok() || may_refuse(store, consumer, kind),
                "{kind} {store} {consumer}: {cell:?}"
            );
            matrix
                .entry((consumer.to_owned(), store))
                .or_default()
                .push((kind, cell));
        };
        for (name, _) in STORES
            .iter()
            .filter(|(_, store)| matches!(store, Store::Pkcs12(_)))
        {
            note(name, "openssl", openssl(&place, name, &pki));
            note(name, "libcrypto", vendored(&place, name, &pki));
            for (consumer, check) in [
                ("certtool", certtool as fn(&Place, &str, &Pki) -> Cell),
                ("pk12util", nss),
            ] {
                if find(consumer).is_some() {
                    let consumer = if consumer == "pk12util" {
                        "nss"
                    } else {
                        consumer
                    };
                    note(name, consumer, check(&place, name, &pki));
                }
            }
            if find("node").is_some() {
                note(name, "node", node(&place, name));
            }
            if let Some(cell) = python(&place, name, &meant) {
                note(name, "python", cell);
            }
        }
        if find("java").is_some() {
            let stores = STORES.map(|(name, _)| name);
            let mut arguments = vec!["read"];
            for name in stores {
                let kind = match name.rsplit('.').next() {
                    Some("jks") => "JKS",
                    Some("jceks") => "JCEKS",
                    _ => "PKCS12",
                };
                arguments.extend([name, kind, PASSWORD, PASSWORD]);
            }
            let text = java(&place, &arguments);
            for name in stores {
                let line = text
                    .lines()
                    .find(|line| line.starts_with(name))
                    .unwrap_or("nothing");
                let expected = format!("{name} key client {meant} created");
                let cell = if line.starts_with(&expected) {
                    Ok(())
                } else {
                    let why = line.split_once(" no ").map_or(line, |(_, why)| why);
                    Err(why.to_owned())
                };
                note(name, "java", cell);
                if name.starts_with("store") {
                    assert!(line.ends_with("created 1800000000000"), "{line}");
                }
            }
        }
    }
    print(&matrix);
}

fn python(place: &Place, name: &str, meant: &str) -> Option<Cell> {
    find("python3")?;
    let importable = place.run(Command::new("python3").args(["-c", "import cryptography"]));
    if importable.code != 0 {
        return None;
    }
    let program = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/commands/keystores/judges.py"
    );
    let said =
        run(place, &format!("python3 {program} {name} {PASSWORD}")).unwrap_or_else(|why| why);
    let expected = format!("{name} key client {meant}");
    Some(if said.trim() == expected {
        Ok(())
    } else {
        Err(said.trim().to_owned())
    })
}

/// The matrix, past the test harness's capture.
pub fn print(matrix: &BTreeMap<(String, &str), Vec<(&str, Cell)>>) {
    let mut text = String::new();
    for ((consumer, store), cells) in matrix {
        let _ = write!(text, "{consumer:10} {store:16}");
        for (kind, cell) in cells {
            let _ = write!(text, " {kind}:{}", if cell.is_ok() { "yes" } else { "no" });
        }
        if let Some(why) = cells.iter().find_map(|(_, cell)| cell.as_ref().err()) {
            let _ = write!(text, "  ({})", why.chars().take(100).collect::<String>());
        }
        text.push('\n');
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[test]
fn java_sees_anchors_as_trusted() {
    if !peer("java") || !peer("keytool") {
        return;
    }
    let place = Place::new();
    let one = pki("p256");
    let other = pki("p256");
    let entries = [
        Entry::Trusted {
            alias: "Corp Root",
            certificate: &one.root,
        },
        Entry::Trusted {
            alias: "größe",
            certificate: &other.root,
        },
    ];
    let mut arguments = vec!["read"];
    for (name, store) in STORES {
        place.write(name, store.write(&entries, PASSWORD));
        let kind = match store {
            Store::Pkcs12(pkcs12::Profile::Pbmac1) => continue,
            Store::Pkcs12(_) => "PKCS12",
            Store::Java(jks::Kind::Jks) => "JKS",
            Store::Java(jks::Kind::Jceks) => "JCEKS",
        };
        arguments.extend([name, kind, PASSWORD, PASSWORD]);
        let listed = place.judge(&format!(
            "keytool -list -keystore {name} -storetype {kind} -storepass {PASSWORD}"
        ));
        assert_eq!(
            listed.stdout.matches("trustedCertEntry").count(),
            2,
            "{listed:?}"
        );
    }
    let text = java(&place, &arguments);
    assert_eq!(text.lines().count(), 8, "{text}");
    for name in ["modern.p12", "legacy.p12", "store.jks", "store.jceks"] {
        assert!(
            text.contains(&format!("{name} trusted corp root {}", one.root.sha256())),
            "{text}"
        );
        assert!(
            text.contains(&format!("{name} trusted größe {}", other.root.sha256())),
            "{text}"
        );
    }
}

#[test]
fn several_identities_and_anchors_share_a_store() {
    let pkis: Vec<_> = KINDS.iter().map(|kind| pki(kind)).collect();
    let mut entries: Vec<_> = pkis
        .iter()
        .zip(KINDS)
        .map(|(pki, kind)| Entry::Identity {
            alias: kind,
            identity: &pki.identity,
        })
        .collect();
    entries.push(Entry::Trusted {
        alias: "root",
        certificate: &pkis[0].root,
    });
    let place = Place::new();
    let mut arguments = vec!["read"];
    for (name, store) in STORES {
        let bytes = store.write(&entries, PASSWORD);
        let decoded = open(&bytes, Some(PASSWORD)).unwrap();
        let keys = pki::keys(&decoded);
        for (pki, kind) in pkis.iter().zip(KINDS) {
            let (_, key) = keys
                .iter()
                .find(|(alias, _)| *alias == Some(kind))
                .expect("the key");
            assert!(
                pkcs8_of(key) == pkcs8_of(pki.identity.key()),
                "{name} {kind}"
            );
        }
        place.write(name, &bytes);
        match store {
            Store::Pkcs12(pkcs12::Profile::Pbmac1) => {}
            Store::Pkcs12(_) => arguments.extend([name, "PKCS12", PASSWORD, PASSWORD]),
            Store::Java(jks::Kind::Jks) => arguments.extend([name, "JKS", PASSWORD, PASSWORD]),
            Store::Java(jks::Kind::Jceks) => arguments.extend([name, "JCEKS", PASSWORD, PASSWORD]),
        }
    }
    if !peer("java") {
        return;
    }
    let text = java(&place, &arguments);
    for name in ["modern.p12", "legacy.p12", "store.jks", "store.jceks"] {
        for (pki, kind) in pkis.iter().zip(KINDS) {
            let expected = format!("{name} key {kind} {}", digests(&pki.identity));
            assert!(text.contains(&expected), "{expected}: {text}");
        }
        assert!(text.contains(&format!("{name} trusted root ")), "{text}");
    }
}

#[test]
fn a_key_may_have_a_password_of_its_own() {
    if !peer("java") {
        return;
    }
    let place = Place::new();
    let pki = pki("rsa");
    let entries = [Entry::Identity {
        alias: "client",
        identity: &pki.identity,
    }];
    let mut arguments = vec!["read"];
    for (name, kind, java_name) in [
        ("store.jks", jks::Kind::Jks, "JKS"),
        ("store.jceks", jks::Kind::Jceks, "JCEKS"),
    ] {
        let bytes = jks::write(
            kind,
            &entries,
            &secret("storepass"),
            Some(&secret("keypass")),
            NOW,
        );
        place.write(name, bytes.unwrap());
        arguments.extend([name, java_name, "storepass", "keypass"]);
    }
    let text = java(&place, &arguments);
    assert_eq!(text.matches(&digests(&pki.identity)).count(), 2, "{text}");
}

#[test]
fn passwords_and_names_of_every_alphabet_come_back() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("p256");
    for password in ["ä", "пароль", "密码", "🔑 key", "a b\"c\\"] {
        for alias in ["ÄÖÜ", "ключ", "钥匙", "🔑", "a\u{1}b"] {
            let entries = [Entry::Identity {
                alias,
                identity: &pki.identity,
            }];
            for (name, store) in STORES {
                if !password.is_ascii() && name == "store.jceks" {
                    let refused =
                        jks::write(jks::Kind::Jceks, &entries, &secret(password), None, NOW);
                    assert!(refused.is_err(), "{password}");
                    continue;
                }
                let bytes = store.write(&entries, password);
                let decoded = open(&bytes, Some(password)).unwrap();
                let folded = if matches!(store, Store::Pkcs12(_)) {
                    alias.to_owned()
                } else {
                    alias.to_lowercase()
                };
                assert_eq!(pki::keys(&decoded)[0].0, Some(folded.as_str()), "{name}");
                if alias == "ключ" && ["modern.p12", "legacy.p12"].contains(&name) {
                    place.write(name, &bytes);
                    place.write("pass", password);
                    let shown = place.judge(&format!(
                        "openssl pkcs12 -in {name} -passin file:pass -nodes"
                    ));
                    assert!(shown.stdout.contains("friendlyName:"), "{shown:?}");
                }
            }
        }
    }
}

#[test]
fn pem_pkcs7_and_locked_keys_are_read_by_openssl() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    for kind in KINDS {
        let pki = pki(kind);
        let identity = &pki.identity;
        place.write("fullcert.pem", pem::fullcert(identity, None).unwrap());
        assert_eq!(
            holds(
                &String::from_utf8(place.read("fullcert.pem")).unwrap(),
                &pki
            ),
            Ok(())
        );
        // The first certificate of the file is the leaf, and the key is its own.
        let of_key = place.judge("openssl pkey -in fullcert.pem -pubout");
        let of_leaf = place.judge("openssl x509 -in fullcert.pem -noout -pubkey");
        assert_eq!(of_key.stdout, of_leaf.stdout);

        let passphrase = secret("открой 🔑");
        place.write(
            "locked.pem",
            pem::key(identity.key(), Some(&passphrase)).unwrap(),
        );
        place.write("pass", passphrase.expose());
        let opened = place.judge("openssl pkey -in locked.pem -passin file:pass");
        assert_eq!(
            opened.stdout.as_bytes(),
            pem::key(identity.key(), None).unwrap()
        );
        let told = place.judge("openssl asn1parse -in locked.pem");
        for part in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"] {
            assert!(told.stdout.contains(part), "{part}: {told:?}");
        }
        let listed = open(&place.read("locked.pem"), None).unwrap();
        match &listed.objects[0].item {
            Item::EncryptedKey(key) => assert!(key.encryption.iterations >= Some(100_000)),
            other => panic!("{other:?}"),
        }

        place.write("whole.p7b", pkcs7::der(identity.chain()).unwrap());
        let listed = place.judge("openssl pkcs7 -inform DER -in whole.p7b -print_certs");
        assert_eq!(
            listed.stdout.matches("BEGIN CERTIFICATE").count(),
            identity.chain().count()
        );
        let decoded = open(&place.read("whole.p7b"), None).unwrap();
        let order: Vec<_> = pki::certificates(&decoded)
            .into_iter()
            .map(|(_, found)| found)
            .collect();
        assert_eq!(order, identity.chain().collect::<Vec<_>>());
        place.write("whole.pem", pkcs7::pem(identity.chain()).unwrap());
        place.judge("openssl pkcs7 -in whole.pem -noout");
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let pki = pki("p256");
    let identity = &pki.identity;
    let entry = |alias| Entry::Identity { alias, identity };
    let password = secret(PASSWORD);
    let write = |entries: &[Entry<'_>]| {
        let text = |result: Result<Vec<u8>, fullcert::error::EncodeError>| {
            result.map(|_| ()).map_err(|error| error.to_string())
        };
        let modern = text(pkcs12::write(
            entries,
            &password,
            pkcs12::Profile::Modern,
            10_000,
        ));
        let java = text(jks::write(jks::Kind::Jks, entries, &password, None, NOW));
        (modern, java)
    };
    let endless = "x".repeat(70_000);
    for entries in [
        &[][..],
        &[entry("")],
        &[entry("one"), entry("ONE")],
        &[entry(&endless)],
    ] {
        let (modern, java) = write(entries);
        assert!(modern.is_err() && java.is_err(), "{entries:?}");
    }
    for iterations in [0, 1, 999, 10_000_000] {
        assert!(
            pkcs12::write(
                &[entry("one")],
                &password,
                pkcs12::Profile::Modern,
                iterations
            )
            .is_err(),
            "{iterations}"
        );
    }
}
