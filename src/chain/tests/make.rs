//! Certificates of any shape, made in memory.

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

use crate::material::{Certificate, PrivateKey};
use crate::source::Origin;

pub(super) const NOW: i64 = 1_800_000_000;
pub(super) const DAY: i64 = 86_400;

/// A name with a key.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) name: String,
    pub(super) key: PKey<Private>,
}

impl Holder {
    pub(super) fn new(name: &str) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        Self {
            name: name.to_owned(),
            key: PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap(),
        }
    }

    pub(super) fn private_key(&self) -> PrivateKey {
        PrivateKey::new(self.key.clone(), origin(&format!("{}.key", self.name))).unwrap()
    }

    fn x509_name(&self) -> X509Name {
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", &self.name).unwrap();
        name.build()
    }
}

/// How one certificate differs from a plain one.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) ca: bool,
    pub(super) path_len: Option<u32>,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) key_ids: bool,
    pub(super) client: Option<bool>,
}

pub(super) const CA: Shape = Shape {
    ca: true,
    path_len: None,
    from: -30,
    to: 300,
    key_ids: true,
    client: None,
};
pub(super) const LEAF: Shape = Shape { ca: false, ..CA };

pub(super) fn origin(file: &str) -> Origin {
    Origin::file(file)
}

pub(super) fn issue(file: &str, subject: &Holder, issuer: &Holder, shape: Shape) -> Certificate {
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial
        .rand(64, openssl::bn::MsbOption::MAYBE_ZERO, false)
        .unwrap();
    builder
        .set_serial_number(&Asn1Integer::from_bn(&serial).unwrap())
        .unwrap();
    builder.set_subject_name(&subject.x509_name()).unwrap();
    builder.set_issuer_name(&issuer.x509_name()).unwrap();
    builder.set_pubkey(&subject.key).unwrap();
    let day = |days: i64| Asn1Time::from_unix(NOW + days * DAY).unwrap();
    builder.set_not_before(&day(shape.from)).unwrap();
    builder.set_not_after(&day(shape.to)).unwrap();
    let mut constraints = BasicConstraints::new();
    constraints.critical();
    if shape.ca {
        constraints.ca();
    }
    if let Some(limit) = shape.path_len {
        constraints.pathlen(limit);
    }
    builder
        .append_extension(constraints.build().unwrap())
        .unwrap();
    if let Some(client) = shape.client {
        let mut usage = ExtendedKeyUsage::new();
        if client {
            usage.client_auth();
        } else {
            usage.server_auth();
        }
        builder.append_extension(usage.build().unwrap()).unwrap();
    }
    if shape.key_ids {
        let own = SubjectKeyIdentifier::new()
            .build(&builder.x509v3_context(None, None))
            .unwrap();
        builder.append_extension(own).unwrap();
        if subject.name != issuer.name {
            let bare = bare(issuer);
            let theirs = AuthorityKeyIdentifier::new()
                .keyid(true)
                .build(&builder.x509v3_context(Some(&bare), None))
                .unwrap();
            builder.append_extension(theirs).unwrap();
        }
    }
    builder.sign(&issuer.key, MessageDigest::sha256()).unwrap();
    Certificate::from_der(&builder.build().to_der().unwrap(), origin(file)).unwrap()
}

/// Something to take an issuer's key identifier from.
pub(super) fn bare(holder: &Holder) -> X509 {
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&holder.x509_name()).unwrap();
    builder.set_pubkey(&holder.key).unwrap();
    let own = SubjectKeyIdentifier::new()
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(own).unwrap();
    builder.sign(&holder.key, MessageDigest::sha256()).unwrap();
    builder.build()
}
