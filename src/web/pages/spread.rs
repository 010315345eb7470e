//! How waits are spread, in the inspector of the map: bars for those before an activity or on a path, and a histogram of
//! the time from one activity to another.

use crate::app::{Asked, Stretch};
use crate::chart::{Size, draw};
use crate::draw::figure::{count, duration, percent};
use crate::draw::theme::Theme;
use crate::model::filter::Pair;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::inspector::{Fact, Keep};
use crate::web::pages::map::MapState;

/// Width of a bar with its space, and height of the longest.
const STEP: f64 = 10.0;
const HIGH: f64 = 40.0;
/// Size of the histogram.
const CHART: (u32, u32) = (308, 190);

/// Bars for stretches of time.
pub struct Spark {
    pub title: &'static str,
    pub width: String,
    pub bars: Vec<Bar>,
    pub low: String,
    pub high: String,
    pub words: String,
}

/// One of them.
pub struct Bar {
    pub x: String,
    pub y: String,
    pub height: String,
    pub title: String,
}

/// The time from one activity to another.
pub struct Between {
    pub title: String,
    pub facts: Vec<Fact>,
    pub figure: Option<String>,
    pub keep: Option<Keep>,
    pub close: String,
    pub data: String,
}

/// A second activity to be chosen.
pub struct Ways {
    pub kept: Vec<(&'static str, String)>,
    pub choices: Vec<Way>,
}

/// One that may be chosen.
pub struct Way {
    pub id: String,
    pub name: String,
    pub on: bool,
}

impl Spark {
    /// Nothing where nobody waited.
    pub fn of(title: &'static str, stretches: &[Stretch]) -> Option<Self> {
        let most = stretches.iter().max_by_key(|stretch| stretch.waits)?;
        let all: i64 = stretches.iter().map(|stretch| stretch.waits).sum();
        let bar = |(at, stretch): (usize, &Stretch)| {
            // What there is can be seen, however rare it is.
            let share = stretch.waits as f64 / most.waits.max(1) as f64;
            let height = if stretch.waits > 0 { (share * HIGH).max(1.0) } else { 0.0 };
            Bar {
                x: format!("{}", at as f64 * STEP),
                y: format!("{:.1}", HIGH - height),
                height: format!("{height:.1}"),
                title: format!("{}: {}", between(stretch), waits(stretch.waits)),
            }
        };
        let share = percent(most.waits as f64 / all.max(1) as f64);
        let last = stretches.last()?;
        Some(Self {
            title,
            width: format!("{}", stretches.len() as f64 * STEP),
            bars: stretches.iter().enumerate().map(bar).collect(),
            low: border(stretches.first()?.least_s),
            high: last.below_s.map_or_else(|| format!("over {}", border(last.least_s)), border),
            words: format!("{share} of {}: {}", waits(all), between(most)),
        })
    }
}

fn waits(number: i64) -> String {
    if number == 1 { "1 wait".to_owned() } else { format!("{} waits", count(number)) }
}

fn between(stretch: &Stretch) -> String {
    match stretch.below_s {
        Some(below) => format!("{} to {}", border(stretch.least_s), border(below)),
        None => format!("{} or longer", border(stretch.least_s)),
    }
}

/// A border in the unit in which it is a whole number.
fn border(seconds: f64) -> String {
    const UNITS: [(&str, f64); 4] = [("w", 604_800.0), ("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)];
    let fits = |length: &f64| seconds >= *length && seconds % length == 0.0;
    match UNITS.iter().find(|(_, length)| fits(length)) {
        Some((name, length)) => format!("{} {name}", seconds / length),
        None => format!("{seconds} s"),
    }
}

/// From the first `first` of a case to the next `second` after it.
///
/// # Errors
/// Those of the query.
pub async fn time_between(
    ask: &Ask,
    asked: &Asked,
    state: &MapState,
    first: &str,
    second: &str,
) -> Result<Between, ApiError> {
    let answer = ask.web.app.time_between(asked, first, second).await?;
    let frame = &answer.frame;
    let cases = frame.integer("all_cases", 0).unwrap_or_default();
    let mut facts = vec![Fact { name: "Cases", value: count(cases) }];
    for (name, column) in [("Median", "median_s"), ("p90", "p90_s")] {
        facts.extend(frame.number(column, 0).map(|value| Fact { name, value: duration(value) }));
    }
    let spec = answer.spec().and_then(Result::ok).filter(|_| frame.rows > 0);
    let mut filter = asked.filter.clone();
    filter.eventually_follows.push(Pair { from: first.to_owned(), to: second.to_owned() });
    let href = state.unpicked().with("filter", filter.canonical().to_string()).href();
    let title = "that have both in this order".to_owned();
    let data = Address::new(&format!("/api/v1/flows/{}/kpis/time_between.csv", encoded(&asked.target.flow)))
        .with("filter", asked.filter.to_string())
        .with("version", asked.target.version)
        .with("first", first)
        .with("second", second);
    Ok(Between {
        title: format!("{first} … {second}"),
        facts,
        figure: spec.map(|spec| draw(&spec, Theme::Page, Size::card(CHART.0, CHART.1))),
        keep: (cases > 0).then_some(Keep { href, title, wide: true, main: false }),
        close: state.address.without("until").href(),
        data: data.href(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_say_what_they_are() {
        let stretch = |least_s, below_s, waits| Stretch { least_s, below_s, waits };
        let all =
            [stretch(900.0, Some(3_600.0), 3), stretch(3_600.0, Some(14_400.0), 0), stretch(7_776_000.0, None, 1)];
        let spark = Spark::of("Waits", &all).unwrap();
        assert_eq!((spark.low.as_str(), spark.high.as_str(), spark.width.as_str()), ("15 min", "over 90 d", "30"));
        assert_eq!(spark.words, "75 % of 4 waits: 15 min to 1 h");
        let bars: Vec<(&str, &str)> = spark.bars.iter().map(|bar| (bar.height.as_str(), bar.title.as_str())).collect();
        let expected =
            [("40.0", "15 min to 1 h: 3 waits"), ("0.0", "1 h to 4 h: 0 waits"), ("13.3", "90 d or longer: 1 wait")];
        assert_eq!(bars, expected);
        assert!(Spark::of("Waits", &[]).is_none());
        assert_eq!((border(0.0), border(1_209_600.0), border(345_600.0)), ("0 s".into(), "2 w".into(), "4 d".into()));
    }
}
