//! The requests, as they stand on the wire.

use zeroize::Zeroizing;

use crate::secret::Secret;

use super::xml::escape;
use super::{Session, Version};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const PARTNER: &str = "urn:partner.soap.sforce.com";
const ENTERPRISE: &str = "urn:enterprise.soap.sforce.com";
const BULK: &str = "http://www.force.com/2009/06/asyncapi/dataload";

/// One HTTP request without its host.
#[derive(Debug)]
pub struct Message {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// What stands in it that nobody else may read.
    pub secrets: Vec<Secret>,
    /// Whether it changes nothing, and may be sent again.
    pub reads: bool,
}

/// Where the SOAP API of the partner WSDL is.
#[must_use]
pub fn soap_path(version: &Version) -> String {
    format!("/services/Soap/u/{version}")
}

/// `login`: a session for a user and a password.
#[must_use]
pub fn login(path: String, user: &str, password: &Secret) -> Message {
    let secret = Zeroizing::new(escape(password.expose()));
    let content = Zeroizing::new(format!(
        "<urn:login><urn:username>{}</urn:username><urn:password>{}</urn:password></urn:login>",
        escape(user),
        *secret
    ));
    Message {
        secrets: vec![password.clone()],
        reads: false,
        ..soap(path, "login", "", &content)
    }
}

/// `getUserInfo`: whose session it is.
#[must_use]
pub fn user_info(path: String, session: &Session) -> Message {
    let secret = Zeroizing::new(escape(session.secret().expose()));
    let header = Zeroizing::new(format!(
        "<soapenv:Header><urn:SessionHeader><urn:sessionId>{}</urn:sessionId></urn:SessionHeader></soapenv:Header>",
        *secret
    ));
    Message {
        secrets: vec![session.secret().clone()],
        ..soap(path, "getUserInfo", &header, "<urn:getUserInfo/>")
    }
}

/// The limits resource, which needs a session, as the list of versions does not.
#[must_use]
pub fn limits(version: &Version, session: &Session) -> Message {
    Message {
        method: "GET",
        path: format!("/services/data/v{version}/limits"),
        headers: vec![
            ("Accept", Zeroizing::new("application/json".to_owned())),
            (
                "Authorization",
                Zeroizing::new(format!("Bearer {}", session.secret().expose())),
            ),
        ],
        body: None,
        secrets: vec![session.secret().clone()],
        reads: true,
    }
}

/// Opens a Bulk job, which does nothing until it is given a batch.
#[must_use]
pub fn open_job(version: &Version, session: &Session, object: &str) -> Message {
    let content = format!(
        "<operation>query</operation><object>{}</object><contentType>CSV</contentType>",
        escape(object)
    );
    Message {
        body: Some(job(&content)),
        ..bulk("POST", format!("/services/async/{version}/job"), session)
    }
}

/// Aborts a Bulk job.
#[must_use]
pub fn abort_job(version: &Version, session: &Session, id: &str) -> Message {
    Message {
        body: Some(job("<state>Aborted</state>")),
        ..bulk(
            "POST",
            format!("/services/async/{version}/job/{id}"),
            session,
        )
    }
}

/// Looks at a Bulk job.
#[must_use]
pub fn read_job(version: &Version, session: &Session, id: &str) -> Message {
    Message {
        reads: true,
        ..bulk(
            "GET",
            format!("/services/async/{version}/job/{id}"),
            session,
        )
    }
}

fn soap(path: String, operation: &str, header: &str, content: &str) -> Message {
    let namespace = if path.starts_with("/services/Soap/c/") {
        ENTERPRISE
    } else {
        PARTNER
    };
    let text = Zeroizing::new(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"{ENVELOPE}\" \
         xmlns:urn=\"{namespace}\">{header}<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    ));
    Message {
        method: "POST",
        path,
        headers: vec![
            (
                "Content-Type",
                Zeroizing::new("text/xml; charset=UTF-8".to_owned()),
            ),
            ("SOAPAction", Zeroizing::new(format!("\"{operation}\""))),
        ],
        body: Some(Zeroizing::new(text.as_bytes().to_vec())),
        secrets: Vec::new(),
        reads: true,
    }
}

fn bulk(method: &'static str, path: String, session: &Session) -> Message {
    Message {
        method,
        path,
        headers: vec![
            (
                "X-SFDC-Session",
                Zeroizing::new(session.secret().expose().to_owned()),
            ),
            (
                "Content-Type",
                Zeroizing::new("application/xml; charset=UTF-8".to_owned()),
            ),
        ],
        body: None,
        secrets: vec![session.secret().clone()],
        reads: false,
    }
}

fn job(content: &str) -> Zeroizing<Vec<u8>> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><jobInfo xmlns=\"{BULK}\">{content}</jobInfo>"
    );
    Zeroizing::new(text.into_bytes())
}
