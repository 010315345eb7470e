//! The figures of a flow as tiles: the value, how it moved, its course; for the overview and for the report.

use crate::app::{App, AppError, Asked, Change, Compared, Figure, Overview};
use crate::draw::figure::{count, duration, percent, plain};
use crate::model::filter::{Filter, Seconds};
use crate::model::kind::Kind;
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::spark::Spark;

/// A figure as people see it.
#[derive(Debug)]
pub struct Tile {
    /// What it is.
    pub label: &'static str,
    /// The value without its unit.
    pub value: String,
    /// The unit.
    pub unit: String,
    /// Why there is no value.
    pub missing: Option<&'static str>,
    /// How it moved; nothing if there is nothing comparable.
    pub moved: Option<Moved>,
    /// Why it is not said how it moved.
    pub unmoved: &'static str,
    /// Its course.
    pub spark: Option<Spark>,
    /// The course in words, or why there is none.
    pub course: String,
    /// From where to where it goes.
    pub range: String,
    /// Text form of a filter that keeps the cases behind it.
    pub filter: String,
    /// What it means.
    pub definition: Definition,
}

/// How a figure differs from the period before.
#[derive(Debug, PartialEq, Eq)]
pub struct Moved {
    /// `up`, `down` or `same`: the sign.
    pub icon: &'static str,
    /// `good`, `bad` or nothing.
    pub tone: &'static str,
    /// By how much.
    pub by: String,
    /// What it was, and has become.
    pub was: String,
    /// All of it, for those who do not see sign and colour.
    pub say: String,
}

/// The tiles of an overview.
///
/// # Errors
/// `Query` if the catalogue lacks a query that a figure names.
pub fn tiles(app: &App, asked: &Asked, overview: &Overview) -> Result<Vec<Tile>, AppError> {
    let population = Population::of(asked, overview.cases);
    overview.figures.iter().map(|figure| tile(app, asked, overview, figure, &population)).collect()
}

fn tile(
    app: &App,
    asked: &Asked,
    overview: &Overview,
    figure: &Figure,
    population: &Population,
) -> Result<Tile, AppError> {
    let text = figure.value.map_or_else(|| "–".to_owned(), |value| written(figure.kind, value));
    let (value, unit) = match text.rsplit_once(' ') {
        Some((value, unit)) => (value.to_owned(), unit.to_owned()),
        None => (text, String::new()),
    };
    let mut definition = Definition::of(figure.id, &app.about(figure.query)?, population).titled(figure.title);
    definition.formula = formula(app, figure, &definition.formula, overview.compared.as_ref())?;
    let spark = Spark::of(&figure.weekly.iter().map(|week| week.value).collect::<Vec<_>>());
    let (course, range) = course(figure, spark.is_some());
    Ok(Tile {
        label: figure.title,
        value,
        unit,
        missing: figure.missing,
        moved: figure.change.as_ref().and_then(|change| moved(figure, change)),
        unmoved: figure.not_compared.unwrap_or_default(),
        course,
        range,
        spark,
        filter: behind(&asked.filter, figure).canonical().to_string(),
        definition,
    })
}

/// A value with its unit.
pub fn written(kind: Kind, value: f64) -> String {
    match kind {
        Kind::DurationS => duration(value),
        Kind::Share => percent(value),
        Kind::Count => count(value.round() as i64),
        _ => plain(value, if value.abs() < 10.0 { 2 } else { 1 }),
    }
}

fn formula(app: &App, figure: &Figure, of_query: &str, compared: Option<&Compared>) -> Result<String, AppError> {
    let weekly = app.about(figure.weekly_query)?;
    let mut text = [figure.formula, of_query].join(" ").trim().to_owned();
    text.push_str(&format!(" The line: queries/{}/{}.sql, full weeks only.", weekly.section, weekly.id));
    if let (Some(compared), Some(change)) = (compared, &figure.change) {
        text.push_str(&format!(
            " The change: {} in {} ({} cases) against {} in {} ({} cases).",
            written(figure.kind, change.now),
            period(&compared.now_from, &compared.now_to),
            count(change.now_cases),
            written(figure.kind, change.before),
            period(&compared.before_from, &compared.now_from),
            count(change.before_cases)
        ));
    }
    Ok(text)
}

/// A half-open period in words.
pub fn period(from: &str, to: &str) -> String {
    let moment = |time: &str| match (time.get(..10), time.strip_suffix("T00:00:00Z")) {
        (Some(day), Some(_)) => day.to_owned(),
        _ => time.get(..16).unwrap_or(time).replace('T', " "),
    };
    format!("{} to before {}", moment(from), moment(to))
}

/// Changes smaller than this part are none.
const LEAST_CHANGE: f64 = 0.005;

/// How a figure moved, in words and signs; nothing if its change has no size.
pub fn moved(figure: &Figure, change: &Change) -> Option<Moved> {
    let (size, by) = if figure.kind == Kind::Share {
        let points = change.now - change.before;
        let by = plain(points.abs() * 100.0, 1);
        (points, if by == "1" { format!("{by} point") } else { format!("{by} points") })
    } else {
        let part = change.relative?;
        (part, format!("{} %", plain(part.abs() * 100.0, if part.abs() < 0.1 { 1 } else { 0 })))
    };
    let was = from_to(figure, change);
    if size.abs() < LEAST_CHANGE {
        let (by, say) = ("no change".to_owned(), format!("no change, {was}"));
        return Some(Moved { icon: "same", tone: "", by, was, say });
    }
    let up = size > 0.0;
    let better = figure.less_is_better.map(|less| less != up);
    let (tone, verdict) = match better {
        Some(true) => ("good", ", which is better"),
        Some(false) => ("bad", ", which is worse"),
        None => ("", ""),
    };
    let say = format!("{} by {by}{verdict}; {was}", if up { "up" } else { "down" });
    Some(Moved { icon: if up { "up" } else { "down" }, tone, by, was, say })
}

/// What it was and what it has become; only the former where the latter is the value of the figure itself.
fn from_to(figure: &Figure, change: &Change) -> String {
    let (before, now) = (written(figure.kind, change.before), written(figure.kind, change.now));
    if figure.value == Some(change.now) {
        return format!("was {before}");
    }
    match (before.rsplit_once(' '), now.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number} → {now}"),
        _ => format!("{before} → {now}"),
    }
}

/// The course in words, long and short; where it is not drawn, why.
pub fn course(figure: &Figure, drawn: bool) -> (String, String) {
    let known = figure.weekly.iter().filter_map(|week| Some((&week.week, week.value?)));
    let least = known.clone().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|_| drawn);
    let most = known.max_by(|a, b| a.1.total_cmp(&b.1));
    let (Some((low_week, low)), Some((high_week, high))) = (least, most) else {
        let few = figure.weekly.len() < 2;
        let why = if few { "too few weeks for a line" } else { "too few cases in most weeks for a line" };
        let why = if figure.value.is_some() { why } else { "" };
        return (why.to_owned(), why.to_owned());
    };
    let ends = figure.weekly.first().zip(figure.weekly.last());
    let (first, last) = ends.map_or(("", ""), |(first, last)| (first.week.as_str(), last.week.as_str()));
    let (low, high) = (written(figure.kind, low), written(figure.kind, high));
    let long = format!("Per week from {first} to {last}: lowest {low} ({low_week}), highest {high} ({high_week})");
    (long, format!("per week {low} to {high}"))
}

/// The cases behind a figure: those in view, or the part that it speaks of.
fn behind(filter: &Filter, figure: &Figure) -> Filter {
    let slow = |least: f64| {
        let range = filter.cycle_time_s.unwrap_or_default();
        let min = range.min.map_or(least, |min| min.max(least));
        Filter { cycle_time_s: Some(Seconds { min: Some(min), max: range.max }), ..filter.clone() }
    };
    match (figure.id, figure.value) {
        ("cycle_time_median" | "cycle_time_p90", Some(value)) => slow(value),
        ("rework_share", Some(share)) if share > 0.0 => Filter { rework: Some(true), ..filter.clone() },
        _ => filter.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(id: &'static str, kind: Kind, less_is_better: Option<bool>, value: Option<f64>) -> Figure {
        let (weekly, missing) = (Vec::new(), None);
        let (title, formula, query, column, weekly_query) = ("T", "", "log_totals", "cases", "arrivals");
        let (change, not_compared) = (None, None);
        Figure {
            id,
            title,
            kind,
            value,
            missing,
            formula,
            query,
            column,
            weekly_query,
            weekly,
            less_is_better,
            change,
            not_compared,
        }
    }

    fn change(now: f64, before: f64) -> Change {
        Change { now, before, now_cases: 9, before_cases: 9, relative: Some(now / before - 1.0) }
    }

    #[test]
    fn less_time_is_good_and_more_cases_are_neither() {
        let time = figure("t", Kind::DurationS, Some(true), Some(86_400.0 * 3.0));
        let faster = moved(&time, &change(86_400.0 * 3.0, 86_400.0 * 4.0)).unwrap();
        assert_eq!((faster.icon, faster.tone, faster.by.as_str()), ("down", "good", "25 %"));
        assert_eq!(faster.say, "down by 25 %, which is better; was 4 d");
        assert_eq!(moved(&time, &change(103.0, 100.0)).unwrap().tone, "bad");
        assert_eq!(moved(&time, &change(100.3, 100.0)).unwrap().icon, "same");
        let cases = figure("c", Kind::Count, None, None);
        let more = moved(&cases, &change(105.5, 100.0)).unwrap();
        assert_eq!((more.icon, more.tone, more.by.as_str(), more.was.as_str()), ("up", "", "5.5 %", "100 → 106"));
        assert_eq!(moved(&time, &change(86_400.0 * 5.0, 86_400.0 * 4.0)).unwrap().was, "4 → 5 d");
        let share = figure("s", Kind::Share, Some(true), Some(0.12));
        let points = moved(&share, &Change { relative: None, ..change(0.12, 0.1) }).unwrap();
        assert_eq!((points.by.as_str(), points.was.as_str(), points.tone), ("2 points", "was 10 %", "bad"));
        assert_eq!(moved(&share, &Change { relative: None, ..change(0.11, 0.1) }).unwrap().by, "1 point");
    }

    #[test]
    fn the_cases_behind_a_figure_are_a_filter_away() {
        let behind = |filter: &str, figure: &Figure| behind(&filter.parse().unwrap(), figure).canonical().to_string();
        let p90 = figure("cycle_time_p90", Kind::DurationS, Some(true), Some(7_200.0));
        assert_eq!(behind("with=A;cycle=60..9000", &p90), "with=A;cycle=7200..9000");
        assert_eq!(behind("cycle=8000..", &p90), "cycle=8000..");
        let rework = figure("rework_share", Kind::Share, Some(true), Some(0.5));
        assert_eq!(behind("", &rework), "rework=yes");
        assert_eq!(behind("rework=no", &figure("rework_share", Kind::Share, Some(true), Some(0.0))), "rework=no");
        assert_eq!(behind("with=A", &figure("cases", Kind::Count, None, Some(1.0))), "with=A");
    }

    #[test]
    fn periods_are_half_open_in_words_too() {
        assert_eq!(period("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"), "2024-01-01 to before 2024-02-01");
        assert_eq!(period("2024-01-01T08:30:00Z", "2024-02-01T00:00:00Z"), "2024-01-01 08:30 to before 2024-02-01");
    }
}
