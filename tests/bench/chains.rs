//! Piles for path building: ten thousand strangers, and sixty CAs that have all signed each other.

use std::path::{Path, PathBuf};

use crate::forge::Spec;

const STRANGERS: usize = 10_000;
const AUTHORITIES: usize = 60;

/// The files of one case.
pub struct Piled {
    /// Leaf first, everything else behind it.
    pub pile: PathBuf,
    pub leaf: PathBuf,
    pub root: PathBuf,
}

/// A good chain among strangers.
pub fn strangers(folder: &Path) -> Piled {
    let (inner, root) = (Spec::ca("inner"), Spec::ca("root"));
    let leaf = Spec::leaf("leaf");
    let crowd: Vec<Spec> = (0..STRANGERS / 100).map(|_| named("stranger")).collect();
    let mut pile = pem(&leaf, &inner);
    let nobody = Spec::ca("nobody");
    for number in 0..STRANGERS {
        // One key and one name to each hundred: what is measured is the looking, not the making.
        let stranger = Spec {
            serial: i64::try_from(number).expect("a small number") + 1,
            ..crowd[number / 100].clone()
        };
        pile.extend(pem(&stranger, &nobody));
    }
    pile.extend(pem(&inner, &root));
    write(folder, "strangers", &pile, &leaf, &inner, &root)
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
