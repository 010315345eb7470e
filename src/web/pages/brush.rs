//! The strip above KPIs: how many cases start, period by period, over the whole log. Dragging over it chooses a period;
//! each bar alone is a link that does so, too.

use crate::app::Asked;
use crate::chart::spec::{Arrangement, Bars, Figure, Places, Series};
use crate::chart::{Axis, Size, Spec, draw};
use crate::draw::theme::Theme;
use crate::model::filter::{Filter, Period, PeriodBy};
use crate::model::kind::Kind;
use crate::model::time::rfc3339;
use crate::query::{Frame, Values};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::Address;
use crate::web::pages::grain;

const WIDTH: u32 = 1_320;
const HEIGHT: u32 = 92;
const DAY: i64 = 86_400_000_000;

/// See the module.
pub struct Brush {
    /// The strip.
    pub figure: String,
    /// The same page; a start period is put behind its filter.
    pub target: String,
    /// The filter without its start period, and what joins them.
    pub rest: String,
    /// The first day of each bar, and the one after the last, joined by blanks.
    pub starts: String,
    /// The page without a period, if there is one.
    pub clear: Option<String>,
}

impl Brush {
    /// The strip of a page at this address; none in logs without times, and where there is but one period.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn of(ask: &Ask, asked: &Asked, address: &Address) -> Result<Option<Self>, ApiError> {
        let chosen = asked.filter.period.filter(|period| period.by == PeriodBy::Start);
        if asked.filter.period.is_some() && chosen.is_none() {
            // The filter has room for one period, and it is of another kind.
            return Ok(None);
        }
        let rest = Filter { period: None, ..asked.filter.clone() };
        let whole = Asked { target: asked.target.clone(), filter: rest.clone() };
        let parameters = [(grain::GRANULARITY.to_owned(), grain::fitting(&whole).to_owned())].into();
        let arrivals = ask.web.app.kpi(&whole, "arrivals", &parameters).await?;
        let Some(bars) = bars(&arrivals.frame).filter(|bars| bars.len() > 1) else { return Ok(None) };
        let ends: Vec<i64> = (0..bars.len()).filter_map(|row| arrivals.cases_of(row)?.period?.to).collect();
        if ends.len() != bars.len() {
            return Ok(None);
        }
        let href = |filter: &Filter| address.with("filter", filter.to_string()).href();
        let link = |((from, _), to): (&(i64, f64), &i64)| {
            let period = Period { from: Some(*from), to: Some(*to), by: PeriodBy::Start };
            Some(href(&Filter { period: Some(period), ..rest.clone() }))
        };
        let links = bars.iter().zip(&ends).map(link).collect();
        let day = |micros: &i64| rfc3339(*micros).get(..10).unwrap_or_default().to_owned();
        let starts: Vec<String> = bars.iter().map(|(from, _)| day(from)).chain(ends.last().map(day)).collect();
        let text = rest.to_string();
        Ok(Some(Self {
            figure: draw(&spec(&bars, chosen, links), Theme::Page, Size::card(WIDTH, HEIGHT)),
            target: address.without("filter").href(),
            rest: if text.is_empty() { text } else { format!("{text};") },
            starts: starts.join(" "),
            clear: chosen.map(|_| href(&rest)),
        }))
    }
}

/// First instant and number of cases of each period.
fn bars(frame: &Frame) -> Option<Vec<(i64, f64)>> {
    let Values::Date(days) = &frame.columns.first()?.values else { return None };
    let bar = |(row, day): (usize, &Option<i32>)| Some((i64::from((*day)?) * DAY, frame.number("cases", row)?));
    days.iter().enumerate().map(bar).collect()
}

/// What is chosen is coloured, the rest is grey.
fn spec(bars: &[(i64, f64)], chosen: Option<Period>, links: Vec<Option<String>>) -> Spec {
    let within = |from: i64| {
        chosen.is_none_or(|period| {
            period.from.is_none_or(|first| from >= first) && period.to.is_none_or(|end| from < end)
        })
    };
    let series = |name: &str, inside: bool| Series {
        name: name.to_owned(),
        values: bars.iter().map(|(from, cases)| (within(*from) == inside).then_some(*cases)).collect(),
    };
    let mut all = vec![series("cases", true)];
    if chosen.is_some() {
        all.push(series("not chosen", false));
    }
    let figure = Figure::Bars(Bars {
        places: Places::At(bars.iter().map(|(from, _)| *from as f64 / 1e6).collect()),
        series: all,
        arrangement: Arrangement::Stacked,
        horizontal: false,
    });
    let axes = (Axis::new("period", Kind::Date), Axis::new("cases", Kind::Count));
    Spec { links, ..Spec::new("Cases by their start", axes.0, axes.1, figure) }
}
