//! PKCS#12 files as other programs write them, opened by us.

use fullcert::decode::{Format, Integrity};
use fullcert::error::DecodeError;
use fullcert::material::Item;

use crate::support::{Place, peer};

use super::pki::{assert_holds, certificates, keys, open, pki};

/// Flags of `openssl pkcs12 -export`, and what the file's profile must then say.
const OPENSSL: &[(&str, &str)] = &[
    ("", "AES-256-CBC"),
    ("-legacy", "RC2-40-CBC"),
    ("-certpbe AES-128-CBC -keypbe AES-192-CBC", "AES-128-CBC"),
    ("-certpbe DES-EDE3-CBC -keypbe DES-EDE3-CBC", "DES-EDE3-CBC"),
    (
        "-certpbe CAMELLIA-256-CBC -keypbe CAMELLIA-128-CBC",
        "CAMELLIA-256-CBC",
    ),
    ("-certpbe ARIA-256-CBC -keypbe ARIA-128-CBC", "ARIA-256-CBC"),
    (
        "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES",
        "DES-EDE3-CBC",
    ),
    (
        "-legacy -certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-2DES",
        "DES-EDE-CBC",
    ),
    (
        "-legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-40",
        "RC2-128-CBC",
    ),
    (
        "-legacy -certpbe PBE-SHA1-RC4-128 -keypbe PBE-SHA1-RC4-40",
        "RC4-128",
    ),
    (
        "-legacy -certpbe PBE-SHA1-RC4-40 -keypbe PBE-SHA1-RC4-128",
        "RC4-40",
    ),
    (
        "-legacy -certpbe PBE-MD5-DES -keypbe PBE-SHA1-DES",
        "DES-CBC",
    ),
    (
        "-legacy -certpbe PBE-MD5-RC2-64 -keypbe PBE-SHA1-RC2-64",
        "RC2-CBC",
    ),
    ("-certpbe NONE -keypbe AES-256-CBC", ""),
    ("-certpbe AES-256-CBC -keypbe NONE", "AES-256-CBC"),
    ("-macalg sha1", "AES-256-CBC"),
    ("-macalg sha224", "AES-256-CBC"),
    ("-macalg sha384", "AES-256-CBC"),
    ("-macalg sha512", "AES-256-CBC"),
    ("-macalg sha512-256", "AES-256-CBC"),
    ("-macalg sha3-256", "AES-256-CBC"),
    ("-macalg md5", "AES-256-CBC"),
    ("-nomac -certpbe AES-256-CBC", "AES-256-CBC"),
    // Without a MAC openssl leaves the certificates open too.
    ("-nomac", ""),
    ("-nomaciter -noiter", "AES-256-CBC"),
    ("-iter 100000", "AES-256-CBC"),
    (
        "-keyex -CSP 'Microsoft Enhanced RSA and AES Cryptographic Provider'",
        "AES-256-CBC",
    ),
];

#[test]
fn every_profile_of_openssl_opens() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("p256");
    pki.lay_out(&place);
    for (flags, cipher) in OPENSSL {
        place.judge(&format!(
            "openssl pkcs12 -export -inkey key.pem -in leaf.pem -certfile chain.pem -name 'my key' -passout pass:geheim -out a.p12 {flags}"
        ));
        let bytes = place.read("a.p12");
        let decoded =
            open(&bytes, Some("geheim")).unwrap_or_else(|error| panic!("{flags}: {error}"));
        assert_eq!(decoded.format, Format::Pkcs12);
        assert_holds(&decoded, &pki.identity, flags);
        let expected = if flags.split(' ').any(|flag| flag == "-nomac") {
            Integrity::None
        } else {
            Integrity::Verified
        };
        assert_eq!(decoded.integrity, expected, "{flags}");
        assert!(
            decoded.safes.iter().any(|safe| safe.cipher == *cipher) || cipher.is_empty(),
            "{flags}: {:?}",
            decoded.safes
        );
        // The key and its certificate share the name; the intermediate has none.
        assert_eq!(keys(&decoded)[0].0, Some("my key"), "{flags}");
        for (alias, certificate) in certificates(&decoded) {
            let leaf = certificate == pki.identity.leaf();
            assert_eq!(alias, leaf.then_some("my key"), "{flags}");
        }
        if let Err(error) = open(&bytes, Some("Geheim")) {
            assert_eq!(error.code(), "keystore-password-wrong", "{flags}: {error}");
        } else {
            panic!("{flags}: opened with another password");
        }
    }
}

#[test]
fn passwords_of_every_alphabet_open() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("ed25519");
    pki.lay_out(&place);
    for password in [
        "",
        "ä",
        "пароль",
        "密码",
        "🔑 key",
        "a\\b\"c",
        " leading and trailing ",
    ] {
        place.write("pass", format!("{password}\n"));
        for flags in ["", "-legacy", "-certpbe NONE -keypbe NONE"] {
            place.judge(&format!(
                "openssl pkcs12 -export -inkey key.pem -in leaf.pem -certfile chain.pem -passout file:pass -out a.p12 {flags}"
            ));
            let bytes = place.read("a.p12");
            let decoded = open(&bytes, Some(password))
                .unwrap_or_else(|error| panic!("{password:?} {flags}: {error}"));
            assert_holds(&decoded, &pki.identity, password);
            assert_eq!(decoded.integrity, Integrity::Verified);
        }
    }
    // An empty password needs nobody to give it.
    place.judge("openssl pkcs12 -export -inkey key.pem -in leaf.pem -certfile chain.pem -passout pass: -out a.p12");
    assert_holds(
        &open(&place.read("a.p12"), None).unwrap(),
        &pki.identity,
        "empty",
    );
}

#[test]
fn certificates_without_a_key_are_found() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("p256");
    pki.lay_out(&place);
    place.judge("openssl pkcs12 -export -nokeys -in whole.pem -passout pass:geheim -out a.p12");
    let decoded = open(&place.read("a.p12"), Some("geheim")).unwrap();
    assert_eq!((keys(&decoded).len(), certificates(&decoded).len()), (0, 2));
}

#[test]
fn an_open_store_lists_its_certificates_without_a_password() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("p256");
    pki.lay_out(&place);
    place.judge("openssl pkcs12 -export -inkey key.pem -in leaf.pem -name one -certpbe NONE -passout pass:geheim -out a.p12");
    let bytes = place.read("a.p12");
    let decoded = open(&bytes, None).unwrap();
    assert_eq!(decoded.integrity, Integrity::Unchecked);
    assert_eq!(certificates(&decoded).len(), 1);
    let locked = decoded
        .objects
        .iter()
        .find(|object| matches!(object.item, Item::EncryptedKey(_)))
        .expect("the locked key is listed");
    assert_eq!(locked.alias.as_deref(), Some("one"));
    // With everything locked there is nothing to list.
    place.judge(
        "openssl pkcs12 -export -inkey key.pem -in leaf.pem -passout pass:geheim -out a.p12",
    );
    let error = open(&place.read("a.p12"), None).unwrap_err();
    assert_eq!(error.code(), "password-missing", "{error}");
}

#[test]
fn five_faults_are_five_errors() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("rsa");
    pki.lay_out(&place);
    place.judge("openssl pkcs12 -export -inkey key.pem -in leaf.pem -certfile chain.pem -passout pass:geheim -out a.p12");
    let good = place.read("a.p12");
    let code = |bytes: &[u8]| open(bytes, Some("geheim")).unwrap_err().code();

    assert_eq!(
        open(&good, Some("other")).unwrap_err().code(),
        "keystore-password-wrong"
    );
    for cut in [good.len() - 1, good.len() / 2, 40] {
        match open(&good[..cut], Some("geheim")).unwrap_err() {
            DecodeError::Truncated { have, want, .. } => {
                assert_eq!((have, want), (cut as u64, good.len() as u64));
            }
            other => panic!("{cut}: {other}"),
        }
    }
    // The last bytes are the MAC's salt and iteration count.
    let mut altered = good.clone();
    let salt = good.len() - 8;
    altered[salt] ^= 1;
    assert_eq!(code(&altered), "keystore-tampered");
    // A flipped byte in the middle of the certificates' ciphertext: the key still opens.
    let mut altered = good.clone();
    altered[400] ^= 1;
    assert_eq!(code(&altered), "keystore-tampered");
    let mut wrong = good.clone();
    wrong[6] = 4;
    assert!(open(&wrong, Some("geheim")).is_err());
}

#[test]
fn an_unknown_algorithm_is_named() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let pki = pki("p256");
    pki.lay_out(&place);
    place.judge(
        "openssl pkcs12 -export -inkey key.pem -in leaf.pem -nomac -certpbe AES-256-CBC -passout pass:geheim -out a.p12",
    );
    let good = place.read("a.p12");
    // aes-256-cbc becomes 2.16.840.1.101.3.4.1.126, which nobody has.
    let aes = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
    let at = good.windows(9).position(|window| window == aes).unwrap();
    let mut altered = good.clone();
    altered[at + 8] = 0x7e;
    match open(&altered, Some("geheim")).unwrap_err() {
        // The MAC fails too, but no password could ever open it.
        DecodeError::AlgorithmUnsupported { algorithm, .. } => {
            assert!(
                algorithm.contains("2.16.840.1.101.3.4.1.126"),
                "{algorithm}"
            );
        }
        other => panic!("{other}"),
    }
}

#[test]
fn nss_writes_ber_and_we_read_it() {
    if !peer("pk12util") || !peer("certutil") {
        return;
    }
    let place = Place::new();
    for (kind, password, flags) in [
        ("rsa", "geheim", ""),
        ("p256", "geheim", "-c AES-256-CBC -C AES-128-CBC -M SHA-512"),
        (
            "p256",
            "geheim",
            "-c 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' -C 'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC'",
        ),
        ("p256", "pässwörd", ""),
        (
            "p256",
            "密码",
            "-c 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' -C NONE",
        ),
    ] {
        let pki = pki(kind);
        pki.lay_out(&place);
        let db = tempfile::tempdir().unwrap();
        let db = db.path().display();
        place.write("pass", format!("{password}\n"));
        place.judge(&format!("certutil -N -d sql:{db} --empty-password"));
        place.judge("openssl pkcs12 -export -legacy -inkey key.pem -in leaf.pem -certfile chain.pem -name mine -passout pass:in -out in.p12");
        place.judge(&format!("pk12util -i in.p12 -d sql:{db} -W in"));
        place.judge(&format!(
            "pk12util -o nss.p12 -n mine -d sql:{db} -w pass {flags}"
        ));
        let what = format!("{kind} {password} {flags}");
        let decoded = open(&place.read("nss.p12"), Some(password))
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(decoded.integrity, Integrity::Verified, "{what}");
        let found = keys(&decoded);
        assert_eq!(found.len(), 1, "{what}");
        assert!(
            found[0].1.pkey().public_eq(pki.identity.key().pkey()),
            "{what}"
        );
        assert!(
            certificates(&decoded)
                .iter()
                .any(|(_, found)| *found == pki.identity.leaf()),
            "{what}"
        );
    }
}

#[test]
fn certtool_writes_and_we_read() {
    if !peer("certtool") {
        return;
    }
    let place = Place::new();
    for kind in ["rsa", "p256", "ed25519"] {
        let pki = pki(kind);
        pki.lay_out(&place);
        for cipher in [
            "aes-128",
            "aes-256",
            "3des",
            "3des-pkcs12",
            "arcfour",
            "rc2-40",
        ] {
            place.judge(&format!(
                "certtool --to-p12 --load-privkey key.pem --load-certificate whole.pem --p12-name mine --password geheim --pkcs-cipher {cipher} --outder --outfile gnutls.p12"
            ));
            let decoded = open(&place.read("gnutls.p12"), Some("geheim"))
                .unwrap_or_else(|error| panic!("{kind} {cipher}: {error}"));
            assert_holds(&decoded, &pki.identity, cipher);
        }
    }
    let pki = pki("p256");
    pki.lay_out(&place);
    place.judge("certtool --to-p12 --load-privkey key.pem --load-certificate whole.pem --p12-name mine --empty-password --outder --outfile gnutls.p12");
    assert_holds(
        &open(&place.read("gnutls.p12"), Some("")).unwrap(),
        &pki.identity,
        "empty",
    );
    place.judge("certtool --to-p12 --load-privkey key.pem --load-certificate whole.pem --p12-name mine --null-password --outder --outfile gnutls.p12");
    assert_holds(
        &open(&place.read("gnutls.p12"), Some("")).unwrap(),
        &pki.identity,
        "absent",
    );
    assert_holds(
        &open(&place.read("gnutls.p12"), None).unwrap(),
        &pki.identity,
        "absent",
    );
}
