//! The SOAP API (partner and enterprise): login, getUserInfo, getServerTimestamp, query, logout.

use crate::material::Time;
use crate::salesforce::xml::{self, escape};
use crate::serve::http::Response;

use super::{Call, Denied, ORG, PROFILE, USER, answer};

const ENVELOPE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
    xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

pub(super) fn answer(call: &Call<'_>) -> Response {
    if call.request.method != "POST" {
        return answer::html(
            405,
            "Method Not Allowed",
            "HTTP Method 'GET' not allowed. Allowed are POST",
        );
    }
    let body = call.body();
    let Some(operation) = xml::operation(&body) else {
        return fault("soapenv:Client", "No operation available for request", None);
    };
    if operation == "login" {
        return login(call, &body);
    }
    let session = xml::text(&body, "sessionId");
    let user = match call.user(session.as_deref()) {
        Ok(user) => user,
        Err(Denied::Session) => {
            return fault(
                "sf:INVALID_SESSION_ID",
                "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session",
                Some("INVALID_SESSION_ID"),
            );
        }
        Err(Denied::Mutual) => {
            return fault(
                "sf:MUTUAL_AUTHENTICATION_FAILED",
                "MUTUAL_AUTHENTICATION_FAILED: This session could not be mutually authenticated for use with the API",
                None,
            );
        }
    };
    match operation.as_str() {
        "getUserInfo" => result(call, "getUserInfo", &user_info(&user)),
        "getServerTimestamp" => {
            let now = format!("<timestamp>{}</timestamp>", Time::now());
            result(call, "getServerTimestamp", &now)
        }
        "query" => result(
            call,
            "query",
            "<done>true</done><queryLocator xsi:nil=\"true\"/><size>0</size>",
        ),
        "logout" => {
            if let Some(session) = &session {
                call.org.state().sessions.end(session);
            }
            envelope(call, "<logoutResponse/>")
        }
        other => fault(
            "sf:UNKNOWN_EXCEPTION",
            &format!("UNKNOWN_EXCEPTION: {other} is not played here"),
            Some("UNKNOWN_EXCEPTION"),
        ),
    }
}

fn login(call: &Call<'_>, body: &str) -> Response {
    let field = |name| xml::text(body, name).filter(|value| !value.is_empty());
    let user = field("username").filter(|_| {
        let password = xml::text(body, "password").unwrap_or_default();
        call.org.knows(&password)
    });
    let Some(user) = user else {
        return fault(
            "sf:INVALID_LOGIN",
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.",
            Some("INVALID_LOGIN"),
        );
    };
    let session = call.org.state().sessions.begin(&user);
    let path = call.request.path();
    let version = path
        .split('/')
        .nth(4)
        .filter(|version| {
            version
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
        .unwrap_or("62.0");
    let kind = if path.starts_with("/services/Soap/c/") {
        'c'
    } else {
        'u'
    };
    let instance = escape(&call.instance());
    let organisation: String = ORG.chars().take(15).collect();
    result(
        call,
        "login",
        &format!(
            "<metadataServerUrl>{instance}/services/Soap/m/{version}/{organisation}</metadataServerUrl>\
             <passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
             <serverUrl>{instance}/services/Soap/{kind}/{version}/{organisation}</serverUrl>\
             <sessionId>{session}</sessionId><userId>{USER}</userId><userInfo>{}</userInfo>",
            user_info(&user)
        ),
    )
}

fn user_info(user: &str) -> String {
    let user = escape(user);
    format!(
        "<accessibilityMode>false</accessibilityMode><chatterExternal>false</chatterExternal>\
         <currencySymbol>€</currencySymbol><orgAttachmentFileSizeLimit>5242880</orgAttachmentFileSizeLimit>\
         <orgDefaultCurrencyIsoCode>EUR</orgDefaultCurrencyIsoCode><orgDefaultCurrencyLocale>en_IE_EURO</orgDefaultCurrencyLocale>\
         <orgDisallowHtmlAttachments>false</orgDisallowHtmlAttachments><orgHasPersonAccounts>false</orgHasPersonAccounts>\
         <organizationId>{ORG}</organizationId><organizationMultiCurrency>false</organizationMultiCurrency>\
         <organizationName>Mirror</organizationName><profileId>{PROFILE}</profileId><roleId xsi:nil=\"true\"/>\
         <sessionSecondsValid>7200</sessionSecondsValid><userDefaultCurrencyIsoCode xsi:nil=\"true\"/>\
         <userEmail>{user}</userEmail><userFullName>{user}</userFullName><userId>{USER}</userId>\
         <userLanguage>en_US</userLanguage><userLocale>en_US</userLocale><userName>{user}</userName>\
         <userTimeZone>GMT</userTimeZone><userType>Standard</userType><userUiSkin>Theme3</userUiSkin>"
    )
}

fn result(call: &Call<'_>, operation: &str, content: &str) -> Response {
    envelope(
        call,
        &format!("<{operation}Response><result>{content}</result></{operation}Response>"),
    )
}

fn envelope(call: &Call<'_>, content: &str) -> Response {
    let namespace = if call.request.path().starts_with("/services/Soap/c/") {
        "urn:enterprise.soap.sforce.com"
    } else {
        "urn:partner.soap.sforce.com"
    };
    answer::xml(
        200,
        format!(
            "{ENVELOPE} xmlns=\"{namespace}\"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
        ),
    )
}

/// A fault; `code` names the kind of exception in the detail, where there is one.
fn fault(faultcode: &str, text: &str, code: Option<&str>) -> Response {
    let text = escape(text);
    let detail = code.map_or_else(String::new, |code| {
        let kind = if code == "INVALID_LOGIN" {
            "LoginFault"
        } else {
            "UnexpectedErrorFault"
        };
        let message = text
            .split_once(": ")
            .map_or(text.as_str(), |(_, message)| message);
        format!(
            "<detail><sf:{kind} xsi:type=\"sf:{kind}\"><sf:exceptionCode>{code}</sf:exceptionCode>\
             <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{kind}></detail>"
        )
    });
    answer::xml(
        500,
        format!(
            "{ENVELOPE} xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><soapenv:Body><soapenv:Fault>\
             <faultcode>{faultcode}</faultcode><faultstring>{text}</faultstring>{detail}\
             </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        ),
    )
}
