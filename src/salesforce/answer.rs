//! The answers, as far as they matter here: a login, a user, limits, a job, or a fault.

use serde_json::Value;

use crate::secret::Secret;

use super::{Session, xml};

/// The longest word of an answer that is repeated, in characters.
const MAX_WORDS: usize = 300;

/// What a login hands out.
pub struct Login {
    pub session: Session,
    /// Where the server is to be called, as it says itself.
    pub server_url: String,
}

/// A Bulk job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: String,
    pub state: String,
}

/// A refusal in any of the forms the APIs have for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: String,
    pub message: String,
}

/// The login in a SOAP answer.
#[must_use]
pub fn login(body: &str) -> Option<Login> {
    if xml::operation(body).as_deref() != Some("loginResponse") {
        return None;
    }
    Some(Login {
        session: Session::new(&Secret::new(xml::text(body, "sessionId")?))?,
        server_url: xml::text(body, "serverUrl")?,
    })
}

/// The name of the user in the answer to getUserInfo.
#[must_use]
pub fn user(body: &str) -> Option<String> {
    if xml::operation(body).as_deref() != Some("getUserInfoResponse") {
        return None;
    }
    xml::text(body, "userName").filter(|name| !name.is_empty())
}

/// Whether this is the limits resource: an object of objects that have a `Max`.
#[must_use]
pub fn is_limits(body: &str) -> bool {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    value
        .as_object()
        .is_some_and(|limits| limits.values().any(|limit| limit.get("Max").is_some()))
}

/// The job in a Bulk answer; its id is one that may stand in a path.
#[must_use]
pub fn job(body: &str) -> Option<Job> {
    if !body.contains("jobInfo") {
        return None;
    }
    let id = xml::text(body, "id")?;
    let sound = (1..=18).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| Job {
        id,
        state: xml::text(body, "state").unwrap_or_default(),
    })
}

/// The fault in an answer: of SOAP, of REST (a list of errors), of Bulk, of OAuth.
#[must_use]
pub fn fault(body: &str) -> Option<Fault> {
    let fault = match serde_json::from_str::<Value>(body) {
        Ok(value) => {
            let one = value.get(0).unwrap_or(&value);
            let field = |names: [&str; 3]| {
                names
                    .iter()
                    .find_map(|name| one.get(*name)?.as_str().map(str::to_owned))
            };
            Fault {
                code: field(["errorCode", "exceptionCode", "error"])?,
                message: field(["message", "exceptionMessage", "error_description"])
                    .unwrap_or_default(),
            }
        }
        Err(_) => Fault {
            code: xml::text(body, "faultcode").or_else(|| xml::text(body, "exceptionCode"))?,
            message: xml::text(body, "faultstring")
                .or_else(|| xml::text(body, "exceptionMessage"))
                .unwrap_or_default(),
        },
    };
    let short = |text: &str| text.chars().take(MAX_WORDS).collect();
    Some(Fault {
        code: short(fault.code.rsplit(':').next().unwrap_or_default().trim()),
        message: short(&fault.message),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = "<e:Envelope xmlns:e='x'><e:Body><loginResponse><result><passwordExpired>false</passwordExpired>\
        <serverUrl>https://a.my.salesforce.com/services/Soap/u/62.0/00D?a=b&amp;c</serverUrl><sessionId>00D!AQ&#46;x</sessionId>\
        </result></loginResponse></e:Body></e:Envelope>";

    #[test]
    fn answers_are_read_for_what_they_are() {
        let login = login(LOGIN).unwrap();
        assert_eq!(login.session.secret().expose(), "00D!AQ.x");
        assert!(login.server_url.ends_with("?a=b&c"));
        assert!(super::login(&LOGIN.replace("loginResponse", "Fault")).is_none());
        assert!(super::login(&LOGIN.replace("!AQ", "!A Q")).is_none());
        let user = "<Envelope><Body><getUserInfoResponse><result><userName>a@b</userName></result></getUserInfoResponse></Body></Envelope>";
        assert_eq!(super::user(user).as_deref(), Some("a@b"));
        assert!(is_limits(r#"{"DailyApiRequests":{"Max":1,"Remaining":0}}"#));
        assert!(!is_limits("[]") && !is_limits("<html>") && !is_limits(r#"{"Max":1}"#));
        let job = |id: &str| {
            super::job(&format!(
                "<jobInfo><id>{id}</id><state>Open</state></jobInfo>"
            ))
        };
        assert_eq!(job("750fu0000000001AAA").unwrap().state, "Open");
        assert_eq!(job("../../x"), None);
    }

    #[test]
    fn faults_are_read_in_every_form() {
        let cases = [
            "<e:Fault><faultcode>sf:INVALID_LOGIN</faultcode><faultstring>no &amp; no</faultstring></e:Fault>",
            r#"[{"message":"no & no","errorCode":"INVALID_LOGIN"}]"#,
            "<error><exceptionCode>INVALID_LOGIN</exceptionCode><exceptionMessage>no &amp; no</exceptionMessage></error>",
            r#"{"error":"INVALID_LOGIN","error_description":"no & no"}"#,
        ];
        for body in cases {
            let fault = fault(body).unwrap();
            assert_eq!(
                (fault.code.as_str(), fault.message.as_str()),
                ("INVALID_LOGIN", "no & no")
            );
        }
        for body in ["", "[]", "{}", "<html>", "null", "[[[["] {
            assert_eq!(fault(body), None);
        }
    }
}
