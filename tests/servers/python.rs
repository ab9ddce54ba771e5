//! Python's ssl, which names no authorities to its callers.

use std::path::Path;

use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, describe};

pub struct Python;

const SCRIPT: &str = r"
import http.server, json, ssl, sys, threading

class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        out = self.server.demand == 'OptionalThen403' and not self.connection.getpeercert()
        body = b'forbidden\n' if out else b'hello\n'
        self.send_response(403 if out else 200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    def __init__(self, site):
        self.demand = site['demand']
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(site['chain'], site['key'])
        version = ssl.TLSVersion[site['tls'].replace('.', '_')]
        self.tls.minimum_version = self.tls.maximum_version = version
        if self.demand != 'Nothing':
            self.tls.verify_mode = ssl.CERT_REQUIRED if self.demand == 'Required' else ssl.CERT_OPTIONAL
            self.tls.load_verify_locations(site['trust_and_lists'])
            self.tls.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
        super().__init__(('127.0.0.1', site['port']), Answer)
    def finish_request(self, request, address):
        # The handshake belongs to the connection's own thread.
        super().finish_request(self.tls.wrap_socket(request, server_side=True), address)

threads = [threading.Thread(target=Server(site).serve_forever) for site in json.load(open(sys.argv[1]))]
for thread in threads: thread.start()
for thread in threads: thread.join()
";

impl Server for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["python3"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::OptionalThen403, Demand::Nothing]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let script = folder.join("server.py");
        std::fs::write(&script, SCRIPT).expect("a script");
        let sites = describe(folder, sites, pki);
        vec![Process::new("python3", "{} {}", &[&script, &sites])]
    }
}
