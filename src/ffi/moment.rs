//! libcrypto: the moments of OCSP answers, which the `openssl` crate can only print.

use foreign_types::ForeignTypeRef as _;
use openssl::asn1::{Asn1GeneralizedTimeRef, Asn1Time, Asn1TimeRef};

const DAY: i64 = 86_400;

/// Seconds since the epoch; none where it is no moment.
#[must_use]
pub fn unix(moment: &Asn1GeneralizedTimeRef) -> Option<i64> {
    let epoch = Asn1Time::from_unix(0).ok()?;
    // SAFETY: ASN1_GENERALIZEDTIME and ASN1_TIME are one type in C, ASN1_STRING, told apart by a field of it; the
    // reference lives no longer than the one it is made of.
    let moment: &Asn1TimeRef = unsafe { Asn1TimeRef::from_ptr(moment.as_ptr().cast()) };
    let since = epoch.diff(moment).ok()?;
    Some(i64::from(since.days) * DAY + i64::from(since.secs))
}
