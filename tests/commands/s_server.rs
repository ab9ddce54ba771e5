//! `openssl s_server`, for clients that bring what we wrote.

use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};

use crate::support::Place;

/// A server that demands a certificate, and ends with the test.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Server {
    /// Serves `certificate` and `key` to clients whose certificates lead to `root`: files of the place.
    pub fn start(place: &Place, certificate: &str, key: &str, root: &str) -> Self {
        let mut child = Command::new("openssl")
            .args("s_server -accept 127.0.0.1:0 -www -Verify 5 -verify_return_error".split(' '))
            .args(["-cert", certificate, "-key", key, "-CAfile", root])
            .current_dir(place.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl s_server");
        let mut lines = std::io::BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.strip_prefix("ACCEPT ")?
                    .rsplit(':')
                    .next()?
                    .parse()
                    .ok()
            })
            .expect("a port");
        // Its pipe must not fill, nor close.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
