//! `throughline discover`.

use crate::app::OfficialModel;
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use clap::Args;
use std::path::PathBuf;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Discover {
    /// A stored flow, or a file
    target: String,
    /// From 0, where every case fits, to below 1: rarer ways than this share of the most frequent one do not count
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    noise: f64,
    /// Instead of finding one, make the N most frequent paths official: a definition that allows these and no others
    #[arg(long, value_name = "N")]
    variants: Option<usize>,
    /// Write the flow to a file: .bpmn or .pnml; of variants also .yaml
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Discover {
    /// Prints the flow that the cases have in common, or writes it to a file.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let ending = self.output.as_deref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        let is_known = matches!(ending, Some("bpmn" | "pnml")) || (self.variants.is_some() && ending == Some("yaml"));
        if self.output.is_some() && !is_known {
            return Err(CliError::Usage {
                what: "the form of the file is not clear".to_owned(),
                hint: "end its name in .bpmn or .pnml, or with --variants in .yaml".to_owned(),
            });
        }
        let opened = self.source.open(common, &self.target)?.judged().await?;
        if let Some(most) = self.variants {
            let definition = opened.app.promoted_variants(&opened.asked, most.max(1), &[]).await?;
            let Some(path) = &self.output else { return print::line(definition.trim_end()) };
            let model = OfficialModel::read("flow.yaml", definition.as_bytes())?;
            let text = match ending {
                Some("bpmn") => model.bpmn()?,
                Some("pnml") => model.pnml()?,
                _ => definition,
            };
            return std::fs::write(path, text).map_err(CliError::io(format!("write {}", path.display())));
        }
        let found = opened.app.discovered_flow(&opened.asked, self.noise).await?;
        if let Some(path) = &self.output {
            let text = if ending == Some("bpmn") { &found.bpmn } else { &found.pnml };
            std::fs::write(path, text).map_err(CliError::io(format!("write {}", path.display())))?;
        }
        if common.json {
            return print::json(&found);
        }
        print::line(&found.tree)?;
        let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
        print::line(&format!(
            "{} of {} cases follow it; fitness {}, precision {}",
            print::count(found.conforming_cases),
            print::count(found.cases),
            figure(found.fitness.mean),
            figure(found.precision)
        ))
    }
}
