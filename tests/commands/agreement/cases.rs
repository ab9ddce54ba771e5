//! Chains with one thing wrong each.

use openssl::x509::X509;

use crate::forge::Spec;

/// One chain to be judged.
pub struct Case {
    pub id: String,
    /// Leaf first, without the root.
    pub chain: Vec<X509>,
    pub root: X509,
    pub purpose: &'static str,
    pub host: Option<&'static str>,
}

/// A good chain, before one thing of it is changed.
#[derive(Clone)]
struct Good {
    leaf: Spec,
    inner: Spec,
    root: Spec,
}

impl Good {
    fn new() -> Self {
        Self {
            leaf: Spec::leaf("leaf"),
            inner: Spec::ca("inner"),
            root: Spec::ca("root"),
        }
    }

    fn at(&mut self, position: &str) -> &mut Spec {
        match position {
            "leaf" => &mut self.leaf,
            "inner" => &mut self.inner,
            _ => &mut self.root,
        }
    }

    fn case(&self, id: String, purpose: &'static str) -> Case {
        Case {
            id,
            chain: vec![self.leaf.by(&self.inner), self.inner.by(&self.root)],
            root: self.root.by(&self.root),
            purpose,
            host: None,
        }
    }
}

const PURPOSES: [&str; 2] = ["client", "server"];
const POSITIONS: [&str; 3] = ["leaf", "inner", "root"];

/// One change at one place, for both purposes where it matters.
fn changed(
    cases: &mut Vec<Case>,
    id: &str,
    positions: &[&str],
    purposes: &[&'static str],
    change: impl Fn(Spec) -> Spec,
) {
    for position in positions {
        for purpose in purposes {
            let mut good = Good::new();
            let spec = good.at(position);
            *spec = change(spec.clone());
            cases.push(good.case(format!("{id}/{position}/{purpose}"), purpose));
        }
    }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for purpose in PURPOSES {
        cases.push(Good::new().case(format!("good/{purpose}"), purpose));
    }
    validity(&mut cases);
    purposes(&mut cases);
    authorities(&mut cases);
    keys(&mut cases);
    names(&mut cases);
    forms(&mut cases);
    paths(&mut cases);
    cases
}

fn validity(cases: &mut Vec<Case>) {
    for (id, from, to) in [
        ("expired", -30, -1),
        ("not-yet-valid", 1, 300),
        ("backwards", 30, -30),
    ] {
        changed(cases, id, &POSITIONS, &PURPOSES, |spec| Spec {
            from,
            to,
            ..spec
        });
    }
    changed(
        cases,
        "issuer-ends-first",
        &["inner"],
        &["client"],
        |spec| Spec { to: 10, ..spec },
    );
}

fn purposes(cases: &mut Vec<Case>) {
    for (id, usage) in [
        ("none", ""),
        ("client", "clientAuth"),
        ("server", "serverAuth"),
        ("any", "anyExtendedKeyUsage"),
        ("email", "emailProtection"),
        ("critical", "critical,clientAuth,serverAuth"),
        ("any-and-email", "anyExtendedKeyUsage,emailProtection"),
    ] {
        changed(
            cases,
            &format!("eku-{id}"),
            &["leaf", "inner"],
            &PURPOSES,
            |spec| spec.with("extendedKeyUsage", usage),
        );
    }
    for (id, usage) in [
        ("none", ""),
        ("encipherment", "critical,keyEncipherment"),
        ("agreement", "critical,keyAgreement"),
        ("cert-sign", "critical,keyCertSign"),
        ("both", "critical,digitalSignature,keyEncipherment"),
        ("not-critical", "digitalSignature"),
    ] {
        changed(cases, &format!("ku-{id}"), &["leaf"], &PURPOSES, |spec| {
            spec.with("keyUsage", usage)
        });
    }
}

fn authorities(cases: &mut Vec<Case>) {
    for (id, usage) in [
        ("none", ""),
        ("crl-sign", "critical,cRLSign"),
        ("signature", "critical,digitalSignature"),
        ("not-critical", "keyCertSign"),
    ] {
        changed(
            cases,
            &format!("ca-ku-{id}"),
            &["inner", "root"],
            &["client"],
            |spec| spec.with("keyUsage", usage),
        );
    }
    for (id, constraints) in [
        ("none", ""),
        ("not-a-ca", "critical,CA:FALSE"),
        ("not-critical", "CA:TRUE"),
        ("length-0", "critical,CA:TRUE,pathlen:0"),
        ("length-1", "critical,CA:TRUE,pathlen:1"),
    ] {
        changed(
            cases,
            &format!("bc-{id}"),
            &["inner", "root"],
            &["client"],
            |spec| spec.with("basicConstraints", constraints),
        );
    }
    changed(cases, "bc-ca", &["leaf"], &PURPOSES, |spec| {
        spec.with("basicConstraints", "critical,CA:TRUE")
    });
    changed(cases, "bc-none", &["leaf"], &["client"], |spec| {
        spec.with("basicConstraints", "")
    });
}

fn keys(cases: &mut Vec<Case>) {
    for key in [
        "rsa1024",
        "rsa2048",
        "rsa3072",
        "p224",
        "p384",
        "p521",
        "secp256k1",
        "ed25519",
        "ed448",
        "dsa2048",
    ] {
        changed(
            cases,
            &format!("key-{key}"),
            &["leaf", "inner"],
            &["client"],
            |spec| Spec { key, ..spec },
        );
    }
    changed(cases, "key-rsa1024", &["root"], &["client"], |spec| Spec {
        key: "rsa1024",
        ..spec
    });
    for digest in ["md5", "sha1", "sha224", "sha384", "sha512"] {
        for position in POSITIONS {
            // MD5 goes with RSA alone.
            let mut good = Good::new();
            for other in POSITIONS {
                good.at(other).key = "rsa2048";
            }
            good.at(position).digest = digest;
            cases.push(good.case(format!("digest-{digest}/{position}"), "client"));
        }
    }
}

fn names(cases: &mut Vec<Case>) {
    for (id, constraint) in [
        ("permitted", "permitted;DNS:example.com"),
        ("permitted-other", "permitted;DNS:example.org"),
        ("permitted-email", "permitted;email:example.org"),
        ("excluded", "excluded;DNS:example.com"),
        ("excluded-other", "excluded;DNS:example.org"),
        ("excluded-sibling", "excluded;DNS:www.example.com"),
        ("excluded-address", "excluded;IP:192.0.2.0/255.255.255.0"),
        ("permitted-address", "permitted;IP:192.0.2.0/255.255.255.0"),
        (
            "both",
            "permitted;DNS:example.com,excluded;DNS:api.example.com",
        ),
    ] {
        changed(
            cases,
            &format!("nc-{id}"),
            &["inner", "root"],
            &["server"],
            |spec| spec.with("nameConstraints", &format!("critical,{constraint}")),
        );
    }
    for (id, constraint, name) in [
        (
            "wildcard-over-excluded",
            "excluded;DNS:www.example.com",
            "DNS:*.example.com",
        ),
        (
            "no-host-name",
            "permitted;DNS:example.com",
            "DNS:.example.com",
        ),
        (
            "no-mailbox",
            "permitted;email:example.com",
            "email:a@b@example.com",
        ),
    ] {
        let mut good = Good::new();
        good.inner = good
            .inner
            .with("nameConstraints", &format!("critical,{constraint}"));
        good.leaf = good.leaf.with("subjectAltName", name);
        cases.push(good.case(format!("nc-{id}"), "server"));
    }
    changed(cases, "nc-of-no-ca", &["leaf"], &["client"], |spec| {
        spec.with("nameConstraints", "critical,permitted;DNS:example.com")
    });
    changed(cases, "nc-empty", &["inner"], &["client"], |spec| {
        spec.with("2.5.29.30", "critical,3000")
    });
    for (id, names, host) in [
        ("same", "DNS:api.example.com", "api.example.com"),
        ("case", "DNS:API.example.com", "api.EXAMPLE.com"),
        ("other", "DNS:www.example.com", "api.example.com"),
        ("wildcard", "DNS:*.example.com", "api.example.com"),
        ("wildcard-deep", "DNS:*.example.com", "a.b.example.com"),
        ("wildcard-bare", "DNS:*.example.com", "example.com"),
        ("wildcard-part", "DNS:a*.example.com", "api.example.com"),
        (
            "several",
            "DNS:a.example.com,DNS:api.example.com",
            "api.example.com",
        ),
        ("address", "IP:192.0.2.7", "192.0.2.7"),
        ("address-other", "IP:192.0.2.8", "192.0.2.7"),
        ("address-as-name", "DNS:192.0.2.7", "192.0.2.7"),
        ("address-6", "IP:2001:db8::7", "2001:db8::7"),
    ] {
        let mut good = Good::new();
        good.leaf = good.leaf.with("subjectAltName", names);
        cases.push(Case {
            host: Some(host),
            ..good.case(format!("host-{id}"), "server")
        });
    }
    let mut good = Good::new();
    good.leaf = Spec::leaf("CN=api.example.com").with("subjectAltName", "");
    cases.push(Case {
        host: Some("api.example.com"),
        ..good.case("host-in-common-name".to_owned(), "server")
    });
}

fn forms(cases: &mut Vec<Case>) {
    changed(
        cases,
        "extension-unknown",
        &POSITIONS,
        &["client"],
        |spec| spec.with("1.2.3.4.5", "0500"),
    );
    changed(
        cases,
        "extension-unknown-critical",
        &POSITIONS,
        &["client"],
        |spec| spec.with("1.2.3.4.5", "critical,0500"),
    );
    changed(
        cases,
        "subject-empty",
        &["leaf", "inner"],
        &["client"],
        |spec| Spec { name: "", ..spec },
    );
    changed(
        cases,
        "ku-signs-and-no-ca",
        &["leaf"],
        &["client"],
        |spec| spec.with("keyUsage", "critical,digitalSignature,keyCertSign"),
    );
    changed(cases, "no-key-ids", &POSITIONS, &["client"], |spec| Spec {
        key_ids: false,
        ..spec
    });
    changed(cases, "version-1", &POSITIONS, &["client"], |spec| Spec {
        version: 1,
        ..spec
    });
    for (id, serial) in [("zero", 0), ("negative", -77), ("short", 5)] {
        changed(
            cases,
            &format!("serial-{id}"),
            &["leaf", "inner"],
            &["client"],
            |spec| Spec { serial, ..spec },
        );
    }
    changed(cases, "policy-demanded", &["inner"], &["client"], |spec| {
        spec.with("policyConstraints", "critical,requireExplicitPolicy:0")
    });
    changed(
        cases,
        "policy-named",
        &["leaf", "inner"],
        &["client"],
        |spec| spec.with("certificatePolicies", "1.2.3.4"),
    );
    let mut policies = Good::new();
    policies.inner = policies
        .inner
        .with("policyConstraints", "critical,requireExplicitPolicy:0")
        .with("certificatePolicies", "1.2.3.4");
    policies.leaf = policies.leaf.with("certificatePolicies", "1.2.3.4");
    cases.push(policies.case("policy-demanded-and-met".to_owned(), "client"));
}

fn paths(cases: &mut Vec<Case>) {
    for purpose in PURPOSES {
        let good = Good::new();
        let other = Spec::ca("another root");
        let mut strange = good.case(format!("root-unknown/{purpose}"), purpose);
        strange.root = other.by(&other);
        cases.push(strange);
        let mut short = good.case(format!("intermediate-missing/{purpose}"), purpose);
        short.chain.truncate(1);
        cases.push(short);
        let mut named = Good {
            inner: Spec::ca("Acme Issuing CA"),
            root: Spec::ca("Acme Root CA"),
            ..good.clone()
        }
        .case(
            format!("intermediate-missing-by-its-name/{purpose}"),
            purpose,
        );
        named.chain.truncate(1);
        cases.push(named);
        let mut lonely = good.case(format!("self-signed/{purpose}"), purpose);
        lonely.chain = vec![good.leaf.by(&good.leaf)];
        cases.push(lonely);
        let mut whole = good.case(format!("root-sent-too/{purpose}"), purpose);
        whole.chain.push(good.root.by(&good.root));
        cases.push(whole);
        let mut sent = good.case(format!("unknown-root-sent/{purpose}"), purpose);
        sent.chain.push(good.root.by(&good.root));
        sent.root = other.by(&other);
        cases.push(sent);
    }
    // The same name with another key.
    let good = Good::new();
    let namesake = Spec {
        key: "p384",
        ..Spec::ca("inner")
    };
    let mut wrong = good.case("issuer-has-another-key".to_owned(), "client");
    wrong.chain[1] = namesake.by(&good.root);
    cases.push(wrong);
    let mut both = good.case("namesake-beside-the-issuer".to_owned(), "client");
    both.chain.insert(1, namesake.by(&good.root));
    cases.push(both);
    let mut bare = Good::new();
    bare.leaf.key_ids = false;
    bare.inner.key_ids = false;
    let mut wrong = bare.case("issuer-has-another-key-and-no-key-ids".to_owned(), "client");
    wrong.chain[1] = Spec {
        key_ids: false,
        ..namesake
    }
    .by(&bare.root);
    cases.push(wrong);
    for (id, at) in [("leaf", 0), ("inner", 1)] {
        let mut altered = good.case(format!("signature-altered/{id}"), "client");
        let mut der = altered.chain[at].to_der().expect("DER");
        let last = der.len() - 1;
        der[last] ^= 1;
        altered.chain[at] = X509::from_der(&der).expect("a certificate");
        cases.push(altered);
    }
    for length in [2, 6, 7, 12] {
        cases.push(long(length));
    }
    let mut deep = long(2);
    "length-constraint-broken-further-up".clone_into(&mut deep.id);
    let root = Spec::ca("root").with("basicConstraints", "critical,CA:TRUE,pathlen:1");
    deep.root = root.by(&root);
    cases.push(deep);
    // Two ways, of which one is expired.
    let mut twins = good.case("expired-twin-of-the-intermediate".to_owned(), "client");
    twins.chain.insert(
        1,
        Spec {
            from: -300,
            to: -30,
            serial: 99,
            ..good.inner.clone()
        }
        .by(&good.root),
    );
    cases.push(twins);
    let mut twins = good.case("twin-for-the-wrong-purpose".to_owned(), "client");
    twins.chain.insert(
        1,
        Spec {
            to: 400,
            serial: 98,
            ..good.inner.clone().with("extendedKeyUsage", "serverAuth")
        }
        .by(&good.root),
    );
    cases.push(twins);
}

/// A chain with `length` intermediates.
fn long(length: usize) -> Case {
    const NAMES: [&str; 12] = [
        "i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9", "i10", "i11",
    ];
    let root = Spec::ca("root");
    let mut issuer = root.clone();
    let mut chain = Vec::new();
    for name in NAMES.iter().copied().take(length) {
        let next = Spec::ca(name);
        chain.insert(0, next.by(&issuer));
        issuer = next;
    }
    chain.insert(0, Spec::leaf("leaf").by(&issuer));
    Case {
        id: format!("intermediates-{length}"),
        chain,
        root: root.by(&root),
        purpose: "client",
        host: None,
    }
}
