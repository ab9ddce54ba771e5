//! Asks a certificate's OCSP responder whether it was revoked (RFC 6960).

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::ocsp::{
    OcspCertId, OcspCertStatus, OcspFlag, OcspRequest, OcspResponse, OcspResponseStatus, OcspStatus,
};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509Ref};

use crate::error::FetchError;
use crate::evidence::{Revocation, RevocationAnswer};
use crate::ffi::moment;
use crate::material::{Certificate, Time};

use super::fetch::Fetcher;

/// Seconds by which the responder's clock may differ.
const SKEW: i64 = 300;

/// The answer, as of `at`, of the first responder a certificate names over plain HTTP; none where it names none at all.
#[must_use]
pub fn ask(
    fetcher: &Fetcher,
    certificate: &Certificate,
    issuer: &Certificate,
    at: Time,
) -> Option<Revocation> {
    let (subject, authority) = (certificate.x509().ok()?, issuer.x509().ok()?);
    let named = subject.ocsp_responders().ok()?;
    let responders = || named.iter().map(ToString::to_string);
    let plain = responders().find(|url| url.starts_with("http://"));
    let (responder, answer) = match plain {
        Some(url) => {
            let answer = look_up(fetcher, &url, subject, authority, at);
            (url, answer.unwrap_or_else(RevocationAnswer::Failed))
        }
        None => (
            responders().next()?,
            RevocationAnswer::Failed(FetchError::NotPlain.to_string()),
        ),
    };
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
    at: Time,
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
    let mut param = X509VerifyParam::new().map_err(crypto)?;
    param
        .set_flags(X509VerifyFlags::PARTIAL_CHAIN)
        .map_err(crypto)?;
    param.set_time(at.unix() as _);
    store.set_param(&param).map_err(crypto)?;
    let mut others: Stack<X509> = Stack::new().map_err(crypto)?;
    others.push(issuer.to_owned()).map_err(crypto)?;
    basic
        .verify(&others, &store.build(), OcspFlag::empty())
        .map_err(|_| "the answer is not signed by the issuer or its responder".to_owned())?;
    let identifier = identifier().map_err(crypto)?;
    let status = basic
        .find_status(&identifier)
        .ok_or("the answer is about another certificate")?;
    let revoked = status
        .revocation_time
        .filter(|_| status.status == OcspCertStatus::REVOKED)
        .and_then(moment::unix);
    match revoked {
        // What is revoked stays so, however old the answer is.
        Some(since) if since <= at.unix() => {}
        Some(since) => {
            return Err(format!(
                "it tells of a revocation on {}, after the moment that is judged",
                Time::from_unix(since)
            ));
        }
        None => in_time(&status, at)?,
    }
    Ok(match status.status {
        OcspCertStatus::GOOD => RevocationAnswer::Good,
        OcspCertStatus::REVOKED => RevocationAnswer::Revoked {
            at: status.revocation_time.map(ToString::to_string),
        },
        _ => RevocationAnswer::Unknown,
    })
}

/// Whether the answer is about the moment that is judged (RFC 6960, section 4.2.2.1).
fn in_time(status: &OcspStatus<'_>, at: Time) -> Result<(), String> {
    let from = moment::unix(status.this_update);
    let until = status.next_update().and_then(moment::unix);
    let begun = from.is_some_and(|from| from <= at.unix() + SKEW);
    let over = until.is_some_and(|until| until < at.unix() - SKEW);
    if begun && !over {
        return Ok(());
    }
    let shown = |moment: Option<i64>| {
        moment.map_or_else(
            || "?".to_owned(),
            |moment| Time::from_unix(moment).to_string(),
        )
    };
    Err(format!(
        "the answer is for {} to {}, and {at} is judged",
        shown(from),
        shown(until)
    ))
}
