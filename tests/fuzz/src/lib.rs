//! Owns what every fuzz target does with its bytes: decode them with and without a password, and hold the result to
//! what all results have in common.

mod seeds;

pub use seeds::{archive, digested, seeds, unlocked};

use fullcert::decode::{self, Decoded, Integrity, Passwords, Wanted};
use fullcert::encode::pem::{self, Part};
use fullcert::error::SecretError;
use fullcert::io::{Clock, Io, Terminal};
use fullcert::material::{Certificate, Crl, Item, PublicKey, Request, Time};
use fullcert::secret::Secret;
use fullcert::source::{Origin, Source};
use zeroize::Zeroizing;

/// Of every seed.
pub const PASSWORD: &str = "changeit";

/// Objects written again; more would only take longer.
const WRITTEN: usize = 8;

/// Decodes without a password, then with the seeds'.
pub fn decode(bytes: &[u8]) {
    for password in [None, Some(PASSWORD)] {
        if let Ok(decoded) = open(bytes, password) {
            check(&decoded);
        }
    }
}

/// Decodes with one password for everything, or with none.
///
/// # Errors
/// The decoder's.
pub fn open(bytes: &[u8], password: Option<&str>) -> Result<Decoded, fullcert::error::DecodeError> {
    let source = Source {
        origin: Origin::file("fuzzed"),
        bytes: Zeroizing::new(bytes.to_vec()),
    };
    decode::decode(&source, &mut One(password))
}

/// `fullcert inspect -`, both ways of printing.
pub fn inspect(bytes: &[u8]) {
    for format in ["text", "json"] {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut stdin = bytes;
        let mut io = Io {
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: Terminal::default(),
            env: &|name| (name == "PW").then(|| PASSWORD.into()),
            prompt: &mut |_| Ok(None),
        };
        let line = [
            "fullcert",
            "inspect",
            "-",
            "--password-env",
            "PW",
            "--format",
            format,
        ];
        let code = fullcert::run(line.map(Into::into), &mut io, &Noon);
        assert!(matches!(code, 0 | 2), "exit code {code}");
        if format == "json" {
            let _: serde_json::Value = serde_json::from_slice(&stdout).expect("JSON");
        } else {
            assert!(!stdout.is_empty() || !stderr.is_empty());
            for stream in [stdout, stderr] {
                let text = String::from_utf8(stream).expect("UTF-8");
                let control = |found: char| found.is_control() && found != '\n';
                assert!(!text.contains(control), "{text:?}");
            }
        }
    }
}

/// What holds for everything that was read, whatever it was read from.
fn check(decoded: &Decoded) {
    // A check that holds is one that was made.
    assert!(decoded.integrity != Integrity::Verified || decoded.mac.is_some());
    let mut parts = Vec::new();
    for object in &decoded.objects {
        let origin = object.origin.clone();
        match &object.item {
            Item::Certificate(read) => {
                let again = Certificate::from_der(read.der(), origin).expect("a certificate");
                assert_eq!(&again, read);
                parts.push(Part::Certificate(read));
            }
            Item::Key(read) => parts.push(Part::Key(read)),
            Item::PublicKey(read) => {
                PublicKey::from_spki(read.spki(), origin).expect("a public key");
                parts.push(Part::PublicKey(read));
            }
            Item::Request(read) => {
                Request::from_der(read.der(), origin).expect("a request");
                parts.push(Part::Request(read));
            }
            Item::Crl(read) => {
                Crl::from_der(read.der(), origin).expect("a revocation list");
                parts.push(Part::Crl(read));
            }
            Item::EncryptedKey(_) | Item::SecretKey { .. } => {}
        }
    }
    // The writer reads back what it made and compares.
    for part in parts.into_iter().take(WRITTEN) {
        pem::objects(&[part], None).expect("what was read can be written");
    }
}

struct One<'a>(Option<&'a str>);

impl Passwords for One<'_> {
    fn password(&mut self, _: Wanted, _: &Origin) -> Result<Option<Secret>, SecretError> {
        Ok(self.0.map(|text| Secret::new(text.to_owned())))
    }
}

/// The same moment on every run.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Time {
        Time::from_unix(1_767_225_600)
    }
}
