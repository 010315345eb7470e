//! `throughline variants`.

use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::model::time::humane;
use clap::Args;
use comfy_table::Cell;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Variants {
    /// A stored flow, or a file
    target: String,
    /// Only the N most frequent paths
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    #[command(flatten)]
    source: Source,
}

/// How many paths a person is shown without being asked.
const SHOWN: usize = 20;

impl Variants {
    /// Prints the paths really taken.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let opened = self.source.open(common, &self.target)?.judged().await?;
        let top = if common.json { self.top } else { Some(self.top.unwrap_or(SHOWN)) };
        let variants = opened.app.variants(&opened.asked, top).await?;
        if common.json {
            return print::json(&variants);
        }
        print::line(&format!("{} cases took {} paths", print::count(variants.cases), print::count(variants.total)))?;
        let mut table = print::table(&["#", "cases", "share", "median", "path"]);
        for variant in &variants.variants {
            table.add_row([
                print::number(variant.rank),
                print::number(print::count(variant.cases)),
                print::number(print::percent(variant.share)),
                print::number(variant.cycle_time_s.as_ref().map_or_else(|| "–".to_owned(), |c| humane(c.median))),
                Cell::new(variant.activities.join(" → ")),
            ]);
        }
        print::line(&table.to_string())
    }
}
