//! The OpenSSL engine as a probe sets it up, and what it and rustls make of the server's chain.

use std::sync::Arc;

use openssl::error::ErrorStack;
use openssl::ssl::{SslContext, SslMethod, SslOptions, SslVerifyMode, SslVersion};

use crate::chain::{self, Peer, Purpose};
use crate::clients::Client;
use crate::evidence::{CertificateFacts, VerifyFault};
use crate::ffi::ssl::{self as engine, Judgement};
use crate::identity::Identity;
use crate::material::Certificate;
use crate::source::Origin;

use super::trace::Trace;
use super::{Manner, Plan, Version};

pub(super) fn context(plan: &Plan<'_>, manner: &Manner<'_>) -> Result<SslContext, ErrorStack> {
    let mut context = SslContext::builder(SslMethod::tls_client())?;
    context.set_security_level(0);
    context.set_min_proto_version(Some(version(manner.versions.min)))?;
    context.set_max_proto_version(Some(version(manner.versions.max)))?;
    // SSL_OP_LEGACY_SERVER_CONNECT: a server without RFC 5746 is to be diagnosed, not shunned.
    context.set_options(SslOptions::from_bits_retain(0x4));
    context.set_verify(SslVerifyMode::PEER);
    context.set_cert_store(plan.trust.store()?);
    if plan.request.is_some() {
        // One name, its length before it (RFC 7301, section 3.1).
        let name = manner.protocol();
        let length = u8::try_from(name.len()).unwrap_or(0);
        context.set_alpn_protos(&[&[length], name.as_bytes()].concat())?;
    }
    if let Some(groups) = manner.groups {
        context.set_groups_list(groups)?;
    }
    if let Some(identity) = manner.identity {
        if let Ok(leaf) = identity.leaf().x509() {
            context.set_certificate(leaf)?;
        }
        for issuer in identity.issuers() {
            if let Ok(x509) = issuer.x509() {
                context.add_extra_chain_cert(x509.to_owned())?;
            }
        }
        context.set_private_key(identity.key().pkey())?;
    }
    engine::return_after_handshake_messages(&mut context);
    engine::judge_with_connection(&mut context);
    Ok(context.build())
}

/// Asks at the moment of the demand whether `client` would send this identity.
pub(super) fn chooser(client: Client, identity: &Identity, trace: &Arc<Trace>) -> engine::Chooser {
    let chain: Vec<CertificateFacts> = identity.chain().map(CertificateFacts::of).collect();
    let key = identity.key().info().clone();
    let trace = Arc::clone(trace);
    Arc::new(move || {
        trace.with(|state| {
            state.certificate_request.as_ref().is_none_or(|request| {
                client
                    .withholds(&chain, &key, request, state.tls13)
                    .is_none()
            })
        })
    })
}

/// What rustls says of the chain the server sent, before the same anchors.
pub(super) fn second_opinion(plan: &Plan<'_>, sent: &[Certificate]) -> Option<String> {
    let (leaf, certificates) = sent.split_first()?;
    let peer = match plan.endpoint.ip() {
        Some(address) => Peer::Address(address),
        None => Peer::Host(plan.endpoint.name()),
    };
    chain::second_opinion(&chain::Question {
        leaf,
        certificates,
        anchors: plan.trust.anchors(),
        assume: false,
        crls: &[],
        purpose: Some(Purpose::Server),
        peer: Some(peer),
        at: plan.now,
        strict: false,
    })
    .err()
}

fn version(version: Version) -> SslVersion {
    match version {
        Version::Tls10 => SslVersion::TLS1,
        Version::Tls11 => SslVersion::TLS1_1,
        Version::Tls12 => SslVersion::TLS1_2,
        Version::Tls13 => SslVersion::TLS1_3,
    }
}

pub(super) fn faults(judgement: &Judgement) -> Vec<VerifyFault> {
    judgement
        .faults()
        .into_iter()
        .map(|fault| {
            let certificate = fault
                .certificate
                .and_then(|der| Certificate::from_der(&der, Origin::file("the server")).ok());
            VerifyFault {
                depth: fault.depth,
                code: fault.code,
                text: engine::verify_text(fault.code).to_owned(),
                subject: certificate.as_ref().map(|one| one.subject().to_string()),
                issuer: certificate.as_ref().map(|one| one.issuer().to_string()),
            }
        })
        .collect()
}
