//! The mirror in HTTP/2: for clients that speak nothing else, and against those that abuse it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use fullcert::http2::PREFACE;
use fullcert::http2::fields::{self, Reader};
use fullcert::http2::frame::{self, ACK, DATA, Frame, GOAWAY, HEADERS, PING, SETTINGS};
use fullcert::serve::ClientAuth;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};
use serde_json::Value;

use super::library::Pki;
use super::{Mirror, OURS, curl, place};
use crate::support::{Place, Ran, peer, peer_module};

const GRPC: &str = "--cert server.pem --cacert root.crt --persona grpc";

#[test]
fn curl_and_nghttp_are_told_what_they_sent() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let version = "-w '%{http_version}'";
    let chain = "--cert chain.pem --key client.key";
    // Whoever may have HTTP/1.1 has it, unless it knows better than to ask.
    let both = curl(&place, &mirror, &format!("--http2 {chain} {version}"));
    assert!(both.stdout.starts_with("ok") && both.stdout.ends_with("1.1"));
    mirror.next();
    for (accept, begins) in [
        ("text/plain", "ok"),
        ("application/json", "{"),
        ("text/html", "<!"),
    ] {
        let line = format!(
            "--http2-prior-knowledge --no-alpn {chain} {version} -H 'Accept: {accept}' -d a=b"
        );
        let ran = curl(&place, &mirror, &line);
        assert!(
            ran.stdout.starts_with(begins) && ran.stdout.ends_with('2'),
            "{ran:?}"
        );
        let event = mirror.next();
        assert_eq!(event["verdict"]["code"], "ok", "{event}");
        assert_eq!(event["agreed"]["alpn"], Value::Null);
        let request = &event["requests"][0];
        assert_eq!(request["method"], "POST");
        assert_eq!(request["target"], "/hello?a=b");
        assert_eq!(request["version"], "HTTP/2");
        assert_eq!(
            (&request["body_bytes"], &request["status"]),
            (&3.into(), &200.into())
        );
        let host = format!("localhost:{}", mirror.port());
        assert_eq!(request["headers"][0], serde_json::json!(["host", host]));
    }
    if peer("nghttp") {
        nghttp(&place, &mut mirror);
    }
}

/// Three requests at once, one with a body, from a client that offers nothing but HTTP/2.
fn nghttp(place: &Place, mirror: &mut Mirror) {
    let url = format!("https://localhost:{}", mirror.port());
    place.write("body", vec![b'x'; 300_000]);
    let ran = place.run(
        Command::new("nghttp")
            .args([
                "--cert=chain.pem",
                "--key=client.key",
                "-d",
                "body",
                "-w",
                "8",
            ])
            .args([format!("{url}/a"), format!("{url}/b"), format!("{url}/c")]),
    );
    assert_eq!(ran.stdout.matches("ok  ").count(), 3, "{ran:?}");
    let event = mirror.next();
    assert_eq!(event["agreed"]["alpn"], "h2");
    let requests = event["requests"].as_array().expect("a list");
    let mut told: Vec<&str> = requests
        .iter()
        .filter(|one| one["version"] == "HTTP/2" && one["body_bytes"] == 300_000)
        .map(|one| one["target"].as_str().expect("a target"))
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["/a", "/b", "/c"], "{event}");
}

#[test]
fn the_grpc_persona_takes_nothing_but_http_2() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, GRPC);
    let chain = "--cert chain.pem --key client.key";
    let ran = curl(&place, &mirror, &format!("--http2 {chain} -i"));
    assert!(ran.stdout.starts_with("HTTP/2 200"), "{ran:?}");
    assert_eq!(mirror.next()["agreed"]["alpn"], "h2");
    for refused in [
        format!("--http1.1 {chain}"),
        format!("--no-alpn {chain}"),
        "--http2".to_owned(),
        "--http2 --cert stranger.crt --key stranger.key".to_owned(),
    ] {
        let ran = curl(&place, &mirror, &refused);
        assert!(ran.code != 0 && ran.stdout.is_empty(), "{refused}: {ran:?}");
        let event = mirror.next();
        assert_eq!(event["alert_sent"], Value::Null, "{event}");
        assert!(event["requests"].as_array().expect("a list").is_empty());
    }
}

const CALLS: &str = r"
import grpc, sys
read = lambda name: open(name, 'rb').read()
for name in sys.argv[2:]:
    files = {'-': [], 'chain': ['client.key', 'chain.pem']}.get(name, [name + '.key', name + '.crt'])
    own = [read(file) for file in files]
    channel = grpc.secure_channel('localhost:' + sys.argv[1], grpc.ssl_channel_credentials(read('root.crt'), *own))
    for call in (channel.unary_unary('/pkg.Service/Unary'), channel.stream_stream('/pkg.Service/Stream')):
        try:
            if isinstance(call, grpc.UnaryUnaryMultiCallable): call(b'ping', timeout=10)
            else: list(call(iter([b'ping'] * 3), timeout=10))
            print(name, 'OK')
        except grpc.RpcError as error: print(name, error.code().name, error.details())
";

/// What gRPC's own client hears, for each identity; it calls twice.
fn calls(place: &Place, mirror: &Mirror) -> Ran {
    place.write("calls.py", CALLS);
    let port = mirror.port().to_string();
    place.run(Command::new("python3").args(["calls.py", &port, "chain", "-", "client", "stranger"]))
}

#[test]
fn a_client_of_grpc_hears_the_verdict() {
    if !peer("openssl") || !peer_module("grpc") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, GRPC);
    let ran = calls(&place, &mirror);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 8, "{ran:?}");
    for (at, line) in lines.iter().enumerate() {
        let begins = match at / 2 {
            0 => "chain UNIMPLEMENTED ok: CN=api,O=Acme was sent",
            1 => "- UNAVAILABLE ",
            2 => "client UNAVAILABLE ",
            _ => "stranger UNAVAILABLE ",
        };
        assert!(line.starts_with(begins), "{ran:?}");
    }
    let request = mirror.next()["requests"][0].clone();
    assert_eq!(request["target"], "/pkg.Service/Unary");
    assert_eq!(request["version"], "HTTP/2");

    // Its commonest mistake: a channel without TLS.
    let mut mirror = Mirror::start(&place, OURS);
    let script = "import grpc, sys\n\
                  grpc.insecure_channel('localhost:' + sys.argv[1]).unary_unary('/a/b')(b'', timeout=10)";
    let port = mirror.port().to_string();
    let ran = place.run(Command::new("python3").args(["-c", script, &port]));
    assert!(
        ran.stderr.contains("http1.x server (HTTP status 400)"),
        "{ran:?}"
    );
    assert_eq!(mirror.next()["verdict"]["code"], "not-tls");

    for mirror in [
        Mirror::start(&place, &format!("{GRPC} --mode optional")),
        Mirror::start(&place, OURS),
    ] {
        let ran = calls(&place, &mirror);
        let heard = |name: &str| {
            ran.stdout
                .lines()
                .filter(|line| line.starts_with(name))
                .count()
        };
        assert_eq!(heard("chain UNIMPLEMENTED ok: "), 2, "{ran:?}");
        assert_eq!(
            heard("- UNAUTHENTICATED client-cert-missing: "),
            2,
            "{ran:?}"
        );
        // The persona refuses what the server it plays refuses, even where a certificate is optional.
        let optional = mirror.first["persona"].is_null();
        let bad = if optional { 2 } else { 0 };
        assert_eq!(
            heard("client UNAUTHENTICATED client-chain-incomplete: "),
            bad,
            "{ran:?}"
        );
        assert_eq!(
            heard("stranger UNAUTHENTICATED client-issuer-unknown: "),
            bad,
            "{ran:?}"
        );
    }
}

/// A client of our own making, past its handshake; the preface is sent.
struct Raw {
    stream: SslStream<TcpStream>,
    arrived: Vec<u8>,
}

impl Raw {
    fn connect(port: u16, settings: &[u8]) -> Self {
        let mut connector = SslConnector::builder(SslMethod::tls()).expect("a connector");
        connector.set_verify(SslVerifyMode::NONE);
        connector.set_alpn_protos(b"\x02h2").expect("a protocol");
        let socket = TcpStream::connect(("127.0.0.1", port)).expect("connecting");
        let patience = Some(Duration::from_secs(20));
        socket.set_read_timeout(patience).expect("a timeout");
        socket.set_write_timeout(patience).expect("a timeout");
        let stream = connector
            .build()
            .connect("localhost", socket)
            .expect("a handshake");
        let mut bytes = PREFACE.to_vec();
        frame::write(&mut bytes, SETTINGS, 0, 0, settings);
        let mut raw = Self {
            stream,
            arrived: Vec::new(),
        };
        assert!(raw.say(&bytes));
        raw
    }

    /// False once the other side has hung up.
    fn say(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// The next frame; none at the end.
    fn hear(&mut self) -> Option<Frame> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(frame) = Frame::take(&mut self.arrived).expect("a frame") {
                return Some(frame);
            }
            match self.stream.read(&mut chunk) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.arrived.extend_from_slice(&chunk[..count]),
            }
        }
    }

    fn until(&mut self, kind: u8) -> Option<Frame> {
        std::iter::from_fn(|| self.hear()).find(|frame| frame.kind == kind)
    }
}

fn get(stream: u32) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/raw"),
        (":authority", "localhost"),
    ] {
        fields::write(&mut block, name, value);
    }
    let mut bytes = Vec::new();
    frame::write_head(&mut bytes, stream, true, &block);
    bytes
}

#[test]
fn a_client_with_a_window_of_ten_bytes_gets_all_of_it() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let mut raw = Raw::connect(mirror.port(), &[0, 4, 0, 0, 0, 10]);
    assert!(raw.say(&get(1)));
    let head = raw.until(HEADERS).expect("an answer");
    let section = Reader::default().read(&head.payload, 50, 10_000);
    let fields = section.expect("fields").fields;
    let length = fields.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.expect("a length").1.parse().expect("a number");
    let mut body = Vec::new();
    while body.len() < length {
        let data = raw.until(DATA).expect("more of it");
        assert!((1..=10).contains(&data.payload.len()));
        body.extend_from_slice(&data.payload);
        let mut more = Vec::new();
        let opened = u32::try_from(data.payload.len()).expect("ten at most");
        frame::write(&mut more, 8, 0, 1, &opened.to_be_bytes());
        assert!(raw.say(&more));
    }
    let text = String::from_utf8(body).expect("text");
    assert!(text.starts_with("client-cert-missing"), "{text}");
    // The farewell comes in two steps, with a chance to hear of it between them.
    let first = raw.until(GOAWAY).expect("a farewell");
    assert_eq!(
        (first.number(0), first.number(4)),
        (Some(0x7fff_ffff), Some(0))
    );
    let ping = raw.until(PING).expect("a ping");
    let mut more = get(3);
    frame::write(&mut more, PING, ACK, 0, &ping.payload);
    frame::write(&mut more, 8, 0, 3, &100_000_u32.to_be_bytes());
    assert!(raw.say(&more));
    assert!(raw.until(DATA).is_some());
    let last = raw.until(GOAWAY).expect("a farewell");
    assert_eq!((last.number(0), last.number(4)), (Some(3), Some(0)));
    assert!(raw.hear().is_none_or(|frame| frame.stream == 3));
    let event = mirror.next();
    assert_eq!(
        event["requests"].as_array().map(Vec::len),
        Some(2),
        "{event}"
    );
}

#[test]
fn a_flood_is_ended_and_the_next_client_is_served() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let floods: [&dyn Fn(u32) -> Vec<u8>; 3] = [
        &|_| {
            let mut bytes = Vec::new();
            frame::write(&mut bytes, PING, 0, 0, &[0; 8]);
            bytes
        },
        &|at| {
            let mut bytes = get(2 * at + 1);
            frame::write(&mut bytes, 3, 0, 2 * at + 1, &[0, 0, 0, 8]);
            bytes
        },
        &|at| {
            let mut bytes = Vec::new();
            let kind = if at == 0 { HEADERS } else { 9 };
            frame::write(&mut bytes, kind, 0, 1, &[]);
            bytes
        },
    ];
    for flood in floods {
        let mut raw = Raw::connect(mirror.port(), &[]);
        let bytes: Vec<u8> = (0..400).flat_map(flood).collect();
        assert!(raw.say(&bytes));
        let fault = std::iter::from_fn(|| raw.hear())
            .filter(|frame| frame.kind == GOAWAY)
            .filter_map(|frame| frame.number(4))
            .last();
        assert_eq!(fault, Some(11));
        assert_eq!(mirror.next()["handshake"], "completed");
    }
    let ran = curl(&place, &mirror, "--cert chain.pem --key client.key");
    assert!(ran.stdout.starts_with("ok"), "{ran:?}");
}

#[test]
fn laggards_are_cut_off_however_busy_they_look() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::new();
    let (server, memory) = pki.start(|config| {
        config.request_timeout = Duration::from_millis(300);
        config.client_auth = ClientAuth::None;
    });
    // Nothing, half a request's fields, and a request whose answer there is no room for.
    let mut half = Vec::new();
    frame::write(&mut half, HEADERS, 0, 1, b"\x82");
    let mut ping = Vec::new();
    frame::write(&mut ping, PING, 0, 0, &[0; 8]);
    for (settings, begins, more) in [
        (&[][..], Vec::new(), ping.as_slice()),
        (&[][..], half, &[][..]),
        (&[0, 4, 0, 0, 0, 0][..], get(1), ping.as_slice()),
    ] {
        let mut raw = Raw::connect(server.address().port(), settings);
        assert!(raw.say(&begins));
        for _ in 0..40 {
            if !raw.say(more) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let farewell = raw.until(GOAWAY).expect("a farewell");
        assert_eq!(farewell.number(4), Some(0));
        assert!(raw.hear().is_none());
    }
    let seen = memory.wait(3);
    let requests: Vec<usize> = seen.iter().map(|one| one.requests.len()).collect();
    assert_eq!(requests, [0, 0, 1]);
}
