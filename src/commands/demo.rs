//! `fullcert demo`: the printed command lines are the ones that run, each through [`crate::run`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use crate::catalogue::Code;
use crate::cli::Format;
use crate::cli::demo::Demo;
use crate::error::{Error, SinkError, UsageError};
use crate::io::Io;
use crate::report::demo::{self as words, Step};
use crate::secret::Origins;
use crate::serve::{Config, Presented, Request, Response, Server, Site};
use crate::sink;

use super::passwords::Asked;
use super::serve::identity;
use super::{Context, Outcome};

const SUBJECT: &str = "CN=api.acme.example,O=Acme,C=NL";

pub fn run(args: &Demo, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let temporary;
    let folder = if let Some(folder) = &args.keep {
        make(folder)?;
        folder.clone()
    } else {
        temporary = tempfile::tempdir().map_err(|cause| SinkError::Unwritable {
            path: std::env::temp_dir(),
            cause,
        })?;
        temporary.path().to_owned()
    };
    let text = context.global.format == Format::Text;
    let mut story = Story {
        folder,
        steps: Vec::new(),
        text,
        color: colored::control::SHOULD_COLORIZE.should_colorize(),
        context,
    };
    if text {
        words::begin(&story.folder, args.keep.is_some(), story.context.io.stdout)?;
    }
    story.tell()?;
    let ok = story.steps.len() == PARTS && story.steps.iter().all(Step::went_well);
    let kept = args.keep.as_deref();
    if text {
        words::end(&story.steps, kept, story.context.io.stdout)?;
    } else {
        words::json(&story.steps, ok, kept, story.context.io.stdout)?;
    }
    Ok(if ok { Outcome::Fine } else { Outcome::Finding })
}

fn make(folder: &Path) -> Result<(), Error> {
    if folder.symlink_metadata().is_ok() {
        return Err(UsageError::new(
            format!("--keep {}: it exists already", folder.display()),
            "name a folder that does not exist yet, so that nothing of yours is mixed with the demo's files",
        )
        .into());
    }
    Ok(sink::make_private_folder(folder)?)
}

/// How many steps a whole story has.
const PARTS: usize = 11;

struct Story<'s, 'a, 'b> {
    folder: PathBuf,
    steps: Vec<Step>,
    text: bool,
    /// Decided once, from the outer command's streams and environment.
    color: bool,
    context: &'s mut Context<'a, 'b>,
}

impl Story<'_, '_, '_> {
    /// Ends early where a step fails that the later ones stand on.
    fn tell(&mut self) -> Result<(), Error> {
        let preparations = [
            ("a CA of our own: a root, and an intermediate that signs", "ca init --dir @ca".to_owned()),
            ("the private key, which never leaves this machine", "key -t rsa:2048 -o @client.key".to_owned()),
            (
                "the request for a certificate",
                format!("csr --key @client.key --subject {SUBJECT} -o @client.csr"),
            ),
            (
                "the CA's part: it sends back a certificate, beside its root and its intermediate",
                "ca sign @client.csr --dir @ca --eku client -o @client.crt".to_owned(),
            ),
            (
                "the pile as it came, made into one identity",
                "bundle @ca/root.pem @client.crt @ca/issuing.pem @client.key -o @fullcert.pem".to_owned(),
            ),
            (
                "the same for a server on this machine",
                "csr --new-key p256 --key-out @server.key --subject CN=localhost --dns localhost --ip 127.0.0.1 -o @server.csr"
                    .to_owned(),
            ),
            ("", "ca sign @server.csr --dir @ca --eku server -o @server.crt".to_owned()),
            ("", "bundle @server.key @server.crt @ca/issuing.pem -o @server.pem".to_owned()),
        ];
        for (what, line) in preparations {
            if !self.step(what, &line, None)? {
                return Ok(());
            }
        }
        let server = self.server()?;
        if self.text {
            words::server(server.address(), self.context.io.stdout)?;
        }
        let call = format!(
            "probe https://localhost:{}/ --cacert @ca/root.pem",
            server.address().port()
        );
        self.step(
            "a call without a certificate",
            &call,
            Some(Code::ClientCertMissing),
        )?;
        self.step(
            "a call with the certificate alone, as the CA sent it",
            &format!("{call} -E @client.crt --key @client.key"),
            Some(Code::ClientChainIncomplete),
        )?;
        self.step(
            "a call with the whole identity",
            &format!("{call} -E @fullcert.pem"),
            Some(Code::Ok),
        )?;
        Ok(())
    }

    /// Runs one command line; a word that begins with `@` is a path in the folder.
    fn step(
        &mut self,
        what: &'static str,
        line: &str,
        expected: Option<Code>,
    ) -> Result<bool, Error> {
        let shown: Vec<String> = std::iter::once("fullcert")
            .chain(line.split(' '))
            .map(|word| words::shell(word.strip_prefix('@').unwrap_or(word)))
            .collect();
        let shown = shown.join(" ");
        if self.text {
            words::announce(what, &shown, self.context.io.stdout)?;
        }
        let mut arguments: Vec<OsString> = std::iter::once("fullcert")
            .chain(line.split(' '))
            .map(|word| match word.strip_prefix('@') {
                Some(path) => self.folder.join(path).into_os_string(),
                None => word.into(),
            })
            .collect();
        arguments.push(
            if self.color {
                "--color=always"
            } else {
                "--color=never"
            }
            .into(),
        );
        if expected.is_some() {
            // The same verdict, in the form that is read rather than shown.
            arguments.push("--format=json".into());
        }
        let ran = self.run(arguments);
        let verdict = expected.and_then(|_| serde_json::from_str::<Probed>(&ran.stdout).ok());
        let step = Step {
            what,
            command: shown,
            exit_code: ran.code,
            code: verdict.as_ref().map(|probed| probed.verdict.code.clone()),
            expected: expected.map(Code::as_str),
            summary: verdict.map(|probed| probed.verdict.summary),
            complaint: ran.stderr,
        };
        if self.text {
            words::outcome(&step, self.context.io.stdout)?;
        }
        let well = step.went_well();
        self.steps.push(step);
        Ok(well)
    }

    /// What `fullcert serve --cert server.pem --cacert ca/root.pem --mode require` starts.
    fn server(&mut self) -> Result<Server, Error> {
        let now = self.context.clock.now();
        let mut passwords = Asked::new(Origins::default(), Origins::default(), self.context.io);
        passwords.prompt(false);
        let server = identity::given(&self.folder.join("server.pem"), None, now, &mut passwords)?;
        let trusted = identity::authorities(&self.folder.join("ca/root.pem"), &mut passwords)?;
        Ok(Server::start(Config::loopback(
            server,
            trusted,
            Arc::new(Greeting),
        ))?)
    }

    fn run(&mut self, arguments: Vec<OsString>) -> Ran {
        let mut stdout = Vec::new();
        let mut stderr = Vec::new();
        // Nothing of this machine's settings reaches the story: no environment, and nobody to ask.
        let code = crate::run(
            arguments,
            &mut Io {
                stdin: &mut std::io::empty(),
                stdout: &mut stdout,
                stderr: &mut stderr,
                terminal: self.context.io.terminal,
                env: &|_| None,
                prompt: &mut |_| Ok(None),
            },
            self.context.clock,
        );
        Ran {
            code,
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }
}

struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

/// As much of a probe's JSON as the story needs.
#[derive(Deserialize)]
struct Probed {
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Verdict {
    code: String,
    summary: String,
}

/// Tells a caller who it is.
struct Greeting;

impl Site for Greeting {
    fn answer(&self, seen: &Presented, _: &Request) -> Response {
        Response::new(
            200,
            "text/plain; charset=utf-8",
            words::greeting(seen.certificates.first()),
        )
    }
}
