//! What the programs on this machine print right now, read by the explainer.

use std::process::Command;

use fullcert::explain::explain;

use crate::serve::{self, Mirror};
use crate::support::{Place, Ran, peer};

const CLIENTS: &[&str] = &["curl", "openssl", "python3", "node", "gnutls-cli"];

/// Calls the mirror with other people's client, which trusts `ca` and presents `cert`, and returns all it printed.
fn call(place: &Place, client: &str, port: u16, ca: &str, cert: Option<&str>) -> String {
    let url = format!("https://localhost:{port}/");
    let key = |name: &str| name.replace(".crt", ".key");
    let mut command = Command::new(client);
    match client {
        "curl" => {
            command.args(["-sSv", "--noproxy", "*", "-m", "10", "--cacert", ca, &url]);
            if let Some(cert) = cert {
                command.args(["-E", cert, "--key", &key(cert)]);
            }
        }
        "openssl" => {
            let address = format!("localhost:{port}");
            command.args([
                "s_client",
                "-servername",
                "localhost",
                "-verify_hostname",
                "localhost",
            ]);
            command.args([
                "-quiet",
                "-ign_eof",
                "-verify_return_error",
                "-connect",
                &address,
            ]);
            command.args(["-CAfile", ca]);
            if let Some(cert) = cert {
                command.args(["-cert", cert, "-key", &key(cert)]);
            }
        }
        "python3" => {
            let load = cert.map_or(String::new(), |cert| {
                format!("c.load_cert_chain('{cert}','{}')\n", key(cert))
            });
            command.args(["-c", &format!(
                "import ssl, urllib.request as u\nc = ssl.create_default_context(cafile='{ca}')\n{load}\
                 u.build_opener(u.ProxyHandler({{}}), u.HTTPSHandler(context=c)).open('{url}', timeout=10)"
            )]);
        }
        "node" => {
            let load = cert.map_or(String::new(), |cert| {
                format!(
                    ", cert: f.readFileSync('{cert}'), key: f.readFileSync('{}')",
                    key(cert)
                )
            });
            command.args(["-e", &format!(
                "const f = require('fs'); require('https').get('{url}', {{ ca: f.readFileSync('{ca}'){load} }}, r => r.resume())\
                 .on('error', e => {{ throw e }})"
            )]);
        }
        "gnutls-cli" => {
            let port = port.to_string();
            command.args(["localhost", "-p", &port, "--x509cafile", ca]);
            if let Some(cert) = cert {
                command.args(["--x509certfile", cert, "--x509keyfile", &key(cert)]);
            }
        }
        other => unreachable!("{other}"),
    }
    let Ran { stdout, stderr, .. } = place.run(&mut command);
    stdout + &stderr
}

/// Each client's own words lead to one of these codes first.
fn expect(place: &Place, mirror: &Mirror, ca: &str, cert: Option<&str>, right: &[&str]) {
    for client in CLIENTS.iter().copied().filter(|client| peer(client)) {
        let text = call(place, client, mirror.port(), ca, cert);
        let codes: Vec<_> = explain(&text)
            .candidates
            .iter()
            .map(|candidate| candidate.code.as_str())
            .collect();
        let first = codes.first().copied().unwrap_or("unknown");
        assert!(
            right.contains(&first),
            "{client} with {cert:?}: {codes:?} for {right:?}\n{text}"
        );
    }
}

#[test]
fn what_clients_say_of_a_server_is_read_right() {
    if !peer("openssl") {
        return;
    }
    let place = serve::place();
    serve::make(&place, "alien", "/CN=localhost", "other", "server");
    serve::make(&place, "alone", "/CN=localhost", "alone", "server");
    place.write(
        "x.cnf",
        "[server]\nsubjectAltName=DNS:other.example\nextendedKeyUsage=serverAuth\n\
                          [purpose]\nsubjectAltName=DNS:localhost\nextendedKeyUsage=clientAuth\n",
    );
    serve::make(&place, "elsewhere", "/CN=other.example", "root", "server");
    for (server, right) in [
        (
            "alien",
            &["server-issuer-unknown", "server-chain-incomplete"][..],
        ),
        // GnuTLS does not tell a self-signed certificate from one of an unknown CA.
        (
            "alone",
            &["server-cert-self-signed", "server-issuer-unknown"],
        ),
        ("elsewhere", &["server-name-mismatch"]),
    ] {
        serve::join(
            &place,
            "shown.pem",
            &[&format!("{server}.key"), &format!("{server}.crt")],
        );
        let mirror = Mirror::start(&place, "--cert shown.pem --mode none");
        expect(&place, &mirror, "root.crt", None, right);
    }
}

#[test]
fn what_clients_say_when_a_server_refuses_them_is_read_right() {
    if !peer("openssl") {
        return;
    }
    let place = serve::place();
    serve::make(&place, "misfit", "/CN=misfit", "root", "server");
    for version in ["1.2", "1.3"] {
        let strict = format!(
            "{} --mode require --tls-min {version} --tls-max {version}",
            serve::OURS
        );
        let mirror = Mirror::start(&place, &strict);
        expect(&place, &mirror, "root.crt", None, &["client-cert-missing"]);
        let unknown = ["client-issuer-unknown", "client-chain-incomplete"];
        expect(&place, &mirror, "root.crt", Some("stranger.crt"), &unknown);
        expect(&place, &mirror, "root.crt", Some("client.crt"), &unknown);
        expect(
            &place,
            &mirror,
            "root.crt",
            Some("misfit.crt"),
            &["client-cert-wrong-purpose"],
        );
    }
}

#[test]
fn what_a_keystore_that_does_not_open_makes_programs_say_is_read_right() {
    if !peer("openssl") {
        return;
    }
    let place = serve::place();
    place.judge("openssl pkcs12 -export -in client.crt -inkey client.key -out client.p12 -passout pass:right");
    place.judge("openssl pkcs12 -export -legacy -descert -in client.crt -inkey client.key -out old.p12 -passout pass:right -certpbe PBE-SHA1-RC2-40");
    let mirror = Mirror::start(&place, serve::OURS);
    let curl = format!(
        "curl -sS -E client.p12:wrong --cert-type P12 https://localhost:{}/",
        mirror.port()
    );
    for (program, line, right) in [
        (
            "openssl",
            "openssl pkcs12 -in client.p12 -passin pass:wrong -nokeys",
            "keystore-password-wrong",
        ),
        (
            "openssl",
            "openssl pkcs12 -in old.p12 -passin pass:right -nokeys",
            "keystore-algorithm-unsupported",
        ),
        ("curl", curl.as_str(), "keystore-password-wrong"),
        (
            "keytool",
            "keytool -list -keystore client.p12 -storepass wrongwrong",
            "keystore-password-wrong",
        ),
        (
            "keytool",
            "keytool -list -keystore client.key -storepass wrongwrong",
            "keystore-format-wrong",
        ),
        (
            "keytool",
            "keytool -exportcert -alias nobody -keystore client.p12 -storepass right",
            "keystore-entry-missing",
        ),
        (
            "python3",
            "python3 -c 'import ssl; ssl.create_default_context().load_cert_chain(\"client.crt\", \"server.key\")'",
            "client-key-mismatch",
        ),
        (
            "python3",
            "python3 -c 'import ssl; ssl.create_default_context().load_cert_chain(\"x.cnf\")'",
            "pem-malformed",
        ),
        (
            "node",
            "node -e 'require(\"tls\").createSecureContext({pfx: require(\"fs\").readFileSync(\"client.p12\"), passphrase: \"wrong\"})'",
            "keystore-password-wrong",
        ),
        (
            "node",
            "node -e 'require(\"tls\").createSecureContext({pfx: require(\"fs\").readFileSync(\"old.p12\"), passphrase: \"right\"})'",
            "keystore-algorithm-unsupported",
        ),
    ] {
        if !peer(program) {
            continue;
        }
        let words = crate::support::words(line);
        let ran = place.run(Command::new(&words[0]).args(&words[1..]));
        let text = ran.stdout + &ran.stderr;
        let first = explain(&text)
            .candidates
            .first()
            .map(|one| one.code.as_str());
        assert_eq!(first, Some(right), "{line}: {text}");
    }
}
