//! A new version of the official flow, proposed: a model of what the cases do that keep to the flow, or leave it only in
//! ways that are accepted or are to become part of it.

use crate::app::official::InForce;
use crate::app::{App, AppError, Asked};
use crate::model::deviations::DiscoveredFlow;
use crate::model::filter::Filter;
use std::collections::BTreeSet;

impl App {
    /// A flow that allows a difference, found in the cases that differ in no other way than this one and those that are to
    /// be formalised already.
    ///
    /// # Errors
    /// `NoSuchDeviation` where no case has it; `Invalid` where no case has it alone; those of [`Self::discovered_flow`].
    pub async fn proposed_flow(
        &self,
        asked: &Asked,
        in_force: &InForce,
        id: &str,
        noise: f64,
    ) -> Result<DiscoveredFlow, AppError> {
        let judged = self.judged(asked, in_force).await?;
        let mut allowed: BTreeSet<String> = self
            .ledger(&asked.target.flow)?
            .into_iter()
            .filter(|decision| decision.status == "to_formalise")
            .map(|decision| decision.deviation)
            .collect();
        allowed.insert(id.to_owned());
        let ways = &judged.judgement.ways;
        if !ways.iter().any(|way| way.id == id) {
            return Err(AppError::NoSuchDeviation { id: id.to_owned() });
        }
        // By case: whether it differs otherwise, and whether it differs in this way.
        let mut otherwise = vec![false; judged.cases.len()];
        let mut so = vec![false; judged.cases.len()];
        for found in &judged.judgement.found {
            let way = &ways[found.way as usize];
            otherwise[found.case as usize] |= !allowed.contains(&way.id);
            so[found.case as usize] |= way.id == id;
        }
        let kept = || (0..judged.cases.len()).filter(|case| !otherwise[*case] && !judged.cases[*case].is_open);
        if !kept().any(|case| so[case]) {
            return Err(AppError::Invalid {
                what: "no case differs in this way alone, so there is nothing to learn a flow from".to_owned(),
                hint: "mark the differences that come with it as to be formalised, too".to_owned(),
            });
        }
        let ids = &asked.target.snapshot.variants()?.ids;
        let paths: BTreeSet<usize> = kept().map(|case| judged.variant_of(judged.cases[case].path as usize).0).collect();
        let variants = paths.into_iter().map(|path| ids[path].clone()).collect();
        let filter = Filter { variants, ..Filter::default() }.canonical();
        self.discovered_flow(&Asked { target: asked.target.clone(), filter }, noise).await
    }
}
