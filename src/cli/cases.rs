//! `throughline cases`.

use crate::app::{Asked, LogForm};
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::answers::Timeline;
use crate::model::filter::Filter;
use crate::model::time::humane;
use clap::Args;
use comfy_table::Cell;
use std::path::{Path, PathBuf};

/// See the command's help.
#[derive(Debug, Args)]
pub struct Cases {
    /// A stored flow, or a file
    target: String,
    /// Show the timeline of this case
    #[arg(long = "id", visible_alias = "case-id", value_name = "ID")]
    id: Option<String>,
    /// Write the events of the cases to a file: .csv, or .xes
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// How many cases to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// How many cases to leave out first
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    #[command(flatten)]
    source: Source,
}

impl Cases {
    /// Prints the cases, or one case event by event.
    pub async fn run(mut self, common: &Common) -> Result<(), CliError> {
        // `--case` names a column while a file is read and a case of a stored flow; a flow has no columns to map.
        let is_file = self.target.contains(['.', '/', '\\']);
        let wanted = self.id.clone().or_else(|| if is_file { None } else { self.source.mapping.case.take() });
        let opened = match self.source.open(common, &self.target) {
            // `cases FILE --case ID`: the word is no column of the file, so it is a case.
            Err(CliError::App(error)) if is_file && self.id.is_none() && error.code().0 == "unknown_column" => {
                let id = self.source.mapping.case.take();
                let opened = self.source.open(common, &self.target)?;
                return match id {
                    Some(id) => timeline(&opened.app.case(&opened.asked, &id).await?, common),
                    None => Err(CliError::App(error)),
                };
            }
            other => other?.judged().await?,
        };
        if let Some(path) = &self.output {
            let form = form_of(path)?;
            let asked = match wanted {
                Some(id) => {
                    let filter = Filter { cases: vec![id], ..opened.asked.filter.clone() };
                    Asked { target: opened.asked.target.clone(), filter }
                }
                None => opened.asked,
            };
            let written = opened.app.export(&asked, form).await?;
            let step = format!("write {}", path.display());
            std::fs::copy(&written.path, path).map_err(CliError::io(step))?;
            return Ok(());
        }
        if let Some(id) = wanted {
            return timeline(&opened.app.case(&opened.asked, &id).await?, common);
        }
        let cases = opened.app.cases(&opened.asked, self.offset, self.limit).await?;
        if common.json {
            return print::json(&cases);
        }
        print::line(&format!("{} of {} cases", cases.cases.len(), print::count(cases.total)))?;
        let mut table = print::table(&["case", "started", "took", "events", "path"]);
        for case in &cases.cases {
            table.add_row([
                Cell::new(&case.case),
                Cell::new(case.started_at.as_deref().unwrap_or("–")),
                print::number(case.cycle_time_s.map_or_else(|| "–".to_owned(), humane)),
                print::number(case.events),
                Cell::new(&case.variant),
            ]);
        }
        print::line(&table.to_string())
    }
}

/// What the file is to be, by its name.
fn form_of(path: &Path) -> Result<LogForm, CliError> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(LogForm::Csv),
        Some("xes") => Ok(LogForm::Xes),
        _ => Err(CliError::Usage {
            what: format!("{} is neither .csv nor .xes", path.display()),
            hint: "name the file by what it is to be, e.g. cases.xes".to_owned(),
        }),
    }
}

fn timeline(timeline: &Timeline, common: &Common) -> Result<(), CliError> {
    if common.json {
        return print::json(timeline);
    }
    let took = timeline.case.cycle_time_s.map_or_else(String::new, |seconds| format!(", {}", humane(seconds)));
    print::line(&format!("case {}: {} events{took}", timeline.case.case, timeline.case.events))?;
    let mut table = print::table(&["ended", "activity", "resource", "system", "then waits"]);
    for event in &timeline.timeline {
        table.add_row([
            Cell::new(event.ended_at.as_deref().unwrap_or("–")),
            Cell::new(&event.activity),
            Cell::new(event.resource.as_deref().unwrap_or("–")),
            Cell::new(event.system.as_deref().unwrap_or("–")),
            print::number(event.wait_s.map_or_else(String::new, humane)),
        ]);
    }
    print::line(&table.to_string())
}
