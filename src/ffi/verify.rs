//! libcrypto: judging one chain without a connection, and without stopping at the first error.

use std::ffi::{c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use foreign_types::{ForeignType as _, ForeignTypeRef as _};
use openssl::asn1::Asn1Object;
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509Crl, X509PurposeId, X509Ref, X509StoreContext};
use openssl_sys as sys;

use super::ssl::Fault;

/// More faults than this say nothing further; a hostile chain must not fill the memory.
const MAX_FAULTS: usize = 1_000;

/// How a chain is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Seconds since the epoch.
    pub at: i64,
    /// What the leaf is to be used for; none where any use will do.
    pub purpose: Option<Purpose>,
    /// The name the leaf must carry.
    pub name: Option<Peer<'a>>,
    /// The checks of RFC 5280 that most programs leave out (`X509_V_FLAG_X509_STRICT`).
    pub strict: bool,
    /// Check every certificate but the root against the lists given.
    pub revocation: bool,
    /// OpenSSL's security level, 0 to 5: what counts as weak.
    pub level: i32,
}

/// The two ends of a TLS connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Client,
    Server,
}

/// A name to find in the leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer<'a> {
    Host(&'a str),
    Address(std::net::IpAddr),
    Email(&'a str),
}

/// What libcrypto said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// In the order in which they were found.
    pub faults: Vec<Fault>,
    /// The path libcrypto built, leaf first, DER.
    pub path: Vec<Vec<u8>>,
}

unsafe extern "C" {
    fn X509_STORE_CTX_set_verify_cb(
        context: *mut sys::X509_STORE_CTX,
        callback: Option<unsafe extern "C" fn(c_int, *mut sys::X509_STORE_CTX) -> c_int>,
    );
    fn X509_STORE_CTX_set_ex_data(
        context: *mut sys::X509_STORE_CTX,
        index: c_int,
        data: *mut c_void,
    ) -> c_int;
    fn X509_STORE_CTX_get1_chain(context: *const sys::X509_STORE_CTX) -> *mut sys::stack_st_X509;
    fn X509_STORE_CTX_set0_crls(context: *mut sys::X509_STORE_CTX, lists: *mut sys::OPENSSL_STACK);
    fn NAME_CONSTRAINTS_check(certificate: *mut sys::X509, constraints: *mut c_void) -> c_int;
    fn NAME_CONSTRAINTS_free(constraints: *mut c_void);
    fn X509_get_ext_d2i(
        certificate: *const sys::X509,
        nid: c_int,
        critical: *mut c_int,
        index: *mut c_int,
    ) -> *mut c_void;
    fn X509_VERIFY_PARAM_set1_policies(
        param: *mut sys::X509_VERIFY_PARAM,
        policies: *mut sys::stack_st_ASN1_OBJECT,
    ) -> c_int;
    fn X509_VERIFY_PARAM_set1_email(
        param: *mut sys::X509_VERIFY_PARAM,
        email: *const c_char,
        length: usize,
    ) -> c_int;
}

/// The slot of a store context that is the application's own.
const APP_DATA: c_int = 0;

/// Verifies `leaf` with the help of `untrusted` up to one of `anchors`, and lists every fault.
///
/// # Errors
/// libcrypto ran out of memory, or refused a rule.
pub fn verify(
    leaf: &X509Ref,
    untrusted: &[&X509Ref],
    anchors: &[&X509Ref],
    crls: &[X509Crl],
    rules: &Rules<'_>,
) -> Result<Judged, ErrorStack> {
    let mut store = X509StoreBuilder::new()?;
    for anchor in anchors {
        store.add_cert((*anchor).to_owned())?;
    }
    store.set_param(&*param(rules)?)?;
    let store = store.build();
    let mut chain = Stack::new()?;
    for one in untrusted {
        chain.push((*one).to_owned())?;
    }
    let mut context = X509StoreContext::new()?;
    let lists = Lists::of(crls)?;
    context.init(&store, leaf, &chain, |context| {
        Ok(judge(context.as_ptr(), &lists))
    })
}

/// Revocation lists as a store context takes them. A store of its own would find them by the name of the
/// certificate's issuer alone, which an indirect list does not bear.
struct Lists<'a> {
    stack: *mut sys::OPENSSL_STACK,
    /// The stack borrows them.
    _lists: &'a [X509Crl],
}

impl<'a> Lists<'a> {
    fn of(lists: &'a [X509Crl]) -> Result<Self, ErrorStack> {
        // SAFETY: a new stack is ours, null where there is no memory. What is pushed is borrowed for as long as
        // `Lists` lives, and never freed through the stack.
        unsafe {
            let stack = sys::OPENSSL_sk_new_null();
            if stack.is_null() {
                return Err(ErrorStack::get());
            }
            let this = Self {
                stack,
                _lists: lists,
            };
            for list in lists {
                if sys::OPENSSL_sk_push(stack, list.as_ptr().cast()) == 0 {
                    return Err(ErrorStack::get());
                }
            }
            Ok(this)
        }
    }
}

impl Drop for Lists<'_> {
    fn drop(&mut self) {
        // SAFETY: the stack is ours and freed once; its elements are not touched.
        unsafe { sys::OPENSSL_sk_free(self.stack) }
    }
}

fn judge(context: *mut sys::X509_STORE_CTX, lists: &Lists<'_>) -> Judged {
    let mut faults: Vec<Fault> = Vec::new();
    // SAFETY: the context is live and initialised for the length of this function. `faults` outlives the call to
    // X509_verify_cert, the only one during which the callback may read its address, which is taken back after.
    let verified = unsafe {
        X509_STORE_CTX_set0_crls(context, lists.stack);
        X509_STORE_CTX_set_verify_cb(context, Some(on_fault));
        if X509_STORE_CTX_set_ex_data(context, APP_DATA, (&raw mut faults).cast()) != 1 {
            return unspecified();
        }
        let verified = sys::X509_verify_cert(context);
        X509_STORE_CTX_set_ex_data(context, APP_DATA, std::ptr::null_mut());
        X509_STORE_CTX_set0_crls(context, std::ptr::null_mut());
        verified
    };
    if verified <= 0 && faults.is_empty() {
        // libcrypto gave up before it judged anything: that is no approval.
        // SAFETY: the context is live.
        let code = unsafe { sys::X509_STORE_CTX_get_error(context) };
        faults.push(Fault {
            depth: 0,
            code: if code == sys::X509_V_OK {
                sys::X509_V_ERR_UNSPECIFIED
            } else {
                code
            },
            certificate: None,
        });
    }
    // SAFETY: get1 gives a stack of our own (or null), freed when `chain` is dropped.
    let path = unsafe {
        let chain = X509_STORE_CTX_get1_chain(context);
        if chain.is_null() {
            Vec::new()
        } else {
            let chain = Stack::<X509>::from_ptr(chain);
            chain.iter().filter_map(|one| one.to_der().ok()).collect()
        }
    };
    Judged { faults, path }
}

fn unspecified() -> Judged {
    Judged {
        faults: vec![Fault {
            depth: 0,
            code: sys::X509_V_ERR_UNSPECIFIED,
            certificate: None,
        }],
        path: Vec::new(),
    }
}

/// Writes the fault down and has libcrypto go on.
unsafe extern "C" fn on_fault(fine: c_int, context: *mut sys::X509_STORE_CTX) -> c_int {
    if fine == 1 || context.is_null() {
        return 1;
    }
    let noted = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: libcrypto calls with the live context it is verifying in; `judge` put the address of its own
        // list there for exactly this time and touches it through nothing else meanwhile. The current
        // certificate is borrowed for the length of the call and copied.
        unsafe {
            let faults: *mut Vec<Fault> = sys::X509_STORE_CTX_get_ex_data(context, APP_DATA).cast();
            // The path of a revocation list's signer is judged in a context of its own. What is wrong there must
            // stop it, and comes back as a fault of the list.
            let Some(faults) = faults.as_mut() else {
                return 0;
            };
            let current = sys::X509_STORE_CTX_get_current_cert(context);
            let fault = Fault {
                depth: u32::try_from(sys::X509_STORE_CTX_get_error_depth(context)).unwrap_or(0),
                code: sys::X509_STORE_CTX_get_error(context),
                certificate: (!current.is_null())
                    .then(|| X509Ref::from_ptr(current).to_der().ok())
                    .flatten(),
            };
            if faults.len() < MAX_FAULTS && !faults.contains(&fault) {
                faults.push(fault);
            }
            // The error stays set otherwise, and every later certificate would be blamed for it.
            sys::X509_STORE_CTX_set_error(context, sys::X509_V_OK);
            1
        }
    }));
    noted.unwrap_or(0)
}

fn param(rules: &Rules<'_>) -> Result<X509VerifyParam, ErrorStack> {
    /// `X509_V_FLAG_EXTENDED_CRL_SUPPORT` and `X509_V_FLAG_USE_DELTAS`
    const INDIRECT_AND_DELTA: u64 = 0x1000 | 0x2000;
    let mut param = X509VerifyParam::new()?;
    // A CA that was named as trusted is trusted, root or not: so do curl, Go and rustls.
    let mut flags = X509VerifyFlags::TRUSTED_FIRST
        | X509VerifyFlags::PARTIAL_CHAIN
        | X509VerifyFlags::POLICY_CHECK;
    if rules.strict {
        flags |= X509VerifyFlags::X509_STRICT | X509VerifyFlags::CHECK_SS_SIGNATURE;
    }
    if rules.revocation {
        flags |= X509VerifyFlags::CRL_CHECK
            | X509VerifyFlags::CRL_CHECK_ALL
            | X509VerifyFlags::from_bits_retain(INDIRECT_AND_DELTA as _);
    }
    param.set_flags(flags)?;
    accept_any_policy(&mut param)?;
    param.set_time(rules.at as _);
    param.set_auth_level(rules.level);
    param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS);
    match rules.purpose {
        Some(Purpose::Client) => param.set_purpose(X509PurposeId::SSL_CLIENT)?,
        Some(Purpose::Server) => param.set_purpose(X509PurposeId::SSL_SERVER)?,
        None => {}
    }
    match rules.name {
        Some(Peer::Host(host)) => param.set_host(host)?,
        Some(Peer::Address(address)) => param.set_ip(address)?,
        Some(Peer::Email(email)) => set_email(&mut param, email)?,
        None => {}
    }
    Ok(param)
}

/// The user-initial-policy-set of RFC 5280, section 6.1.1 (c), where nobody asks for a policy. Without it OpenSSL
/// takes the set for empty, and refuses every path that demands a policy.
fn accept_any_policy(param: &mut X509VerifyParam) -> Result<(), ErrorStack> {
    let mut policies = Stack::new()?;
    policies.push(Asn1Object::from_str("2.5.29.32.0")?)?;
    // SAFETY: both are live; the objects are copied.
    let set = unsafe { X509_VERIFY_PARAM_set1_policies(param.as_ptr(), policies.as_ptr()) };
    if set == 1 {
        Ok(())
    } else {
        Err(ErrorStack::get())
    }
}

fn set_email(param: &mut X509VerifyParam, email: &str) -> Result<(), ErrorStack> {
    // SAFETY: the parameter is live; the text is read for its stated length and copied.
    let set =
        unsafe { X509_VERIFY_PARAM_set1_email(param.as_ptr(), email.as_ptr().cast(), email.len()) };
    if set == 1 {
        Ok(())
    } else {
        Err(ErrorStack::get())
    }
}

/// Whether the name constraints of `authority` allow the names in `certificate`; without constraints they do.
///
/// A constraint that cannot be read allows nothing.
#[must_use]
pub fn allows_names(authority: &X509Ref, certificate: &X509Ref) -> bool {
    let mut critical: c_int = 0;
    // SAFETY: both certificates are live; the decoded extension is ours and freed below, once.
    unsafe {
        let constraints = X509_get_ext_d2i(
            authority.as_ptr(),
            sys::NID_name_constraints,
            &raw mut critical,
            std::ptr::null_mut(),
        );
        if constraints.is_null() {
            // -1: the extension is not there. Otherwise it is malformed, or there more than once.
            return critical == -1;
        }
        let said = NAME_CONSTRAINTS_check(certificate.as_ptr(), constraints);
        NAME_CONSTRAINTS_free(constraints);
        said == sys::X509_V_OK
    }
}
