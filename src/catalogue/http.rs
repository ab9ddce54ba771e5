//! What servers, gateways and services answer over HTTP when a client certificate is at stake.
//!
//! One table; a row says by which signs an answer is known and what it means. Adding a product is adding a row, and a
//! recorded answer under testdata/answers/.

use super::reactions::Cause;

/// What an answer means for the client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// No certificate reached the server.
    NoCertificate,
    /// None did that is valid: none at all, or one that was refused for whatever reason.
    NoneValid,
    /// One did, and was refused for whatever reason.
    CertificateRefused,
    /// One did, and the answer carries the reason in its text, in the words of a TLS library.
    CertificateRefusedBecause,
    /// One did, and was refused for one of these.
    CertificateRefusedFor(&'static [Cause]),
    /// One did and was good; its owner is not let in.
    OwnerNotAllowed,
    /// The server would need to ask for a certificate after the handshake, and cannot on this connection.
    CannotAskLate,
    /// A rule in front of the application turned the request away. The certificate may be what it looks at, or
    /// anything else; the words say where that stands.
    Rule(&'static str),
    /// Refused for something else: what answers here judges certificates within TLS only.
    Elsewhere(&'static str),
    /// What answers here got no connection to the server behind it.
    Behind(&'static str),
    /// Plain HTTP was spoken to a TLS port.
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

/// Something in an answer that can be pointed at. Letters' case never matters.
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    /// In the reason phrase of the status line.
    Reason(&'static str),
    /// A header of this name, in lower case, with this in its value.
    Header(&'static str, &'static str),
    /// In the page's title or a heading, and no part of a longer word or number.
    Head(&'static str),
    /// In the visible text of the page, tags taken out and white space folded.
    Page(&'static str),
    /// The whole visible text, title included.
    Whole(&'static str),
    /// In the text of an XML element of this local name.
    Xml(&'static str, &'static str),
    /// In a JSON string field of this name, at any depth, or a list of strings.
    Json(&'static str, &'static str),
    /// A JSON string field of this name that is this and nothing more.
    JsonIs(&'static str, &'static str),
    /// A text short enough to be about one thing, with a word of every group.
    Mentions(&'static [&'static [&'static str]]),
}

/// One known answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Who answers so.
    pub product: &'static str,
    /// The statuses it comes with; none where it varies.
    pub status: &'static [u16],
    /// All of them must be there.
    pub signs: &'static [Sign],
    pub meaning: Meaning,
    /// What else it may mean; none where nothing else.
    pub or: Option<&'static str>,
}

impl Answer {
    const fn or(mut self, what: &'static str) -> Self {
        self.or = Some(what);
        self
    }
}

const fn row(
    product: &'static str,
    status: &'static [u16],
    signs: &'static [Sign],
    meaning: Meaning,
) -> Answer {
    Answer {
        product,
        status,
        signs,
        meaning,
        or: None,
    }
}

const NGINX_NONE: Sign = Sign::Page("No required SSL certificate was sent");
const NGINX_BAD: Sign = Sign::Page("The SSL certificate error");
const CLOUDFLARE: Sign = Sign::Header("server", "cloudflare");
const STATUS: Sign = Sign::JsonIs("kind", "Status");

/// Words for the thing itself, in an application's own sentence.
const CERTIFICATE: &[&str] = &[
    "client certificate",
    "client cert",
    "client-certificate",
    "client_cert",
    "clientcert",
    "client ssl certificate",
    "client tls certificate",
    "tls client certificate",
    "peer certificate",
    "mtls",
    "mutual tls",
];
const ABSENT: &[&str] = &[
    "missing",
    "required",
    "requires",
    "not provided",
    "not presented",
    "not present",
    "not sent",
    "not supplied",
    "not found",
    "must ",
    "no client",
    "no cert",
    "no peer",
    "no valid",
    "without",
    "absent",
    "lacks",
];
const BAD: &[&str] = &[
    "invalid",
    "not valid",
    "untrusted",
    "not trusted",
    "expired",
    "revoked",
    "verif",
    "validat",
    "self-signed",
    "self signed",
    "unknown ca",
    "unknown issuer",
    "rejected",
    "failed",
];
const NOT_LET_IN: &[&str] = &[
    "not allowed",
    "not authori",
    "unauthori",
    "not permitted",
    "not registered",
    "not mapped",
    "not recogni",
    "does not match",
    "mismatch",
    "not match",
    "denied",
    "forbidden",
    "unknown subject",
    "unknown client",
];
/// Who answers where no product is known by the words.
pub const OWN: &str = "the application";
const OWN_WORDS: &str = "these are the application's own words, and may be about something else";

/// What IIS counts under one number for a chain it cannot trust.
const ILL: &[Cause] = &[
    Cause::UnknownIssuer,
    Cause::MissingIntermediate,
    Cause::SelfSigned,
    Cause::WrongPurpose,
    Cause::Weak,
    Cause::Constraint,
    Cause::TooLong,
];

/// The table, most specific first.
#[rustfmt::skip]
pub const ANSWERS: &[Answer] = &[
    row("Salesforce", &[], &[Sign::Page("No client certificate provided"), Sign::Page("Client certificate error:")], Meaning::NoCertificate),
    row("Salesforce", &[], &[Sign::Page("Client certificate error:")], Meaning::CertificateRefusedBecause),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "MUTUAL_AUTHENTICATION_FAILED")], Meaning::SalesforceMutual),
    row("Salesforce", &[], &[Sign::Xml("exceptionCode", "MUTUAL_AUTHENTICATION_FAILED")], Meaning::SalesforceMutual),
    row("Salesforce", &[], &[Sign::Json("errorCode", "MUTUAL_AUTHENTICATION_FAILED")], Meaning::SalesforceMutual),
    row("Salesforce", &[], &[Sign::Json("exceptionCode", "MUTUAL_AUTHENTICATION_FAILED")], Meaning::SalesforceMutual),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "INVALID_SESSION_ID")], Meaning::SalesforceSession),
    row("Salesforce", &[], &[Sign::Xml("exceptionCode", "InvalidSessionId")], Meaning::SalesforceSession),
    row("Salesforce", &[], &[Sign::Json("errorCode", "INVALID_SESSION_ID")], Meaning::SalesforceSession),
    row("Salesforce", &[], &[Sign::Json("exceptionCode", "InvalidSessionId")], Meaning::SalesforceSession),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "INVALID_LOGIN")], Meaning::SalesforceLogin),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "LOGIN_MUST_USE_SECURITY_TOKEN")], Meaning::SalesforceLogin),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "LOGIN_DURING_RESTRICTED")], Meaning::SalesforceLogin),
    row("Salesforce", &[], &[Sign::Xml("faultcode", "PASSWORD_LOCKOUT")], Meaning::SalesforceLogin),

    // nginx, and what is built on it.
    row("Cloudflare", &[400, 403], &[NGINX_NONE, CLOUDFLARE], Meaning::NoCertificate)
        .or("the demand is that of the server behind Cloudflare, and Cloudflare's own certificate is what it misses"),
    row("Cloudflare", &[400, 403], &[NGINX_BAD, CLOUDFLARE], Meaning::CertificateRefused)
        .or("the refusal is that of the server behind Cloudflare, and Cloudflare's own certificate is what it refuses"),
    row("Azure Application Gateway", &[400], &[NGINX_NONE, Sign::Page("Microsoft-Azure-Application-Gateway")], Meaning::NoCertificate),
    row("Azure Application Gateway", &[400], &[NGINX_BAD, Sign::Page("Microsoft-Azure-Application-Gateway")], Meaning::CertificateRefused),
    row("nginx", &[400], &[NGINX_NONE], Meaning::NoCertificate),
    row("nginx", &[400], &[NGINX_BAD], Meaning::CertificateRefused),
    row("nginx", &[400], &[Sign::Page("The plain HTTP request was sent to HTTPS port")], Meaning::PlainHttp),
    row("nginx", &[495], &[], Meaning::CertificateRefused),
    row("nginx", &[496], &[], Meaning::NoCertificate),
    row("Kong", &[401], &[Sign::JsonIs("message", "No required TLS certificate was sent")], Meaning::NoCertificate),
    row("Kong", &[401], &[Sign::JsonIs("message", "TLS certificate failed verification")], Meaning::CertificateRefused),

    row("Apache httpd", &[400], &[Sign::Page("speaking plain HTTP to an SSL-enabled server port")], Meaning::PlainHttp),
    row("Apache httpd", &[403], &[Sign::Page("Cannot perform Post-Handshake Authentication")], Meaning::CannotAskLate),
    row("Go", &[400], &[Sign::Whole("Client sent an HTTP request to an HTTPS server.")], Meaning::PlainHttp),
    row("HAProxy", &[403], &[Sign::Head("403 Forbidden"), Sign::Whole("403 Forbidden Request forbidden by administrative rules.")],
        Meaning::Rule("HAProxy's own page for a deny rule: look at those on ssl_c_used, ssl_c_verify and ssl_fc_has_crt, and at the others")),
    row("HAProxy", &[503], &[Sign::Whole("503 Service Unavailable No server is available to handle this request.")],
        Meaning::Behind("no server behind HAProxy is up: among the reasons is that it refuses HAProxy's own certificate, or HAProxy its")),
    row("Envoy", &[403], &[Sign::Whole("RBAC: access denied")],
        Meaning::Rule("Envoy's RBAC filter (Istio: an AuthorizationPolicy): look at its principals, which a certificate's SAN must match, and at its other conditions")),
    row("Envoy", &[503], &[Sign::Page("transport failure reason: TLS")],
        Meaning::Behind("Envoy's TLS to the server behind it failed: certificates and client certificates of that connection are not the caller's")),

    // IIS counts its refusals; only its detailed pages show the number.
    row("IIS", &[403], &[Sign::Head("403.7")], Meaning::NoCertificate),
    row("IIS", &[403], &[Sign::Head("403.12")], Meaning::OwnerNotAllowed),
    row("IIS", &[403], &[Sign::Head("403.13")], Meaning::CertificateRefusedFor(&[Cause::Revoked]))
        .or("IIS says the same where it cannot reach the list of revoked certificates"),
    row("IIS", &[403], &[Sign::Head("403.16")], Meaning::CertificateRefusedFor(ILL)),
    row("IIS", &[403], &[Sign::Head("403.17")], Meaning::CertificateRefusedFor(&[Cause::Expired, Cause::NotYetValid])),
    row("IIS", &[403], &[Sign::Page("HTTP Error 403.")],
        Meaning::Elsewhere("of its numbered refusals only 7, 12, 13, 16 and 17 are about certificates")),
    row("IIS", &[403], &[Sign::Head("403 - Forbidden: Access is denied")],
        Meaning::Rule("IIS's page for every 403: its log has the number after the point (sc-substatus), of which 7, 12, 13, 16 and 17 are about certificates")),
    row("Azure App Service", &[403], &[Sign::Page("Forbidden: Client Certificate Required")], Meaning::NoCertificate),
    row("Azure API Management", &[401, 403], &[Sign::Json("message", "Client certificate missing")], Meaning::NoCertificate)
        .or("a gateway in front of it ends TLS, or the host is not set to negotiate a client certificate"),
    row("Azure API Management", &[401, 403], &[Sign::Reason("Invalid client certificate")], Meaning::NoneValid),
    row("Microsoft Entra ID", &[400, 401], &[Sign::Json("error_description", "AADSTS392200")], Meaning::NoCertificate),

    row("AWS API Gateway", &[403], &[Sign::JsonIs("message", "Forbidden"), Sign::Header("x-amzn-errortype", "ForbiddenException")],
        Meaning::Rule("API Gateway says the same of a certificate its truststore does not lead to, of a missing API key, a resource policy and a WAF; a REST API's execution log tells them apart")),
    row("AWS API Gateway", &[403], &[Sign::JsonIs("message", "Forbidden"), Sign::Header("apigw-requestid", "")],
        Meaning::Rule("API Gateway says the same of a certificate its truststore does not lead to and of what an authorizer forbids")),
    row("AWS Application Load Balancer", &[401, 403], &[Sign::Header("server", "awselb/")],
        Meaning::Elsewhere("a load balancer refuses certificates within TLS; over HTTP a rule of it or a WAF refuses requests")),
    row("Amazon CloudFront", &[403], &[Sign::Head("ERROR: The request could not be satisfied")],
        Meaning::Elsewhere("CloudFront refuses certificates within TLS; over HTTP a WAF, a restriction by place or the distribution refuses requests")),
    row("Amazon CloudFront", &[502], &[Sign::Head("ERROR: The request could not be satisfied")],
        Meaning::Behind("CloudFront got no TLS connection, or no answer, from the server behind it")),

    row("Cloudflare", &[403], &[CLOUDFLARE, Sign::Header("cf-mitigated", "challenge")],
        Meaning::Elsewhere("Cloudflare asks for a browser here")),
    row("Cloudflare", &[403], &[CLOUDFLARE, Sign::Page("error code: 1020")],
        Meaning::Rule("a WAF rule of the site: one on cf.tls_client_auth.cert_verified is what demands a certificate there")),
    row("Cloudflare", &[403], &[CLOUDFLARE, Sign::Head("Attention Required! | Cloudflare")],
        Meaning::Rule("a WAF rule of the site: one on cf.tls_client_auth.cert_verified is what demands a certificate there")),
    row("Cloudflare", &[403], &[CLOUDFLARE, Sign::Head("Access denied")],
        Meaning::Rule("a WAF rule of the site: one on cf.tls_client_auth.cert_verified is what demands a certificate there")),
    row("Cloudflare", &[525], &[CLOUDFLARE], Meaning::Behind("its TLS handshake with the server behind it failed (525): that server may demand Cloudflare's certificate, or share no version or suite with it")),
    row("Cloudflare", &[526], &[CLOUDFLARE], Meaning::Behind("it does not trust the certificate of the server behind it (526)")),
    row("Cloudflare", &[520, 521, 522, 523, 524], &[CLOUDFLARE], Meaning::Behind("it got no answer from the server behind it")),
    row("Akamai", &[403], &[Sign::Header("server", "AkamaiGHost"), Sign::Head("Access Denied")],
        Meaning::Rule("a rule at Akamai's edge: the reference in the page is what its owner can look up")),

    row("Kubernetes", &[401], &[STATUS, Sign::JsonIs("reason", "Unauthorized")], Meaning::NoneValid)
        .or("a bearer token would do as well as a certificate; one that was sent may be what is refused"),
    row("Kubernetes", &[403], &[STATUS, Sign::Json("message", "User \"system:anonymous\"")], Meaning::NoCertificate)
        .or("a bearer token would do as well as a certificate"),
    row("Kubernetes", &[403], &[STATUS, Sign::JsonIs("reason", "Forbidden"), Sign::Json("message", "User \"")], Meaning::OwnerNotAllowed)
        .or("the user it names may be that of a bearer token"),
    row("Tomcat", &[401], &[Sign::Page("No client certificate chain in this request")], Meaning::NoCertificate),
    row("Tomcat", &[401], &[Sign::Page("Cannot authenticate with the provided credentials")], Meaning::OwnerNotAllowed),
    row("Jetty", &[403], &[Sign::Page("A client certificate is required for accessing this web application")], Meaning::NoCertificate),
    row("Keycloak", &[400, 401], &[Sign::Json("error_description", "Client Certification missing for MTLS HoK Token Binding")], Meaning::NoCertificate),
    row("Vault", &[400, 403], &[Sign::Json("errors", "client certificate must be supplied")], Meaning::NoCertificate),
    row("Vault", &[400, 403], &[Sign::Json("errors", "invalid certificate or no client certificate supplied")], Meaning::NoneValid),
    row("ADP", &[401], &[Sign::Page("proper client ssl certificate was not presented")], Meaning::NoCertificate),
    row("Node.js", &[400, 401, 403], &[Sign::Mentions(&[&[
        "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "UNABLE_TO_GET_ISSUER_CERT", "CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "CERT_REVOKED", "INVALID_PURPOSE",
        "CERT_CHAIN_TOO_LONG", "PATH_LENGTH_EXCEEDED", "CERT_SIGNATURE_FAILURE", "CRL_HAS_EXPIRED",
        "UNABLE_TO_GET_CRL", "INVALID_CA",
    ]])], Meaning::CertificateRefusedBecause),
    row("the server", &[421], &[], Meaning::NameDiffers),

    // An application that says in its own words what it misses.
    row(OWN, &[400, 401, 403], &[Sign::Mentions(&[CERTIFICATE, BAD, ABSENT])], Meaning::NoneValid).or(OWN_WORDS),
    row(OWN, &[400, 401, 403], &[Sign::Mentions(&[CERTIFICATE, ABSENT])], Meaning::NoCertificate).or(OWN_WORDS),
    row(OWN, &[400, 401, 403], &[Sign::Mentions(&[CERTIFICATE, BAD])], Meaning::CertificateRefused).or(OWN_WORDS),
    row(OWN, &[400, 401, 403], &[Sign::Mentions(&[CERTIFICATE, NOT_LET_IN])], Meaning::OwnerNotAllowed).or(OWN_WORDS),
];
