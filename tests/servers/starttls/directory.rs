//! `OpenLDAP` and Prosody: protocols without lines.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki};
use crate::probe::Call;
use crate::server::{Process, Running, Server, Site, Tls, runnable};
use crate::stack::Stack;

use super::{as_nobody, hold, own, own_folder, sites};

#[test]
fn openldap_hangs_up() {
    hold(&Slapd { scheme: "ldap" }, "ldap://");
}

/// On its other port it speaks TLS at once: whoever asks for it first is told so.
#[test]
fn openldap_on_a_port_that_begins_with_tls() {
    let server = Slapd { scheme: "ldaps" };
    if !runnable(&server) {
        return;
    }
    let pki = Pki::shared();
    let site = sites()[1];
    let running = Running::start(&server, &[site], &pki);
    for (url, at_once) in [("ldaps://", false), ("ldap://", true)] {
        let verdict = Call::new(format!("{url}localhost:{}", running.port(site)))
            .with(pki.client(Client::GoodEc))
            .trusting(pki.server_root())
            .run();
        verdict.must_be(&["ok"]);
        assert_eq!(
            verdict.text.contains("tls-at-once"),
            at_once,
            "{}",
            verdict.text
        );
    }
}

/// With `GnuTLS`, which does not look at a certificate's purpose.
struct Slapd {
    scheme: &'static str,
}

impl Server for Slapd {
    fn name(&self) -> &'static str {
        "OpenLDAP"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["slapd"]
    }

    fn stack(&self) -> Stack {
        Stack::GnuTls
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let data = folder.join(format!("slapd-{port}"));
                fs::create_dir(&data).expect("a folder");
                let text = format!(
                    "include /etc/ldap/schema/core.schema\npidfile {0}/pid\nmodulepath /usr/lib/ldap\n\
                     moduleload back_mdb\nTLSCACertificateFile {1}\nTLSCRLFile {2}\nTLSCertificateFile {3}\n\
                     TLSCertificateKeyFile {4}\nTLSVerifyClient demand\nTLSCipherSuite NORMAL:-VERS-ALL:{5}\n\
                     database mdb\nsuffix dc=acme\ndirectory {0}\n",
                    data.display(),
                    pki.client_root().display(),
                    pki.client_crls().display(),
                    shown.chain.display(),
                    shown.key.display(),
                    match site.tls {
                        Tls::Only12 => "+VERS-TLS1.2",
                        Tls::Only13 => "+VERS-TLS1.3",
                    },
                );
                let config = folder.join(format!("slapd-{port}.conf"));
                fs::write(&config, text).expect("a configuration");
                let address = format!("{}://127.0.0.1:{port}", self.scheme);
                Process::new("slapd", "-d 0 -h {} -f {}", &[&address, &config])
            })
            .collect()
    }
}

#[test]
fn prosody_refuses_who_shows_nothing() {
    hold(&Prosody, "xmpp://");
}

/// Demands a certificate and forgives what is wrong with it.
struct Prosody;

impl Server for Prosody {
    fn name(&self) -> &'static str {
        "Prosody"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["prosody"]
    }

    fn judges(&self, _: Site, client: Client) -> Judgement {
        match client {
            Client::None => Judgement::Refuses,
            _ => Judgement::Accepts,
        }
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let data = own_folder(folder, &format!("prosody-{port}"));
                let key = own(folder, &format!("{port}.key"), &shown.key);
                let chain = own(folder, &format!("{port}.crt"), &shown.chain);
                let trust = own(folder, &format!("{port}.ca"), &pki.client_root());
                let mut text = format!(
                    "pidfile = \"{0}/pid\"\ndata_path = \"{0}\"\ninterfaces = {{ \"127.0.0.1\" }}\n\
                     c2s_ports = {{ {port} }}\nc2s_direct_tls_ports = {{}}\ns2s_ports = {{}}\n\
                     http_ports = {{}}\nhttps_ports = {{}}\nmodules_enabled = {{ \"tls\"; \"saslauth\" }}\n\
                     modules_disabled = {{ \"s2s\"; \"http\" }}\nlog = \"*console\"\n\
                     c2s_require_encryption = true\nVirtualHost \"localhost\"\n",
                    data.display(),
                );
                let _ = writeln!(
                    text,
                    "ssl = {{ key = \"{}\"; certificate = \"{}\"; cafile = \"{}\"; protocol = \"{}\";\n\
                     verify = {{ \"peer\", \"fail_if_no_peer_cert\" }} }}",
                    key.display(),
                    chain.display(),
                    trust.display(),
                    match site.tls {
                        Tls::Only12 => "tlsv1_2",
                        Tls::Only13 => "tlsv1_3",
                    },
                );
                let config = folder.join(format!("prosody-{port}.cfg.lua"));
                fs::write(&config, text).expect("a configuration");
                as_nobody(folder, Process::new("prosody", "-F --config {}", &[&config]))
            })
            .collect()
    }
}
