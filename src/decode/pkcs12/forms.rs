//! The byte strings that writers have made of one password.

use zeroize::Zeroizing;

use crate::secret::Secret;

/// In the order to try them, the standard's own first.
pub(super) struct Forms(Vec<Option<Zeroizing<Vec<u8>>>>);

impl Forms {
    /// `None` stands for a password that nobody gave: only the empty ones are left to try.
    pub fn of(password: Option<&Secret>) -> Self {
        let text = password.map_or("", Secret::expose);
        let mut forms = vec![Some(Zeroizing::new(text.as_bytes().to_vec()))];
        if text.is_empty() {
            // No password at all differs from an empty one by two bytes of zero (RFC 7292, appendix B.1).
            forms.push(None);
        } else if !text.is_ascii() {
            // OpenSSL before 1.1 took each byte of the UTF-8 for a character.
            let mut widened = Zeroizing::new(Vec::with_capacity(text.len() * 2));
            for byte in text.bytes() {
                let mut buffer = [0; 2];
                widened.extend_from_slice(char::from(byte).encode_utf8(&mut buffer).as_bytes());
            }
            forms.push(Some(widened));
            // PBES2 takes bytes as they come, and a Latin-1 terminal sends Latin-1.
            let latin: Option<Vec<u8>> = text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).ok())
                .collect();
            forms.extend(latin.map(|bytes| Some(Zeroizing::new(bytes))));
        }
        Self(forms)
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.0
            .iter()
            .map(|form| form.as_ref().map(|form| form.as_slice()))
    }

    /// Puts the form that fitted before all others.
    pub fn prefer(&mut self, index: usize) {
        if index < self.0.len() {
            let form = self.0.remove(index);
            self.0.insert(0, form);
        }
    }
}
