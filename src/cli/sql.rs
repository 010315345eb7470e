//! `throughline sql`.

use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use clap::Args;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Sql {
    /// A SELECT over events, cases and variants, and, where the flow has an official flow, conformance and deviations
    sql: String,
    /// A stored flow, or a file
    #[arg(long, value_name = "FLOW|FILE")]
    flow: String,
    #[command(flatten)]
    source: Source,
}

impl Sql {
    /// Prints the result.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let opened = self.source.open(common, &self.flow)?.judged().await?;
        let answer = opened.app.sql(&opened.asked, &self.sql).await?;
        if common.json {
            return print::json(&answer);
        }
        print::line(&print::frame(&answer.frame, usize::MAX).to_string())?;
        if answer.meta.truncated {
            let rows = opened.app.config.limits.rows_returned_max;
            print::line(&format!("… cut after {rows} rows (limits.rows_returned_max)"))?;
        }
        Ok(())
    }
}
