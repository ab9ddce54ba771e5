//! Private and public keys in every encoding that OpenSSL and `GnuTLS` write.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::pile::{issued, kinds, objects, only_file};
use crate::support::{Place, peer};

#[test]
fn one_key_is_the_same_in_every_encoding() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out k.pem");
    place.judge("openssl rsa -in k.pem -traditional -out pkcs1.pem");
    place.judge("openssl rsa -in k.pem -traditional -outform DER -out pkcs1.der");
    place.judge("openssl pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out pkcs8.der");
    place.judge("openssl rsa -in k.pem -pubout -out public.pem");
    place.judge("openssl rsa -in k.pem -pubout -outform DER -out public.der");
    place.judge("openssl rsa -in k.pem -RSAPublicKey_out -out rsapublic.pem");
    place.judge("openssl rsa -in k.pem -RSAPublicKey_out -outform DER -out rsapublic.der");
    let spki = &objects(&place, &["k.pem"])[0]["key"]["spki_sha256"];
    assert!(spki.is_string());
    for name in ["pkcs1.pem", "pkcs1.der", "pkcs8.der"] {
        let listed = objects(&place, &[name]);
        assert_eq!(kinds(&listed), ["key"], "{name}");
        assert_eq!(&listed[0]["key"]["spki_sha256"], spki, "{name}");
    }
    for name in ["public.pem", "public.der", "rsapublic.pem", "rsapublic.der"] {
        let listed = objects(&place, &[name]);
        assert_eq!(kinds(&listed), ["public-key"], "{name}");
        assert_eq!(&listed[0]["key"]["spki_sha256"], spki, "{name}");
    }
}

#[test]
fn ec_keys_come_with_and_without_their_parameters() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl ecparam -name secp384r1 -genkey -out both.pem");
    place.judge("openssl ec -in both.pem -outform DER -out sec1.der");
    place.judge("openssl ec -in both.pem -param_enc explicit -out explicit.pem");
    place.judge("openssl ec -in both.pem -conv_form compressed -out compressed.pem");
    place.judge("openssl ec -in both.pem -no_public -out nopublic.pem");
    for name in [
        "both.pem",
        "sec1.der",
        "explicit.pem",
        "compressed.pem",
        "nopublic.pem",
    ] {
        let key = &objects(&place, &[name])[0];
        assert_eq!(
            (&key["kind"], &key["key"]["bits"]),
            (&json!("key"), &json!(384)),
            "{name}"
        );
    }
    if !peer("python3") {
        return;
    }
    // A key that leaves its curve to the block before it (RFC 5915, section 3: parameters are optional).
    place.write(
        "strip.py",
        r"
import base64, re, sys
der = open('sec1.der', 'rb').read()
# SEQUENCE, version, private key; the rest are [0] parameters and [1] public key.
secret = der[3:] if der[1] < 128 else der[2 + (der[1] & 127):]
end = 3 + 2 + secret[4]
body = secret[:end]
der = bytes([0x30, len(body)]) + body
parameters = open('both.pem').read().split('-----END EC PARAMETERS-----')[0] + '-----END EC PARAMETERS-----\n'
key = '-----BEGIN EC PRIVATE KEY-----\n' + base64.encodebytes(der).decode() + '-----END EC PRIVATE KEY-----\n'
open('split.pem', 'w').write(parameters + key)
open('lost.pem', 'w').write(key)
",
    );
    place.judge("python3 strip.py");
    let whole = &objects(&place, &["both.pem"])[0]["key"]["spki_sha256"];
    assert_eq!(
        &objects(&place, &["split.pem"])[0]["key"]["spki_sha256"],
        whole
    );
    let ran = place.line("inspect lost.pem");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("it names no curve"), "{}", ran.stderr);
}

#[test]
fn dsa_keys_are_read() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl dsaparam -genkey -out p.pem 1024");
    place.judge("openssl dsa -in p.pem -outform DER -out dsa.der");
    place.judge("openssl pkcs8 -topk8 -nocrypt -in p.pem -out dsa8.pem");
    for name in ["p.pem", "dsa.der", "dsa8.pem"] {
        let listed = objects(&place, &[name]);
        assert_eq!(kinds(&listed), ["key"], "{name}");
        assert_eq!(listed[0]["key"]["type"], "dsa", "{name}");
        assert_eq!(listed[0]["key"]["bits"], 1024, "{name}");
    }
}

/// Every lock on one key: how to make it, and what the listing calls it.
const LOCKS: &[(&str, &str)] = &[
    ("rsa -traditional -aes128", "AES-128-CBC, MD5"),
    ("rsa -traditional -aes192", "AES-192-CBC, MD5"),
    ("rsa -traditional -aes256", "AES-256-CBC, MD5"),
    ("rsa -traditional -des3", "DES-EDE3-CBC, MD5"),
    ("rsa -traditional -camellia256", "CAMELLIA-256-CBC, MD5"),
    (
        "rsa -traditional -provider legacy -provider default -des",
        "DES-CBC, MD5",
    ),
    (
        "rsa -traditional -provider legacy -provider default -seed",
        "SEED-CBC, MD5",
    ),
    (
        "rsa -traditional -provider legacy -provider default -rc2",
        "RC2-CBC, MD5",
    ),
    (
        "pkcs8 -topk8 -v2 aes-128-cbc",
        "AES-128-CBC, PBKDF2 with hmacWithSHA256, 2048 iterations",
    ),
    (
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA1 -iter 5000",
        "AES-256-CBC, PBKDF2 with hmacWithSHA1, 5000 iterations",
    ),
    (
        "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA512",
        "DES-EDE3-CBC, PBKDF2 with hmacWithSHA512",
    ),
    (
        "pkcs8 -topk8 -scrypt",
        "AES-256-CBC, scrypt (N=16384, r=8, p=1)",
    ),
    (
        "pkcs8 -topk8 -v1 PBE-SHA1-3DES",
        "DES-EDE3-CBC, PKCS#12 KDF with SHA-1, 2048 iterations",
    ),
    (
        "pkcs8 -topk8 -provider legacy -provider default -v1 PBE-SHA1-RC2-40",
        "RC2-40-CBC, PKCS#12 KDF",
    ),
    (
        "pkcs8 -topk8 -provider legacy -provider default -v1 PBE-SHA1-RC4-128",
        "RC4-128, PKCS#12 KDF",
    ),
    (
        "pkcs8 -topk8 -provider legacy -provider default -v1 PBE-MD5-DES",
        "DES-CBC, PBKDF1 with MD5",
    ),
    (
        "pkcs8 -topk8 -provider legacy -provider default -v1 PBE-SHA1-DES",
        "DES-CBC, PBKDF1 with SHA-1",
    ),
    (
        "pkcs8 -topk8 -provider legacy -provider default -v2 rc2",
        "RC2-CBC, PBKDF2",
    ),
];

#[test]
fn every_lock_is_named_opened_and_told_from_a_wrong_passphrase() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out k.pem");
    let spki = objects(&place, &["k.pem"])[0]["key"]["spki_sha256"].clone();
    place.write("right", "p\u{e4}ss wort\n");
    place.write("wrong", "pass wort\n");
    for (lock, name) in LOCKS {
        place.judge(&format!(
            "openssl {lock} -in k.pem -passout file:right -out locked.pem"
        ));
        let ran = place.line("inspect locked.pem");
        assert!(
            ran.code == 0 && ran.stdout.contains(name),
            "{lock}: {ran:?}"
        );
        assert!(
            ran.stdout.contains("private key, locked"),
            "{lock}: {ran:?}"
        );
        let key = &objects(&place, &["locked.pem", "--passphrase-file", "right"])[0];
        assert_eq!(key["key"]["spki_sha256"], spki, "{lock}");
        assert_eq!(key["locked"], false, "{lock}");
        assert!(key["encryption"]["cipher"].is_string(), "{lock}");
        let file = only_file(&place, &["locked.pem", "--passphrase-file", "wrong"]);
        assert_eq!(
            file["error"]["code"], "key-passphrase-wrong",
            "{lock}: {file:#}"
        );
    }
}

#[test]
fn locked_keys_in_der_open_too() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl genpkey -quiet -algorithm ED25519 -out k.pem");
    place.write("right", "secret\n");
    place.judge("openssl pkcs8 -topk8 -in k.pem -outform DER -passout file:right -out locked.der");
    assert_eq!(objects(&place, &["locked.der"])[0]["locked"], true);
    let key = &objects(&place, &["locked.der", "--passphrase-file", "right"])[0];
    assert_eq!(key["key"]["type"], "ed25519");
}

#[test]
fn gnutls_keys_are_read() {
    if !peer("certtool") {
        return;
    }
    let place = Place::new();
    place.judge(
        "certtool --generate-privkey --key-type rsa --bits 2048 --no-text --outfile rsa.pem",
    );
    place.judge("certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile ec.pem");
    place.judge("certtool --generate-privkey --key-type ed25519 --outfile ed.pem");
    for (name, kind) in [("rsa.pem", "rsa"), ("ec.pem", "ec"), ("ed.pem", "ed25519")] {
        let listed = objects(&place, &[name]);
        assert_eq!(listed[0]["key"]["type"], kind, "{name}");
    }
    place.write("pw", "secret");
    for cipher in ["aes-256", "3des-pkcs12", "arcfour", "aes-128"] {
        place.judge(&format!("certtool --to-p8 --load-privkey rsa.pem --password secret --pkcs-cipher {cipher} --outfile locked.pem"));
        let key = &objects(&place, &["locked.pem", "--passphrase-file", "pw"])[0];
        assert_eq!(key["locked"], false, "{cipher}");
        assert_eq!(key["key"]["type"], "rsa", "{cipher}");
    }
}

#[test]
fn costly_locks_are_refused_before_they_cost_anything() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl genpkey -quiet -algorithm ED25519 -out k.pem");
    place.write("pw", "secret\n");
    place.judge("openssl pkcs8 -topk8 -in k.pem -outform DER -passout file:pw -v2 aes-256-cbc -iter 70000 -out locked.der");
    let der = place.read("locked.der");
    // 70000 is 02 03 01 11 70; a billion more takes one byte more in three enclosing lengths.
    let at = der
        .windows(5)
        .position(|bytes| bytes == [2, 3, 1, 0x11, 0x70])
        .expect("the iteration count");
    let mut slow = der;
    slow[at + 2] = 0x7f;
    place.write("slow.der", slow);
    let begun = std::time::Instant::now();
    let file = only_file(&place, &["slow.der", "--passphrase-file", "pw"]);
    assert_eq!(file["error"]["code"], "limit-exceeded", "{file:#}");
    assert!(begun.elapsed().as_secs() < 3);
    // Without a passphrase it is still told what it is.
    assert_eq!(objects(&place, &["slow.der"])[0]["locked"], true);
}

#[test]
fn a_person_is_asked_only_where_nothing_else_could_be_listed() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("pw", "secret\n");
    place.judge("openssl ec -in leaf.key -aes256 -passout file:pw -out locked.pem");
    place.write(
        "both.pem",
        [place.read("leaf.crt"), place.read("locked.pem")].concat(),
    );
    if !peer("script") {
        return;
    }
    // A terminal on which the passphrase is typed as soon as something is shown. In the foreground of it, whatever
    // shell `script` starts: a program in the background may not read from its terminal.
    let typed = |files: &str| {
        let line = format!(
            "exec timeout --foreground 20 {} inspect {files}",
            env!("CARGO_BIN_EXE_fullcert")
        );
        let mut terminal = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(place.path(""))
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a terminal");
        let mut keyboard = terminal.stdin.take().expect("its keyboard");
        let mut screen = terminal.stdout.take().expect("its screen");
        let mut shown = vec![0; 1 << 16];
        let first = screen.read(&mut shown).expect("something is shown");
        shown.truncate(first);
        // Nobody may be listening any more.
        let _ = keyboard.write_all(b"secret\n");
        screen.read_to_end(&mut shown).expect("the rest is shown");
        drop(keyboard);
        let code = terminal.wait().expect("it ends").code();
        (code, String::from_utf8_lossy(&shown).into_owned())
    };
    let (code, shown) = typed("locked.pem");
    let asked = shown
        .matches("Passphrase of the private key in locked.pem: ")
        .count();
    assert_eq!((code, asked), (Some(0), 1), "{shown}");
    assert!(shown.contains("opened"), "{shown}");
    let (code, shown) = typed("both.pem");
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("Passphrase of"), "{shown}");
    assert!(shown.contains("locked"), "{shown}");
}

/// One bit of a number in a file is enough; what OpenSSL would only notice when it signs is told when it is read.
#[test]
fn a_key_whose_numbers_contradict_each_other_is_refused() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa.pem");
    place.judge("openssl rsa -in rsa.pem -traditional -outform DER -out rsa.der");
    place.judge("openssl ecparam -name secp384r1 -genkey -noout -out ec.pem");
    place.judge("openssl ec -in ec.pem -outform DER -out ec.der");
    for name in ["rsa", "ec"] {
        let good = place.read(&format!("{name}.der"));
        let mut refused = 0;
        for at in (12..good.len()).step_by(13) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x04;
            place.write("damaged.der", &bytes);
            let run = place.line("inspect damaged.der");
            assert_ne!(run.code, 0, "{name}, byte {at}: {}", run.stdout);
            if run
                .stderr
                .contains("its numbers are not those of one RSA key")
                || run
                    .stderr
                    .contains("its private half is not that of its public half")
            {
                refused += 1;
            }
        }
        assert!(refused > 2, "{name}: {refused}");
    }
}
