//! The check against an org written in Python: what is on the wire, and what a careless or hostile server gets.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{PASSWORD, USER, check, json, steps, went};
use crate::serve::place;
use crate::support::{Place, Ran, peer};

const PROGRAM: &str = include_str!("other_org.py");
const GOOD: &str = "-E chain.pem --key client.key --format json";
const SESSION: &str = "00Dpy!AQ.Secret_Session<&";

struct Org {
    place: Place,
    child: Child,
    login: u16,
    mtls: u16,
}

impl Org {
    fn start(kind: &str, argument: &str) -> Self {
        let place = place();
        place.write("other_org.py", PROGRAM);
        place.write("seen.jsonl", "");
        let mut child = Command::new("python3")
            .args([
                "other_org.py",
                "server.crt",
                "server.key",
                "root.crt",
                "seen.jsonl",
                kind,
                argument,
            ])
            .current_dir(place.path("."))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its ports");
        let ports: Vec<u16> = line
            .split_whitespace()
            .map(|port| port.parse().expect("a port"))
            .collect();
        Self {
            place,
            child,
            login: ports[0],
            mtls: ports[1],
        }
    }

    fn check(&self, arguments: &str) -> Ran {
        let login = format!("https://localhost:{}", self.login);
        check(
            &self.place,
            &login,
            self.mtls,
            &format!("{GOOD} {arguments}"),
        )
    }

    /// Every request that arrived whole, as Python's parsers read it.
    fn seen(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.place.path("seen.jsonl")).expect("the log");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_sent_is_read_by_another_parser() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let org = Org::start("good", "");
    let partner = |name: &str| format!("{{urn:partner.soap.sforce.com}}{name}");
    let ran = org.check("");
    assert_eq!(ran.code, 0, "{ran:?}");
    let seen = org.seen();
    assert_eq!(seen.len(), 4, "{seen:?}");
    let login = &seen[0];
    assert_eq!(login["mutual"], false);
    assert_eq!(login["path"], "/services/Soap/u/62.0");
    assert_eq!(login["texts"][partner("username")], USER);
    assert_eq!(login["texts"][partner("password")], PASSWORD);
    assert_eq!(login["headers"]["content-type"], "text/xml; charset=UTF-8");
    assert!(login["headers"]["soapaction"].is_string());
    let call = &seen[1];
    assert_eq!(
        (&call["mutual"], &call["certificate"]),
        (&true.into(), &true.into())
    );
    assert_eq!(call["path"], "/services/Soap/u/62.0/00Dpy");
    assert_eq!(call["texts"][partner("sessionId")], SESSION);
    let tags = call["tags"].to_string();
    for name in ["SessionHeader", "getUserInfo"] {
        assert!(tags.contains(&partner(name)), "{tags}");
    }
    assert_eq!(
        (&seen[2]["mutual"], &seen[2]["certificate"]),
        (&true.into(), &false.into())
    );
    assert_eq!(seen[3]["mutual"], false);

    assert_eq!(org.check("--api rest --api-version v58").code, 0);
    let seen = org.seen();
    assert_eq!(seen[4]["path"], "/services/Soap/u/58.0");
    assert_eq!(seen[5]["path"], "/services/data/v58.0/limits");
    assert_eq!(
        seen[5]["headers"]["authorization"],
        format!("Bearer {SESSION}")
    );

    assert_eq!(org.check("--api bulk --bulk-object A&B__c").code, 0);
    let seen = org.seen();
    let bulk = |name: &str| format!("{{http://www.force.com/2009/06/asyncapi/dataload}}{name}");
    let (open, abort) = (&seen[9], &seen[10]);
    assert_eq!(open["root"], bulk("jobInfo"));
    assert_eq!(open["texts"][bulk("object")], "A&B__c");
    assert_eq!(open["headers"]["x-sfdc-session"], SESSION);
    assert_eq!(abort["path"], "/services/async/62.0/job/750000000000001");
    assert_eq!(abort["texts"][bulk("state")], "Aborted");
    assert_eq!(seen[11]["method"], "GET");
    assert_eq!(seen.len(), 13);
}

#[test]
fn a_server_url_on_a_foreign_host_gets_no_session() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let org = Org::start("good", "https://evil.example/services/Soap/u/62.0");
    let ran = org.check("");
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "salesforce-server-url-foreign");
    assert!(
        value["verdict"]
            .to_string()
            .contains("--allow-host evil.example"),
        "{value}"
    );
    assert_eq!(went(&steps(&value), "call"), "not-reached");
    assert_eq!(org.seen().len(), 1);
    // Allowed, it is called, and still has to be who it says.
    let there = format!(
        "--allow-host evil.example --resolve evil.example:{}:127.0.0.1",
        org.mtls
    );
    let value = json(&org.check(&there));
    assert_eq!(value["verdict"]["code"], "server-name-mismatch", "{value}");
    assert_eq!(org.seen().len(), 2);

    for odd in [
        "http://localhost/services/Soap/u/62.0",
        "https://user:pw@localhost/",
        "nonsense",
    ] {
        let org = Org::start("good", odd);
        let value = json(&org.check(""));
        assert_eq!(
            value["verdict"]["code"], "salesforce-server-url-foreign",
            "{odd}"
        );
        assert_eq!(org.seen().len(), 1);
    }
}

#[test]
fn redirections_are_told_and_not_followed() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let other = Org::start("good", "");
    let org = Org::start(
        "redirect",
        &format!("https://localhost:{}/services", other.login),
    );
    let ran = org.check("");
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "http-error");
    assert!(
        value["verdict"]["because"]
            .to_string()
            .contains("not followed"),
        "{value}"
    );
    assert!(other.seen().is_empty());
}

#[test]
fn what_a_server_repeats_is_not_printed() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let org = Org::start("echo", "");
    // `check` itself holds the output to be without secrets.
    let ran = org.check("");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "http-error");
    assert!(
        value["verdict"]["because"].to_string().contains("ODD"),
        "{value}"
    );
    let login = format!("https://localhost:{}", org.login);
    let ran = check(
        &org.place,
        &login,
        org.mtls,
        "-E chain.pem --key client.key",
    );
    assert!(ran.stdout.contains("✗ login"), "{ran:?}");
    for api in ["soap", "rest", "bulk"] {
        let arguments = format!("{GOOD} --api {api}");
        let ran = super::instance(&org.place, &login, org.mtls, SESSION, &arguments);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert_eq!(
            json(&ran)["steps"][1]["evidence"]["call"]["http"]["status"],
            500
        );
    }
}

#[test]
fn an_answer_that_is_no_login_is_not_taken_for_one() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let org = Org::start("noise", "");
    let value = json(&org.check(""));
    assert_eq!(value["verdict"]["code"], "http-error");
    assert_eq!(went(&steps(&value), "login"), "failed");
}

#[test]
fn a_user_who_is_not_held_to_mutual_tls_proves_the_chain_alone() {
    if !peer("openssl") || !peer("python3") {
        return;
    }
    let org = Org::start("lax", "");
    let ran = org.check("");
    assert_eq!(ran.code, 0, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "ok");
    assert_eq!(value["layers"]["chain"], "proven");
    assert_eq!(value["layers"]["identity"], "unproven");
    assert_eq!(went(&steps(&value), "plain-port"), "noted");
    assert!(
        value["findings"]
            .to_string()
            .contains("salesforce-not-enforced"),
        "{value}"
    );
}
