//! The check against `fullcert serve --persona salesforce`.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{PASSWORD, USER, check, check_with, instance, json, steps, went};
use crate::serve::{Mirror, join, make, place};
use crate::support::process::{Held, accepts, free_port};
use crate::support::{Place, Ran, find, peer};

const GOOD: &str = "-E chain.pem --key client.key";
const JSON: &str = "--format json";

struct Org {
    place: Place,
    mirror: Mirror,
}

impl Org {
    fn new(arguments: &str) -> Self {
        let place = place();
        make(&place, "second", "/O=Acme/CN=second", "issuing", "client");
        join(&place, "second.pem", &["second.crt", "issuing.crt"]);
        place.write("known.txt", PASSWORD);
        Self::beside(place, arguments)
    }

    fn beside(place: Place, arguments: &str) -> Self {
        let mirror = Mirror::start(
            &place,
            &format!(
                "--persona salesforce --cert server.pem --cacert root.crt --login-password-file known.txt {arguments}"
            ),
        );
        Self { place, mirror }
    }

    fn login(&self) -> String {
        let address = self.mirror.first["login_address"]
            .as_str()
            .expect("an address");
        let port = address.rsplit(':').next().expect("a port");
        format!("https://localhost:{port}")
    }

    fn check(&self, arguments: &str) -> Ran {
        check(&self.place, &self.login(), self.mirror.port(), arguments)
    }

    /// A session, begun by somebody else's client.
    fn session(&self) -> String {
        let body = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns:u='urn:partner.soap.sforce.com'><e:Body><u:login>\
             <u:username>u</u:username><u:password><![CDATA[{PASSWORD}]]></u:password></u:login></e:Body></e:Envelope>"
        );
        self.place.write("login.xml", body);
        let url = format!("{}/services/Soap/u/62.0", self.login());
        let ran = self.place.run(Command::new("curl").args([
            "-sS",
            "--noproxy",
            "*",
            "--cacert",
            "root.crt",
            "-d",
            "@login.xml",
            &url,
        ]));
        let (_, after) = ran
            .stdout
            .split_once("<sessionId>")
            .unwrap_or_else(|| panic!("{ran:?}"));
        after.split('<').next().expect("an id").to_owned()
    }
}

#[test]
fn every_api_is_called_from_the_login_to_the_answer() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("--uploaded client.crt");
    for api in ["soap", "rest", "bulk"] {
        let ran = org.check(&format!("{GOOD} --api {api} {JSON}"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let value = json(&ran);
        assert_eq!(value["verdict"]["code"], "ok");
        assert_eq!(value["verdict"]["confidence"], "proven");
        assert_eq!(value["layers"]["chain"], "proven");
        assert_eq!(value["layers"]["identity"], "proven");
        let steps = steps(&value);
        assert!(
            steps.iter().all(|(_, status)| status == "passed"),
            "{steps:?}"
        );
        for name in [
            "identity",
            "login",
            "server-url",
            "call",
            "without-certificate",
            "plain-port",
        ] {
            assert_eq!(went(&steps, name), "passed", "{name}: {steps:?}");
        }
        assert_eq!(went(&steps, "abort") == "passed", api == "bulk");
        // No certificate goes where none is asked for.
        let call = &value["steps"][1]["evidence"]["call"];
        assert_eq!(call["presented"], "nothing");
        assert_eq!(call["tls"]["certificate_request"], serde_json::Value::Null);
    }
    let ran = org.check(GOOD);
    assert_eq!(ran.stdout.matches('✓').count(), 6, "{ran:?}");
    assert!(ran.stdout.contains("(layer 2, proven)"), "{ran:?}");
    assert_eq!(org.check(&format!("{GOOD} -q")).stdout, "ok\n");
}

#[test]
fn the_identity_may_come_from_standard_input() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("--uploaded client.crt");
    let ran = check_with(
        &org.place,
        "chain.pem client.key",
        &org.login(),
        org.mirror.port(),
        "-E - -q",
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok\n"), "{ran:?}");
}

#[test]
fn every_call_goes_through_the_proxy_that_is_named() {
    if !peer("openssl") || !peer("tinyproxy") {
        return;
    }
    let org = Org::new("--uploaded client.crt");
    let port = free_port();
    let config = org.place.write(
        "proxy.conf",
        format!("Port {port}\nListen 127.0.0.1\nTimeout 20\n"),
    );
    let mut tinyproxy = Command::new(find("tinyproxy").expect("tinyproxy"));
    let _proxy = Held::start(
        tinyproxy.args(["-d", "-c"]).arg(config),
        &org.place.path("proxy.log"),
        "KILL",
    );
    let patience = Instant::now();
    while !accepts(port) {
        assert!(patience.elapsed().as_secs() < 20, "no proxy");
        std::thread::sleep(Duration::from_millis(10));
    }
    let ways = |arguments: &str| -> Vec<serde_json::Value> {
        let value = json(&org.check(&format!("{GOOD} {JSON} {arguments}")));
        assert_eq!(value["verdict"]["code"], "ok", "{value}");
        let steps = value["steps"].as_array().expect("steps").clone();
        let calls = steps
            .into_iter()
            .map(|step| step["evidence"]["call"].clone());
        calls
            .filter(|call| !call.is_null())
            .map(|call| call["tunnel"].clone())
            .collect()
    };
    let through = ways(&format!("--proxy http://127.0.0.1:{port}"));
    assert!(through.len() >= 4, "{through:?}");
    assert!(through.iter().all(|way| !way.is_null()), "{through:?}");
    let straight = ways(&format!(
        "--proxy http://127.0.0.1:{port} --noproxy localhost"
    ));
    assert!(straight.iter().all(serde_json::Value::is_null));
    // One that is not there is said to be the fault.
    let ran = org.check(&format!("{GOOD} --proxy http://127.0.0.1:1"));
    assert!(ran.stdout.contains("\ntcp-refused "), "{ran:?}");
    assert!(ran.stdout.contains("proxy"), "{ran:?}");
}

#[test]
fn a_wrong_password_is_the_logins_fault_and_no_certificates() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("");
    org.place.write("other.txt", "another one");
    let login = org.login();
    let ran = org.place.line(&format!(
        "salesforce check --cacert root.crt --login-url {login} --username u --password-file other.txt --mtls-port 1 {GOOD} {JSON}"
    ));
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "salesforce-login-failed");
    assert!(!ran.stdout.contains("another one"), "{ran:?}");
    let steps = steps(&value);
    assert_eq!(went(&steps, "login"), "failed");
    assert_eq!(went(&steps, "call"), "not-reached");
}

#[test]
fn a_certificate_that_is_not_the_users_passes_the_first_layer_alone() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("--uploaded client.crt");
    let ran = org.check(&format!("-E second.pem --key second.key {JSON}"));
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(
        value["verdict"]["code"],
        "salesforce-mutual-authentication-failed"
    );
    assert_eq!(value["layers"]["chain"], "proven");
    assert_eq!(value["layers"]["identity"], "refused");
    let fixes = value["verdict"]["fix"].to_string();
    assert!(
        fixes.contains("Mutual Authentication Certificates") && fixes.contains("CN=second"),
        "{fixes}"
    );
}

#[test]
fn a_certificate_salesforce_cannot_accept_is_named_with_its_fault() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("");
    expired(&org.place);
    let cases = [
        ("", "client-cert-missing", None),
        (
            "-E client.crt --key client.key",
            "client-chain-incomplete",
            Some("failed"),
        ),
        (
            "-E self.crt --key self.key",
            "client-cert-self-signed",
            Some("failed"),
        ),
        (
            "-E expired.pem --key client.key",
            "client-cert-expired",
            Some("failed"),
        ),
        (
            "-E wrong.pem --key wrong.key",
            "client-cert-wrong-purpose",
            Some("failed"),
        ),
        (
            "-E chain.pem --key second.key",
            "client-key-mismatch",
            Some("failed"),
        ),
    ];
    for (identity, code, locally) in cases {
        let ran = org.check(&format!("{identity} {JSON}"));
        assert_eq!(ran.code, 1, "{ran:?}");
        let value = json(&ran);
        assert_eq!(value["verdict"]["code"], code, "{identity}: {ran:?}");
        let steps = steps(&value);
        assert_eq!(
            went(&steps, "identity"),
            locally.unwrap_or_default(),
            "{identity}"
        );
        assert_eq!(went(&steps, "call"), "failed", "{identity}: {steps:?}");
        assert_ne!(value["layers"]["identity"], "proven");
        assert_ne!(value["layers"]["chain"], "proven");
    }
}

/// The client's certificate as it was years ago.
fn expired(place: &Place) {
    place.write(
        "old.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\npolicy=p\ndefault_md=sha256\nrand_serial=yes\n\
         [p]\norganizationName=optional\ncommonName=supplied\n[client]\nextendedKeyUsage=clientAuth\n",
    );
    place.write("index.txt", "");
    place.judge(
        "openssl ca -batch -config old.cnf -cert issuing.crt -keyfile issuing.key -in client.csr -out expired.crt -notext \
         -startdate 20200101000000Z -enddate 20210101000000Z -extensions client",
    );
    join(place, "expired.pem", &["expired.crt", "issuing.crt"]);
}

#[test]
fn a_session_that_was_begun_elsewhere_is_used_in_its_own_org_alone() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let org = Org::new("");
    let session = org.session();
    let arguments = format!("{GOOD} {JSON}");
    let port = org.mirror.port();
    let ran = instance(&org.place, &org.login(), port, &session, &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let found = steps(&json(&ran));
    assert_eq!(went(&found, "login"), "", "{found:?}");
    assert_eq!(went(&found, "plain-port"), "passed", "{found:?}");

    let Org {
        place,
        mirror: _kept,
    } = org;
    let other = Org::beside(place, "");
    let port = other.mirror.port();
    let ran = instance(&other.place, &other.login(), port, &session, &arguments);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(json(&ran)["verdict"]["code"], "salesforce-session-invalid");
    for bad in ["", "two words", "a\u{1}b"] {
        let ran = instance(&other.place, &other.login(), port, bad, &arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    }
}

#[test]
fn a_closed_port_and_a_port_of_the_wrong_kind_are_told_from_bad_certificates() {
    if !peer("openssl") {
        return;
    }
    let org = Org::new("");
    let closed = free_port();
    let ran = check(&org.place, &org.login(), closed, &format!("{GOOD} {JSON}"));
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "tcp-refused");
    let fixes = value["verdict"]["fix"].to_string();
    assert!(
        fixes.contains(&closed.to_string()) && fixes.contains("My Domain"),
        "{fixes}"
    );
    // The API called where no certificate is asked for.
    let login = org.login();
    let port = login
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let ran = check(&org.place, &login, port, &format!("{GOOD} {JSON}"));
    assert_eq!(
        json(&ran)["verdict"]["code"],
        "salesforce-mutual-authentication-failed"
    );
    assert!(ran.stdout.contains("asks for no certificate"), "{ran:?}");
    // The login sent where a certificate is demanded.
    let swapped = format!("https://localhost:{}", org.mirror.port());
    let ran = check(&org.place, &swapped, closed, &format!("{GOOD} {JSON}"));
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "client-cert-missing");
    assert!(
        value["verdict"]["fix"][0]
            .as_str()
            .is_some_and(|fix| fix.contains("443")),
        "{value}"
    );
}

#[test]
fn nothing_secret_goes_to_a_host_that_is_not_trusted() {
    if !peer("openssl") {
        return;
    }
    let mut org = Org::new("");
    let login = org.login();
    let trusting_others = format!(
        "salesforce check --cacert other.crt --login-url {login} --username {USER} --password-file known.txt --mtls-port {} {GOOD} {JSON}",
        org.mirror.port()
    );
    let ran = org.place.line(&trusting_others);
    assert_eq!(ran.code, 1, "{ran:?}");
    let value = json(&ran);
    assert_eq!(value["verdict"]["code"], "server-issuer-unknown");
    assert_eq!(went(&steps(&value), "call"), "not-reached");
    let seen = org.mirror.next();
    assert_eq!(seen["requests"], serde_json::json!([]), "{seen}");
    // Unless that is what was asked for.
    let ran = org.place.line(&format!("{trusting_others} --insecure"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let seen = org.mirror.next();
    assert_eq!(seen["requests"][0]["method"], "POST", "{seen}");
}

#[test]
fn a_command_line_that_cannot_be_meant_calls_nobody() {
    let place = Place::new();
    place.write("password.txt", "x");
    for (line, words) in [
        ("", "--login-url"),
        ("--login-url https://a.example", "--username"),
        ("--login-url http://a.example --username u", "scheme"),
        (
            "--login-url https://a.example/x --username u",
            "SOAP logins",
        ),
        (
            "--login-url https://u:secret@a.example --username u",
            "user name or password",
        ),
        (
            "--login-url https://a.example --username u --api-version latest",
            "--api-version",
        ),
        (
            "--login-url https://a.example --username u --instance https://b.example",
            "cannot be used",
        ),
        (
            "--login-url https://a.example --username u -E -",
            "standard input: the file is empty",
        ),
    ] {
        let ran = place.line(&format!(
            "salesforce check --password-file password.txt {line}"
        ));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}: {ran:?}");
        assert!(ran.stderr.contains(words), "{line}: {ran:?}");
        assert!(!ran.stderr.contains("secret"), "{line}: {ran:?}");
    }
}
