//! lighttpd, which can be had with any of several TLS libraries.

use std::fmt::Write as _;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Lighttpd(pub Library);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    OpenSsl,
    GnuTls,
    MbedTls,
    WolfSsl,
}

impl Server for Lighttpd {
    fn name(&self) -> &'static str {
        match self.0 {
            Library::OpenSsl => "lighttpd+OpenSSL",
            Library::GnuTls => "lighttpd+GnuTLS",
            Library::MbedTls => "lighttpd+mbedTLS",
            Library::WolfSsl => "lighttpd+wolfSSL",
        }
    }

    fn needs(&self) -> &'static [&'static str] {
        match self.0 {
            Library::OpenSsl => &["lighttpd", "/usr/lib/lighttpd/mod_openssl.so"],
            Library::GnuTls => &["lighttpd", "/usr/lib/lighttpd/mod_gnutls.so"],
            Library::MbedTls => &["lighttpd", "/usr/lib/lighttpd/mod_mbedtls.so"],
            Library::WolfSsl => &["lighttpd", "/usr/lib/lighttpd/mod_wolfssl.so"],
        }
    }

    fn speaks(&self, tls: Tls) -> bool {
        // mbedTLS 2.28 has no server for it.
        self.0 != Library::MbedTls || tls == Tls::Only12
    }

    fn shows(&self, shown: Shown) -> bool {
        // One looks for its own chain and answers with an internal error where it finds none; the other takes no
        // certificate for clients to show.
        !matches!(
            (self.0, shown),
            (Library::OpenSsl, Shown::NoIntermediate) | (Library::MbedTls, Shown::ClientAuth)
        )
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match (self.0, site.demand, client) {
            // Once it has seen an intermediate it knows it for good.
            (Library::WolfSsl, Demand::Required, Client::LeafOnly | Client::UpperMissing) => {
                Judgement::Depends
            }
            // Minded in the one version and not in the other.
            (Library::WolfSsl, Demand::Required, Client::NoSignature)
                if site.tls == Tls::Only12 =>
            {
                Judgement::Refuses
            }
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn stack(&self) -> Stack {
        match self.0 {
            Library::OpenSsl => Stack::OpenSsl,
            Library::GnuTls => Stack::GnuTls,
            Library::MbedTls => Stack::MbedTls,
            Library::WolfSsl => Stack::WolfSsl,
        }
    }

    fn revoked(&self) -> Judgement {
        // Lists are given to OpenSSL alone.
        match self.0 {
            Library::OpenSsl => Judgement::NamesRevocation,
            _ => Judgement::Accepts,
        }
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let www = folder.join("www");
        std::fs::create_dir(&www).expect("a folder");
        std::fs::write(www.join("index.html"), "hello\n").expect("a page");
        let mut text = format!(
            "server.modules = (\"mod_{}\")\nserver.document-root = \"{}\"\n\
             index-file.names = (\"index.html\")\nserver.bind = \"127.0.0.1\"\nserver.port = {}\n\
             server.upload-dirs = (\"{}\")\n",
            format!("{:?}", self.0).to_lowercase(),
            www.display(),
            sites[0].1,
            folder.display()
        );
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let version = match site.tls {
                Tls::Only12 => "TLSv1.2",
                Tls::Only13 => "TLSv1.3",
            };
            let _ = writeln!(
                text,
                "$SERVER[\"socket\"] == \"127.0.0.1:{port}\" {{\n ssl.engine = \"enable\"\n ssl.pemfile = \"{}\"\n \
                 ssl.privkey = \"{}\"\n \
                 ssl.openssl.ssl-conf-cmd = (\"MinProtocol\" => \"{version}\", \"MaxProtocol\" => \"{version}\")",
                shown.chain.display(),
                shown.key.display(),
            );
            if site.demand == Demand::Required {
                let _ = writeln!(
                    text,
                    " ssl.verifyclient.activate = \"enable\"\n ssl.verifyclient.enforce = \"enable\"\n \
                     ssl.verifyclient.depth = 5\n ssl.verifyclient.ca-file = \"{}\"",
                    pki.client_root().display(),
                );
                if self.0 == Library::OpenSsl {
                    let lists = pki.client_crls();
                    let _ = writeln!(
                        text,
                        " ssl.verifyclient.ca-crl-file = \"{}\"",
                        lists.display()
                    );
                }
            }
            text += "}\n";
        }
        let config = folder.join("lighttpd.conf");
        std::fs::write(&config, text).expect("a configuration");
        vec![Process::new("lighttpd", "-D -f {}", &[&config])]
    }
}
