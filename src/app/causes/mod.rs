//! `causes`: which values of attributes go with breach, delay, rework or a difference from the official flow. [`target`]
//! says which cases are meant, [`attributes`] what is known of every case, [`values`] its words and filters, [`answer`] puts what `mining::causes` finds into
//! words and filters.

mod answer;
mod attributes;
mod target;
mod values;

pub use target::Target as CauseOf;

use crate::app::{App, AppError, Asked};
use crate::mining::causes::{contrasts, definition, tree};
use crate::model::causes::Causes;
use crate::model::deviations::Deviation;
use crate::model::tables::case;
use crate::query::Coded;
use attributes::{Attributes, MOST_VALUES};
use target::Labels;

/// So many splits deep is the tree: people read two or three conditions at once.
const DEPTH: usize = 3;

/// The columns of cases that are always read, in this order; attributes follow.
const READ: [&str; 5] = [case::CASE, case::STARTED_AT, case::CYCLE, case::VARIANT, case::FIRST_ACTIVITY];

/// What is known of every case.
struct Known {
    /// Number of the case in the log.
    numbers: Vec<u32>,
    /// Microseconds; not a number in a log without times.
    started: Vec<f64>,
    cycle: Vec<f64>,
    variants: Vec<u32>,
    first_activities: Vec<u32>,
    /// The attributes of cases, by name.
    attributes: Vec<(String, Coded)>,
}

impl App {
    /// What goes with a target among the asked cases.
    ///
    /// # Errors
    /// Those of the queries; `Invalid` for `slow` in a log without times, `NoOfficialFlow` and `NoSuchDeviation` for
    /// differences that nobody knows.
    pub async fn causes(&self, asked: &Asked, of: &CauseOf) -> Result<Causes, AppError> {
        let asked = match of {
            CauseOf::Deviation(_) => {
                let verdicts = self.engine().catalogue().get("case_verdicts")?;
                self.as_wanted(asked, verdicts).await?
            }
            _ => asked.clone(),
        };
        of.check(&asked)?;
        let known = self.known_cases(&asked).await?;
        let verdicts = match of {
            CauseOf::Deviation(id) => {
                let parameters = id.iter().map(|id| ("deviation".to_owned(), id.clone())).collect();
                Some(self.ask(&asked, "case_verdicts", &parameters).await?)
            }
            _ => None,
        };
        let origins = self.origins(&asked).await?;
        let words = self.difference(&asked, of).await?;
        let of = of.clone();
        let work = move || -> Result<Causes, AppError> {
            let mut labels = Labels::of(&of, &asked, &known, verdicts.as_ref())?;
            if let Some(words) = words {
                labels.words.words = words;
            }
            let attributes = Attributes::of(&of, &asked, &known, &origins, &labels);
            let found = contrasts(&attributes.columns, &labels.target);
            let root = tree(&attributes.columns, &labels.target, DEPTH);
            Ok(answer::answer(&of, &asked, &labels, &attributes, &found, &root))
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?
    }

    /// What its figures mean, in words.
    pub fn causes_definition(&self) -> String {
        definition()
    }

    /// One way of differing in words: people do not know it by its id.
    async fn difference(&self, asked: &Asked, of: &CauseOf) -> Result<Option<String>, AppError> {
        let CauseOf::Deviation(Some(id)) = of else { return Ok(None) };
        let in_force = match self.in_force(&asked.target.flow, None) {
            // It was given for this question alone.
            Err(AppError::NoOfficialFlow { .. }) => return Ok(None),
            in_force => in_force?,
        };
        let found = self.deviation(asked, &in_force, id).await?.deviation;
        let words = |one: Deviation| {
            format!("differ from the official flow (“{}”: {})", one.activity, one.kind.replace('_', " "))
        };
        Ok(found.map(words))
    }

    async fn known_cases(&self, asked: &Asked) -> Result<Known, AppError> {
        let snapshot = &asked.target.snapshot;
        let names = snapshot.attributes_of("cases");
        let columns: Vec<String> = READ.iter().map(|name| (*name).to_owned()).chain(names.clone()).collect();
        let mut coded = self.engine().coded(snapshot, &asked.filter, "cases", &columns, MOST_VALUES).await?;
        let attributes = names.into_iter().zip(coded.split_off(READ.len())).collect();
        let [cases, started, cycle, variants, first]: [Vec<f64>; READ.len()] =
            numbers(coded)?.try_into().map_err(|_| AppError::Internal("not every column was read".to_owned()))?;
        let whole = |numbers: Vec<f64>| numbers.into_iter().map(|number| number as u32).collect();
        Ok(Known {
            numbers: whole(cases),
            started,
            cycle,
            variants: whole(variants),
            first_activities: whole(first),
            attributes,
        })
    }

    /// In which role and system each case began, where the log says any of it: columns of `case_origins`.
    async fn origins(&self, asked: &Asked) -> Result<Vec<Vec<f64>>, AppError> {
        let snapshot = &asked.target.snapshot;
        let is_known = attributes::ORIGINS.iter().any(|(kind, ..)| snapshot.names(kind).iter().next().is_some());
        if !is_known {
            return Ok(Vec::new());
        }
        let query = self.engine().catalogue().get("case_origins")?;
        numbers(self.engine().coded_answer(snapshot, &asked.filter, query, MOST_VALUES).await?)
    }
}

/// Columns that hold nothing but numbers.
fn numbers(columns: Vec<Coded>) -> Result<Vec<Vec<f64>>, AppError> {
    let numbers = columns.into_iter().map(|column| match column {
        Coded::Numbers(numbers) => Ok(numbers),
        _ => Err(AppError::Internal("a column that was asked for holds no numbers".to_owned())),
    });
    numbers.collect()
}
