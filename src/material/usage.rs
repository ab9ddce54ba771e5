//! What a certificate says by object identifier or bit, in the words OpenSSL has for it.

use std::borrow::Cow;

use x509_parser::asn1_rs::Oid;
use x509_parser::extensions::{ExtendedKeyUsage, KeyUsage};

pub(super) fn eku_names(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = [
        (usage.any, "anyExtendedKeyUsage"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    known
        .iter()
        .filter(|(present, _)| *present)
        .map(|(_, name)| (*name).to_owned())
        .chain(
            usage
                .other
                .iter()
                .map(x509_parser::asn1_rs::Oid::to_id_string),
        )
        .collect()
}

pub(super) fn key_usage_names(usage: KeyUsage) -> Vec<String> {
    [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ]
    .iter()
    .filter(|(present, _)| *present)
    .map(|(_, name)| (*name).to_owned())
    .collect()
}

/// The usual algorithms without asking libcrypto: a pile of certificates has few of them, many times.
const SIGNATURES: &[(&[u8], &str)] = &[
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
        "sha256WithRSAEncryption",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12],
        "sha384WithRSAEncryption",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13],
        "sha512WithRSAEncryption",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5],
        "sha1WithRSAEncryption",
    ),
    (
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2],
        "ecdsa-with-SHA256",
    ),
    (
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
        "ecdsa-with-SHA384",
    ),
    (
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4],
        "ecdsa-with-SHA512",
    ),
];

pub(super) fn signature_name(oid: &Oid<'_>) -> Cow<'static, str> {
    if let Some((_, name)) = SIGNATURES
        .iter()
        .find(|(known, _)| *known == oid.as_bytes())
    {
        return Cow::Borrowed(name);
    }
    let dotted = oid.to_id_string();
    let name = openssl::asn1::Asn1Object::from_str(&dotted)
        .ok()
        .map(|object| object.nid())
        .filter(|nid| *nid != openssl::nid::Nid::UNDEF)
        .and_then(|nid| nid.long_name().ok().map(str::to_owned));
    Cow::Owned(name.unwrap_or(dotted))
}
