//! The TLS settings a server shares among its connections, and the path check that records every objection.

use std::sync::{Arc, Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::ssl::{
    AlpnError, Ssl, SslContext, SslContextBuilder, SslMethod, SslMode, SslOptions,
    SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::stack::Stack;
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;

use crate::error::ServeError;
use crate::material::Name;

use super::presented::PathError;
use super::{ClientAuth, Config};

/// Where the path check of one connection leaves what it found.
pub(super) type Objections = Arc<Mutex<Vec<PathError>>>;

/// The settings every connection of one server starts from.
pub(super) struct Context {
    context: SslContext,
    mode: ClientAuth,
}

impl Context {
    pub(super) fn new(config: &Config) -> Result<Self, ServeError> {
        build(config)
            .map(|context| Self {
                context,
                mode: config.client_auth,
            })
            .map_err(|cause| ServeError::Crypto {
                what: "set up the server's TLS",
                cause,
            })
    }

    /// The engine of one connection, and where its path check reports to.
    pub(super) fn engine(&self) -> Result<(Ssl, Objections), ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        let objections = Objections::default();
        let strict = match self.mode {
            ClientAuth::None => {
                ssl.set_verify(SslVerifyMode::NONE);
                return Ok((ssl, objections));
            }
            ClientAuth::Optional => false,
            ClientAuth::Require => true,
        };
        let noted = Arc::clone(&objections);
        let mode = if strict {
            SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT
        } else {
            SslVerifyMode::PEER
        };
        ssl.set_verify_callback(mode, move |fine, store| {
            if !fine {
                let error = store.error();
                let subject = store.current_cert().and_then(|certificate| {
                    let der = certificate.subject_name().to_der().ok()?;
                    Name::from_der(&der).ok().map(|name| name.to_string())
                });
                noted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(PathError {
                        depth: store.error_depth(),
                        code: error.as_raw(),
                        text: error.error_string().to_owned(),
                        subject,
                    });
            }
            // Refusing here is what makes OpenSSL choose the alert, as in any server built on it.
            fine || !strict
        });
        Ok((ssl, objections))
    }
}

fn build(config: &Config) -> Result<SslContext, ErrorStack> {
    let mut context = SslContextBuilder::new(SslMethod::tls_server())?;
    context.set_mode(SslMode::AUTO_RETRY | SslMode::RELEASE_BUFFERS);
    context.set_min_proto_version(Some(config.tls_min.unwrap_or(SslVersion::TLS1_2)))?;
    context.set_max_proto_version(config.tls_max)?;
    let old = |version| matches!(version, SslVersion::TLS1 | SslVersion::TLS1_1);
    if config.tls_min.is_some_and(old) || config.tls_max.is_some_and(old) {
        // The old versions sign with SHA-1, which higher levels forbid.
        context.set_security_level(0);
    }
    // Tickets are sent, as a client may wait for one, but none is honoured: every connection shows its certificate.
    context.set_options(SslOptions::NO_TICKET | SslOptions::NO_RENEGOTIATION);
    context.set_session_cache_mode(SslSessionCacheMode::OFF);
    context.set_session_id_context(b"fullcert")?;
    context.set_private_key(config.identity.key().pkey())?;
    let leaf = owned(config.identity.leaf())?;
    context.set_certificate(&leaf)?;
    for issuer in config.identity.issuers() {
        context.add_extra_chain_cert(owned(issuer)?)?;
    }
    let mut anchors = X509StoreBuilder::new()?;
    let mut names = Stack::new()?;
    for authority in &config.client_authorities {
        let authority = owned(authority)?;
        names.push(authority.subject_name().to_owned()?)?;
        anchors.add_cert(authority)?;
    }
    context.set_cert_store(anchors.build());
    if config.send_authorities {
        context.set_client_ca_list(names);
    }
    context.set_alpn_select_callback(|_, offered| {
        openssl::ssl::select_next_proto(b"\x08http/1.1", offered)
            .filter(|chosen| *chosen == b"http/1.1")
            .ok_or(AlpnError::NOACK)
    });
    Ok(context.build())
}

fn owned(certificate: &crate::material::Certificate) -> Result<X509, ErrorStack> {
    X509::from_der(certificate.der())
}
