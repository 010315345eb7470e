//! A first draft of the official flow, found in the log: what most cases do, as a model that can be made the official one.

use crate::app::official::fitting;
use crate::app::{App, AppError, Asked, threads};
use crate::mining::align::{Limits, Question, align, fitness_of_log, precision};
use crate::mining::discover::discover;
use crate::mining::net::pnml;
use crate::model::deviations::DiscoveredFlow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

impl App {
    /// The flow that the paths of the cases have in common. With a noise threshold of 0 every case fits it; what happens
    /// after a step less often than this share of what happens most often does not decide about it.
    ///
    /// # Errors
    /// Those of the query; `Invalid` for a threshold that means nothing, or without cases.
    pub async fn discovered_flow(&self, asked: &Asked, noise: f64) -> Result<DiscoveredFlow, AppError> {
        if !(0.0..1.0).contains(&noise) {
            return Err(AppError::Invalid {
                what: format!("the noise threshold is {noise}"),
                hint: "give a share from 0, where every case fits, to below 1; 0.2 is usual".to_owned(),
            });
        }
        let cases = self.cases_by_variant(asked).await?;
        let (snapshot, name) = (Arc::clone(&asked.target.snapshot), asked.target.flow.clone());
        let seconds = self.config.limits.alignment_seconds;
        let work = move || -> Result<DiscoveredFlow, AppError> {
            let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
            let table = snapshot.variants()?;
            let paths: Vec<Vec<i32>> = cases.keys().map(|variant| table.paths[*variant].clone()).collect();
            let weighed: Vec<(&[i32], u64)> =
                paths.iter().zip(cases.values()).map(|(path, cases)| (path.as_slice(), *cases)).collect();
            let tree = discover(weighed.iter().copied(), noise);
            let net = tree.net(&names);
            let question = Question { net: &net, activities: &names, paths: &paths, finished: true };
            let in_all = Duration::from_secs(seconds);
            let limits = Limits { in_all, per_path: in_all / 6, threads: threads() };
            let answer = align(&question, &limits).map_err(AppError::NoRun)?;
            let rows = weighed.iter().zip(&answer.outcomes).map(|((path, n), outcome)| (path.len(), *n, outcome));
            let fitness = fitness_of_log(rows, answer.cheapest);
            Ok(DiscoveredFlow {
                noise,
                tree: tree.shown(&names).to_string(),
                cases: cases.values().sum::<u64>() as i64,
                conforming_cases: fitness.conforming as i64,
                fitness: fitting(&fitness),
                precision: precision(&net, &names, &weighed, limits.per_path),
                bpmn: tree.bpmn(&name, &names),
                pnml: pnml::write(&net),
            })
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?
    }

    /// How many of the cases took each variant, counted from 0.
    async fn cases_by_variant(&self, asked: &Asked) -> Result<BTreeMap<usize, u64>, AppError> {
        let frame = self.ask(asked, "case_paths", &BTreeMap::new()).await?;
        let mut cases: BTreeMap<usize, u64> = BTreeMap::new();
        for row in 0..frame.rows {
            // Numbers of variants begin at 1.
            let variant = frame.integer("variant_id", row).and_then(|number| usize::try_from(number - 1).ok());
            if let Some(variant) = variant {
                *cases.entry(variant).or_default() += 1;
            }
        }
        if cases.is_empty() {
            return Err(AppError::Invalid {
                what: "there is no case to find a flow in".to_owned(),
                hint: "widen the filter".to_owned(),
            });
        }
        Ok(cases)
    }
}
