//! `throughline import`.

use crate::app::{ImportOutcome, ImportRequest, SourceFile};
use crate::cli::asked::Mapping;
use crate::cli::progress::watched;
use crate::cli::{CliError, Common, print};
use crate::store::catalog::FlowName;
use clap::Args;
use std::path::PathBuf;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Import {
    /// One or more files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name of the flow; made if there is none
    #[arg(long, value_name = "NAME")]
    flow: String,
    /// Add the rows to the flow's log instead of replacing it
    #[arg(long)]
    append: bool,
    #[command(flatten)]
    mapping: Mapping,
}

impl Import {
    /// Stores the files and prints the import report.
    pub fn run(self, common: &Common) -> Result<(), CliError> {
        let flow = FlowName::new(&self.flow).map_err(crate::app::AppError::from)?;
        let app = common.app()?;
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let request = ImportRequest {
            title: self.flow.clone(),
            flow,
            files: self.files.iter().map(|path| SourceFile { path: path.clone(), name: name(path) }).collect(),
            options: self.mapping.options(),
            append: self.append,
            actor: "command line".to_owned(),
        };
        let outcome = watched(|progress| app.import(&request, progress))?;
        if common.json { print::json(&outcome) } else { report(&outcome) }
    }
}

fn report(outcome: &ImportOutcome) -> Result<(), CliError> {
    for file in &outcome.files {
        let counts = &file.report.counts;
        print::line(&format!(
            "{}: {} rows read, {} accepted, {} rejected; {} cases",
            file.file,
            print::count(counts.rows_read as i64),
            print::count(counts.accepted as i64),
            print::count(counts.rejected as i64),
            print::count(counts.cases as i64)
        ))?;
        if let (Some(first), Some(last)) = (&counts.first_at, &counts.last_at) {
            print::line(&format!("  from {first} to {last}; {}", file.report.time_zone))?;
        }
        if let Some(detected) = &file.report.detected {
            for role in &detected.roles {
                let format = role.timestamp_format.as_ref().map_or_else(String::new, |format| format!(", {format}"));
                print::line(&format!(
                    "  {:<21} {} ({} sure{format}): {}",
                    role.role,
                    role.column,
                    print::percent(role.confidence),
                    role.reason
                ))?;
            }
        }
        for found in &file.report.measures {
            let (name, sure) = (found.measure.name(), print::percent(found.confidence));
            print::line(&format!("  {name:<21} {} ({sure} sure): {}", found.column, found.reason))?;
        }
        for (reason, count) in &counts.rejects {
            let reason = serde_json::to_value(reason).unwrap_or_default();
            let lines: Vec<String> = count.lines.iter().take(8).map(u64::to_string).collect();
            print::line(&format!(
                "  rejected: {} rows, {}, lines {}{}",
                count.rows,
                reason.as_str().unwrap_or_default().replace('_', " "),
                lines.join(", "),
                if count.rows > 8 { ", …" } else { "" }
            ))?;
        }
        for warning in &file.report.warnings {
            print::line(&format!("  note: {warning}"))?;
        }
    }
    print::line(&format!(
        "flow {} is now version {}: {} events of {} cases",
        outcome.flow,
        outcome.version,
        print::count(outcome.events as i64),
        print::count(outcome.cases as i64)
    ))
}
