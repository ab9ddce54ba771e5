//! `fullcert key`: every kind, re-read by openssl and certtool; passphrases; places that cannot be written.

use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use fullcert::io::{Io, SystemClock, Terminal};
use fullcert::secret::Secret;

use crate::support::{Place, find, peer};

/// What is typed, and what openssl calls it.
const EVERY: [(&str, &str); 7] = [
    ("rsa:2048", "2048 bit"),
    ("rsa:3072", "3072 bit"),
    ("rsa:4096", "4096 bit"),
    ("p256", "ASN1 OID: prime256v1"),
    ("p384", "ASN1 OID: secp384r1"),
    ("p521", "ASN1 OID: secp521r1"),
    ("ed25519", "ED25519 Private-Key"),
];

fn mode(place: &Place, name: &str) -> u32 {
    fs::metadata(place.path(name))
        .expect("a file")
        .permissions()
        .mode()
        & 0o7777
}

/// Nothing but the named files is in the folder: no temporary file was left behind.
fn holds_only(place: &Place, names: &[&str]) {
    let mut found: Vec<String> = fs::read_dir(place.path("."))
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    found.sort();
    assert_eq!(found, names);
}

/// One run within this process, with someone at the terminal who gives these answers.
fn answered(args: &[&str], answers: &[&str]) -> (u8, String, usize) {
    let mut stderr = Vec::new();
    let mut asked = 0;
    let code = {
        let mut prompt = |_: &str| {
            let answer = answers
                .get(asked)
                .map(|text| Secret::new((*text).to_owned()));
            asked += 1;
            Ok(answer)
        };
        let mut io = Io {
            stdin: &mut Cursor::new(Vec::new()),
            stdout: &mut Vec::new(),
            stderr: &mut stderr,
            terminal: Terminal::default(),
            env: &|_| None,
            prompt: &mut prompt,
        };
        let args = ["fullcert"].iter().chain(args).map(OsString::from);
        fullcert::run(args, &mut io, &SystemClock)
    };
    (code, String::from_utf8_lossy(&stderr).into_owned(), asked)
}

#[test]
fn every_kind_is_a_private_pkcs8_file_that_openssl_and_gnutls_read() {
    let place = Place::new();
    for (kind, called) in EVERY {
        let file = format!("{}.key", kind.replace(':', ""));
        let ran = place.line(&format!("key -t {kind} -o {file}"));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.starts_with(&format!("{file}: ")), "{ran:?}");
        assert!(
            ran.stdout.contains(&format!("fullcert csr --key {file}")),
            "{ran:?}"
        );
        assert_eq!(ran.stderr, "");
        assert_eq!(mode(&place, &file), 0o600);
        let text = String::from_utf8(place.read(&file)).expect("PEM");
        assert!(text.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(text.ends_with("-----END PRIVATE KEY-----\n"));
        if peer("openssl") {
            let judged = place.judge(&format!("openssl pkey -in {file} -noout -text -check"));
            assert!(judged.stdout.contains(called), "{kind}: {judged:?}");
        }
        if peer("certtool") {
            place.judge(&format!("certtool --key-info --infile {file}"));
        }
    }
}

#[test]
fn two_keys_differ_and_the_default_is_rsa_2048() {
    let place = Place::new();
    place.ok(["key", "-o", "a.key"]);
    let ran = place.ok(["key", "-o", "b.key"]);
    assert!(
        ran.stdout
            .starts_with("b.key: RSA 2048 private key (mode 0600)\n"),
        "{ran:?}"
    );
    assert_ne!(place.read("a.key"), place.read("b.key"));
    if peer("openssl") {
        let judged = place.judge("openssl rsa -in a.key -noout -text");
        assert!(
            judged.stdout.contains("publicExponent: 65537"),
            "{judged:?}"
        );
    }
}

#[test]
fn a_passphrase_from_anywhere_encrypts() {
    let place = Place::new();
    place.write("pass", "correct horse\nsecond line\n");
    place.ok([
        "key",
        "-t",
        "p256",
        "--encrypt",
        "--passphrase-file",
        "pass",
        "-o",
        "file.key",
    ]);
    // Naming the place is asking for encryption.
    place.ok([
        "key",
        "-t",
        "rsa:2048",
        "--passphrase-file",
        "pass",
        "-o",
        "implied.key",
    ]);
    let program = env!("CARGO_BIN_EXE_fullcert");
    let from_env = place.run(
        Command::new(program)
            .args([
                "key",
                "-t",
                "ed25519",
                "--passphrase-env",
                "PASS",
                "-o",
                "env.key",
            ])
            .env("PASS", "correct horse"),
    );
    assert_eq!(from_env.code, 0, "{from_env:?}");
    let from_fd = place.run(Command::new("sh").args([
        "-c",
        &format!(
            "exec 7<pass; exec {program} key -t p384 --passphrase-fd 7 -o fd.key --format json"
        ),
    ]));
    assert_eq!(from_fd.code, 0, "{from_fd:?}");
    let json: serde_json::Value = serde_json::from_str(&from_fd.stdout).expect("JSON");
    assert_eq!(json["schema"], "fullcert.key/1");
    assert_eq!(json["files"][0]["encrypted"], true);
    assert_eq!(json["files"][0]["key"]["curve"], "secp384r1");
    for file in ["file.key", "implied.key", "env.key", "fd.key"] {
        let text = String::from_utf8(place.read(file)).expect("PEM");
        assert!(
            text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
            "{file}"
        );
        assert_eq!(mode(&place, file), 0o600);
        if peer("openssl") {
            place.judge(&format!(
                "openssl pkey -in {file} -noout -check -passin 'pass:correct horse'"
            ));
            let asn1 = place.judge(&format!("openssl asn1parse -in {file}"));
            for scheme in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"] {
                assert!(asn1.stdout.contains(scheme), "{file}: {asn1:?}");
            }
            let wrong = place.run(Command::new("openssl").args([
                "pkey",
                "-in",
                file,
                "-noout",
                "-passin",
                "pass:wrong",
            ]));
            assert_ne!(wrong.code, 0, "{file}");
        }
        if peer("certtool") {
            place.judge(&format!(
                "certtool --key-info --infile {file} --password 'correct horse'"
            ));
        }
    }
}

#[test]
fn a_new_passphrase_is_asked_for_twice() {
    let place = Place::new();
    let file = place.path("client.key").display().to_string();
    let args = ["key", "-t", "p256", "--encrypt", "-o", &file];
    let (code, stderr, asked) = answered(&args, &["one", "other"]);
    assert_eq!((code, asked), (2, 2), "{stderr}");
    assert!(stderr.contains("differ"), "{stderr}");
    let (code, stderr, _) = answered(&args, &["", ""]);
    assert_eq!(code, 2, "{stderr}");
    let (code, stderr, _) = answered(&args, &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--passphrase-file"), "{stderr}");
    holds_only(&place, &[]);
    let (code, stderr, asked) = answered(&args, &["secret", "secret"]);
    assert_eq!((code, asked), (0, 2), "{stderr}");
    assert!(!stderr.contains("secret"));
    if peer("openssl") {
        place.judge("openssl pkey -in client.key -noout -passin pass:secret");
    }
    // Where nothing could be written, nobody is asked.
    let (code, stderr, asked) = answered(&args, &["secret", "secret"]);
    assert_eq!((code, asked), (2, 0), "{stderr}");
}

#[test]
fn what_cannot_be_written_is_said_and_nothing_is() {
    let place = Place::new();
    place.write("there.key", "precious");
    fs::create_dir(place.path("folder")).expect("a folder");
    for (output, says) in [
        ("there.key", "there.key: already exists"),
        ("missing/client.key", "there is no folder missing"),
        ("there.key/client.key", "there is no folder there.key"),
        ("folder", "folder: this is a directory"),
        ("/proc/fullcert.key", "/proc/fullcert.key: "),
    ] {
        let ran = place.fullcert(["key", "-t", "p256", "-o", output]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(ran.stdout, "");
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.contains(says),
            "{ran:?}"
        );
        assert_eq!(ran.stderr.matches("error:").count(), 1, "{ran:?}");
    }
    assert_eq!(place.read("there.key"), b"precious");
    holds_only(&place, &["folder", "there.key"]);
    // A file that was readable by all is not so once it holds a key.
    place.ok(["key", "-t", "p256", "-o", "there.key", "--force"]);
    assert_eq!(mode(&place, "there.key"), 0o600);
}

#[test]
fn a_read_only_folder_is_named() {
    let place = Place::new();
    let folder = place.path("locked");
    fs::create_dir(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).expect("a mode");
    let program = env!("CARGO_BIN_EXE_fullcert");
    let args = ["key", "-t", "p256", "-o", "locked/client.key"];
    let ran = if fs::write(folder.join("probe"), "").is_ok() {
        // Root may write anywhere: run as nobody, where that user can reach the program at all.
        fs::remove_file(folder.join("probe")).expect("removing");
        fs::set_permissions(place.path("."), fs::Permissions::from_mode(0o755)).expect("a mode");
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", program];
        if find("setpriv").is_none()
            || place
                .run(Command::new("setpriv").args(nobody).arg("--version"))
                .code
                != 0
        {
            let _ = writeln!(
                std::io::stderr(),
                "skipped: nobody here is kept out of a read-only folder"
            );
            return;
        }
        place.run(Command::new("setpriv").args(nobody).args(args))
    } else {
        place.fullcert(args)
    };
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("locked/client.key: may not be written"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("ls -ld locked"), "{ran:?}");
}

#[test]
fn standard_output_carries_the_key_alone() {
    let place = Place::new();
    let ran = place.ok(["key", "-t", "ed25519", "-o", "-"]);
    assert!(
        ran.stdout.starts_with("-----BEGIN PRIVATE KEY-----\n"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.ends_with("-----END PRIVATE KEY-----\n"),
        "{ran:?}"
    );
    assert_eq!(ran.stderr, "");
    let ran = place.fullcert(["key", "-o", "-", "--format", "json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("hint: name a file with -o"), "{ran:?}");
}

#[test]
fn devices_and_pipes_are_written_to_and_never_replaced() {
    let place = Place::new();
    let ran = place.ok(["key", "-t", "ed25519", "-o", "/dev/stdout"]);
    assert!(
        ran.stdout.starts_with("-----BEGIN PRIVATE KEY-----\n"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.ends_with("-----END PRIVATE KEY-----\n"),
        "{ran:?}"
    );
    // Replacing a device takes root's rights, so a link in a folder of our own stands for it.
    std::os::unix::fs::symlink("/dev/null", place.path("null")).expect("a link");
    for force in [None, Some("--force")] {
        place.ok(["key", "-t", "ed25519", "-o", "null"]
            .into_iter()
            .chain(force));
        let about = fs::symlink_metadata(place.path("null")).expect("the link");
        assert!(about.is_symlink(), "the link was replaced");
    }
    let ran = place.fullcert([
        "csr",
        "--new-key",
        "p256",
        "--key-out",
        "k.key",
        "--subject",
        "CN=x",
        "-o",
        "/dev/full",
    ]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("/dev/full: cannot be written"),
        "{ran:?}"
    );
    holds_only(&place, &["null"]);
}

#[test]
fn an_unknown_kind_is_answered_with_the_known_ones() {
    let place = Place::new();
    for kind in ["rsa:1024", "rsa:99999999", "dsa", ""] {
        let ran = place.fullcert(["key", "-t", kind, "-o", "x.key"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("rsa:2048"), "{ran:?}");
    }
    holds_only(&place, &[]);
}
