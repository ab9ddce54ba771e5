//! The forms in which the org answers.

use crate::salesforce::xml::escape;
use crate::serve::http::Response;

pub(super) fn xml(status: u16, body: String) -> Response {
    Response::new(status, "text/xml; charset=utf-8", body)
}

pub(super) fn json(status: u16, value: &serde_json::Value) -> Response {
    Response::new(status, "application/json;charset=UTF-8", value.to_string())
}

pub(super) fn html(status: u16, title: &str, text: &str) -> Response {
    let (title, text) = (escape(title), escape(text));
    Response::new(
        status,
        "text/html; charset=UTF-8",
        format!("<html><head><title>{title}</title></head><body><h3>{text}</h3></body></html>\n"),
    )
}

/// A REST error, which is a list of one.
pub(super) fn rest_error(status: u16, code: &str, message: &str) -> Response {
    json(
        status,
        &serde_json::json!([{"message": message, "errorCode": code}]),
    )
}
