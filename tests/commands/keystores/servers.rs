//! fullcert.pem in the configuration of servers and of a proxy that is a client: httpd for real, others as far as loading it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fullcert::encode::pem;

use crate::s_server::Server;
use crate::support::process::free_port;
use crate::support::{Place, Ran, find};

use super::calls::lay_out;
use super::pki::pki;
use super::write::{Cell, print};

/// Kinds of key; a cell of the matrix for each.
const KINDS: [&str; 3] = ["rsa", "p256", "ed25519"];
const MODULES: &str = "/usr/lib/apache2/modules";
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn servers_load_fullcert_pem_as_it_is() {
    let mut matrix: BTreeMap<(String, &str), Vec<(&str, Cell)>> = BTreeMap::new();
    for kind in KINDS {
        let place = Place::new();
        let pki = pki(kind);
        lay_out(&place, &pki);
        let whole = place.read("client.pem");
        let certificates = pem::certificates(pki.identity.chain().take(1)).unwrap();
        let key = pem::key(pki.identity.key(), None).unwrap();
        place.write("pair.pem", [key, certificates].concat());
        place.write(
            "issuers.pem",
            pem::certificates(pki.identity.issuers()).unwrap(),
        );
        assert!(whole.starts_with(b"-----BEGIN PRIVATE KEY-----"));
        let mut note = |consumer: &str, what: &'static str, cell: Option<Cell>| {
            if let Some(cell) = cell {
                matrix
                    .entry((consumer.to_owned(), what))
                    .or_default()
                    .push((kind, cell));
            }
        };
        note("nginx", "client.pem", nginx(&place));
        note("haproxy", "client.pem", haproxy(&place));
        note("node", "client.pem", node(&place));
        if find("apache2").is_some() && find("curl").is_some() {
            note("httpd", "client.pem", Some(httpd_as_server(&place)));
            note(
                "httpd proxy",
                "client.pem",
                Some(httpd_as_client(&place, "client.pem", "")),
            );
            let chain = format!(
                "SSLProxyMachineCertificateChainFile {}\n",
                place.path("issuers.pem").display()
            );
            note(
                "httpd proxy",
                "pair.pem",
                Some(httpd_as_client(&place, "pair.pem", &chain)),
            );
        }
    }
    print(&matrix);
    for ((consumer, what), cells) in &matrix {
        for (kind, cell) in cells {
            // An older mod_ssl takes only certificates with a key beside them, and issuers from a file of their own.
            let old =
                *what == "client.pem" && cell.as_ref().is_err_and(|why| why.contains("AH02252"));
            assert!(cell.is_ok() || old, "{consumer} {what} {kind}: {cell:?}");
        }
    }
}

/// The last line it said, where it failed.
fn cell(ran: &Ran) -> Cell {
    if ran.code == 0 {
        return Ok(());
    }
    let said = format!("{}{}", ran.stdout, ran.stderr);
    Err(said.lines().last().unwrap_or("?").to_owned())
}

fn nginx(place: &Place) -> Option<Cell> {
    let nginx = find("nginx")?;
    let here = place.path("");
    let (here, port) = (here.display(), free_port());
    place.write(
        "nginx.conf",
        format!(
            "pid {here}/nginx.pid; error_log stderr; events {{}} http {{ access_log off; \
             server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {here}/client.pem; ssl_certificate_key {here}/client.pem; }} }}"
        ),
    );
    Some(cell(
        &place.run(
            Command::new(nginx)
                .args(["-t", "-q", "-p", ".", "-c"])
                .arg(place.path("nginx.conf")),
        ),
    ))
}

fn haproxy(place: &Place) -> Option<Cell> {
    let haproxy = find("haproxy")?;
    let here = place.path("");
    place.write(
        "haproxy.cfg",
        format!(
            "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nfrontend f\n  bind 127.0.0.1:{} ssl crt {}/client.pem\n",
            free_port(),
            here.display()
        ),
    );
    Some(cell(&place.run(Command::new(haproxy).args([
        "-c",
        "-f",
        "haproxy.cfg",
    ]))))
}

fn node(place: &Place) -> Option<Cell> {
    find("node")?;
    place.write(
        "load.js",
        "const pem = require('fs').readFileSync('client.pem');\n\
         require('tls').createSecureContext({key: pem, cert: pem});\n",
    );
    Some(cell(&place.run(Command::new("node").arg("load.js"))))
}

/// Called by curl, which trusts the root alone: the issuers in the file must have been sent.
fn httpd_as_server(place: &Place) -> Cell {
    let file = place.path("client.pem");
    let tls = format!("SSLEngine on\nSSLCertificateFile {}\n", file.display());
    let httpd = Httpd::start(place, &tls)?;
    let url = format!("https://localhost:{}/", httpd.port);
    cell(&place.run(Command::new("curl").args([
        "-sSf",
        "-m",
        "20",
        "--noproxy",
        "*",
        "--cacert",
        "root.pem",
        &url,
    ])))
}

/// A proxy to a server that demands a certificate and knows the root alone.
fn httpd_as_client(place: &Place, file: &str, more: &str) -> Cell {
    let server = Server::start(place, "server.pem", "server.pem", "root.pem");
    let proxy = format!(
        "SSLProxyEngine on\nSSLProxyMachineCertificateFile {}\n{more}SSLProxyCACertificateFile {}\nProxyPass / https://localhost:{}/\n",
        place.path(file).display(),
        place.path("root.pem").display(),
        server.port
    );
    let httpd = Httpd::start(place, &proxy)?;
    let url = format!("http://localhost:{}/", httpd.port);
    let ran = place.run(Command::new("curl").args(["-sSf", "-m", "20", "--noproxy", "*", &url]));
    cell(&ran)?;
    if ran.stdout.contains("Client certificate") {
        Ok(())
    } else {
        Err(ran.stdout)
    }
}

struct Httpd {
    child: Child,
    port: u16,
}

impl Httpd {
    /// Starts one virtual host; where it ends at once, the reason is its own.
    fn start(place: &Place, host: &str) -> Result<Self, String> {
        let here = place.path("");
        let here = here.display();
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").expect("a port");
            free.local_addr().expect("its address").port()
        };
        place.write("index.html", "hello\n");
        let mut modules = String::new();
        for module in [
            "mpm_event",
            "ssl",
            "authz_core",
            "dir",
            "proxy",
            "proxy_http",
        ] {
            let _ = writeln!(
                modules,
                "LoadModule {module}_module {MODULES}/mod_{module}.so"
            );
        }
        let config = place.write(
            "httpd.conf",
            format!(
                "{modules}ServerRoot {here}\nServerName localhost\nPidFile {here}/httpd.pid\nDefaultRuntimeDir {here}\n\
                 ErrorLog {here}/error.log\nMutex file:{here} default\nDocumentRoot {here}\n\
                 User #65534\nGroup #65534\nSSLSessionCache none\nStartServers 1\nServerLimit 1\nThreadsPerChild 5\nMaxRequestWorkers 5\n\
                 Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\n{host}</VirtualHost>\n"
            ),
        );
        open_to_others(place);
        let program = find("apache2").expect("apache2");
        let output = File::create(place.path("output.log")).expect("a file");
        let child = Command::new(program)
            .arg("-DFOREGROUND")
            .arg("-f")
            .arg(config)
            .current_dir(place.path(""))
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the same file"))
            .stderr(output)
            .spawn()
            .expect("apache2");
        let mut httpd = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if httpd.child.try_wait().expect("its state").is_some() || begun.elapsed() > PATIENCE {
                return Err(why(place));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(httpd)
    }
}

impl Drop for Httpd {
    fn drop(&mut self) {
        // Its children go with it only where it is asked.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let kill = format!("kill {}", self.child.id());
            let _ = Command::new("sh").args(["-c", &kill]).status();
            let _ = self.child.wait();
        }
    }
}

/// The child that serves runs as nobody where the tests run as root.
fn open_to_others(place: &Place) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(place.path(""), mode).expect("its mode");
}

/// What it wrote of errors, less the line that only ends it.
fn why(place: &Place) -> String {
    let text = ["error.log", "output.log"]
        .iter()
        .filter_map(|name| std::fs::read_to_string(place.path(name)).ok())
        .collect::<String>();
    text.lines()
        .filter_map(|line| line.find("AH").map(|at| &line[at..]))
        .find(|line| line.starts_with("AH0"))
        .unwrap_or(&text)
        .to_owned()
}
