//! gRPC's own server as Python, C++, Ruby and PHP have it: `BoringSSL` with every alert held back.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, Tls, describe};
use crate::stack::Stack;

pub struct Grpc;

const SCRIPT: &str = r"
import concurrent.futures, grpc, json, sys

read = lambda name: open(name, 'rb').read()
servers = []
for site in json.load(open(sys.argv[1])):
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
    demands = site['demand'] == 'Required'
    credentials = grpc.ssl_server_credentials(
        [(read(site['key']), read(site['chain']))],
        read(site['trust']) if demands else None, demands)
    server.add_secure_port('127.0.0.1:%d' % site['port'], credentials)
    server.start()
    servers.append(server)
for server in servers: server.wait_for_termination()
";

impl Server for Grpc {
    fn name(&self) -> &'static str {
        "grpc"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["python3"]
    }

    fn module(&self) -> Option<&'static str> {
        Some("grpc")
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn speaks(&self, tls: Tls) -> bool {
        // It speaks 1.2 to those who cannot do better, and has no setting that holds others to it.
        tls == Tls::Only13
    }

    fn stack(&self) -> Stack {
        Stack::BoringSsl
    }

    fn revoked(&self) -> Judgement {
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let script = folder.join("server.py");
        std::fs::write(&script, SCRIPT).expect("a script");
        let sites = describe(folder, sites, pki);
        vec![Process::new("python3", "{} {}", &[&script, &sites])]
    }
}
