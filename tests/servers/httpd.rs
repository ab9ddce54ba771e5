//! Apache httpd, for whole hosts and for one location, which it asks for only after it has read the request.

use std::fmt::Write as _;
use std::path::Path;

use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, Tls};

pub struct Httpd;

const MODULES: &str = "/usr/lib/apache2/modules";

impl Server for Httpd {
    fn name(&self) -> &'static str {
        "httpd"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["apache2", "/usr/lib/apache2/modules/mod_ssl.so"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[
            Demand::Required,
            Demand::OptionalThen403,
            Demand::PerLocation,
            Demand::Nothing,
        ]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let www = folder.join("www");
        std::fs::create_dir(&www).expect("a folder");
        std::fs::write(www.join("index.html"), "hello\n").expect("a page");
        let mut text = format!(
            "ServerRoot {0}\nServerName localhost\nPidFile {0}/httpd.pid\nDefaultRuntimeDir {0}\n\
             ErrorLog {0}/error.log\nLogLevel info\nMutex file:{0} default\nDocumentRoot {0}/www\n",
            folder.display()
        );
        for module in ["mpm_event", "ssl", "authz_core", "dir"] {
            let _ = writeln!(text, "LoadModule {module}_module {MODULES}/mod_{module}.so");
        }
        // Read only where it starts as root.
        text += "User #65534\nGroup #65534\nSSLSessionCache none\nStartServers 1\nServerLimit 2\n";
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let _ = write!(
                text,
                "Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nSSLEngine on\n\
                 SSLCertificateFile {}\nSSLCertificateKeyFile {}\nSSLProtocol {}\n{}\n</VirtualHost>\n",
                shown.chain.display(),
                shown.key.display(),
                match site.tls {
                    Tls::Only12 => "-all +TLSv1.2",
                    Tls::Only13 => "-all +TLSv1.3",
                },
                demand(site.demand, pki),
            );
        }
        let config = folder.join("httpd.conf");
        std::fs::write(&config, text).expect("a configuration");
        vec![Process::new("apache2", "-DFOREGROUND -f {}", &[&config])]
    }
}

fn demand(demand: Demand, pki: &Pki) -> String {
    let trust = format!(
        "SSLCACertificateFile {}\nSSLCARevocationFile {}\nSSLCARevocationCheck chain\nSSLVerifyDepth 5\n",
        pki.client_root().display(),
        pki.client_crls().display()
    );
    trust
        + match demand {
            Demand::Nothing => "",
            Demand::Required => "SSLVerifyClient require",
            Demand::OptionalThen403 | Demand::OptionalThenReason => {
                "SSLVerifyClient optional\n<Location />\nRequire ssl-verify-client\n</Location>"
            }
            Demand::PerLocation => {
                "<Location />\nSSLVerifyClient require\nSSLVerifyDepth 5\n</Location>"
            }
            Demand::Lax => unreachable!("not asked of httpd"),
        }
}
