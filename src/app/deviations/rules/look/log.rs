//! What the log knows of the steps of a demand, and the questions that are asked about them.

use super::Looking;
use crate::app::AppError;
use crate::mining::align::Names;
use crate::mining::official::{Check, Demand};
use crate::model::official::RuleKind;
use crate::query::Frame;
use std::sync::Arc;

impl Looking<'_> {
    /// Steps of a demand that the log does not know, in words; an error where nothing is left to look at without them. A
    /// name that is mistyped would else be kept, or broken, in every case.
    pub(super) fn missing(&mut self, check: &Check) -> Result<Option<String>, String> {
        let numbers = self.steps(&check.activities);
        let unknown: Vec<&String> =
            check.activities.iter().zip(&numbers).filter(|(_, step)| step.is_none()).map(|(name, _)| name).collect();
        self.unknown.extend(unknown.iter().map(|name| (*name).clone()));
        let needed = match &check.demand {
            Demand::Not(_) => 0,
            // One of several is enough.
            Demand::Guard(_) | Demand::Path(RuleKind::Starts | RuleKind::Ends, ..) => 1,
            Demand::Persons { .. } => 2,
            _ => numbers.len(),
        };
        if unknown.is_empty() {
            return Ok(None);
        }
        let named = unknown.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
        match numbers.len() - unknown.len() < needed {
            true => Err(format!("not evaluated: the log does not know {named}")),
            false => Ok(Some(format!("the log does not know {named}"))),
        }
    }

    /// The numbers of activities in the log.
    pub(super) fn steps(&self, activities: &[String]) -> Vec<Option<u32>> {
        let labels: Vec<&str> = activities.iter().map(String::as_str).collect();
        let log: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let names = Names::matching(&labels, &log);
        let number = |label: &&str| Some(names.number(label)).filter(|number| (*number as usize) < log.len());
        labels.iter().map(number).collect()
    }

    fn name(&self, step: Option<u32>) -> Option<&str> {
        self.names.get(step? as usize).map(String::as_str)
    }

    pub(super) async fn of_step(
        &mut self,
        steps: &[Option<u32>],
        id: &str,
        more: &[(&str, &str)],
    ) -> Result<Arc<Frame>, AppError> {
        let Some(name) = self.name(steps.first().copied().flatten()).map(str::to_owned) else {
            return Ok(Arc::default());
        };
        let asked: Vec<(&str, &str)> = [("step", name.as_str())].into_iter().chain(more.iter().copied()).collect();
        self.ask(id, &asked).await
    }

    pub(super) async fn of_pair(
        &mut self,
        steps: &[Option<u32>],
        id: &str,
        more: &[(&str, &str)],
    ) -> Result<Arc<Frame>, AppError> {
        let names = [0, 1].map(|at| self.name(steps.get(at).copied().flatten()).map(str::to_owned));
        let [Some(first), Some(second)] = names else { return Ok(Arc::default()) };
        let pair = [("first", first.as_str()), ("second", second.as_str())];
        let asked: Vec<(&str, &str)> = pair.into_iter().chain(more.iter().copied()).collect();
        self.ask(id, &asked).await
    }

    async fn ask(&mut self, id: &str, words: &[(&str, &str)]) -> Result<Arc<Frame>, AppError> {
        let key = format!("{id} {words:?}");
        if let Some(frame) = self.frames.get(&key) {
            return Ok(Arc::clone(frame));
        }
        let parameters = words.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let frame = Arc::new(self.app.ask(self.asked, id, &parameters).await?);
        self.frames.insert(key, Arc::clone(&frame));
        Ok(frame)
    }

    pub(super) fn row(&self, frame: &Frame, row: usize) -> Option<u32> {
        let number = u32::try_from(frame.integer("case_idx", row)?).ok()?;
        Some(number).filter(|number| (*number as usize) < self.cases.len())
    }
}
