//! New signing requests (PKCS#10, RFC 2986): a subject, alternative names where there are any, nothing else.
//!
//! Key usages are the CA's to decide; partners refuse requests that ask for more than they grant.

use openssl::error::ErrorStack;
use openssl::pkey::{PKeyRef, Private};
use openssl::stack::Stack;
use openssl::x509::{X509Extension, X509Name, X509Req};

use crate::error::GenerateError;
use crate::material::{Name, PrivateKey, Request, San};

use super::{certificate, fresh, signing};

/// Makes a request for `subject` and `sans`, signed with `key`.
///
/// # Errors
/// [`GenerateError::KeyCannotSign`] for keys of key agreement alone (X25519);
/// [`GenerateError::San`] where `sans` holds a kind that is only ever read.
pub fn request(key: &PrivateKey, subject: &Name, sans: &[San]) -> Result<Request, GenerateError> {
    let names = certificate::alternative_names(subject, sans)?;
    if !signing::can_sign(key.pkey()) {
        return Err(GenerateError::KeyCannotSign {
            key: key.origin().whole(),
            kind: key.info().to_string(),
        });
    }
    let der = build(key.pkey(), subject, names)
        .and_then(|request| request.to_der())
        .map_err(GenerateError::crypto("sign the request"))?;
    Request::from_der(&der, fresh("request")).map_err(GenerateError::NotReadBack)
}

fn build(
    key: &PKeyRef<Private>,
    subject: &Name,
    names: Option<X509Extension>,
) -> Result<X509Req, ErrorStack> {
    let mut builder = X509Req::builder()?;
    builder.set_version(0)?;
    builder.set_subject_name(&*X509Name::from_der(subject.der())?)?;
    builder.set_pubkey(key)?;
    if let Some(names) = names {
        let mut extensions = Stack::new()?;
        extensions.push(names)?;
        builder.add_extensions(&extensions)?;
    }
    builder.sign(key, signing::digest(key))?;
    Ok(builder.build())
}
