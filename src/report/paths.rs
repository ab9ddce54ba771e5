//! Every path that was found, drawn as one tree from the leaf up: which was taken, and why the others were not.

use std::io::{self, Write};

use colored::Colorize as _;

use crate::chain::{End, Flaw, MAX_PATHS, Path};
use crate::material::Certificate;

/// A certificate with those that signed it, on every path that was found.
struct Branch<'a> {
    certificate: Option<&'a Certificate>,
    /// Where the path goes on to something that is no certificate here.
    end: Option<String>,
    issuers: Vec<Branch<'a>>,
}

/// Draws them; `taken` holds the digests of the path that was taken, the root included.
///
/// # Errors
/// What the stream says.
pub(super) fn draw(paths: &[Path], taken: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", "every path".bold())?;
    tree(&branches(paths, taken), "", out)?;
    if paths.len() >= MAX_PATHS {
        writeln!(
            out,
            "  {}",
            format!("the best {MAX_PATHS} of more").dimmed()
        )?;
    }
    Ok(())
}

/// Each path as SHA-256 digests, leaf first, for a program.
pub(super) fn digests(paths: &[Path]) -> Vec<Vec<&str>> {
    paths
        .iter()
        .map(|path| certificates(path).map(Certificate::sha256).collect())
        .collect()
}

fn certificates(path: &Path) -> impl Iterator<Item = &Certificate> {
    let root = path.root().filter(|root| !path.certificates.contains(root));
    path.certificates.iter().chain(root)
}

fn branches<'a>(paths: &'a [Path], taken: &[&str]) -> Vec<Branch<'a>> {
    let is_taken = |path: &Path| {
        certificates(path)
            .map(Certificate::sha256)
            .eq(taken.iter().copied())
    };
    let best = paths.iter().find(|path| is_taken(path));
    let mut roots: Vec<Branch<'_>> = Vec::new();
    for path in paths {
        let mut level = &mut roots;
        for certificate in certificates(path) {
            let index = level
                .iter()
                .position(|branch| branch.certificate == Some(certificate))
                .unwrap_or_else(|| {
                    level.push(Branch {
                        certificate: Some(certificate),
                        end: None,
                        issuers: Vec::new(),
                    });
                    level.len() - 1
                });
            level = &mut level[index].issuers;
        }
        let end = match &path.end {
            End::Gap(gap) => format!("{}  missing", gap.missing()),
            End::Root(_) => "a root".to_owned(),
            End::SelfSigned => "signed by itself".to_owned(),
            End::Anchor(_) => "trusted".to_owned(),
            End::Named(name) => format!("named by the other side: {name}"),
        };
        let standing = match best {
            Some(_) if is_taken(path) => "taken".to_owned(),
            Some(best) => format!("not taken: {}", shortcoming(path, best)),
            None => String::new(),
        };
        level.push(Branch {
            certificate: None,
            end: Some(if standing.is_empty() {
                end
            } else {
                format!("{end}; {standing}")
            }),
            issuers: Vec::new(),
        });
    }
    roots
}

/// What another path has against it beside the one that was taken.
fn shortcoming(path: &Path, best: &Path) -> String {
    let is_wanted = |path: &Path| matches!(path.end, End::Anchor(_) | End::Named(_));
    if is_wanted(best) && !is_wanted(path) {
        return "it leads to nobody who was named as trusted".to_owned();
    }
    if let Some((issuer, flaw)) = path.flaws.first()
        && path.flaws.len() > best.flaws.len()
    {
        return format!("{} {}", issuer.subject(), what(*flaw));
    }
    let (ours, theirs) = (certificates(path).count(), certificates(best).count());
    if ours > theirs {
        return "it is longer".to_owned();
    }
    let end = |path: &Path| certificates(path).map(Certificate::not_after).min();
    if end(path) < end(best) {
        return "it ends sooner".to_owned();
    }
    "it is no better".to_owned()
}

fn what(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Expired => "has expired",
        Flaw::NotYetValid => "is not valid yet",
        Flaw::NotCa => "is no CA by its basic constraints",
        Flaw::NoCertSign => "may not sign certificates by its key usage",
        Flaw::PathTooLong => "allows fewer CAs below it",
        Flaw::NameForbidden => "may not issue for this name",
        Flaw::WrongPurpose => "may not issue for this purpose",
        Flaw::WeakDigest => "has a weak signature",
    }
}

fn tree(branches: &[Branch<'_>], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for (index, branch) in branches.iter().enumerate() {
        let last = index + 1 == branches.len();
        let (joint, below) = match (indent.is_empty(), last) {
            (true, _) => ("  ", "  "),
            (false, true) => ("└─ ", "   "),
            (false, false) => ("├─ ", "│  "),
        };
        match (branch.certificate, &branch.end) {
            (Some(one), _) => writeln!(
                out,
                "{indent}{joint}{}  {}",
                one.subject(),
                format!("until {}, {}", one.not_after().date(), one.origin()).dimmed()
            )?,
            (None, end) => writeln!(
                out,
                "{indent}{joint}{}",
                end.as_deref().unwrap_or_default().dimmed()
            )?,
        }
        tree(&branch.issuers, &format!("{indent}{below}"), out)?;
    }
    Ok(())
}
