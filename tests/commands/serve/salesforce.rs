//! `fullcert serve --persona salesforce`: logins on one port, mutual TLS on the other, and the refusals in between.

use std::process::Command;

use serde_json::Value;

use super::{Mirror, join, make, place};
use crate::support::{Place, Ran, peer, words};

const LOGIN: &str = "<soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/' xmlns:u='urn:partner.soap.sforce.com'>\
    <soapenv:Body><u:login><u:username>api@acme.example</u:username><u:password>secret&amp;token</u:password></u:login>\
    </soapenv:Body></soapenv:Envelope>";

struct Org {
    place: Place,
    mirror: Mirror,
}

impl Org {
    fn new(arguments: &str) -> Self {
        let place = place();
        place.write("login.xml", LOGIN);
        make(&place, "second", "/O=Acme/CN=second", "issuing", "client");
        join(&place, "second.pem", &["second.crt", "issuing.crt"]);
        let mirror = Mirror::start(
            &place,
            &format!("--persona salesforce --cert server.pem --cacert root.crt {arguments}"),
        );
        Self { place, mirror }
    }

    fn plain(&self) -> String {
        let address = self.mirror.first["login_address"]
            .as_str()
            .expect("an address");
        format!(
            "https://localhost:{}",
            address.rsplit(':').next().expect("a port")
        )
    }

    fn mutual(&self) -> String {
        format!("https://localhost:{}", self.mirror.port())
    }

    fn curl(&self, url: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new("curl");
        command.args(["-sS", "--noproxy", "*", "--cacert", "root.crt", "-m", "20"]);
        self.place.run(
            command
                .args(["-w", "\n%{http_code}"])
                .args(arguments)
                .arg(url),
        )
    }

    /// Logs in, and gives the session id.
    fn login(&self) -> String {
        let url = format!("{}/services/Soap/u/62.0", self.plain());
        let ran = self.curl(
            &url,
            &[
                "-d",
                "@login.xml",
                "-H",
                "Content-Type: text/xml",
                "-H",
                "SOAPAction: \"\"",
            ],
        );
        assert!(ran.stdout.ends_with("\n200"), "{ran:?}");
        assert!(
            element(&ran.stdout, "serverUrl").starts_with(&self.plain()),
            "{ran:?}"
        );
        let session = element(&ran.stdout, "sessionId");
        assert!(
            session.starts_with("00D") && session.contains('!'),
            "{session}"
        );
        session
    }

    fn soap(&self, base: &str, session: &str, operation: &str, arguments: &str) -> Ran {
        let body = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:u='urn:partner.soap.sforce.com'><e:Header>\
             <u:SessionHeader><u:sessionId>{session}</u:sessionId></u:SessionHeader></e:Header><e:Body><u:{operation}/></e:Body></e:Envelope>"
        );
        self.place.write("call.xml", body);
        let arguments = words(arguments);
        let mut all = vec!["-d", "@call.xml", "-H", "Content-Type: text/xml"];
        all.extend(arguments.iter().map(String::as_str));
        self.curl(&format!("{base}/services/Soap/u/62.0"), &all)
    }
}

/// The text of an XML element.
fn element(text: &str, name: &str) -> String {
    text.split(&format!("<{name}>"))
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap_or_else(|| panic!("no {name}: {text}"))
        .to_owned()
}

const GOOD: &str = "--cert chain.pem --key client.key";

#[test]
fn a_session_works_over_mutual_tls_and_nowhere_else() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("");
    let session = org.login();
    let ran = org.soap(&org.mutual(), &session, "getUserInfo", GOOD);
    assert!(ran.stdout.ends_with("\n200"), "{ran:?}");
    assert_eq!(element(&ran.stdout, "userName"), "api@acme.example");
    // The same session on the plain port.
    let ran = org.soap(&org.plain(), &session, "getUserInfo", "");
    assert!(ran.stdout.ends_with("\n500"), "{ran:?}");
    assert_eq!(
        element(&ran.stdout, "faultcode"),
        "sf:MUTUAL_AUTHENTICATION_FAILED"
    );
    // A session nobody was given, and one that was given back.
    for session in ["00Dxx!AQwrong", &session] {
        let ran = org.soap(&org.mutual(), session, "getUserInfo", GOOD);
        if session.starts_with("00Dxx") {
            assert_eq!(element(&ran.stdout, "faultcode"), "sf:INVALID_SESSION_ID");
            continue;
        }
        org.soap(&org.mutual(), session, "logout", GOOD);
        let ran = org.soap(&org.mutual(), session, "getUserInfo", GOOD);
        assert_eq!(element(&ran.stdout, "faultcode"), "sf:INVALID_SESSION_ID");
    }
    let wrong = LOGIN.replace("secret&amp;token", "");
    org.place.write("login.xml", wrong);
    let ran = org.curl(
        &format!("{}/services/Soap/u/62.0", org.plain()),
        &["-d", "@login.xml"],
    );
    assert_eq!(element(&ran.stdout, "faultcode"), "sf:INVALID_LOGIN");
}

#[test]
fn the_port_of_mutual_tls_answers_in_html_whatever_is_wrong_with_a_certificate() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("");
    let session = org.login();
    let cases = [
        ("", "No client certificate provided."),
        (
            "--cert client.crt --key client.key",
            "unable to get local issuer certificate",
        ),
        ("--cert self.crt --key self.key", "self-signed certificate"),
        (
            "--cert wrong.pem --key wrong.key",
            "unsuitable certificate purpose",
        ),
    ];
    for (identity, words) in cases {
        for version in ["1.2", "1.3"] {
            let only = format!("{identity} --tlsv{version} --tls-max {version}");
            let ran = org.soap(&org.mutual(), &session, "getUserInfo", &only);
            assert_eq!(ran.code, 0, "{ran:?}");
            assert!(
                ran.stdout
                    .contains(&format!("Client certificate error:<i>{words}</i>")),
                "{ran:?}"
            );
        }
    }
    // The list of authorities is empty, as in the original.
    let port = org.mirror.port();
    let ran = org.place.judge(&format!(
        "openssl s_client -connect 127.0.0.1:{port} -CAfile root.crt"
    ));
    assert!(
        ran.stdout.contains("No client certificate CA names sent"),
        "{ran:?}"
    );
}

#[test]
fn only_the_uploaded_certificate_is_the_users() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("--uploaded client.crt");
    let session = org.login();
    let good = org.soap(&org.mutual(), &session, "getUserInfo", GOOD);
    assert!(good.stdout.contains("<getUserInfoResponse>"), "{good:?}");
    let other = org.soap(
        &org.mutual(),
        &session,
        "getUserInfo",
        "--cert second.pem --key second.key",
    );
    assert_eq!(
        element(&other.stdout, "faultcode"),
        "sf:MUTUAL_AUTHENTICATION_FAILED"
    );
}

#[test]
fn rest_and_bulk_carry_a_job_from_its_opening_to_its_abortion() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("");
    let token = org.curl(
        &format!("{}/services/oauth2/token", org.plain()),
        &[
            "-d",
            "grant_type=password&username=api%40acme.example&password=x&client_id=c",
        ],
    );
    let token: Value = serde_json::from_str(token.stdout.trim_end_matches("\n200")).expect("JSON");
    let session = token["access_token"].as_str().expect("a token");
    let bearer = format!("Authorization: Bearer {session}");
    let identity = ["--cert", "chain.pem", "--key", "client.key"];
    let rest = |base: &str, path: &str, more: &[&str]| {
        let mut all = vec!["-H", bearer.as_str()];
        all.extend(more);
        let ran = org.curl(&format!("{base}{path}"), &all);
        let (body, status) = ran.stdout.rsplit_once('\n').expect("a status");
        let value: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{ran:?}"));
        (status.to_owned(), value)
    };
    let (status, versions) = rest(&org.mutual(), "/services/data", &identity);
    assert_eq!(
        (status.as_str(), versions[0]["version"].as_str()),
        ("200", Some("50.0"))
    );
    let (status, refused) = rest(&org.plain(), "/services/data/v62.0/", &[]);
    assert_eq!(
        (status.as_str(), refused[0]["errorCode"].as_str()),
        ("403", Some("MUTUAL_AUTHENTICATION_FAILED"))
    );
    let mut post = identity.to_vec();
    post.extend(["-d", r#"{"object":"Account","operation":"insert"}"#]);
    let (_, job) = rest(&org.mutual(), "/services/data/v62.0/jobs/ingest", &post);
    let path = format!(
        "/services/data/v62.0/jobs/ingest/{}",
        job["id"].as_str().expect("an id")
    );
    let mut abort = identity.to_vec();
    abort.extend(["-X", "PATCH", "-d", r#"{"state":"Aborted"}"#]);
    let (_, job) = rest(&org.mutual(), &path, &abort);
    assert_eq!(job["state"], "Aborted");

    let bulk = |base: &str, path: &str, body: &str, session: &str, identity: &[&str]| {
        let header = format!("X-SFDC-Session: {session}");
        let mut all = vec![
            "-H",
            header.as_str(),
            "-H",
            "Content-Type: application/xml",
            "-d",
            body,
        ];
        all.extend(identity);
        org.curl(&format!("{base}/services/async/62.0/{path}"), &all)
            .stdout
    };
    let open = "<jobInfo xmlns='http://www.force.com/2009/06/asyncapi/dataload'><operation>insert</operation>\
                <object>Account</object><contentType>CSV</contentType></jobInfo>";
    let job = bulk(&org.mutual(), "job", open, session, &identity);
    assert!(job.ends_with("\n201"), "{job}");
    let path = format!("job/{}", element(&job, "id"));
    let done = bulk(
        &org.mutual(),
        &path,
        "<jobInfo><state>Aborted</state></jobInfo>",
        session,
        &identity,
    );
    assert_eq!(element(&done, "state"), "Aborted");
    let wrong = bulk(&org.mutual(), "job", open, "none", &identity);
    assert_eq!(element(&wrong, "exceptionCode"), "InvalidSessionId");
    let plain = bulk(&org.plain(), "job", open, session, &[]);
    assert_eq!(
        element(&plain, "exceptionCode"),
        "MUTUAL_AUTHENTICATION_FAILED"
    );
}

#[test]
fn the_probe_says_of_it_what_it_says_of_salesforce() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("");
    let session = org.login();
    let header = format!("Authorization: Bearer {session}");
    let probe = |base: &str, more: &[&str]| {
        let url = format!("{base}/services/data/v62.0/");
        let mut all = vec![
            "probe",
            url.as_str(),
            "--cacert",
            "root.crt",
            "-q",
            "-H",
            header.as_str(),
        ];
        all.extend(more);
        org.place.fullcert(all).stdout.trim().to_owned()
    };
    let good = ["-E", "chain.pem", "--key", "client.key"];
    assert_eq!(probe(&org.mutual(), &good), "ok");
    assert_eq!(probe(&org.mutual(), &[]), "client-cert-missing");
    assert_eq!(
        probe(&org.mutual(), &["-E", "client.crt", "--key", "client.key"]),
        "client-chain-incomplete"
    );
    assert_eq!(
        probe(&org.plain(), &[]),
        "salesforce-mutual-authentication-failed"
    );
    assert_eq!(
        probe(&org.plain(), &good),
        "salesforce-mutual-authentication-failed"
    );
}
