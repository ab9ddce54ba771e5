//! A JCEKS with a secret key: Java's serialised `SealedObject`, written class by class.

/// One entry, without the closing digest.
pub fn secret_key() -> Vec<u8> {
    let mut bytes = vec![0xce; 4];
    for number in [2_u32, 1, 3] {
        bytes.extend(number.to_be_bytes());
    }
    text(&mut bytes, "secret");
    bytes.extend([0; 8]);
    bytes.extend([0xac, 0xed, 0, 5, 0x73]);
    class(
        &mut bytes,
        "com.sun.crypto.provider.SealedObjectForKeyProtector",
        0,
    );
    bytes.push(0x78);
    class(&mut bytes, "javax.crypto.SealedObject", 4);
    for (kind, name, of) in [
        (b'[', "encodedParams", Some("[B")),
        (b'[', "encryptedContent", None),
        (b'L', "paramsAlg", Some("Ljava/lang/String;")),
        (b'L', "sealAlg", Some("Ljava/lang/String;")),
    ] {
        bytes.push(kind);
        text(&mut bytes, name);
        match of {
            Some(of) => {
                bytes.push(0x74);
                text(&mut bytes, of);
            }
            // The name that came before.
            None => bytes.extend([0x71, 0, 0x7e, 0, 2]),
        }
    }
    bytes.extend([0x78, 0x70]);
    array(
        &mut bytes,
        &[0x30, 0x0d, 4, 8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 9],
    );
    array(&mut bytes, &[0xab; 64]);
    for named in ["PBE", "PBEWithMD5AndTripleDES"] {
        bytes.push(0x74);
        text(&mut bytes, named);
    }
    bytes
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).expect("short");
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// A class's description, up to its fields.
fn class(bytes: &mut Vec<u8>, name: &str, fields: u8) {
    bytes.push(0x72);
    text(bytes, name);
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 1, 2, 0, fields]);
}

fn array(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.push(0x75);
    class(bytes, "[B", 0);
    bytes.extend([0x78, 0x70]);
    bytes.extend(u32::try_from(content.len()).expect("short").to_be_bytes());
    bytes.extend(content);
}
