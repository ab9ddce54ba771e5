//! Through proxies: tinyproxy and microsocks as they are, stunnel before one for TLS, curl as the judge of what the
//! environment means.

mod failures;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::nginx::Nginx;
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;
use crate::support::process::free_port;

const USER: &str = "operator:s3cret-of-the-proxy";

/// Where a proxy listens in the clear, and where within TLS.
const CLEAR: Site = site(Tls::Only12);
const WITHIN_TLS: Site = site(Tls::Only13);

const fn site(tls: Tls) -> Site {
    Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    }
}

/// CONNECT, to some ports only.
struct TinyProxy {
    ports: Vec<u16>,
    locked: bool,
}

impl Server for TinyProxy {
    fn name(&self) -> &'static str {
        "tinyproxy"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["tinyproxy", "stunnel4"]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let port = sites[0].1;
        let mut text = format!("Port {port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 50\n");
        for port in &self.ports {
            let _ = writeln!(text, "ConnectPort {port}");
        }
        if self.locked {
            let _ = writeln!(text, "BasicAuth {}", USER.replace(':', " "));
        }
        let config = folder.join("tinyproxy.conf");
        fs::write(&config, text).expect("a configuration");
        let mut processes = vec![Process::new("tinyproxy", "-d -c {}", &[&config])];
        if let Some((_, secure)) = sites.get(1) {
            let shown = pki.server(Shown::Good);
            let text = format!(
                "foreground = yes\npid =\nsyslog = no\n[proxy]\naccept = 127.0.0.1:{secure}\n\
                 connect = 127.0.0.1:{port}\ncert = {}\nkey = {}\n",
                shown.chain.display(),
                shown.key.display()
            );
            let config = folder.join("stunnel.conf");
            fs::write(&config, text).expect("a configuration");
            processes.push(Process::new("stunnel4", "{}", &[&config]));
        }
        processes
    }
}

/// SOCKS 5.
struct Microsocks {
    locked: bool,
}

impl Server for Microsocks {
    fn name(&self) -> &'static str {
        "microsocks"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["microsocks"]
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], _: &Pki) -> Vec<Process> {
        let port = sites[0].1.to_string();
        let (user, password) = USER.split_once(':').expect("two parts");
        let mut process = Process::new("microsocks", "-i 127.0.0.1 -p {}", &[&port]);
        if self.locked {
            let more = ["-u", user, "-P", password];
            process.args.extend(more.map(Into::into));
        }
        vec![process]
    }
}

/// nginx demanding a certificate, to be reached through proxies.
struct Target {
    pki: std::sync::Arc<Pki>,
    running: Running,
}

impl Target {
    fn start() -> Option<Self> {
        let pki = Pki::shared();
        runnable(&Nginx).then(|| Self {
            running: Running::start(&Nginx, &[site(Tls::Only13)], &pki),
            pki,
        })
    }

    fn port(&self) -> u16 {
        self.running.port(site(Tls::Only13))
    }

    fn call(&self) -> Call {
        Call::new(format!("https://localhost:{}/", self.port()))
            .with(self.pki.client(Client::GoodEc))
            .trusting(self.pki.server_root())
            .and("-m 10")
    }
}

/// The proxy is named, and what opens it is nowhere.
#[track_caller]
fn must_keep_the_secret(verdict: &Verdict) {
    let (user, password) = USER.split_once(':').expect("two parts");
    // "operator:s3cret-of-the-proxy" in base64, as it is sent.
    for secret in [
        user,
        password,
        "b3BlcmF0b3I6czNjcmV0LW9mLXRoZS1wcm94eQ==",
        "Basic ",
    ] {
        assert!(!verdict.text.contains(secret), "{secret}: {}", verdict.text);
    }
}

#[test]
fn calls_go_through() {
    if !peer("openssl") {
        return;
    }
    let Some(target) = Target::start() else {
        return;
    };
    let open = TinyProxy {
        ports: vec![target.port()],
        locked: false,
    };
    if !runnable(&open) || !runnable(&Microsocks { locked: false }) {
        return;
    }
    let http = Running::start(&open, &[CLEAR, WITHIN_TLS], &target.pki);
    let socks = Running::start(&Microsocks { locked: false }, &[CLEAR], &target.pki);
    let trust = target.pki.server_root().display().to_string();
    for (proxy, more) in [
        (format!("http://127.0.0.1:{}", http.port(CLEAR)), ""),
        (
            format!("https://localhost:{}", http.port(WITHIN_TLS)),
            "--proxy-cacert",
        ),
        (format!("socks5://127.0.0.1:{}", socks.port(CLEAR)), ""),
        (format!("socks5h://127.0.0.1:{}", socks.port(CLEAR)), ""),
    ] {
        let call = target.call().and("-x").arg(&proxy);
        let call = if more.is_empty() {
            call
        } else {
            call.and(more).arg(&trust)
        };
        let verdict = call.run();
        verdict.must_be(&["ok"]);
        verdict.must_mention("proxy-used");
        let tunnel = &verdict.evidence["call"]["tunnel"];
        assert_eq!(tunnel["proxy"], proxy, "{}", verdict.text);
        assert_eq!(tunnel["talk"]["outcome"], "agreed", "{}", verdict.text);
        // An address that is given is what the proxy is asked for.
        let verdict = call
            .clone()
            .and(&format!("--resolve localhost:{}:127.0.0.1", target.port()))
            .run();
        verdict.must_be(&["ok"]);
        let tunnel = &verdict.evidence["call"]["tunnel"];
        assert_eq!(
            tunnel["destination"],
            format!("127.0.0.1:{}", target.port()),
            "{}",
            verdict.text
        );
        // What is wrong with the certificate is seen just as well.
        let verdict = call.clone().with(target.pki.client(Client::Expired)).run();
        verdict.must_be(&["client-cert-expired"]);
    }
}

#[test]
fn proxies_that_want_to_know_who_asks() {
    if !peer("openssl") {
        return;
    }
    let Some(target) = Target::start() else {
        return;
    };
    let http = TinyProxy {
        ports: vec![target.port()],
        locked: true,
    };
    let socks = Microsocks { locked: true };
    if !runnable(&http) || !runnable(&socks) {
        return;
    }
    let http = Running::start(&http, &[CLEAR], &target.pki);
    let socks = Running::start(&socks, &[CLEAR], &target.pki);
    let place = crate::support::Place::new();
    let good = place.write("user", format!("{USER}\n"));
    let bad = place.write("wrong", "operator:another\n");
    for proxy in [
        format!("http://127.0.0.1:{}", http.port(CLEAR)),
        format!("socks5h://127.0.0.1:{}", socks.port(CLEAR)),
    ] {
        let call = target.call().and("-x").arg(&proxy);
        let verdict = call.run();
        verdict.must_be(&["proxy-refused"]);
        verdict.must_mention("wants a user and password");
        verdict.must_mention("--proxy-user-file");
        let verdict = call
            .clone()
            .and("--proxy-user-file")
            .arg(bad.display().to_string())
            .run();
        verdict.must_be(&["proxy-refused"]);
        verdict.must_mention("refuses the user and password");
        assert!(!verdict.text.contains("another"), "{}", verdict.text);
        let verdict = call
            .clone()
            .and("--proxy-user-file")
            .arg(good.display().to_string())
            .run();
        verdict.must_be(&["ok"]);
        must_keep_the_secret(&verdict);
        let verdict = call
            .clone()
            .and("--proxy-user-env PROXY_USER")
            .env("PROXY_USER", USER)
            .run();
        verdict.must_be(&["ok"]);
        must_keep_the_secret(&verdict);
        // As people have it in their environment.
        let url = proxy.replace("://", &format!("://{USER}@"));
        let verdict = target.call().env("HTTPS_PROXY", url.clone()).run();
        verdict.must_be(&["ok"]);
        verdict.must_mention("HTTPS_PROXY");
        must_keep_the_secret(&verdict);
        // On the command line everybody could read it.
        let ran = place.fullcert(["probe", "https://localhost/", "-x", &url]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("--proxy-user-file"), "{ran:?}");
        assert!(!ran.stderr.contains("s3cret"), "{ran:?}");
    }
}

/// The same variables and flags lead the same way as for curl.
#[test]
fn the_environment_means_what_it_means_to_curl() {
    if !peer("openssl") {
        return;
    }
    let Some(target) = Target::start() else {
        return;
    };
    if !peer("curl") {
        return;
    }
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let cases: [(&[(&str, &str)], &str); 13] = [
        (&[("https_proxy", "P")], ""),
        (&[("HTTPS_PROXY", "P")], ""),
        (&[("ALL_PROXY", "P")], ""),
        (&[("HTTP_PROXY", "P")], ""),
        (&[("https_proxy", "P"), ("no_proxy", "localhost")], ""),
        (&[("https_proxy", "P"), ("NO_PROXY", "host,.localhost")], ""),
        (&[("https_proxy", "P"), ("no_proxy", "*")], ""),
        (&[("https_proxy", "P"), ("no_proxy", "ocalhost")], ""),
        (
            &[("https_proxy", "P"), ("no_proxy", "localhost")],
            "--noproxy other",
        ),
        (&[("https_proxy", "P")], "--noproxy *"),
        (&[("https_proxy", "P")], "--proxy="),
        (&[("all_proxy", "P"), ("no_proxy", "127.0.0.0/8")], ""),
        (&[("https_proxy", ""), ("ALL_PROXY", "P")], ""),
    ];
    for (variables, flags) in cases {
        let mut call = target.call();
        let mut curl = Command::new("curl");
        for name in ["https_proxy", "http_proxy", "all_proxy", "no_proxy"] {
            curl.env_remove(name).env_remove(name.to_uppercase());
        }
        for (name, value) in variables {
            let value = value.replace('P', &nowhere);
            call = call.env(name, &value);
            curl.env(name, &value);
        }
        let flags: Vec<&str> = match flags {
            "--proxy=" => vec!["--proxy", ""],
            flags => flags.split_whitespace().collect(),
        };
        for flag in &flags {
            call = call.arg(*flag);
        }
        let output = curl
            .args(["-sS", "-o", "/dev/null", "-m", "10", &call.url, "--cacert"])
            .arg(target.pki.server_root())
            .arg("-E")
            .arg(target.pki.client(Client::GoodEc).expect("a file"))
            .args(&flags)
            .env("CURL_HOME", "/nonexistent")
            .output()
            .expect("curl runs");
        let verdict = call.run();
        let straight = verdict.code == "ok";
        assert!(
            straight || verdict.code == "tcp-refused",
            "{}",
            verdict.text
        );
        assert_eq!(
            output.status.success(),
            straight,
            "{variables:?} {flags:?}: curl says {output:?}"
        );
    }
}
