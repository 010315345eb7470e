//! `throughline stats`.

use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::time::humane;
use clap::Args;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Stats {
    /// A stored flow, or a file
    target: String,
    #[command(flatten)]
    source: Source,
}

impl Stats {
    /// Prints what the log holds.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let opened = self.source.open(common, &self.target)?.judged().await?;
        let stats = opened.app.stats(&opened.asked).await?;
        if common.json {
            return print::json(&stats);
        }
        let count = |label: &str, value: i64| format!("{label:<12} {:>12}", print::count(value));
        print::line(&count("events", stats.events))?;
        print::line(&count("cases", stats.cases))?;
        print::line(&count("activities", stats.activities))?;
        print::line(&count("variants", stats.variants))?;
        print::line(&count("resources", stats.resources))?;
        if let (Some(first), Some(last)) = (&stats.first_at, &stats.last_at) {
            print::line(&format!("from {first} to {last}"))?;
        }
        if let Some(cycle) = &stats.cycle_time_s {
            print::line(&format!(
                "cycle time: median {}, mean {}, 90 % within {}",
                humane(cycle.median),
                humane(cycle.mean),
                humane(cycle.p90)
            ))?;
        }
        for (title, list) in [
            ("cases start with", &stats.start_activities),
            ("cases end with", &stats.end_activities),
            ("done more than once in a case", &stats.rework),
        ] {
            if list.is_empty() {
                continue;
            }
            let mut table = print::table(&[title, "cases"]);
            for entry in list.iter().take(10) {
                table.add_row([comfy_table::Cell::new(&entry.activity), print::number(print::count(entry.cases))]);
            }
            print::line(&format!("\n{table}"))?;
        }
        Ok(())
    }
}
