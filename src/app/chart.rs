//! KPIs as charts: the frame becomes the chart's data, the header says how it is drawn.

use crate::app::{AppError, KpiAnswer, SqlAnswer};
use crate::chart::{Column, Data, Size, Spec, SpecError, Values, draw};
use crate::draw::png::png;
use crate::draw::theme::Theme;
use crate::model::filter::Filter;
use crate::model::kind::Kind;
use crate::query::{self, ChartHint, Frame};

/// Size of a chart that is a file of its own.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 480;
/// Sharp on screens with two dots a pixel.
const PNG_SCALE: f64 = 2.0;

impl KpiAnswer {
    /// How it is drawn; `None` for KPIs whose header names no chart.
    ///
    /// # Errors
    /// `SpecError` if the header asks for what its columns cannot give.
    pub fn spec(&self) -> Option<Result<Spec, SpecError>> {
        self.linked_spec(&[])
    }

    /// The same, whose marks lead where the rows do that they show.
    ///
    /// # Errors
    /// As [`Self::spec`].
    pub fn linked_spec(&self, links: &[Option<String>]) -> Option<Result<Spec, SpecError>> {
        let chart = self.kpi.chart.as_ref()?;
        let data = data(&self.frame);
        Some(Spec::linked(&self.kpi.title, &chart.kind, &chart.x, &chart.y, &data, links))
    }

    /// The cases that a row is about, among those that were asked for; none where no filter can name them.
    pub fn cases_of(&self, row: usize) -> Option<Filter> {
        let template = self.kpi.cases.as_ref()?;
        let own = query::cases_of(template, &self.frame, row, &self.meta.parameters)?;
        self.meta.filters.and(&own)
    }

    /// A picture of its own, as SVG.
    ///
    /// # Errors
    /// `Invalid` for KPIs without a chart.
    pub fn svg(&self, theme: Theme) -> Result<String, AppError> {
        let invalid = |what: String, hint: &str| AppError::Invalid { what, hint: hint.to_owned() };
        let none = || invalid(format!("the KPI {} has no chart", self.kpi.id), "take it as .csv or .json");
        let spec = self.spec().ok_or_else(none)?;
        let spec = spec.map_err(|error| invalid(error.to_string(), "mend the chart line of the query file"))?;
        Ok(draw(&spec, theme, Size::picture(WIDTH, HEIGHT)))
    }

    /// The same as PNG.
    ///
    /// # Errors
    /// As [`Self::svg`].
    pub fn png(&self, theme: Theme) -> Result<Vec<u8>, AppError> {
        let fault = |error: crate::draw::png::PngError| AppError::Internal(error.to_string());
        png(&self.svg(theme)?, PNG_SCALE).map_err(fault)
    }
}

impl SqlAnswer {
    /// Drawn as somebody asks for.
    ///
    /// # Errors
    /// `SpecError` if the answer has no such columns, or the chart wants others.
    pub fn spec(&self, title: &str, chart: &ChartHint) -> Result<Spec, SpecError> {
        Spec::from_header(title, &chart.kind, &chart.x, &chart.y, &data(&self.frame))
    }
}

/// The columns as charts take them: times are seconds since 1970 there.
fn data(frame: &Frame) -> Data {
    let numbers = |values: &mut dyn Iterator<Item = Option<f64>>| Values::Numbers(values.collect());
    let column = |column: &query::Column| {
        let values = match &column.values {
            query::Values::Integer(values) => numbers(&mut values.iter().map(|value| value.map(|value| value as f64))),
            query::Values::Number(values) => Values::Numbers(values.clone()),
            query::Values::Time(values) => numbers(&mut values.iter().map(|value| value.map(|us| us as f64 / 1e6))),
            query::Values::Date(values) => {
                numbers(&mut values.iter().map(|value| value.map(|day| f64::from(day) * 86_400.0)))
            }
            query::Values::Text(values) => Values::Texts(values.clone()),
            query::Values::Boolean(values) => {
                numbers(&mut values.iter().map(|value| value.map(|value| f64::from(u8::from(value)))))
            }
            query::Values::List(values) => {
                Values::Texts(values.iter().map(|value| value.as_ref().map(|parts| parts.join(" → "))).collect())
            }
        };
        // Instants are counted in microseconds, whatever their column is called.
        let kind = if matches!(column.values, query::Values::Time(_)) { Kind::Timestamp } else { column.kind };
        Column { name: column.name.clone(), kind, values }
    };
    Data { columns: frame.columns.iter().map(column).collect() }
}
