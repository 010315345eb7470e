//! `throughline check`.

use crate::cli::{CliError, Common, print};
use crate::config::ConfigOverrides;
use crate::query::Catalogue;
use clap::Args;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Check {
    /// Print the KPI catalogue as Markdown
    #[arg(long)]
    catalogue: bool,
}

impl Check {
    /// Prints the effective configuration and every fault of it and of the query files.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        let catalogue = Catalogue::load(common.queries.as_deref());
        let faults = match &catalogue {
            Err(faults) => faults.clone(),
            Ok(catalogue) => catalogue.check().await,
        };
        let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let unsound = || CliError::Unsound(format!("the query catalogue has {} faults", texts.len()));
        if self.catalogue {
            if let Ok(catalogue) = &catalogue {
                print::line(&catalogue.markdown())?;
            }
            // The faults are no part of the document.
            texts.iter().try_for_each(|text| print::message(text))?;
            return if texts.is_empty() { Ok(()) } else { Err(unsound()) };
        }
        let config = common.configuration(ConfigOverrides::default())?;
        if common.json {
            print::json(&serde_json::json!({ "config": config, "faults": texts }))?;
        } else {
            print::line(&toml::to_string_pretty(&config).unwrap_or_default())?;
            texts.iter().try_for_each(|text| print::line(text))?;
        }
        match texts.len() {
            0 if common.json => Ok(()),
            0 => print::line("configuration and query catalogue are sound"),
            _ => Err(unsound()),
        }
    }
}
