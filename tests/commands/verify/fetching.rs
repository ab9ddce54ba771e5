//! What a file lacks, fetched from where its certificates point; and what cannot be.

use super::{Files, pem, subjects};
use crate::forge::{Spec, now};
use crate::support::peer;
use crate::web::{Reply, Web};

/// A chain whose leaf says that its issuer is at `path` of a server.
fn pointing(web: &Web, path: &str) -> Files {
    let access = format!("caIssuers;URI:{}", web.url(path));
    Files::of(
        Spec::leaf("leaf").with("authorityInfoAccess", &access),
        Spec::ca("inner"),
        Spec::ca("root"),
    )
}

#[test]
fn a_missing_issuer_is_fetched_in_every_form_it_comes_in() {
    if !peer("openssl") {
        return;
    }
    let web = Web::start();
    let files = pointing(&web, "/issuer");
    let (_, inner, root) = files.certificates();
    let told = files.told("leaf.pem --cacert root.pem");
    assert!(
        told["verdict"]["fix"][0]
            .as_str()
            .is_some_and(|fix| fix.contains("curl -o")),
        "{told:#}"
    );
    assert!(web.asked().is_empty(), "nothing is fetched without --fetch");
    let der = inner.to_der().expect("DER");
    files.place.judge("openssl crl2pkcs7 -nocrl -certfile root.pem -certfile inner.pem -outform DER -out both.p7b");
    let forms: [(&str, Reply); 5] = [
        ("DER", Reply::Content(der.clone())),
        ("PEM", Reply::Content(pem(&[&inner]))),
        ("PKCS#7", Reply::Content(files.place.read("both.p7b"))),
        ("chunked", Reply::Chunked(der.clone())),
        ("moved", Reply::Moved("/elsewhere".to_owned())),
    ];
    web.answer("/elsewhere", move |_| Reply::Content(der.clone()));
    for (form, reply) in forms {
        let reply = std::sync::Mutex::new(Some(reply));
        web.answer("/issuer", move |_| {
            reply
                .lock()
                .expect("nobody panicked")
                .take()
                .unwrap_or(Reply::Status(500))
        });
        let told = files.told("leaf.pem --cacert root.pem --fetch");
        let verdict = &told["verdict"];
        assert_eq!(
            verdict["code"], "client-chain-incomplete",
            "{form}: {told:#}"
        );
        assert_eq!(verdict["confidence"], "proven", "{form}: {told:#}");
        assert_eq!(
            subjects(&told),
            ["CN=leaf", "CN=inner", "CN=root"],
            "{form}"
        );
    }
    // Into the bundle it goes, and then nothing is missing.
    let der = inner.to_der().expect("DER");
    web.answer("/issuer", move |_| Reply::Content(der.clone()));
    let ran = files
        .place
        .line("bundle leaf.key leaf.pem root.pem -o full.pem --fetch");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert_eq!(files.code("full.pem --cacert root.pem"), "ok");
    // By way of a proxy the whole address is asked for.
    let _ = std::fs::remove_file(files.place.path("full.pem"));
    let before = web.asked().len();
    let proxy = web.url("");
    let ran = files.place.line(&format!(
        "bundle leaf.key leaf.pem root.pem -o full.pem --fetch -x {proxy}"
    ));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        web.asked()[before],
        format!("GET {} HTTP/1.1", web.url("/issuer"))
    );
    let _ = root;
}

#[test]
fn what_cannot_be_fetched_is_said_and_ends_in_time() {
    let web = Web::start();
    let files = pointing(&web, "/issuer");
    let (leaf, inner, _) = files.certificates();
    let namesake = Spec {
        key: "p384",
        ..files.inner.clone()
    }
    .by(&files.root);
    let der = inner.to_der().expect("DER");
    web.answer("/loop", |_| Reply::Moved("/loop".to_owned()));
    web.answer("/issuer-too", |_| Reply::Content(Vec::new()));
    let cases: [(&str, Reply); 9] = [
        ("HTTP 404", Reply::Status(404)),
        ("redirected", Reply::Moved("/loop".to_owned())),
        (
            "only http://",
            Reply::Moved("https://127.0.0.1/issuer".to_owned()),
        ),
        ("ends early", Reply::CutShort(der)),
        ("larger than", Reply::Endless),
        ("no answer in time", Reply::Silence),
        (
            "holds no certificate",
            Reply::Content(b"<html>gone</html>".to_vec()),
        ),
        (
            "did not make the signature",
            Reply::Content(pem(&[&namesake])),
        ),
        ("did not make the signature", Reply::Content(pem(&[&leaf]))),
    ];
    for (reason, reply) in cases {
        let reply = std::sync::Mutex::new(Some(reply));
        web.answer("/issuer", move |_| {
            reply
                .lock()
                .expect("nobody panicked")
                .take()
                .unwrap_or(Reply::Status(500))
        });
        let begun = std::time::Instant::now();
        let told = files.told("leaf.pem --cacert root.pem --fetch -m 1");
        assert!(begun.elapsed().as_secs() < 10, "{reason}");
        assert_eq!(
            told["verdict"]["code"], "client-chain-incomplete",
            "{told:#}"
        );
        assert!(told.to_string().contains(reason), "{reason}: {told:#}");
    }
    let ran = files
        .place
        .line("bundle leaf.key leaf.pem root.pem -o full.pem --fetch");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr
            .contains("was not fetched: the answer was HTTP 500"),
        "{ran:?}"
    );
}

#[test]
fn issuers_that_lead_to_each_other_are_fetched_but_so_often() {
    let web = Web::start();
    let there = |path: &str| format!("caIssuers;URI:{}", web.url(path));
    // A ladder without an end: every certificate points to the next.
    let names = [
        "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
    ];
    for pair in names.windows(2).enumerate() {
        let (step, [low, high]) = pair else { continue };
        let next = format!("/{}", step + 1);
        let certificate = Spec::ca(low)
            .with("authorityInfoAccess", &there(&next))
            .by(&Spec::ca(high));
        let der = certificate.to_der().expect("DER");
        web.answer(&format!("/{step}"), move |_| Reply::Content(der.clone()));
    }
    let leaf = Spec::leaf("leaf").with("authorityInfoAccess", &there("/0"));
    let files = Files::of(leaf, Spec::ca("s0"), Spec::ca("root"));
    assert_ne!(files.code("leaf.pem --cacert root.pem --fetch"), "ok");
    assert!(web.asked().len() <= 8, "{:?}", web.asked());
}

#[test]
fn an_ocsp_responder_is_asked() {
    if !peer("openssl") {
        return;
    }
    let web = Web::start();
    let access = format!("OCSP;URI:{}", web.url("/ocsp"));
    let files = Files::of(
        Spec::leaf("leaf").with("authorityInfoAccess", &access),
        Spec::ca("inner"),
        Spec::ca("root"),
    );
    files.place.write("inner.key", Files::key(&files.inner));
    let serial = format!("{:X}", files.leaf.serial);
    let folder = files.place.path("");
    for (index, code, finding) in [
        (
            format!("V\t300101000000Z\t\t{serial}\tunknown\t/CN=leaf\n"),
            "ok",
            "not revoked",
        ),
        (
            format!("R\t300101000000Z\t260101000000Z\t{serial}\tunknown\t/CN=leaf\n"),
            "client-cert-revoked",
            "is revoked",
        ),
        (String::new(), "ok", "does not know it"),
    ] {
        files.place.write("index.txt", index);
        let folder = folder.clone();
        web.answer("/ocsp", move |request| {
            std::fs::write(folder.join("request.der"), request).expect("writing");
            let done = std::process::Command::new("openssl")
                .args("ocsp -index index.txt -CA inner.pem -rsigner inner.pem -rkey inner.key -reqin request.der -respout response.der -ndays 1".split(' '))
                .current_dir(&folder)
                .output()
                .expect("openssl ocsp");
            assert!(done.status.success(), "{done:?}");
            Reply::Content(std::fs::read(folder.join("response.der")).expect("reading"))
        });
        let told = files.told("chain.pem --cacert root.pem --fetch");
        assert_eq!(told["verdict"]["code"], code, "{told:#}");
        assert!(told.to_string().contains(finding), "{finding}: {told:#}");
    }
    // The last answer again, of another moment than the one that is judged.
    for (days, finding) in [(9, "is judged"), (-9, "is judged"), (0, "does not know it")] {
        let at = now() + days * 86_400;
        let told = files.told(&format!("chain.pem --cacert root.pem --fetch --at @{at}"));
        assert!(told.to_string().contains(finding), "{days}: {told:#}");
    }
    let secret = Files::of(
        Spec::leaf("leaf").with("authorityInfoAccess", "OCSP;URI:https://ocsp.example/"),
        Spec::ca("inner"),
        Spec::ca("root"),
    );
    let told = secret.told("chain.pem --cacert root.pem --fetch");
    assert!(
        told.to_string()
            .contains("only http:// addresses are fetched"),
        "{told:#}"
    );
    web.answer("/ocsp", |_| Reply::Content(b"nonsense".to_vec()));
    let told = files.told("chain.pem --cacert root.pem --fetch");
    assert_eq!(told["verdict"]["code"], "ok");
    assert!(
        told.to_string().contains("gave no answer to trust"),
        "{told:#}"
    );
}
