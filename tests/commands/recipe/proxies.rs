//! Two proxies with the printed lines in a configuration around them.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use super::{arrived, follow, place, steps};
use crate::serve::{Mirror, OURS};
use crate::support::process::Held;
use crate::support::{Place, find, peer};

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port()
}

/// Writes the recipe's file and gives its text.
fn fragment(place: &Place, client: &str, mirror: &Mirror) -> String {
    let mut text = String::new();
    for step in steps(place, client, "fullcert.pem", mirror.port()) {
        if let Some(file) = step.get("file") {
            assert!(follow(place, &step).is_none());
            text.push_str(file["text"].as_str().expect("a text"));
        }
    }
    text
}

/// Starts the proxy and calls the mirror through it.
fn through(place: &Place, mirror: &mut Mirror, client: &str, port: u16, command: &mut Command) {
    command.current_dir(place.path("."));
    let mut proxy = Held::start(command, &place.path("proxy.log"), "TERM");
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        let log = || String::from_utf8_lossy(&place.read("proxy.log")).into_owned();
        assert!(proxy.ended().is_none(), "{client}: {}", log());
        assert!(Instant::now() < until, "{client}: {}", log());
        std::thread::sleep(Duration::from_millis(10));
    }
    let url = format!("http://127.0.0.1:{port}/from/{client}?a=b&c=d");
    let ran = place.run(Command::new("curl").args(["-sS", "--noproxy", "*", "-m", "20", &url]));
    let log = String::from_utf8_lossy(&place.read("proxy.log")).into_owned();
    assert!(ran.stdout.starts_with("ok"), "{client}: {ran:?}\n{log}");
    loop {
        // A health check is a connection of its own.
        let event = mirror.next();
        if event["requests"][0]["target"] == format!("/from/{client}?a=b&c=d") {
            assert_eq!(event["verdict"]["code"], "ok", "{event}");
            assert_eq!(
                event["certificates"].as_array().map(Vec::len),
                Some(2),
                "{event}"
            );
            return;
        }
    }
}

#[test]
fn nginx() {
    if !peer("nginx") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    fragment(&place, "nginx", &mirror);
    let port = free_port();
    place.write(
        "nginx.conf",
        format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr; events {{ }}\n\
             http {{ access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n\
             server {{ listen 127.0.0.1:{port}; include upstream.conf; }} }}\n"
        ),
    );
    let folder = place.path("");
    let mut command = Command::new(find("nginx").expect("nginx"));
    command.arg("-p").arg(folder).args(["-c", "nginx.conf"]);
    through(&place, &mut mirror, "nginx", port, &mut command);
}

#[test]
fn haproxy() {
    if !peer("haproxy") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let backend = fragment(&place, "haproxy", &mirror);
    let port = free_port();
    place.write(
        "haproxy.cfg",
        format!(
            "defaults\n    mode http\n    timeout connect 10s\n    timeout client 20s\n    timeout server 20s\n\
             frontend front\n    bind 127.0.0.1:{port}\n    default_backend partner\n{backend}"
        ),
    );
    let mut command = Command::new(find("haproxy").expect("haproxy"));
    command.args(["-db", "-f", "haproxy.cfg"]);
    through(&place, &mut mirror, "haproxy", port, &mut command);
}

#[test]
fn a_proxy_that_is_not_told_to_present_anything_presents_nothing() {
    if !peer("nginx") || !peer("curl") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    let text = fragment(&place, "nginx", &mirror);
    assert!(text.contains("proxy_ssl_certificate "), "{text}");
    let ran = super::shell(
        &place,
        &format!(
            "curl -sS --cacert root.crt 'https://localhost:{}/x'",
            mirror.port()
        ),
    );
    assert!(ran.stdout.starts_with("client-cert-missing"), "{ran:?}");
    mirror.next();
    let ran = super::shell(
        &place,
        &format!(
            "curl -sS --cacert root.crt --cert fullcert.pem 'https://localhost:{}/from/curl?a=b&c=d'",
            mirror.port()
        ),
    );
    assert!(ran.stdout.starts_with("ok"), "{ran:?}");
    arrived(&mut mirror, "curl");
}
