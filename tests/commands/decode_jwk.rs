//! JSON Web Keys, and messages about certificates that are named for what they are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::BigNumContext;
use openssl::pkey::{Id, PKey, Private};
use serde_json::{Value, json};

use crate::pile::{issued, kinds, only_file};
use crate::support::{Place, peer};

fn url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn key(place: &Place, name: &str) -> PKey<Private> {
    PKey::private_key_from_pem(&place.read(name)).expect("a key")
}

/// The key as RFC 7518 or RFC 8037 has it.
fn jwk(key: &PKey<Private>) -> Value {
    match key.id() {
        Id::RSA => {
            let rsa = key.rsa().expect("RSA");
            let part = |part: Option<&openssl::bn::BigNumRef>| url(part.expect("it").to_vec());
            json!({"kty": "RSA", "kid": "rsa-1", "n": url(rsa.n().to_vec()), "e": url(rsa.e().to_vec()),
                "d": url(rsa.d().to_vec()), "p": part(rsa.p()), "q": part(rsa.q()),
                "dp": part(rsa.dmp1()), "dq": part(rsa.dmq1()), "qi": part(rsa.iqmp())})
        }
        Id::EC => {
            let ec = key.ec_key().expect("EC");
            let (crv, size) = match ec.group().degree() {
                256 => ("P-256", 32),
                384 => ("P-384", 48),
                _ => ("P-521", 66),
            };
            let mut context = BigNumContext::new().expect("a context");
            let form = openssl::ec::PointConversionForm::UNCOMPRESSED;
            let point = ec
                .public_key()
                .to_bytes(ec.group(), form, &mut context)
                .expect("a point");
            let (x, y) = point[1..].split_at(point.len() / 2);
            let secret = ec.private_key().to_vec_padded(size).expect("it fits");
            json!({"kty": "EC", "crv": crv, "x": url(x), "y": url(y), "d": url(secret)})
        }
        id => {
            let crv = if id == Id::ED25519 {
                "Ed25519"
            } else {
                "Ed448"
            };
            json!({"kty": "OKP", "crv": crv, "x": url(key.raw_public_key().expect("raw")),
                "d": url(key.raw_private_key().expect("raw"))})
        }
    }
}

fn public(mut jwk: Value) -> Value {
    let members = jwk.as_object_mut().expect("an object");
    for secret in ["d", "p", "q", "dp", "dq", "qi"] {
        members.remove(secret);
    }
    jwk
}

#[test]
fn keys_of_every_type_become_the_key_they_are() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let mut set = Vec::new();
    for (name, algorithm) in [
        ("rsa.key", "RSA -pkeyopt rsa_keygen_bits:2048"),
        ("p256.key", "EC -pkeyopt ec_paramgen_curve:P-256"),
        ("p384.key", "EC -pkeyopt ec_paramgen_curve:P-384"),
        ("p521.key", "EC -pkeyopt ec_paramgen_curve:P-521"),
        ("ed25519.key", "ED25519"),
        ("ed448.key", "ED448"),
    ] {
        place.judge(&format!(
            "openssl genpkey -algorithm {algorithm} -out {name}"
        ));
        let jwk = jwk(&key(&place, name));
        place.write("key.jwk", jwk.to_string());
        place.write("public.jwk", public(jwk.clone()).to_string());
        let ran = place.line("convert key.jwk -o out.pem --force");
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        assert!(
            key(&place, "out.pem").public_eq(&key(&place, name)),
            "{name}"
        );
        let told = only_file(&place, &["public.jwk"]);
        assert_eq!(told["objects"][0]["kind"], "public-key", "{name}: {told}");
        let digest = place.judge(&format!("openssl pkey -in {name} -pubout -out public.pem"));
        assert_eq!(digest.code, 0);
        let plain = only_file(&place, &["public.pem"]);
        assert_eq!(
            told["objects"][0]["sha256"], plain["objects"][0]["sha256"],
            "{name}"
        );
        set.push(jwk.clone());
        set.push(public(jwk));
    }
    set.push(json!({"kty": "oct", "alg": "HS256", "k": "c2VjcmV0"}));
    place.write(
        "set.json",
        serde_json::to_string_pretty(&json!({"keys": set})).expect("JSON"),
    );
    let told = only_file(&place, &["set.json"]);
    assert_eq!(told["format"], "jwk");
    let objects = told["objects"].as_array().expect("objects");
    let listed = kinds(objects);
    assert_eq!(listed.len(), 13, "{told}");
    assert_eq!(
        (listed[0], listed[1], listed[12]),
        ("key", "public-key", "secret-key")
    );
    assert_eq!(objects[0]["alias"], "rsa-1");
    assert_eq!(objects[0]["pairs_with"], json!([1]));
    assert!(!told.to_string().contains("c2VjcmV0"), "{told}");
}

#[test]
fn a_key_that_does_not_fit_together_is_refused() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let whole = jwk(&key(&place, "leaf.key"));
    for (member, value) in [
        ("x", json!(url([7; 32]))),
        ("d", json!(url([7; 32]))),
        ("d", json!("not base64url!")),
        ("d", json!(url([7; 33]))),
        ("y", Value::Null),
        ("crv", json!("P-\u{1b}[31m")),
        ("kty", json!("\u{1b}[31mXX")),
    ] {
        let mut wrong = whole.clone();
        wrong[member] = value;
        place.write("wrong.jwk", wrong.to_string());
        let ran = place.line("inspect wrong.jwk");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{wrong}: {ran:?}");
        assert!(ran.stderr.contains("JSON Web Key"), "{wrong}: {ran:?}");
        assert!(!ran.stderr.contains('\u{1b}'), "{wrong}: {ran:?}");
    }
}

#[test]
fn a_json_web_key_and_its_certificate_make_an_identity() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let mut whole = jwk(&key(&place, "leaf.key"));
    place.judge("openssl x509 -in leaf.crt -outform DER -out leaf.der");
    let der = base64::engine::general_purpose::STANDARD.encode(place.read("leaf.der"));
    whole["x5c"] = json!([der]);
    place.write("leaf.jwk", whole.to_string());
    let ran = place.line("bundle leaf.jwk ca.crt -o fullcert.pem");
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn messages_about_certificates_are_named() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write(
        "index.txt",
        "V\t340101000000Z\t\t0A1B2C\tunknown\t/CN=api\n",
    );
    for line in [
        "openssl ocsp -issuer ca.crt -cert leaf.crt -reqout request.der",
        "openssl ocsp -index index.txt -rsigner ca.crt -rkey ca.key -CA ca.crt -reqin request.der -respout response.der",
        "openssl ts -query -data leaf.crt -sha256 -cert -out query.tsq",
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ts.key -out ts.crt -subj /CN=ts -addext extendedKeyUsage=critical,timeStamping",
    ] {
        let ran = place.judge(line);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    place.write(
        "ts.cnf",
        "[tsa]\nserial=serial\ndigests=sha256\nsigner_digest=sha256\ndefault_policy=1.2.3\n",
    );
    place.write("serial", "01\n");
    place.judge("openssl ts -reply -config ts.cnf -section tsa -queryfile query.tsq -signer ts.crt -inkey ts.key -out reply.tsr");
    for (file, name) in [
        ("request.der", "an OCSP request"),
        ("response.der", "an OCSP response"),
        ("query.tsq", "a time-stamp query"),
        ("reply.tsr", "a time-stamp reply"),
    ] {
        let ran = place.line(&format!("inspect {file}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{file}: {ran:?}");
        assert!(ran.stderr.contains(name), "{file}: {ran:?}");
        assert!(ran.stderr.contains("\nhint: openssl "), "{file}: {ran:?}");
    }
}

#[test]
fn an_age_key_is_named() {
    let place = Place::new();
    for text in [
        "AGE-SECRET-KEY-1QQPQYSZQGPQYSZQGPQYSZQGPQYSZQGPQYSZQGPQYSZQGPQYSZQGPQYSZQGPQYS\n",
        "# created: 2026-01-01T00:00:00Z\n# public key: age1xyz\nAGE-SECRET-KEY-1QQPQYSZQGPQYSZQ\n",
    ] {
        place.write("key.txt", text);
        let ran = place.line("inspect key.txt");
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("age private key"), "{ran:?}");
        assert!(!ran.stderr.contains("QQPQ"), "{ran:?}");
    }
}
