//! The TLS settings a server shares among its connections, and the path check that records every objection.

use std::ffi::CString;
use std::sync::{Arc, OnceLock};

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::ssl::{
    AlpnError, ClientHelloResponse, Ssl, SslContext, SslContextBuilder, SslMethod, SslMode,
    SslOptions, SslRef, SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509StoreContextRef, X509VerifyResult};
use zeroize::Zeroizing;

use crate::catalogue::stacks;
use crate::error::ServeError;
use crate::ffi;
use crate::material::{Certificate, Name};
use crate::source::Origin;

use super::persona::{self, Fault, Persona, Reaction};
use super::presented::PathError;
use super::trace::Trace;
use super::{ClientAuth, Config};

/// `X509_V_ERR_CERT_CHAIN_TOO_LONG`
const TOO_LONG: i32 = 22;
/// What every current OpenSSL server asks of a client's certificate: 112 bits.
const AUTH_LEVEL: i32 = 2;

/// The settings every connection of one server starts from.
pub(super) struct Context {
    context: SslContext,
    rules: Rules,
}

/// Who is let through the handshake.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) auth: ClientAuth,
    pub(super) persona: Option<&'static Persona>,
}

impl Rules {
    pub(super) fn reaction(self, fault: Fault, tls13: bool) -> Reaction {
        match (self.auth, self.persona) {
            (ClientAuth::None, _) | (ClientAuth::Optional, None) => Reaction::Accept,
            (ClientAuth::Optional, Some(_)) if fault == Fault::Missing => Reaction::Accept,
            (_, Some(persona)) => persona.reaction(fault, tls13),
            // OpenSSL's own alerts: nothing is replaced.
            (ClientAuth::Require, None) => Reaction::Close,
        }
    }
}

impl Context {
    pub(super) fn new(config: &Config) -> Result<Self, ServeError> {
        build(config)
            .map(|context| Self {
                context,
                rules: Rules {
                    auth: config.client_auth,
                    persona: config.persona,
                },
            })
            .map_err(|cause| ServeError::Crypto {
                what: "set up the server's TLS",
                cause,
            })
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    /// The engine of one connection, which writes down in `trace` what it sees.
    pub(super) fn engine(&self, trace: &Arc<Trace>) -> Result<Ssl, ErrorStack> {
        let mut ssl = Ssl::new(&self.context)?;
        ffi::ssl::observe(&mut ssl, Arc::clone(trace) as Arc<dyn ffi::ssl::Observer>);
        if let Some(slot) = trace_slot() {
            ssl.set_ex_data(slot, Arc::clone(trace));
        }
        let rules = self.rules;
        if rules.auth == ClientAuth::None {
            ssl.set_verify(SslVerifyMode::NONE);
            return Ok(ssl);
        }
        ssl.param_mut().set_auth_level(AUTH_LEVEL);
        let mut mode = SslVerifyMode::PEER;
        if rules.reaction(Fault::Missing, true) != Reaction::Accept {
            mode |= SslVerifyMode::FAIL_IF_NO_PEER_CERT;
        }
        let trace = Arc::clone(trace);
        ssl.set_verify_callback(mode, move |fine, store| judge(fine, store, rules, &trace));
        Ok(ssl)
    }
}

/// Called for each certificate of the path, and for each objection to one; the answer is whether to go on.
fn judge(fine: bool, store: &mut X509StoreContextRef, rules: Rules, trace: &Trace) -> bool {
    let depth = store.error_depth();
    let mut code = store.error().as_raw();
    if fine {
        let issuers = usize::try_from(depth)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let too_long = rules.persona.is_some_and(|it| it.is_too_long(issuers));
        let mut state = trace.state();
        if !too_long || state.objections.iter().any(|known| known.code == TOO_LONG) {
            return true;
        }
        state.objections.push(objection(TOO_LONG, depth, None));
        code = TOO_LONG;
    }
    let certificate = store
        .current_cert()
        .and_then(|certificate| certificate.to_der().ok())
        .and_then(|der| Certificate::from_der(&der, Origin::file("the client's chain")).ok());
    let fault = persona::of_objection(code, depth, certificate.as_ref());
    let mut state = trace.state();
    if !fine {
        let subject = store.current_cert().and_then(|certificate| {
            let der = certificate.subject_name().to_der().ok()?;
            Name::from_der(&der).ok().map(|name| name.to_string())
        });
        state.objections.push(objection(code, depth, subject));
    }
    if rules.reaction(fault, state.tls13) == Reaction::Accept {
        // Left set, the error would be held against the whole chain.
        store.set_error(X509VerifyResult::OK);
        return true;
    }
    state.refused = Some(fault);
    false
}

fn objection(code: i32, depth: u32, subject: Option<String>) -> PathError {
    PathError {
        depth,
        code,
        text: ffi::ssl::verify_text(code).to_owned(),
        subject,
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
    if config
        .persona
        .is_none_or(|persona| persona.names_authorities)
    {
        context.set_client_ca_list(names);
    }
    // HTTP/2 is for those who speak nothing else: HTTP/1.1 is what everybody can read.
    let ours: &[&[u8]] = match config.persona {
        Some(persona) if persona.only_http2 => &[b"\x02h2"],
        _ => &[b"\x08http/1.1", b"\x02h2"],
    };
    context.set_alpn_select_callback(move |_, offered| {
        ours.iter()
            .find_map(|one| {
                openssl::ssl::select_next_proto(one, offered)
                    .filter(|chosen| Some(*chosen) == one.get(1..))
            })
            .ok_or(AlpnError::NOACK)
    });
    if let Some(persona) = config.persona {
        disguise(&mut context, persona, config.tls_max);
    }
    Ok(context.build())
}

/// Asks for a certificate as the persona's stack does, and keeps what its alerts are sealed with.
fn disguise(context: &mut SslContextBuilder, persona: &'static Persona, max: Option<SslVersion>) {
    let may_13 = max.is_none_or(|max| max == SslVersion::TLS1_3);
    if persona.stack != stacks::Stack::OpenSsl {
        // Some stacks still list SHA-1, which OpenSSL's usual level leaves out; what a client's own chain
        // must hold is set by the path check, not by this.
        context.set_security_level(0);
        context.set_client_hello_callback(move |ssl, _| {
            let offers_13 = trace_of(ssl).is_some_and(|trace| {
                let state = trace.state();
                let hello = state.hello.as_ref();
                hello.is_some_and(|hello| hello.versions.contains(&0x0304))
            });
            let wanted = stacks::schemes(persona.stack, may_13 && offers_13).and_then(names);
            if let Some(wanted) = wanted {
                ffi::ssl::set_client_signature_algorithms(ssl, &wanted);
            }
            Ok(ClientHelloResponse::SUCCESS)
        });
    }
    context.set_keylog_callback(|ssl, line| {
        let mut words = line.split(' ');
        if words.next() == Some("SERVER_TRAFFIC_SECRET_0")
            && let (Some(trace), Some(secret)) = (trace_of(ssl), words.nth(1).and_then(unhex))
        {
            trace.state().secret = Some(secret);
        }
    });
}

fn trace_slot() -> Option<Index<Ssl, Arc<Trace>>> {
    static SLOT: OnceLock<Option<Index<Ssl, Arc<Trace>>>> = OnceLock::new();
    *SLOT.get_or_init(|| Ssl::new_ex_index().ok())
}

fn trace_of(ssl: &SslRef) -> Option<&Arc<Trace>> {
    trace_slot().and_then(|slot| ssl.ex_data(slot))
}

fn unhex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for at in (0..text.len()).step_by(2) {
        bytes.push(u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?);
    }
    Some(bytes)
}

/// Signature schemes by OpenSSL's names; those it has no name for are left out.
fn names(schemes: &[u16]) -> Option<CString> {
    let known: Vec<&str> = schemes
        .iter()
        .filter_map(|scheme| super::names::scheme(*scheme))
        .collect();
    CString::new(known.join(":")).ok()
}

fn owned(certificate: &Certificate) -> Result<X509, ErrorStack> {
    X509::from_der(certificate.der())
}
