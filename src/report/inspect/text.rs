//! The listing for a person: one paragraph per object, what matters first.

use std::io::{self, Write};

use colored::Colorize as _;

use crate::decode::{Decoded, Format, Integrity, Mac};
use crate::material::Time;
use crate::report::when::relative;

use super::{File, Listed, Listing, Signatures, kind};

/// Certificates that end within this many days are worth a colour.
const SOON: i64 = 30;

/// Prints every file that could be read.
///
/// # Errors
/// What the stream says.
pub fn print(listing: &Listing, now: Time, out: &mut dyn Write) -> io::Result<()> {
    // A terminal's stream is written line by line; a large file has many.
    let mut out = io::BufWriter::with_capacity(64 * 1024, out);
    let signatures = Signatures::new(listing);
    let readable = listing
        .files
        .iter()
        .enumerate()
        .filter_map(|(index, file)| Some((index, file, file.read.as_ref().ok()?)));
    for (position, (index, file, read)) in readable.enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        print_file(index, file, read, (listing, &signatures), now, &mut out)?;
    }
    out.flush()
}

fn print_file(
    index: usize,
    file: &File,
    read: &Decoded,
    (listing, signatures): (&Listing, &Signatures),
    now: Time,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{}: {}", shown(&file.path).bold(), format(read.format))?;
    match read.integrity {
        Integrity::Verified => write!(out, ", integrity verified")?,
        Integrity::Unchecked => write!(
            out,
            ", {}",
            "integrity not checked: that takes the password".yellow()
        )?,
        Integrity::None => {}
    }
    writeln!(out, ", {}", count(read.objects.len()))?;
    if let Some(mac) = &read.mac {
        writeln!(out, "  {} {}", "integrity".dimmed(), check(mac))?;
    }
    for safe in &read.safes {
        writeln!(out, "  {}     {safe}", "safes".dimmed())?;
    }
    for note in read.remarks.iter().chain(&read.notes) {
        writeln!(out, "  {} {note}", "note:".cyan())?;
    }
    let plain = !colored::control::SHOULD_COLORIZE.should_colorize();
    for (number, object) in read.objects.iter().enumerate() {
        writeln!(out)?;
        let listed = Listed::of(object, read, signatures);
        let mut paragraph = Paragraph { out, now, plain };
        paragraph.headline(number, &listed)?;
        paragraph.facts(&listed)?;
        for place in file.pairs.get(&number).into_iter().flatten() {
            let path = listing
                .files
                .get(place.file)
                .filter(|_| place.file != index)
                .map(|file| file.path.as_str());
            if let Some(other) = listing.object(*place) {
                paragraph.pair(listed.kind, kind(&other.item), place.object, path)?;
            }
        }
    }
    Ok(())
}

struct Paragraph<'o> {
    out: &'o mut dyn Write,
    now: Time,
    /// Without colour, which costs each line three copies of it.
    plain: bool,
}

impl Paragraph<'_> {
    fn headline(&mut self, index: usize, object: &Listed<'_>) -> io::Result<()> {
        let number = index + 1;
        write!(self.out, "  {number}. {}", noun(object).bold())?;
        if let Some(alias) = &object.alias {
            write!(self.out, " \"{}\"", alias.escape_debug())?;
        }
        if let Some(member) = &object.member {
            write!(self.out, " in {member}")?;
        }
        if let Some(line) = object.line {
            write!(self.out, " (line {line})")?;
        }
        writeln!(self.out)
    }

    fn facts(&mut self, object: &Listed<'_>) -> io::Result<()> {
        self.optional("subject", object.subject.as_deref())?;
        if object.self_signed == Some(true) {
            self.line("issuer", "itself (self-signed)")?;
        } else {
            self.optional("issuer", object.issuer.as_deref())?;
        }
        if let (Some(from), Some(until)) = (object.not_before, object.not_after) {
            self.validity(from, until)?;
        }
        if object.trusted == Some(true) {
            self.line("trusted", "yes: its keystore marks it so")?;
        }
        if let Some(issued) = object.this_update {
            self.line("issued", &self.told(issued))?;
        }
        if let Some(next) = object.next_update {
            let told = self.told(next);
            if next < self.now {
                self.line("next due", &format!("{told}: {}", "out of date".yellow()))?;
            } else {
                self.line("next due", &told)?;
            }
        }
        if let Some(revoked) = object.revoked {
            self.line("revoked", &format!("{revoked} certificates"))?;
        }
        if !object.sans.is_empty() {
            self.line("names", &object.sans.join(", "))?;
        }
        if let Some(usages) = &object.eku {
            self.line("for", &usages.join(", "))?;
        }
        if object.ca == Some(true) {
            let length = object
                .path_length
                .map(|length| format!(", path length {length}"));
            self.line("CA", &format!("yes{}", length.unwrap_or_default()))?;
        }
        if let Some(key) = &object.key {
            self.line("key", &key.to_string())?;
        }
        if let Some(encryption) = object.encryption {
            let state = if object.locked == Some(true) {
                "locked".yellow().to_string()
            } else {
                "opened".to_owned()
            };
            self.line("passphrase", &format!("{state}: {encryption}"))?;
        }
        self.optional("algorithm", object.algorithm)?;
        if object.signature_valid == Some(false) {
            self.line(
                "signature",
                &"wrong: not made by the key it carries".red().to_string(),
            )?;
        }
        self.optional("serial", object.serial)?;
        self.optional("sha256", object.sha256.as_deref())
    }

    fn validity(&mut self, from: Time, until: Time) -> io::Result<()> {
        let ends = relative(self.now, until);
        let state = if self.now < from {
            format!("not valid yet: begins {}", relative(self.now, from))
                .red()
                .to_string()
        } else if until < self.now {
            format!("expired {ends}").red().to_string()
        } else if self.now.days_until(until) < SOON {
            format!("expires {ends}").yellow().to_string()
        } else {
            format!("expires {ends}")
        };
        self.line("valid", &format!("{from} to {until}, {state}"))
    }

    /// A line such as `belongs to certificate 1 of leaf.crt`.
    fn pair(
        &mut self,
        own: &str,
        other: &str,
        number: usize,
        path: Option<&str>,
    ) -> io::Result<()> {
        let place = path.map(|path| format!(" of {}", shown(path)));
        let target = format!("{other} {}{}", number + 1, place.unwrap_or_default());
        let told = match (own, other) {
            ("key", _) => format!("belongs to {target}"),
            (_, "key") => format!("its private key is {target}"),
            _ => format!("same key as {target}"),
        };
        self.line("pair", &told.green().to_string())
    }

    fn told(&self, moment: Time) -> String {
        format!("{moment}, {}", relative(self.now, moment))
    }

    fn optional(&mut self, name: &str, value: Option<&str>) -> io::Result<()> {
        match value {
            Some("") => self.line(name, "(empty)"),
            Some(value) => self.line(name, value),
            None => Ok(()),
        }
    }

    fn line(&mut self, name: &str, value: &str) -> io::Result<()> {
        if self.plain {
            return writeln!(self.out, "     {name:<10} {value}");
        }
        writeln!(self.out, "     {} {value}", format!("{name:<10}").dimmed())
    }
}

fn noun(object: &Listed<'_>) -> &'static str {
    match (object.kind, object.ca, object.self_signed) {
        ("certificate", Some(true), Some(true)) => "root certificate",
        ("certificate", Some(true), _) => "CA certificate",
        ("certificate", ..) => "certificate",
        ("key", ..) if object.locked == Some(true) => "private key, locked",
        ("key", ..) => "private key",
        ("public-key", ..) => "public key",
        ("request", ..) => "signing request",
        ("crl", ..) => "revocation list",
        ("secret-key", ..) => "secret key",
        (other, ..) => other,
    }
}

fn format(format: Format) -> &'static str {
    match format {
        Format::Pem => "PEM",
        Format::Der => "DER",
        Format::Pkcs7 => "PKCS#7",
        Format::Pkcs12 => "PKCS#12",
        Format::Jks => "JKS",
        Format::Jceks => "JCEKS",
        Format::Jwk => "JSON Web Key",
        Format::Zip => "ZIP",
    }
}

/// A check as one phrase: `HMAC with SHA256, PKCS#12 KDF, 2048 iterations`.
fn check(mac: &Mac) -> String {
    let kdf = mac.kdf.as_ref().map(|kdf| format!(", {kdf}"));
    let iterations = mac.iterations.map(|count| format!(", {count} iterations"));
    format!(
        "{} with {}{}{}",
        mac.scheme,
        mac.digest,
        kdf.unwrap_or_default(),
        iterations.unwrap_or_default()
    )
}

fn count(objects: usize) -> String {
    match objects {
        0 => "nothing in it".to_owned(),
        1 => "1 object".to_owned(),
        more => format!("{more} objects"),
    }
}

/// A path that cannot drive the terminal.
fn shown(path: &str) -> String {
    if path == "-" {
        return "standard input".to_owned();
    }
    path.chars()
        .flat_map(|character| {
            let control = character.is_control();
            let escaped = control.then(|| character.escape_default());
            escaped
                .into_iter()
                .flatten()
                .chain((!control).then_some(character))
        })
        .collect()
}
