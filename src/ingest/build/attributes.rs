//! Which attribute columns a version has: the union over its batches, with a name that is free in the tables and a
//! type that holds the cells of all of them.

use crate::ingest::IngestError;
use crate::ingest::build::Input;
use crate::ingest::measures::fits;
use crate::ingest::raw::{AttributeKind, Batch, Profile};
use crate::ingest::timestamp::{Zone, iso_micros};
use crate::model::measure::{Measure, MeasureColumn, currency_in};
use crate::model::tables::{AttributeColumn, AttributeType};
use crate::model::time::rfc3339;
use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use std::borrow::Cow;
use std::sync::Arc;

/// An attribute of the version.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its column in the tables.
    pub column: String,
    /// Its name in the source.
    pub source: String,
    /// Whether the source says that it belongs to the case.
    pub of_case: bool,
    /// What its cells can be read as, over all batches.
    pub reads: Profile,
    /// For each batch, the raw column that holds it.
    pub raw: Vec<Option<String>>,
    /// What it says of events besides, and how sure that is, in the batches that say so.
    pub measure: Option<(Measure, f64)>,
}

/// Names that the tables and views use themselves; the last three are those of [`Measure`].
const TAKEN: [&str; 43] = [
    "case_idx",
    "case_id",
    "position",
    "activity_id",
    "activity",
    "started_at",
    "ended_at",
    "resource_id",
    "resource",
    "role_id",
    "role",
    "system_id",
    "system",
    "lifecycle_id",
    "lifecycle",
    "next_activity_id",
    "next_activity",
    "next_resource_id",
    "next_resource",
    "next_role_id",
    "next_role",
    "next_system_id",
    "next_system",
    "wait_us",
    "wait_s",
    "edge_id",
    "activity_first",
    "edge_first",
    "batch",
    "source_line",
    "cycle_us",
    "cycle_time_s",
    "events",
    "variant_id",
    "first_activity_id",
    "first_activity",
    "last_activity_id",
    "last_activity",
    "duration_s",
    "first_event_at",
    "cost",
    "automated",
    "currency",
];

/// Plans the attribute columns of a version.
pub fn plan(batches: &[(&Input, Batch)]) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    for (number, (_, batch)) in batches.iter().enumerate() {
        for attribute in &batch.attributes {
            let known = planned.iter().position(|p| p.source == attribute.name && p.of_case == attribute.of_case);
            let at = known.unwrap_or_else(|| {
                let measure = if attribute.of_case { None } else { measure_of(&attribute.name, batches) };
                let column = free_name(&attribute.name, measure.map(|(measure, _)| measure), &planned);
                planned.push(Planned {
                    column,
                    source: attribute.name.clone(),
                    of_case: attribute.of_case,
                    reads: Profile::default(),
                    raw: vec![None; batches.len()],
                    measure,
                });
                planned.len() - 1
            });
            planned[at].reads = planned[at].reads.join(attribute.reads);
            planned[at].raw[number] = Some(attribute.column());
        }
    }
    planned
}

/// What an attribute says of events besides, where any of the files says so: a person who named it is believed in all.
fn measure_of(attribute: &str, batches: &[(&Input, Batch)]) -> Option<(Measure, f64)> {
    let measured = batches.iter().flat_map(|(_, batch)| &batch.measures).filter(|m| m.column == attribute);
    measured.map(|m| (m.measure, m.confidence)).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// A name that no table and no other attribute has. What holds a measure may have the very name of it.
fn free_name(name: &str, measure: Option<Measure>, planned: &[Planned]) -> String {
    let own = measure.map(Measure::name);
    let free = |wanted: &str| {
        !TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(wanted) && Some(wanted) != own)
            && !planned.iter().any(|other| other.column.eq_ignore_ascii_case(wanted))
    };
    if free(name) {
        return name.to_owned();
    }
    (2..).map(|n| format!("{name}_{n}")).find(|wanted| free(wanted)).unwrap_or_default()
}

/// Describes the columns for the manifest; `constant[i]` says that attribute i never changes within a case.
pub fn columns(planned: &[Planned], constant: &[bool]) -> Vec<AttributeColumn> {
    let describe = |(attribute, constant): (&Planned, &bool)| AttributeColumn {
        column: attribute.column.clone(),
        source: attribute.source.clone(),
        kind: attribute.attribute_type(),
        in_cases: attribute.of_case || *constant,
        in_events: !attribute.of_case,
    };
    planned.iter().zip(constant).map(describe).collect()
}

/// The measures for the manifest. What never changes within a case and was only guessed is what the case is worth, not
/// what its events cost; such columns are named in the second list.
pub fn measures(planned: &[Planned], constant: &[bool]) -> (Vec<MeasureColumn>, Vec<String>) {
    let (mut columns, mut doubtful) = (Vec::new(), Vec::new());
    for (attribute, constant) in planned.iter().zip(constant) {
        let Some((measure, confidence)) = attribute.measure else { continue };
        if !fits(measure, attribute.reads) {
            continue;
        }
        if *constant && measure == Measure::Cost && confidence < 1.0 {
            doubtful.push(attribute.source.clone());
            continue;
        }
        columns.push(MeasureColumn { measure, column: attribute.column.clone() });
    }
    // A currency alone says nothing.
    if !columns.iter().any(|column| column.measure == Measure::Cost) {
        columns.retain(|column| column.measure != Measure::Currency);
    }
    (columns, doubtful)
}

/// The currency that the columns of costs have in their names, if they agree.
pub fn currency(planned: &[Planned], measures: &[MeasureColumn]) -> Option<String> {
    let is_cost =
        |attribute: &&Planned| measures.iter().any(|of| of.measure == Measure::Cost && of.column == attribute.column);
    let mut said = planned.iter().filter(is_cost).map(|attribute| currency_in(&attribute.source));
    let first = said.next().flatten()?;
    said.all(|other| other == Some(first)).then(|| first.to_owned())
}

impl Planned {
    fn attribute_type(&self) -> AttributeType {
        match self.reads.kind() {
            AttributeKind::Boolean => AttributeType::Boolean,
            AttributeKind::Integer => AttributeType::Integer,
            AttributeKind::Number | AttributeKind::CommaNumber | AttributeKind::GroupedNumber => AttributeType::Number,
            AttributeKind::Time => AttributeType::Time,
            AttributeKind::Text | AttributeKind::Empty => AttributeType::Text,
        }
    }

    /// Times without an offset become instants while it is known of which batch, and so in which zone, they are.
    pub fn in_utc(&self, cells: ArrayRef, zone: &Zone) -> ArrayRef {
        if !self.reads.has_local_times() || *zone == Zone::utc() {
            return cells;
        }
        let mut zone = zone.clone();
        let cells = StringArray::from(cells.to_data());
        Arc::new(cells.iter().map(|cell| cell.map(|cell| instant(cell, &mut zone))).collect::<StringArray>())
    }

    /// Texts as values. Every cell was seen when the type was chosen, so none is lost here.
    pub fn typed(&self, cells: StringArray) -> Result<ArrayRef, IngestError> {
        use crate::ingest::raw::{boolean, comma_number, grouped_number, integer, number};
        Ok(match self.reads.kind() {
            AttributeKind::Boolean => {
                Arc::new(cells.iter().map(|cell| cell.and_then(boolean)).collect::<BooleanArray>())
            }
            AttributeKind::Integer => Arc::new(cells.iter().map(|cell| cell.and_then(integer)).collect::<Int64Array>()),
            AttributeKind::Number => Arc::new(cells.iter().map(|cell| cell.and_then(number)).collect::<Float64Array>()),
            AttributeKind::CommaNumber => {
                Arc::new(cells.iter().map(|cell| cell.and_then(comma_number)).collect::<Float64Array>())
            }
            AttributeKind::GroupedNumber => {
                Arc::new(cells.iter().map(|cell| cell.and_then(grouped_number)).collect::<Float64Array>())
            }
            AttributeKind::Time => {
                let micros = |cell: &str| iso_micros(cell.as_bytes()).map(|parsed| parsed.micros);
                let values: TimestampMicrosecondArray = cells.iter().map(|cell| cell.and_then(micros)).collect();
                Arc::new(values.with_timezone("UTC"))
            }
            AttributeKind::Text | AttributeKind::Empty => Arc::new(cells),
        })
    }
}

/// A time without an offset as an instant; every other text as it is.
fn instant<'a>(cell: &'a str, zone: &mut Zone) -> Cow<'a, str> {
    match iso_micros(cell.as_bytes()) {
        Some(time) if !time.zoned => Cow::Owned(rfc3339(zone.to_utc(time.micros))),
        _ => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_attributes_are_in_the_zone_of_their_batch() {
        let texts = ["2024-07-01 12:00:00.5", "2024-01-01", "2024-07-01T12:00:00Z", "2024-07-01T12:00:00-05:00"];
        let mut reads = Profile::default();
        texts.iter().for_each(|cell| reads.add(cell));
        let planned = Planned {
            column: "due".to_owned(),
            source: "due".to_owned(),
            of_case: false,
            reads,
            raw: vec![],
            measure: None,
        };
        let read = |zone: &str| -> Vec<String> {
            let cells: ArrayRef = Arc::new(texts.iter().map(Some).collect::<StringArray>());
            let cells = planned.in_utc(cells, &Zone::parse(zone).unwrap());
            let times = planned.typed(StringArray::from(cells.to_data())).unwrap();
            let times = TimestampMicrosecondArray::from(times.to_data());
            times.values().iter().map(|time| rfc3339(*time)).collect()
        };
        let madrid =
            ["2024-07-01T10:00:00.500Z", "2023-12-31T23:00:00Z", "2024-07-01T12:00:00Z", "2024-07-01T17:00:00Z"];
        assert_eq!(read("Europe/Madrid"), madrid);
        let utc = ["2024-07-01T12:00:00.500Z", "2024-01-01T00:00:00Z", "2024-07-01T12:00:00Z", "2024-07-01T17:00:00Z"];
        assert_eq!(read("UTC"), utc);
    }
}
