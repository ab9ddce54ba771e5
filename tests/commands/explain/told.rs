//! What a person and a program are told about a text.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, Ran};

/// `fullcert explain` with this on standard input.
fn piped(args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fullcert"))
        .arg("explain")
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("its standard input");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("its end");
    writer.join().expect("the writer");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn candidates(text: &str) -> Vec<Value> {
    let place = Place::new();
    let ran = place.fullcert(["explain", "--format", "json", "--", text]);
    let all: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(all["schema"], "fullcert.explain/1");
    let list = all["candidates"].as_array().expect("candidates").clone();
    assert_eq!(ran.code, i32::from(list[0]["code"] == "unknown"), "{ran:?}");
    list
}

fn first(text: &str) -> String {
    candidates(text)[0]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn json_keeps_its_contract() {
    let list =
        candidates("curl: (60) SSL certificate problem: unable to get local issuer certificate");
    let best = &list[0];
    assert_eq!(best["code"], "server-issuer-unknown");
    assert_eq!(best["culprit"], "server");
    assert_eq!(best["stage"], "server-authentication");
    assert_eq!(best["confidence"], "likely");
    assert!(
        best["summary"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
    assert!(best["fix"].as_array().is_some_and(|fix| !fix.is_empty()));
    assert_eq!(best["because"][0]["program"], "curl");
    assert_eq!(best["because"][0]["line"], 1);
    assert_eq!(best["because"][0]["printed_by"], "client");
    assert_eq!(best["settle"][0], "fullcert probe https://HOST:PORT/");
    assert_eq!(list[1]["code"], "server-chain-incomplete");
}

#[test]
fn what_is_not_about_this_is_unknown() {
    let list = candidates("the certificate of my TLS course is on the wall");
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["code"], "unknown");
    assert_eq!(list[0]["culprit"], "none");
    let ran = Place::new().fullcert(["explain", "segmentation fault (core dumped)"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.starts_with("unknown\n"), "{ran:?}");
}

#[test]
fn a_person_reads_the_place_out_of_the_log() {
    let ran = piped(
        &["-"],
        b"* Connected to api.example.com (192.0.2.1) port 8443 (#0)\n\
          * TLSv1.3 (IN), TLS handshake, Request CERT (13):\n\
          * OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0\n\
          curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0\n",
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    for told in [
        "client-cert-missing  the client's side (likely)",
        "printed by the client",
        "$ fullcert probe https://api.example.com:8443/ -E fullcert.pem",
    ] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
}

#[test]
fn the_same_words_mean_the_other_side_when_a_server_prints_them() {
    for (text, code) in [
        (
            "SSL certificate problem: certificate has expired",
            "server-cert-expired",
        ),
        (
            "[info] 7#7: *1 client SSL certificate verify error: (10:certificate has expired) while reading client request headers",
            "client-cert-expired",
        ),
        (
            "Post \"https://x.example/\": remote error: tls: unknown certificate authority",
            "client-issuer-unknown",
        ),
        (
            "http: TLS handshake error from 192.0.2.7:4711: remote error: tls: unknown certificate authority",
            "server-issuer-unknown",
        ),
        (
            "http: TLS handshake error from 192.0.2.7:4711: tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "client-issuer-unknown",
        ),
        (
            "Get \"https://x.example/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "server-issuer-unknown",
        ),
        (
            "SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking, client: 192.0.2.7, server: 0.0.0.0:443",
            "server-issuer-unknown",
        ),
        (
            "SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking to upstream, client: 192.0.2.7",
            "client-issuer-unknown",
        ),
        (
            "sun.security.validator.ValidatorException: PKIX path building failed\n\tat sun.security.ssl.X509TrustManagerImpl.checkClientTrusted(X509TrustManagerImpl.java:130)",
            "client-issuer-unknown",
        ),
        (
            "sun.security.validator.ValidatorException: PKIX path building failed\n\tat sun.security.ssl.X509TrustManagerImpl.checkServerTrusted(X509TrustManagerImpl.java:130)",
            "server-issuer-unknown",
        ),
        (
            "(OUT), TLS alert, unknown CA (560):",
            "server-issuer-unknown",
        ),
        (
            "(IN), TLS alert, unknown CA (560):",
            "client-issuer-unknown",
        ),
    ] {
        assert_eq!(first(text), code, "{text}");
    }
}

#[test]
fn form_does_not_matter() {
    let plain = "SSL certificate problem: self-signed certificate in certificate chain";
    let code = first(plain);
    assert_eq!(code, "server-issuer-unknown");
    for text in [
        plain.to_uppercase(),
        format!("\u{1b}[31m{plain}\u{1b}[0m"),
        format!("{{\"error\":\"{}\\n\"}}", plain.replace(' ', "\\u0020")),
        format!("<pre>&quot;{plain}&quot;</pre>"),
        plain.replace(' ', "\n"),
        plain.replace("self-signed", "self signed"),
        plain.replace(' ', "%20"),
        format!("> > {}", plain.replace(": ", ":\r\n> > ")),
    ] {
        assert_eq!(first(&text), code, "{text}");
    }
}

#[test]
fn numbers_speak_where_words_are_missing() {
    for (text, code) in [
        (
            "error:0A000418:lib(20)::reason(1048)",
            "client-issuer-unknown",
        ),
        (
            "error:14094415:lib(20):func(148):reason(1045)",
            "client-cert-expired",
        ),
        ("error:0A0000C7:lib(20)::reason(199)", "client-cert-missing"),
        ("error:05800074:lib(11)::reason(116)", "client-key-mismatch"),
        (
            "error:11800071:lib(35)::reason(113)",
            "keystore-password-wrong",
        ),
        ("verify error:num=10", "server-cert-expired"),
        ("SSL alert number 116", "client-cert-missing"),
        (
            "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.",
            "client-issuer-unknown",
        ),
    ] {
        assert_eq!(first(text), code, "{text}");
    }
}

#[test]
fn a_code_is_a_reference_page() {
    let ran = Place::new().ok(["explain", "client-chain-incomplete"]);
    for told in [
        "the client's side, while the server judges the client's certificate",
        "fullcert bundle fullcert.pem intermediate.pem -o fullcert.pem",
        "OpenSSL, printed by a server: unable to verify the first certificate",
    ] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    let ran = Place::new().ok(["explain", "--format", "json", "not-tls"]);
    let page: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(page["schema"], "fullcert.explain/1");
    assert_eq!(page["candidates"][0]["code"], "not-tls");
    assert!(
        page["phrases"]
            .as_array()
            .is_some_and(|list| list.len() > 20)
    );
}

#[test]
fn every_code_is_listed_and_has_a_page_without_holes() {
    let place = Place::new();
    let listed = place.ok(["explain", "--list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let codes = listed["codes"].as_array().expect("codes");
    assert!(codes.len() > 45);
    let help = place.ok(["--help"]).stdout;
    let commands: Vec<String> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert!(commands.contains(&"probe".to_owned()), "{help}");
    let text = place.ok(["explain", "--list"]).stdout;
    assert_eq!(text.lines().count(), codes.len());
    for code in codes {
        let code = code["code"].as_str().expect("a code");
        assert!(text.contains(code), "{code}");
        let page = place.ok(["explain", code]).stdout;
        assert!(page.starts_with(code), "{page}");
        assert!(!page.contains('{') && !page.contains('}'), "{page}");
        for named in page.split("fullcert ").skip(1) {
            let command = named.split_whitespace().next().unwrap_or_default();
            assert!(commands.contains(&command.to_owned()), "{command}: {page}");
        }
    }
}

#[test]
fn what_inspect_says_of_a_file_can_be_looked_up() {
    let place = Place::new();
    place.write("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    let ran = place.line("inspect --format json broken.pem");
    let listing: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let code = listing["files"][0]["error"]["code"]
        .as_str()
        .expect("a code");
    place.ok(["explain", code]);
    for code in [
        "keystore-password-wrong",
        "keystore-algorithm-unsupported",
        "keystore-format-wrong",
        "keystore-tampered",
        "key-passphrase-wrong",
    ] {
        place.ok(["explain", code]);
    }
}

#[test]
fn megabytes_are_read_at_once_and_the_end_counts() {
    let mut log = b"SSL certificate problem: certificate has expired\n".to_vec();
    while log.len() < 8 * 1024 * 1024 {
        log.extend_from_slice(b"2024-05-01T10:00:00Z INFO request handled in 12 ms, tls session resumed, certificate ok\n");
    }
    log.extend_from_slice(b"2024-05-01T10:00:01Z ERROR remote error: tls: certificate required\n");
    let began = Instant::now();
    let ran = piped(&[], &log);
    let took = began.elapsed();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("client-cert-missing"), "{ran:?}");
    // Built without optimisation and beside other tests; far from what anything but linear work would take.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn powershell_pipes_are_read() {
    let mut bytes = vec![0xFF, 0xFE];
    for unit in "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired"
        .encode_utf16()
    {
        bytes.extend_from_slice(&unit.to_le_bytes());
    }
    let ran = piped(&["--format", "json"], &bytes);
    assert!(ran.stdout.contains("client-cert-expired"), "{ran:?}");
}

#[test]
fn rubbish_does_no_harm() {
    let mut noise = Vec::new();
    let mut state: u32 = 7;
    for _ in 0..200_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.push((state >> 24) as u8);
    }
    assert_eq!(piped(&["-"], &noise).code, 1);
    for text in [
        "",
        ":",
        "\u{1b}[",
        "\\u12",
        "&quot",
        "%4",
        "error:",
        "alert number 999",
        "error:ffffffff:x",
    ] {
        let ran = piped(&["-"], text.as_bytes());
        assert_eq!(ran.code, 1, "{text}: {ran:?}");
    }
    // What was pasted is not obeyed by the terminal.
    let ran = piped(
        &["-"],
        b"SSL certificate problem: certificate \x1b]0;title\x07has expired",
    );
    assert!(!ran.stdout.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn a_text_that_is_missing_is_a_usage_error_only_at_a_terminal() {
    let ran = Place::new().fullcert(["explain"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let ran = Place::new().fullcert(["explain", "--list", "text"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn files_of_the_text_stand_in_the_commands_quoted() {
    for (text, command) in [
        (
            "curl: (58) unable to set private key file: '/home/ann/my keys/client.key' type PEM",
            "fullcert inspect '/home/ann/my keys/client.key'",
        ),
        (
            "keytool error: java.io.IOException: keystore password was incorrect: C:\\certs\\me.p12",
            "fullcert inspect 'C:\\certs\\me.p12'",
        ),
        (
            "nginx: [emerg] cannot load certificate \"/etc/x/a'b;reboot.pem\": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line)",
            "fullcert inspect '/etc/x/a'\\''b;reboot.pem'",
        ),
        (
            "error reading -rf.pem: error:0480006C:PEM routines::no start line",
            "fullcert inspect ./-rf.pem",
        ),
        (
            "error reading \"$(reboot).pem\": error:0480006C:PEM routines::no start line",
            "fullcert inspect FILE",
        ),
        (
            "requests.exceptions.SSLError: HTTPSConnectionPool(host='api.example', port=8443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)')))",
            "fullcert probe https://api.example:8443/",
        ),
    ] {
        let list = candidates(text);
        assert_eq!(
            list[0]["settle"][0]
                .as_str()
                .map(|told| told.starts_with(command)),
            Some(true),
            "{list:?}"
        );
    }
}

#[test]
fn credentials_are_not_repeated() {
    for (text, secrets) in [
        (
            "> GET / HTTP/1.1\n> Authorization: Bearer sesame-open-1234\n* OpenSSL SSL_read: tlsv13 alert certificate required\n",
            &["sesame"][..],
        ),
        (
            "error: https://ann:opensesame@api.example/: x509: certificate signed by unknown authority",
            &["ann", "opensesame"],
        ),
        (
            "wget: tls connection to db failed, password=opensesame: the server's certificate could not be verified by its client",
            &["opensesame"],
        ),
        (
            "keytool -importkeystore -srcstorepass opensesame: keystore me.p12 could not be parsed: invalid format",
            &["opensesame"],
        ),
    ] {
        for format in ["text", "json"] {
            let ran = piped(&["--format", format, "-"], text.as_bytes());
            assert_eq!(ran.code, 0, "{ran:?}");
            for secret in secrets {
                assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
            }
        }
    }
}

#[test]
fn what_carries_a_log_does_not_matter() {
    let said = "remote error: tls: unknown certificate authority";
    for text in [
        format!("Nov 21 10:00:00 host app[812]: Post \"https://x.example/\": {said}"),
        format!("2026-11-21T10:00:00.000000000Z stdout F {said}"),
        format!("app-1  | {said}"),
        format!(
            "{{\"log\":\"{said}\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-21T10:00:00Z\"}}"
        ),
        format!(
            "{{\"level\":\"error\",\"msg\":\"{}\"}}",
            said.replace(": ", ":\\u0020")
        ),
        format!("level=error msg=\"{said}\""),
        format!("\u{1b}[1;31mERRO\u{1b}[0m[0001] {said}"),
        format!("\u{feff}{said}\r\n"),
    ] {
        assert_eq!(first(&text), "client-issuer-unknown", "{text}");
    }
    // PowerShell again, without its mark.
    for little in [true, false] {
        let bytes: Vec<u8> = said
            .encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect();
        let ran = piped(&["--format", "json"], &bytes);
        assert!(ran.stdout.contains("client-issuer-unknown"), "{ran:?}");
    }
}
