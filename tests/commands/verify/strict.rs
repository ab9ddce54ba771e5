//! `--strict`: rules that most programs let be broken, each told as a warning without it.

use serde_json::Value;

use super::{Files, findings};
use crate::forge::Spec;

/// Where a chain is changed.
const LEAF: usize = 0;
const INNER: usize = 1;
const ROOT: usize = 2;

/// What is done to one certificate of a good chain, and a part of what is said of it.
type Rule = (usize, fn(Spec) -> Spec, &'static str);

const RFC5280: &[Rule] = &[
    (LEAF, |spec| Spec { serial: 0, ..spec }, "4.1.2.2"),
    (LEAF, |spec| Spec { serial: -9, ..spec }, "4.1.2.2"),
    (INNER, |spec| Spec { serial: 0, ..spec }, "4.1.2.2"),
    (
        LEAF,
        |spec| Spec {
            key_ids: false,
            ..spec
        },
        "Authority Key Identifier",
    ),
    (
        INNER,
        |spec| Spec {
            key_ids: false,
            ..spec
        },
        "Key Identifier",
    ),
    (
        LEAF,
        |spec| spec.with("subjectAltName", "DNS:_sip.example.com"),
        "4.2.1.6",
    ),
    (
        LEAF,
        |spec| spec.with("subjectAltName", "email:nobody"),
        "4.2.1.6",
    ),
    (
        LEAF,
        |spec| spec.with("subjectAltName", "URI:a/b"),
        "4.2.1.6",
    ),
    (LEAF, |spec| spec.with("1.3.6.1.5.5.7.1.1", "0500"), "4.2"),
    (
        INNER,
        |spec| spec.with("nameConstraints", "permitted;DNS:example.com"),
        "4.2.1.10",
    ),
    (
        INNER,
        |spec| spec.with("nameConstraints", "critical,permitted;DNS:.example.com"),
        "4.2.1.10",
    ),
    (
        ROOT,
        |spec| spec.with("nameConstraints", "permitted;DNS:example.com"),
        "4.2.1.10",
    ),
    (
        INNER,
        |spec| spec.with("policyConstraints", "inhibitPolicyMapping:0"),
        "4.2.1.11",
    ),
    (INNER, |spec| spec.with("inhibitAnyPolicy", "0"), "4.2.1.14"),
    (
        INNER,
        |spec| spec.with("basicConstraints", "CA:TRUE"),
        "not marked critical",
    ),
    (
        ROOT,
        |spec| spec.with("basicConstraints", "CA:TRUE"),
        "not marked critical",
    ),
];

/// Rules for servers of the Web PKI alone, on a chain that keeps them all otherwise.
const WEB: &[Rule] = &[
    (
        LEAF,
        |spec| Spec {
            name: "other.example.com",
            ..spec
        },
        "7.1.4.3",
    ),
    (
        LEAF,
        |spec| Spec {
            name: "API.example.com",
            ..spec
        },
        "7.1.4.3",
    ),
    (
        LEAF,
        |spec| Spec {
            name: "CN=api.example.com/CN=www.example.com",
            ..spec
        },
        "7.1.4.3",
    ),
    (LEAF, |spec| spec.with("subjectAltName", ""), "7.1.2.7.12"),
    (
        LEAF,
        |spec| {
            let names = "critical,DNS:api.example.com";
            spec.with("subjectAltName", names)
        },
        "7.1.2.7.12",
    ),
    (LEAF, |spec| spec.with("extendedKeyUsage", ""), "7.1.2.7.6"),
    (
        LEAF,
        |spec| spec.with("extendedKeyUsage", "critical,serverAuth"),
        "7.1.2.7.6",
    ),
    (
        LEAF,
        |spec| spec.with("extendedKeyUsage", "serverAuth,anyExtendedKeyUsage"),
        "7.1.2.7.10",
    ),
    (
        LEAF,
        |spec| spec.with("basicConstraints", "critical,CA:TRUE"),
        "7.1.2.7.8",
    ),
    (
        LEAF,
        |spec| Spec {
            key: "ed25519",
            ..spec
        },
        "7.1.3.1",
    ),
    (
        LEAF,
        |spec| Spec {
            key: "rsa2052",
            ..spec
        },
        "6.1.5",
    ),
    (
        ROOT,
        |spec| Spec {
            key: "rsa2052",
            ..spec
        },
        "6.1.5",
    ),
    (LEAF, |spec| Spec { version: 1, ..spec }, "7.1.1"),
    (
        ROOT,
        |spec| spec.with("extendedKeyUsage", "serverAuth"),
        "7.1.2.1.2",
    ),
];

fn files((place, change, _): &Rule, leaf: &'static str) -> Files {
    let mut specs = [Spec::leaf(leaf), Spec::ca("inner"), Spec::ca("root")];
    specs[*place] = change(specs[*place].clone());
    let [leaf, inner, root] = specs;
    Files::of(leaf, inner, root)
}

/// Everything that is said, in one text.
fn words(told: &Value) -> String {
    format!("{} {}", told["verdict"], told["findings"])
}

fn held(rules: &[Rule], leaf: &'static str, purpose: &str) {
    for rule in rules {
        let files = files(rule, leaf);
        let line = format!("chain.pem --cacert root.pem --purpose {purpose}");
        let told = files.told(&line);
        assert_eq!(told["verdict"]["code"], "ok", "{}: {told:#}", rule.2);
        let warned = findings(&told)
            .iter()
            .any(|code| *code == "strict-refuses" || code.starts_with("serial-"));
        assert!(warned, "{}: {told:#}", rule.2);
        let told = files.told(&format!("{line} --strict"));
        assert_eq!(
            told["verdict"]["code"],
            format!("{purpose}-cert-rejected"),
            "{}: {told:#}",
            rule.2
        );
        assert!(words(&told).contains(rule.2), "{}: {told:#}", rule.2);
    }
    let good = Files::of(Spec::leaf(leaf), Spec::ca("inner"), Spec::ca("root"));
    let told = good.told(&format!(
        "chain.pem --cacert root.pem --purpose {purpose} --strict"
    ));
    assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
    assert!(!findings(&told).contains(&"strict-refuses"), "{told:#}");
}

#[test]
fn certificates_are_held_to_rfc_5280() {
    held(RFC5280, "leaf", "client");
}

#[test]
fn servers_are_held_to_the_web_s_rules() {
    held(WEB, "api.example.com", "server");
}

#[test]
fn the_web_s_rules_are_no_business_of_clients() {
    let files = files(&WEB[0], "leaf");
    let told = files.told("chain.pem --cacert root.pem --purpose client --strict");
    assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
}

#[test]
fn whom_a_certificate_speaks_for_is_never_left_open() {
    let rules: &[Rule] = &[
        (
            LEAF,
            |spec| spec.with("nameConstraints", "permitted;DNS:example.com"),
            "4.2.1.10",
        ),
        (
            INNER,
            |spec| spec.with("2.5.29.30", "critical,3000"),
            "4.2.1.10",
        ),
        (
            LEAF,
            |spec| spec.with("keyUsage", "digitalSignature,keyCertSign"),
            "4.2.1.9",
        ),
        (ROOT, |spec| spec.with("basicConstraints", ""), "4.2.1.9"),
        (INNER, |spec| Spec { name: "", ..spec }, "4.1.2.6"),
        (LEAF, |spec| Spec { name: "", ..spec }, "4.1.2.6"),
    ];
    for rule in rules {
        let told = files(rule, "leaf").told("chain.pem --cacert root.pem");
        assert_eq!(
            told["verdict"]["code"], "client-cert-rejected",
            "{}: {told:#}",
            rule.2
        );
        assert!(words(&told).contains(rule.2), "{}: {told:#}", rule.2);
    }
    for (names, constraint, fine) in [
        ("DNS:*.example.com", "excluded;DNS:www.example.com", false),
        ("DNS:*.example.com", "excluded;DNS:WWW.Example.com", false),
        ("DNS:*.example.com", "excluded;DNS:a.www.example.com", true),
        ("DNS:*.example.com", "excluded;DNS:www.example.org", true),
        ("DNS:*.example.com", "permitted;DNS:example.com", true),
        ("DNS:.example.com", "permitted;DNS:example.com", false),
        ("DNS:a_b.example.com", "permitted;DNS:example.com", true),
        ("DNS:.example.com", "permitted;email:example.com", true),
        (
            "email:a@b@example.com",
            "permitted;email:example.com",
            false,
        ),
        ("email:a@example.com", "permitted;email:example.com", true),
        (
            "email:a@b.example.com",
            "permitted;email:example.com",
            false,
        ),
        (
            "email:a@b.example.com",
            "permitted;email:.example.com",
            true,
        ),
        ("email:a@example.com", "excluded;email:a@example.com", false),
        ("IP:192.0.2.7", "permitted;IP:192.0.2.0/255.255.255.0", true),
        (
            "IP:192.0.3.7",
            "permitted;IP:192.0.2.0/255.255.255.0",
            false,
        ),
        (
            "IP:2001:db8::7",
            "excluded;IP:2001:db8::/ffff:ffff::",
            false,
        ),
        (
            "URI:https://a.example.com/x",
            "permitted;URI:a.example.com",
            true,
        ),
        (
            "URI:https://a.example.com/x",
            "permitted;URI:.example.com",
            true,
        ),
        (
            "URI:https://a.example.com/x",
            "excluded;URI:a.example.com",
            false,
        ),
        (
            "URI:https://192.0.2.7/x",
            "permitted;URI:a.example.com",
            false,
        ),
    ] {
        let inner = Spec::ca("inner").with("nameConstraints", &format!("critical,{constraint}"));
        let leaf = Spec::leaf("leaf").with("subjectAltName", names);
        let told = Files::of(leaf, inner, Spec::ca("root")).told("chain.pem --cacert root.pem");
        let code = if fine { "ok" } else { "client-cert-rejected" };
        assert_eq!(
            told["verdict"]["code"], code,
            "{names} {constraint}: {told:#}"
        );
    }
}
