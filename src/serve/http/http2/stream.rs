//! Streams: the request that gathers on one, and its answer that leaves as fast as the client takes it.

use std::time::Instant;

use crate::http2::frame::{self, DATA, END_STREAM, WINDOW_UPDATE};
use crate::http2::{Code, MAX_FRAME, WINDOW, fields};

use super::super::{GRPC, KEPT_BODY, MAX_BODY, Request, Response};
use super::{MAX_WAITING, Stop, Talk, Timed};

/// Windows are opened again when half of one is used up, in bytes.
const WORTH_GIVING_BACK: usize = 32 * 1024;

/// A stream that is open.
pub(super) struct Stream {
    pub(super) since: Instant,
    pub(super) request: Request,
    /// Its body's length, where the client said it.
    pub(super) length: Option<usize>,
    /// Whether the client has said all of it.
    pub(super) whole: bool,
    /// How much more the client may send, and what has not been given back of that, in bytes.
    window: i64,
    owed: usize,
    /// How much the client takes, in bytes.
    pub(super) room: i64,
    answer: Answer,
}

/// What has become of the answer.
enum Answer {
    None,
    /// It is this, whatever the site thinks.
    Set(u16),
    /// What is still to be sent of its body.
    Sending(Vec<u8>, usize),
}

impl Stream {
    pub(super) fn new(request: Request, length: Option<usize>, whole: bool, room: i64) -> Self {
        Self {
            since: Instant::now(),
            request,
            length,
            whole,
            window: WINDOW,
            owed: 0,
            room,
            answer: Answer::None,
        }
    }

    /// Turns the request away, whole or not.
    pub(super) fn refuse(&mut self, status: u16) {
        if matches!(self.answer, Answer::None) {
            self.answer = Answer::Set(status);
        }
    }

    /// Whether nothing more of the request is listened to.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(self.answer, Answer::None)
    }

    /// Whether the whole request has the length it was said to have.
    pub(super) fn is_as_long_as_said(&self) -> bool {
        self.length
            .is_none_or(|length| length == self.request.body_bytes)
    }

    /// Takes a part of the body that was `length` bytes on the wire; `room` is what may be kept of it. False where
    /// it is more than the client may send.
    pub(super) fn take(&mut self, part: &[u8], length: usize, room: usize) -> bool {
        self.window -= i64::try_from(length).unwrap_or(i64::MAX);
        self.owed += length;
        let request = &mut self.request;
        request.body.extend(part.iter().take(room));
        request.body_bytes = request.body_bytes.saturating_add(part.len());
        if request.body_bytes > MAX_BODY {
            self.refuse(413);
        }
        self.window >= 0
    }

    /// What the stream's window is to be opened by.
    fn give_back(&mut self) -> Option<usize> {
        if self.whole || self.is_answered() || self.owed < WORTH_GIVING_BACK {
            return None;
        }
        self.window += i64::try_from(self.owed).unwrap_or(0);
        Some(std::mem::take(&mut self.owed))
    }

    /// Whether it is to be answered now. A call of gRPC may wait for that before it goes on.
    fn is_due(&self) -> bool {
        match self.answer {
            Answer::None => self.whole || self.request.is_grpc(),
            Answer::Set(_) => true,
            Answer::Sending(..) => false,
        }
    }

    fn waiting(&self) -> usize {
        match &self.answer {
            Answer::Sending(body, sent) => body.len() - sent,
            _ => 0,
        }
    }
}

impl<L: Timed> Talk<'_, L> {
    /// How much more of bodies may be kept.
    pub(super) fn room_for_bodies(&self) -> usize {
        let kept: usize = self
            .streams
            .values()
            .map(|stream| stream.request.body.len())
            .sum();
        KEPT_BODY.saturating_sub(kept)
    }

    /// Opens the windows again that have been used up.
    pub(super) fn give_back(&mut self, id: u32) {
        let mut open = |id, by: usize| {
            let by = u32::try_from(by).unwrap_or(0).to_be_bytes();
            frame::write(&mut self.out, WINDOW_UPDATE, 0, id, &by);
        };
        if self.owed >= WORTH_GIVING_BACK {
            self.window += i64::try_from(self.owed).unwrap_or(0);
            open(0, std::mem::take(&mut self.owed));
        }
        if let Some(by) = self.streams.get_mut(&id).and_then(Stream::give_back) {
            open(id, by);
        }
    }

    /// Tells a client that waits for it to send its body (RFC 9110, section 10.1.1).
    pub(super) fn interim(&mut self, id: u32) {
        let mut block = self.begin_block();
        fields::write(&mut block, ":status", "100");
        frame::write_head(&mut self.out, id, false, &block);
    }

    fn begin_block(&mut self) -> Vec<u8> {
        let mut block = Vec::new();
        if std::mem::take(&mut self.no_table) {
            fields::write_no_table(&mut block);
        }
        block
    }

    /// Answers what has been asked, as long as not too much waits to be sent.
    pub(super) fn answer(&mut self) -> Result<(), Stop> {
        loop {
            let waiting: usize = self.streams.values().map(Stream::waiting).sum();
            if waiting > MAX_WAITING {
                return Ok(());
            }
            let due = self.streams.iter_mut().find(|(_, stream)| stream.is_due());
            let Some((&id, stream)) = due else {
                return Ok(());
            };
            let response = match stream.answer {
                Answer::Set(status) => Response::bare(status),
                _ => (self.site)(&stream.request),
            };
            let last = response.body.is_empty() || stream.request.method == "HEAD";
            let mut block = self.begin_block();
            write_fields(&response, &mut block);
            frame::write_head(&mut self.out, id, last, &block);
            self.closing |= response.close;
            if let Some(stream) = self.streams.get_mut(&id) {
                stream.request = Request::default();
                stream.answer = Answer::Sending(response.body, 0);
            }
            if last {
                self.finish(id)?;
            }
            self.flush_if_full()?;
        }
    }

    /// Sends as much of the answers as the client takes now, in turns.
    pub(super) fn send(&mut self) -> Result<(), Stop> {
        let mut on = true;
        while on && self.room > 0 {
            on = false;
            let ids: Vec<u32> = self.streams.keys().copied().collect();
            for id in ids {
                on |= self.send_some(id)?;
            }
            // There may be room for answers that had to wait.
            if on {
                self.answer()?;
            }
        }
        Ok(())
    }

    fn send_some(&mut self, id: u32) -> Result<bool, Stop> {
        let Some(stream) = self.streams.get_mut(&id) else {
            return Ok(false);
        };
        let Answer::Sending(body, sent) = &mut stream.answer else {
            return Ok(false);
        };
        let rest = body.get(*sent..).unwrap_or_default();
        let room = usize::try_from(self.room.min(stream.room)).unwrap_or(0);
        let count = rest.len().min(room).min(MAX_FRAME);
        if count == 0 {
            return Ok(false);
        }
        let last = count == rest.len();
        let flags = if last { END_STREAM } else { 0 };
        let part = rest.get(..count).unwrap_or_default();
        frame::write(&mut self.out, DATA, flags, id, part);
        *sent += count;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        stream.room -= count;
        self.room -= count;
        self.idle_frames = 0;
        if last {
            self.finish(id)?;
        }
        self.flush_if_full()?;
        Ok(true)
    }

    /// The answer is whole.
    fn finish(&mut self, id: u32) -> Result<(), Stop> {
        self.idle_frames = 0;
        if self.streams.get(&id).is_some_and(|stream| !stream.whole) {
            // What the client would still say is not needed (section 8.1).
            self.reset(id, Code::NoError)?;
        }
        self.streams.remove(&id);
        self.rest();
        if self.closing {
            self.leave();
        }
        Ok(())
    }
}

fn write_fields(response: &Response, block: &mut Vec<u8>) {
    fields::write(block, ":status", &response.status.to_string());
    fields::write(block, "content-type", response.content_type);
    if response.content_type != GRPC {
        fields::write(block, "content-length", &response.body.len().to_string());
    }
    for (name, value) in response.lines() {
        fields::write(block, &name.to_ascii_lowercase(), &value);
    }
}
