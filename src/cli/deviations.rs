//! `throughline deviations`.

use crate::app::OfficialModel;
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::deviations::Deviations as Answer;
use clap::Args;
use comfy_table::Cell;
use std::path::PathBuf;
use std::sync::Arc;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Deviations {
    /// A stored flow, or a file
    target: String,
    /// The official flow: a BPMN 2.0 diagram, a Petri net, a definition or a list of rules [default: the one that is stored with the flow]
    #[arg(long, value_name = "MODEL.bpmn|.pnml|.yaml|.toml|.json|.csv")]
    official: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Deviations {
    /// Prints in what reality differs from the official flow.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // A model that cannot be used is told before a large log is read.
        let given = self.official.as_deref().map(OfficialModel::read_file).transpose()?;
        let opened = self.source.open(common, &self.target)?;
        let model = match given {
            Some(model) => model,
            None if opened.is_file() => {
                return Err(CliError::Usage {
                    what: "there is nothing to hold the file against".to_owned(),
                    hint: "name the official flow: --official MODEL.bpmn, .pnml or .yaml".to_owned(),
                });
            }
            None => opened.app.official_model(&opened.asked.target.flow, None)?,
        };
        let answer = opened.app.deviations(&opened.asked, &Arc::new(model)).await?;
        if common.json { print::json(&answer) } else { told(&answer) }
    }
}

fn told(answer: &Answer) -> Result<(), CliError> {
    for remark in &answer.official.remarks {
        print::message(&format!("note: `{}` {}", remark.element, remark.what))?;
    }
    for (what, names) in [
        ("the log does not know the steps", &answer.official.unknown_steps),
        ("the official flow does not know the activities", &answer.official.unknown_activities),
    ] {
        if !names.is_empty() {
            print::message(&format!("note: {what} {}", names.join(", ")))?;
        }
    }
    let share = answer.conforming_share.map_or_else(|| "–".to_owned(), print::percent);
    print::line(&format!(
        "{} of {} cases follow {} ({share})",
        print::count(answer.conforming_cases),
        print::count(answer.evaluated_cases),
        answer.official.name
    ))?;
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let (mean, log) = (figure(answer.fitness.mean), figure(answer.fitness.log));
    print::line(&format!("fitness {mean} (mean of cases), {log} (log); precision {}", figure(answer.precision)))?;
    if answer.evaluation.bounded > 0 || answer.evaluation.not_evaluated > 0 {
        let (bounded, not) = (print::count(answer.evaluation.bounded), print::count(answer.evaluation.not_evaluated));
        print::line(&format!("{bounded} cases could only be bounded, {not} not be evaluated"))?;
    }
    let mut table = print::table(&["cases", "share", "difference"]);
    for deviation in &answer.deviations {
        table.add_row([
            print::number(print::count(deviation.cases)),
            print::number(print::percent(deviation.share)),
            Cell::new(&deviation.sentence),
        ]);
    }
    print::line(&table.to_string())
}
