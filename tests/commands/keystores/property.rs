//! Any store that can be made comes back whole: generated identities, names and passwords through every format.

use std::collections::HashSet;

use fullcert::decode::{Decoded, Integrity};
use fullcert::encode::{Entry, jks, pem, pkcs7, pkcs8, pkcs12};
use fullcert::error::EncodeError;
use fullcert::identity::Identity;
use fullcert::material::{Certificate, Item, PrivateKey, Time};
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use super::pki::{self, certificate, material, open, open_with, secret};

const ROUNDS: u64 = 25;
const KINDS: [&str; 6] = ["rsa", "p256", "p384", "p521", "ed25519", "ed448"];

/// The same numbers on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    /// Of characters that one program or another has stumbled over.
    fn text(&mut self, least: usize, most: usize) -> String {
        const ALPHABET: &str =
            "aZ09 _-.,=+\"'\\/;#<>äßÉЖ漢字🔑𝒜\u{202e}\u{0}\u{7f}\u{feff}\u{fffd}İıſ";
        let alphabet: Vec<char> = ALPHABET.chars().collect();
        (0..least + self.below(most - least + 1))
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect()
    }

    /// What people take.
    fn ascii(&mut self) -> String {
        (0..=self.below(24))
            .map(|_| char::from(b' ' + u8::try_from(self.below(95)).unwrap()))
            .collect()
    }
}

/// Made once: keys take the time.
struct Keys(Vec<PKey<Private>>);

impl Keys {
    fn new() -> Self {
        Self(
            KINDS
                .iter()
                .flat_map(|kind| [pki::key(kind), pki::key(kind)])
                .collect(),
        )
    }

    fn any(&self, dice: &mut Dice) -> &PKey<Private> {
        &self.0[dice.below(self.0.len())]
    }

    /// An identity with up to five issuers, the root among them or not.
    fn identity(&self, dice: &mut Dice) -> Identity {
        let mut issuer: Option<(X509, &PKey<Private>)> = None;
        let mut issuers = Vec::new();
        for _ in 0..dice.below(6) {
            let key = self.any(dice);
            let name = format!("CA {}", dice.0);
            let ca = certificate(
                &name,
                key,
                issuer.as_ref().map(|(ca, key)| (ca, *key)),
                true,
            );
            issuers.insert(0, material(&ca));
            issuer = Some((ca, key));
        }
        let key = self.any(dice);
        let name = format!("leaf {}", dice.0);
        let leaf = certificate(
            &name,
            key,
            issuer.as_ref().map(|(ca, key)| (ca, *key)),
            false,
        );
        let key = PrivateKey::new(key.clone(), pki::origin()).unwrap();
        Identity::new(key, material(&leaf), issuers).unwrap()
    }
}

/// What is to go into a store; the names may be any.
struct Plan {
    identities: Vec<(String, Identity)>,
    anchors: Vec<(String, Certificate)>,
}

impl Plan {
    fn new(keys: &Keys, dice: &mut Dice) -> Self {
        let mut identities: Vec<(String, Identity)> = Vec::new();
        for _ in 0..dice.below(4) {
            // Now and then the same key and chain under two names.
            let identity = match identities.first() {
                Some((_, first)) if dice.below(4) == 0 => first.clone(),
                _ => keys.identity(dice),
            };
            identities.push((dice.text(0, 20), identity));
        }
        let mut anchors = Vec::new();
        for _ in 0..dice.below(4) {
            let root = certificate(&format!("Root {}", dice.0), keys.any(dice), None, true);
            anchors.push((dice.text(0, 20), material(&root)));
        }
        Self {
            identities,
            anchors,
        }
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        let identities = self
            .identities
            .iter()
            .map(|(alias, identity)| Entry::Identity { alias, identity });
        let anchors = self
            .anchors
            .iter()
            .map(|(alias, certificate)| Entry::Trusted { alias, certificate });
        identities.chain(anchors).collect()
    }

    /// Why it cannot be written, if it cannot.
    fn refusal(&self) -> Option<&'static str> {
        let names: Vec<&String> = self
            .identities
            .iter()
            .map(|(name, _)| name)
            .chain(self.anchors.iter().map(|(name, _)| name))
            .collect();
        let mut seen = HashSet::new();
        if names.is_empty() {
            return Some("entries");
        }
        // The first that is wrong is told.
        names.into_iter().find_map(|name| {
            if name.is_empty() {
                Some("empty")
            } else {
                (!seen.insert(name.to_lowercase())).then_some("twice")
            }
        })
    }

    /// Holds what was read against what was meant: keys byte for byte, chains in order, names and marks.
    fn assert_read(&self, decoded: &Decoded, fold: fn(&str) -> String, what: &str) {
        assert_eq!(decoded.integrity, Integrity::Verified, "{what}");
        let keys: Vec<_> = pki::keys(decoded)
            .into_iter()
            .map(|(alias, key)| (alias.map(str::to_owned), pki::pkcs8(key)))
            .collect();
        let meant: Vec<_> = self
            .identities
            .iter()
            .map(|(alias, identity)| (Some(fold(alias)), pki::pkcs8(identity.key())))
            .collect();
        assert!(keys == meant, "{what}: keys or their names differ");
        let mut read = decoded
            .objects
            .iter()
            .filter_map(|object| match &object.item {
                Item::Certificate(certificate) => Some((object, certificate)),
                _ => None,
            });
        for (alias, identity) in &self.identities {
            for (depth, meant) in identity.chain().enumerate() {
                let (object, certificate) =
                    read.next().unwrap_or_else(|| panic!("{what}: too few"));
                assert_eq!(certificate, meant, "{what}");
                assert!(!object.trusted, "{what}");
                if depth == 0 {
                    assert_eq!(object.alias, Some(fold(alias)), "{what}");
                }
            }
        }
        for (alias, meant) in &self.anchors {
            let (object, certificate) = read.next().unwrap_or_else(|| panic!("{what}: too few"));
            assert_eq!(certificate, meant, "{what}");
            assert!(object.trusted, "{what}");
            assert_eq!(object.alias, Some(fold(alias)), "{what}");
        }
        assert!(read.next().is_none(), "{what}: too many");
    }
}

/// Whether the error is the one that the plan deserves.
fn assert_refused(error: &EncodeError, because: &str, what: &str) {
    let fits = match because {
        "entries" => matches!(error, EncodeError::NoEntries { .. }),
        "empty" => matches!(error, EncodeError::AliasEmpty),
        _ => matches!(error, EncodeError::AliasTwice { .. }),
    };
    assert!(fits, "{what}: {because}, but {error}");
}

#[test]
fn every_store_comes_back_whole() {
    let keys = Keys::new();
    let mut written = 0;
    for round in 1..=ROUNDS {
        let mut dice = Dice(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let plan = Plan::new(&keys, &mut dice);
        let password = if dice.below(2) == 0 {
            dice.ascii()
        } else {
            dice.text(1, 30)
        };
        let own = dice.text(1, 30);
        let entries = plan.entries();
        let refusal = plan.refusal();
        for profile in [
            pkcs12::Profile::Modern,
            pkcs12::Profile::Legacy,
            pkcs12::Profile::Pbmac1,
        ] {
            let what = format!("round {round}, {profile:?}, password {password:?}");
            match (
                pkcs12::write(&entries, &secret(&password), profile, 1_000),
                refusal,
            ) {
                (Ok(bytes), None) => {
                    let decoded = open(&bytes, Some(&password)).unwrap();
                    plan.assert_read(&decoded, str::to_owned, &what);
                    written += 1;
                }
                (Err(error), Some(because)) => assert_refused(&error, because, &what),
                (result, _) => panic!("{what}: {:?}, {refusal:?}", result.err()),
            }
        }
        for kind in [jks::Kind::Jks, jks::Kind::Jceks] {
            // The keys' own password, where it is asked for.
            let key_password = (dice.below(2) == 0).then_some(own.as_str());
            let what =
                format!("round {round}, {kind:?}, passwords {password:?} and {key_password:?}");
            let result = jks::write(
                kind,
                &entries,
                &secret(&password),
                key_password.map(secret).as_ref(),
                Time::from_unix(1),
            );
            match (result, refusal) {
                (Ok(bytes), None) => {
                    let decoded = open_with(&bytes, Some(&password), key_password).unwrap();
                    plan.assert_read(&decoded, str::to_lowercase, &what);
                    written += 1;
                }
                // Java's scheme for JCEKS takes no other password for a key.
                (Err(EncodeError::PasswordNotAscii { .. }), None) => assert!(
                    kind == jks::Kind::Jceks
                        && !plan.identities.is_empty()
                        && !key_password
                            .unwrap_or(&password)
                            .bytes()
                            .all(|byte| matches!(byte, b' '..=b'~')),
                    "{what}"
                ),
                (Err(error), Some(because)) => assert_refused(&error, because, &what),
                (result, _) => panic!("{what}: {:?}, {refusal:?}", result.err()),
            }
        }
    }
    assert!(written > 40, "{written}");
}

#[test]
fn every_identity_comes_back_from_text_and_messages() {
    let keys = Keys::new();
    for round in 1..=ROUNDS {
        let mut dice = Dice(round.wrapping_mul(0xd134_2543_de82_ef95));
        let identity = keys.identity(&mut dice);
        let passphrase = (dice.below(2) == 0).then(|| dice.text(1, 30));
        let locked = passphrase.as_deref().map(secret);
        let what = format!("round {round}, passphrase {passphrase:?}");
        let chain: Vec<&Certificate> = identity.chain().collect();
        let certificates = |bytes: &[u8]| {
            let decoded = open(bytes, None).unwrap();
            assert_eq!(pki::keys(&decoded).len(), 0, "{what}");
            let found: Vec<Certificate> = pki::certificates(&decoded)
                .into_iter()
                .map(|(_, found)| found.clone())
                .collect();
            assert!(found.iter().eq(chain.iter().copied()), "{what}");
        };
        let whole = pem::fullcert(&identity, locked.as_ref()).unwrap();
        let decoded = open_with(&whole, None, passphrase.as_deref()).unwrap();
        pki::assert_holds(&decoded, &identity, &what);
        certificates(&pem::certificates(identity.chain()).unwrap());
        certificates(&pkcs7::der(identity.chain()).unwrap());
        certificates(&pkcs7::pem(identity.chain()).unwrap());
        let mut alone = vec![pkcs8::der(identity.key()).unwrap().to_vec()];
        if let Some(locked) = &locked {
            alone.push(pkcs8::encrypted_der(identity.key(), locked, 1_000).unwrap());
        }
        for bytes in alone {
            let decoded = open_with(&bytes, None, passphrase.as_deref()).unwrap();
            let [(None, key)] = pki::keys(&decoded)[..] else {
                panic!("{what}: {decoded:?}");
            };
            assert!(pki::pkcs8(key) == pki::pkcs8(identity.key()), "{what}");
        }
    }
}
