//! The words of other people's servers, as they send them.

use crate::serve::http::Response;

/// What nginx calls itself with `server_tokens off`.
pub(super) const NGINX: &str = "nginx";

/// 496: a certificate was required and none was sent.
pub(super) fn nginx_missing() -> Response {
    nginx("No required SSL certificate was sent")
}

/// 495: one was sent and refused, for whatever reason.
pub(super) fn nginx_bad() -> Response {
    nginx("The SSL certificate error")
}

/// 497: plain HTTP on a TLS port.
pub(super) fn nginx_plain() -> Response {
    nginx("The plain HTTP request was sent to HTTPS port")
}

fn nginx(fault: &str) -> Response {
    let page = format!(
        "<html>\r\n<head><title>400 {fault}</title></head>\r\n<body>\r\n\
         <center><h1>400 Bad Request</h1></center>\r\n<center>{fault}</center>\r\n\
         <hr><center>{NGINX}</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = Response::new(400, "text/html", page);
    response.headers.push(("Server", NGINX.to_owned()));
    response.close = true;
    response
}

/// httpd on plain HTTP to a TLS port.
pub(super) fn apache_plain() -> Response {
    let page = "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n\
                <title>400 Bad Request</title>\n</head><body>\n<h1>Bad Request</h1>\n\
                <p>Your browser sent a request that this server could not understand.<br />\n\
                Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n \
                Instead use the HTTPS scheme to access this URL, please.<br />\n</p>\n</body></html>\n";
    let mut response = Response::new(400, "text/html; charset=iso-8859-1", page);
    response.headers.push(("Server", "Apache".to_owned()));
    response.close = true;
    response
}

/// Go's net/http on plain HTTP to a TLS port.
pub(super) fn go_plain() -> Response {
    let mut response = Response::new(
        400,
        "text/plain",
        "Client sent an HTTP request to an HTTPS server.\n",
    );
    response.close = true;
    response
}

/// Salesforce on its port of mutual TLS: the same page for SOAP and REST, with OpenSSL's words where a chain is bad.
pub(super) fn salesforce(fault: &str) -> Response {
    let page = format!(
        "<html><head><title>Certificate Error</title></head><body bgcolor=#ffffff text=#3198d8>\
         <center><img src=/img/logo214.gif width=131 height=112 hspace=15><p><h3>Client certificate error:\
         <i>{fault}</i></h3></center></body></html>\n"
    );
    let mut response = Response::new(400, "text/html; charset=UTF-8", page);
    response.close = true;
    response
}
