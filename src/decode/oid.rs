//! Owns the object identifiers of the containers that are both read and written.

/// PKCS#7 content types (RFC 2315, section 14).
pub const DATA: &str = "1.2.840.113549.1.7.1";
pub const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
pub const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";

/// PKCS#12 bag types (RFC 7292, appendix D).
pub const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
pub const SHROUDED_KEY_BAG: &str = "1.2.840.113549.1.12.10.1.2";
pub const CERTIFICATE_BAG: &str = "1.2.840.113549.1.12.10.1.3";
pub const CRL_BAG: &str = "1.2.840.113549.1.12.10.1.4";
pub const SECRET_BAG: &str = "1.2.840.113549.1.12.10.1.5";
pub const SAFE_CONTENTS_BAG: &str = "1.2.840.113549.1.12.10.1.6";
/// What a certificate or revocation list bag holds.
pub const X509_CERTIFICATE: &str = "1.2.840.113549.1.9.22.1";
pub const X509_CRL: &str = "1.2.840.113549.1.9.23.1";

/// Bag attributes.
pub const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
pub const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";
/// Java sees a PKCS#12 certificate as an anchor only where Oracle's attribute lists a usage.
pub const ORACLE_TRUSTED_KEY_USAGE: &str = "2.16.840.1.113894.746875.1.1";
pub const ANY_EXTENDED_KEY_USAGE: &str = "2.5.29.37.0";

/// Password-based schemes (RFC 8018, appendix C; RFC 9579; RFC 7292, appendix C).
pub const PBKDF2: &str = "1.2.840.113549.1.5.12";
pub const PBES2: &str = "1.2.840.113549.1.5.13";
pub const PBMAC1: &str = "1.2.840.113549.1.5.14";
pub const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
pub const PBE_SHA1_TRIPLE_DES: &str = "1.2.840.113549.1.12.1.3";

/// Ciphers and digests.
pub const AES_256_CBC: &str = "2.16.840.1.101.3.4.1.42";
pub const HMAC_SHA1: &str = "1.2.840.113549.2.7";
pub const HMAC_SHA256: &str = "1.2.840.113549.2.9";
pub const SHA1: &str = "1.3.14.3.2.26";
pub const SHA256: &str = "2.16.840.1.101.3.4.2.1";

/// The JDK's own key protections: of JKS, and of JCEKS (`PBEWithMD5AndTripleDES`).
pub const JKS_KEY_PROTECTOR: &str = "1.3.6.1.4.1.42.2.17.1.1";
pub const JCEKS_KEY_PROTECTOR: &str = "1.3.6.1.4.1.42.2.19.1";
