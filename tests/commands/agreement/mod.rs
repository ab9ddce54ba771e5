//! `fullcert verify` beside `openssl verify`, `certtool` and rustls-webpki, over chains with one thing wrong each.
//!
//! Where judges differ, [`KNOWN`] says why; a difference it does not hold fails the test, and so does a row of it
//! that no case bears out.

mod cases;
mod known;

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use openssl::x509::X509;

use crate::forge::now;
use crate::support::{Place, find, peer};

use cases::{Case, cases};
use known::KNOWN;

/// Whether each judge accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Verdicts {
    ours: bool,
    openssl: bool,
    gnutls: Option<bool>,
    rustls: bool,
}

#[test]
fn every_judge_agrees_or_the_table_says_why_not() {
    if !peer("openssl") {
        return;
    }
    let cases = cases();
    assert!(cases.len() >= 150, "{} cases", cases.len());
    let ids: HashSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len(), "every case has a name of its own");
    let gnutls = peer("certtool");
    let next = AtomicUsize::new(0);
    let differing = Mutex::new(Vec::new());
    let codes = Mutex::new(HashSet::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let place = Place::new();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (code, verdicts) = judge(&place, case, gnutls);
                    codes.lock().expect("nobody panicked").insert(code);
                    let mut differing = differing.lock().expect("nobody panicked");
                    for (who, differs) in [
                        ("openssl", verdicts.openssl != verdicts.ours),
                        (
                            "gnutls",
                            verdicts
                                .gnutls
                                .is_some_and(|gnutls| gnutls != verdicts.ours),
                        ),
                        ("rustls", verdicts.rustls != verdicts.ours),
                    ] {
                        if differs {
                            differing.push((case.id.clone(), who, verdicts));
                        }
                    }
                }
            });
        }
    });
    // Revocation and the private key are no part of a chain, and have tests of their own.
    let codes = codes.into_inner().expect("nobody panicked");
    for code in [
        "ok",
        "client-cert-expired",
        "server-cert-expired",
        "client-cert-not-yet-valid",
        "server-cert-not-yet-valid",
        "client-cert-wrong-purpose",
        "server-cert-wrong-purpose",
        "client-cert-self-signed",
        "server-cert-self-signed",
        "client-issuer-unknown",
        "server-issuer-unknown",
        "client-chain-incomplete",
        "server-chain-incomplete",
        "client-cert-weak",
        "client-cert-rejected",
        "server-cert-rejected",
        "server-name-mismatch",
    ] {
        assert!(codes.contains(code), "no case comes to {code}: {codes:?}");
    }
    let differing = differing.into_inner().expect("nobody panicked");
    let row = |id: &str, who: &str| {
        KNOWN
            .iter()
            .find(|(prefix, judge, _)| *judge == who && id.starts_with(prefix))
    };
    let unexplained: Vec<_> = differing
        .iter()
        .filter(|(id, who, _)| row(id, who).is_none())
        .collect();
    assert!(
        unexplained.is_empty(),
        "{} of {} cases: {unexplained:#?}",
        unexplained.len(),
        cases.len()
    );
    let idle: Vec<_> = KNOWN
        .iter()
        .filter(|(_, judge, _)| gnutls || *judge != "gnutls")
        .filter(|(prefix, judge, _)| {
            !differing
                .iter()
                .any(|(id, who, _)| who == judge && id.starts_with(prefix))
        })
        .collect();
    assert!(idle.is_empty(), "rows that no case bears out: {idle:#?}");
}

fn judge(place: &Place, case: &Case, gnutls: bool) -> (String, Verdicts) {
    let pem = |one: &X509| String::from_utf8(one.to_pem().expect("PEM")).expect("text");
    place.write("chain.pem", case.chain.iter().map(pem).collect::<String>());
    place.write("leaf.pem", pem(&case.chain[0]));
    place.write("root.pem", pem(&case.root));
    let at = format!("@{}", now());
    let mut args = vec![
        "verify",
        "chain.pem",
        "--cacert",
        "root.pem",
        "--format",
        "json",
    ];
    args.extend(["--at", &at, "--purpose", case.purpose]);
    args.extend(case.host.iter().flat_map(|host| ["--host", host]));
    let ran = place.fullcert(args);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {ran:?}", case.id));
    let told = &told["files"][0];
    let ours = told["verdict"]["code"] == "ok";
    assert_eq!(ran.code, i32::from(!ours), "{}: {ran:?}", case.id);
    let found = |code: &str| {
        told["findings"]
            .as_array()
            .is_some_and(|list| list.iter().any(|finding| finding["code"] == code))
    };
    let rustls = if ours {
        !found("rustls-refuses")
    } else {
        found("rustls-accepts")
    };
    let openssl = openssl(place, case);
    if let (false, false, Some(number)) = (ours, openssl.is_empty(), number(told)) {
        assert!(
            openssl.contains(&number),
            "{}: the verdict names error {number}, and openssl finds {openssl:?}: {told:#}",
            case.id
        );
    }
    let code = told["verdict"]["code"].as_str().unwrap_or_default();
    let verdicts = Verdicts {
        ours,
        openssl: openssl.is_empty(),
        gnutls: gnutls.then(|| certtool(place, case)),
        rustls,
    };
    (code.to_owned(), verdicts)
}

/// The number in "OpenSSL says: … (verify error 10) at depth 0".
fn number(told: &serde_json::Value) -> Option<u32> {
    told["verdict"]["because"]
        .as_array()?
        .iter()
        .find_map(|fact| {
            let (_, rest) = fact.as_str()?.split_once("(verify error ")?;
            rest.split_once(')')?.0.parse().ok()
        })
}

/// The errors of `openssl verify`; none where it accepts.
fn openssl(place: &Place, case: &Case) -> Vec<u32> {
    let (at, purpose) = (now().to_string(), format!("ssl{}", case.purpose));
    let mut command = std::process::Command::new("openssl");
    command.args(["verify", "-attime", &at, "-purpose", &purpose]);
    command.args([
        "-auth_level",
        "2",
        "-policy",
        "2.5.29.32.0",
        "-partial_chain",
    ]);
    command.args([
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "chain.pem",
    ]);
    match case.host {
        Some(host) if host.parse::<std::net::IpAddr>().is_ok() => {
            command.args(["-verify_ip", host]);
        }
        Some(host) => {
            command.args(["-verify_hostname", host]);
        }
        None => {}
    }
    let ran = place.run(command.arg("leaf.pem"));
    let errors: Vec<u32> = ran
        .stderr
        .lines()
        .chain(ran.stdout.lines())
        .filter_map(|line| line.strip_prefix("error ")?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(ran.code == 0, errors.is_empty(), "{}: {ran:?}", case.id);
    errors
}

fn certtool(place: &Place, case: &Case) -> bool {
    let usage = if case.purpose == "client" {
        "1.3.6.1.5.5.7.3.2"
    } else {
        "1.3.6.1.5.5.7.3.1"
    };
    let mut command = std::process::Command::new(find("certtool").expect("it is there"));
    command.args([
        "--verify",
        "--load-ca-certificate",
        "root.pem",
        "--infile",
        "chain.pem",
    ]);
    command.args(["--verify-purpose", usage, "--verify-profile", "medium"]);
    if let Some(host) = case.host {
        command.args(["--verify-hostname", host]);
    }
    place.run(&mut command).code == 0
}
