//! What `fullcert bundle` made of the pile.

mod json;
mod warning;

use std::io::{self, Write};

use colored::Colorize as _;

use crate::chain::{Assembly, End, LeftOut, Path, Why};
use crate::material::{Certificate, Time};
use crate::source::Origin;

pub use json::json;
pub use warning::Warning;

/// All there is to tell.
pub struct Bundled<'a> {
    pub assembly: &'a Assembly,
    pub warnings: &'a [Warning],
    /// Things in the pile that are neither certificates nor keys, and what the decoders passed over.
    pub passed_over: &'a [PassedOver],
    pub written: &'a [Written],
    /// Every path, where they are to be shown.
    pub paths: &'a [Path],
    pub now: Time,
}

/// Something that can be no part of an identity.
#[derive(Debug, Clone)]
pub enum PassedOver {
    Thing { what: &'static str, origin: Origin },
    Note { file: Origin, note: String },
}

/// One file that was written.
#[derive(Debug, Clone)]
pub struct Written {
    pub path: String,
    pub format: &'static str,
    pub alias: Option<String>,
    pub key: bool,
    pub leaf: bool,
    /// How many issuers follow the leaf.
    pub issuers: usize,
}

impl Written {
    /// Whether a client can use it by itself.
    fn is_identity(&self) -> bool {
        self.key && self.leaf
    }

    fn content(&self) -> String {
        let issuers = match self.issuers {
            0 => None,
            1 => Some("1 intermediate".to_owned()),
            many => Some(format!("{many} intermediates")),
        };
        let key = self.key.then(|| "key".to_owned());
        let leaf = self.leaf.then(|| "leaf".to_owned());
        let mut parts: Vec<String> = key.into_iter().chain(leaf).chain(issuers).collect();
        let last = parts.pop().unwrap_or_default();
        if parts.is_empty() {
            last
        } else {
            format!("{} and {last}", parts.join(", "))
        }
    }
}

/// Prints the result for a person.
///
/// # Errors
/// What the stream says.
pub fn text(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let leaf = bundled.assembly.identity.leaf();
    let key = bundled.assembly.identity.key();
    writeln!(out, "{}", leaf.subject().to_string().bold())?;
    writeln!(out, "  issued by  {}", leaf.issuer())?;
    writeln!(
        out,
        "  valid      {} to {} ({})",
        leaf.not_before(),
        leaf.not_after(),
        left(leaf, bundled.now)
    )?;
    if !leaf.sans().is_empty() {
        writeln!(out, "  names      {}", listed(leaf.sans()))?;
    }
    let usage = leaf
        .eku()
        .map_or_else(|| "any purpose".to_owned(), |usages| usages.join(", "));
    writeln!(out, "  for        {}", usage.escape_debug())?;
    writeln!(out, "  key        {}, in {}", key.info(), key.origin())?;
    chain(bundled, out)?;
    left_out(bundled, out)?;
    if !bundled.paths.is_empty() {
        let path = &bundled.assembly.path;
        let root = path.root().filter(|root| !path.certificates.contains(root));
        let taken: Vec<&str> = path
            .certificates
            .iter()
            .chain(root)
            .map(Certificate::sha256)
            .collect();
        super::paths::draw(bundled.paths, &taken, out)?;
    }
    writeln!(out, "\n{}", "Written".bold())?;
    let wide = bundled
        .written
        .iter()
        .map(|file| file.path.chars().count())
        .max()
        .unwrap_or(0);
    for file in bundled.written {
        let content = file.content();
        write!(out, "  {:wide$}  {:6}  {content}", file.path, file.format)?;
        if let Some(alias) = &file.alias {
            write!(out, ", alias {}", alias.escape_debug())?;
        }
        writeln!(out)?;
    }
    if let Some(first) = bundled
        .written
        .iter()
        .find(|file| file.is_identity() && file.path != "-")
    {
        writeln!(
            out,
            "\n{}\n  fullcert probe https://HOST:PORT/ -E {}",
            "Next".bold(),
            quoted(&first.path)
        )?;
    }
    Ok(())
}

fn chain(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", "Chain".bold())?;
    for (depth, certificate) in bundled.assembly.identity.chain().enumerate() {
        writeln!(
            out,
            "  {depth}  {:indent$}{}  {}",
            "",
            certificate.subject(),
            certificate.origin().to_string().dimmed(),
            indent = depth * 2
        )?;
    }
    let root = bundled.assembly.root();
    if bundled.assembly.identity.issuers().last() == root && root.is_some() {
        return Ok(());
    }
    let indent = bundled.assembly.path.certificates.len() * 2;
    let top = match &bundled.assembly.path.end {
        End::Root(root) => format!(
            "{}  the root, left out: whoever trusts it has it",
            root.subject()
        ),
        End::Anchor(root) => format!("{}  trusted by the other side", root.subject()),
        End::Named(name) => format!("{name}  named by the other side"),
        End::SelfSigned => return Ok(()),
        End::Gap(gap) => format!("{}  missing", gap.missing()).yellow().to_string(),
    };
    writeln!(out, "  -  {:indent$}{top}", "")
}

/// More of one kind in one file than this are counted, not listed.
const LISTED: usize = 5;

fn left_out(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    let mut groups: Vec<(String, Vec<&LeftOut>)> = Vec::new();
    for entry in &bundled.assembly.left_out {
        let file = format!("{} {}", why(&entry.why), entry.certificate.origin().whole());
        match groups.iter_mut().find(|(name, _)| *name == file) {
            Some((_, group)) => group.push(entry),
            None => groups.push((file, vec![entry])),
        }
    }
    for (_, group) in groups {
        let Some(first) = group.first() else { continue };
        if group.len() > LISTED {
            lines.push(format!(
                "{}: {} certificates, {}",
                first.certificate.origin().whole(),
                group.len(),
                sentence(&first.why, true)
            ));
            continue;
        }
        for entry in group {
            lines.push(format!(
                "{}: {}, {}",
                entry.certificate.origin(),
                entry.certificate.subject(),
                sentence(&entry.why, false)
            ));
        }
    }
    for key in &bundled.assembly.spare_keys {
        lines.push(format!(
            "{}: a private key ({}) that is not this identity's",
            key.origin(),
            key.info()
        ));
    }
    for entry in bundled.passed_over {
        lines.push(match entry {
            PassedOver::Thing { what, origin } => format!("{origin}: {what}"),
            PassedOver::Note { file, note } => format!("{file}: {}", note.escape_debug()),
        });
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", "Left out".bold())?;
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn why(why: &Why) -> &'static str {
    match why {
        Why::Root => "root",
        Why::Duplicate(_) => "duplicate",
        Why::OtherLeaf => "other-leaf",
        Why::OtherWay => "other-way",
        Why::Stranger => "stranger",
    }
}

fn sentence(why: &Why, many: bool) -> String {
    match why {
        Why::Root => "the root: whoever trusts it has it".to_owned(),
        Why::Duplicate(_) if many => "each of which came before".to_owned(),
        Why::Duplicate(first) => format!("the same as {first}"),
        Why::OtherLeaf => "another certificate for this key".to_owned(),
        Why::OtherWay => "not needed: the chain takes another way".to_owned(),
        Why::Stranger if many => "which have nothing to do with this chain".to_owned(),
        Why::Stranger => "which has nothing to do with this chain".to_owned(),
    }
}

fn left(certificate: &Certificate, now: Time) -> String {
    let days = now.days_until(certificate.not_after());
    if certificate.not_after() < now {
        "expired".to_owned()
    } else if now < certificate.not_before() {
        "not yet valid".to_owned()
    } else {
        format!("{days} days left")
    }
}

fn listed<T: ToString>(parts: impl IntoIterator<Item = T>) -> String {
    parts
        .into_iter()
        .map(|part| part.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A word as a shell takes it whole; it came from a certificate or a path.
fn quoted(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "/:._-+,@%=~".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        // Between single quotes a shell takes everything else as it is.
        let inside: String = word
            .chars()
            .map(|character| match character {
                '\'' => "'\\''".to_owned(),
                '\\' | '"' => character.to_string(),
                other => other.escape_debug().to_string(),
            })
            .collect();
        format!("'{inside}'")
    }
}
