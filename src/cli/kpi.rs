//! `throughline kpi`.

use crate::app::{AppError, KpiAnswer};
use crate::cli::asked::Source;
use crate::cli::{CliError, Common, print};
use crate::draw::theme::Theme;
use crate::query::Catalogue;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// See the command's help.
#[derive(Debug, Args)]
pub struct Kpi {
    /// [ID] FLOW|FILE: the KPI (all of them without it), and a stored flow or a file
    #[arg(required = true, num_args = 1..=2, value_names = ["ID", "FLOW|FILE"])]
    words: Vec<String>,
    /// A parameter of the KPI; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// Write the answer to a file: .csv or .json, or, for one KPI, its chart: .svg or .png
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

/// How many rows of each KPI a person is shown when asking for all.
const SHOWN: usize = 10;

impl Kpi {
    /// Prints one KPI, or all of them.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        if let Some(path) = &self.output {
            check_form(path, self.words.len() == 2)?;
        }
        match self.words.as_slice() {
            [id, target] => self.one(common, id, target).await,
            words => self.all(common, words.first().map_or("", String::as_str)).await,
        }
    }

    async fn one(&self, common: &Common, id: &str, target: &str) -> Result<(), CliError> {
        let parameters = self.parameters()?;
        let opened = self.source.open(common, target)?.judged().await?;
        let answer = opened.app.kpi(&opened.asked, id, &parameters).await?;
        if let Some(path) = &self.output {
            match ending(path) {
                "svg" => keep(path, &answer.svg(Theme::Light)?.into_bytes())?,
                "png" => keep(path, &answer.png(Theme::Light)?)?,
                _ => write(path, &answer, || answer.frame.csv())?,
            }
        }
        if common.json {
            return print::json(&answer);
        }
        if self.output.is_some() {
            return Ok(());
        }
        print::line(&format!("{}\n{}\n", answer.kpi.title, answer.kpi.definition))?;
        print::line(&print::frame(&answer.frame, usize::MAX).to_string())?;
        if answer.meta.truncated {
            let rows = opened.app.config.limits.rows_returned_max;
            print::line(&format!("… cut after {rows} rows (limits.rows_returned_max)"))?;
        }
        Ok(())
    }

    async fn all(&self, common: &Common, target: &str) -> Result<(), CliError> {
        if !self.param.is_empty() {
            let hint = "name the KPI: throughline kpi ID FLOW|FILE --param NAME=VALUE".to_owned();
            return Err(CliError::Usage { what: "--param belongs to one KPI".to_owned(), hint });
        }
        let opened = self.source.open(common, target).map_err(|error| only_a_kpi(common, target, error))?;
        let opened = opened.judged().await?;
        let list = opened.app.kpis(&opened.asked).await?;
        if let Some(path) = &self.output {
            write(path, &list, || list.csv())?;
        }
        if common.json {
            return print::json(&list);
        }
        if self.output.is_some() {
            return Ok(());
        }
        for KpiAnswer { kpi, frame, .. } in &list.kpis {
            print::line(&format!("{} ({})", kpi.title, kpi.id))?;
            print::line(&print::frame(frame, SHOWN).to_string())?;
            if frame.rows > SHOWN {
                let more = print::count((frame.rows - SHOWN) as i64);
                print::line(&format!("… {more} more; throughline kpi {} {target} shows all", kpi.id))?;
            }
            print::line("")?;
        }
        Ok(())
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

fn ending(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn check_form(path: &Path, is_one: bool) -> Result<(), CliError> {
    match ending(path) {
        "csv" | "json" => Ok(()),
        "svg" | "png" if is_one => Ok(()),
        _ => Err(CliError::Usage {
            what: format!("cannot write {} to {}", if is_one { "a KPI" } else { "all KPIs" }, path.display()),
            hint: format!(
                "name a file that ends in {}",
                if is_one { ".svg, .png, .csv or .json" } else { ".csv or .json" }
            ),
        }),
    }
}

fn keep(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(CliError::io(format!("write {}", path.display())))
}

fn write(path: &Path, answer: &impl Serialize, csv: impl FnOnce() -> std::io::Result<Vec<u8>>) -> Result<(), CliError> {
    let fault = || CliError::io(format!("write {}", path.display()));
    let bytes = if ending(path) == "csv" {
        csv().map_err(fault())?
    } else {
        serde_json::to_vec_pretty(answer).map_err(|e| fault()(e.into()))?
    };
    keep(path, &bytes)
}

/// A single word that is the id of a KPI is a command that was not finished.
fn only_a_kpi(common: &Common, word: &str, error: CliError) -> CliError {
    let is_kpi = || Catalogue::load(common.queries.as_deref()).is_ok_and(|catalogue| catalogue.kpi(word).is_ok());
    match &error {
        CliError::App(AppError::NoSuchTarget { .. }) if is_kpi() => CliError::Usage {
            what: format!("`{word}` is a KPI; it is not said of which flow or file"),
            hint: format!("write throughline kpi {word} FLOW|FILE"),
        },
        _ => error,
    }
}
