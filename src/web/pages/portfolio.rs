//! What the portfolio knows of a flow: its numbers, how they moved, how old its data are. Computed for the first visit of
//! a version, and then kept like other answers.

use crate::app::{Asked, FlowInfo};
use crate::draw::figure::{count, duration};
use crate::model::filter::Filter;
use crate::model::time;
use crate::web::answer::{Tagged, etag};
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::address::{Address, OVERVIEW};
use crate::web::pages::spark::Spark;
use crate::web::pages::tiles;
use crate::web::state::Web;
use axum::body::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Data that nobody has added to for so many days are said to be old.
const OLD_DAYS: i64 = 31;
const DAY: i64 = 86_400_000_000;

/// A flow as it is shown.
pub struct Card {
    /// Its name in addresses.
    pub name: String,
    /// Its overview; none without a log.
    pub href: Option<String>,
    /// Its name for people.
    pub title: String,
    /// Half of the cases take at most this.
    pub median: String,
    /// Nine in ten do.
    pub p90: String,
    /// How many cases.
    pub cases: String,
    /// How many events.
    pub events: String,
    /// How many paths.
    pub variants: String,
    /// Up to when there are data.
    pub upto: String,
    /// Since when nothing was added, if that is long ago.
    pub stale: Option<String>,
    /// How the median moved.
    pub moved: Option<Moved>,
    /// Its course.
    pub spark: Option<(String, String)>,
    /// The course in words.
    pub course: String,
    /// Why there are no numbers.
    pub problem: Option<String>,
    /// Whether an import into it is under way.
    pub is_busy: bool,
    /// What flows are sorted by.
    pub keys: Keys,
}

/// What flows are sorted by; what is not known comes last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keys {
    /// By which part the median became longer.
    pub slowed: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The number of cases.
    pub cases: u64,
    /// The latest event.
    pub last: Option<i64>,
}

/// How the median differs from the period before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Moved {
    /// The sign.
    pub icon: String,
    /// `good`, `bad` or nothing.
    pub tone: String,
    /// By how much.
    pub by: String,
    /// What it was.
    pub was: String,
    /// All of it, for those who do not see sign and colour.
    pub say: String,
}

/// The numbers of a card, as they are kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Numbers {
    variants: i64,
    median_s: Option<f64>,
    p90_s: Option<f64>,
    moved: Option<Moved>,
    relative: Option<f64>,
    spark: Option<(String, String)>,
    course: String,
}

/// The card of a flow.
pub async fn card(web: &Arc<Web>, flow: FlowInfo, now: i64) -> Card {
    // A log that cannot be read now is no reason to hide the others.
    let (numbers, problem) = match numbers(web, &flow).await {
        Ok(numbers) => (numbers, None),
        Err(error) => {
            let cause = error.cause.as_deref().unwrap_or(&error.detail);
            tracing::warn!(flow = %flow.name, code = error.code, cause, "no numbers for the portfolio");
            (Numbers::default(), Some(error.detail.to_string()))
        }
    };
    let micros = |text: &Option<String>| time::parse(text.as_deref()?).ok();
    let last = micros(&flow.last_at);
    let text = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    Card {
        href: flow.version.map(|_| Address::of_flow(&flow.name, OVERVIEW).href()),
        median: text(numbers.median_s),
        p90: text(numbers.p90_s),
        cases: count(flow.cases.unwrap_or_default() as i64),
        events: count(flow.events.unwrap_or_default() as i64),
        variants: count(numbers.variants),
        upto: last
            .map_or_else(|| "no times".to_owned(), |last| format!("data up to {}", day(&flow.last_at, last, now))),
        stale: micros(&flow.updated_at).and_then(|updated| stale(updated, now)),
        keys: Keys { slowed: numbers.relative, median: numbers.median_s, cases: flow.cases.unwrap_or_default(), last },
        moved: numbers.moved,
        spark: numbers.spark,
        course: numbers.course,
        is_busy: web.jobs.refuse_busy(&flow.name).is_err(),
        title: flow.title,
        name: flow.name,
        problem,
    }
}

/// A day, and how long ago it is.
fn day(text: &Option<String>, at: i64, now: i64) -> String {
    let day = text.as_deref().and_then(|text| text.get(..10)).unwrap_or_default();
    match (now - at) / DAY {
        ..0 => day.to_owned(),
        0 => format!("{day}, today"),
        1 => format!("{day}, yesterday"),
        _ => format!("{day}, {} ago", duration(((now - at) / DAY * 86_400) as f64)),
    }
}

fn stale(updated: i64, now: i64) -> Option<String> {
    let days = (now - updated) / DAY;
    (days > OLD_DAYS).then(|| format!("nothing added for {} days", count(days)))
}

async fn numbers(web: &Arc<Web>, flow: &FlowInfo) -> Result<Numbers, ApiError> {
    if flow.version.is_none() {
        return Ok(Numbers::default());
    }
    let name = flow.name.clone();
    let target = web.blocking(move |web| web.app.target(&name)).await?;
    let tag = etag(&Tagged {
        log: &target.key,
        queries: &web.fingerprint,
        question: "numbers of the portfolio",
        filter: "",
        parameters: &BTreeMap::new(),
        form: Form::Json,
    });
    let fault = |error: serde_json::Error| ApiError::internal(error.to_string());
    let compute = async {
        let asked = Asked { target, filter: Filter::default() };
        let overview = web.app.overview(&asked).await?;
        let figure = |id: &str| overview.figures.iter().find(|figure| figure.id == id);
        let median = figure("cycle_time_median");
        let change = median.and_then(|figure| Some((figure, figure.change.as_ref()?)));
        let moved = change.and_then(|(figure, change)| tiles::moved(figure, change)).map(|moved| Moved {
            icon: moved.icon.to_owned(),
            tone: moved.tone.to_owned(),
            by: moved.by,
            was: moved.was,
            say: moved.say,
        });
        let weekly: Vec<Option<f64>> = median.iter().flat_map(|figure| &figure.weekly).map(|week| week.value).collect();
        let spark = Spark::of(&weekly);
        let numbers = Numbers {
            course: median.map(|figure| tiles::course(figure, spark.is_some()).0).unwrap_or_default(),
            variants: overview.variants.total,
            median_s: median.and_then(|figure| figure.value),
            p90_s: figure("cycle_time_p90").and_then(|figure| figure.value),
            moved,
            relative: change.and_then(|(_, change)| change.relative),
            spark: spark.map(|spark| (spark.line, spark.area)),
        };
        Ok(Bytes::from(serde_json::to_vec(&numbers).map_err(fault)?))
    };
    serde_json::from_slice(&web.answers.get(&tag, compute).await?).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_data_is_told() {
        let now = time::parse("2024-06-30T12:00:00Z").unwrap();
        let check = |text: &str, expected: &str| {
            assert_eq!(day(&Some(text.to_owned()), time::parse(text).unwrap(), now), expected);
        };
        check("2024-06-30T08:00:00Z", "2024-06-30, today");
        check("2024-06-29T08:00:00Z", "2024-06-29, yesterday");
        check("2024-06-20T08:00:00Z", "2024-06-20, 10 d ago");
        check("2030-01-01T08:00:00Z", "2030-01-01");
        assert_eq!(stale(now - 40 * DAY, now).as_deref(), Some("nothing added for 40 days"));
        assert_eq!(stale(now - 3 * DAY, now), None);
    }
}
