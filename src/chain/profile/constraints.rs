//! Name constraints (RFC 5280, section 4.2.1.10), where OpenSSL lets a name pass that they cannot be shown to permit.

use x509_parser::extensions::{GeneralName, GeneralSubtree, NameConstraints, ParsedExtension};

use super::names::{is_domain, is_mailbox};
use super::{Breach, Link, Weight};

/// Every name below a constraint that breaks it, the constraint's holder first asked.
pub(super) fn broken(links: &[Link<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for holder in links.iter().skip(1) {
        for constraints in held(holder) {
            for below in links.iter().take_while(|link| link.depth < holder.depth) {
                breaches.extend(
                    alternative_names(below)
                        .filter_map(|name| outside(constraints, name))
                        .map(|text| below.breach(Weight::Always, text)),
                );
            }
        }
    }
    breaches
}

fn held<'a>(link: &'a Link<'_>) -> impl Iterator<Item = &'a NameConstraints<'a>> {
    link.parsed
        .extensions()
        .iter()
        .filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::NameConstraints(constraints) => Some(constraints),
            _ => None,
        })
}

fn alternative_names<'a>(link: &'a Link<'_>) -> impl Iterator<Item = &'a GeneralName<'a>> {
    link.parsed
        .extensions()
        .iter()
        .filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
}

fn outside(constraints: &NameConstraints<'_>, name: &GeneralName<'_>) -> Option<&'static str> {
    let excluded = || constraints.excluded_subtrees.iter().flatten();
    let all = || excluded().chain(constraints.permitted_subtrees.iter().flatten());
    let is_about = |wanted: fn(&GeneralName<'_>) -> bool| {
        all().any(|subtree: &GeneralSubtree<'_>| wanted(&subtree.base))
    };
    match name {
        GeneralName::DNSName(name) => {
            if is_about(|base| matches!(base, GeneralName::DNSName(_))) && !is_domain(name) {
                return Some(
                    "an alternative name is no host name, so name constraints cannot permit it (RFC 5280, section 4.2.1.10)",
                );
            }
            let parent = name.strip_prefix("*.")?;
            excluded()
                .any(|subtree| {
                    matches!(subtree.base, GeneralName::DNSName(base) if stands_for(parent, base))
                })
                .then_some(
                    "its wildcard stands for a name that name constraints exclude (RFC 5280, section 4.2.1.10)",
                )
        }
        GeneralName::RFC822Name(name) => (is_about(|base| matches!(base, GeneralName::RFC822Name(_)))
            && !is_mailbox(name))
        .then_some(
            "an alternative name is no e-mail address, so name constraints cannot permit it (RFC 5280, section 4.2.1.10)",
        ),
        _ => None,
    }
}

/// Whether a wildcard directly under `parent` matches the name `base` (RFC 9525, section 6.3): one label more.
fn stands_for(parent: &str, base: &str) -> bool {
    let base = base.strip_prefix('.').unwrap_or(base);
    base.split_once('.')
        .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent))
}
