//! Files that were damaged, or made to do damage: an answer comes soon, and never a panic.

use std::time::{Duration, Instant};

use fullcert::encode::{Entry, jks, pkcs7, pkcs12};
use fullcert::error::DecodeError;
use fullcert::material::Time;

use crate::support::{Place, peer};

use super::pki::{self, Pki, assert_holds, open, open_with, pki, secret};

const PASSWORD: &str = "changeit";
/// No file may keep us longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

fn identity(pki: &Pki) -> [Entry<'_>; 2] {
    [
        Entry::Identity {
            alias: "client",
            identity: &pki.identity,
        },
        Entry::Trusted {
            alias: "root",
            certificate: &pki.root,
        },
    ]
}

fn written(pki: &Pki, profile: pkcs12::Profile, iterations: u32) -> Vec<u8> {
    pkcs12::write(&identity(pki), &secret(PASSWORD), profile, iterations).unwrap()
}

fn java(pki: &Pki, kind: jks::Kind) -> Vec<u8> {
    jks::write(
        kind,
        &identity(pki),
        &secret(PASSWORD),
        None,
        Time::from_unix(0),
    )
    .unwrap()
}

/// Decodes within [`PATIENCE`].
fn soon(bytes: &[u8]) -> Result<fullcert::decode::Decoded, DecodeError> {
    let started = Instant::now();
    let result = open(bytes, Some(PASSWORD));
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    result
}

fn limited(bytes: &[u8], what: &str) {
    match soon(bytes) {
        Err(DecodeError::LimitExceeded { .. }) => {}
        other => panic!("{what}: {other:?}"),
    }
}

/// Puts other bytes in the place of each occurrence; they must occur.
fn patch(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut patched = bytes.to_vec();
    let places: Vec<_> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "nothing to patch");
    for at in places {
        patched[at..at + to.len()].copy_from_slice(to);
    }
    patched
}

#[test]
fn damaged_files_are_answered() {
    let pki = pki("p256");
    let samples = [
        (
            "modern",
            written(&pki, pkcs12::Profile::Modern, 1_000),
            Some(PASSWORD),
        ),
        (
            "legacy",
            written(&pki, pkcs12::Profile::Legacy, 1_000),
            Some(PASSWORD),
        ),
        (
            "pbmac1",
            written(&pki, pkcs12::Profile::Pbmac1, 1_000),
            Some(PASSWORD),
        ),
        ("jks", java(&pki, jks::Kind::Jks), Some(PASSWORD)),
        ("jceks", java(&pki, jks::Kind::Jceks), None),
        ("p7b", pkcs7::der(pki.identity.chain()).unwrap(), None),
    ];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for (name, good, password) in &samples {
        for _ in 0..400 {
            let mut bytes = good.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                match dice.below(4) {
                    0 => bytes[at] ^= 1 << dice.below(8),
                    1 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
                    2 => {
                        bytes.remove(at);
                    }
                    _ => bytes.insert(at, 0xff),
                }
            }
            let started = Instant::now();
            let result = open(&bytes, *password);
            assert!(started.elapsed() < PATIENCE, "{name}");
            if let (Ok(decoded), true) = (result, password.is_some()) {
                // What opens all the same must not be another key under a check that holds.
                assert!(
                    bytes == *good
                        || decoded.integrity != fullcert::decode::Integrity::Verified
                        || pki::keys(&decoded)
                            .iter()
                            .all(|(_, key)| { key.pkey().public_eq(pki.identity.key().pkey()) }),
                    "{name}"
                );
            }
        }
        for cut in (0..good.len()).step_by(7) {
            assert!(
                open(&good[..cut], *password).is_err(),
                "{name} cut at {cut}"
            );
        }
    }
}

/// Secret keys of a JCEKS are Java's serialized objects, which end where their own grammar says.
#[test]
fn damaged_secret_keys_are_answered() {
    if !peer("keytool") {
        return;
    }
    let place = Place::new();
    for (number, algorithm) in ["AES -keysize 128", "DESede", "HmacSHA256 -keysize 256"]
        .iter()
        .enumerate()
    {
        place.judge(&format!(
            "keytool -genseckey -keyalg {algorithm} -alias k{number} -storetype JCEKS -keystore secrets -storepass {PASSWORD} -keypass {PASSWORD}"
        ));
    }
    let good = place.read("secrets");
    assert_eq!(open(&good, Some(PASSWORD)).unwrap().objects.len(), 3);
    let mut dice = Dice(2_463_534_242);
    for _ in 0..2_000 {
        let mut bytes = good.clone();
        for _ in 0..=dice.below(3) {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        let started = Instant::now();
        // Without the password: what is looked at here is the walk, not the lock.
        let _ = open(&bytes, None);
        assert!(started.elapsed() < PATIENCE);
    }
    for cut in 0..good.len() {
        assert!(open(&good[..cut], None).is_err(), "{cut}");
    }
}

#[test]
fn iteration_counts_are_held_to_a_limit_before_anything_is_derived() {
    let pki = pki("p256");
    let million = [2, 3, 0x0f, 0x42, 0x40];
    for profile in [
        pkcs12::Profile::Modern,
        pkcs12::Profile::Legacy,
        pkcs12::Profile::Pbmac1,
    ] {
        let good = written(&pki, profile, 1_000_000);
        assert_holds_both(&good, &pki);
        let started = Instant::now();
        limited(
            &patch(&good, &million, &[2, 3, 0x7f, 0xff, 0xff]),
            "iterations",
        );
        assert!(
            started.elapsed() < Duration::from_millis(500),
            "{:?}",
            started.elapsed()
        );
    }
    // JCEKS states 200,000.
    let jceks = patch(
        &java(&pki, jks::Kind::Jceks),
        &[2, 3, 3, 0x0d, 0x40],
        &[2, 3, 0x7f, 0xff, 0xff],
    );
    // The digest no longer fits; whether a key opens would tell why, and is not worth it.
    limited(&jceks, "JCEKS");
}

fn assert_holds_both(bytes: &[u8], pki: &Pki) {
    let mut decoded = soon(bytes).unwrap();
    decoded
        .objects
        .retain(|object| object.alias.as_deref() != Some("root"));
    assert_holds(&decoded, &pki.identity, "a million iterations");
}

#[test]
fn many_keys_share_one_limit() {
    let pki = pki("p256");
    let names: Vec<_> = (0..20).map(|number| format!("key {number}")).collect();
    let entries: Vec<_> = names
        .iter()
        .map(|alias| Entry::Identity {
            alias,
            identity: &pki.identity,
        })
        .collect();
    let good = pkcs12::write(
        &entries,
        &secret(PASSWORD),
        pkcs12::Profile::Modern,
        100_000,
    )
    .unwrap();
    // With 100,000 each it is an honest file; with a million each it is not.
    assert_eq!(pki::keys(&soon(&good).unwrap()).len(), 20);
    let spoilt = patch(&good, &[2, 3, 1, 0x86, 0xa0], &[2, 3, 0x0f, 0x42, 0x40]);
    assert!(soon(&spoilt).is_err());
}

#[test]
fn counts_and_lengths_are_held_against_what_is_there() {
    let pki = pki("p256");
    for kind in [jks::Kind::Jks, jks::Kind::Jceks] {
        let good = java(&pki, kind);
        for (at, what) in [(8, "entries"), (12 + 4 + 2 + 6 + 8, "key length")] {
            for value in [u32::MAX, i32::MAX as u32, 0x00ff_ffff, 19_999] {
                let mut bytes = good.clone();
                bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
                let error = soon(&bytes).unwrap_err();
                assert!(
                    ["truncated", "limit-exceeded"].contains(&error.code()),
                    "{what} {value}: {error}"
                );
            }
        }
        // The number of certificates follows the key.
        let key = u32::from_be_bytes(good[32..36].try_into().unwrap()) as usize;
        for value in [u32::MAX, 999] {
            let mut bytes = good.clone();
            bytes[36 + key..40 + key].copy_from_slice(&value.to_be_bytes());
            let error = soon(&bytes).unwrap_err();
            assert!(
                ["truncated", "limit-exceeded"].contains(&error.code()),
                "{value}: {error}"
            );
        }
    }
}

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag, 0x84];
    bytes.extend_from_slice(&u32::try_from(contents.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(contents);
    bytes
}

/// A PKCS#12 file without a MAC around one open safe.
fn unlocked(safe: &[u8]) -> Vec<u8> {
    let data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let info = |contents: &[u8]| {
        element(
            0x30,
            &[&data[..], &element(0xa0, &element(4, contents))].concat(),
        )
    };
    let safes = element(0x30, &info(safe));
    element(0x30, &[&[2, 1, 3][..], &info(&safes)].concat())
}

fn bag(kind: u8, value: &[u8]) -> Vec<u8> {
    let oid = [
        6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, kind,
    ];
    element(0x30, &[&oid[..], &element(0xa0, value)].concat())
}

#[test]
fn nesting_ends() {
    let mut safe = element(0x30, &[]);
    for _ in 0..5_000 {
        safe = element(0x30, &bag(6, &safe));
    }
    limited(&unlocked(&safe), "safes in safes");
    let endless = [&[0x30, 0x80, 2, 1, 3][..], &[0x30, 0x80].repeat(1_000_000)].concat();
    assert!(soon(&endless).is_err());
    let strings = [&[0x24, 0x80][..]].concat().repeat(1_000_000);
    let data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let endless = [
        &[0x30, 0x80, 2, 1, 3, 0x30, 0x80][..],
        &data,
        &[0xa0, 0x80],
        &strings,
    ]
    .concat();
    assert!(soon(&endless).is_err());
}

#[test]
fn crowds_of_small_things_are_bounded() {
    // Thirty thousand empty bags, and as many attributes in one.
    let nothing = bag(9, &[]);
    limited(&unlocked(&element(0x30, &nothing.repeat(30_000))), "bags");
    let attribute = element(
        0x30,
        &[&[6, 3, 0x2a, 3, 4][..], &element(0x31, &[])].concat(),
    );
    let oid = [6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 9];
    let crowded = element(
        0x30,
        &[
            &oid[..],
            &element(0xa0, &[]),
            &element(0x31, &attribute.repeat(300_000)),
        ]
        .concat(),
    );
    assert!(soon(&unlocked(&element(0x30, &crowded))).is_ok());
    // A DSA key with a prime that would take hours.
    let huge = [vec![0x7f], vec![0xff; 20_000]].concat();
    let number = element(2, &huge);
    let parameters = element(
        0x30,
        &[&number[..], &element(2, &[1, 0, 1]), &number].concat(),
    );
    let dsa = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
    let key = element(
        0x30,
        &[
            &[2, 1, 0][..],
            &element(0x30, &[&dsa[..], &parameters].concat()),
            &element(4, &element(2, &vec![0x7f; 20_000])),
        ]
        .concat(),
    );
    limited(&unlocked(&element(0x30, &bag(1, &key))), "DSA");
    // Seventeen megabytes of nothing.
    let mut heavy = vec![0x30, 0x84, 1, 0x10, 0, 0, 2, 1, 3, 0x30];
    heavy.resize(0x0110_0006, 0);
    limited(&heavy, "size");
}

/// Whatever is written comes back, for any name and any password that can be typed.
#[test]
fn what_is_written_is_what_is_read() {
    let mut dice = Dice(88_172_645_463_325_252);
    let pkis = ["p256", "ed25519", "p521", "ed448"].map(pki);
    let alphabet: Vec<char> = "aZ09 _-.,=+\"'\\/äßÉЖ漢字🔑\u{202e}\u{0}\u{7f}"
        .chars()
        .collect();
    for round in 0..40 {
        let mut text = |least: usize| -> String {
            (0..least + dice.below(20))
                .map(|_| alphabet[dice.below(alphabet.len())])
                .collect()
        };
        let (password, alias, key_password) = (text(1), text(1), text(1));
        let pki = &pkis[round % pkis.len()];
        let entries = [Entry::Identity {
            alias: &alias,
            identity: &pki.identity,
        }];
        let what = format!("{alias:?} under {password:?}");
        for profile in [
            pkcs12::Profile::Modern,
            pkcs12::Profile::Legacy,
            pkcs12::Profile::Pbmac1,
        ] {
            let bytes = pkcs12::write(&entries, &secret(&password), profile, 1_000)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let decoded = open(&bytes, Some(&password)).unwrap();
            assert_holds(&decoded, &pki.identity, &what);
            assert_eq!(pki::keys(&decoded)[0].0, Some(alias.as_str()));
        }
        let own = secret(&key_password);
        let bytes = jks::write(
            jks::Kind::Jks,
            &entries,
            &secret(&password),
            Some(&own),
            Time::from_unix(1),
        )
        .unwrap_or_else(|error| panic!("{what}: {error}"));
        let decoded = open_with(&bytes, Some(&password), Some(&key_password)).unwrap();
        assert_holds(&decoded, &pki.identity, &what);
        assert_eq!(
            pki::keys(&decoded)[0].0,
            Some(alias.to_lowercase().as_str())
        );
    }
}
