//! `fullcert salesforce`

mod caller;
mod meant;
mod steps;

use crate::cli::Format;
use crate::cli::salesforce::{Check, Salesforce, SalesforceCommand};
use crate::diagnose::salesforce::conclude;
use crate::error::Error;
use crate::report;

use super::{Context, Outcome};

pub fn run(args: &Salesforce, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    match &args.command {
        SalesforceCommand::Check(check) => self::check(check, context),
    }
}

fn check(args: &Check, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let meant = meant::meant(args, context)?;
    let steps = steps::take(&meant)?;
    let conclusion = conclude(&steps);
    let told = report::salesforce::Told {
        api: meant.api,
        steps: &steps,
        conclusion: &conclusion,
    };
    let out = &mut *context.io.stdout;
    let code = conclusion.diagnosis.verdict.code;
    if args.quiet {
        writeln!(out, "{code}")?;
    } else if context.global.format == Format::Json {
        report::salesforce::json(&told, out)?;
    } else {
        report::salesforce::text(&told, out)?;
    }
    Ok(if code.is_fine() {
        Outcome::Fine
    } else {
        Outcome::Finding
    })
}
