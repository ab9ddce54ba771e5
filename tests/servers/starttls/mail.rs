//! nginx as a mail proxy, Dovecot, Exim; and `ProFTPD`, which is reached in the same way.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::Pki;
use crate::server::{Process, Server, Site, Tls};
use crate::stack::Stack;

use super::{hold, own, own_folder, own_names};

/// `TLSv1.2` or `TLSv1.3`.
const fn version(tls: Tls) -> &'static str {
    match tls {
        Tls::Only12 => "TLSv1.2",
        Tls::Only13 => "TLSv1.3",
    }
}

#[test]
fn nginx_says_it_in_the_words_of_the_protocol() {
    for protocol in ["smtp", "imap", "pop3"] {
        hold(&NginxMail { protocol }, &format!("{protocol}://"));
    }
}

/// Refuses no certificate in TLS.
struct NginxMail {
    protocol: &'static str,
}

const MAIL_MODULE: &str = "/usr/lib/nginx/modules/ngx_mail_module.so";

impl Server for NginxMail {
    fn name(&self) -> &'static str {
        "nginx as a mail proxy"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["nginx", MAIL_MODULE]
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let mut text = format!(
            "load_module {MAIL_MODULE}; daemon off; master_process off; pid nginx.pid;\n\
             error_log {}/error.log info; events {{ worker_connections 256; }}\n\
             mail {{ server_name localhost; auth_http 127.0.0.1:1/; smtp_auth plain; imap_auth plain;\n\
             pop3_auth plain; ssl_verify_client on; ssl_verify_depth 5; ssl_client_certificate {};\n\
             ssl_crl {};\n",
            folder.display(),
            pki.client_root().display(),
            pki.client_crls().display(),
        );
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let _ = writeln!(
                text,
                "server {{ listen 127.0.0.1:{port}; protocol {}; starttls only;\n\
                 ssl_certificate {}; ssl_certificate_key {}; ssl_protocols {}; }}",
                self.protocol,
                shown.chain.display(),
                shown.key.display(),
                version(site.tls),
            );
        }
        text += "}\n";
        let config = folder.join("nginx.conf");
        fs::write(&config, text).expect("a configuration");
        let log = folder.join("error.log");
        vec![Process::new(
            "nginx",
            "-p {} -c {} -e {}",
            &[&folder, &config, &log],
        )]
    }
}

#[test]
fn dovecot_judges_when_somebody_logs_in() {
    for protocol in ["imap", "pop3"] {
        hold(&Dovecot { protocol }, &format!("{protocol}://"));
    }
}

/// Lets everybody through in TLS, and says no once a login begins.
struct Dovecot {
    protocol: &'static str,
}

impl Server for Dovecot {
    fn name(&self) -> &'static str {
        "Dovecot"
    }

    fn needs(&self) -> &'static [&'static str] {
        match self.protocol {
            "imap" => &["dovecot", "/usr/lib/dovecot/imap-login"],
            _ => &["dovecot", "/usr/lib/dovecot/pop3-login"],
        }
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        // One process for each version: a setting is for all ports. It has none for the highest.
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let protocol = self.protocol;
                let base = folder.join(format!("dovecot-{port}"));
                fs::create_dir(&base).expect("a folder");
                let (user, group) = own_names(folder);
                let text = format!(
                    "base_dir = {0}\nstate_dir = {0}\nlog_path = {0}.log\nprotocols = {protocol}\n\
                     listen = 127.0.0.1\nssl = required\nssl_cert = <{1}\nssl_key = <{2}\nssl_ca = <{3}\n\
                     ssl_verify_client_cert = yes\nssl_min_protocol = {4}\nauth_ssl_require_client_cert = yes\n\
                     default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n\
                     service {protocol}-login {{\n chroot =\n inet_listener {protocol} {{\n port = {port}\n }}\n \
                     inet_listener {protocol}s {{\n port = 0\n }}\n}}\n\
                     service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n\
                     passdb {{\n driver = static\n args = password=x\n}}\n",
                    base.display(),
                    shown.chain.display(),
                    shown.key.display(),
                    pki.client_root_and_crls().display(),
                    version(site.tls),
                );
                let config = folder.join(format!("dovecot-{port}.conf"));
                fs::write(&config, text).expect("a configuration");
                Process::new("dovecot", "-F -c {}", &[&config])
            })
            .collect()
    }
}

#[test]
fn exim_refuses_in_tls() {
    hold(&Exim, "smtp://");
}

/// With `GnuTLS`, which has one alert for all that is wrong and does not look at a certificate's purpose.
struct Exim;

impl Server for Exim {
    fn name(&self) -> &'static str {
        "Exim"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["exim4"]
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
                let spool = own_folder(folder, &format!("exim-{port}"));
                let (user, group) = own_names(folder);
                let text = format!(
                    "exim_user = {user}\nexim_group = {group}\nexim_path = /usr/sbin/exim4\nkeep_environment =\n\
                     spool_directory = {0}\nlog_file_path = {0}/%slog\npid_file_path = {0}/pid\n\
                     primary_hostname = localhost\nhost_lookup =\nrfc1413_query_timeout = 0s\n\
                     local_interfaces = 127.0.0.1\ndaemon_smtp_ports = {port}\nsmtp_accept_max = 100\n\
                     tls_advertise_hosts = *\ntls_verify_hosts = *\ntls_certificate = {1}\ntls_privatekey = {2}\n\
                     tls_verify_certificates = {3}\ntls_crl = {4}\ntls_require_ciphers = NORMAL:-VERS-ALL:{5}\n",
                    spool.display(),
                    own(folder, &format!("{port}.crt"), &shown.chain).display(),
                    own(folder, &format!("{port}.key"), &shown.key).display(),
                    own(folder, &format!("{port}.ca"), &pki.client_root()).display(),
                    own(folder, &format!("{port}.crl"), &pki.client_crls()).display(),
                    match site.tls {
                        Tls::Only12 => "+VERS-TLS1.2",
                        Tls::Only13 => "+VERS-TLS1.3",
                    },
                );
                let config = folder.join(format!("exim-{port}.conf"));
                fs::write(&config, text).expect("a configuration");
                Process::new("exim4", "-C {} -bdf", &[&config])
            })
            .collect()
    }
}

#[test]
fn proftpd_refuses_in_tls() {
    hold(&ProFtpd, "ftp://");
}

/// Given revocation lists it forgives whatever else is wrong, so it is given none.
struct ProFtpd;

impl Server for ProFtpd {
    fn name(&self) -> &'static str {
        "ProFTPD"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["proftpd", "/usr/lib/proftpd/mod_tls.so"]
    }

    fn revoked(&self) -> Judgement {
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let (user, group) = own_names(folder);
        let mut processes = Vec::new();
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let text = format!(
                "LoadModule mod_tls.c\nServerType standalone\nServerName here\nDefaultAddress 127.0.0.1\n\
                 Port {port}\nUser {user}\nGroup {group}\nPidFile {0}/{port}.pid\n\
                 ScoreboardFile {0}/{port}.score\nSystemLog {0}/{port}.log\nWtmpLog off\nUseReverseDNS off\n\
                 DelayTable none\nAuthOrder mod_auth_file.c\nTLSEngine on\nTLSLog {0}/tls-{port}.log\n\
                 TLSProtocol {1}\nTLSECCertificateFile {2}\nTLSECCertificateKeyFile {3}\n\
                 TLSCACertificateFile {4}\nTLSVerifyClient on\nTLSVerifyDepth 5\nTLSRequired on\n{5}",
                folder.display(),
                version(site.tls),
                shown.chain.display(),
                own(folder, &format!("{port}.key"), &shown.key).display(),
                pki.client_root().display(),
                shown.issuers.map_or(String::new(), |issuers| format!(
                    "TLSCertificateChainFile {}\n",
                    issuers.display()
                )),
            );
            let config = folder.join(format!("proftpd-{port}.conf"));
            fs::write(&config, text).expect("a configuration");
            processes.push(Process::new("proftpd", "-n -c {}", &[&config]));
        }
        processes
    }
}
