//! Whether the numbers of a private key are those of one key: a damaged file may hold numbers that are not.

use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcKeyRef, EcPoint};
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKeyRef, Private};
use openssl::rsa::RsaRef;

use super::Malformed;

/// Checks what takes no more than a signature; whether RSA's factors are prime is not asked.
///
/// # Errors
/// [`Malformed`] where a number contradicts the others.
pub(super) fn check(key: &PKeyRef<Private>) -> Result<(), Malformed> {
    let (sound, what) = match key.id() {
        Id::RSA | Id::RSA_PSS => (
            key.rsa().and_then(|key| rsa(&key)),
            "its numbers are not those of one RSA key",
        ),
        Id::EC => (
            key.ec_key().and_then(|key| ec(&key)),
            "its private half is not that of its public half",
        ),
        _ => return Ok(()),
    };
    match sound {
        Ok(true) => Ok(()),
        Ok(false) => Err(Malformed(what.to_owned())),
        Err(cause) => Err(Malformed::libcrypto(&cause)),
    }
}

/// The relations of RFC 8017, section 3.2, between the numbers that the key has.
fn rsa(key: &RsaRef<Private>) -> Result<bool, ErrorStack> {
    let mut context = BigNumContext::new_secure()?;
    let (Some(p), Some(q)) = (given(key.p()), given(key.q())) else {
        // Without its primes nothing contradicts it.
        return Ok(true);
    };
    let mut product = BigNum::new_secure()?;
    product.checked_mul(p, q, &mut context)?;
    // A multiple where the key has more than two primes.
    if !divides(&product, key.n(), &mut context)? {
        return Ok(false);
    }
    for (prime, exponent) in [(p, key.dmp1()), (q, key.dmq1())] {
        let mut order = prime.to_owned()?;
        order.sub_word(1)?;
        if order.num_bits() == 0 || !is_one(key.e(), key.d(), &order, &mut context)? {
            return Ok(false);
        }
        if let Some(exponent) = given(exponent)
            && !is_one(key.e(), exponent, &order, &mut context)?
        {
            return Ok(false);
        }
    }
    match given(key.iqmp()) {
        Some(coefficient) => is_one(q, coefficient, p, &mut context),
        None => Ok(true),
    }
}

fn ec(key: &EcKeyRef<Private>) -> Result<bool, ErrorStack> {
    let group = key.group();
    let mut context = BigNumContext::new_secure()?;
    let mut public = EcPoint::new(group)?;
    public.mul_generator2(group, key.private_key(), &mut context)?;
    public.eq(group, key.public_key(), &mut context)
}

/// Zero stands for a number that the key does not have.
fn given(number: Option<&BigNumRef>) -> Option<&BigNumRef> {
    number.filter(|number| number.num_bits() > 0)
}

fn divides(
    divisor: &BigNumRef,
    number: &BigNumRef,
    context: &mut BigNumContext,
) -> Result<bool, ErrorStack> {
    let mut rest = BigNum::new_secure()?;
    rest.checked_rem(number, divisor, context)?;
    Ok(rest.num_bits() == 0)
}

/// Whether the product of two numbers leaves 1.
fn is_one(
    first: &BigNumRef,
    second: &BigNumRef,
    modulus: &BigNumRef,
    context: &mut BigNumContext,
) -> Result<bool, ErrorStack> {
    let mut rest = BigNum::new_secure()?;
    rest.mod_mul(first, second, modulus, context)?;
    Ok(rest == BigNum::from_u32(1)?)
}
