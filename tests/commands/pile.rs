//! What a CA and its customer have lying about, made by OpenSSL: the files that other tests read back.

use crate::support::Place;

/// A folder with `ca.key`, `ca.crt`, `leaf.key` (P-256), `leaf.csr` and `leaf.crt`.
pub fn issued() -> Place {
    let place = Place::new();
    place.judge("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 3650 -subj '/O=Acme, Inc/CN=Acme Root'");
    place.judge("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /C=NL/O=Acme/CN=api.acme.example -addext subjectAltName=DNS:api.acme.example,IP:192.0.2.7,email:ops@acme.example,URI:https://acme.example/x -addext extendedKeyUsage=clientAuth,serverAuth");
    place.judge("openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -set_serial 0x0a1b2c -days 20 -copy_extensions copyall -out leaf.crt");
    place
}

/// The objects of the only file in `fullcert inspect --format json`.
pub fn objects(place: &Place, arguments: &[&str]) -> Vec<serde_json::Value> {
    let file = only_file(place, arguments);
    assert!(file["error"].is_null(), "{file:#}");
    file["objects"].as_array().expect("objects").clone()
}

/// The only file in `fullcert inspect --format json`, whatever the exit code.
pub fn only_file(place: &Place, arguments: &[&str]) -> serde_json::Value {
    let mut line = vec!["inspect", "--format", "json"];
    line.extend(arguments);
    let ran = place.fullcert(line);
    let json: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let code = if json["files"][0]["error"].is_null() {
        0
    } else {
        2
    };
    assert_eq!(ran.code, code, "{ran:?}");
    json["files"][0].clone()
}

/// The kinds of objects, in order.
pub fn kinds(objects: &[serde_json::Value]) -> Vec<&str> {
    objects
        .iter()
        .map(|object| object["kind"].as_str().expect("a kind"))
        .collect()
}
