//! `throughline kpi`.

use crate::app::KpiAnswer;
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// See the command's help.
#[derive(Debug, Args)]
pub struct Kpi {
    /// [ID] FLOW|FILE: the KPI (all are listed without it), and a stored flow or a file
    #[arg(required = true, num_args = 1..=2, value_names = ["ID", "FLOW|FILE"])]
    words: Vec<String>,
    /// A parameter of the KPI; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// Write the answer to a file: .csv or .json
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Kpi {
    /// Prints one KPI, or the list of all.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let [id, target] = self.words.as_slice() else {
            return self.list(common);
        };
        if let Some(path) = &self.output {
            check_form(path)?;
        }
        let opened = self.source.open(common, target)?;
        let answer = opened.app.kpi(&opened.asked, id, &self.parameters()?).await?;
        if let Some(path) = &self.output {
            write(path, &answer)?;
        }
        if common.json {
            return print::json(&answer);
        }
        if self.output.is_some() {
            return Ok(());
        }
        print::line(&format!("{}\n{}\n", answer.kpi.title, answer.kpi.definition))?;
        print::line(&print::frame(&answer.frame).to_string())
    }

    fn list(&self, common: &Common) -> Result<(), CliError> {
        let app = common.app()?;
        let list = app.kpis();
        if common.json {
            return print::json(&list);
        }
        let mut table = print::table(&["id", "section", "question"]);
        for kpi in &list.kpis {
            table.add_row([&kpi.id, &kpi.section, &kpi.question]);
        }
        print::line(&table.to_string())
    }

    fn parameters(&self) -> Result<BTreeMap<String, String>, CliError> {
        let split = |word: &String| {
            word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| {
                CliError::Usage {
                    what: format!("`{word}` is no parameter"),
                    hint: "write --param NAME=VALUE".to_owned(),
                }
            })
        };
        self.param.iter().map(split).collect()
    }
}

fn check_form(path: &Path) -> Result<(), CliError> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv" | "json") => Ok(()),
        _ => Err(CliError::Usage {
            what: format!("cannot write a KPI to {}", path.display()),
            hint: "name a file that ends in .csv or .json".to_owned(),
        }),
    }
}

fn write(path: &Path, answer: &KpiAnswer) -> Result<(), CliError> {
    let fault = || CliError::io(format!("write {}", path.display()));
    let bytes = if path.extension().is_some_and(|extension| extension == "csv") {
        answer.frame.csv().map_err(fault())?
    } else {
        serde_json::to_vec_pretty(answer).map_err(|e| fault()(e.into()))?
    };
    std::fs::write(path, bytes).map_err(fault())
}
