//! Watching a server: each visit is told as it ends, until somebody has seen enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::error::{Error, ServeError};
use crate::evidence::CertificateFacts;
use crate::report::serve as words;
use crate::report::serve::Visitor;
use crate::serve::{self, Server};

use super::super::Context;
use super::mirror::Visit;

/// How often a signal is looked for.
const PULSE: Duration = Duration::from_millis(50);

/// How visits are told.
pub struct Watch<'a> {
    pub json: bool,
    pub stop: &'a AtomicBool,
    /// End after this many.
    pub limit: u64,
    pub trusted: &'a [CertificateFacts],
}

impl Watch<'_> {
    /// Tells of each visit as it ends.
    pub fn until_stopped(
        &self,
        servers: Vec<Server>,
        visits: Receiver<Visit>,
        context: &mut Context<'_, '_>,
    ) -> Result<(), Error> {
        let mut count = 0;
        while !self.stop.load(Ordering::Relaxed) && count < self.limit {
            match visits.recv_timeout(PULSE) {
                Ok(visit) => self.tell(&visit, &mut count, context)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Stopping ends the connections that are open, and each of those is still told of.
        let stopping = thread::Builder::new()
            .spawn(move || drop(servers))
            .map_err(|cause| ServeError::Thread { cause })?;
        for visit in visits {
            if count < self.limit {
                self.tell(&visit, &mut count, context)?;
            }
        }
        let _ = stopping.join();
        if self.json {
            words::stopped(count, context.io.stdout)?;
        } else {
            words::end(count, context.io.stdout)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        visit: &Visit,
        count: &mut u64,
        context: &mut Context<'_, '_>,
    ) -> Result<(), Error> {
        *count += 1;
        let diagnosis = serve::judge(&visit.seen, self.trusted, visit.at);
        let visitor = Visitor {
            number: Some(*count),
            at: visit.at,
            seen: &visit.seen,
            request: None,
            diagnosis: &diagnosis,
        };
        if self.json {
            words::visit(&visitor, context.io.stdout)?;
        } else {
            words::line(&visitor, context.io.stdout)?;
        }
        Ok(())
    }
}

/// Raised by Ctrl-C and by a request to end; a second one ends the program on the spot.
pub fn signals() -> Result<Arc<AtomicBool>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|cause| ServeError::Signal { cause })?;
    }
    Ok(stop)
}
