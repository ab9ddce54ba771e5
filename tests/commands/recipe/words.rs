//! What a recipe says: the user's own names in it, whatever they look like.

use serde_json::Value;

use super::{place, shell};
use crate::support::{Place, peer};

/// These name no host: what they make is used for any.
const FOR_ANY_HOST: &[&str] = &["okhttp", "apache-httpclient", "jetty-client", "kubernetes"];

fn names(place: &Place) -> Vec<String> {
    let help = place.ok(["recipe", "--help"]).stdout;
    let from = help.find("CLIENT").expect("the argument");
    let list: Vec<String> = fullcert::recipe::CLIENTS
        .iter()
        .map(|client| client.name.to_owned())
        .collect();
    for name in &list {
        assert!(help[from..].contains(name.as_str()), "{name}: {help}");
    }
    list
}

#[test]
fn every_client_has_a_recipe_without_holes() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let names = names(&place);
    assert_eq!(names.len(), 24);
    for client in &names {
        for cert in ["fullcert.pem", "id.p12", "id.jks", "client.crt"] {
            let mut arguments = vec![
                "recipe",
                client,
                "-E",
                cert,
                "--in-password-file",
                "password.txt",
            ];
            if cert == "client.crt" {
                arguments.extend([
                    "--key",
                    "client.key",
                    "--url",
                    "api.example.com",
                    "--cacert",
                    "root.crt",
                ]);
            }
            let text = place.ok(arguments).stdout;
            assert!(text.starts_with(client.as_str()), "{text}");
            assert!(text.contains("wrong by habit"), "{text}");
            for sign in ["@CERT@", "@URL@", "@TRUST@", "\n?", "\n!", "None"] {
                assert!(!text.contains(sign), "{client} {cert}: {sign}: {text}");
            }
            if cert == "client.crt" {
                assert!(
                    text.contains("$ fullcert bundle client.crt client.key -o "),
                    "{text}"
                );
                assert!(
                    text.contains("api.example.com") || FOR_ANY_HOST.contains(&client.as_str()),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn the_file_says_its_form_and_its_alias() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    // The name lies, the content does not.
    std::fs::copy(place.path("id.jks"), place.path("store.bin")).expect("a copy");
    let text = place.line("recipe jetty-client -E store.bin").stdout;
    assert!(text.contains("ssl.setKeyStoreType(\"JKS\");"), "{text}");
    assert!(text.contains("ssl.setCertAlias(\"partner\");"), "{text}");
    let text = place.line("recipe salesforce-callout -E id.jks").stdout;
    assert!(
        text.contains("setClientCertificateName('partner')"),
        "{text}"
    );
    // A PKCS#12 shows its aliases to nobody without the password.
    let text = place.line("recipe jetty-client -E id.p12").stdout;
    assert!(!text.contains("setCertAlias"), "{text}");
    let text = place
        .line("recipe jetty-client -E id.p12 --in-password-file password.txt")
        .stdout;
    assert!(text.contains("ssl.setCertAlias(\"partner\");"), "{text}");
    let text = place
        .line("recipe jetty-client -E id.p12 --alias other")
        .stdout;
    assert!(text.contains("ssl.setCertAlias(\"other\");"), "{text}");
}

#[test]
fn a_file_without_a_key_needs_one() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let ran = place.line("recipe curl -E client.crt");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("client.crt holds no private key"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("--key"), "{ran:?}");
}

#[test]
fn names_with_blanks_and_quotes_stay_whole() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    let name = "it's my \"id\" $HOME.pem";
    std::fs::copy(place.path("fullcert.pem"), place.path(name)).expect("a copy");
    let ran = place.fullcert([
        "recipe",
        "curl",
        "-E",
        name,
        "--url",
        "localhost:1",
        "--format",
        "json",
    ]);
    let recipe: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let command = recipe["steps"][0]["run"].as_str().expect("a command");
    let ran = shell(&place, &command.replace("curl ", "printf '%s\\n' "));
    assert!(ran.stdout.lines().any(|line| line == name), "{ran:?}");
    let ran = place.fullcert(["recipe", "python", "-E", name, "--format", "json"]);
    let recipe: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let text = recipe["steps"][0]["file"]["text"].as_str().expect("a text");
    assert!(
        text.contains("load_cert_chain(\"it's my \\\"id\\\" $HOME.pem\")"),
        "{text}"
    );
}

#[test]
fn a_password_is_never_printed() {
    if !peer("openssl") {
        return;
    }
    let place = place();
    for client in names(&place) {
        let ran = place.ok([
            "recipe",
            &client,
            "-E",
            "id.p12",
            "--in-password-file",
            "password.txt",
        ]);
        assert!(!ran.stdout.contains("correct horse"), "{client}");
    }
}
