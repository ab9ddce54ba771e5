//! `--as`: the certificate is withheld where a given client would withhold it, and sent where it would not.

use crate::nginx::Nginx;
use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Running, Site, Tls, runnable};

#[test]
fn a_certificate_is_withheld_as_the_client_would() {
    if !runnable(&Nginx) {
        return;
    }
    let pki = Pki::shared();
    for tls in Tls::ALL {
        let site = Site {
            shown: Shown::Good,
            tls,
            demand: Demand::Required,
        };
        let running = Running::start(&Nginx, &[site], &pki);
        let cases = [
            ("curl", Client::ForeignChain, "client-issuer-unknown"),
            ("java", Client::ForeignChain, "client-cert-not-sent"),
            ("go", Client::ForeignChain, "client-cert-not-sent"),
            ("dotnet", Client::ForeignChain, "client-cert-not-sent"),
            ("browser", Client::ForeignChain, "client-cert-not-sent"),
            // Without the intermediate none of them sees the link to the CA that is named.
            ("java", Client::LeafOnly, "client-cert-not-sent"),
            ("java", Client::GoodRsa, "ok"),
            ("go", Client::GoodEc, "ok"),
            ("dotnet", Client::NoEku, "ok"),
            ("dotnet", Client::ServerAuth, "client-cert-not-sent"),
            ("java", Client::ServerAuth, "client-cert-wrong-purpose"),
        ];
        for (name, client, code) in cases {
            let verdict = Call::new(format!("https://localhost:{}/", running.port(site)))
                .with(pki.client(client))
                .trusting(pki.server_root())
                .and(&format!("--as {name}"))
                .run();
            verdict.must_be(&[code]);
        }
    }
}
