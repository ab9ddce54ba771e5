//! Node's https, which ends the connection without a word where it does not like a certificate.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki};
use crate::server::{Demand, Process, Server, Site, describe};

pub struct Node;

const SCRIPT: &str = r"
const fs = require('fs'), https = require('https');
for (const site of JSON.parse(fs.readFileSync(process.argv[2]))) {
  const options = {
    cert: fs.readFileSync(site.chain), key: fs.readFileSync(site.key),
    minVersion: site.tls, maxVersion: site.tls,
  };
  if (site.demand !== 'Nothing') {
    options.ca = fs.readFileSync(site.trust);
    options.requestCert = true;
    options.rejectUnauthorized = site.demand === 'Required';
    if (site.demand !== 'Lax') options.crl = fs.readFileSync(site.lists, 'utf8').match(/-----BEGIN[^]*?END X509 CRL-----/g);
  }
  https.createServer(options, (request, response) => {
    const out = site.demand === 'OptionalThen403' && !request.socket.authorized;
    if (site.demand === 'OptionalThenReason' && !request.socket.authorized) {
      response.writeHead(401, {'Content-Type': 'application/json'});
      return response.end(JSON.stringify({error: request.socket.authorizationError}) + '\n');
    }
    response.writeHead(out ? 403 : 200, {'Content-Type': 'text/plain'});
    response.end(out ? 'forbidden\n' : 'hello\n');
  }).on('tlsClientError', error => console.log(site.port, error.message)).listen(site.port, '127.0.0.1');
}
";

impl Server for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["node"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[
            Demand::Required,
            Demand::OptionalThen403,
            Demand::OptionalThenReason,
            Demand::Lax,
            Demand::Nothing,
        ]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        let usual = Judgement::usual(self.stack(), self.revoked(), site, client);
        match site.demand {
            Demand::Lax => Judgement::Accepts,
            Demand::OptionalThenReason if client == Client::Revoked => Judgement::NamesRevocation,
            // Its own build of OpenSSL asks less of keys than distributions do, up to Node 22.
            Demand::Required if client == Client::ShortKey => Judgement::Depends,
            Demand::OptionalThen403 if usual == Judgement::Refuses => Judgement::Forbids,
            _ => usual,
        }
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let script = folder.join("server.js");
        std::fs::write(&script, SCRIPT).expect("a script");
        let sites = describe(folder, sites, pki);
        vec![Process::new("node", "{} {}", &[&script, &sites])]
    }
}
