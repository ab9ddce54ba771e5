//! Owns which objects share a key: a private key with its certificate, request or public key, across files.

use std::collections::HashMap;

use openssl::pkey::{PKey, Public};

use crate::material::{Item, KeyInfo, KeyKind, PrivateKey};
use crate::report::inspect::{File, Place};

/// Pairs beyond this many are not listed: a pile of copies would have their square.
const MAX_PAIRS: usize = 100_000;

/// Keys without a partner that are compared one by one, and how often in all.
const MAX_LONE_KEYS: usize = 100;
const MAX_COMPARISONS: usize = 10_000;

/// The kind of what carries no public key to go by.
const UNPAIRED: u8 = 4;

/// Notes in `files` what shares a key.
pub fn mark(files: &mut [File]) {
    // Only objects of two kinds pair: a pile of certificates alone is not looked at.
    let mut kinds = files
        .iter()
        .flat_map(|file| &file.read)
        .flat_map(|read| &read.objects)
        .map(|object| kind(&object.item))
        .filter(|kind| *kind != UNPAIRED);
    let first = kinds.next();
    if kinds.all(|kind| Some(kind) == first) {
        return;
    }
    for (place, other) in pairs(files) {
        if let Some(file) = files.get_mut(place.file) {
            file.pairs.entry(place.object).or_default().push(other);
        }
    }
}

fn pairs(files: &[File]) -> Vec<(Place, Place)> {
    let mut pairs = Vec::new();
    for group in groups(files) {
        let of_kind = |wanted: u8| {
            group
                .iter()
                .filter(move |(_, item)| kind(item) == wanted)
                .map(|(place, _)| *place)
                .collect::<Vec<_>>()
        };
        let kinds = [of_kind(0), of_kind(1), of_kind(2), of_kind(3)];
        for (place, item) in &group {
            let own = usize::from(kind(item));
            let others = kinds.iter().enumerate().filter(|(kind, _)| *kind != own);
            let room = MAX_PAIRS - pairs.len();
            pairs.extend(
                others
                    .flat_map(|(_, places)| places)
                    .take(room)
                    .map(|other| (*place, *other)),
            );
        }
    }
    pairs
}

/// All objects with a public key, by that key, in the order of the command line.
fn groups(files: &[File]) -> Vec<Vec<(Place, &Item)>> {
    let mut groups: Vec<Vec<(Place, &Item)>> = Vec::new();
    let mut by_digest: HashMap<&str, usize> = HashMap::new();
    for (number, file) in files.iter().enumerate() {
        let objects = file.read.iter().flat_map(|read| &read.objects);
        for (index, object) in objects.enumerate() {
            let Some(info) = info(&object.item) else {
                continue;
            };
            let group = *by_digest.entry(&info.spki_sha256).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                let place = Place {
                    file: number,
                    object: index,
                };
                group.push((place, &object.item));
            }
        }
    }
    unite(groups)
}

/// Joins groups that differ in the encoding of the key alone: a compressed point, a curve spelled out.
fn unite(groups: Vec<Vec<(Place, &Item)>>) -> Vec<Vec<(Place, &Item)>> {
    let private = |group: &[(Place, &Item)]| group.iter().find_map(|(_, item)| key(item).cloned());
    let (mut complete, mut others) = (Vec::new(), Vec::new());
    for group in groups {
        match private(&group) {
            Some(key) => complete.push((key, group)),
            None => others.push(group),
        }
    }
    let lone = complete
        .iter_mut()
        .filter(|(key, group)| {
            key.info().kind == KeyKind::Ec && group.iter().all(|(_, item)| kind(item) == 0)
        })
        .take(MAX_LONE_KEYS);
    let mut budget = MAX_COMPARISONS;
    for (key, group) in lone {
        for other in &mut others {
            let alike = other.first().filter(|(_, item)| {
                info(item)
                    .is_some_and(|info| info.kind == KeyKind::Ec && info.bits == key.info().bits)
            });
            let Some((_, item)) = alike.filter(|_| budget > 0) else {
                continue;
            };
            budget -= 1;
            if public(item).is_some_and(|public| key.pkey().public_eq(&public)) {
                group.append(other);
            }
        }
    }
    complete
        .into_iter()
        .map(|(_, group)| group)
        .chain(others)
        .collect()
}

fn kind(item: &Item) -> u8 {
    match item {
        Item::Key(_) => 0,
        Item::Certificate(_) => 1,
        Item::Request(_) => 2,
        Item::PublicKey(_) => 3,
        Item::EncryptedKey(_) | Item::Crl(_) | Item::SecretKey { .. } => UNPAIRED,
    }
}

fn info(item: &Item) -> Option<&KeyInfo> {
    match item {
        Item::Key(key) => Some(key.info()),
        Item::Certificate(certificate) => certificate.key().ok(),
        Item::Request(request) => Some(request.key()),
        Item::PublicKey(key) => Some(key.info()),
        Item::EncryptedKey(_) | Item::Crl(_) | Item::SecretKey { .. } => None,
    }
}

fn key(item: &Item) -> Option<&PrivateKey> {
    match item {
        Item::Key(key) => Some(key),
        _ => None,
    }
}

fn public(item: &Item) -> Option<PKey<Public>> {
    match item {
        Item::Certificate(certificate) => PKey::public_key_from_der(certificate.spki()).ok(),
        Item::Request(request) => request.req().public_key().ok(),
        Item::PublicKey(key) => PKey::public_key_from_der(key.spki()).ok(),
        Item::Key(_) | Item::EncryptedKey(_) | Item::Crl(_) | Item::SecretKey { .. } => None,
    }
}
