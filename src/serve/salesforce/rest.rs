//! The REST API: the versions resource, a version's resources, the user, and Bulk API 2.0 jobs; and the OAuth token.

use std::collections::HashMap;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::serve::http::Response;

use super::jobs::Job;
use super::{Call, Denied, ORG, USER, answer};

/// The versions that are listed.
const VERSIONS: std::ops::RangeInclusive<u32> = 50..=62;

pub(super) fn oauth(call: &Call<'_>) -> Response {
    match (call.request.method.as_str(), call.request.path()) {
        ("POST", "/services/oauth2/token") => token(call),
        ("GET" | "POST", "/services/oauth2/userinfo") => match call.user(call.bearer()) {
            Ok(user) => answer::json(
                200,
                &json!({"user_id": USER, "organization_id": ORG, "preferred_username": user}),
            ),
            Err(denied) => refused(denied),
        },
        _ => answer::rest_error(404, "NOT_FOUND", "The requested resource does not exist"),
    }
}

fn token(call: &Call<'_>) -> Response {
    let fields: HashMap<String, String> = form_urlencoded::parse(&call.request.body)
        .into_owned()
        .collect();
    let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    let wrong = |error: &str, description: &str| {
        answer::json(
            400,
            &json!({"error": error, "error_description": description}),
        )
    };
    let user = match given("grant_type").map(String::as_str) {
        Some("password") => given("username").filter(|_| {
            let password = given("password").map_or("", String::as_str);
            call.org.knows(password)
        }),
        Some("client_credentials") => {
            given("client_id").filter(|_| given("client_secret").is_some())
        }
        _ => return wrong("unsupported_grant_type", "grant type not supported"),
    };
    let Some(user) = user else {
        return wrong("invalid_grant", "authentication failure");
    };
    let instance = call.instance();
    answer::json(
        200,
        &json!({
            "access_token": call.org.state().sessions.begin(user),
            "instance_url": instance,
            "id": format!("{instance}/id/{ORG}/{USER}"),
            "token_type": "Bearer",
        }),
    )
}

pub(super) fn answer(call: &Call<'_>) -> Response {
    let parts: Vec<&str> = call
        .request
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .skip(2)
        .collect();
    let Some((version, rest)) = parts.split_first() else {
        // The one resource that needs no session, in the original too.
        let list: Vec<Value> = VERSIONS
            .map(|version| {
                json!({"label": format!("v{version}"), "url": format!("/services/data/v{version}.0"),
                       "version": format!("{version}.0")})
            })
            .collect();
        return answer::json(200, &Value::Array(list));
    };
    if let Err(denied) = call.user(call.bearer()) {
        return refused(denied);
    }
    match (call.request.method.as_str(), rest) {
        ("GET", []) => {
            let resource = |name: &str| format!("/services/data/{version}/{name}");
            answer::json(
                200,
                &json!({"sobjects": resource("sobjects"), "query": resource("query"), "limits": resource("limits"),
                        "jobs": resource("jobs")}),
            )
        }
        ("GET", ["limits"]) => answer::json(
            200,
            &json!({"DailyApiRequests": {"Max": 15000, "Remaining": 14999}}),
        ),
        ("GET", ["query"]) => {
            answer::json(200, &json!({"totalSize": 0, "done": true, "records": []}))
        }
        ("POST", ["jobs", "ingest"]) => open(call),
        ("GET", ["jobs", "ingest", id]) => found(call.org.state().jobs.find(id).as_ref()),
        ("PATCH", ["jobs", "ingest", id]) => {
            let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
            match body["state"].as_str() {
                Some(state @ ("Aborted" | "UploadComplete")) => {
                    found(call.org.state().jobs.change(id, state).as_ref())
                }
                _ => answer::rest_error(400, "INVALIDJOBSTATE", "Invalid job state"),
            }
        }
        _ => answer::rest_error(404, "NOT_FOUND", "The requested resource does not exist"),
    }
}

fn open(call: &Call<'_>) -> Response {
    let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
    let (Some(object), Some(operation)) = (body["object"].as_str(), body["operation"].as_str())
    else {
        return answer::rest_error(400, "INVALIDJOB", "object and operation are required");
    };
    let job = call.org.state().jobs.open(operation, object, "CSV");
    answer::json(200, &facts(&job))
}

fn found(job: Option<&Job>) -> Response {
    match job {
        Some(job) => answer::json(200, &facts(job)),
        None => answer::rest_error(404, "NOT_FOUND", "The requested resource does not exist"),
    }
}

fn facts(job: &Job) -> Value {
    json!({"id": job.id, "operation": job.operation, "object": job.object, "state": job.state,
           "contentType": job.content_type, "apiVersion": 62.0})
}

fn refused(denied: Denied) -> Response {
    match denied {
        Denied::Session => {
            answer::rest_error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        }
        Denied::Mutual => answer::rest_error(
            403,
            "MUTUAL_AUTHENTICATION_FAILED",
            "This session could not be mutually authenticated for use with REST API",
        ),
    }
}
