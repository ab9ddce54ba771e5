//! `fullcert recipe`: what is printed is run, and the mirror says what arrived.

mod proxies;
mod words;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::serve::{self, Mirror, OURS};
use crate::support::{Place, Ran, peer};

/// A folder with the mirror's CA and server, and a client's identity in every form.
fn place() -> Place {
    let place = serve::place();
    serve::join(
        &place,
        "fullcert.pem",
        &["client.key", "client.crt", "issuing.crt"],
    );
    place.write("password.txt", "correct horse\n");
    place.ok([
        "bundle",
        "fullcert.pem",
        "-o",
        "id.p12",
        "-o",
        "id.jks",
        "--password-file",
        "password.txt",
        "--alias",
        "partner",
    ]);
    place
}

/// The recipe's steps.
fn steps(place: &Place, client: &str, cert: &str, port: u16) -> Vec<Value> {
    let url = format!("https://localhost:{port}/from/{client}?a=b&c=d");
    let ran = place.ok([
        "recipe",
        client,
        "-E",
        cert,
        "--cacert",
        "root.crt",
        "--url",
        &url,
        "--format",
        "json",
        "--in-password-file",
        "password.txt",
    ]);
    let recipe: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(recipe["schema"], "fullcert.recipe/1");
    assert_eq!(recipe["client"], client);
    recipe["steps"].as_array().expect("steps").clone()
}

/// Does what a step says.
fn follow(place: &Place, step: &Value) -> Option<Ran> {
    if let Some(file) = step.get("file") {
        let name = file["name"].as_str().expect("a name");
        place.write(name, file["text"].as_str().expect("a text"));
        return None;
    }
    let command = step["run"].as_str().unwrap_or_else(|| panic!("{step}"));
    Some(shell(place, command))
}

/// Runs a line in a shell that finds the program under test, without any proxy.
fn shell(place: &Place, line: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_fullcert"));
    let folder = program.parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command
        .args(["-c", line])
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("no_proxy", "*")
        .env("NO_PROXY", "*");
    place.run(&mut command)
}

/// Follows the whole recipe; the mirror must have seen the identity with its chain.
fn works(client: &str, needs: &[&str], certs: &[&str]) {
    if !needs.iter().all(|need| peer(need)) {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    for cert in certs {
        for made in ["client.p12", "client.jks", "trust.p12"] {
            let _ = std::fs::remove_file(place.path(made));
        }
        if !cert.starts_with("fullcert") {
            let _ = std::fs::rename(place.path("fullcert.pem"), place.path("kept.pem"));
        }
        let mut printed = String::new();
        for step in steps(&place, client, cert, mirror.port()) {
            if let Some(ran) = follow(&place, &step) {
                assert_eq!(ran.code, 0, "{client} with {cert}: {step}: {ran:?}");
                printed.push_str(&ran.stdout);
            }
        }
        assert!(printed.contains("ok"), "{client} with {cert}: {printed}");
        arrived(&mut mirror, client);
        let _ = std::fs::rename(place.path("kept.pem"), place.path("fullcert.pem"));
    }
}

fn arrived(mirror: &mut Mirror, client: &str) {
    let event = mirror.next();
    assert_eq!(event["verdict"]["code"], "ok", "{client}: {event}");
    assert_eq!(
        event["certificates"].as_array().map(Vec::len),
        Some(2),
        "{client}: {event}"
    );
    let target = format!("/from/{client}?a=b&c=d");
    assert_eq!(
        event["requests"][0]["target"],
        target.as_str(),
        "{client}: {event}"
    );
}

const ALL: &[&str] = &["fullcert.pem", "id.p12", "id.jks"];

#[test]
fn curl() {
    works("curl", &["curl"], ALL);
}

#[test]
fn wget() {
    works("wget", &["wget"], ALL);
}

#[test]
fn openssl() {
    works("openssl", &["openssl"], ALL);
}

#[test]
fn python() {
    works("python", &["python3"], ALL);
}

#[test]
fn node() {
    works("node", &["node"], ALL);
}

#[test]
fn go() {
    // Not among the peers: it is run where it is there.
    if crate::support::find("go").is_some() {
        works("go", &[], &["fullcert.pem"]);
    }
}

#[test]
fn ruby() {
    if crate::support::find("ruby").is_some() {
        works("ruby", &[], &["fullcert.pem"]);
    }
}

#[test]
fn java() {
    works("java", &["java"], ALL);
}

/// The part of the recipe that is ours, with an `HttpsURLConnection` as the connector opens it.
#[test]
fn wsc() {
    if !peer("java") {
        return;
    }
    let place = place();
    let mut mirror = Mirror::start(&place, OURS);
    place.write(
        "Main.java",
        "import java.net.*;\n\
         public class Main { public static void main(String[] args) throws Exception {\n\
         MutualTls.install();\n\
         HttpURLConnection connection = (HttpURLConnection) new URL(args[0]).openConnection(Proxy.NO_PROXY);\n\
         connection.addRequestProperty(\"Accept\", \"text/plain\");\n\
         System.out.println(new String(connection.getInputStream().readAllBytes())); } }\n",
    );
    for cert in ALL {
        let _ = std::fs::remove_file(place.path("client.p12"));
        let _ = std::fs::remove_file(place.path("trust.p12"));
        for step in steps(&place, "wsc", cert, mirror.port()) {
            if let Some(ran) = follow(&place, &step) {
                assert_eq!(ran.code, 0, "{step}: {ran:?}");
            }
        }
        let url = format!("https://localhost:{}/from/wsc?a=b&c=d", mirror.port());
        place.judge("javac MutualTls.java Main.java");
        let ran = place.judge(&format!("java -cp . Main {url}"));
        assert!(ran.stdout.starts_with("ok"), "{ran:?}");
        arrived(&mut mirror, "wsc");
    }
}
