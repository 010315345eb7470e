//! `throughline report`.

use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::web::Report as Written;
use clap::Args;
use std::path::PathBuf;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Report {
    /// A stored flow, or a file
    target: String,
    /// Write the report to this file: .html
    #[arg(short, long, value_name = "OUT", required_unless_present = "json")]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Report {
    /// Writes the report, prints its figures as JSON, or both.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // A wrong name of the output is said before the work, not after it.
        let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "html" || ending == "htm");
        if let Some(path) = self.output.as_ref().filter(|path| !is_page(path)) {
            let what = format!("cannot write a report to {}", path.display());
            return Err(CliError::Usage { what, hint: "name a file that ends in .html".to_owned() });
        }
        let opened = self.source.open(common, &self.target)?.judged().await?;
        let report = Written::gather(&opened.app, &opened.asked).await?;
        if let Some(path) = &self.output {
            let html = report.to_html()?;
            std::fs::write(path, html).map_err(CliError::io(format!("write {}", path.display())))?;
        }
        if common.json { print::json(report.overview()) } else { Ok(()) }
    }
}
