//! `throughline official`.

use crate::app::{GivenFlow, OfficialModel};
use crate::cli::{CliError, Common, print};
use crate::model::time;
use clap::Args;
use comfy_table::Cell;
use std::path::{Path, PathBuf};

/// See the command's help.
#[derive(Debug, Args)]
pub struct Official {
    /// A stored flow, or the file of an official flow
    target: String,
    /// Write it to a file: .bpmn or .pnml; any other ending takes the text as it was given
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// A version of the stored flow's official flow [default: the newest in force]
    #[arg(long, value_name = "N")]
    number: Option<u32>,
    /// Make a file the newest version: BPMN, PNML, YAML, TOML, JSON, or a list of rules as CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "number"])]
    put: Option<PathBuf>,
    /// Why it is changed
    #[arg(long, value_name = "TEXT", requires = "put")]
    reason: Option<String>,
    /// Cases that start from this day on are judged by it
    #[arg(long, value_name = "DAY", requires = "put")]
    valid_from: Option<String>,
    /// Only propose it: it counts once a second person has approved it
    #[arg(long, requires = "put")]
    propose: bool,
    /// The version that was changed, 0 for none: nothing is kept if there is a newer one
    #[arg(long, value_name = "N", requires = "put")]
    replaces: Option<u32>,
}

impl Official {
    /// Lists the versions of an official flow, adds one, or writes one to a file.
    pub fn run(self, common: &Common) -> Result<(), CliError> {
        let path = Path::new(&self.target);
        if path.is_file() {
            let Some(output) = &self.output else {
                return Err(CliError::Usage {
                    what: format!("{} is a file, and there is nothing to do with it", self.target),
                    hint: "write it in another form: -o OUT.bpmn, or make it official: official FLOW --put FILE"
                        .to_owned(),
                });
            };
            return write(&OfficialModel::read_file(path)?, None, output);
        }
        let app = common.app()?;
        if let Some(file) = &self.put {
            let bytes = std::fs::read(file).map_err(CliError::io(format!("read {}", file.display())))?;
            let wrong = |what: String| CliError::Usage { what, hint: "write a day: 2026-01-01".to_owned() };
            let given = GivenFlow {
                name: file.file_name().map(|name| name.to_string_lossy().into_owned()),
                bytes,
                reason: self.reason.clone(),
                valid_from: self.valid_from.as_deref().map(time::parse).transpose().map_err(wrong)?,
                proposed: self.propose,
                replaces: self.replaces,
            };
            let kept = app.put_official_flow("command line", &self.target, &given)?;
            if common.json {
                return print::json(&kept);
            }
            return print::line(&format!("version {} of the official flow, {}", kept.version, words(&kept.state)));
        }
        if let Some(output) = &self.output {
            let flow = app.official_flow(&self.target, self.number)?;
            return write(&app.official_model(&self.target, self.number)?, flow.model.as_deref(), output);
        }
        let versions = app.official_flow_versions(&self.target)?;
        if common.json {
            return print::json(&versions);
        }
        let mut table = print::table(&["version", "name", "state", "for cases from", "by", "at", "why"]);
        for version in &versions.versions {
            let day = |time: Option<&str>| time.and_then(|time| time.get(..10)).unwrap_or("–").to_owned();
            table.add_row([
                print::number(version.version.to_string()),
                Cell::new(&version.name),
                Cell::new(words(&version.state)),
                Cell::new(day(version.valid_from.as_deref())),
                Cell::new(&version.created_by),
                Cell::new(day(Some(&version.created_at))),
                Cell::new(version.reason.as_deref().unwrap_or("–")),
            ]);
        }
        print::line(&table.to_string())
    }
}

fn write(model: &OfficialModel, given: Option<&str>, output: &Path) -> Result<(), CliError> {
    let text = match output.extension().and_then(|ending| ending.to_str()) {
        Some("bpmn") => model.bpmn()?,
        Some("pnml") => model.pnml()?,
        ending => given.map(str::to_owned).ok_or_else(|| CliError::Usage {
            what: format!("an official flow has no form .{}", ending.unwrap_or_default()),
            hint: "end the name of the file in .bpmn or .pnml".to_owned(),
        })?,
    };
    std::fs::write(output, text).map_err(CliError::io(format!("write {}", output.display())))
}

fn words(state: &str) -> &'static str {
    match state {
        "approved" => "approved",
        "proposed" => "proposed",
        "rejected" => "rejected",
        "unapproved" => "in force without a second person's approval",
        _ => "in force by its author alone",
    }
}
