//! What servers, gateways and services answer over HTTP when a client certificate is at stake.
//!
//! One table; a row says where in an answer a phrase must stand and what it means there. Adding a product is
//! adding a row.

/// What an answer means for the client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// No certificate reached the server.
    NoCertificate,
    /// One did, and was refused for whatever reason.
    CertificateRefused,
    /// One did, and the answer carries OpenSSL's reason in its text.
    CertificateRefusedBecause,
    /// The server would need to ask for a certificate after the handshake, and cannot on this connection.
    CannotAskLate,
    /// Plain HTTP was spoken to a TLS port, or the other way round.
    PlainHttp,
    /// The name in the TLS handshake and the name in the request differ.
    NameDiffers,
    /// Salesforce: the session is bound to mutual TLS and this connection is not mutual.
    SalesforceMutual,
    /// Salesforce: the session id is not valid.
    SalesforceSession,
    /// Salesforce: user, password, place or time of the login are not right.
    SalesforceLogin,
}

/// Where in an answer a phrase must stand.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// The visible text of the page, tags taken out and white space folded.
    Page(&'static str),
    /// The text of an XML element of this local name.
    Xml(&'static str, &'static str),
    /// A JSON string field of this name, at any depth.
    Json(&'static str, &'static str),
}

/// One known answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Who answers so.
    pub product: &'static str,
    /// The status it comes with; `None` where it varies.
    pub status: Option<u16>,
    pub place: Place,
    pub meaning: Meaning,
}

const fn row(product: &'static str, status: Option<u16>, place: Place, meaning: Meaning) -> Answer {
    Answer {
        product,
        status,
        place,
        meaning,
    }
}

/// The table, most specific first.
#[rustfmt::skip]
pub const ANSWERS: &[Answer] = &[
    row("Salesforce", None, Place::Page("No client certificate provided"), Meaning::NoCertificate),
    row("Salesforce", None, Place::Page("Client certificate error:"), Meaning::CertificateRefusedBecause),
    row("Salesforce", None, Place::Xml("faultcode", "MUTUAL_AUTHENTICATION_FAILED"), Meaning::SalesforceMutual),
    row("Salesforce", None, Place::Xml("exceptionCode", "MUTUAL_AUTHENTICATION_FAILED"), Meaning::SalesforceMutual),
    row("Salesforce", None, Place::Json("errorCode", "MUTUAL_AUTHENTICATION_FAILED"), Meaning::SalesforceMutual),
    row("Salesforce", None, Place::Json("exceptionCode", "MUTUAL_AUTHENTICATION_FAILED"), Meaning::SalesforceMutual),
    row("Salesforce", None, Place::Xml("faultcode", "INVALID_SESSION_ID"), Meaning::SalesforceSession),
    row("Salesforce", None, Place::Xml("exceptionCode", "InvalidSessionId"), Meaning::SalesforceSession),
    row("Salesforce", None, Place::Json("errorCode", "INVALID_SESSION_ID"), Meaning::SalesforceSession),
    row("Salesforce", None, Place::Json("exceptionCode", "InvalidSessionId"), Meaning::SalesforceSession),
    row("Salesforce", None, Place::Xml("faultcode", "INVALID_LOGIN"), Meaning::SalesforceLogin),
    row("Salesforce", None, Place::Xml("faultcode", "LOGIN_MUST_USE_SECURITY_TOKEN"), Meaning::SalesforceLogin),
    row("Salesforce", None, Place::Xml("faultcode", "LOGIN_DURING_RESTRICTED"), Meaning::SalesforceLogin),
    row("Salesforce", None, Place::Xml("faultcode", "PASSWORD_LOCKOUT"), Meaning::SalesforceLogin),
    row("nginx", Some(400), Place::Page("No required SSL certificate was sent"), Meaning::NoCertificate),
    row("nginx", Some(400), Place::Page("The SSL certificate error"), Meaning::CertificateRefused),
    row("nginx", Some(400), Place::Page("The plain HTTP request was sent to HTTPS port"), Meaning::PlainHttp),
    row("Apache httpd", Some(400), Place::Page("speaking plain HTTP to an SSL-enabled server port"), Meaning::PlainHttp),
    row("Apache httpd", Some(403), Place::Page("Cannot perform Post-Handshake Authentication"), Meaning::CannotAskLate),
    row("Tomcat", Some(401), Place::Page("No client certificate chain in this request"), Meaning::NoCertificate),
    row("IIS", Some(403), Place::Page("403.7"), Meaning::NoCertificate),
    row("IIS", Some(403), Place::Page("403.13"), Meaning::CertificateRefused),
    row("IIS", Some(403), Place::Page("403.16"), Meaning::CertificateRefused),
    row("IIS", Some(403), Place::Page("403.17"), Meaning::CertificateRefused),
    row("ADP", Some(401), Place::Page("proper client ssl certificate was not presented"), Meaning::NoCertificate),
    row("nginx", Some(495), Place::Page(""), Meaning::CertificateRefused),
    row("nginx", Some(496), Place::Page(""), Meaning::NoCertificate),
    row("an HTTP server", Some(421), Place::Page(""), Meaning::NameDiffers),
];
