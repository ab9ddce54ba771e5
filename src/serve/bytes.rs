//! Bytes of a handshake message, read from the front; every step says whether they were there.

pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from(self.u8()?) << 8 | u16::from(self.u8()?))
    }

    pub(super) fn u24(&mut self) -> Option<usize> {
        Some(usize::from(self.u8()?) << 16 | usize::from(self.u16()?))
    }

    /// A vector whose length is one byte.
    pub(super) fn vector8(&mut self) -> Option<Bytes<'a>> {
        let length = usize::from(self.u8()?);
        self.take(length).map(Bytes)
    }

    /// A vector whose length is two bytes.
    pub(super) fn vector16(&mut self) -> Option<Bytes<'a>> {
        let length = usize::from(self.u16()?);
        self.take(length).map(Bytes)
    }

    /// A vector whose length is three bytes.
    pub(super) fn vector24(&mut self) -> Option<Bytes<'a>> {
        let length = self.u24()?;
        self.take(length).map(Bytes)
    }

    pub(super) fn u16s(mut self) -> Vec<u16> {
        std::iter::from_fn(|| self.u16()).collect()
    }
}
