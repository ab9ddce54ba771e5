//! What the mirror withstands: strangers' control characters, a thousand of the worst clients, Ctrl-C, a wrong command line.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Mirror, OURS, curl, make, place};
use crate::support::{Place, peer, words};

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
