//! How a recipe is told: what to write, what to run, and what to beware of.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::recipe::{Recipe, Step};

use super::diagnosis::section;

/// `fullcert.recipe/1`
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    client: &'a str,
    about: &'a str,
    steps: Vec<JsonStep<'a>>,
    habits: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum JsonStep<'a> {
    Run(&'a str),
    File { name: &'a str, text: &'a str },
    ByHand(&'a str),
}

/// One JSON object.
///
/// # Errors
/// What the stream says.
pub fn json(recipe: &Recipe, out: &mut dyn Write) -> io::Result<()> {
    let steps = recipe
        .steps
        .iter()
        .map(|step| match step {
            Step::Run(command) => JsonStep::Run(command),
            Step::File { name, text } => JsonStep::File { name, text },
            Step::ByHand(text) => JsonStep::ByHand(text),
        })
        .collect();
    super::json(
        &Json {
            schema: "fullcert.recipe/1",
            client: recipe.client,
            about: &recipe.about,
            steps,
            habits: &recipe.habits,
        },
        out,
    )
}

/// For a person. Files stand as they are, so that they can be copied.
///
/// # Errors
/// What the stream says.
pub fn text(recipe: &Recipe, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  {}", recipe.client.bold(), recipe.about)?;
    let mut number = 0;
    for step in &recipe.steps {
        match step {
            Step::Run(command) => writeln!(out, "\n  $ {}", command.replace('\n', "\n  "))?,
            Step::File { name, text } => write!(out, "\n{}\n{text}", format!("── {name}").bold())?,
            Step::ByHand(text) => {
                number += 1;
                if number == 1 {
                    writeln!(out)?;
                }
                writeln!(out, "{number}. {text}")?;
            }
        }
    }
    section(out, "wrong by habit", &recipe.habits, "-")
}
