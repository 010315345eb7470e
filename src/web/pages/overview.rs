//! The overview of a flow: how it is doing, in a sentence, six figures, a small map, how long cases take, where time is
//! lost, the usual paths, and what is done again.

use crate::app::{App, AppError, Asked, ImportInfo, MapWish, Overview};
use crate::chart::spec::{Bin, Figure, Target};
use crate::chart::{Size, Spec, draw};
use crate::draw::figure::{count, duration, percent};
use crate::draw::theme::Theme;
use crate::map::abstraction::Sliders;
use crate::map::scene::activity_id;
use crate::model::filter::{Filter, Pair, Seconds};
use crate::web::answer::{Tagged, etag};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::address::{Address, OVERVIEW, encoded};
use crate::web::pages::cases::flow_page;
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::look::{Look, Mode};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::path::{Chevron, Code, shown};
use crate::web::pages::shell::{Export, Filters, Shell};
use crate::web::pages::tiles::{Tile, period, tiles};
use askama::Template;
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Width of the histogram in pixels of its own.
const WIDTH: u32 = 640;
/// Why the weeks that are compared do not reach up to the end of the log.
pub const NEWEST_LEFT_OUT: &str =
    "Newer weeks are left out: cases that were still under way at the end of the log seem to have ended in them.";
/// So many activities are on the small map, apart from those that connect them.
const ON_MAP: usize = 8;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    shell: Shell,
    flow: String,
    title: String,
    sub: String,
    exports: Vec<Export>,
    filters: Filters,
    body: String,
}

/// What is the same for all who look at these cases of this version.
#[derive(Serialize, Deserialize)]
struct Kept {
    cases: i64,
    title: String,
    sub: String,
    body: String,
}

#[derive(Template)]
#[template(path = "_overview.html")]
struct Body {
    skipped: Vec<Skipped>,
    empty: bool,
    nothing: Option<Nothing>,
    tiles: Vec<(Tile, String)>,
    compared: Option<ComparedView>,
    map: String,
    map_words: String,
    map_href: String,
    spread: Option<String>,
    spread_about: Definition,
    waits: Vec<WaitRow>,
    waits_about: Definition,
    waits_href: String,
    variants: Vec<VariantRow>,
    variants_total: String,
    variants_about: Definition,
    variants_href: String,
    legend: Vec<Code>,
    rework: Vec<ReworkRow>,
    rework_about: Definition,
}

/// A file of which not every row is in the log.
struct Skipped {
    words: String,
    href: String,
}

/// Which periods the changes compare, each with its cases.
struct ComparedView {
    words: String,
    note: &'static str,
    now: (String, String),
    before: (String, String),
}

struct WaitRow {
    from: String,
    to: String,
    cases: String,
    map: String,
    total: String,
    share: String,
    bar: u32,
    median: String,
    p90: String,
    pairs: String,
}

struct VariantRow {
    rank: i64,
    steps: Vec<Chevron>,
    href: String,
    cases: String,
    share: String,
    median: String,
}

struct ReworkRow {
    activity: String,
    href: String,
    cases: String,
    share: String,
    bar: u32,
}

/// The page.
pub async fn overview(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let kept = kept(&ask, &asked).await?;
    let address = flow_page(&ask, &asked, OVERVIEW);
    let shell = Shell::of_flow(&ask, &parts, &asked, OVERVIEW).await?;
    page(&OverviewPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        exports: exports(&asked),
        filters: Filters::counted(&asked, &address, kept.cases),
        shell,
        title: kept.title,
        sub: kept.sub,
        body: kept.body,
    })
}

/// Computed for the first visit of a version and filter, and then kept like other answers.
async fn kept(ask: &Ask, asked: &Asked) -> Result<Kept, ApiError> {
    // Links lead on within a version that the address names.
    let version = ask.version.map(|version| ("version".to_owned(), version.to_string()));
    let tag = etag(&Tagged {
        log: &asked.target.key,
        queries: &ask.web.fingerprint,
        question: &format!("page of the overview of {}", asked.target.flow),
        filter: &asked.filter.to_string(),
        parameters: &version.into_iter().collect::<BTreeMap<_, _>>(),
        form: Form::Json,
    });
    let fault = |error: serde_json::Error| ApiError::internal(error.to_string());
    let compute = async {
        let made = make(ask, asked).await?;
        Ok(Bytes::from(serde_json::to_vec(&made).map_err(fault)?))
    };
    serde_json::from_slice(&ask.web.answers.get(&tag, compute).await?).map_err(fault)
}

async fn make(ask: &Ask, asked: &Asked) -> Result<Kept, ApiError> {
    let app = &ask.web.app;
    let (none, target) = (BTreeMap::new(), asked.target.clone());
    let (overview, spread, look, imports, (map, map_words)) = tokio::try_join!(
        async { Ok::<_, ApiError>(app.overview(asked).await?) },
        async { Ok(app.kpi(asked, "cycle_time_spread", &none).await?) },
        Look::of(ask, asked, Mode::Standard),
        ask.web.blocking(move |web| web.app.imports_of(&target)),
        small_map(app, asked),
    )?;
    let list = flow_page(ask, asked, "cases");
    let to_list = |filter: &Filter| list.with("filter", filter.clone().canonical().to_string()).href();
    let population = Population::of(asked, overview.cases);
    let about = |id: &str| -> Result<Definition, AppError> { Ok(Definition::of(id, &app.about(id)?, &population)) };
    let drawn = spread.spec().and_then(Result::ok).filter(|_| spread.frame.rows > 0);
    let median = overview.figures.iter().find(|figure| figure.id == "cycle_time_median").and_then(|f| f.value);
    let spread = drawn.map(|spec| histogram(spec, median, &asked.filter, &to_list));
    let activities = overview.variants.variants.iter().flat_map(|variant| &variant.activities);
    let tile = |mut tile: Tile| {
        let href = list.with("filter", &tile.filter).href();
        tile.definition.cases = Some(href.clone());
        (tile, href)
    };
    let body = Body {
        skipped: skipped(&imports),
        empty: overview.cases == 0,
        nothing: Nothing::counted(ask, asked, &flow_page(ask, asked, OVERVIEW), overview.cases).await?,
        tiles: tiles(app, asked, &overview)?.into_iter().map(tile).collect(),
        compared: compared(&overview, &list),
        map,
        map_words,
        map_href: flow_page(ask, asked, "map").href(),
        spread,
        spread_about: about("cycle_time_spread")?,
        waits: waits(&overview, asked, &to_list, &flow_page(ask, asked, "map")),
        waits_about: about("waiting")?,
        waits_href: flow_page(ask, asked, "map").with("metric", "total_wait").href(),
        variants: variants(&overview, asked, &look, &to_list),
        variants_total: count(overview.variants.total),
        variants_about: about("variants")?,
        variants_href: flow_page(ask, asked, "variants").href(),
        legend: look.codes.legend(activities.map(String::as_str)),
        rework: rework(&overview, asked, &to_list),
        rework_about: about("rework")?,
    };
    let body = body.render().map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Kept { cases: overview.cases, title: title(&overview), sub: sub(&overview), body })
}

/// How the flow is doing, in a sentence.
pub fn title(overview: &Overview) -> String {
    let value = |id: &str| overview.figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.value);
    let cases = match overview.cases {
        0 => return "No case matches".to_owned(),
        1 => "The one case".to_owned(),
        more => format!("Half of the {} cases", count(more)),
    };
    let Some((median, p90)) = value("cycle_time_median").zip(value("cycle_time_p90")) else {
        let ways = overview.variants.total;
        let ways = if ways == 1 { "one way".to_owned() } else { format!("{} different ways", count(ways)) };
        return format!("{} cases took {ways}", count(overview.cases));
    };
    if overview.cases == 1 {
        return format!("{cases} took {}", duration(median));
    }
    let begin = format!("{cases} take up to {}, one in ten longer than {}", duration(median), duration(p90));
    match overview.waits.first().and_then(|wait| Some((wait, wait.share?))) {
        Some((wait, share)) => {
            format!("{begin}; {} of all waiting is between {} and {}", percent(share), wait.from, wait.to)
        }
        None => begin,
    }
}

/// The second sentence: what is done again, and how many ways there are.
pub fn sub(overview: &Overview) -> String {
    let rework = overview.figures.iter().find(|figure| figure.id == "rework_share").and_then(|figure| figure.value);
    let (Some(rework), Some(top)) = (rework, overview.variants.variants.first()) else { return String::new() };
    let again = match rework {
        0.0 => "No case does anything twice".to_owned(),
        share => format!("{} of the cases do something more than once", percent(share)),
    };
    let ways = match overview.variants.total {
        1 => "all took the same path".to_owned(),
        more => {
            format!("they took {} different paths, {} of them the most frequent one", count(more), percent(top.share))
        }
    };
    format!("{again}; {ways}.")
}

/// The map of the most frequent activities; words instead where it cannot be laid out.
async fn small_map(app: &App, asked: &Asked) -> Result<(String, String), ApiError> {
    let all = asked.target.snapshot.names("activity").iter().flatten().count();
    // A little less than the share, so that rounding up does not make it one more.
    let percent = (all > ON_MAP).then(|| 100.0 * (ON_MAP as f64 - 0.5) / all as f64);
    let sliders = Sliders { activities: percent, paths: percent.map(|_| 0.0) };
    match app.picture(asked, &MapWish { sliders, ..MapWish::default() }).await {
        Ok(picture) => Ok((picture.svg(&asked.target.flow, Theme::Page), picture.view.sentence())),
        Err(AppError::Invalid { what, .. }) => Ok((String::new(), what)),
        Err(error) => Err(error.into()),
    }
}

/// The spread of cycle times, each class with the way to its cases.
fn histogram(mut spec: Spec, median: Option<f64>, filter: &Filter, to_list: &dyn Fn(&Filter) -> String) -> String {
    spec.target = median.map(|value| Target { value, label: "median".to_owned(), neutral: true });
    if let Figure::Histogram(histogram) = &spec.figure {
        let link = |bin: &Bin| Some(to_list(&within(filter, bin)));
        spec.links = histogram.bins.iter().map(link).collect();
    }
    draw(&spec, Theme::Page, Size::card(WIDTH, 370))
}

/// The cases of a class: its upper end, a whole number of microseconds, belongs to the next one.
fn within(filter: &Filter, bin: &Bin) -> Filter {
    let before = |end: f64| ((end * 1e6).round() - 1.0) / 1e6;
    let known = filter.cycle_time_s.unwrap_or_default();
    let min = known.min.map_or(bin.low, |min| min.max(bin.low));
    let max = known.max.map_or_else(|| before(bin.high), |max| max.min(before(bin.high)));
    // The first class begins with the shortest case, whatever that is.
    let min = (bin.low > 0.0 || known.min.is_some()).then_some(min);
    Filter { cycle_time_s: Some(Seconds { min, max: Some(max) }), ..filter.clone() }
}

fn skipped(imports: &[ImportInfo]) -> Vec<Skipped> {
    let note = |import: &ImportInfo| {
        let rejected = import.rows_rejected.filter(|rows| *rows > 0)?;
        let (rows, verb) = if rejected == 1 { ("row", "is") } else { ("rows", "are") };
        Some(Skipped {
            words: format!("{} {rows} of {} {verb} not in the log", count(rejected as i64), import.file),
            href: format!("/flows/{}/imports/{}", encoded(&import.flow), import.id),
        })
    };
    imports.iter().filter_map(note).collect()
}

fn compared(overview: &Overview, list: &Address) -> Option<ComparedView> {
    let compared = overview.compared.as_ref()?;
    let link = |from: &str, to: &str, filter: &str| (period(from, to), list.with("filter", filter).href());
    let words = match compared.weeks {
        Some(weeks) => format!("Changes compare cases that ended in {weeks} full weeks,"),
        None => "Changes compare the chosen period,".to_owned(),
    };
    let note = compared.weeks.map_or("", |_| NEWEST_LEFT_OUT);
    Some(ComparedView {
        words,
        note,
        now: link(&compared.now_from, &compared.now_to, &compared.now),
        before: link(&compared.before_from, &compared.now_from, &compared.before),
    })
}

fn waits(overview: &Overview, asked: &Asked, to_list: &dyn Fn(&Filter) -> String, map: &Address) -> Vec<WaitRow> {
    let most = overview.waits.first().map_or(1.0, |wait| wait.total_s);
    let time = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    let row = |wait: &crate::app::Wait| {
        let mut filter = asked.filter.clone();
        filter.directly_follows.push(Pair { from: wait.from.clone(), to: wait.to.clone() });
        let edge = format!("{}>{}", activity_id(&wait.from), activity_id(&wait.to));
        WaitRow {
            from: wait.from.clone(),
            to: wait.to.clone(),
            cases: to_list(&filter),
            map: map.with("metric", "total_wait").with("edge", edge).href(),
            total: duration(wait.total_s),
            share: wait.share.map(percent).unwrap_or_default(),
            bar: (100.0 * wait.total_s / most).round() as u32,
            median: time(wait.median_s),
            p90: time(wait.p90_s),
            pairs: count(wait.pairs),
        }
    };
    overview.waits.iter().map(row).collect()
}

fn variants(overview: &Overview, asked: &Asked, look: &Look, to_list: &dyn Fn(&Filter) -> String) -> Vec<VariantRow> {
    let row = |variant: &crate::model::answers::Variant| VariantRow {
        rank: variant.rank,
        steps: shown(look.steps(&variant.activities)),
        href: to_list(&Filter { variants: vec![variant.id.clone()], ..asked.filter.clone() }),
        cases: count(variant.cases),
        share: percent(variant.share),
        median: variant.cycle_time_s.as_ref().map_or_else(|| "–".to_owned(), |cycle| duration(cycle.median)),
    };
    overview.variants.variants.iter().map(row).collect()
}

fn rework(overview: &Overview, asked: &Asked, to_list: &dyn Fn(&Filter) -> String) -> Vec<ReworkRow> {
    let most = overview.rework.first().map_or(1, |repeated| repeated.cases.max(1));
    let row = |repeated: &crate::app::Repeated| {
        // Again some time after itself: that is more than once.
        let mut filter = asked.filter.clone();
        filter.eventually_follows.push(Pair { from: repeated.activity.clone(), to: repeated.activity.clone() });
        ReworkRow {
            activity: repeated.activity.clone(),
            href: to_list(&filter),
            cases: count(repeated.cases),
            share: repeated.share.map(percent).unwrap_or_default(),
            bar: (100 * repeated.cases / most) as u32,
        }
    };
    overview.rework.iter().map(row).collect()
}

fn exports(asked: &Asked) -> Vec<Export> {
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let export = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{}/overview.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    vec![export("The figures as a table", "CSV"), export("All of the overview", "JSON")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_share_no_case() {
        let bin = |low: f64, high: f64| Bin { low, high, count: 1.0 };
        let filter = |text: &str, bin: &Bin| within(&text.parse().unwrap(), bin).canonical().to_string();
        assert_eq!(filter("", &bin(0.0, 3_600.0)), "cycle=..3599.999999");
        assert_eq!(filter("with=A", &bin(3_600.0, 7_200.0)), "with=A;cycle=3600..7199.999999");
        assert_eq!(filter("cycle=4000..5000", &bin(3_600.0, 7_200.0)), "cycle=4000..5000");
        assert_eq!(filter("cycle=0..9000", &bin(0.0, 3_600.0)), "cycle=0..3599.999999");
    }
}
