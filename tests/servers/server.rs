//! How a real server is run: its sites on free loopback ports, its processes ended with the test, its logs shown when
//! a test fails.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::stack::Stack;
use crate::support::process::{Held, accepts, free_port};
use crate::support::{find, peer, peer_module};

/// One address of a server and how it behaves there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    pub shown: Shown,
    pub tls: Tls,
    pub demand: Demand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    Only12,
    Only13,
}

impl Tls {
    pub const ALL: [Self; 2] = [Self::Only12, Self::Only13];
}

/// What a site does about client certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Never asks.
    Nothing,
    /// Nobody comes in without a good one.
    Required,
    /// Asks, and the application answers 403 where none came.
    OptionalThen403,
    /// Asks, and the application answers 401 with the reason its TLS library gave it.
    OptionalThenReason,
    /// Asks, and lets everyone in whose certificate passes what little it checks.
    Lax,
    /// Asks only once the request is read: renegotiation in TLS 1.2, post-handshake in 1.3.
    PerLocation,
}

/// A kind of server: adding one is adding a file with one of these.
pub trait Server: Sync {
    fn name(&self) -> &'static str;

    /// Programs (or files, by absolute path) it cannot run without.
    fn needs(&self) -> &'static [&'static str];

    /// The Python module it is, if it is one.
    fn module(&self) -> Option<&'static str> {
        None
    }

    /// Which demands it can make.
    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required]
    }

    /// Whether it speaks this version at all.
    fn speaks(&self, _: Tls) -> bool {
        true
    }

    /// Whether it can show such a certificate at all.
    fn shows(&self, _: Shown) -> bool {
        true
    }

    /// What it makes of a client at a site: the one thing in which servers differ that a caller can know.
    fn judges(&self, site: Site, client: Client) -> Judgement {
        Judgement::usual(self.stack(), self.revoked(), site, client)
    }

    /// Whose TLS it speaks.
    fn stack(&self) -> Stack {
        Stack::OpenSsl
    }

    /// What it makes of a revoked certificate.
    fn revoked(&self) -> Judgement {
        Judgement::NamesRevocation
    }

    /// Writes what it needs into `folder` and says which processes serve these sites between them.
    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process>;
}

/// One process to run.
pub struct Process {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub env: Vec<(&'static str, OsString)>,
    /// The signal that ends it, where killing it would leave something behind.
    pub stop: Option<&'static str>,
}

impl Process {
    /// `line` is split at spaces; `{}` stands for the next of `values`, taken as it is.
    pub fn new(program: &str, line: &str, values: &[&dyn AsRef<std::ffi::OsStr>]) -> Self {
        let mut values = values.iter();
        Self {
            program: find(program).unwrap_or_else(|| PathBuf::from(program)),
            args: line
                .split_whitespace()
                .map(|word| match word {
                    "{}" => values
                        .next()
                        .expect("a value for each {}")
                        .as_ref()
                        .to_owned(),
                    word => word.into(),
                })
                .collect(),
            env: Vec::new(),
            stop: None,
        }
    }
}

/// The sites as a file of JSON, for servers that are scripts of ours.
pub fn describe(folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> PathBuf {
    let sites: Vec<_> = sites
        .iter()
        .map(|(site, port)| {
            let shown = pki.server(site.shown);
            serde_json::json!({
                "port": port,
                "tls": match site.tls {
                    Tls::Only12 => "TLSv1.2",
                    Tls::Only13 => "TLSv1.3",
                },
                "demand": format!("{:?}", site.demand),
                "chain": shown.chain,
                "key": shown.key,
                "trust": pki.client_root(),
                "lists": pki.client_crls(),
                "trust_and_lists": pki.client_root_and_crls(),
            })
        })
        .collect();
    let file = folder.join("sites.json");
    std::fs::write(&file, serde_json::Value::from(sites).to_string()).expect("a description");
    file
}

/// Whether all a server needs is here; says so aloud where it is not.
pub fn runnable(server: &dyn Server) -> bool {
    server.needs().iter().all(|need| peer(need))
        && server.module().is_none_or(peer_module)
        && peer("openssl")
}

/// A server that accepts connections; it ends when this is dropped.
pub struct Running {
    sites: Vec<(Site, u16)>,
    children: Vec<Held>,
    folder: tempfile::TempDir,
    /// Whether it shows its logs when a test fails.
    pub tells: bool,
}

impl Running {
    /// Starts it and waits until every site accepts.
    pub fn start(server: &dyn Server, sites: &[Site], pki: &Pki) -> Self {
        let mut last = String::new();
        // Somebody else may take a port between our look and the server's.
        for _ in 0..3 {
            match Self::try_start(server, sites, pki) {
                Ok(running) => return running,
                Err(problem) => last = problem,
            }
        }
        panic!("{} does not start: {last}", server.name());
    }

    pub fn port(&self, site: Site) -> u16 {
        let found = self.sites.iter().find(|(each, _)| *each == site);
        found.unwrap_or_else(|| panic!("{site:?} is not served")).1
    }

    /// The ends of all logs.
    pub fn logs(&self) -> String {
        logs(self.folder.path(), 20)
    }

    /// All that was logged.
    pub fn logs_whole(&self) -> String {
        logs(self.folder.path(), usize::MAX)
    }

    fn try_start(server: &dyn Server, sites: &[Site], pki: &Pki) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Some servers give up root before they read what they serve.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("a mode");
        let sites: Vec<_> = sites.iter().map(|site| (*site, free_port())).collect();
        let children = server
            .processes(folder.path(), &sites, pki)
            .into_iter()
            .enumerate()
            .map(|(number, process)| {
                let log = folder.path().join(format!("process-{number}.log"));
                let mut command = Command::new(&process.program);
                command
                    .args(&process.args)
                    .envs(process.env)
                    .current_dir(folder.path());
                Held::start(&command, &log, process.stop.unwrap_or("KILL"))
            })
            .collect();
        let mut running = Self {
            sites,
            children,
            folder,
            tells: true,
        };
        running.wait()?;
        Ok(running)
    }

    fn wait(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let ports: Vec<u16> = self.sites.iter().map(|(_, port)| *port).collect();
        for port in ports {
            while !accepts(port) {
                self.alive()?;
                if Instant::now() > deadline {
                    return Err(format!("port {port} is still closed\n{}", self.logs()));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        // What accepted may be a stranger's: ours has ended then.
        self.alive()
    }

    fn alive(&mut self) -> Result<(), String> {
        for (number, held) in self.children.iter_mut().enumerate() {
            if let Some(status) = held.ended() {
                let logs = self.logs();
                return Err(format!("process {number} ended, {status}\n{logs}"));
            }
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.tells && std::thread::panicking() {
            eprintln!("{}", self.logs());
        }
    }
}

fn logs(folder: &Path, most: usize) -> String {
    let mut text = String::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .collect();
    entries.sort();
    for path in entries {
        let log = String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
        let lines: Vec<_> = log.lines().collect();
        let from = lines.len().saturating_sub(most);
        let _ = writeln!(text, "--- {}\n{}", path.display(), lines[from..].join("\n"));
    }
    text
}
