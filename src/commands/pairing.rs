//! Owns which objects share a key: a private key with its certificate, request or public key, across files.

use std::collections::HashMap;

use openssl::pkey::{PKey, Public};

use crate::decode::Decoded;
use crate::material::{Item, KeyInfo, PrivateKey};
use crate::report::inspect::{File, Partner};

/// Pairs beyond this many are not listed: a pile of copies would have their square.
const MAX_PAIRS: usize = 100_000;

/// Keys compared one by one, where two encodings of the same key have different digests.
const MAX_COMPARISONS: usize = 10_000;

/// Where an object is: its file's place on the command line, and its own in the file.
type Place = (usize, usize);

/// Notes in `files` what shares a key; `read` is the same files in the same order.
pub fn mark(read: &[Option<Decoded>], files: &mut [File]) {
    let mut budget = MAX_PAIRS;
    for group in groups(read) {
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
            for other in others.flat_map(|(_, places)| places).take(budget) {
                budget -= 1;
                join(*place, *other, files);
            }
        }
    }
}

fn join(place: Place, other: Place, files: &mut [File]) {
    let path = files.get(other.0).map(|file| file.path.clone());
    let (Some(path), Some(object)) = (
        path,
        files
            .get_mut(place.0)
            .and_then(|file| file.objects.get_mut(place.1)),
    ) else {
        return;
    };
    if place.0 == other.0 {
        object.pairs_with.push(other.1);
    } else {
        object.pairs_with_files.push(Partner {
            path,
            object: other.1,
            file: other.0,
        });
    }
}

/// All objects with a public key, by that key, in the order of the command line.
fn groups(read: &[Option<Decoded>]) -> Vec<Vec<(Place, &Item)>> {
    let mut groups: Vec<Vec<(Place, &Item)>> = Vec::new();
    let mut by_digest: HashMap<&str, usize> = HashMap::new();
    for (file, decoded) in read.iter().enumerate() {
        for (index, object) in decoded
            .iter()
            .flat_map(|decoded| &decoded.objects)
            .enumerate()
        {
            let Some(info) = info(&object.item) else {
                continue;
            };
            let group = *by_digest.entry(&info.spki_sha256).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(((file, index), &object.item));
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
    let mut budget = MAX_COMPARISONS;
    for (key, group) in complete
        .iter_mut()
        .filter(|(_, group)| group.iter().all(|(_, item)| kind(item) == 0))
    {
        for other in &mut others {
            let Some((_, item)) = other.first() else {
                continue;
            };
            let alike = info(item)
                .is_some_and(|info| info.kind == key.info().kind && info.bits == key.info().bits);
            if !alike || budget == 0 {
                continue;
            }
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
        Item::EncryptedKey(_) | Item::Crl(_) | Item::SecretKey { .. } => 4,
    }
}

fn info(item: &Item) -> Option<&KeyInfo> {
    match item {
        Item::Key(key) => Some(key.info()),
        Item::Certificate(certificate) => certificate.key().ok(),
        Item::Request(request) => Some(request.key()),
        Item::PublicKey(key) => Some(&key.info),
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
        Item::Certificate(certificate) => certificate.x509().ok()?.public_key().ok(),
        Item::Request(request) => request.req().public_key().ok(),
        Item::PublicKey(key) => Some(key.pkey.clone()),
        _ => None,
    }
}
