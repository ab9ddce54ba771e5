//! Granian, for rustls: in TLS 1.3, as its versions have a lower bound alone.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Granian;

const APPLICATION: &str = r"
async def app(scope, receive, send):
    if scope['type'] == 'http':
        headers = [(b'content-length', b'6')]
        await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
        await send({'type': 'http.response.body', 'body': b'hello\n'})
";

impl Server for Granian {
    fn name(&self) -> &'static str {
        "granian"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["granian"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn speaks(&self, tls: Tls) -> bool {
        tls == Tls::Only13
    }

    fn shows(&self, shown: Shown) -> bool {
        // Each site is two processes: a few are enough.
        shown == Shown::NoIntermediate
    }

    fn stack(&self) -> Stack {
        Stack::Rustls
    }

    fn revoked(&self) -> Judgement {
        // It reads no list without a number (RFC 5280, section 5.2.3), and ours have none.
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        std::fs::write(folder.join("answer.py"), APPLICATION).expect("an application");
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let asks = match site.demand {
                    Demand::Nothing => "",
                    _ => "--ssl-client-verify --ssl-ca {}",
                };
                let line = format!(
                    "--interface asgi --workers 1 --port {port} --ssl-certificate {{}} --ssl-keyfile {{}} {asks} \
                     answer:app"
                );
                let mut process = Process::new(
                    "granian",
                    &line,
                    &[&shown.chain, &shown.key, &pki.client_root()],
                );
                process.stop = Some("TERM");
                process
            })
            .collect()
    }
}
