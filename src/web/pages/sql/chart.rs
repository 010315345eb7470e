//! The answer to a statement as a chart: which columns it is drawn from, and the form that chooses them.

use crate::app::SqlAnswer;
use crate::chart::{Size, SpecError, draw};
use crate::draw::theme::Theme;
use crate::model::kind::Kind;
use crate::query::{ChartHint, Values};
use crate::web::error::ApiError;

/// Charts of columns, with their names for people and what they are made of.
const KINDS: [(&str, &str, &str); 11] = [
    ("line", "Line", "a time, number or name along x; one line for each y"),
    ("bars", "Bars", "a name or time along x; one bar for each y"),
    ("stacked", "Stacked bars", "a name or time along x; the parts as y"),
    ("histogram", "Histogram", "values as x; how many of each as y, if the rows are counts"),
    ("box", "Box plot", "a name as x, values as y"),
    ("pareto", "Pareto", "a name as x, its size as y"),
    ("heatmap", "Heat map", "columns as x, rows as y, the value as second y"),
    ("waterfall", "Waterfall", "a name as x, its part as y"),
    ("dumbbell", "Dumbbell", "a name as x, before as y, after as second y"),
    ("scatter", "Scatter", "a number as x, a number as y; size and name as further y"),
    ("dots", "Dots", "a time as x, the row as y, the colour as second y"),
];
/// Width of the chart in pixels of its own; the card scales it.
const WIDTH: u32 = 880;

/// Which chart somebody asks for; nothing means none.
pub struct Wish {
    /// Kind of the chart.
    pub kind: String,
    /// Column along x.
    pub x: String,
    /// Columns that are drawn.
    pub y: [String; 3],
}

/// The form with its chart, if one is asked for.
pub struct ChartForm {
    pub kinds: Vec<Choice>,
    /// x, y and further y: name, label, columns.
    pub axes: Vec<Axis>,
    pub svg: Option<String>,
    /// Why there is no chart, though one was asked for.
    pub wrong: Option<String>,
}

/// One of several.
pub struct Choice {
    pub value: String,
    pub title: String,
    pub on: bool,
}

/// The columns for one place of the chart.
pub struct Axis {
    pub name: &'static str,
    pub title: &'static str,
    pub columns: Vec<Choice>,
    /// Whether it may stay empty.
    pub optional: bool,
}

/// The form for an answer, and the chart if one is asked for.
///
/// # Errors
/// `internal` if drawing ends unexpectedly.
pub async fn form(answer: &SqlAnswer, wish: &Wish, title: String) -> Result<ChartForm, ApiError> {
    let guess = guess(answer);
    let mut now = if wish.kind.is_empty() { &guess } else { wish };
    let mut drawn = (!wish.kind.is_empty()).then(|| answer.spec(&title, &wish.hint()));
    if let Some(Err(SpecError::NoColumn(_))) = drawn {
        // The columns are those of the statement before: this one is drawn from its own.
        now = &guess;
        drawn = Some(answer.spec(&title, &guess.hint()));
    }
    let (spec, wrong) = match drawn {
        None => (None, None),
        Some(Ok(spec)) => (Some(spec), None),
        Some(Err(error)) => (None, Some(error.to_string())),
    };
    let svg = match spec {
        Some(spec) => {
            // Drawing takes long and must keep no other request waiting.
            let work = move || draw(&spec, Theme::Page, Size::fitting(&spec, WIDTH));
            Some(tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(error.to_string()))?)
        }
        None => None,
    };
    let kind = if wish.kind.is_empty() { "" } else { &now.kind };
    Ok(ChartForm { kinds: kinds(kind), axes: axes(answer, now), svg, wrong })
}

impl Wish {
    fn hint(&self) -> ChartHint {
        let y = self.y.iter().filter(|name| !name.is_empty()).cloned().collect();
        ChartHint { kind: self.kind.clone(), x: self.x.clone(), y }
    }
}

fn kinds(now: &str) -> Vec<Choice> {
    let kind = |(kind, title, about): &(&str, &str, &str)| Choice {
        value: (*kind).to_owned(),
        title: format!("{title}: {about}"),
        on: *kind == now,
    };
    KINDS.iter().map(kind).collect()
}

fn axes(answer: &SqlAnswer, now: &Wish) -> Vec<Axis> {
    let columns = |chosen: &str| {
        let mut names: Vec<&str> = answer.frame.columns.iter().map(|column| column.name.as_str()).collect();
        // A name may be made of several columns; as headers of queries have it, that is one choice more.
        if !chosen.is_empty() && !names.contains(&chosen) {
            names.push(chosen);
        }
        let choice = |name: &str| Choice { value: name.to_owned(), title: name.to_owned(), on: name == chosen };
        names.into_iter().map(choice).collect()
    };
    let axis = |name, title, chosen: &str, optional| Axis { name, title, columns: columns(chosen), optional };
    vec![
        axis("x", "x", &now.x, false),
        axis("y", "y", &now.y[0], false),
        axis("y2", "second y", &now.y[1], true),
        axis("y3", "third y", &now.y[2], true),
    ]
}

/// Columns that make a chart most likely: the first time or name along x, the first other number as y.
fn guess(answer: &SqlAnswer) -> Wish {
    let columns = &answer.frame.columns;
    let is_place = |kind: Kind| matches!(kind, Kind::Date | Kind::Timestamp | Kind::Category);
    let is_number = |values: &Values| matches!(values, Values::Integer(_) | Values::Number(_));
    let x = columns.iter().position(|column| is_place(column.kind)).unwrap_or(0);
    let y = columns.iter().enumerate().find(|(at, column)| *at != x && is_number(&column.values));
    let name = |at: usize| columns.get(at).map_or_else(String::new, |column| column.name.clone());
    let is_time = columns.get(x).is_some_and(|column| matches!(column.kind, Kind::Date | Kind::Timestamp));
    Wish {
        kind: if is_time { "line" } else { "bars" }.to_owned(),
        x: name(x),
        y: [y.map_or_else(String::new, |(at, _)| name(at)), String::new(), String::new()],
    }
}
