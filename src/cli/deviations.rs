//! `throughline deviations`.

use crate::app::{GivenDecision, InForce, OfficialModel};
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::deviations::{Deviation, Deviations as Answer, Finished};
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
    /// Decide about one difference, by its id: accepted, error, to_formalise, or new to take a decision back
    #[arg(long, value_name = "ID=STATUS")]
    decide: Option<String>,
    /// The decision holds for cases that start before this day; of an error, since when it should be put right
    #[arg(long, value_name = "TIME", requires = "decide")]
    until: Option<String>,
    /// Whose business the difference is
    #[arg(long, value_name = "NAME", requires = "decide")]
    owner: Option<String>,
    /// Why it is decided so
    #[arg(long, value_name = "TEXT", requires = "decide")]
    comment: Option<String>,
    /// The decision that was seen before, 0 for none: nothing is kept if there is a newer one
    #[arg(long, value_name = "N", requires = "decide")]
    replaces: Option<u32>,
    #[command(flatten)]
    source: Source,
}

impl Deviations {
    /// Prints in what reality differs from the official flow.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // A model that cannot be used is told before a large log is read.
        let given = self.official.as_deref().map(OfficialModel::read_file).transpose()?;
        let opened = self.source.open(common, &self.target)?;
        let in_force = match given {
            Some(model) => InForce::only(Arc::new(model)),
            None if opened.is_file() => {
                return Err(CliError::Usage {
                    what: "there is nothing to hold the file against".to_owned(),
                    hint: "name the official flow: --official MODEL.bpmn, .pnml or .yaml".to_owned(),
                });
            }
            None => opened.app.in_force(&opened.asked.target.flow, None)?,
        };
        if let Some(decision) = &self.decide {
            let (id, status) = decision.split_once('=').ok_or_else(|| CliError::Usage {
                what: format!("`{decision}` decides nothing"),
                hint: "write --decide ID=STATUS, e.g. --decide extra-0123456789ab=accepted".to_owned(),
            })?;
            let known = opened.app.known_deviation(&opened.asked, &in_force, id).await?;
            let given = GivenDecision {
                status: status.to_owned(),
                until: self.until.clone(),
                owner: self.owner.clone(),
                comment: self.comment.clone(),
                replaces: self.replaces,
            };
            opened.app.decide("command line", &known, &given)?;
        }
        let answer = opened.app.deviations_over(&opened.asked, &in_force).await?;
        if common.json { print::json(&answer) } else { told(&answer) }
    }
}

/// What was decided, with whose business it is and until when.
fn status(deviation: &Deviation) -> String {
    let until = deviation.until.as_deref().and_then(|until| until.get(..10)).map(|day| format!("until {day}"));
    let words = [Some(deviation.status.replace('_', " ")), until, deviation.owner.clone()];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
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
    for rule in &answer.rules {
        if let Some(remark) = &rule.remark {
            print::message(&format!("note: rule `{}`: {remark}", rule.id))?;
        }
    }
    if answer.official.cases_before > 0 {
        let cases = print::count(answer.official.cases_before);
        print::message(&format!("note: {cases} cases started before any version of the official flow was valid"))?;
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
    let Finished { known_cases, conforming_cases, conforming_share, by_acceptance_cases, .. } = answer.finished;
    let share = conforming_share.map_or_else(|| "–".to_owned(), print::percent);
    let (conforming, known) = (print::count(conforming_cases), print::count(known_cases));
    let accepted = match by_acceptance_cases {
        0 => String::new(),
        n => format!(", {} of them by acceptance", print::count(n)),
    };
    print::line(&format!("conformance rate {share}: {conforming} of {known} finished cases{accepted}"))?;
    if answer.open.cases > 0 {
        let (open, broken) = (print::count(answer.open.cases), print::count(answer.open.broken_cases));
        print::line(&format!("{open} cases are under way; {broken} of them have already left the flow"))?;
    }
    if answer.evaluation.bounded > 0 || answer.evaluation.not_evaluated > 0 {
        let (bounded, not) = (print::count(answer.evaluation.bounded), print::count(answer.evaluation.not_evaluated));
        print::line(&format!("{bounded} cases could only be bounded, {not} not be evaluated"))?;
    }
    let mut table = print::table(&["id", "cases", "share", "status", "difference"]);
    for deviation in &answer.deviations {
        let told = deviation.returned.as_ref().map(|returned| format!("{} {returned}", deviation.sentence));
        table.add_row([
            Cell::new(&deviation.id),
            print::number(print::count(deviation.cases)),
            print::number(print::percent(deviation.share)),
            Cell::new(status(deviation)),
            Cell::new(told.as_ref().unwrap_or(&deviation.sentence)),
        ]);
    }
    print::line(&table.to_string())?;
    if answer.rules.is_empty() {
        return Ok(());
    }
    let mut table = print::table(&["kept", "broken", "nothing to keep", "not known", "rule"]);
    for rule in &answer.rules {
        let groups = [rule.satisfied, rule.violated, rule.vacuous, rule.unknown];
        let mut row: Vec<Cell> = groups.map(|n| print::number(print::count(n))).into();
        row.push(Cell::new(format!("{} ({})", rule.words, rule.id)));
        table.add_row(row);
    }
    print::line(&table.to_string())
}
