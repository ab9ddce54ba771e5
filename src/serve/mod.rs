//! Owns the mirror: a TLS server on this machine that records what its clients offer and present.
//!
//! One thread per connection, a bounded number of them, and a deadline on everything a client may take its
//! time over. What is said to the client is a [`Site`]'s business; what is refused at TLS is OpenSSL's.

mod bytes;
mod connection;
mod context;
mod hello;
mod http;
mod judge;
pub mod names;
mod persona;
mod presented;
pub mod salesforce;
mod sealed;
mod trace;
mod wire;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use openssl::ssl::SslVersion;

use crate::error::ServeError;
use crate::identity::Identity;
use crate::material::Certificate;

use context::Context;
pub use hello::{Hello, Opening};
pub use http::{Request, Response, Version};
pub use judge::judge;
pub use persona::{ALL as PERSONAS, Persona};
pub use presented::{Asked, Ending, PathError, Presented};

/// What a thread that serves one client needs: OpenSSL keeps its buffers on the heap.
const STACK_BYTES: usize = 256 * 1024;
/// How long to wait before accepting again when the machine is out of descriptors.
const BREATH: Duration = Duration::from_millis(20);

/// What is asked of a client in the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// A certificate, and a good one: refused at TLS otherwise, with the alert OpenSSL servers send.
    Require,
    /// A certificate is asked for, and anything or nothing is let through.
    Optional,
    /// No certificate is asked for.
    None,
}

/// What a server says over HTTP, and who is told when a connection is over.
pub trait Site: Send + Sync {
    /// The answer to one request.
    fn answer(&self, seen: &Presented, request: &Request) -> Response;

    /// The answer to plain HTTP on this port; none hangs up.
    fn plain_http(&self) -> Option<Response> {
        None
    }

    /// A connection has ended, well or badly.
    fn over(&self, _seen: &Presented) {}
}

/// How a server is set up.
pub struct Config {
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    /// What the server shows of itself.
    pub identity: Identity,
    /// The authorities whose client certificates are accepted.
    pub client_authorities: Vec<Certificate>,
    pub client_auth: ClientAuth,
    /// Another program's server to be mistaken for; an OpenSSL server where there is none.
    pub persona: Option<&'static Persona>,
    /// Lowest version accepted; TLS 1.2 where none is given.
    pub tls_min: Option<SslVersion>,
    /// Highest version accepted.
    pub tls_max: Option<SslVersion>,
    /// For the whole handshake.
    pub handshake_timeout: Duration,
    /// For each request with its answer, waiting for it included.
    pub request_timeout: Duration,
    /// How long a client may take to read the last words.
    pub linger: Duration,
    /// More clients than this wait in the kernel's queue.
    pub max_connections: usize,
    pub site: Arc<dyn Site>,
}

impl Config {
    /// A server on a free loopback port that demands a certificate of one of `client_authorities`.
    #[must_use]
    pub fn loopback(
        identity: Identity,
        client_authorities: Vec<Certificate>,
        site: Arc<dyn Site>,
    ) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            identity,
            client_authorities,
            client_auth: ClientAuth::Require,
            persona: None,
            tls_min: None,
            tls_max: None,
            handshake_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            linger: Duration::from_secs(1),
            max_connections: 2048,
            site,
        }
    }
}

/// A running server. Dropping it closes every connection and waits for every thread.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens; clients are served when this returns.
    ///
    /// # Errors
    /// The address cannot be listened on, OpenSSL refuses the identity, or no thread can be started.
    pub fn start(config: Config) -> Result<Self, ServeError> {
        let context = Context::new(&config)?;
        let listener = TcpListener::bind(config.listen)
            .map_err(|cause| ServeError::from_listen(config.listen, cause))?;
        let address = listener
            .local_addr()
            .map_err(|cause| ServeError::from_listen(config.listen, cause))?;
        let shared = Arc::new(Shared {
            config,
            context,
            stopping: AtomicBool::new(false),
            table: Mutex::default(),
            changed: Condvar::new(),
        });
        let acceptor = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name("accept".to_owned())
                .stack_size(STACK_BYTES)
                .spawn(move || shared.accept(&listener))
                .map_err(|cause| ServeError::Thread { cause })?
        };
        Ok(Self {
            address,
            shared,
            acceptor: Some(acceptor),
        })
    }

    /// Where it listens, with the port the system chose.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many clients are connected at this moment.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.table().open.len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
        // The acceptor sleeps in accept(): a connection of our own wakes it.
        let _ = TcpStream::connect_timeout(&reachable(self.address), Duration::from_secs(1));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        // Nobody is added any more; whoever is still here is cut off in the middle.
        let open: Vec<Client> = self.shared.table().open.drain().map(|(_, it)| it).collect();
        for client in &open {
            let _ = client.socket.shutdown(Shutdown::Both);
        }
        for thread in open.into_iter().filter_map(|client| client.thread) {
            let _ = thread.join();
        }
        let over = std::mem::take(&mut self.shared.table().over);
        for thread in over {
            let _ = thread.join();
        }
    }
}

/// An address that reaches a listener on `address` from this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// What the acceptor and the connections have in common.
struct Shared {
    config: Config,
    context: Context,
    stopping: AtomicBool,
    table: Mutex<Table>,
    changed: Condvar,
}

/// Who is connected, and which threads have done their work.
#[derive(Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Client>,
    over: Vec<JoinHandle<()>>,
}

struct Client {
    socket: Arc<TcpStream>,
    /// Filled in once the thread runs; it cannot leave before, as it needs the table to do so.
    thread: Option<JoinHandle<()>>,
}

impl Shared {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        loop {
            let accepted = listener.accept();
            if self.stopping() {
                return;
            }
            match accepted {
                Ok((socket, peer)) => self.admit(socket, peer),
                // Out of descriptors, or the client left already: neither ends the server.
                Err(_) => thread::sleep(BREATH),
            }
            self.wait_for_room();
        }
    }

    fn admit(self: &Arc<Self>, socket: TcpStream, peer: SocketAddr) {
        let _ = socket.set_nodelay(true);
        let socket = Arc::new(socket);
        let mut table = self.table();
        let id = table.next;
        table.next += 1;
        let shared = Arc::clone(self);
        let theirs = Arc::clone(&socket);
        let spawned = thread::Builder::new()
            .name("client".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                let leaving = Leaving { id, shared };
                connection::serve(
                    &leaving.shared.config,
                    &leaving.shared.context,
                    theirs,
                    peer,
                );
            });
        // Without a thread the client is dropped, which closes its socket.
        if let Ok(thread) = spawned {
            let thread = Some(thread);
            table.open.insert(id, Client { socket, thread });
        }
        let over = std::mem::take(&mut table.over);
        drop(table);
        for thread in over {
            let _ = thread.join();
        }
    }

    fn wait_for_room(&self) {
        let mut table = self.table();
        while table.open.len() >= self.config.max_connections && !self.stopping() {
            table = self
                .changed
                .wait_timeout(table, Duration::from_secs(1))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// Takes a client off the table when its thread ends, by whatever way.
struct Leaving {
    id: u64,
    shared: Arc<Shared>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut table = self.shared.table();
        if let Some(client) = table.open.remove(&self.id) {
            table.over.extend(client.thread);
        }
        drop(table);
        self.shared.changed.notify_all();
    }
}
