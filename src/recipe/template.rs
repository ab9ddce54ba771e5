//! The templates' notation, and how it is filled in.
//!
//! A template begins with `about:` and `takes:` (the forms the client reads, the best first). Sections follow: `== run`,
//! `== file NAME`, `== steps` and `== habits`, each with `[form …]` behind it where it is for these forms alone. In
//! them `@HOLE@` stands for a value; a line that begins with `?HOLE ` is kept only where there is one, with `!HOLE `
//! only where there is none.

use super::{Form, Given, Recipe, Step};

/// A template, taken apart.
pub(super) struct Template {
    pub(super) about: &'static str,
    takes: Vec<Form>,
    sections: Vec<Section>,
}

struct Section {
    kind: Kind,
    /// For these forms alone; for all where there are none.
    forms: Vec<Form>,
    lines: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    File(&'static str),
    ByHand,
    Habits,
}

/// How a value is written where it is put.
#[derive(Clone, Copy)]
enum Quoting {
    /// A word of a shell's command.
    Shell,
    /// Between double quotes, in code and configurations.
    Code,
    /// Prose.
    None,
}

impl Template {
    pub(super) fn read(text: &'static str) -> Self {
        let mut template = Self {
            about: "",
            takes: Vec::new(),
            sections: Vec::new(),
        };
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("== ") {
                template.sections.push(Section::titled(title));
            } else if let Some(section) = template.sections.last_mut() {
                section.lines.push(line);
            } else if let Some(about) = line.strip_prefix("about: ") {
                template.about = about;
            } else if let Some(takes) = line.strip_prefix("takes: ") {
                template.takes = takes.split(' ').map(form).collect();
            }
        }
        template
    }

    pub(super) fn fill(&self, client: &'static str, given: &Given) -> Recipe {
        let mut recipe = Recipe {
            client,
            about: self.about.to_owned(),
            steps: Vec::new(),
            habits: Vec::new(),
        };
        let file = self.identity(given, &mut recipe.steps);
        let values = Values { given, file };
        if self.mentions("TRUST", values.file.form) {
            recipe.steps.extend(values.truststore());
        }
        for section in &self.sections {
            if !section.forms.is_empty() && !section.forms.contains(&values.file.form) {
                continue;
            }
            match section.kind {
                Kind::Run => {
                    let text = values.fill(&section.lines, Quoting::Shell);
                    recipe
                        .steps
                        .extend(commands(&text).into_iter().map(Step::Run));
                }
                Kind::File(name) => recipe.steps.push(Step::File {
                    name: name.to_owned(),
                    text: values.fill(&section.lines, Quoting::Code),
                }),
                Kind::ByHand => {
                    let text = values.fill(&section.lines, Quoting::None);
                    let lines = text.lines().map(unnumbered);
                    recipe.steps.extend(lines.map(Step::ByHand));
                }
                Kind::Habits => {
                    let text = values.fill(&section.lines, Quoting::None);
                    let lines = text.lines().map(|line| line.trim_start_matches("- "));
                    recipe.habits.extend(lines.map(str::to_owned));
                }
            }
        }
        recipe
    }

    /// The file to use: the user's own where the client reads it, or else one made of it.
    fn identity(&self, given: &Given, steps: &mut Vec<Step>) -> File {
        let readable = self.takes.contains(&given.form) && given.key.is_none();
        if readable {
            return File {
                name: given.file.clone(),
                form: given.form,
            };
        }
        let form = self.takes.first().copied().unwrap_or(Form::Pem);
        let name = match form {
            Form::Pkcs12 => "client.p12",
            Form::Jks => "client.jks",
            _ if given.file == "fullcert.pem" => "identity.pem",
            _ => "fullcert.pem",
        };
        let mut command = format!("fullcert bundle {}", word(&given.file));
        if let Some(key) = &given.key {
            command.push(' ');
            command.push_str(&word(key));
        }
        command.push_str(" -o ");
        command.push_str(name);
        let password = word(&given.password_file);
        if locked(form) {
            command.push_str(" --password-file ");
            command.push_str(&password);
        }
        if locked(given.form) {
            command.push_str(" --in-password-file ");
            command.push_str(&password);
        }
        steps.push(Step::Run(command));
        File {
            name: name.to_owned(),
            form,
        }
    }

    /// Whether a section for this form uses a value.
    fn mentions(&self, hole: &str, form: Form) -> bool {
        let hole = format!("@{hole}@");
        self.sections
            .iter()
            .filter(|section| section.forms.is_empty() || section.forms.contains(&form))
            .any(|section| section.lines.iter().any(|line| line.contains(&hole)))
    }
}

impl Section {
    fn titled(title: &'static str) -> Self {
        let (title, forms) = match title.split_once(" [") {
            Some((title, forms)) => (title, forms.trim_end_matches(']')),
            None => (title, ""),
        };
        let kind = match title.split_once(' ') {
            Some(("file", name)) => Kind::File(name),
            _ if title == "steps" => Kind::ByHand,
            _ if title == "habits" => Kind::Habits,
            _ => Kind::Run,
        };
        Self {
            kind,
            forms: forms.split_whitespace().map(form).collect(),
            lines: Vec::new(),
        }
    }
}

/// The identity's file as the client gets it.
struct File {
    name: String,
    form: Form,
}

struct Values<'a> {
    given: &'a Given,
    file: File,
}

impl Values<'_> {
    /// The command that makes a trust store of the PEM file.
    fn truststore(&self) -> Option<Step> {
        let cacert = self.given.cacert.as_ref()?;
        Some(Step::Run(format!(
            "fullcert truststore {} -o trust.p12 --password-file {}",
            word(cacert),
            word(&self.given.password_file)
        )))
    }

    fn value(&self, hole: &str) -> Option<String> {
        let given = self.given;
        Some(match hole {
            "CERT" => self.file.name.clone(),
            "TYPE" => match self.file.form {
                Form::Jks => "JKS",
                Form::Pkcs12 => "PKCS12",
                _ => "PEM",
            }
            .to_owned(),
            "ALIAS" => return given.alias.clone(),
            "PASS" => given.password_file.clone(),
            "CACERT" => return given.cacert.clone(),
            "TRUST" => return given.cacert.as_ref().map(|_| "trust.p12".to_owned()),
            "URL" => given.url.clone(),
            "HOST" => given.host.clone(),
            "SNI" => return given.server_name.clone(),
            "PORT" => given.port.to_string(),
            "AUTHORITY" => given.authority.clone(),
            "PATH" => given.path.clone(),
            _ => return None,
        })
    }

    fn fill(&self, lines: &[&str], quoting: Quoting) -> String {
        let mut text = String::new();
        for line in lines {
            let Some(line) = self.kept(line) else {
                continue;
            };
            text.push_str(&self.filled(line, quoting));
            text.push('\n');
        }
        text
    }

    /// The line without its condition, if that is met.
    fn kept<'l>(&self, line: &'l str) -> Option<&'l str> {
        let (wanted, rest) = match line.chars().next() {
            Some('?') => (true, &line[1..]),
            Some('!') => (false, &line[1..]),
            _ => return Some(line),
        };
        match rest.split_once(' ') {
            Some((hole, rest)) if is_hole(hole) => {
                (self.value(hole).is_some() == wanted).then_some(rest)
            }
            _ => Some(line),
        }
    }

    fn filled(&self, line: &str, quoting: Quoting) -> String {
        let mut text = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('@') {
            text.push_str(before);
            match after.split_once('@') {
                Some((hole, after)) if is_hole(hole) => {
                    let value = self.value(hole).unwrap_or_default();
                    text.push_str(&quoted(&value, quoting));
                    rest = after;
                }
                _ => {
                    text.push('@');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        text
    }
}

fn is_hole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn form(name: &str) -> Form {
    match name {
        "pem" => Form::Pem,
        "p12" => Form::Pkcs12,
        "jks" => Form::Jks,
        _ => Form::Other,
    }
}

/// Whether a file of this form has a password.
fn locked(form: Form) -> bool {
    matches!(form, Form::Pkcs12 | Form::Jks)
}

fn quoted(value: &str, quoting: Quoting) -> String {
    match quoting {
        Quoting::Shell => word(value),
        Quoting::Code => value.replace('\\', "\\\\").replace('"', "\\\""),
        Quoting::None => value.to_owned(),
    }
}

/// One word for a POSIX shell.
fn word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+%".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

/// The commands of a section: a line that ends with a backslash goes on in the next.
fn commands(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        match list.last_mut() {
            Some(command) if goes_on => {
                command.push('\n');
                command.push_str(line);
            }
            _ => list.push(line.to_owned()),
        }
        goes_on = line.ends_with('\\');
    }
    list
}

/// Steps are numbered in their template so that it reads well; some may be left out.
fn unnumbered(line: &str) -> String {
    line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_start()
        .to_owned()
}
