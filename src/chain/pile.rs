//! Certificates in no order, and who signed whom among them.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use openssl::pkey::{Id, PKey, Public};

use crate::material::Certificate;

/// The most work that is spent on the signatures of one pile, in microseconds of a slow machine; honest ones need
/// about one signature for each certificate of the path.
const MAX_WORK: usize = 2_000_000;

/// A set of certificates, each there once, with the edges between them.
///
/// An edge goes from a certificate to one whose *key* made its signature. Names only find the candidates and key
/// identifiers only order them, so ten thousand strangers cost a table look-up each, and namesakes with
/// another key are never mistaken for the issuer.
pub struct Pile {
    nodes: Vec<Node>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    by_digest: HashMap<String, usize>,
    repeated: Vec<(Certificate, usize)>,
    /// The keys by their numbers, parsed at first use.
    keys: Vec<OnceCell<Option<PKey<Public>>>>,
    work: Cell<usize>,
}

struct Node {
    certificate: Certificate,
    /// Number of its public key; the same key has the same number.
    key: usize,
    /// Whether it was given as an anchor.
    anchor: bool,
    /// Whether it was in the pile itself, and not only among the anchors.
    given: bool,
    self_signed: OnceCell<bool>,
    issuers: OnceCell<Vec<usize>>,
}

/// How far a certificate's key identifiers agree with a candidate's. They rank; they decide nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyIds {
    Agree,
    Silent,
    Differ,
}

impl Pile {
    /// `anchors` take part as issuers and end a path; they may also be in `certificates`.
    #[must_use]
    pub fn new(certificates: &[Certificate], anchors: &[Certificate]) -> Self {
        let mut pile = Self {
            nodes: Vec::with_capacity(certificates.len() + anchors.len()),
            by_subject: HashMap::new(),
            by_digest: HashMap::new(),
            repeated: Vec::new(),
            keys: Vec::new(),
            work: Cell::new(0),
        };
        let mut numbers: HashMap<Vec<u8>, usize> = HashMap::new();
        for (anchor, certificate) in certificates
            .iter()
            .map(|certificate| (false, certificate))
            .chain(anchors.iter().map(|certificate| (true, certificate)))
        {
            if let Some(&known) = pile.by_digest.get(certificate.sha256()) {
                pile.nodes[known].anchor |= anchor;
                if !anchor {
                    pile.repeated.push((certificate.clone(), known));
                }
                continue;
            }
            let index = pile.nodes.len();
            let next = numbers.len();
            let key = *numbers.entry(certificate.spki().to_vec()).or_insert(next);
            pile.by_digest
                .insert(certificate.sha256().to_owned(), index);
            pile.by_subject
                .entry(certificate.subject().canonical())
                .or_default()
                .push(index);
            pile.nodes.push(Node {
                certificate: certificate.clone(),
                key,
                anchor,
                given: !anchor,
                self_signed: OnceCell::new(),
                issuers: OnceCell::new(),
            });
        }
        pile.keys.resize_with(numbers.len(), OnceCell::new);
        pile
    }

    /// How many different certificates there are, anchors included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The different certificates of the pile, anchors that were not in it left out.
    pub fn given(&self) -> impl Iterator<Item = &Certificate> {
        self.nodes
            .iter()
            .filter(|node| node.given)
            .map(|node| &node.certificate)
    }

    /// Certificates that came more than once: the later one, and the first.
    pub fn repeated(&self) -> impl Iterator<Item = (&Certificate, &Certificate)> {
        self.repeated
            .iter()
            .map(|(later, first)| (later, &self.nodes[*first].certificate))
    }

    pub(super) fn find(&self, certificate: &Certificate) -> Option<usize> {
        self.by_digest.get(certificate.sha256()).copied()
    }

    pub(super) fn certificate(&self, index: usize) -> &Certificate {
        &self.nodes[index].certificate
    }

    pub(super) fn is_anchor(&self, index: usize) -> bool {
        self.nodes[index].anchor
    }

    pub(super) fn is_given(&self, index: usize) -> bool {
        self.nodes[index].given
    }

    /// A certificate of the issuer's name that did not make this one's signature.
    pub(super) fn namesake(&self, child: &Certificate) -> Option<Certificate> {
        let signers = self
            .find(child)
            .map_or(&[][..], |index| self.issuers(index));
        self.by_subject
            .get(&child.issuer().canonical())?
            .iter()
            .filter(|index| !signers.contains(index))
            .map(|&index| &self.nodes[index].certificate)
            .find(|&certificate| certificate != child)
            .cloned()
    }

    /// Whether the issuer of a certificate is here.
    pub(super) fn has_issuer(&self, certificate: &Certificate) -> bool {
        self.find(certificate)
            .is_some_and(|index| !self.issuers(index).is_empty())
    }

    /// Everything that leads on from one of `from`, and `from` itself. Where no signature has been looked at, names
    /// must do: this is told to people and decides nothing.
    pub(super) fn leading_on<'a>(
        &self,
        from: impl Iterator<Item = &'a Certificate>,
    ) -> HashSet<usize> {
        let mut waiting: Vec<usize> = from.filter_map(|start| self.find(start)).collect();
        let mut seen: HashSet<usize> = waiting.iter().copied().collect();
        let mut named: HashSet<Vec<u8>> = HashSet::new();
        while let Some(index) = waiting.pop() {
            let node = &self.nodes[index];
            let issuers = if let Some(known) = node.issuers.get() {
                known.as_slice()
            } else {
                let name = node.certificate.issuer().canonical();
                if !named.insert(name.clone()) {
                    continue;
                }
                self.by_subject.get(&name).map_or(&[][..], Vec::as_slice)
            };
            waiting.extend(issuers.iter().filter(|issuer| seen.insert(**issuer)));
        }
        seen
    }

    /// Whether two certificates are of one holder: the same name and the same key.
    pub(super) fn same_holder(&self, one: usize, other: usize) -> bool {
        self.nodes[one].key == self.nodes[other].key
            && self.nodes[one].certificate.subject() == self.nodes[other].certificate.subject()
    }

    /// Self-issued *and* self-signed.
    pub(super) fn is_self_signed(&self, index: usize) -> bool {
        let node = &self.nodes[index];
        *node
            .self_signed
            .get_or_init(|| node.certificate.is_self_signed())
    }

    /// The certificates that bear the name of this one's issuer, itself left out; no signature is looked at.
    pub(super) fn namesakes(&self, index: usize) -> impl Iterator<Item = usize> {
        let name = self.nodes[index].certificate.issuer().canonical();
        self.by_subject
            .get(&name)
            .into_iter()
            .flatten()
            .copied()
            .filter(move |candidate| *candidate != index)
    }

    /// The certificates whose key made the signature on this one, itself left out.
    pub(super) fn issuers(&self, index: usize) -> &[usize] {
        self.nodes[index]
            .issuers
            .get_or_init(|| self.find_issuers(index))
    }

    fn find_issuers(&self, index: usize) -> Vec<usize> {
        let child = &self.nodes[index].certificate;
        let Some(namesakes) = self.by_subject.get(&child.issuer().canonical()) else {
            return Vec::new();
        };
        let mut candidates: Vec<(KeyIds, usize)> = namesakes
            .iter()
            .filter(|&&candidate| candidate != index)
            .map(|&candidate| {
                (
                    key_ids(child, &self.nodes[candidate].certificate),
                    candidate,
                )
            })
            .collect();
        candidates.sort_unstable();
        let mut signers: HashMap<usize, bool> = HashMap::new();
        let mut found = false;
        let mut issuers = Vec::new();
        for (agreement, candidate) in candidates {
            let key = self.nodes[candidate].key;
            let signed = match signers.get(&key) {
                Some(&known) => known,
                // A signature has one maker: once it is known, a key that says it is another is not tried.
                None if found && agreement == KeyIds::Differ => continue,
                None => {
                    let signed = self.check(child, candidate);
                    signers.insert(key, signed);
                    signed
                }
            };
            if signed {
                found = true;
                issuers.push(candidate);
            }
        }
        issuers
    }

    fn check(&self, child: &Certificate, candidate: usize) -> bool {
        let spent = self.work.get();
        if spent >= MAX_WORK {
            return false;
        }
        let holder = &self.nodes[candidate];
        let key = self.keys[holder.key].get_or_init(|| {
            let x509 = holder.certificate.x509().ok()?;
            x509.public_key().ok()
        });
        let work = key.as_ref().map_or(1, |key| work_of(key.id(), key.bits()));
        self.work.set(spent + work);
        match (child.x509(), key) {
            (Ok(child), Some(key)) => child.verify(key).unwrap_or(false),
            _ => false,
        }
    }
}

/// Microseconds for one signature, roughly; the small curve and RSA have fast code.
fn work_of(kind: Id, bits: u32) -> usize {
    match kind {
        Id::EC if bits <= 256 => 80,
        Id::ED25519 => 130,
        // The square of its length: 20 for 2048 bits.
        Id::RSA | Id::RSA_PSS => 1 + bits as usize * bits as usize / 200_000,
        _ => 600,
    }
}

pub(super) fn key_ids(child: &Certificate, issuer: &Certificate) -> KeyIds {
    match (child.authority_key_id(), issuer.subject_key_id()) {
        (Some(wanted), Some(held)) if wanted == held => KeyIds::Agree,
        (Some(_), Some(_)) => KeyIds::Differ,
        _ => KeyIds::Silent,
    }
}
