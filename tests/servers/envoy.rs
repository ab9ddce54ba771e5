//! Envoy, for `BoringSSL`.

use std::path::Path;

use serde_json::{Value, json};

use crate::pki::{Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Envoy;

impl Server for Envoy {
    fn name(&self) -> &'static str {
        "envoy"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["envoy"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::OptionalThen403, Demand::Nothing]
    }

    fn shows(&self, shown: Shown) -> bool {
        // It does not start with a certificate that has ended.
        shown != Shown::Expired
    }

    fn stack(&self) -> Stack {
        Stack::BoringSsl
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let listeners: Vec<Value> = sites
            .iter()
            .map(|(site, port)| listener(*site, *port, pki))
            .collect();
        let config = folder.join("envoy.json");
        let text = json!({"static_resources": {"listeners": listeners}}).to_string();
        std::fs::write(&config, text).expect("a configuration");
        vec![Process::new(
            "envoy",
            "-c {} --concurrency 1 --disable-hot-restart --log-level warning",
            &[&config],
        )]
    }
}

fn listener(site: Site, port: u16, pki: &Pki) -> Value {
    let shown = pki.server(site.shown);
    let version = match site.tls {
        Tls::Only12 => "TLSv1_2",
        Tls::Only13 => "TLSv1_3",
    };
    let mut tls = json!({
        "tls_params": {"tls_minimum_protocol_version": version, "tls_maximum_protocol_version": version},
        "tls_certificates": [{
            "certificate_chain": {"filename": shown.chain},
            "private_key": {"filename": shown.key},
        }],
        "alpn_protocols": ["h2", "http/1.1"],
    });
    if site.demand != Demand::Nothing {
        tls["validation_context"] = json!({
            "trusted_ca": {"filename": pki.client_root()},
            "crl": {"filename": pki.client_crls()},
        });
    }
    let mut filters = vec![json!({
        "name": "router",
        "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
    })];
    if site.demand == Demand::OptionalThen403 {
        let name = json!({"safe_regex": {"regex": ".+"}});
        let known = json!({
            "permissions": [{"any": true}],
            "principals": [{"authenticated": {"principal_name": name}}],
        });
        filters.insert(
            0,
            json!({
                "name": "rbac",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
                    "rules": {"action": "ALLOW", "policies": {"known": known}},
                },
            }),
        );
    }
    json!({
        "name": format!("at{port}"),
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{
            "transport_socket": {
                "name": "tls",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                    "require_client_certificate": site.demand == Demand::Required,
                    "common_tls_context": tls,
                },
            },
            "filters": [{
                "name": "http",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                    "stat_prefix": "http",
                    "http_filters": filters,
                    "route_config": {"virtual_hosts": [{
                        "name": "all",
                        "domains": ["*"],
                        "routes": [{
                            "match": {"prefix": "/"},
                            "direct_response": {"status": 200, "body": {"inline_string": "hello\n"}},
                        }],
                    }]},
                },
            }],
        }],
    })
}
