//! What each kind of frame asks for (RFC 9113, section 6), and the error where it is not what it should be.

use crate::http2::fields::Unreadable;
use crate::http2::frame::{
    self, ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, PING, PRIORITY,
    PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use crate::http2::{Code, MAX_FRAME, MAX_WINDOW};

use super::super::{MAX_BODY, MAX_HEAD, MAX_HEADERS, Request};
use super::request::{self, Head};
use super::stream::Stream;
use super::{Block, KEPT_HEADS, LAST_PING, Leaving, MAX_RESETS, MAX_STREAMS, Stop, Talk, Timed};

/// Method, scheme, authority and path stand among the fields here.
const MAX_FIELDS: usize = MAX_HEADERS + 4;

const fn protocol(why: &'static str) -> Stop {
    Stop::Fault(Code::Protocol, why)
}

const SIZE: Stop = Stop::Fault(Code::FrameSize, "a frame of the wrong length");
const STREAM: Stop = protocol("a frame on a stream where it cannot be");
const CLOSED: Stop = Stop::Fault(Code::StreamClosed, "a frame on a stream that is closed");
const WINDOW: Stop = Stop::Fault(Code::FlowControl, "more than the window has room for");

impl<L: Timed> Talk<'_, L> {
    pub(super) fn take(&mut self, frame: &Frame) -> Result<(), Stop> {
        let goes_on = frame.kind == CONTINUATION;
        match &self.block {
            Some(block) if goes_on && block.stream == frame.stream => {}
            None if !goes_on => {}
            _ => return Err(protocol("a field block that is not whole, or none")),
        }
        match frame.kind {
            DATA => self.data(frame),
            HEADERS => self.headers(frame),
            CONTINUATION => {
                self.idle()?;
                self.gather(frame)
            }
            PRIORITY => {
                if frame.stream == 0 {
                    return Err(STREAM);
                }
                if frame.payload.len() != 5 {
                    return Err(SIZE);
                }
                self.idle()
            }
            RST_STREAM => self.cancelled(frame),
            SETTINGS => self.settings(frame),
            PUSH_PROMISE => Err(protocol("a client does not push")),
            PING => self.ping(frame),
            GOAWAY => {
                if frame.stream != 0 {
                    return Err(STREAM);
                }
                if frame.payload.len() < 8 {
                    return Err(SIZE);
                }
                self.client_leaves = true;
                self.idle()
            }
            WINDOW_UPDATE => self.opened(frame),
            _ => self.idle(),
        }
    }

    /// Whether nothing was ever said on this stream (section 5.1).
    fn is_idle(&self, stream: u32) -> bool {
        stream.is_multiple_of(2) || stream > self.last
    }

    fn headers(&mut self, frame: &Frame) -> Result<(), Stop> {
        let id = frame.stream;
        if id.is_multiple_of(2) {
            return Err(STREAM);
        }
        if id <= self.last && !self.ended_early.contains(&id) {
            match self.streams.get(&id) {
                Some(stream) if !stream.whole => {}
                _ => return Err(CLOSED),
            }
        }
        self.block = Some(Block {
            stream: id,
            last: frame.has(END_STREAM),
            bytes: Vec::new(),
        });
        self.gather(frame)
    }

    /// Adds to the block that is under way.
    fn gather(&mut self, frame: &Frame) -> Result<(), Stop> {
        let part = frame.content().ok_or(protocol("more padding than frame"))?;
        let Some(block) = &mut self.block else {
            return Ok(());
        };
        if block.bytes.len() + part.len() > MAX_HEAD {
            let id = block.stream;
            return self.too_large(id);
        }
        block.bytes.extend_from_slice(part);
        if !frame.has(END_HEADERS) {
            return Ok(());
        }
        match self.block.take() {
            Some(block) => self.read(&block),
            None => Ok(()),
        }
    }

    /// The fields of `id` are more than is read, and without them no later ones can be.
    fn too_large(&mut self, id: u32) -> Result<(), Stop> {
        if id > self.last && self.leaving != Leaving::Final {
            self.last = id;
            let mut stream = Stream::new(Request::default(), None, true, self.initial);
            stream.refuse(431);
            self.streams.insert(id, stream);
            self.answer()?;
            self.send()?;
        }
        let why = "header fields larger than is read";
        Err(Stop::Fault(Code::EnhanceYourCalm, why))
    }

    fn read(&mut self, block: &Block) -> Result<(), Stop> {
        let id = block.stream;
        let section = match self.reader.read(&block.bytes, MAX_FIELDS, MAX_HEAD) {
            Ok(section) => section,
            Err(Unreadable::TooMany) => return self.too_large(id),
            Err(Unreadable::Broken) => {
                let why = "header fields that cannot be read";
                return Err(Stop::Fault(Code::Compression, why));
            }
        };
        if let Some(stream) = self.streams.get_mut(&id) {
            if !block.last || !request::are_trailers(&section.fields) {
                return self.reset(id, Code::Protocol);
            }
            stream.whole = true;
            let fits = stream.is_answered() || stream.is_as_long_as_said();
            return if fits {
                Ok(())
            } else {
                self.reset(id, Code::Protocol)
            };
        }
        if id <= self.last {
            // The end of a stream that we have ended before.
            return self.idle();
        }
        self.last = id;
        self.count()?;
        if self.leaving == Leaving::Final {
            return self.reset(id, Code::RefusedStream);
        }
        let kept: usize = self.streams.values().map(|one| size(&one.request)).sum();
        if self.streams.len() >= MAX_STREAMS as usize || kept > KEPT_HEADS - MAX_HEAD {
            return self.reset(id, Code::RefusedStream);
        }
        let too_large = section.size > MAX_HEAD;
        if too_large {
            let mut stream = Stream::new(Request::default(), None, block.last, self.initial);
            stream.refuse(431);
            self.streams.insert(id, stream);
            return Ok(());
        }
        let Some(Head { request, length }) = request::head(section.fields) else {
            return self.reset(id, Code::Protocol);
        };
        if block.last && length.is_some_and(|length| length != 0) {
            return self.reset(id, Code::Protocol);
        }
        let waits = request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        let mut stream = Stream::new(request, length, block.last, self.initial);
        if length.is_some_and(|length| length > MAX_BODY) {
            stream.refuse(413);
        } else if waits && !block.last {
            self.interim(id);
        }
        self.streams.insert(id, stream);
        Ok(())
    }

    fn data(&mut self, frame: &Frame) -> Result<(), Stop> {
        let id = frame.stream;
        if self.is_idle(id) {
            return Err(STREAM);
        }
        let length = frame.payload.len();
        self.window -= i64::try_from(length).unwrap_or(i64::MAX);
        if self.window < 0 {
            return Err(WINDOW);
        }
        self.owed += length;
        let part = frame.content().ok_or(protocol("more padding than frame"))?;
        let last = frame.has(END_STREAM);
        if part.is_empty() && !last {
            self.idle()?;
        } else {
            self.idle_frames = 0;
        }
        let room = self.room_for_bodies();
        match self.streams.get_mut(&id) {
            Some(stream) if !stream.whole => {
                if !stream.is_answered() && !stream.take(part, length, room) {
                    return self.reset(id, Code::FlowControl);
                }
                stream.whole = last;
                if last && !stream.is_answered() && !stream.is_as_long_as_said() {
                    return self.reset(id, Code::Protocol);
                }
            }
            // It may have been on its way when we ended the stream.
            None if self.ended_early.contains(&id) => self.idle()?,
            _ => {
                self.reset(id, Code::StreamClosed)?;
            }
        }
        self.give_back(id);
        Ok(())
    }

    fn cancelled(&mut self, frame: &Frame) -> Result<(), Stop> {
        if self.is_idle(frame.stream) {
            return Err(STREAM);
        }
        if frame.payload.len() != 4 {
            return Err(SIZE);
        }
        self.streams.remove(&frame.stream);
        self.rest();
        self.resets += 1;
        if self.resets > MAX_RESETS {
            let why = "too many streams opened to be reset";
            return Err(Stop::Fault(Code::EnhanceYourCalm, why));
        }
        self.idle()
    }

    fn settings(&mut self, frame: &Frame) -> Result<(), Stop> {
        const HEADER_TABLE_SIZE: u8 = 1;
        const ENABLE_PUSH: u8 = 2;
        const INITIAL_WINDOW_SIZE: u8 = 4;
        const MAX_FRAME_SIZE: u8 = 5;
        if frame.stream != 0 {
            return Err(STREAM);
        }
        if frame.has(ACK) {
            return if frame.payload.is_empty() {
                self.idle()
            } else {
                Err(SIZE)
            };
        }
        if !frame.payload.len().is_multiple_of(6) {
            return Err(SIZE);
        }
        for setting in frame.payload.chunks_exact(6) {
            let &[0, name, a, b, c, d] = setting else {
                continue;
            };
            let value = i64::from(u32::from_be_bytes([a, b, c, d]));
            match name {
                HEADER_TABLE_SIZE => self.no_table = true,
                ENABLE_PUSH if value > 1 => return Err(protocol("push is on or off")),
                INITIAL_WINDOW_SIZE if value > MAX_WINDOW => return Err(WINDOW),
                INITIAL_WINDOW_SIZE => {
                    let more = value - std::mem::replace(&mut self.initial, value);
                    for stream in self.streams.values_mut() {
                        stream.room += more;
                        if stream.room > MAX_WINDOW {
                            return Err(WINDOW);
                        }
                    }
                }
                MAX_FRAME_SIZE => {
                    let least = i64::try_from(MAX_FRAME).unwrap_or(i64::MAX);
                    if !(least..1 << 24).contains(&value) {
                        return Err(protocol("no such frame size"));
                    }
                }
                _ => {}
            }
        }
        frame::write(&mut self.out, SETTINGS, ACK, 0, &[]);
        self.idle()
    }

    fn ping(&mut self, frame: &Frame) -> Result<(), Stop> {
        if frame.stream != 0 {
            return Err(STREAM);
        }
        if frame.payload.len() != LAST_PING.len() {
            return Err(SIZE);
        }
        if !frame.has(ACK) {
            frame::write(&mut self.out, PING, ACK, 0, &frame.payload);
        } else if *frame.payload == LAST_PING {
            self.left();
        }
        self.idle()
    }

    fn opened(&mut self, frame: &Frame) -> Result<(), Stop> {
        let id = frame.stream;
        let (4, Some(more)) = (frame.payload.len(), frame.number(0)) else {
            return Err(SIZE);
        };
        let more = i64::from(more & 0x7fff_ffff);
        if id == 0 {
            if more == 0 {
                return Err(protocol("a window opened by nothing"));
            }
            self.room += more;
            if self.room > MAX_WINDOW {
                return Err(WINDOW);
            }
        } else if self.is_idle(id) {
            return Err(STREAM);
        } else if let Some(stream) = self.streams.get_mut(&id) {
            if more == 0 {
                return self.reset(id, Code::Protocol);
            }
            stream.room += more;
            if stream.room > MAX_WINDOW {
                return self.reset(id, Code::FlowControl);
            }
        }
        self.idle()
    }
}

/// What a request's head takes, in bytes.
fn size(request: &Request) -> usize {
    let fields = request.headers.iter();
    fields.map(|(name, value)| name.len() + value.len()).sum()
}
