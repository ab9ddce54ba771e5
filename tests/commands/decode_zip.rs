//! ZIP archives as CAs deliver them, and as nobody should.

use serde_json::{Value, json};

use crate::pile::{issued, kinds, only_file};
use crate::support::{Place, peer};

/// Makes `out.zip` with a Python program that has the archive as `z`.
fn pack(place: &Place, program: &str) {
    place.write(
        "pack.py",
        format!(
            "import zipfile, io\nz = zipfile.ZipFile('out.zip', 'w', zipfile.ZIP_DEFLATED)\n{program}\nz.close()\n"
        ),
    );
    place.judge("python3 pack.py");
}

#[test]
fn a_cas_delivery_is_opened_in_memory() {
    if !peer("python3") {
        return;
    }
    let place = issued();
    place.judge("openssl crl2pkcs7 -nocrl -certfile ca.crt -outform DER -out chain.p7b");
    pack(
        &place,
        "z.comment = b'thank you for your order'\n\
         z.mkdir('order') if hasattr(z, 'mkdir') else z.writestr('order/', '')\n\
         z.write('leaf.crt', 'order/leaf.crt')\n\
         z.write('chain.p7b', 'order/chain.p7b', zipfile.ZIP_STORED)\n\
         z.writestr('README.txt', 'Install the certificate.')\n\
         z.writestr('guide.html', '<html></html>')\n\
         z.writestr('__MACOSX/._leaf.crt', b'\\0\\5\\x16\\7')\n\
         z.writestr('inner.zip', b'PK\\3\\4')",
    );
    let file = only_file(&place, &["out.zip"]);
    assert_eq!(
        (&file["format"], &file["error"]),
        (&json!("zip"), &Value::Null)
    );
    let listed = file["objects"].as_array().expect("objects");
    assert_eq!(kinds(listed), ["certificate", "certificate"]);
    assert_eq!(listed[0]["member"], "order/leaf.crt");
    assert_eq!(listed[1]["member"], "order/chain.p7b");
    let notes = file["notes"].to_string();
    for told in ["README.txt", "guide.html", "inner.zip"] {
        assert!(notes.contains(told), "{told}: {notes}");
    }
    assert!(!notes.contains("MACOSX"), "{notes}");
    let ran = place.line("inspect out.zip leaf.key");
    assert!(
        ran.stdout.contains("belongs to certificate 1 of out.zip"),
        "{}",
        ran.stdout
    );
}

#[test]
fn archives_that_cannot_be_trusted_are_refused() {
    if !peer("python3") {
        return;
    }
    let place = issued();
    pack(&place, "z.write('leaf.crt')");
    let whole = place.read("out.zip");
    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        place.write(name, bytes);
        let file = only_file(&place, &[name]);
        let message = file["error"]["message"].as_str().unwrap_or_default();
        (file["error"]["code"].clone(), message.to_owned())
    };
    let (code, message) = damaged("cut.zip", &|bytes| bytes.truncate(bytes.len() - 30));
    assert_eq!(
        (code, message.contains("stopped early")),
        (json!("malformed"), true),
        "{message}"
    );
    let (code, message) = damaged("flipped.zip", &|bytes| bytes[60] ^= 0x10);
    assert_eq!(
        (code, message.contains("leaf.crt")),
        (json!("malformed"), true),
        "{message}"
    );
    // The central entry's method, and its flag for encryption.
    let central = whole
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("a directory");
    let (code, message) = damaged("method.zip", &|bytes| bytes[central + 10] = 98);
    assert_eq!(
        (code, message.contains("98")),
        (json!("keystore-algorithm-unsupported"), true),
        "{message}"
    );
    let (code, _) = damaged("locked.zip", &|bytes| bytes[central + 8] |= 1);
    assert_eq!(code, "keystore-algorithm-unsupported");
    let (code, _) = damaged("claims.zip", &|bytes| {
        bytes[central + 24..central + 28].fill(0xff);
    });
    assert_eq!(code, "limit-exceeded");
    place.write("empty.zip", [&b"PK\x05\x06"[..], &[0; 18]].concat());
    assert_eq!(
        only_file(&place, &["empty.zip"])["error"]["code"],
        "format-unknown"
    );
}

#[test]
fn bombs_go_off_elsewhere() {
    if !peer("python3") {
        return;
    }
    let place = issued();
    pack(&place, "z.writestr('bomb.pem', b'A' * (40 << 20))");
    assert_eq!(
        only_file(&place, &["out.zip"])["error"]["code"],
        "limit-exceeded"
    );
    pack(&place, "for n in range(2000): z.writestr(f'{n}.txt', 'x')");
    assert_eq!(
        only_file(&place, &["out.zip"])["error"]["code"],
        "limit-exceeded"
    );
    // An archive as base64 in an archive, and so on: closed at some depth, whatever it holds.
    pack(
        &place,
        "import base64\n\
         inner = open('leaf.crt', 'rb').read()\n\
         for _ in range(12):\n\
        \x20   b = io.BytesIO()\n\
        \x20   with zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED) as y: y.writestr('a', inner)\n\
        \x20   inner = base64.b64encode(b.getvalue())\n\
         z.writestr('deep', inner)",
    );
    assert_eq!(
        only_file(&place, &["out.zip"])["error"]["code"],
        "format-unknown"
    );
}
