//! A new version of the official flow, to be proposed: a path learnt from the cases that keep to the flow, or leave it only in
//! ways that are to become part of it. Of a definition only the path changes.

use super::judge::Judged;
use crate::app::official::{InForce, with_path};
use crate::app::{App, AppError, Asked, GivenFlow};
use crate::mining::discover::discover;
use crate::mining::official::write;
use crate::model::filter::Filter;
use crate::model::judgement::Evaluated;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every case that it is learnt from is to fit the new path, the rare difference among them, too.
const NOISE: f64 = 0.0;

impl App {
    /// A flow that allows a difference, ready to be proposed: found in the cases judged by the newest version that differ in
    /// no other way than this one and those that are to be formalised already.
    ///
    /// # Errors
    /// `NoSuchDeviation` where no case has it; `Invalid` where no path could allow it, where no case has it alone, or where
    /// steps of the present path would be lost; those of [`Self::discovered_flow`].
    pub async fn proposed_flow(&self, asked: &Asked, in_force: &InForce, id: &str) -> Result<GivenFlow, AppError> {
        let flow = &asked.target.flow;
        let newest = in_force.newest().ok_or_else(|| AppError::NoOfficialFlow { flow: flow.clone() })?;
        let judged = self.judged(asked, in_force).await?;
        let mut allowed: BTreeSet<String> = self
            .ledger(flow)?
            .into_iter()
            .filter(|decision| decision.status == "to_formalise")
            .map(|decision| decision.deviation)
            .collect();
        allowed.insert(id.to_owned());
        let variants =
            learnt_from(&judged, in_force.0.len() - 1, id, &allowed, &asked.target.snapshot.variants()?.paths)?;
        let ids = &asked.target.snapshot.variants()?.ids;
        let version = self.official_flow_versions(flow)?.versions.first().map(|newest| newest.version);
        let given = GivenFlow {
            reason: Some(format!("allows the difference {id}")),
            replaces: version,
            valid_from: newest.valid_from,
            proposed: true,
            ..GivenFlow::default()
        };
        let Some(definition) = newest.definition().cloned() else {
            let variants = variants.iter().map(|variant| ids[*variant].clone()).collect();
            let filter = Filter { variants, ..Filter::default() }.canonical();
            let found = self.discovered_flow(&Asked { target: asked.target.clone(), filter }, NOISE).await?;
            let name = Some(newest.name.clone()).filter(|name| name.ends_with(".bpmn"));
            return Ok(GivenFlow { name, bytes: found.bpmn.into_bytes(), ..given });
        };
        let snapshot = Arc::clone(&asked.target.snapshot);
        let work = move || -> Result<String, AppError> {
            let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
            let paths = &snapshot.variants()?.paths;
            let tree = discover(variants.iter().map(|variant| (paths[*variant].as_slice(), 1)), NOISE);
            Ok(write(&with_path(&definition, &tree, &names)?))
        };
        let text = tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))??;
        let stem = newest.name.rsplit_once('.').map_or(newest.name.as_str(), |(stem, _)| stem);
        Ok(GivenFlow { name: Some(format!("{stem}.yaml")), bytes: text.into_bytes(), ..given })
    }
}

/// The variants of the cases that differ in no other way than the allowed ones, one of them in the one asked about.
fn learnt_from(
    judged: &Judged,
    newest: usize,
    id: &str,
    allowed: &BTreeSet<String>,
    paths: &[Vec<i32>],
) -> Result<BTreeSet<usize>, AppError> {
    let ways = &judged.judgement.ways;
    let number = ways.iter().position(|way| way.id == id);
    let number = number.ok_or_else(|| AppError::NoSuchDeviation { id: id.to_owned() })?;
    // The ways that break rules follow those of the path.
    if let Some(of_rule) = number.checked_sub(judged.what.len()).and_then(|at| judged.ruled.way(at)) {
        return Err(AppError::Invalid {
            what: format!("it breaks the rule `{}`, and no path can allow that", of_rule.id()),
            hint: "accept it, or change the rule in the text of the official flow".to_owned(),
        });
    }
    // By case: whether it differs otherwise, and whether it differs in this way.
    let mut otherwise = vec![false; judged.cases.len()];
    let mut so = vec![false; judged.cases.len()];
    for found in &judged.judgement.found {
        otherwise[found.case as usize] |= !allowed.contains(&ways[found.way as usize].id);
        so[found.case as usize] |= found.way as usize == number;
    }
    let none = BTreeSet::new();
    let cancels = judged.cancels.get(newest).unwrap_or(&none);
    let kept = |number: &usize| {
        let case = &judged.cases[*number];
        let (variant, version) = judged.variant_of(case.path as usize);
        let is_evaluated = judged.judgement.cases[*number].evaluated != Evaluated::Not;
        // Of a case that was cancelled nobody knows how it would have gone on.
        let is_cancelled = || paths[variant].iter().any(|activity| cancels.contains(activity));
        !otherwise[*number] && case.is_judged && is_evaluated && !case.is_open && version == newest && !is_cancelled()
    };
    let kept: Vec<usize> = (0..judged.cases.len()).filter(kept).collect();
    if !kept.iter().any(|case| so[*case]) {
        return Err(AppError::Invalid {
            what: "no finished case differs in this way alone, so there is nothing to learn a flow from".to_owned(),
            hint: "mark the differences that come with it as to be formalised, too".to_owned(),
        });
    }
    Ok(kept.iter().map(|case| judged.variant_of(judged.cases[*case].path as usize).0).collect())
}
