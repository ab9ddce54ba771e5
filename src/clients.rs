//! Owns how other clients choose a certificate to send: some send what they are given, some withhold it in silence.
//!
//! Pure: what a server asked for and what there is to send go in, the reason for sending nothing comes out.

use serde::{Deserialize, Serialize};

use crate::evidence::{CertificateFacts, CertificateRequest};

pub use crate::evidence::Client;

use crate::material::{KeyInfo, KeyKind};

/// Why nothing would be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
    /// The server names CAs, and none of them stands in the chain.
    IssuerNotNamed,
    /// The key can make none of the signatures the server accepts.
    NoUsableScheme,
    /// The certificate is not meant for clients.
    NotForClients,
}

impl Client {
    /// All that filter.
    pub const CHOOSY: &'static [Self] = &[Self::Java, Self::Go, Self::DotNet, Self::Browser];

    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Java => "Java",
            Self::Go => "Go",
            Self::DotNet => ".NET",
            Self::Browser => "browsers",
        }
    }

    /// Why this client would answer `request` with no certificate; none where it would send `chain`.
    #[must_use]
    pub fn withholds(
        self,
        chain: &[CertificateFacts],
        key: &KeyInfo,
        request: &CertificateRequest,
        tls13: bool,
    ) -> Option<Withheld> {
        if !can_sign(key, &request.signature_algorithms, tls13) {
            return Some(Withheld::NoUsableScheme);
        }
        if self == Self::Curl {
            return None;
        }
        let for_clients = chain.first().is_none_or(|leaf| {
            leaf.allows("clientAuth")
                && leaf
                    .key_usage
                    .as_ref()
                    .is_none_or(|usage| usage.iter().any(|one| one == "digitalSignature"))
        });
        if matches!(self, Self::DotNet | Self::Browser) && !for_clients {
            return Some(Withheld::NotForClients);
        }
        let named = request.ca_names.is_empty()
            || chain
                .iter()
                .any(|one| request.ca_names.contains(&one.issuer));
        (!named).then_some(Withheld::IssuerNotNamed)
    }
}

/// Whether a key can make one of the signatures (RFC 8446, section 4.2.3; RFC 5246, section 7.4.4). An empty list,
/// as before TLS 1.2, forbids nothing.
#[must_use]
pub fn can_sign(key: &KeyInfo, schemes: &[u16], tls13: bool) -> bool {
    if schemes.is_empty() {
        return true;
    }
    schemes.iter().any(|scheme| {
        let [_, signature] = scheme.to_be_bytes();
        match (&key.kind, scheme) {
            (KeyKind::Rsa, 0x0804..=0x0806)
            | (KeyKind::RsaPss, 0x0809..=0x080b)
            | (KeyKind::Ed25519, 0x0807)
            | (KeyKind::Ed448, 0x0808)
            // An algorithm this table does not know is not ours to rule out.
            | (KeyKind::Other(_), _) => true,
            // PKCS#1 signatures are no longer made in TLS 1.3, though they may be listed for certificates.
            (KeyKind::Rsa, 0x0201..=0x0601) => !tls13 && signature == 1,
            (KeyKind::Ec, 0x0203..=0x0603) if signature == 3 => {
                !tls13
                    || matches!(
                        (key.curve.as_deref(), scheme),
                        (Some("prime256v1"), 0x0403)
                            | (Some("secp384r1"), 0x0503)
                            | (Some("secp521r1"), 0x0603)
                    )
            }
            (KeyKind::Dsa, 0x0202..=0x0602) => !tls13 && signature == 2,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: KeyKind, curve: Option<&str>) -> KeyInfo {
        KeyInfo {
            kind,
            bits: 256,
            curve: curve.map(str::to_owned),
            spki_sha256: String::new(),
        }
    }

    #[test]
    fn schemes_are_read_by_version() {
        let rsa = key(KeyKind::Rsa, None);
        assert!(can_sign(&rsa, &[0x0401], false));
        assert!(!can_sign(&rsa, &[0x0401], true));
        assert!(can_sign(&rsa, &[0x0804], true));
        let p521 = key(KeyKind::Ec, Some("secp521r1"));
        assert!(!can_sign(&p521, &[0x0403, 0x0503], true));
        assert!(can_sign(&p521, &[0x0403], false));
        assert!(!can_sign(
            &key(KeyKind::Ed25519, None),
            &[0x0403, 0x0804],
            false
        ));
    }
}
