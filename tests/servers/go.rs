//! Go's own server in the newest Go, which names its reasons as Go before 1.20 did not (see caddy.rs).

use std::path::Path;
use std::process::Command;

use crate::expect::Judgement;
use crate::pki::{Client, Pki};
use crate::server::{Demand, Process, Server, Site, describe};
use crate::stack::Stack;
use crate::support::find;

pub struct Go;

impl Server for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[
            Demand::Required,
            Demand::OptionalThen403,
            Demand::Lax,
            Demand::Nothing,
        ]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match site.demand {
            Demand::Lax => Judgement::Accepts,
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
        std::fs::write(folder.join("main.go"), include_str!("go/main.go")).expect("a source");
        // Compiled before anybody waits for its ports; the library it is linked with is kept for the next time. As a
        // module of this Go's version: a program without one keeps the habits of old ones.
        for line in ["mod init server", "build -o server ."] {
            let ran = Command::new(find("go").expect("go"))
                .args(line.split(' '))
                .current_dir(folder)
                .env("GOTOOLCHAIN", "local")
                .env("GOFLAGS", "")
                .env("CGO_ENABLED", "0")
                .env("GOPATH", folder.join("packages"))
                .env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"))
                .output()
                .expect("go runs");
            let words = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "go {line}: {words}");
        }
        let sites = describe(folder, sites, pki);
        let mut process = Process::new("go", "{}", &[&sites]);
        process.program = folder.join("server");
        vec![process]
    }
}
