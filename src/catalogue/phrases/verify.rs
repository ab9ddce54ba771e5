//! What OpenSSL and those who took over its texts say when a certificate does not pass.

use super::{Fault, Phrase, Says, Side, row};

/// A reason of `X509_verify_cert`.
#[derive(Debug, Clone, Copy)]
pub struct Reason {
    /// `X509_V_ERR_…`; `None` for a text whose number changed its meaning between versions.
    pub number: Option<u8>,
    /// Its text; an older text for the same number has a row of its own.
    pub text: &'static str,
    /// The name of the constant without `X509_V_ERR_`, which Node.js and Rust print.
    pub name: &'static str,
    pub fault: Fault,
    /// The text is found in no other context: it counts wherever it stands.
    pub telling: bool,
}

const fn told(number: u8, text: &'static str, name: &'static str, fault: Fault) -> Reason {
    Reason {
        number: Some(number),
        text,
        name,
        fault,
        telling: true,
    }
}

/// As [`told`], for a text of everyday words.
const fn plain(number: u8, text: &'static str, name: &'static str, fault: Fault) -> Reason {
    Reason {
        number: Some(number),
        text,
        name,
        fault,
        telling: false,
    }
}

/// A further text for a reason.
const fn also(text: &'static str, fault: Fault) -> Reason {
    Reason {
        number: None,
        text,
        name: "",
        fault,
        telling: true,
    }
}

/// Every reason that is seen in practice, and the older texts for them.
#[rustfmt::skip]
pub const REASONS: &[Reason] = &[
    plain(1, "unspecified certificate verification error", "", Fault::Unspecified),
    told(2, "unable to get issuer certificate", "UNABLE_TO_GET_ISSUER_CERT", Fault::UnknownIssuer),
    told(3, "unable to get certificate CRL", "UNABLE_TO_GET_CRL", Fault::RevocationUnknown),
    told(4, "unable to decrypt certificate's signature", "UNABLE_TO_DECRYPT_CERT_SIGNATURE", Fault::UnknownIssuer),
    told(6, "unable to decode issuer public key", "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", Fault::Chain),
    told(7, "certificate signature failure", "CERT_SIGNATURE_FAILURE", Fault::UnknownIssuer),
    told(8, "CRL signature failure", "CRL_SIGNATURE_FAILURE", Fault::RevocationUnknown),
    told(9, "certificate is not yet valid", "CERT_NOT_YET_VALID", Fault::NotYetValid),
    plain(10, "certificate has expired", "CERT_HAS_EXPIRED", Fault::Expired),
    told(11, "CRL is not yet valid", "CRL_NOT_YET_VALID", Fault::RevocationUnknown),
    told(12, "CRL has expired", "CRL_HAS_EXPIRED", Fault::RevocationUnknown),
    told(13, "format error in certificate's notBefore field", "ERROR_IN_CERT_NOT_BEFORE_FIELD", Fault::Chain),
    told(14, "format error in certificate's notAfter field", "ERROR_IN_CERT_NOT_AFTER_FIELD", Fault::Chain),
    plain(18, "self signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", Fault::SelfSigned),
    told(19, "self signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN", Fault::UntrustedRoot),
    told(20, "unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", Fault::UnknownIssuer),
    told(21, "unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", Fault::Incomplete),
    told(22, "certificate chain too long", "CERT_CHAIN_TOO_LONG", Fault::Chain),
    plain(23, "certificate revoked", "CERT_REVOKED", Fault::Revoked),
    told(24, "issuer certificate doesn't have a public key", "NO_ISSUER_PUBLIC_KEY", Fault::Chain),
    plain(79, "invalid CA certificate", "INVALID_CA", Fault::Chain),
    told(25, "path length constraint exceeded", "PATH_LENGTH_EXCEEDED", Fault::Chain),
    told(26, "unsuitable certificate purpose", "INVALID_PURPOSE", Fault::WrongPurpose),
    also("unsupported certificate purpose", Fault::WrongPurpose),
    plain(27, "certificate not trusted", "CERT_UNTRUSTED", Fault::UnknownIssuer),
    plain(28, "certificate rejected", "CERT_REJECTED", Fault::Unspecified),
    told(29, "subject issuer mismatch", "SUBJECT_ISSUER_MISMATCH", Fault::UnknownIssuer),
    told(30, "authority and subject key identifier mismatch", "AKID_SKID_MISMATCH", Fault::UnknownIssuer),
    told(31, "authority and issuer serial number mismatch", "AKID_ISSUER_SERIAL_MISMATCH", Fault::UnknownIssuer),
    told(32, "key usage does not include certificate signing", "KEYUSAGE_NO_CERTSIGN", Fault::Chain),
    told(33, "unable to get CRL issuer certificate", "UNABLE_TO_GET_CRL_ISSUER", Fault::RevocationUnknown),
    told(34, "unhandled critical extension", "UNHANDLED_CRITICAL_EXTENSION", Fault::Chain),
    told(37, "invalid non-CA certificate (has CA markings)", "INVALID_NON_CA", Fault::Chain),
    told(41, "invalid or inconsistent certificate extension", "INVALID_EXTENSION", Fault::Chain),
    told(42, "invalid or inconsistent certificate policy extension", "INVALID_POLICY_EXTENSION", Fault::Chain),
    told(47, "permitted subtree violation", "PERMITTED_VIOLATION", Fault::Chain),
    told(48, "excluded subtree violation", "EXCLUDED_VIOLATION", Fault::Chain),
    plain(50, "application verification failure", "APPLICATION_VERIFICATION", Fault::Unspecified),
    told(54, "CRL path validation error", "CRL_PATH_VALIDATION_ERROR", Fault::RevocationUnknown),
    plain(62, "hostname mismatch", "HOSTNAME_MISMATCH", Fault::Name),
    plain(63, "email address mismatch", "EMAIL_MISMATCH", Fault::Name),
    plain(64, "IP address mismatch", "IP_ADDRESS_MISMATCH", Fault::Name),
    told(65, "no matching DANE TLSA records", "DANE_NO_MATCH", Fault::UnknownIssuer),
    told(66, "EE certificate key too weak", "", Fault::Weak),
    told(67, "CA certificate key too weak", "", Fault::Weak),
    told(68, "CA signature digest algorithm too weak", "", Fault::Weak),
    told(73, "OCSP verification needed", "OCSP_VERIFY_NEEDED", Fault::RevocationUnknown),
    told(74, "OCSP verification failed", "OCSP_VERIFY_FAILED", Fault::RevocationUnknown),
    told(75, "OCSP unknown cert", "OCSP_CERT_UNKNOWN", Fault::RevocationUnknown),
    told(76, "cannot find certificate signature algorithm", "UNABLE_TO_GET_SIGNATURE_ALGORITHM", Fault::Chain),
    told(85, "missing authority key identifier", "MISSING_AUTHORITY_KEY_IDENTIFIER", Fault::Chain),
    told(86, "missing subject key identifier", "MISSING_SUBJECT_KEY_IDENTIFIER", Fault::Chain),
    told(5, "unable to decrypt CRL's signature", "UNABLE_TO_DECRYPT_CRL_SIGNATURE", Fault::RevocationUnknown),
    told(15, "format error in CRL's lastUpdate field", "ERROR_IN_CRL_LAST_UPDATE_FIELD", Fault::RevocationUnknown),
    told(16, "format error in CRL's nextUpdate field", "ERROR_IN_CRL_NEXT_UPDATE_FIELD", Fault::RevocationUnknown),
    told(35, "key usage does not include CRL signing", "KEYUSAGE_NO_CRL_SIGN", Fault::RevocationUnknown),
    told(36, "unhandled critical CRL extension", "UNHANDLED_CRITICAL_CRL_EXTENSION", Fault::RevocationUnknown),
    told(38, "proxy path length constraint exceeded", "PROXY_PATH_LENGTH_EXCEEDED", Fault::Chain),
    told(39, "key usage does not include digital signature", "KEYUSAGE_NO_DIGITAL_SIGNATURE", Fault::WrongPurpose),
    told(40, "proxy certificates not allowed", "PROXY_CERTIFICATES_NOT_ALLOWED", Fault::Chain),
    plain(43, "no explicit policy", "NO_EXPLICIT_POLICY", Fault::Chain),
    told(44, "different CRL scope", "DIFFERENT_CRL_SCOPE", Fault::RevocationUnknown),
    plain(45, "unsupported extension feature", "UNSUPPORTED_EXTENSION_FEATURE", Fault::Chain),
    told(49, "name constraints minimum and maximum not supported", "SUBTREE_MINMAX", Fault::Chain),
    told(51, "unsupported name constraint type", "UNSUPPORTED_CONSTRAINT_TYPE", Fault::Chain),
    told(52, "unsupported or invalid name constraint syntax", "UNSUPPORTED_CONSTRAINT_SYNTAX", Fault::Chain),
    told(53, "unsupported or invalid name syntax", "UNSUPPORTED_NAME_SYNTAX", Fault::Chain),
    plain(55, "path loop", "PATH_LOOP", Fault::Chain),
    told(71, "certificate transparency required , but no valid SCTs found", "NO_VALID_SCTS", Fault::Chain),
    told(77, "subject signature algorithm and issuer public key algorithm mismatch", "SIGNATURE_ALGORITHM_MISMATCH", Fault::UnknownIssuer),
    told(78, "cert info signature and signature algorithm mismatch", "SIGNATURE_ALGORITHM_INCONSISTENCY", Fault::Chain),
    told(80, "path length invalid for non-CA cert", "PATHLEN_INVALID_FOR_NON_CA", Fault::Chain),
    told(81, "path length given without key usage keyCertSign", "PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", Fault::Chain),
    told(82, "key usage keyCertSign invalid for non-CA cert", "KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", Fault::Chain),
    plain(83, "issuer name empty", "ISSUER_NAME_EMPTY", Fault::Chain),
    plain(84, "subject name empty", "SUBJECT_NAME_EMPTY", Fault::Chain),
    told(87, "empty subject alternative name extension", "EMPTY_SUBJECT_ALT_NAME", Fault::Chain),
    told(88, "subject empty and subject alt name extension not critical", "EMPTY_SUBJECT_SAN_NOT_CRITICAL", Fault::Chain),
    told(89, "basic constraints of CA cert not marked critical", "CA_BCONS_NOT_CRITICAL", Fault::Chain),
    told(90, "authority key identifier marked critical", "AUTHORITY_KEY_IDENTIFIER_CRITICAL", Fault::Chain),
    told(91, "subject key identifier marked critical", "SUBJECT_KEY_IDENTIFIER_CRITICAL", Fault::Chain),
    told(92, "CA cert does not include key usage extension", "CA_CERT_MISSING_KEY_USAGE", Fault::Chain),
    told(93, "using cert extension requires at least x509v3", "EXTENSIONS_REQUIRE_VERSION_3", Fault::Chain),
    told(94, "certificate public key has explicit ECC parameters", "EC_KEY_EXPLICIT_PARAMS", Fault::Chain),
];

const BECAUSE: Says = Says::RefusesBecause;

/// Where such a reason stands.
#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    row("OpenSSL", "verify error : num @verify", BECAUSE, 78),
    row("OpenSSL", "verify return code : @verify", BECAUSE, 78),
    row("OpenSSL", "verification error : @verify", BECAUSE, 78),
    row("OpenSSL", "verify return code : 0", Says::Nothing, 0),
    row("OpenSSL", "certificate verify failed : @verify", BECAUSE, 92),
    row("OpenSSL", "certificate verify failed * error : @verify", BECAUSE, 85),
    row("OpenSSL", "error @verify at * depth lookup", BECAUSE, 85),
    row("OpenSSL", "verification failed : @verify", BECAUSE, 80),
    row("OpenSSL", "verify failed : @verify", BECAUSE, 80),
    row("OpenSSL", "x509 v err @verify", BECAUSE, 88),
    // Alone these are the words for a program's own certificate.
    row("OpenSSL", "x509 v err ee key too small", Says::Refuses(Fault::Weak), 92),
    row("OpenSSL", "x509 v err ca key too small", Says::Refuses(Fault::Weak), 92),
    row("OpenSSL", "x509 v err ca md too weak", Says::Refuses(Fault::Weak), 92),
    row("OpenSSL", "verify error : @verify", BECAUSE, 85),
    row("OpenSSL", "verify error @verify", BECAUSE, 80),
    row("OpenSSL", "verify result : @verify", BECAUSE, 80),
    row("curl", "SSL certificate problem : @verify", BECAUSE, 95).by(Side::Client),
    row("curl", "SSL certificate verify result : @verify", BECAUSE, 90).by(Side::Client),
    row("curl", "SSL certificate verify result : @verify * continuing anyway", BECAUSE, 40).by(Side::Client),
    row("nginx", "client SSL certificate verify error : @verify", BECAUSE, 95).by(Side::Server),
    row("nginx", "upstream SSL certificate verify error : @verify", BECAUSE, 95).by(Side::Client),
    row("nginx", "ssl client verify * FAILED : @verify", BECAUSE, 90).by(Side::Server),
    row("nginx", "| FAILED : @verify", BECAUSE, 85).by(Side::Server),
    row("Apache httpd", "Certificate Verification : Error @verify", BECAUSE, 95).by(Side::Server),
    row("stunnel", "CERT : Pre-verification error : @verify", BECAUSE, 90),
    row("stunnel", "CERT : Verification error : @verify", BECAUSE, 90),
    row("OpenVPN", "VERIFY ERROR : depth * error @verify", BECAUSE, 92),
    row("Salesforce", "Client certificate error : @verify", BECAUSE, 95).by(Side::Server),
    row("MongoDB", "SSL peer certificate validation failed : @verify", BECAUSE, 92),
    row("RabbitMQ", "client unable to verify peer certificate : @verify", BECAUSE, 85),
    row("git", "SSL certificate problem : certificate is not trusted", Says::Refuses(Fault::UnknownIssuer), 85).by(Side::Client),
    row("OpenSSL", "@verify", BECAUSE, 74),
    row("OpenSSL", "| @verify |", BECAUSE, 70).needs(super::Topic::Tls),
];
