//! nginx, which never refuses a certificate in TLS: it answers HTTP 400, whatever the reason.

use std::fmt::Write as _;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki};
use crate::server::{Demand, Process, Server, Site, Tls};

pub struct Nginx;

impl Server for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["nginx"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[
            Demand::Required,
            Demand::OptionalThen403,
            Demand::Lax,
            Demand::Nothing,
        ]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match (site.demand, client) {
            // optional_no_ca forgives what is wrong with the issuer, and nothing else.
            (
                Demand::Lax,
                Client::ForeignChain
                | Client::ForeignWithRoot
                | Client::ForeignDirect
                | Client::LeafOnly
                | Client::SelfSigned
                | Client::Revoked,
            ) => Judgement::Accepts,
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let mut blocks = String::new();
        for (site, port) in sites {
            let _ = write!(
                blocks,
                " server {{\n  {}\n  {}\n  }}\n",
                tls(*port, *site, pki),
                demand(site.demand, pki),
            );
        }
        vec![process(folder, &blocks)]
    }
}

/// One nginx with these `server` blocks.
pub fn process(folder: &Path, blocks: &str) -> Process {
    let text = format!(
        "daemon off; master_process off; pid nginx.pid; error_log {0}/error.log info;\n\
         events {{ worker_connections 256; }}\n\
         http {{\n access_log off; ssl_session_cache off;\n\
         client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;\n\
         uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;\n{blocks}}}\n",
        folder.display()
    );
    let config = folder.join("nginx.conf");
    std::fs::write(&config, text).expect("a configuration");
    let log = folder.join("error.log");
    Process::new("nginx", "-p {} -c {} -e {}", &[&folder, &config, &log])
}

/// The lines by which a `server` block speaks TLS as this site does.
pub fn tls(port: u16, site: Site, pki: &Pki) -> String {
    let shown = pki.server(site.shown);
    format!(
        "listen 127.0.0.1:{port} ssl; server_name localhost;\n  \
         ssl_certificate {}; ssl_certificate_key {};\n  ssl_protocols {};",
        shown.chain.display(),
        shown.key.display(),
        match site.tls {
            Tls::Only12 => "TLSv1.2",
            Tls::Only13 => "TLSv1.3",
        },
    )
}

fn demand(demand: Demand, pki: &Pki) -> String {
    let (verify, location) = match demand {
        Demand::Nothing => return "location / { return 200 hello; }".to_owned(),
        Demand::Required => ("on", "return 200 hello;"),
        Demand::OptionalThen403 | Demand::OptionalThenReason => (
            "optional",
            "if ($ssl_client_verify != SUCCESS) { return 403; } return 200 hello;",
        ),
        Demand::Lax => ("optional_no_ca", "return 200 hello;"),
        Demand::PerLocation => unreachable!("nginx cannot"),
    };
    // Revocation lists would have optional_no_ca refuse what it cannot find a list for.
    let lists = if demand == Demand::Lax {
        String::new()
    } else {
        format!("ssl_crl {};", pki.client_crls().display())
    };
    format!(
        "ssl_verify_client {verify}; ssl_verify_depth 5; ssl_client_certificate {}; {lists}\n  \
         location / {{ {location} }}",
        pki.client_root().display(),
    )
}
