//! `fullcert serve` and the server it stands on: what it tells of other people's clients, and what it does to them.

mod endurance;
mod http2;
mod library;
mod salesforce;
mod told;

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::support::{Place, Ran, words};

/// A folder with a CA, a server and clients made by the openssl command.
pub fn place() -> Place {
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

pub fn make(place: &Place, name: &str, subject: &str, issuer: &str, kind: &str) {
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

pub fn join(place: &Place, name: &str, parts: &[&str]) {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| place.read(part)).collect();
    place.write(name, bytes);
}

/// A running mirror, its lines read as they come.
pub struct Mirror {
    pub child: Child,
    lines: BufReader<ChildStdout>,
    pub first: Value,
}

impl Mirror {
    pub fn start(place: &Place, arguments: &str) -> Self {
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

    pub fn port(&self) -> u16 {
        let address = self.first["address"].as_str().expect("an address");
        address
            .parse::<std::net::SocketAddr>()
            .expect("an address")
            .port()
    }

    /// The next line.
    pub fn next(&mut self) -> Value {
        read(&mut self.lines)
    }

    pub fn signal(&self, name: &str) {
        // The shell's own: the program of that name is not everywhere.
        let line = format!("kill {name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &line]).status();
        assert!(sent.expect("sh runs").success());
    }

    /// Ctrl-C, then everything that is still said, and the exit code.
    pub fn stop(mut self) -> (Vec<Value>, i32) {
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

pub fn curl(place: &Place, mirror: &Mirror, arguments: &str) -> Ran {
    let url = format!("https://localhost:{}/hello?a=b", mirror.port());
    place.run(
        Command::new("curl")
            .args(["-sS", "--noproxy", "*", "--cacert", "root.crt", "-m", "20"])
            .args(words(arguments))
            .arg(url),
    )
}

pub const OURS: &str = "--cert server.pem --cacert root.crt";
