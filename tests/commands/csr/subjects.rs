//! Subjects, held against openssl octet for octet.

use crate::support::peer;

use super::{csr, openssl_csr, request, with_key};

#[test]
fn slash_subjects_are_what_openssl_makes_of_them() {
    let place = with_key();
    if !peer("openssl") {
        return;
    }
    for subject in [
        "/CN=api.acme.example",
        "/C=NL/ST=Noord-Holland/L=Amsterdam/O=Acme/OU=Payments/CN=api.acme.example",
        "/DC=example/DC=acme/OU=one/OU=two/OU=three/CN=api",
        "/C=NL/O=Acme+OU=B+CN=x/CN=api",
        "/O=Acme, Inc./CN=a\\/b\\+c\\\\d",
        "/CN=ünïcödé 漢字 🔑/O=Müller & Söhne",
        "/emailAddress=ops@acme.example/CN=x",
        "/serialNumber=12345/dnQualifier=abc/CN=x",
        "/UID=jdoe/CN=x/GN=Jane/SN=Doe/initials=JD/title=Dr/pseudonym=j/description=what=that",
        "/businessCategory=Private Organization/jurisdictionC=NL/jurisdictionST=NH/CN=x",
        "/street=Damrak 1/postalCode=1012 LG/postalAddress=here/CN=x",
        "/organizationIdentifier=NTRNL-12345678/name=x/x500UniqueIdentifier=y/CN=x",
        "/unstructuredName=a/challengePassword=b/CN=x",
        "/CN= spaces /O=two  spaces",
        "/commonName=x/countryName=NL/organizationalUnitName=u/stateOrProvinceName=s/localityName=l",
        "/CN=x/",
        "/CN=\"quoted\";<a>#",
    ] {
        let ran = csr(&place, subject, &[]);
        assert_eq!(ran.code, 0, "{subject}: {ran:?}");
        let theirs = openssl_csr(&place, subject, None);
        assert_eq!(request(&place, "ours.csr").der(), theirs, "{subject}");
    }
}

#[test]
fn rfc_4514_subjects_encode_backwards() {
    let place = with_key();
    if !peer("openssl") {
        return;
    }
    for (subject, slash) in [
        ("CN=api.acme.example", "/CN=api.acme.example"),
        ("CN=api,O=Acme,C=NL", "/C=NL/O=Acme/CN=api"),
        ("  CN = api , O = Acme ; C = NL  ", "/C=NL/O=Acme/CN=api"),
        (
            "cn=api,o=Acme,emailaddress=a@b.c,E=d@e.f",
            "/emailAddress=d@e.f/emailAddress=a@b.c/O=Acme/CN=api",
        ),
        (
            "OU=three,OU=two,OU=one,DC=acme,DC=example",
            "/DC=example/DC=acme/OU=one/OU=two/OU=three",
        ),
        ("CN=x + OU=B+O=Acme,C=NL", "/C=NL/O=Acme+OU=B+CN=x"),
        ("CN=x,O=Acme\\, Inc.", "/O=Acme, Inc./CN=x"),
        ("CN=x,O=Acme\\2C Inc\\2e", "/O=Acme, Inc./CN=x"),
        ("CN=x,O=\"Acme, Inc.\" , C=NL", "/C=NL/O=Acme, Inc./CN=x"),
        ("CN=x,O=\"a \\\"b\\\" c + d\"", "/O=a \"b\" c \\+ d/CN=x"),
        ("CN=M\\C3\\BCller,O=\\e6\\bc\\a2", "/O=漢/CN=Müller"),
        ("CN=Müller,O=漢", "/O=漢/CN=Müller"),
        (
            "CN=\\ a\\ ,O=\\#b\\+\\;\\<\\>\\\\\\=",
            "/O=#b\\+;<>\\\\=/CN= a ",
        ),
        ("CN=a=b,O=c#d", "/O=c#d/CN=a=b"),
        ("2.5.4.3=x,oid.2.5.4.10=Acme", "/O=Acme/CN=x"),
        ("CN=#0C03617069,O=Acme", "/O=Acme/CN=api"),
        (
            "commonName=x,S=NH,organizationname=Acme",
            "/O=Acme/ST=NH/CN=x",
        ),
    ] {
        let ran = csr(&place, subject, &[]);
        assert_eq!(ran.code, 0, "{subject}: {ran:?}");
        let theirs = openssl_csr(&place, slash, None);
        assert_eq!(request(&place, "ours.csr").der(), theirs, "{subject}");
    }
    // openssl skips an attribute type it has no name for; GnuTLS and Java do not.
    assert_eq!(csr(&place, "1.2.3.4.5=odd,CN=x", &[]).code, 0);
    let subject = request(&place, "ours.csr").subject().clone();
    assert_eq!(subject.to_string(), "1.2.3.4.5=odd,CN=x");
}

#[test]
fn what_a_request_is_printed_as_makes_the_same_subject_again() {
    let place = with_key();
    for subject in [
        "CN=a\\, b\\+c\\\"d\\\\e\\;f,O=\\ lead and trail\\ ,OU=\\#x,C=NL",
        "CN=x+OU=y,DC=acme,DC=example",
        "UID=u,1.2.3.4=odd,emailAddress=a@b.c,CN=\\09tab",
    ] {
        assert_eq!(csr(&place, subject, &[]).code, 0);
        let first = request(&place, "ours.csr").subject().clone();
        assert_eq!(csr(&place, &first.to_string(), &[]).code, 0);
        assert_eq!(request(&place, "ours.csr").subject(), &first);
    }
}

#[test]
fn subjects_that_cannot_be_meant_are_answered_with_what_is_wrong() {
    let place = with_key();
    let long = format!("CN={}", "x".repeat(65));
    for (subject, says) in [
        ("", "the subject is empty"),
        ("/", "the subject is empty"),
        ("   ", "the subject is empty"),
        ("api.acme.example", "no '=' in “api.acme.example”"),
        ("CN=x,Acme", "no '=' in “Acme”"),
        ("/CN=x/Acme", "no '=' in “Acme”"),
        ("/CN=https://x", "followed by nothing"),
        ("CN=x,", "followed by nothing"),
        ("CN=x,,O=y", "followed by nothing"),
        ("/CN=x+", "followed by nothing"),
        ("=x", "nothing stands before the '='"),
        ("CN=", "gives CN no value"),
        ("CN=,O=x", "gives CN no value"),
        ("O=\"\",CN=x", "gives O no value"),
        ("/CN=/O=x", "gives CN no value"),
        ("CN=x,FOO=y", "names FOO"),
        ("/XYZ=y", "names XYZ"),
        ("sha256=y", "names sha256"),
        ("9.9.9=y", "names 9.9.9"),
        (
            "CN=x,C=Netherlands",
            "C=Netherlands: a country is two letters",
        ),
        ("CN=x,C=N1", "a country is two letters"),
        ("/C=N", "a country is two letters"),
        ("CN=x\\", "ends in a backslash"),
        ("/CN=x\\", "ends in a backslash"),
        ("CN=\"x", "never closed"),
        ("CN=\"x\"y", "“y” follows the value"),
        ("CN=x\"y", "“\\\"” has to be escaped"),
        ("CN=#zz", "#zz is not"),
        ("CN=#0C05617069", "is not the hexadecimal"),
        ("CN=#020101", "is not the hexadecimal"),
        ("CN=#", "is not the hexadecimal"),
        ("CN=\\ff", "is not UTF-8"),
        ("CN=a\\00b", "has a NUL"),
        (&long, "65 characters, and 1 to 64 are allowed"),
        ("CN=x,emailAddress=ü@x", "ASCII characters alone"),
        ("CN=x,serialNumber=a_b", "letters, digits"),
    ] {
        let ran = csr(&place, subject, &[]);
        assert_eq!(ran.code, 2, "{subject}: {ran:?}");
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.contains(says),
            "{subject}: {ran:?}"
        );
        assert!(ran.stderr.contains("\nhint: "), "{subject}: {ran:?}");
        assert!(!place.exists("ours.csr"), "{subject}");
    }
    let ran = csr(&place, "CN=x,FOO=y", &[]);
    for known in ["CN", "emailAddress", "DC", "organizationIdentifier"] {
        assert!(ran.stderr.contains(known), "{ran:?}");
    }
}

#[test]
fn a_subject_typed_as_openssl_prints_it_is_taken_with_a_warning() {
    let place = with_key();
    let ran = csr(&place, "C = NL, O = Acme, CN = api", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.starts_with("warning: "), "{ran:?}");
    assert_eq!(csr(&place, "CN=api,O=Acme,C=NL", &[]).stderr, "");
    assert_eq!(csr(&place, "/CN=api/C=NL", &[]).stderr, "");
}
