//! What the mirror tells: to the client, in JSON lines, of every kind of client.

use std::process::Command;

use serde_json::Value;

use super::{Mirror, OURS, curl, place};
use crate::support::{Place, peer};

#[test]
fn each_client_is_told_what_it_sent_in_words_of_its_choice() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let cases = [
        ("", "client-cert-missing"),
        (
            "--cert client.crt --key client.key",
            "client-chain-incomplete",
        ),
        ("--cert chain.pem --key client.key", "ok"),
        (
            "--cert stranger.crt --key stranger.key",
            "client-issuer-unknown",
        ),
        ("--cert self.crt --key self.key", "client-cert-self-signed"),
        (
            "--cert wrong.pem --key wrong.key",
            "client-cert-wrong-purpose",
        ),
    ];
    for (identity, code) in cases {
        for version in ["1.2", "1.3"] {
            let only = format!("{identity} --tlsv{version} --tls-max {version}");
            let text = curl(&place, &mirror, &only);
            assert!(text.stdout.starts_with(code), "{code}: {text:?}");
            let event = mirror.next();
            assert_eq!(event["verdict"]["code"], code, "{event}");
            assert_eq!(event["agreed"]["version"], format!("TLSv{version}"));
        }
        let json = curl(
            &place,
            &mirror,
            &format!("{identity} -H 'Accept: application/json'"),
        );
        let told: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(told["verdict"]["code"], code);
        let event = mirror.next();
        assert_eq!(told["certificates"], event["certificates"]);
        assert_eq!(told["offered"], event["offered"]);
        let page = curl(
            &place,
            &mirror,
            &format!("{identity} -H 'Accept: text/html'"),
        );
        assert!(
            page.stdout.contains(&format!(
                "<h1 class=\"{}\">{code}</h1>",
                if code == "ok" { "fine" } else { "bad" }
            )),
            "{page:?}"
        );
        mirror.next();
    }
    let (rest, code) = mirror.stop();
    assert_eq!(code, 0);
    assert_eq!(rest.last().expect("a last line")["connections"], 24);
}

#[test]
fn the_record_of_a_connection_is_whole() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    assert_eq!(mirror.first["trusted"][0], "CN=Acme Root CA,O=Acme");
    curl(
        &place,
        &mirror,
        "--cert chain.pem --key client.key -H 'Authorization: Bearer swordfish' -X PUT -d x=y",
    );
    let event = mirror.next();
    assert_eq!(event["number"], 1);
    assert_eq!(event["offered"]["server_name"], "localhost");
    let list = |name: &str| event["offered"][name].as_array().expect("a list").len();
    assert!(
        list("versions") >= 2
            && list("suites") > 5
            && list("signature_algorithms") > 5
            && list("alpn") >= 1
    );
    let subjects: Vec<&str> = event["certificates"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["subject"].as_str().expect("a subject"))
        .collect();
    assert_eq!(subjects, ["CN=api,O=Acme", "CN=Acme Issuing CA,O=Acme"]);
    let request = &event["requests"][0];
    assert_eq!(request["method"], "PUT");
    assert_eq!(request["target"], "/hello?a=b");
    assert_eq!(request["status"], 200);
    assert!(!event.to_string().contains("swordfish"), "{event}");

    // A client that does not trust this server says so, and that is told as well.
    let ran = place.run(Command::new("curl").args([
        "-sS",
        "--noproxy",
        "*",
        &format!("https://localhost:{}/", mirror.port()),
    ]));
    assert_ne!(ran.code, 0);
    let event = mirror.next();
    assert_eq!(event["verdict"]["code"], "server-issuer-unknown", "{event}");
    assert_eq!(event["alert_received"]["name"], "unknown_ca");
    // And one that forgot the s of https.
    let ran = place.run(Command::new("curl").args([
        "-sS",
        "--noproxy",
        "*",
        &format!("http://localhost:{}/", mirror.port()),
    ]));
    assert!(ran.stdout.starts_with("not-tls"), "{ran:?}");
    assert_eq!(mirror.next()["opening"], "plain-http");
}

#[test]
fn a_required_certificate_is_refused_at_tls_and_the_refusal_is_told() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, &format!("{OURS} --mode require"));
    let cases = [
        ("", "alert certificate required", 116, "client-cert-missing"),
        (
            "--cert client.crt --key client.key",
            "alert unknown ca",
            48,
            "client-chain-incomplete",
        ),
        (
            "--cert wrong.pem --key wrong.key",
            "alert unsupported certificate",
            43,
            "client-cert-wrong-purpose",
        ),
    ];
    for (identity, words, number, code) in cases {
        let ran = curl(&place, &mirror, &format!("{identity} --tlsv1.3"));
        assert!(ran.code != 0 && ran.stderr.contains(words), "{ran:?}");
        let event = mirror.next();
        assert_eq!(event["alert_sent"]["number"], number, "{event}");
        assert_eq!(event["verdict"]["code"], code);
        assert!(
            !event["verdict"]["fix"]
                .as_array()
                .expect("a list")
                .is_empty()
        );
    }
    let ran = curl(&place, &mirror, "--cert chain.pem --key client.key");
    assert!(ran.stdout.starts_with("ok"), "{ran:?}");
    drop(mirror);
    let mut mirror = Mirror::start(&place, "--cert server.pem --mode none");
    let ran = curl(&place, &mirror, "--cert chain.pem --key client.key");
    assert!(ran.stdout.starts_with("ok"), "{ran:?}");
    let event = mirror.next();
    assert_eq!(event["asked"], false);
    assert_eq!(event["certificates"].as_array().expect("a list").len(), 0);
}

#[test]
fn a_server_identity_is_made_where_none_is_given_and_its_ca_can_be_trusted() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mirror = Mirror::start(&place, "--name mirror.example --name 192.0.2.7");
    let ca = mirror.first["cacert"].as_str().expect("a path").to_owned();
    place.run(Command::new("cp").args([ca.as_str(), "made.pem"]));
    place.judge("openssl x509 -in made.pem -noout -checkend 86400");
    for (name, address) in [("localhost", "127.0.0.1"), ("mirror.example", "127.0.0.1")] {
        let port = mirror.port();
        let ran = place.run(Command::new("curl").args([
            "-sS",
            "--noproxy",
            "*",
            "--cacert",
            "made.pem",
            "--resolve",
            &format!("{name}:{port}:{address}"),
            &format!("https://{name}:{port}/"),
        ]));
        assert!(ran.stdout.starts_with("client-cert-missing"), "{ran:?}");
    }
    let (_, code) = mirror.stop();
    assert_eq!(code, 0);
    assert!(!std::path::Path::new(&ca).exists());

    let mirror = Mirror::start(&place, "--ca-out kept.pem");
    drop(mirror);
    place.judge("openssl x509 -in kept.pem -noout");
    let ran = place.fullcert(["serve", "--listen", "0", "--ca-out", "kept.pem"]);
    assert!(
        ran.code == 2 && ran.stderr.contains("already exists"),
        "{ran:?}"
    );
}

#[test]
fn other_peoples_clients_are_read_alike() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let port = mirror.port();
    let ran = place.judge(&format!(
        "openssl s_client -connect 127.0.0.1:{port} -CAfile root.crt -cert client.crt -key client.key -noservername"
    ));
    assert!(ran.stdout.contains("CN = Acme Root CA"), "{ran:?}");
    let event = mirror.next();
    assert_eq!(
        event["verdict"]["code"], "client-chain-incomplete",
        "{event}"
    );
    assert_eq!(event["offered"]["server_name"], Value::Null);
    if peer("python3") {
        let script = format!(
            "import ssl, http.client\n\
             c = ssl.create_default_context(cafile='root.crt'); c.load_cert_chain('chain.pem', 'client.key')\n\
             h = http.client.HTTPSConnection('localhost', {port}, context=c); h.request('GET', '/py'); print(h.getresponse().read().decode())\n"
        );
        let ran = place.run(Command::new("python3").args(["-c", &script]));
        assert!(ran.stdout.starts_with("ok"), "{ran:?}");
        assert_eq!(mirror.next()["requests"][0]["target"], "/py");
    }
    if peer("java") && peer("keytool") {
        java(&place, &mut mirror);
    }
}

/// Java, first with a PKCS#12 of the leaf alone, which it withholds as no issuer is in it, then with the chain.
fn java(place: &Place, mirror: &mut Mirror) {
    place.write(
        "Call.java",
        "import java.net.*; import javax.net.ssl.*;\n\
         class Call { public static void main(String[] a) throws Exception {\n\
         HttpsURLConnection c = (HttpsURLConnection) new URL(a[0]).openConnection(); c.setRequestProperty(\"Accept\", \"text/plain\");\n\
         System.out.println(new String(c.getInputStream().readAllBytes())); } }\n",
    );
    place.judge("keytool -importcert -noprompt -file root.crt -keystore trust.p12 -storepass changeit -alias root");
    place.judge("openssl pkcs12 -export -in client.crt -inkey client.key -out leaf.p12 -passout pass:changeit -name a");
    place.judge("openssl pkcs12 -export -in chain.pem -inkey client.key -out chain.p12 -passout pass:changeit -name a");
    let url = format!("https://localhost:{}/java", mirror.port());
    for (store, code) in [("leaf.p12", "client-cert-missing"), ("chain.p12", "ok")] {
        let ran = place.judge(&format!(
            "java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit \
             -Djavax.net.ssl.keyStore={store} -Djavax.net.ssl.keyStorePassword=changeit Call.java {url}"
        ));
        assert!(ran.stdout.starts_with(code), "{ran:?}");
        let event = mirror.next();
        assert_eq!(event["verdict"]["code"], code, "{event}");
    }
}
