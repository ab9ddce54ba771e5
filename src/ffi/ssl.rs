//! libssl: seeing every handshake message, and judging a peer's chain without stopping at the first error.

use std::ffi::{CStr, c_int, c_long, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foreign_types::ForeignTypeRef as _;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslContextBuilder, SslRef};
use openssl_sys as sys;

/// Who sent a message, seen from this end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
}

/// The record content types that are shown (RFC 8446, section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Handshake,
    Alert,
}

/// Is shown every handshake message and alert, decrypted, in the order they cross the wire.
pub trait Observer: Send + Sync {
    /// `bytes` is one whole handshake message with its header, or the two bytes of an alert.
    fn message(&self, direction: Direction, content: Content, bytes: &[u8]);
}

/// One reason to distrust a peer's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// 0 is the leaf.
    pub depth: u32,
    /// `X509_V_ERR_…`
    pub code: i32,
    /// The certificate concerned, DER; none where the fault is an absence.
    pub certificate: Option<Vec<u8>>,
}

/// How a peer's chain is judged, and what was found. Shared between a connection and its caller.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Go on with the handshake whatever was found.
    pub lenient: bool,
    faults: Mutex<Vec<Fault>>,
}

impl Judgement {
    #[must_use]
    pub fn new(lenient: bool) -> Arc<Self> {
        Arc::new(Self {
            lenient,
            ..Self::default()
        })
    }

    /// Every fault found, in the order libcrypto found them.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.faults).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" {
    fn SSL_set_msg_callback(
        ssl: *mut sys::SSL,
        callback: Option<
            unsafe extern "C" fn(
                c_int,
                c_int,
                c_int,
                *const c_void,
                usize,
                *mut sys::SSL,
                *mut c_void,
            ),
        >,
    );
    fn SSL_set_cert_cb(
        ssl: *mut sys::SSL,
        callback: Option<unsafe extern "C" fn(*mut sys::SSL, *mut c_void) -> c_int>,
        argument: *mut c_void,
    );
    fn SSL_certs_clear(ssl: *mut sys::SSL);
    fn SSL_set_post_handshake_auth(ssl: *mut sys::SSL, value: c_int);
    fn SSL_CTX_set_cert_verify_callback(
        context: *mut sys::SSL_CTX,
        callback: Option<unsafe extern "C" fn(*mut sys::X509_STORE_CTX, *mut c_void) -> c_int>,
        argument: *mut c_void,
    );
    fn X509_STORE_CTX_set_verify_cb(
        context: *mut sys::X509_STORE_CTX,
        callback: Option<unsafe extern "C" fn(c_int, *mut sys::X509_STORE_CTX) -> c_int>,
    );
}

fn observer_slot() -> Option<Index<Ssl, Arc<dyn Observer>>> {
    static SLOT: OnceLock<Option<Index<Ssl, Arc<dyn Observer>>>> = OnceLock::new();
    *SLOT.get_or_init(|| Ssl::new_ex_index().ok())
}

fn chooser_slot() -> Option<Index<Ssl, Chooser>> {
    static SLOT: OnceLock<Option<Index<Ssl, Chooser>>> = OnceLock::new();
    *SLOT.get_or_init(|| Ssl::new_ex_index().ok())
}

fn judgement_slot() -> Option<Index<Ssl, Arc<Judgement>>> {
    static SLOT: OnceLock<Option<Index<Ssl, Arc<Judgement>>>> = OnceLock::new();
    *SLOT.get_or_init(|| Ssl::new_ex_index().ok())
}

/// Shows `observer` every message of this connection from now on.
pub fn observe(ssl: &mut SslRef, observer: Arc<dyn Observer>) {
    let Some(slot) = observer_slot() else { return };
    ssl.set_ex_data(slot, observer);
    // SAFETY: `ssl` is a live SSL for the length of the call. The callback is a plain function that finds its
    // observer in the connection's own ex_data, so it holds no pointer that could dangle.
    unsafe { SSL_set_msg_callback(ssl.as_ptr(), Some(on_message)) };
}

unsafe extern "C" fn on_message(
    write: c_int,
    _version: c_int,
    content: c_int,
    bytes: *const c_void,
    length: usize,
    ssl: *mut sys::SSL,
    _argument: *mut c_void,
) {
    const ALERT: c_int = 21;
    const HANDSHAKE: c_int = 22;
    let content = match content {
        ALERT => Content::Alert,
        HANDSHAKE => Content::Handshake,
        _ => return,
    };
    if ssl.is_null() || bytes.is_null() {
        return;
    }
    // A panic must not cross into C: it would be undefined behaviour, so it ends here.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libssl calls with its live SSL and a buffer of `length` bytes that outlives the call; both
        // are only borrowed until it returns.
        let (ssl, bytes) = unsafe {
            (
                SslRef::from_ptr(ssl),
                std::slice::from_raw_parts(bytes.cast::<u8>(), length),
            )
        };
        if let Some(observer) = observer_slot().and_then(|slot| ssl.ex_data(slot)) {
            let direction = if write == 1 {
                Direction::Sent
            } else {
                Direction::Received
            };
            observer.message(direction, content, bytes);
        }
    }));
}

/// Says, once the server has asked, whether the identity is to be sent.
pub type Chooser = Arc<dyn Fn() -> bool + Send + Sync>;

/// Lets `chooser` decide whether this connection's certificates are sent when they are asked for.
pub fn choose(ssl: &mut SslRef, chooser: Chooser) {
    let Some(slot) = chooser_slot() else { return };
    ssl.set_ex_data(slot, chooser);
    // SAFETY: `ssl` is live; the callback is a plain function that finds its chooser in the connection's own
    // ex_data, and its argument is unused.
    unsafe {
        SSL_set_cert_cb(
            ssl.as_ptr(),
            Some(on_certificate_wanted),
            std::ptr::null_mut(),
        );
    }
}

unsafe extern "C" fn on_certificate_wanted(ssl: *mut sys::SSL, _argument: *mut c_void) -> c_int {
    if ssl.is_null() {
        return 1;
    }
    let sends = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libssl calls with its live SSL, borrowed for the length of the call.
        let ssl = unsafe { SslRef::from_ptr(ssl) };
        chooser_slot()
            .and_then(|slot| ssl.ex_data(slot))
            .is_none_or(|chooser| chooser())
    }));
    if !sends.unwrap_or(true) {
        // SAFETY: as above; this drops the connection's own copies of key and certificates, nothing else.
        unsafe { SSL_certs_clear(ssl) };
    }
    1
}

/// Offers to authenticate after the handshake (RFC 8446, section 4.6.2), so that a late demand is seen.
pub fn offer_post_handshake_auth(ssl: &mut SslRef) {
    // SAFETY: `ssl` is live; the call only sets a flag in it.
    unsafe { SSL_set_post_handshake_auth(ssl.as_ptr(), 1) };
}

/// Lets a read return after a handshake message, so that a session ticket's arrival can be noticed.
pub fn return_after_handshake_messages(context: &mut SslContextBuilder) {
    const CLEAR_MODE: c_int = 78;
    const AUTO_RETRY: c_long = 4;
    // SAFETY: the context is live; this control takes a plain bit mask and no pointer.
    unsafe {
        sys::SSL_CTX_ctrl(
            context.as_ptr(),
            CLEAR_MODE,
            AUTO_RETRY,
            std::ptr::null_mut(),
        )
    };
}

/// Whether the other side knows secure renegotiation (RFC 5746).
#[must_use]
pub fn knows_secure_renegotiation(ssl: &SslRef) -> bool {
    const GET_RI_SUPPORT: c_int = 76;
    // SAFETY: `ssl` is live; this control only reads from it, and takes no pointer.
    unsafe { sys::SSL_ctrl(ssl.as_ptr(), GET_RI_SUPPORT, 0, std::ptr::null_mut()) == 1 }
}

/// Sets what a server's request for a certificate lists as signature algorithms, by OpenSSL's names with colons
/// between; names it does not know make the call fail and change nothing.
pub fn set_client_signature_algorithms(ssl: &mut SslRef, names: &CStr) -> bool {
    const SET_CLIENT_SIGALGS_LIST: c_int = 102;
    // SAFETY: `ssl` is live; the control only reads the string, which ends in a NUL, until it returns.
    unsafe {
        sys::SSL_ctrl(
            ssl.as_ptr(),
            SET_CLIENT_SIGALGS_LIST,
            0,
            names.as_ptr().cast_mut().cast(),
        ) == 1
    }
}

/// Judges the chains of connections made from this context through their [`Judgement`].
pub fn judge_with_connection(context: &mut SslContextBuilder) {
    // SAFETY: the context is live; the callback is a plain function and its argument is unused.
    unsafe {
        SSL_CTX_set_cert_verify_callback(context.as_ptr(), Some(on_verify), std::ptr::null_mut());
    }
}

/// Gives a connection the place its judgement goes to.
pub fn set_judgement(ssl: &mut SslRef, judgement: Arc<Judgement>) {
    if let Some(slot) = judgement_slot() {
        ssl.set_ex_data(slot, judgement);
    }
}

/// `X509_V_ERR_UNSPECIFIED`
const UNSPECIFIED: c_int = 1;

/// Verifies the whole chain, writes every fault down, and answers with the first one unless lenient.
unsafe extern "C" fn on_verify(context: *mut sys::X509_STORE_CTX, _argument: *mut c_void) -> c_int {
    if context.is_null() {
        return 0;
    }
    let verdict = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libssl hands over a live store context, prepared for this connection, for the length of the
        // call. The verify callback set here finds the judgement through the same context.
        let verified = unsafe {
            X509_STORE_CTX_set_verify_cb(context, Some(on_fault));
            sys::X509_verify_cert(context)
        };
        let Some(judgement) = judgement_of(context) else {
            return 0;
        };
        if verified <= 0 && judgement.faults().is_empty() {
            // libcrypto gave up before it judged anything: that is no approval.
            // SAFETY: the context is live.
            let code = unsafe { sys::X509_STORE_CTX_get_error(context) };
            lock(&judgement.faults).push(Fault {
                depth: 0,
                code: if code == sys::X509_V_OK {
                    UNSPECIFIED
                } else {
                    code
                },
                certificate: None,
            });
        }
        let faults = judgement.faults();
        if let (Some(first), false) = (faults.first(), judgement.lenient) {
            // SAFETY: the context is live; the alert that libssl sends is chosen by this error.
            unsafe { sys::X509_STORE_CTX_set_error(context, first.code) };
            return 0;
        }
        // SAFETY: as above.
        unsafe { sys::X509_STORE_CTX_set_error(context, sys::X509_V_OK) };
        1
    }));
    verdict.unwrap_or(0)
}

unsafe extern "C" fn on_fault(fine: c_int, context: *mut sys::X509_STORE_CTX) -> c_int {
    if fine == 1 || context.is_null() {
        return 1;
    }
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libcrypto calls with the live context it is verifying in; the current certificate is borrowed
        // for the length of the call and copied.
        let fault = unsafe {
            let current = sys::X509_STORE_CTX_get_current_cert(context);
            Fault {
                depth: u32::try_from(sys::X509_STORE_CTX_get_error_depth(context)).unwrap_or(0),
                code: sys::X509_STORE_CTX_get_error(context),
                certificate: (!current.is_null())
                    .then(|| openssl::x509::X509Ref::from_ptr(current).to_der().ok())
                    .flatten(),
            }
        };
        if let Some(judgement) = judgement_of(context) {
            lock(&judgement.faults).push(fault);
        }
        // The error stays set otherwise, and every later certificate would be blamed for it.
        // SAFETY: as above.
        unsafe { sys::X509_STORE_CTX_set_error(context, sys::X509_V_OK) };
    }));
    1
}

fn judgement_of(context: *mut sys::X509_STORE_CTX) -> Option<Arc<Judgement>> {
    // SAFETY: the index is libssl's own for "the SSL this chain belongs to"; the pointer it yields is that live
    // SSL or null, and is only borrowed here.
    let ssl = unsafe {
        sys::X509_STORE_CTX_get_ex_data(context, sys::SSL_get_ex_data_X509_STORE_CTX_idx())
    };
    if ssl.is_null() {
        return None;
    }
    // SAFETY: not null, and an SSL by the index's meaning.
    let ssl = unsafe { SslRef::from_ptr(ssl.cast()) };
    judgement_slot()
        .and_then(|slot| ssl.ex_data(slot))
        .map(Arc::clone)
}

/// libcrypto's words for an `X509_V_ERR_…` code.
#[must_use]
pub fn verify_text(code: i32) -> &'static str {
    // SAFETY: any integer is a valid argument: unknown ones have words of their own.
    unsafe { openssl::x509::X509VerifyResult::from_raw(code) }.error_string()
}
