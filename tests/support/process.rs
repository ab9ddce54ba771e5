//! Other people's programs in the background, and the ports they listen on.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// A process in a group of its own, which ends when its standard input does: with us, however we end.
pub struct Held {
    child: Child,
}

impl Held {
    /// Starts a command as it is (program, arguments, environment, folder), its output going to `log`.
    ///
    /// `stop` is the signal that ends it; one second later the whole group is killed.
    pub fn start(command: &Command, log: &Path, stop: &str) -> Self {
        // The shell becomes the server; what it leaves behind waits for our end and then stops the group.
        let script = format!(
            "exec 3<&0 </dev/null; \
             (read -r _ <&3; kill -{stop} $$; \
              for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ 2>/dev/null || break; sleep 0.1; done; \
              kill -KILL 0) & \
             exec 3<&-; exec \"$@\""
        );
        let out = File::create(log).expect("a log");
        let err = out.try_clone().expect("a log");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &script, "sh"])
            .arg(command.get_program())
            .args(command.get_args())
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err)
            .process_group(0);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        Self {
            child: shell.spawn().expect("sh runs"),
        }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child's status")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Whether somebody listens there.
pub fn accepts(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok()
}

/// A port nobody listens on, below those the system hands out by itself, and not given twice.
pub fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 20_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Runs beside each other begin in different places.
    let start = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).expect("a small number");
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (start + step) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
