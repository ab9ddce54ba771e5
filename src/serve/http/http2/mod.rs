//! HTTP/2 as a server speaks it (RFC 9113): one conversation, from the preface to the last GOAWAY.
//!
//! One thread reads and writes in turns. What it holds for a client is bounded as a whole, not by stream: streams are
//! refused, and answers made one after another, before many of them make a connection dear.

mod frames;
mod request;
mod stream;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use crate::http2::fields::Reader;
use crate::http2::frame::{self, ACK, Frame, GOAWAY, PING, RST_STREAM, SETTINGS};
use crate::http2::{Code, MAX_FRAME, PREFACE, WINDOW};

use super::{MAX_HEAD, MAX_REQUESTS, Request, Response};
use stream::Stream;

/// How many streams may be open at once.
const MAX_STREAMS: u32 = 32;
/// The most that is kept of the header fields of all of them, in bytes.
const KEPT_HEADS: usize = 2 * MAX_HEAD;
/// Answers are made while no more than this waits to be sent, in bytes.
const MAX_WAITING: usize = 16 * 1024;
/// The most frames in a row that carry nothing on.
const MAX_IDLE: usize = 256;
/// The most streams a client may take back.
const MAX_RESETS: usize = 100;
/// Streams that were ended before the client was done: what was under way on them is let pass.
const REMEMBERED: usize = 64;
/// Comes back when everything sent before our farewell has been read.
const LAST_PING: [u8; 8] = *b"farewell";

/// A stream whose every read and write ends by a deadline.
pub(in crate::serve) trait Timed: Read + Write {
    fn until(&mut self, deadline: Instant);
}

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::serve) struct Patience {
    /// For a request with its answer, and until the next one begins.
    pub(in crate::serve) request: Duration,
    /// For the last words.
    pub(in crate::serve) linger: Duration,
}

/// Talks until there is nothing left to say; `begun` was read already.
pub(in crate::serve) fn converse<L: Timed>(
    line: &mut L,
    begun: Vec<u8>,
    patience: Patience,
    site: &mut dyn FnMut(&Request) -> Response,
) {
    let mut talk = Talk::new(line, begun, patience, site);
    let stop = talk.go_on();
    talk.end(stop);
}

/// Why a conversation is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// Everything is said.
    Done,
    /// The client has closed, or cannot be reached.
    Gone,
    /// Its time is up.
    Late,
    /// It broke the rules (section 5.4.1), in these words.
    Fault(Code, &'static str),
}

/// How far our farewell has come (section 6.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    No,
    /// The client has been told; what it sent before it knew is still served.
    Announced,
    /// What comes now is too late.
    Final,
}

struct Talk<'a, L> {
    line: &'a mut L,
    patience: Patience,
    site: &'a mut dyn FnMut(&Request) -> Response,
    /// What has arrived and is not yet a frame.
    arrived: Vec<u8>,
    /// What is to be sent.
    out: Vec<u8>,
    reader: Reader,
    /// The field block whose last frame has not come yet.
    block: Option<Block>,
    streams: BTreeMap<u32, Stream>,
    ended_early: VecDeque<u32>,
    /// The client's highest stream.
    last: u32,
    requests: usize,
    resets: usize,
    idle_frames: usize,
    /// Whether the client's first settings are known.
    settled: bool,
    /// How much more it may send on the connection, and what it has been given back of that not yet, in bytes.
    window: i64,
    owed: usize,
    /// How much it takes on the connection, and on a stream at first, in bytes.
    room: i64,
    initial: i64,
    /// Whether the next block must say that our table is empty.
    no_table: bool,
    leaving: Leaving,
    /// An answer wants the connection closed behind it.
    closing: bool,
    client_leaves: bool,
    /// Since when nothing is going on.
    since: Instant,
}

/// The parts of a field block (section 4.3).
struct Block {
    stream: u32,
    /// Whether nothing follows it on its stream.
    last: bool,
    bytes: Vec<u8>,
}

impl<'a, L: Timed> Talk<'a, L> {
    fn new(
        line: &'a mut L,
        begun: Vec<u8>,
        patience: Patience,
        site: &'a mut dyn FnMut(&Request) -> Response,
    ) -> Self {
        Self {
            line,
            patience,
            site,
            arrived: begun,
            out: Vec::new(),
            reader: Reader::default(),
            block: None,
            streams: BTreeMap::new(),
            ended_early: VecDeque::new(),
            last: 0,
            requests: 0,
            resets: 0,
            idle_frames: 0,
            settled: false,
            window: WINDOW,
            owed: 0,
            room: WINDOW,
            initial: WINDOW,
            no_table: false,
            leaving: Leaving::No,
            closing: false,
            client_leaves: false,
            since: Instant::now(),
        }
    }

    fn go_on(&mut self) -> Stop {
        self.greet().err().unwrap_or_else(|| {
            loop {
                if let Err(stop) = self.turn() {
                    break stop;
                }
            }
        })
    }

    /// Each side's preface (section 3.4).
    fn greet(&mut self) -> Result<(), Stop> {
        const MAX_CONCURRENT_STREAMS: u8 = 3;
        const MAX_HEADER_LIST_SIZE: u8 = 6;
        let mut settings = vec![0, MAX_CONCURRENT_STREAMS];
        settings.extend(MAX_STREAMS.to_be_bytes());
        settings.extend([0, MAX_HEADER_LIST_SIZE]);
        settings.extend(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX).to_be_bytes());
        frame::write(&mut self.out, SETTINGS, 0, 0, &settings);
        while self.arrived.len() < PREFACE.len() {
            if !PREFACE.starts_with(&self.arrived) {
                break;
            }
            self.flush()?;
            self.fill()?;
        }
        if !self.arrived.starts_with(PREFACE) {
            return Err(Stop::Fault(Code::Protocol, "no preface of HTTP/2"));
        }
        self.arrived.drain(..PREFACE.len());
        Ok(())
    }

    /// Does what the frames that are there ask for, and waits for more.
    fn turn(&mut self) -> Result<(), Stop> {
        let too_long = |_| Stop::Fault(Code::FrameSize, "a frame longer than was allowed");
        while let Some(frame) = Frame::take(&mut self.arrived).map_err(too_long)? {
            if !self.settled && (frame.kind != SETTINGS || frame.has(ACK)) {
                return Err(Stop::Fault(Code::Protocol, "no settings first"));
            }
            self.settled = true;
            self.take(&frame)?;
            self.answer()?;
            self.send()?;
        }
        if self.streams.is_empty() && (self.client_leaves || self.leaving == Leaving::Final) {
            return Err(Stop::Done);
        }
        if self.arrived.is_empty() {
            self.arrived = Vec::new();
        }
        self.flush()?;
        self.fill()
    }

    /// By when the client must have done what is waited for.
    fn deadline(&self) -> Instant {
        let oldest = self.streams.values().map(|stream| stream.since).min();
        match oldest {
            Some(since) => since + self.patience.request,
            None if self.leaving != Leaving::No => self.since + self.patience.linger,
            None => self.since + self.patience.request,
        }
    }

    fn fill(&mut self) -> Result<(), Stop> {
        let deadline = self.deadline();
        self.line.until(deadline);
        let mut chunk = [0; 4096];
        match self.line.read(&mut chunk) {
            Ok(0) => Err(Stop::Gone),
            Ok(count) => {
                self.arrived.extend(chunk.iter().take(count));
                Ok(())
            }
            Err(error) => Err(ending(&error)),
        }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if self.out.is_empty() {
            return Ok(());
        }
        let deadline = self.deadline();
        self.line.until(deadline);
        // Taken: many clients that wait hold no buffers.
        let out = std::mem::take(&mut self.out);
        let written = self.line.write_all(&out).and_then(|()| self.line.flush());
        written.map_err(|error| ending(&error))
    }

    /// Sends what has gathered, where that is worth a record of its own.
    fn flush_if_full(&mut self) -> Result<(), Stop> {
        if self.out.len() < MAX_FRAME {
            return Ok(());
        }
        self.flush()
    }

    /// Asks the client to open no more streams. As some may be under way, the last one that is served is only
    /// named when it has surely heard.
    fn leave(&mut self) {
        if self.leaving == Leaving::No {
            self.leaving = Leaving::Announced;
            self.go_away(0x7fff_ffff, Code::NoError, "");
            frame::write(&mut self.out, PING, 0, 0, &LAST_PING);
        }
    }

    fn left(&mut self) {
        if self.leaving == Leaving::Announced {
            self.leaving = Leaving::Final;
            self.go_away(self.last, Code::NoError, "");
        }
    }

    fn go_away(&mut self, last: u32, code: Code, why: &str) {
        let mut payload = last.to_be_bytes().to_vec();
        payload.extend(code.bytes());
        payload.extend(why.bytes());
        frame::write(&mut self.out, GOAWAY, 0, 0, &payload);
    }

    /// Ends one stream (section 5.4.2).
    fn reset(&mut self, stream: u32, code: Code) -> Result<(), Stop> {
        frame::write(&mut self.out, RST_STREAM, 0, stream, &code.bytes());
        let known = self.streams.remove(&stream);
        if known.is_none_or(|stream| !stream.whole) {
            self.remember(stream);
        }
        self.rest();
        self.idle()
    }

    fn remember(&mut self, stream: u32) {
        if self.ended_early.len() == REMEMBERED {
            self.ended_early.pop_front();
        }
        self.ended_early.push_back(stream);
    }

    /// Notes when the last stream has ended.
    fn rest(&mut self) {
        if self.streams.is_empty() {
            self.since = Instant::now();
        }
    }

    /// Counts a frame that carries nothing on: a client that sends many of them wants something else.
    fn idle(&mut self) -> Result<(), Stop> {
        self.idle_frames += 1;
        if self.idle_frames > MAX_IDLE {
            return Err(Stop::Fault(
                Code::EnhanceYourCalm,
                "too many frames for nothing",
            ));
        }
        Ok(())
    }

    /// Counts a request; none is served beyond the most.
    fn count(&mut self) -> Result<(), Stop> {
        self.requests += 1;
        if self.requests >= MAX_REQUESTS {
            self.closing = true;
        }
        if self.requests >= 2 * MAX_REQUESTS {
            return Err(Stop::Fault(Code::EnhanceYourCalm, "too many requests"));
        }
        Ok(())
    }

    /// The last words.
    fn end(&mut self, stop: Stop) {
        match stop {
            Stop::Gone => return,
            Stop::Done => {}
            Stop::Late => self.go_away(self.last, Code::NoError, "the time is up"),
            Stop::Fault(code, why) => self.go_away(self.last, code, why),
        }
        self.line.until(Instant::now() + self.patience.linger);
        let _ = self.line.write_all(&self.out);
        let _ = self.line.flush();
    }
}

fn ending(error: &io::Error) -> Stop {
    if error.kind() == io::ErrorKind::TimedOut {
        Stop::Late
    } else {
        Stop::Gone
    }
}

#[cfg(test)]
mod tests;
