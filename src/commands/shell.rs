//! `fullcert completions` and `fullcert man`

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::cli::shell::{Completions, Man};
use crate::error::Error;
use crate::sink::{self, Output};

use super::{Context, Outcome};

pub fn completions(args: &Completions, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "fullcert", &mut script);
    context.io.stdout.write_all(&script)?;
    Ok(Outcome::Fine)
}

/// One page per command, as `fullcert-probe.1`; written again on every release, so replaced freely.
pub fn man(args: &Man, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let mut pages = Vec::new();
    let mut command = Cli::command();
    command.build();
    render(&command, "fullcert", args, &mut pages)?;
    sink::write(&pages, true, context.io.stdout)?;
    Ok(Outcome::Fine)
}

fn render(
    command: &clap::Command,
    name: &str,
    args: &Man,
    pages: &mut Vec<Output>,
) -> Result<(), Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut page)?;
    pages.push(Output::public(args.dir.join(format!("{name}.1")), page));
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        render(inner, &format!("{name}-{}", inner.get_name()), args, pages)?;
    }
    Ok(())
}
