//! Proxies that refuse, fail, misbehave, or are not there: it is they that are named, and what comes through a tunnel
//! is the server's own doing.

use std::time::Duration;

use crate::probe::Call;
use crate::rogue::{End, Rogue};
use crate::server::{Running, runnable};
use crate::support::process::free_port;

use super::{CLEAR, Microsocks, Target, TinyProxy, WITHIN_TLS};
use crate::support::peer;

#[test]
fn proxies_that_refuse_or_fail() {
    if !peer("openssl") {
        return;
    }
    let Some(target) = Target::start() else {
        return;
    };
    let closed = free_port();
    let server = TinyProxy {
        ports: vec![closed],
        locked: false,
    };
    if !runnable(&server) || !runnable(&Microsocks { locked: false }) {
        return;
    }
    let http = Running::start(&server, &[CLEAR], &target.pki);
    let http = format!("http://127.0.0.1:{}", http.port(CLEAR));
    let verdict = target.call().and("-x").arg(&http).run();
    verdict.must_be(&["proxy-refused"]);
    verdict.must_mention("403");
    verdict.must_mention("ask the proxy's owner");
    let nowhere = Call::new(format!("https://localhost:{closed}/")).and("-m 10");
    let verdict = nowhere.clone().and("-x").arg(&http).run();
    verdict.must_be(&["proxy-refused"]);
    verdict.must_mention("the proxy tried and failed");
    let socks = Running::start(&Microsocks { locked: false }, &[CLEAR], &target.pki);
    let verdict = nowhere
        .and("-x")
        .arg(format!("socks5h://127.0.0.1:{}", socks.port(CLEAR)))
        .run();
    verdict.must_be(&["proxy-refused"]);
    verdict.must_mention("connection refused by the destination");
}

/// The proxy is what cannot be reached, and the server is not blamed.
#[test]
fn proxies_that_are_not_there() {
    let call = Call::new("https://server.example:8443/").and("-m 5 --connect-timeout 3");
    let verdict = call
        .clone()
        .and("-x")
        .arg(format!("http://127.0.0.1:{}", free_port()))
        .run();
    verdict.must_be(&["tcp-refused"]);
    verdict.must_mention("the proxy 127.0.0.1 accepts no connections");
    let verdict = call.clone().and("-x http://proxy.invalid:3128").run();
    verdict.must_be(&["dns-failure"]);
    verdict.must_mention("the proxy proxy.invalid does not resolve");
    verdict.must_mention("--noproxy");
    // SOCKS 5 without h resolves the server's name here, and that is what fails.
    let verdict = Call::new("https://server.invalid/")
        .and("-m 5 -x socks5://127.0.0.1:1")
        .run();
    verdict.must_be(&["dns-failure"]);
    verdict.must_mention("server.invalid does not resolve");
}

#[test]
fn proxies_that_misbehave() {
    let cases: [(&str, Rogue, &str); 9] = [
        (
            "http",
            Rogue::answering("", End::Close),
            "ended the connection",
        ),
        ("http", Rogue::answering("", End::Silence), "did not answer"),
        (
            "http",
            Rogue::answering("SSH-2.0-x\r\n", End::Close),
            "SSH-2.0-x",
        ),
        (
            "http",
            Rogue::answering([21, 3, 3, 0, 2, 2, 70], End::Close),
            "speaks TLS itself",
        ),
        (
            "http",
            Rogue::answering("HTTP/1.1 503 Service Unavailable\r\n\r\n", End::Close),
            "503",
        ),
        (
            "socks5h",
            Rogue::answering("", End::Close),
            "ended the connection",
        ),
        (
            "socks5h",
            Rogue::answering("HTTP/1.1 400 Bad Request\r\n\r\n", End::Close),
            "HTTP/1.1 400",
        ),
        (
            "socks5h",
            Rogue::talking(
                false,
                &[&[5, 0], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
                End::Close,
            ),
            "not allowed by the rules",
        ),
        (
            "https",
            Rogue::answering("", End::Silence),
            "did not answer in time",
        ),
    ];
    std::thread::scope(|scope| {
        for (kind, rogue, words) in cases {
            scope.spawn(move || {
                let rogue = rogue;
                let verdict = Call::new("https://server.example:8443/")
                    .and("-m 2 -x")
                    .arg(format!("{kind}://127.0.0.1:{}", rogue.port))
                    .run();
                verdict.must_be(&["proxy-refused"]);
                verdict.must_mention(words);
                assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
            });
        }
    });
    // A header without end.
    let rogue = Rogue::start(|mut stream| {
        use std::io::Write as _;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let verdict = Call::new("https://server.example:8443/")
        .and("-m 5 -x")
        .arg(format!("http://127.0.0.1:{}", rogue.port))
        .run();
    verdict.must_be(&["proxy-refused"]);
}

/// What comes behind the tunnel is the server's own doing.
#[test]
fn what_the_server_says_through_a_tunnel_is_the_servers() {
    let established: &[u8] = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n";
    let ssh = [established, b"SSH-2.0-OpenSSH_9.2p1\r\n"].concat();
    let rogue = Rogue::answering(ssh, End::Silence);
    let call = |rogue: &Rogue| {
        Call::new("https://server.example:8443/")
            .and("-m 3 -x")
            .arg(format!("http://127.0.0.1:{}", rogue.port))
            .run()
    };
    let verdict = call(&rogue);
    verdict.must_be(&["not-tls"]);
    verdict.must_mention("port 8443 speaks SSH");
    let verdict = call(&Rogue::answering(established, End::Close));
    verdict.must_be(&["handshake-closed"]);
    let verdict = call(&Rogue::answering(established, End::Silence));
    verdict.must_be(&["handshake-timeout"]);
}

/// An HTTPS proxy is judged like any server.
#[test]
fn a_proxy_that_is_not_trusted() {
    if !peer("openssl") {
        return;
    }
    let Some(target) = Target::start() else {
        return;
    };
    let server = TinyProxy {
        ports: vec![target.port()],
        locked: false,
    };
    if !runnable(&server) {
        return;
    }
    let running = Running::start(&server, &[CLEAR, WITHIN_TLS], &target.pki);
    let proxy = format!("https://localhost:{}", running.port(WITHIN_TLS));
    let verdict = target.call().and("-x").arg(&proxy).run();
    verdict.must_be(&["proxy-refused"]);
    verdict.must_mention("its certificate is not trusted");
    verdict.must_mention("--proxy-cacert");
}

/// A way to log in that is not spoken here is named, and no password is said to be wrong.
#[test]
fn a_proxy_that_takes_no_passwords() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\
                   Proxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n";
    let call = |refusal: &str| {
        let rogue = Rogue::answering(refusal, End::Close);
        let verdict = Call::new("https://server.example:8443/")
            .and("-m 3 -x")
            .arg(format!("http://127.0.0.1:{}", rogue.port))
            .run();
        verdict.must_be(&["proxy-refused"]);
        verdict
    };
    let verdict = call(refusal);
    verdict.must_mention("takes only Negotiate, NTLM");
    verdict.must_mention("run a local proxy");
    let verdict = call(&refusal.replace("Negotiate\r\n", "Basic realm=\\\"x\\\"\r\n"));
    verdict.must_mention("wants a user and password");
}

/// Where TLS is spoken at once there is little to wait for, though the protocol's servers greet.
#[test]
fn a_port_for_tls_at_once_is_not_waited_for() {
    let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
    // Through the tunnel: nothing until it is spoken to, and then no TLS record that could be waited for.
    let rogue = Rogue::start(move |mut stream| {
        use std::io::{Read as _, Write as _};
        let mut heard = [0; 4096];
        let _ = stream.read(&mut heard);
        let _ = stream.write_all(established);
        let count = stream.read(&mut heard).unwrap_or_default();
        if heard[..count].first() == Some(&22) {
            // A ClientHello: refused with the alert handshake_failure.
            let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]);
        }
    });
    let verdict = Call::new("server.example:465")
        .and("--starttls smtp --no-experiments -m 60 -x")
        .arg(format!("http://127.0.0.1:{}", rogue.port))
        .run();
    verdict.must_be(&["no-shared-parameters"]);
    assert!(verdict.took < Duration::from_secs(20), "{:?}", verdict.took);
}
