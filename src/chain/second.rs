//! A second opinion on a chain: rustls-webpki, as strict as a modern client is.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use super::judge::{Peer, Purpose, Question};

/// More intermediates than this are never sent, and webpki takes long over them.
pub const MAX_INTERMEDIATES: usize = 32;

/// What rustls would say of the leaf with everything else that is in the question at hand.
///
/// # Errors
/// The name of webpki's error, `UnknownIssuer` and the like.
pub fn second_opinion(question: &Question<'_>) -> Result<(), String> {
    let leaf = CertificateDer::from(question.leaf.der());
    let intermediates: Vec<CertificateDer<'_>> = question
        .certificates
        .iter()
        .take(MAX_INTERMEDIATES)
        .map(|certificate| CertificateDer::from(certificate.der()))
        .collect();
    let roots: Vec<CertificateDer<'_>> = question
        .anchors
        .iter()
        .map(|certificate| CertificateDer::from(certificate.der()))
        .collect();
    let anchors: Vec<TrustAnchor<'_>> = roots
        .iter()
        .filter_map(|root| webpki::anchor_from_trusted_cert(root).ok())
        .collect();
    let seconds = u64::try_from(question.at.unix()).unwrap_or(0);
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let judge = |usage: KeyUsage| {
        let leaf = EndEntityCert::try_from(&leaf)?;
        leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &intermediates,
            now,
            usage,
            None,
            None,
        )?;
        match question.peer.and_then(server_name) {
            Some(name) => leaf.verify_is_valid_for_subject_name(&name),
            None => Ok(()),
        }
    };
    let verdict = match question.purpose {
        Some(Purpose::Client) => judge(KeyUsage::client_auth()),
        Some(Purpose::Server) => judge(KeyUsage::server_auth()),
        None => judge(KeyUsage::client_auth()).or_else(|_| judge(KeyUsage::server_auth())),
    };
    verdict.map_err(|error: webpki::Error| {
        let whole = format!("{error:?}");
        whole
            .split(|character: char| !character.is_alphanumeric())
            .next()
            .unwrap_or_default()
            .to_owned()
    })
}

fn server_name(peer: Peer<'_>) -> Option<ServerName<'_>> {
    match peer {
        Peer::Host(host) => ServerName::try_from(host).ok(),
        Peer::Address(address) => Some(ServerName::from(address)),
        Peer::Email(_) => None,
    }
}
