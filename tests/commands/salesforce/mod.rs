//! `fullcert salesforce check` against both orgs: the persona, and one written in Python that reads what is sent.

mod persona;
mod python;

use std::process::Command;

use serde_json::Value;

use crate::support::{Place, Ran, words};

/// A password with everything that XML has to escape.
pub const PASSWORD: &str = "p&ss <wörd>\"'Tok3n";
pub const USER: &str = "api&me@acme.example";

/// A check of the org whose ports these are.
pub fn check(place: &Place, login: &str, mtls: u16, arguments: &str) -> Ran {
    let line = line(place, login, mtls, arguments);
    told(place.run(Command::new(env!("CARGO_BIN_EXE_fullcert")).args(line)))
}

/// The same with a file on standard input.
pub fn check_with(place: &Place, input: &str, login: &str, mtls: u16, arguments: &str) -> Ran {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("cat {input} | \"$0\" \"$@\"")]);
    shell.arg(env!("CARGO_BIN_EXE_fullcert"));
    told(place.run(shell.args(line(place, login, mtls, arguments))))
}

fn line(place: &Place, login: &str, mtls: u16, arguments: &str) -> Vec<String> {
    place.write("password.txt", format!("{PASSWORD}\n"));
    let mut line = words("salesforce check --cacert root.crt --password-file password.txt -m 20");
    line.extend(["--username".into(), USER.into()]);
    line.extend(["--login-url".into(), login.into()]);
    line.extend(["--mtls-port".into(), mtls.to_string()]);
    line.extend(words(arguments));
    line
}

/// As [`check`], of a session that was begun elsewhere.
pub fn instance(place: &Place, url: &str, mtls: u16, session: &str, arguments: &str) -> Ran {
    let mut line = words("salesforce check --cacert root.crt --session-id-env SESSION -m 20");
    line.extend(["--instance".into(), url.into()]);
    line.extend(["--mtls-port".into(), mtls.to_string()]);
    line.extend(words(arguments));
    let mut command = Command::new(env!("CARGO_BIN_EXE_fullcert"));
    told(place.run(command.args(line).env("SESSION", session)))
}

/// What was printed, in which no secret may stand, whole or in the forms it is sent in.
fn told(ran: Ran) -> Ran {
    for text in [&ran.stdout, &ran.stderr] {
        for secret in ["Tok3n", "wörd", "Secret_Session", "!AQ"] {
            assert!(!text.contains(secret), "{secret} is printed: {ran:?}");
        }
    }
    ran
}

pub fn json(ran: &Ran) -> Value {
    let value: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!(value["schema"], "fullcert.salesforce/1");
    value
}

/// Every step with how it went.
pub fn steps(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    value["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| (text(&step["name"]), text(&step["status"])))
        .collect()
}

pub fn went(steps: &[(String, String)], name: &str) -> String {
    steps
        .iter()
        .find(|(known, _)| known == name)
        .map_or_else(String::new, |(_, status)| status.clone())
}
