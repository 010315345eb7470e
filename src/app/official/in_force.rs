//! Which version of an official flow a case is judged by: the newest one that was valid when the case started.

use super::OfficialModel;
use crate::app::{App, AppError};
use std::sync::Arc;

/// Versions of an official flow that are in force, the oldest first.
#[derive(Debug, Clone)]
pub struct InForce(pub Vec<Arc<OfficialModel>>);

impl InForce {
    /// One model for all cases, whatever it says about its own time.
    pub fn only(model: Arc<OfficialModel>) -> Self {
        let model = if model.valid_from.is_some() {
            Arc::new(OfficialModel { valid_from: None, ..OfficialModel::clone(&model) })
        } else {
            model
        };
        Self(vec![model])
    }

    /// The version for a case that started then; nothing where none was valid yet. A case without times is judged by
    /// the newest.
    pub fn of_case(&self, started_at: Option<i64>) -> Option<usize> {
        let valid = |model: &Arc<OfficialModel>| match (model.valid_from, started_at) {
            (Some(from), Some(started)) => from <= started,
            _ => true,
        };
        self.0.iter().rposition(valid)
    }

    /// The newest version.
    pub fn newest(&self) -> Option<&Arc<OfficialModel>> {
        self.0.last()
    }

    /// Stands for all of it.
    pub fn key(&self) -> String {
        let one = |model: &Arc<OfficialModel>| format!("{} {:?} {:?}", model.hash, model.version, model.valid_from);
        self.0.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

impl App {
    /// What the cases of a flow are judged by: the versions in force, or only the one with a number.
    ///
    /// # Errors
    /// `NoOfficialFlow`, or those of the catalog.
    pub fn in_force(&self, flow: &str, number: Option<u32>) -> Result<InForce, AppError> {
        if number.is_some() {
            return Ok(InForce::only(Arc::new(self.official_model(flow, number)?)));
        }
        let mut records = self.store.catalog.official_flow_versions(flow)?;
        records.retain(|record| record.is_in_force());
        records.reverse();
        // What a later version without a day, or with an earlier one, replaces, no case is judged by any more.
        let mut models: Vec<Arc<OfficialModel>> = Vec::new();
        for record in records {
            let valid_from = record.valid_from;
            models.retain(|before| before.valid_from.unwrap_or(i64::MIN) < valid_from.unwrap_or(i64::MIN));
            models.push(Arc::new(super::of_record(&record)?));
        }
        if models.is_empty() {
            return Err(AppError::NoOfficialFlow { flow: flow.to_owned() });
        }
        Ok(InForce(models))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_judged_by_what_was_valid_when_it_started() {
        let model = |from: Option<i64>| {
            let read = OfficialModel::read("f.yaml", b"steps: {a: {}}\npath: [a]\n").unwrap();
            Arc::new(OfficialModel { valid_from: from, ..read })
        };
        let versions = InForce(vec![model(Some(10)), model(Some(20))]);
        let of = |started: Option<i64>| versions.of_case(started);
        assert_eq!([of(Some(5)), of(Some(10)), of(Some(25)), of(None)], [None, Some(0), Some(1), Some(1)]);
        assert_eq!(InForce::only(model(Some(10))).of_case(Some(1)), Some(0));
    }
}
