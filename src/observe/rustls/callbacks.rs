//! What rustls asks back during a handshake: whether to trust the server, and what to show it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::evidence::{CertificateRequest, Moment};
use crate::material::{Name, sha256};
use crate::observe::Plan;

/// What was seen on these occasions.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) chain: Vec<Vec<u8>>,
    pub(super) refuses: Option<String>,
    pub(super) request: Option<CertificateRequest>,
    pub(super) sent: Vec<String>,
}

/// Judges the server as rustls does, and remembers what it said.
#[derive(Debug)]
pub(super) struct Judge {
    webpki: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    seen: Arc<Mutex<Seen>>,
    now: UnixTime,
    lenient: bool,
}

impl Judge {
    pub(super) fn new(
        plan: &Plan<'_>,
        provider: &Arc<CryptoProvider>,
        seen: &Arc<Mutex<Seen>>,
    ) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(
            plan.trust
                .anchors()
                .iter()
                .map(|anchor| CertificateDer::from(anchor.der().to_vec())),
        );
        let webpki =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                .build()
                .map_err(|error| Error::General(error.to_string()))?;
        let seconds = u64::try_from(plan.now.unix()).unwrap_or(0);
        Ok(Self {
            webpki,
            provider: Arc::clone(provider),
            seen: Arc::clone(seen),
            now: UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            lenient: plan.insecure,
        })
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = self.webpki.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            self.now,
        );
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.chain = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|one| one.to_vec())
            .collect();
        seen.refuses = judged.as_ref().err().map(ToString::to_string);
        if self.lenient {
            return Ok(ServerCertVerified::assertion());
        }
        judged
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Sends the identity whatever CA the server names, and remembers the demand.
#[derive(Debug)]
pub(super) struct Chooser {
    pub(super) identity: Option<Arc<CertifiedKey>>,
    pub(super) seen: Arc<Mutex<Seen>>,
}

impl ResolvesClientCert for Chooser {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.request = Some(CertificateRequest {
            moment: Moment::Handshake,
            ca_names: root_hint_subjects
                .iter()
                .filter_map(|der| Name::from_der(der).ok())
                .map(|name| name.to_string())
                .collect(),
            signature_algorithms: sigschemes.iter().map(|scheme| u16::from(*scheme)).collect(),
            certificate_types: Vec::new(),
        });
        let fitting = self
            .identity
            .as_ref()
            .filter(|identity| identity.key.choose_scheme(sigschemes).is_some());
        seen.sent = fitting
            .iter()
            .flat_map(|identity| &identity.cert)
            .map(|one| sha256(one))
            .collect();
        fitting.cloned()
    }

    fn has_certs(&self) -> bool {
        true
    }
}
