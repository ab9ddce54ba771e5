//! Caddy, for Go's TLS.

use std::path::Path;

use serde_json::{Value, json};

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Caddy;

impl Server for Caddy {
    fn name(&self) -> &'static str {
        "caddy"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["caddy"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Lax, Demand::Nothing]
    }

    fn shows(&self, shown: Shown) -> bool {
        // It chooses its certificate by the name asked for, and would have none.
        shown != Shown::WrongName
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match (site.demand, client) {
            (Demand::Lax, _) => Judgement::Accepts,
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn stack(&self) -> Stack {
        Stack::Go
    }

    fn revoked(&self) -> Judgement {
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let certificates: Vec<Value> = Shown::ALL
            .iter()
            .map(|shown| {
                let identity = pki.server(*shown);
                json!({"certificate": identity.chain, "key": identity.key, "tags": [format!("{shown:?}")]})
            })
            .collect();
        let root = std::fs::read_to_string(pki.client_root()).expect("a root");
        let root: String = root
            .lines()
            .filter(|line| !line.starts_with("---"))
            .collect();
        let servers: serde_json::Map<String, Value> = sites
            .iter()
            .map(|(site, port)| {
                let version = match site.tls {
                    Tls::Only12 => "tls1.2",
                    Tls::Only13 => "tls1.3",
                };
                let mut policy = json!({
                    "certificate_selection": {"any_tag": [format!("{:?}", site.shown)]},
                    "protocol_min": version,
                    "protocol_max": version,
                });
                match site.demand {
                    Demand::Required => {
                        policy["client_authentication"] =
                            json!({"mode": "require_and_verify", "trusted_ca_certs": [&root]});
                    }
                    Demand::Lax => policy["client_authentication"] = json!({"mode": "request"}),
                    _ => {}
                }
                let server = json!({
                    "listen": [format!("127.0.0.1:{port}")],
                    "automatic_https": {"disable": true},
                    "protocols": ["h1", "h2"],
                    "tls_connection_policies": [policy],
                    "routes": [{"handle": [{"handler": "static_response", "body": "hello\n"}]}],
                });
                (format!("at{port}"), server)
            })
            .collect();
        let text = json!({
            "admin": {"disabled": true},
            "storage": {"module": "file_system", "root": folder},
            "apps": {
                "tls": {"certificates": {"load_files": certificates}},
                "http": {"servers": servers},
            },
        });
        let config = folder.join("caddy.json");
        std::fs::write(&config, text.to_string()).expect("a configuration");
        let mut process = Process::new("caddy", "run --config {}", &[&config]);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            process.env.push((name, folder.into()));
        }
        vec![process]
    }
}
