//! The list of cases, and one case event by event.

use crate::app::{App, AppError, Asked};
use crate::model::answers::{CaseRow, Cases, Timeline, TimelineEvent};
use crate::model::filter::Filter;
use crate::model::time::rfc3339;
use crate::query::Frame;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl App {
    /// A page of the cases, by start.
    pub async fn cases(&self, asked: &Asked, offset: usize, limit: usize) -> Result<Cases, AppError> {
        self.cases_sorted(asked, "start", offset, limit).await
    }

    /// A page of the cases in an order that `case_list` knows.
    ///
    /// # Errors
    /// `Query` for an order that it does not know, and those of the query.
    pub async fn cases_sorted(
        &self,
        asked: &Asked,
        sort: &str,
        offset: usize,
        limit: usize,
    ) -> Result<Cases, AppError> {
        let limit = limit.min(self.config.limits.rows_returned_max as usize);
        let parameters = [("skip", offset.to_string()), ("take", limit.to_string()), ("sort", sort.to_owned())];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).into();
        let frame = self.ask(asked, "case_list", &parameters).await?;
        let total = self.ask(asked, "log_totals", &BTreeMap::new()).await?.integer("cases", 0).unwrap_or_default();
        let rows = (0..frame.rows).map(|row| case_row(asked, &frame, row)).collect::<Result<_, _>>()?;
        Ok(Cases { total, cases: rows })
    }

    /// How many of the asked cases started before this one; none if it is not among them.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn case_place(&self, asked: &Asked, case: &str) -> Result<Option<usize>, AppError> {
        let parameters = [("case".to_owned(), case.to_owned())].into();
        let frame = self.ask(asked, "case_place", &parameters).await?;
        Ok(frame.integer("before", 0).and_then(|before| usize::try_from(before).ok()))
    }

    /// One case, event by event.
    pub async fn case(&self, asked: &Asked, case: &str) -> Result<Timeline, AppError> {
        let narrowed = Asked {
            target: asked.target.clone(),
            filter: Filter { cases: vec![case.to_owned()], ..Filter::default() },
        };
        let page = [("skip".to_owned(), "0".to_owned()), ("take".to_owned(), "1".to_owned())].into();
        let found = self.ask(&narrowed, "case_list", &page).await?;
        if found.rows == 0 {
            return Err(AppError::NoSuchCase { case: case.to_owned() });
        }
        let row = case_row(&narrowed, &found, 0)?;
        let events = self.ask(&narrowed, "timeline", &BTreeMap::new()).await?;
        let of_events = self.attributes(&narrowed, "events", "position").await?;
        let of_case = self.attributes(&narrowed, "cases", "case_idx").await?;
        let text = |name: &str, row: usize| events.text(name, row).map(str::to_owned);
        let event = |row: usize| TimelineEvent {
            activity: text("activity", row).unwrap_or_default(),
            started_at: events.integer("started_at", row).map(rfc3339),
            ended_at: events.integer("ended_at", row).map(rfc3339),
            resource: text("resource", row),
            role: text("role", row),
            system: text("system", row),
            wait_s: events.number("wait_s", row),
            source_line: events.integer("source_line", row).unwrap_or_default(),
            attributes: of_events.get(row).cloned().unwrap_or_default(),
        };
        Ok(Timeline {
            case: row,
            attributes: of_case.into_iter().next().unwrap_or_default(),
            timeline: (0..events.rows).map(event).collect(),
        })
    }

    /// The values of an attribute of the asked cases, the most frequent first, each with its number of cases. An empty
    /// text stands for cases without a value.
    ///
    /// # Errors
    /// `Invalid` if cases have no such attribute; those of the query.
    pub async fn attribute_values(
        &self,
        asked: &Asked,
        attribute: &str,
        most: usize,
    ) -> Result<Vec<(String, i64)>, AppError> {
        let snapshot = &asked.target.snapshot;
        let known = snapshot.attributes_of("cases");
        if !known.iter().any(|name| name == attribute) {
            let hint = match known.as_slice() {
                [] => "the cases of this log have no attributes".to_owned(),
                names => format!("there are {}", names.join(", ")),
            };
            return Err(AppError::Invalid { what: format!("cases have no attribute `{attribute}`"), hint });
        }
        let frame = self.engine().counts(snapshot, &asked.filter, "cases", attribute, most).await?;
        let value = |row: usize| (frame.plain(0, row), frame.integer("rows", row).unwrap_or_default());
        Ok((0..frame.rows).map(value).collect())
    }

    /// The attributes that each row of a view has a value for.
    async fn attributes(&self, asked: &Asked, view: &str, order: &str) -> Result<Vec<Map<String, Value>>, AppError> {
        let columns = asked.target.snapshot.attributes_of(view);
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let frame = self.engine().columns(&asked.target.snapshot, &asked.filter, view, &columns, order).await?;
        let filled = |row: usize| {
            let cells = (0..columns.len()).map(|at| (columns[at].clone(), frame.json(at, row)));
            cells.filter(|(_, value)| !value.is_null()).collect()
        };
        Ok((0..frame.rows).map(filled).collect())
    }
}

fn case_row(asked: &Asked, frame: &Frame, row: usize) -> Result<CaseRow, AppError> {
    let variant = frame.integer("variant_id", row).unwrap_or(1);
    let ids = &asked.target.snapshot.variants()?.ids;
    Ok(CaseRow {
        case: frame.text("case_id", row).unwrap_or_default().to_owned(),
        started_at: frame.integer("started_at", row).map(rfc3339),
        ended_at: frame.integer("ended_at", row).map(rfc3339),
        cycle_time_s: frame.number("cycle_time_s", row),
        events: frame.integer("events", row).unwrap_or_default(),
        variant: ids.get((variant - 1).max(0) as usize).cloned().unwrap_or_default(),
    })
}
