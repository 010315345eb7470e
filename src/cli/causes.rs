//! `throughline causes`.

use crate::app::{CauseOf, InForce, OfficialModel};
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::causes::{CauseBranch, Causes as Answer, Finding};
use clap::Args;
use comfy_table::Cell;
use std::path::PathBuf;
use std::sync::Arc;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Causes {
    /// A stored flow, or a file
    target: String,
    /// What is asked about: slow (longer than nine cases in ten take), slow=SECONDS, rework, deviation (any difference from
    /// the official flow that is not accepted) or deviation=ID
    #[arg(long, value_name = "TARGET", default_value = "slow")]
    of: String,
    /// The official flow, of a file or instead of the one that is stored with the flow
    #[arg(long, value_name = "MODEL.bpmn|.pnml|.yaml|.toml|.json|.csv")]
    official: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Causes {
    /// Prints what goes with the target.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // What cannot be asked is told before a large log is read.
        let of: CauseOf = self.of.parse()?;
        let given = self.official.as_deref().map(OfficialModel::read_file).transpose()?;
        let opened = self.source.open(common, &self.target)?;
        let is_about_flow = matches!(of, CauseOf::Deviation(_));
        if is_about_flow && given.is_none() && opened.is_file() {
            return Err(CliError::Usage {
                what: "there is nothing to hold the file against".to_owned(),
                hint: "name the official flow: --official MODEL.bpmn, .pnml or .yaml".to_owned(),
            });
        }
        let asked = match given.filter(|_| is_about_flow) {
            Some(model) => opened.app.held_against(&opened.asked, &InForce::only(Arc::new(model))).await?,
            None => opened.asked.clone(),
        };
        let answer = opened.app.causes(&asked, &of).await?;
        if common.json { print::json(&answer) } else { told(&answer) }
    }
}

fn told(answer: &Answer) -> Result<(), CliError> {
    print::line(&answer.sentence())?;
    let share = answer.target_share.map_or_else(|| "–".to_owned(), print::percent);
    let (hits, cases) = (print::count(answer.target_cases), print::count(answer.cases));
    print::line(&format!(
        "{hits} of {cases} cases {} ({share}); {} values tested, q at most 5 % after all of them",
        answer.target.words,
        print::count(answer.tests)
    ))?;
    if let Some(why) = &answer.left_out_why {
        print::line(&format!("cases that are left out, because they {why}: {}", print::count(answer.left_out_cases)))?;
    }
    for (title, list) in [("goes with it", &answer.findings), ("goes with it less often", &answer.less)] {
        if !list.is_empty() {
            print::line(&format!("\n{}", table(title, list)))?;
        }
    }
    if let Some(tree) = &answer.tree {
        print::line("\nwhat tells them apart best, one after the other")?;
        tell(tree, "all cases", 0)?;
    }
    for one in &answer.left_out {
        print::message(&format!("note: {} is left out: {}", one.attribute, one.why))?;
    }
    print::message("note: what goes with a target need not cause it")
}

fn table(title: &str, list: &[Finding]) -> comfy_table::Table {
    let mut table = print::table(&[title, "cases", "with", "without", "difference", "95 %", "excess", "covers", "q"]);
    let points = |share: f64| format!("{:+.1}", 100.0 * share);
    for one in list {
        table.add_row([
            Cell::new(&one.words),
            print::number(print::count(one.cases)),
            print::number(print::percent(one.with_share)),
            print::number(print::percent(one.without_share)),
            print::number(points(one.difference_share)),
            print::number(format!("{} to {}", points(one.low_share), points(one.high_share))),
            print::number(format!("{:+.1}", one.excess_cases)),
            print::number(print::percent(one.coverage_share)),
            print::number(if one.q < 1e-4 { "< 0.0001".to_owned() } else { format!("{:.4}", one.q) }),
        ]);
    }
    table
}

fn tell(branch: &CauseBranch, words: &str, depth: usize) -> Result<(), CliError> {
    let (hits, cases) = (print::count(branch.target_cases), print::count(branch.cases));
    let share = print::percent(branch.target_share);
    print::line(&format!("{}{words}: {hits} of {cases} ({share})", "  ".repeat(depth)))?;
    if let Some(split) = &branch.split {
        tell(&split.with, &split.words, depth + 1)?;
        tell(&split.without, "the others", depth + 1)?;
    }
    Ok(())
}
