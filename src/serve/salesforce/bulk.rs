//! The Bulk API of the first version: a job is opened, looked at, closed or aborted.

use crate::salesforce::xml::{self, escape};
use crate::serve::http::Response;

use super::jobs::Job;
use super::{Call, Denied};

const NAMESPACE: &str = "http://www.force.com/2009/06/asyncapi/dataload";

pub(super) fn answer(call: &Call<'_>) -> Response {
    match call.user(call.request.header("x-sfdc-session")) {
        Ok(_) => {}
        Err(Denied::Session) => return error(401, "InvalidSessionId", "Invalid session id"),
        Err(Denied::Mutual) => {
            return error(
                403,
                "MUTUAL_AUTHENTICATION_FAILED",
                "This session could not be mutually authenticated for use with the API",
            );
        }
    }
    let parts: Vec<&str> = call
        .request
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .skip(3)
        .collect();
    let body = call.body();
    match (call.request.method.as_str(), parts.as_slice()) {
        ("POST", ["job"]) => {
            let field = |name| xml::text(&body, name).filter(|text| !text.is_empty());
            let (Some(operation), Some(object)) = (field("operation"), field("object")) else {
                return error(400, "InvalidJob", "operation and object are required");
            };
            let content_type = field("contentType").unwrap_or_else(|| "XML".to_owned());
            let job = call
                .org
                .state()
                .jobs
                .open(&operation, &object, &content_type);
            info(201, &job)
        }
        ("GET", ["job", id]) => found(call.org.state().jobs.find(id).as_ref()),
        ("POST", ["job", id]) => match xml::text(&body, "state").as_deref() {
            Some(state @ ("Closed" | "Aborted")) => {
                found(call.org.state().jobs.change(id, state).as_ref())
            }
            _ => error(400, "InvalidJobState", "state must be Closed or Aborted"),
        },
        _ => error(404, "InvalidUrl", "there is no such resource"),
    }
}

fn found(job: Option<&Job>) -> Response {
    match job {
        Some(job) => info(200, job),
        None => error(404, "InvalidJob", "Unable to find object"),
    }
}

fn info(status: u16, job: &Job) -> Response {
    document(
        status,
        &format!(
            "<jobInfo xmlns=\"{NAMESPACE}\"><id>{}</id><operation>{}</operation><object>{}</object><state>{}</state>\
             <contentType>{}</contentType></jobInfo>",
            job.id,
            escape(&job.operation),
            escape(&job.object),
            job.state,
            escape(&job.content_type)
        ),
    )
}

fn error(status: u16, code: &str, message: &str) -> Response {
    document(
        status,
        &format!(
            "<error xmlns=\"{NAMESPACE}\"><exceptionCode>{code}</exceptionCode>\
             <exceptionMessage>{message}</exceptionMessage></error>"
        ),
    )
}

fn document(status: u16, content: &str) -> Response {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{content}");
    Response::new(status, "application/xml", text)
}
