//! Every path that was found, drawn as one tree from the leaf up.

use std::io::{self, Write};

use colored::Colorize as _;

use crate::chain::{End, Path};
use crate::material::Certificate;

/// A certificate with those that signed it, on every path that was found.
pub(super) struct Branch<'a> {
    certificate: Option<&'a Certificate>,
    /// Where the path goes on to something that is no certificate here.
    end: Option<String>,
    issuers: Vec<Branch<'a>>,
}

pub(super) fn branches(paths: &[Path]) -> Vec<Branch<'_>> {
    let mut roots: Vec<Branch<'_>> = Vec::new();
    for path in paths {
        let mut level = &mut roots;
        for certificate in path.certificates.iter().chain(path.root()) {
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
            End::Root(_) => "not among the trusted ones".to_owned(),
            End::SelfSigned => "signed by itself".to_owned(),
            End::Anchor(_) | End::Named(_) => "trusted".to_owned(),
        };
        level.push(Branch {
            certificate: None,
            end: Some(end),
            issuers: Vec::new(),
        });
    }
    roots
}

pub(super) fn tree(branches: &[Branch<'_>], indent: &str, out: &mut dyn Write) -> io::Result<()> {
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
