//! `fullcert serve`, the mirror: what it tells of other people's clients, and what it does to them.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, Ran, peer, words};

/// A folder with a CA, a server and clients made by the openssl command.
fn place() -> Place {
    let place = Place::new();
    place.write(
        "x.cnf",
        "[ca]\nbasicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\n\
         [server]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n\
         [client]\nextendedKeyUsage=clientAuth\n",
    );
    make(&place, "root", "/O=Acme/CN=Acme Root CA", "root", "ca");
    make(
        &place,
        "issuing",
        "/O=Acme/CN=Acme Issuing CA",
        "root",
        "ca",
    );
    make(&place, "server", "/O=Acme/CN=localhost", "root", "server");
    make(&place, "client", "/O=Acme/CN=api", "issuing", "client");
    make(&place, "wrong", "/O=Acme/CN=wrong", "issuing", "server");
    make(&place, "other", "/O=Nobody/CN=Nobody Root", "other", "ca");
    make(
        &place,
        "stranger",
        "/O=Nobody/CN=stranger",
        "other",
        "client",
    );
    make(&place, "self", "/O=Acme/CN=self", "self", "client");
    join(&place, "server.pem", &["server.key", "server.crt"]);
    join(&place, "chain.pem", &["client.crt", "issuing.crt"]);
    join(&place, "wrong.pem", &["wrong.crt", "issuing.crt"]);
    place
}

fn make(place: &Place, name: &str, subject: &str, issuer: &str, kind: &str) {
    place.judge(&format!(
        "openssl req -new -utf8 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout {name}.key -out {name}.csr -subj '{subject}'"
    ));
    let signer = if name == issuer {
        format!("-signkey {name}.key")
    } else {
        format!("-CA {issuer}.crt -CAkey {issuer}.key -CAcreateserial")
    };
    place.judge(&format!(
        "openssl x509 -req -in {name}.csr {signer} -out {name}.crt -days 30 -extfile x.cnf -extensions {kind}"
    ));
}

fn join(place: &Place, name: &str, parts: &[&str]) {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| place.read(part)).collect();
    place.write(name, bytes);
}

/// A running mirror, its lines read as they come.
struct Mirror {
    child: Child,
    lines: BufReader<ChildStdout>,
    first: Value,
}

impl Mirror {
    fn start(place: &Place, arguments: &str) -> Self {
        let errors = File::create(place.path("serve.log")).expect("a log");
        let mut child = Command::new(env!("CARGO_BIN_EXE_fullcert"))
            .args(["serve", "--listen", "127.0.0.1:0", "--format", "json"])
            .args(words(arguments))
            .current_dir(place.path("."))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("the program runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let first = read(&mut lines);
        assert_eq!(first["event"], "listening", "{first}");
        Self {
            child,
            lines,
            first,
        }
    }

    fn port(&self) -> u16 {
        let address = self.first["address"].as_str().expect("an address");
        address
            .parse::<std::net::SocketAddr>()
            .expect("an address")
            .port()
    }

    /// The next line.
    fn next(&mut self) -> Value {
        read(&mut self.lines)
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Ctrl-C, then everything that is still said, and the exit code.
    fn stop(mut self) -> (Vec<Value>, i32) {
        self.signal("-INT");
        let mut rest = Vec::new();
        let mut line = String::new();
        while self.lines.read_line(&mut line).expect("its output") > 0 {
            rest.push(serde_json::from_str(&line).expect("JSON"));
            line.clear();
        }
        let status = self.child.wait().expect("its end");
        (rest, status.code().unwrap_or(-1))
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(lines: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    let value: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line:?}"));
    assert_eq!(value["schema"], "fullcert.serve/1");
    value
}

fn curl(place: &Place, mirror: &Mirror, arguments: &str) -> Ran {
    let url = format!("https://localhost:{}/hello?a=b", mirror.port());
    place.run(
        Command::new("curl")
            .args(["-sS", "--noproxy", "*", "--cacert", "root.crt", "-m", "20"])
            .args(words(arguments))
            .arg(url),
    )
}

const OURS: &str = "--cert server.pem --cacert root.crt";

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
fn what_a_client_makes_up_never_reaches_a_terminal_as_it_is() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    make(
        &place,
        "evil",
        "/O=Acme/CN=a\u{1b}[31m\u{9b}2J\u{202e}<script>alert(1)<\\/script>",
        "root",
        "client",
    );
    let (listen, arguments) = (free_port(), words(OURS));
    let output = File::create(place.path("told.txt")).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_fullcert"))
        .args([
            "serve",
            "--listen",
            &listen.to_string(),
            "--stop-after",
            "2",
        ])
        .args(arguments)
        .current_dir(place.path("."))
        .stdin(Stdio::null())
        .stdout(output)
        .spawn()
        .expect("the program runs");
    wait_for(listen);
    let url = format!("https://localhost:{listen}/%1b");
    let page = place.run(Command::new("curl").args([
        "-sS",
        "--noproxy",
        "*",
        "--cacert",
        "root.crt",
        "--cert",
        "evil.crt",
        "--key",
        "evil.key",
        "-H",
        "Accept: text/html",
        "-H",
        "X-Odd: <b>\u{9b}2J\u{202e}",
        &url,
    ]));
    let status = child.wait().expect("its end");
    assert!(status.success());
    let told = String::from_utf8(place.read("told.txt")).expect("UTF-8");
    assert!(told.contains("CN=a\\1B[31m"), "{told}");
    for text in [&told, &page.stdout] {
        assert!(
            text.chars()
                .all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'),
            "{text:?}"
        );
    }
    assert!(
        !page.stdout.contains("<script>") && !page.stdout.contains("<b>"),
        "{page:?}"
    );
    assert!(page.stdout.contains("&lt;script\\&gt;"), "{page:?}");
}

fn free_port() -> u16 {
    crate::support::process::free_port()
}

fn wait_for(port: u16) {
    let until = Instant::now() + Duration::from_secs(20);
    while !crate::support::process::accepts(port) {
        assert!(Instant::now() < until, "nothing listens on {port}");
        std::thread::sleep(Duration::from_millis(10));
    }
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

#[test]
fn what_cannot_be_meant_is_said_with_a_way_out() {
    let place = Place::new();
    for (line, what, hint) in [
        (
            "serve --persona nobody",
            "there is none of that name",
            "nginx",
        ),
        (
            "serve --mode require",
            "no --cacert says whose",
            "--mode optional",
        ),
        ("serve --listen 127.0.0.1", "the port is missing", ""),
        ("serve --listen host.example:1", "not ADDRESS:PORT", ""),
        (
            "serve --tls-min 1.3 --tls-max 1.2",
            "higher than",
            "other way round",
        ),
        ("serve --cert missing.pem", "no such file", ""),
        (
            "serve --listen 192.0.2.1:0",
            "does not have that address",
            "0.0.0.0",
        ),
    ] {
        let ran = place.line(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(
            ran.stderr.contains(what) && ran.stderr.contains(hint),
            "{line}: {ran:?}"
        );
        assert_eq!(ran.stdout, "", "{line}");
    }
}

#[test]
fn ctrl_c_ends_it_cleanly_with_clients_in_the_middle() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let mirror = Mirror::start(&place, OURS);
    let mut idle: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(("127.0.0.1", mirror.port())).expect("connecting"))
        .collect();
    for socket in &mut idle {
        socket.write_all(b"\x16\x03\x01").expect("writing");
    }
    let begun = Instant::now();
    let (rest, code) = mirror.stop();
    assert_eq!(code, 0);
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(rest.last().expect("a last line")["event"], "stopped");
    for socket in &mut idle {
        let mut bytes = Vec::new();
        let _ = socket.read_to_end(&mut bytes);
    }
}

/// A thousand clients at once: some silent, some slow, some sending rubbish, some with a whole handshake and no request.
#[test]
fn a_thousand_clients_of_the_worst_kind_fit_into_200_mb() {
    if !peer("openssl") || !peer("curl") || !peer("python3") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let port = mirror.port();
    let script = format!(
        "import socket, ssl, sys, resource\n\
         resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)\n\
         c = ssl.create_default_context(cafile='root.crt'); c.load_cert_chain('chain.pem', 'client.key')\n\
         held = []\n\
         for n in range(1000):\n\
         \x20   s = socket.create_connection(('127.0.0.1', {port}), timeout=30)\n\
         \x20   if n % 4 == 1: s.send(b'\\x16\\x03\\x01\\x02\\x00')\n\
         \x20   if n % 4 == 2: s.send(b'\\x16\\x03\\x01\\x40\\x00\\x01\\x00\\x3f\\xfc' + bytes(9000))\n\
         \x20   if n % 4 == 3: s = c.wrap_socket(s, server_hostname='localhost')\n\
         \x20   held.append(s)\n\
         print('held', flush=True)\n\
         sys.stdin.read()\n"
    );
    let mut crowd = Command::new("python3")
        .args(["-c", &script])
        .current_dir(place.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python runs");
    let mut said = String::new();
    BufReader::new(crowd.stdout.take().expect("its output"))
        .read_line(&mut said)
        .expect("a line");
    assert_eq!(said, "held\n");
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", mirror.child.id())).expect("Linux");
    let peak: u64 = status
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        })
        .expect("a peak");
    assert!(peak < 200_000, "{peak} kB");
    let ran = curl(&place, &mirror, "--cert chain.pem --key client.key");
    assert!(ran.stdout.starts_with("ok"), "{ran:?}");
    drop(crowd.stdin.take());
    let _ = crowd.wait();
    // Every one of them is told of.
    for _ in 0..1001 {
        assert_eq!(mirror.next()["event"], "connection");
    }
    let (rest, code) = mirror.stop();
    assert_eq!((rest.len(), code), (1, 0));
}
