//! `fullcert bundle`: a pile of files becomes one identity, and other people's software agrees that it did.

mod paths;
mod wrong;

use std::process::Command;

use crate::s_server::Server;
use crate::support::{Place, Ran, peer};

/// A folder with a root, two intermediates, a client's key and certificate, and files that do not belong.
struct Pile {
    place: Place,
}

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
const CLIENT: &str = "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n";

impl Pile {
    fn new() -> Self {
        let pile = Self {
            place: Place::new(),
        };
        pile.key("client");
        pile.root("root", "/CN=Test Root");
        pile.issue("inner", "/CN=Test Inner", "root", CA);
        pile.issue("outer", "/CN=Test Outer", "inner", CA);
        pile.issue("client", "/O=Acme/CN=api.acme.example", "outer", CLIENT);
        pile.root("stranger", "/CN=Stranger");
        pile
    }

    fn openssl(&self, line: &str) {
        self.place.judge(&format!("openssl {line}"));
    }

    fn key(&self, name: &str) {
        if !self.place.exists(&format!("{name}.key")) {
            self.openssl(&format!(
                "genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"
            ));
        }
    }

    fn root(&self, name: &str, subject: &str) {
        self.key(name);
        self.openssl(&format!(
            "req -x509 -new -key {name}.key -subj '{subject}' -days 3650 -out {name}.crt"
        ));
    }

    /// A certificate for the key `name.key`, signed by `issuer`.
    fn issue(&self, name: &str, subject: &str, issuer: &str, extensions: &str) {
        self.issue_as(name, name, subject, issuer, extensions, "-days 365");
    }

    fn issue_as(
        &self,
        file: &str,
        key: &str,
        subject: &str,
        issuer: &str,
        extensions: &str,
        validity: &str,
    ) {
        self.key(key);
        self.place.write("extensions.cnf", extensions);
        self.openssl(&format!(
            "req -new -key {key}.key -subj '{subject}' -out {file}.csr"
        ));
        self.openssl(&format!(
            "x509 -req -in {file}.csr -CA {issuer}.crt -CAkey {issuer}.key -CAcreateserial -extfile extensions.cnf {validity} -out {file}.crt"
        ));
    }

    fn bundle(&self, line: &str) -> Ran {
        self.place.line(&format!("bundle {line}"))
    }

    fn bundled(&self, line: &str) -> Ran {
        let ran = self.bundle(line);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran
    }

    /// An error of exit code 2 with a hint, after which none of `outputs` is there.
    fn refused(&self, line: &str) -> String {
        let ran = self.bundle(line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.starts_with("error: "), "{ran:?}");
        let usage = ran.stderr.contains("try '--help'");
        assert!(usage || ran.stderr.contains("\nhint: "), "{ran:?}");
        assert_eq!(ran.stdout, "", "{ran:?}");
        for output in ["out.pem", "out.p12", "out.jks"] {
            assert!(!self.place.exists(output), "{output} was written");
        }
        ran.stderr
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.place.read(name)).expect("text")
    }

    /// The certificates' subjects of a PEM file, in the order in which they stand.
    fn subjects(&self, name: &str) -> Vec<String> {
        self.openssl(&format!(
            "crl2pkcs7 -nocrl -certfile {name} -out listed.p7b"
        ));
        self.place
            .judge("openssl pkcs7 -in listed.p7b -print_certs -noout")
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("subject="))
            .map(|subject| subject.trim().to_owned())
            .collect()
    }
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

const WHOLE: [&str; 3] = [
    "O = Acme, CN = api.acme.example",
    "CN = Test Outer",
    "CN = Test Inner",
];

#[test]
fn any_order_gives_the_same_identity() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    pile.openssl("crl2pkcs7 -nocrl -certfile inner.crt -certfile root.crt -certfile stranger.crt -out ca-bundle.p7b");
    pile.openssl("x509 -in outer.crt -outform DER -out outer.der");
    std::fs::copy(pile.place.path("client.crt"), pile.place.path("copy.crt")).expect("copying");
    let mut files = [
        "client.key",
        "client.crt",
        "outer.der",
        "ca-bundle.p7b",
        "copy.crt",
    ];
    let mut first = None;
    permutations(&mut files, 0, &mut |order| {
        pile.bundled(&format!("{} -o out.pem --force", order.join(" ")));
        let written = pile.text("out.pem");
        assert_eq!(
            first.get_or_insert_with(|| written.clone()),
            &written,
            "{order:?}"
        );
    });
    assert_eq!(pile.subjects("out.pem"), WHOLE);
    assert!(
        pile.text("out.pem")
            .starts_with("-----BEGIN PRIVATE KEY-----")
    );
    let of = |what: &str| pile.place.judge(what).stdout;
    assert_eq!(
        of("openssl pkey -in out.pem -pubout"),
        of("openssl x509 -in out.pem -noout -pubkey")
    );
    pile.place
        .judge("openssl verify -purpose sslclient -CAfile root.crt -untrusted out.pem out.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let about = std::fs::metadata(pile.place.path("out.pem")).expect("metadata");
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }
}

fn permutations<'a>(files: &mut [&'a str], done: usize, visit: &mut dyn FnMut(&[&'a str])) {
    if done == files.len() {
        visit(files);
    }
    for next in done..files.len() {
        files.swap(done, next);
        permutations(files, done + 1, visit);
        files.swap(done, next);
    }
}

#[test]
fn the_account_says_what_went_in_and_what_stayed_out() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    std::fs::copy(pile.place.path("client.crt"), pile.place.path("copy.crt")).expect("copying");
    let ran = pile.bundled("client.key root.crt stranger.crt client.csr inner.crt client.crt outer.crt copy.crt -o out.pem");
    assert_eq!(ran.stderr, "");
    for part in [
        "CN=api.acme.example,O=Acme\n",
        "issued by  CN=Test Outer",
        "EC P-256, in client.key",
        "0  CN=api.acme.example,O=Acme  client.crt",
        "1    CN=Test Outer  outer.crt",
        "2      CN=Test Inner  inner.crt",
        "CN=Test Root  the root, left out",
        "root.crt: CN=Test Root, the root",
        "stranger.crt: CN=Stranger, which has nothing to do with this chain",
        "copy.crt: CN=api.acme.example,O=Acme, the same as client.crt",
        "client.csr: a signing request",
        "key, leaf and 2 intermediates",
        "fullcert probe https://HOST:PORT/ -E out.pem",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let ran = pile.bundled("client.key root.crt stranger.crt inner.crt client.crt outer.crt copy.crt -o out.pem --force --format json");
    let told = json(&ran);
    assert_eq!(told["schema"], "fullcert.bundle/1");
    assert_eq!(told["complete"], true);
    assert_eq!(told["chain"].as_array().map(Vec::len), Some(3));
    assert_eq!(told["chain"][0]["subject"], "CN=api.acme.example,O=Acme");
    assert_eq!(told["root"]["subject"], "CN=Test Root");
    assert_eq!(told["outputs"][0]["path"], "out.pem");
    let mut why: Vec<&str> = told["left_out"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["why"].as_str())
        .collect();
    why.sort_unstable();
    assert_eq!(why, ["duplicate", "root", "stranger"]);
}

#[test]
fn keystores_are_read_by_openssl_and_java() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    pile.place.write("password", "correct horse\n");
    let ran = pile.bundled("root.crt inner.crt outer.crt client.crt client.key -o out.p12 -o jks:store --password-file password");
    assert!(ran.stdout.contains("alias api.acme.example"), "{ran:?}");
    let listed = pile
        .place
        .judge("openssl pkcs12 -in out.p12 -passin file:password -nokeys");
    assert_eq!(listed.stdout.matches("BEGIN CERTIFICATE").count(), 3);
    assert!(listed.stdout.contains("friendlyName: api.acme.example"));
    pile.openssl("pkcs12 -in out.p12 -passin file:password -nocerts -noenc -out again.key");
    let public = |key: &str| {
        pile.place
            .judge(&format!("openssl pkey -in {key} -pubout"))
            .stdout
    };
    assert_eq!(public("again.key"), public("client.key"));
    if !peer("keytool") {
        return;
    }
    for store in ["out.p12", "store"] {
        let listed = pile
            .place
            .judge(&format!(
                "keytool -list -v -keystore {store} -storepass:file password"
            ))
            .stdout;
        for part in [
            "Your keystore contains 1 entry",
            "Alias name: api.acme.example",
            "Entry type: PrivateKeyEntry",
            "Certificate chain length: 3",
        ] {
            assert!(listed.contains(part), "{store}: {part}: {listed}");
        }
    }
    pile.bundled("root.crt inner.crt outer.crt client.crt client.key -o out.jks --alias Mine --password-file password");
    let listed = pile
        .place
        .judge("keytool -list -keystore out.jks -storepass:file password");
    assert!(listed.stdout.contains("mine, "), "{listed:?}");
}

#[test]
fn a_server_that_demands_a_certificate_accepts_it_through_curl() {
    if !peer("curl") {
        return;
    }
    let pile = Pile::new();
    pile.place.write("password", "correct horse");
    pile.bundled("stranger.crt outer.crt client.crt client.key inner.crt root.crt -o out.pem -o out.p12 --password-file password");
    pile.issue(
        "server",
        "/CN=localhost",
        "root",
        "subjectAltName=DNS:localhost\n",
    );
    let server = Server::start(&pile.place, "server.crt", "server.key", "root.crt");
    let call = |identity: &[&str]| {
        pile.place.run(
            Command::new("curl")
                .args(["-sS", "-m", "20", "--cacert", "root.crt"])
                .args([
                    "--connect-to",
                    &format!("localhost:1:127.0.0.1:{}", server.port),
                ])
                .args(identity)
                .arg("https://localhost:1/"),
        )
    };
    for identity in [
        &["-E", "out.pem"][..],
        &["--cert-type", "P12", "-E", "out.p12:correct horse"][..],
    ] {
        let ran = call(identity);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains("api.acme.example"), "{ran:?}");
    }
    assert_ne!(call(&["-E", "client.crt", "--key", "client.key"]).code, 0);
}
