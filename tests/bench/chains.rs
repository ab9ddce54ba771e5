//! Piles for path building: strangers by the thousand, sixty CAs that have all signed each other, a hundred of one
//! name, and twins of which one is expired.

use std::path::{Path, PathBuf};

use openssl::x509::X509;

use crate::forge::Spec;

const AUTHORITIES: usize = 60;
const NAMESAKES: usize = 100;

/// What the forge numbers certificates with.
const SERIAL: u64 = 0x1234_5678_9abc_def0;

/// The files of one case.
pub struct Piled {
    /// Leaf first, everything else behind it.
    pub pile: PathBuf,
    pub leaf: PathBuf,
    pub root: PathBuf,
}

/// A good chain among strangers.
pub fn strangers(folder: &Path, count: usize) -> Piled {
    let (inner, root) = (Spec::ca("inner"), Spec::ca("root"));
    let leaf = Spec::leaf("leaf");
    let nobody = Spec::ca("nobody");
    let mut pile = pem(&leaf, &inner);
    for _ in 0..count / 100 {
        // One key, name and signature to each hundred: what is measured is the looking, not the making.
        let stranger = named("stranger").by(&nobody).to_der().expect("DER");
        let serial = SERIAL.to_be_bytes();
        let place = stranger
            .windows(serial.len())
            .position(|bytes| bytes == serial)
            .expect("a serial number");
        for number in 0_u64..100 {
            let mut other = stranger.clone();
            other[place..place + serial.len()].copy_from_slice(&(SERIAL + number).to_be_bytes());
            let other = X509::from_der(&other).expect("a certificate");
            pile.extend(other.to_pem().expect("PEM"));
        }
    }
    pile.extend(pem(&inner, &root));
    write(folder, "strangers", &pile, &leaf, &inner, &root)
}

/// The issuer among a hundred of its name with other keys, and nothing that says which it is.
pub fn namesakes(folder: &Path) -> Piled {
    let bare = |spec: Spec| Spec {
        key_ids: false,
        ..spec
    };
    let kinds = ["p256", "p384", "rsa2048", "ed25519"];
    let root = Spec::ca("root");
    let mut pile = Vec::new();
    for number in 0..NAMESAKES {
        // Another name to the forge, which keeps its key by it; the same one in the certificate.
        let name = format!("inner{}", "/".repeat(number + 1));
        let other = bare(Spec {
            key: kinds[number % kinds.len()],
            ..Spec::ca(Box::leak(name.into_boxed_str()))
        });
        pile.extend(pem(&other, &root));
    }
    let (leaf, inner) = (bare(Spec::leaf("leaf")), bare(Spec::ca("inner")));
    let pile = [pem(&leaf, &inner), pile, pem(&inner, &root)].concat();
    write(folder, "namesakes", &pile, &leaf, &inner, &root)
}

/// Six intermediates, each beside fifteen twins that have expired.
pub fn twins(folder: &Path) -> Piled {
    let (leaf, root) = (Spec::leaf("leaf"), Spec::ca("root"));
    let line: Vec<Spec> = (0..6).map(|_| named("twin")).collect();
    let mut pile = pem(&leaf, &line[0]);
    for (place, one) in line.iter().enumerate() {
        let issuer = line.get(place + 1).unwrap_or(&root);
        for serial in 1..=15 {
            let old = Spec {
                from: -300,
                to: -10,
                serial,
                ..one.clone()
            };
            pile.extend(pem(&old, issuer));
        }
        pile.extend(pem(one, issuer));
    }
    write(folder, "twins", &pile, &leaf, &line[0], &root)
}

/// A way to the root through the mesh.
pub fn mesh(folder: &Path) -> Piled {
    let authorities: Vec<Spec> = (0..AUTHORITIES).map(|_| named("authority")).collect();
    let (leaf, root) = (Spec::leaf("leaf"), Spec::ca("root"));
    let mut pile = pem(&leaf, &authorities[0]);
    for subject in &authorities {
        for issuer in &authorities {
            if subject.name != issuer.name {
                pile.extend(pem(subject, issuer));
            }
        }
    }
    pile.extend(pem(&authorities[AUTHORITIES - 1], &root));
    write(folder, "mesh", &pile, &leaf, &authorities[0], &root)
}

/// A CA of a name that no other has.
fn named(what: &str) -> Spec {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("{what} {}", NEXT.fetch_add(1, Ordering::Relaxed));
    Spec::ca(Box::leak(name.into_boxed_str()))
}

fn pem(subject: &Spec, issuer: &Spec) -> Vec<u8> {
    subject.by(issuer).to_pem().expect("PEM")
}

fn write(folder: &Path, name: &str, pile: &[u8], leaf: &Spec, issuer: &Spec, root: &Spec) -> Piled {
    let place = |part: &str, bytes: &[u8]| {
        let path = folder.join(format!("{name}-{part}.pem"));
        std::fs::write(&path, bytes).expect("writing a pile");
        path
    };
    Piled {
        pile: place("pile", pile),
        leaf: place("leaf", &pem(leaf, issuer)),
        root: place("root", &pem(root, root)),
    }
}
