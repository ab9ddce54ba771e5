//! Asks a certificate's OCSP responder whether it was revoked (RFC 6960).

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::ocsp::{
    OcspCertId, OcspCertStatus, OcspFlag, OcspRequest, OcspResponse, OcspResponseStatus,
};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509Ref};

use crate::evidence::{Revocation, RevocationAnswer};
use crate::material::Certificate;

use super::fetch::Fetcher;

/// Seconds by which the responder's clock may differ.
const SKEW: u32 = 300;

/// The answer of the first responder a certificate names over plain HTTP; none where it names none.
#[must_use]
pub fn ask(
    fetcher: &Fetcher,
    certificate: &Certificate,
    issuer: &Certificate,
) -> Option<Revocation> {
    let (subject, authority) = (certificate.x509().ok()?, issuer.x509().ok()?);
    let responder = subject
        .ocsp_responders()
        .ok()?
        .iter()
        .map(ToString::to_string)
        .find(|url| url.starts_with("http://"))?;
    let answer =
        look_up(fetcher, &responder, subject, authority).unwrap_or_else(RevocationAnswer::Failed);
    Some(Revocation {
        subject: certificate.subject().to_string(),
        responder,
        answer,
    })
}

fn look_up(
    fetcher: &Fetcher,
    responder: &str,
    subject: &X509Ref,
    issuer: &X509Ref,
) -> Result<RevocationAnswer, String> {
    let crypto = |error: ErrorStack| error.to_string();
    // SHA-1 only names the certificate here, and is what every responder knows.
    let identifier = || OcspCertId::from_cert(MessageDigest::sha1(), subject, issuer);
    let mut request = OcspRequest::new().map_err(crypto)?;
    request
        .add_id(identifier().map_err(crypto)?)
        .map_err(crypto)?;
    let request = request.to_der().map_err(crypto)?;
    let answer = fetcher
        .post(responder, "application/ocsp-request", &request)
        .map_err(|error| error.to_string())?;
    let response =
        OcspResponse::from_der(&answer).map_err(|_| "the answer is not OCSP".to_owned())?;
    if response.status() != OcspResponseStatus::SUCCESSFUL {
        return Err(format!(
            "the responder refuses to answer (status {})",
            response.status().as_raw()
        ));
    }
    let basic = response.basic().map_err(crypto)?;
    // The issuer itself, or somebody it has made its responder.
    let mut store = X509StoreBuilder::new().map_err(crypto)?;
    store.add_cert(issuer.to_owned()).map_err(crypto)?;
    store
        .set_flags(X509VerifyFlags::PARTIAL_CHAIN)
        .map_err(crypto)?;
    let mut others: Stack<X509> = Stack::new().map_err(crypto)?;
    others.push(issuer.to_owned()).map_err(crypto)?;
    basic
        .verify(&others, &store.build(), OcspFlag::empty())
        .map_err(|_| "the answer is not signed by the issuer or its responder".to_owned())?;
    let identifier = identifier().map_err(crypto)?;
    let status = basic
        .find_status(&identifier)
        .ok_or("the answer is about another certificate")?;
    status
        .check_validity(SKEW, None)
        .map_err(|_| "the answer is out of date".to_owned())?;
    Ok(match status.status {
        OcspCertStatus::GOOD => RevocationAnswer::Good,
        OcspCertStatus::REVOKED => RevocationAnswer::Revoked {
            at: status.revocation_time.map(ToString::to_string),
        },
        _ => RevocationAnswer::Unknown,
    })
}
