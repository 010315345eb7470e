//! Answers as tables: which columns CSV has. The values are those of the JSON.

use crate::app::{FlowInfo, Flows, KpiAnswer, KpiList, MapOfTwo, MapPicture, Overview, SqlAnswer};
use crate::draw::theme::Theme;
use crate::model::answers::{ActivityCases, Cases, Durations, ProcessMap, Replay, Stats, Timeline, Variants};
use crate::model::causes::Causes;
use crate::model::comparison::Comparison;
use crate::model::deviations::Deviations;
use crate::web::answer::Answer;
use crate::web::error::ApiError;
use crate::web::form::Form;
use serde::{Serialize, Serializer};
use std::io::Result;

impl Answer for Stats {
    fn csv(&self) -> Result<Vec<u8>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut say = |measure: &str, activity: &str, value: String| {
            rows.push(vec![measure.to_owned(), activity.to_owned(), value]);
        };
        let counts = [
            ("events", self.events),
            ("cases", self.cases),
            ("activities", self.activities),
            ("variants", self.variants),
            ("resources", self.resources),
        ];
        counts.iter().for_each(|(measure, value)| say(measure, "", value.to_string()));
        say("first_at", "", text(&self.first_at));
        say("last_at", "", text(&self.last_at));
        let cycle = self.cycle_time_s.as_ref();
        let pick = |of: fn(&Durations) -> Option<f64>| number(cycle.and_then(of));
        say("cycle_time_s_mean", "", pick(|d| Some(d.mean)));
        say("cycle_time_s_median", "", pick(|d| Some(d.median)));
        say("cycle_time_s_p90", "", pick(|d| Some(d.p90)));
        say("cycle_time_s_p95", "", pick(|d| d.p95));
        say("cycle_time_s_min", "", pick(|d| d.min));
        say("cycle_time_s_max", "", pick(|d| d.max));
        let lists: [(&str, &[ActivityCases]); 3] = [
            ("cases_start_with", &self.start_activities),
            ("cases_end_with", &self.end_activities),
            ("rework", &self.rework),
        ];
        for (measure, list) in lists {
            list.iter().for_each(|entry| say(measure, &entry.activity, entry.cases.to_string()));
        }
        write(&["measure", "activity", "value"], rows)
    }
}

/// A map as a picture on light or dark ground.
pub struct Drawing {
    /// What is drawn.
    pub picture: MapPicture,
    /// Name of the process.
    pub title: String,
    /// On which ground.
    pub theme: Theme,
}

impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.picture.scene.serialize(serializer)
    }
}

impl Answer for Drawing {
    const FORMS: &'static [Form] = &[Form::Svg, Form::Png, Form::Bpmn];

    fn csv(&self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn bpmn(&self) -> String {
        self.picture.bpmn(&self.title)
    }

    fn svg(&self) -> std::result::Result<String, ApiError> {
        Ok(self.picture.svg(&self.title, self.theme))
    }

    fn png(&self) -> std::result::Result<Vec<u8>, ApiError> {
        Ok(self.picture.png(&self.title, self.theme)?)
    }
}

impl Answer for Replay {
    /// Lists of different lengths are no table.
    const FORMS: &'static [Form] = &[Form::Json];

    fn csv(&self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

impl Answer for ProcessMap {
    const FORMS: &'static [Form] = &[Form::Json, Form::Csv, Form::Dot];

    fn csv(&self) -> Result<Vec<u8>> {
        let header = ["from", "to", "count", "cases", "mean_s", "median_s", "p90_s", "min_s", "max_s", "overlaps"];
        let row = |edge: &crate::model::answers::MapEdge| {
            let duration = |of: fn(&Durations) -> Option<f64>| number(edge.duration_s.as_ref().and_then(of));
            vec![
                edge.from.clone(),
                edge.to.clone(),
                edge.count.to_string(),
                edge.cases.to_string(),
                duration(|d| Some(d.mean)),
                duration(|d| Some(d.median)),
                duration(|d| Some(d.p90)),
                duration(|d| d.min),
                duration(|d| d.max),
                edge.overlaps.to_string(),
            ]
        };
        write(&header, self.edges.iter().map(row))
    }

    fn dot(&self) -> String {
        crate::map::dot(self)
    }
}

impl Answer for Causes {
    fn csv(&self) -> Result<Vec<u8>> {
        Causes::csv(self)
    }
}

impl Answer for Comparison {
    const FORMS: &'static [Form] = &[Form::Json, Form::Csv];

    fn csv(&self) -> Result<Vec<u8>> {
        Comparison::csv(self)
    }
}

/// Two sides as a picture on light or dark ground.
pub struct DrawingOfTwo {
    /// What is drawn.
    pub map: MapOfTwo,
    /// Name of the process.
    pub title: String,
    /// On which ground.
    pub theme: Theme,
}

impl Serialize for DrawingOfTwo {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.map.scene.serialize(serializer)
    }
}

impl Answer for DrawingOfTwo {
    const FORMS: &'static [Form] = &[Form::Svg, Form::Png];

    fn csv(&self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn svg(&self) -> std::result::Result<String, ApiError> {
        Ok(self.map.svg(&self.title, self.theme))
    }

    fn png(&self) -> std::result::Result<Vec<u8>, ApiError> {
        Ok(self.map.png(&self.title, self.theme)?)
    }
}

impl Answer for Deviations {
    fn csv(&self) -> Result<Vec<u8>> {
        let header = [
            "id",
            "kind",
            "activity",
            "other",
            "cases",
            "share",
            "share_low",
            "share_high",
            "unknown_order_cases",
            "not_observable_cases",
            "median_difference_s",
            "matched_difference_s",
            "mean_cost_difference",
            "status",
            "until",
            "owner",
            "accepted_cases",
            "returned_cases",
            "first_seen_at",
            "last_seen_at",
            "example_cases",
            "sentence",
        ];
        let row = |deviation: &crate::model::deviations::Deviation| {
            vec![
                deviation.id.clone(),
                deviation.kind.clone(),
                deviation.activity.clone(),
                text(&deviation.other),
                deviation.cases.to_string(),
                number(Some(deviation.share)),
                number(Some(deviation.share_low)),
                number(Some(deviation.share_high)),
                deviation.unknown_order_cases.to_string(),
                deviation.not_observable_cases.to_string(),
                number(deviation.median_difference_s),
                number(deviation.matched_difference_s),
                number(deviation.mean_cost_difference),
                deviation.status.clone(),
                text(&deviation.until),
                text(&deviation.owner),
                deviation.accepted_cases.to_string(),
                deviation.returned_cases.to_string(),
                text(&deviation.first_seen_at),
                text(&deviation.last_seen_at),
                deviation.example_cases.join(" "),
                deviation.sentence.clone(),
            ]
        };
        write(&header, self.deviations.iter().map(row))
    }
}

impl Answer for Variants {
    fn csv(&self) -> Result<Vec<u8>> {
        let row = |variant: &crate::model::answers::Variant| {
            let duration = |of: fn(&Durations) -> f64| number(variant.cycle_time_s.as_ref().map(of));
            vec![
                variant.rank.to_string(),
                variant.id.clone(),
                variant.activities.join(" > "),
                variant.cases.to_string(),
                number(Some(variant.share)),
                duration(|d| d.mean),
                duration(|d| d.median),
                duration(|d| d.p90),
            ]
        };
        let header = ["rank", "id", "activities", "cases", "share", "mean_s", "median_s", "p90_s"];
        write(&header, self.variants.iter().map(row))
    }
}

impl Answer for Cases {
    fn csv(&self) -> Result<Vec<u8>> {
        let row = |case: &crate::model::answers::CaseRow| {
            vec![
                case.case.clone(),
                text(&case.started_at),
                text(&case.ended_at),
                number(case.cycle_time_s),
                case.events.to_string(),
                case.variant.clone(),
            ]
        };
        let header = ["case", "started_at", "ended_at", "cycle_time_s", "events", "variant"];
        write(&header, self.cases.iter().map(row))
    }
}

impl Answer for Timeline {
    fn csv(&self) -> Result<Vec<u8>> {
        let row = |event: &crate::model::answers::TimelineEvent| {
            vec![
                self.case.case.clone(),
                event.activity.clone(),
                text(&event.started_at),
                text(&event.ended_at),
                text(&event.resource),
                text(&event.role),
                text(&event.system),
                number(event.wait_s),
                event.source_line.to_string(),
            ]
        };
        let header =
            ["case", "activity", "started_at", "ended_at", "resource", "role", "system", "wait_s", "source_line"];
        write(&header, self.timeline.iter().map(row))
    }
}

impl Answer for Overview {
    fn csv(&self) -> Result<Vec<u8>> {
        let row = |figure: &crate::app::Figure| {
            let change = figure.change.as_ref();
            vec![
                figure.id.to_owned(),
                figure.title.to_owned(),
                number(figure.value),
                number(change.map(|change| change.now)),
                number(change.map(|change| change.before)),
                number(change.and_then(|change| change.relative)),
            ]
        };
        let header = ["figure", "title", "value", "now", "before", "relative_change"];
        write(&header, self.figures.iter().map(row))
    }
}

impl Answer for KpiList {
    fn csv(&self) -> Result<Vec<u8>> {
        KpiList::csv(self)
    }
}

impl Answer for KpiAnswer {
    const FORMS: &'static [Form] = &[Form::Json, Form::Csv, Form::Svg, Form::Png];

    fn svg(&self) -> std::result::Result<String, ApiError> {
        Ok(KpiAnswer::svg(self, Theme::Light)?)
    }

    fn png(&self) -> std::result::Result<Vec<u8>, ApiError> {
        Ok(KpiAnswer::png(self, Theme::Light)?)
    }

    fn csv(&self) -> Result<Vec<u8>> {
        self.frame.csv()
    }
}

impl Answer for SqlAnswer {
    fn csv(&self) -> Result<Vec<u8>> {
        self.frame.csv()
    }
}

impl Answer for Flows {
    fn csv(&self) -> Result<Vec<u8>> {
        let count = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
        let row = |flow: &FlowInfo| {
            vec![
                flow.name.clone(),
                flow.title.clone(),
                count(flow.version.map(u64::from)),
                count(flow.events),
                count(flow.cases),
                text(&flow.first_at),
                text(&flow.last_at),
                text(&flow.updated_at),
            ]
        };
        let header = ["name", "title", "version", "events", "cases", "first_at", "last_at", "updated_at"];
        write(&header, self.flows.iter().map(row))
    }
}

fn write(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

/// A number as the JSON has it; nothing where there are no data.
fn number(value: Option<f64>) -> String {
    value.map(|value| serde_json::Value::from(value).to_string()).unwrap_or_default()
}
