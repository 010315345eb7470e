//! Columns of a view as statistics over all cases want them: names as numbers, each text kept once, everything else as
//! plain numbers. A million cases with ten attributes are some tens of megabytes so, and one pass.

use crate::model::filter::Filter;
use crate::query::QueryError;
use crate::query::catalogue::Query;
use crate::query::columns::of_columns;
use crate::query::engine::{Engine, Extent, Task, Work};
use crate::query::snapshot::Snapshot;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::DataFusionError;
use futures::TryStreamExt;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A column; all columns of an answer have their rows in the same order, whichever that is.
#[derive(Debug, Clone, PartialEq)]
pub enum Coded {
    /// Texts, and true and false.
    Names {
        /// The different ones in alphabetical order; an empty cell is a name of its own, the last.
        names: Vec<Option<String>>,
        /// For each row the number of its name.
        codes: Vec<u32>,
    },
    /// Numbers; instants as microseconds since 1970 UTC. An empty cell is not a number (NaN).
    Numbers(Vec<f64>),
    /// More different texts than were asked for.
    TooMany,
}

impl Engine {
    /// Columns of a view by name, each with at most so many different texts.
    ///
    /// # Errors
    /// Those of a query; `AnswerLimit` where they take more than limits.answer_mb.
    pub async fn coded(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        view: &str,
        columns: &[String],
        most: usize,
    ) -> Result<Vec<Coded>, QueryError> {
        self.coded_of(snapshot, filter, of_columns(view, columns, &[]), most).await
    }

    /// The answer of a catalogued question, likewise.
    ///
    /// # Errors
    /// Those of [`Self::coded`].
    pub async fn coded_answer(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        query: &Query,
        most: usize,
    ) -> Result<Vec<Coded>, QueryError> {
        let task = self.task(query, &BTreeMap::new(), Extent::Whole)?;
        self.coded_of(snapshot, filter, task, most).await
    }

    async fn coded_of(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        task: Task,
        most: usize,
    ) -> Result<Vec<Coded>, QueryError> {
        let work = self.work(snapshot, filter);
        let place = self.place().await?;
        Ok(self.work_in(place, async move { work.coded(task, most).await }).await?.0)
    }
}

impl Work {
    async fn coded(self, task: Task, most: usize) -> Result<Vec<Coded>, QueryError> {
        let fault = |error: DataFusionError| QueryError::from_engine(error, &self.limits);
        let mut batches = self.rows(task.asked, None).await?;
        let mut collected: Vec<Collected> =
            batches.schema().fields().iter().map(|field| Collected::like(field.data_type())).collect();
        while let Some(batch) = batches.try_next().await.map_err(fault)? {
            for (collected, column) in collected.iter_mut().zip(batch.columns()) {
                collected.add(column, most).map_err(fault)?;
            }
            let bytes: usize = collected.iter().map(Collected::bytes).sum();
            if bytes as u64 > self.limits.answer_mb << 20 {
                return Err(QueryError::AnswerLimit { megabytes: self.limits.answer_mb });
            }
        }
        Ok(collected.into_iter().map(Collected::coded).collect())
    }
}

/// A column that is being read.
enum Collected {
    Names { known: FxHashMap<String, u32>, empty: Option<u32>, codes: Vec<u32> },
    Numbers(Vec<f64>),
    TooMany,
}

impl Collected {
    fn like(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean
            | DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Dictionary(..)
            | DataType::Null => Self::Names { known: FxHashMap::default(), empty: None, codes: Vec::new() },
            _ => Self::Numbers(Vec::new()),
        }
    }

    fn add(&mut self, column: &ArrayRef, most: usize) -> Result<(), DataFusionError> {
        match self {
            Self::TooMany => {}
            Self::Numbers(numbers) => {
                // Instants have no way to numbers but by whole ones.
                let whole = match column.data_type() {
                    DataType::Timestamp(..) => cast(column, &DataType::Int64)?,
                    _ => Arc::clone(column),
                };
                let whole = cast(&whole, &DataType::Float64)?;
                numbers.extend(whole.as_primitive::<Float64Type>().iter().map(|cell| cell.unwrap_or(f64::NAN)));
            }
            Self::Names { known, empty, codes } => {
                let texts = cast(column, &DataType::Utf8View)?;
                for cell in texts.as_string_view() {
                    let next = (known.len() + usize::from(empty.is_some())) as u32;
                    let code = match cell {
                        None => *empty.get_or_insert(next),
                        Some(text) => match known.get(text) {
                            Some(code) => *code,
                            None => {
                                known.insert(text.to_owned(), next);
                                next
                            }
                        },
                    };
                    codes.push(code);
                }
                if known.len() > most {
                    *self = Self::TooMany;
                }
            }
        }
        Ok(())
    }

    /// About what it takes.
    fn bytes(&self) -> usize {
        match self {
            Self::TooMany => 0,
            Self::Numbers(numbers) => numbers.len() * size_of::<f64>(),
            Self::Names { codes, .. } => codes.len() * size_of::<u32>(),
        }
    }

    /// The names in their order, whatever order the rows came in.
    fn coded(self) -> Coded {
        match self {
            Self::TooMany => Coded::TooMany,
            Self::Numbers(numbers) => Coded::Numbers(numbers),
            Self::Names { known, empty, codes } => {
                let mut names: Vec<(Option<String>, u32)> =
                    known.into_iter().map(|(name, code)| (Some(name), code)).collect();
                names.sort_unstable();
                names.extend(empty.map(|code| (None, code)));
                let mut place = vec![0u32; names.len()];
                for (at, (_, code)) in names.iter().enumerate() {
                    place[*code as usize] = at as u32;
                }
                Coded::Names {
                    names: names.into_iter().map(|(name, _)| name).collect(),
                    codes: codes.into_iter().map(|code| place[code as usize]).collect(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{
        BooleanArray, DictionaryArray, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
    };

    fn coded(columns: Vec<ArrayRef>, most: usize) -> Coded {
        let mut collected = Collected::like(columns[0].data_type());
        columns.iter().for_each(|column| collected.add(column, most).unwrap());
        collected.coded()
    }

    #[test]
    fn texts_become_numbers_in_their_order() {
        let part = |cells: Vec<Option<&str>>| Arc::new(StringArray::from(cells)) as ArrayRef;
        let parts = vec![part(vec![Some("south"), None]), part(vec![Some("north"), Some("south")])];
        let names = vec![Some("north".to_owned()), Some("south".to_owned()), None];
        assert_eq!(coded(parts.clone(), 2), Coded::Names { names, codes: vec![1, 2, 0, 1] });
        assert_eq!(coded(parts, 1), Coded::TooMany);
        let keys =
            DictionaryArray::new(Int32Array::from(vec![Some(1), Some(0), None]), part(vec![Some("a"), Some("b")]));
        let names = vec![Some("a".to_owned()), Some("b".to_owned()), None];
        assert_eq!(coded(vec![Arc::new(keys)], 9), Coded::Names { names, codes: vec![1, 0, 2] });
        let flags = Arc::new(BooleanArray::from(vec![true, false]));
        let names = vec![Some("false".to_owned()), Some("true".to_owned())];
        assert_eq!(coded(vec![flags], 9), Coded::Names { names, codes: vec![1, 0] });
    }

    #[test]
    fn numbers_stay_numbers() {
        let Coded::Numbers(numbers) = coded(vec![Arc::new(Int64Array::from(vec![Some(3), None]))], 1) else { panic!() };
        assert!(numbers[0] == 3.0 && numbers[1].is_nan());
        let times = Arc::new(TimestampMicrosecondArray::from(vec![1_700_000_000_000_000]).with_timezone("UTC"));
        assert_eq!(coded(vec![times], 1), Coded::Numbers(vec![1.7e15]));
    }
}
