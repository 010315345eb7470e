//! The map page: the picture, its tools, its table, and what is known of the chosen activity or path.

use crate::app::{Asked, MapPicture, MapWish, missing_column};
use crate::draw::figure::{count, duration};
use crate::draw::theme::{FREQUENCY, TIME, Theme};
use crate::map::metric::{Metric, Range};
use crate::map::svg::Picture;
use crate::model::answers::Stats;
use crate::web::api::reading::map_wish;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::inspector::{Inspector, Summary, inspector, summary};
use crate::web::pages::map_table::MapTable;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;

/// What the address says about the picture.
#[derive(Debug, Clone)]
pub struct MapState {
    /// The page with all its parameters.
    pub address: Address,
    /// What is drawn.
    pub wish: MapWish,
    /// Id of the chosen node or edge.
    pub picked: Option<String>,
    /// Id of the activity up to which the time from the chosen one is shown.
    pub until: Option<String>,
    /// Whether the table is shown instead.
    pub as_table: bool,
}

/// Parameters of the page besides those of all pages.
const PARAMETERS: [&str; 9] = ["metric", "activities", "paths", "variants", "focus", "node", "edge", "until", "view"];

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    tabs: Vec<Choice>,
    metrics: Vec<Choice>,
    kept: Vec<Kept>,
    map: MapParts,
    stepper: Stepper,
    /// The page without the focus on one activity.
    whole: Option<String>,
    /// Address of what a replay is drawn from.
    replay: Option<String>,
    /// Whether the map could not be laid out in time.
    tangled: bool,
    as_table: bool,
    summary: Summary,
    picked: Option<Inspector>,
}

struct Choice {
    href: String,
    title: &'static str,
    icon: &'static str,
    on: bool,
}

/// A parameter that a form must not lose.
struct Kept {
    name: &'static str,
    value: String,
}

struct MapParts {
    words: String,
    activities: u8,
    paths: u8,
    svg: String,
    legend: Legend,
    table: MapTable,
    /// Whether the log says who does what.
    automated: bool,
}

struct Legend {
    title: &'static str,
    low: String,
    high: String,
    ramp: Vec<Step>,
    time: bool,
}

struct Step {
    x: usize,
    token: &'static str,
}

struct Stepper {
    now: String,
    less: Option<String>,
    more: Option<String>,
    all: Option<String>,
}

/// The page.
pub async fn map(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&PARAMETERS)?;
    let asked = ask.open().await?;
    let state = MapState::of(&ask, &asked)?;
    let app = &ask.web.app;
    // Together they take hardly longer than the longest.
    let (shell, picture, stats) = tokio::try_join!(
        Shell::of_flow(&ask, &parts, &asked, "map"),
        async { Ok(app.picture_if_possible(&asked, &state.wish).await?) },
        async { Ok(app.stats(&asked).await?) },
    )?;
    let flow = shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone());
    let picked = match &state.picked {
        Some(id) => inspector(&ask, &asked, &state, &picture, id).await?,
        None => None,
    };
    let known = known_metrics(&asked, &picture);
    let as_table = state.as_table || picture.is_tangled;
    let table = if as_table { MapTable::of(&picture, &state, &known) } else { MapTable::default() };
    page(&MapPage {
        title: title(&stats, &picture),
        exports: exports(&asked, &state, picture.is_tangled),
        filters: Filters::of(&asked, &state.address, &stats),
        tabs: tabs(&state),
        metrics: metrics(&state, &known),
        kept: kept(&state),
        stepper: stepper(&state, stats.variants),
        summary: summary(&state, &picture, &stats),
        map: MapParts {
            words: picture.view.sentence(),
            activities: picture.view.sliders.0,
            paths: picture.view.sliders.1,
            svg: if as_table { String::new() } else { svg(&picture, &state, &flow) },
            legend: legend(&picture),
            automated: picture.view.graph.nodes.iter().any(|node| node.automated.is_some()),
            table,
        },
        whole: state.wish.focus.is_some().then(|| state.address.without("focus").href()),
        replay: asked.target.snapshot.manifest.has_times.then(|| replay(&asked)),
        tangled: picture.is_tangled,
        as_table,
        shell,
        flow,
        picked,
    })
}

impl MapState {
    /// What the request says.
    fn of(ask: &Ask, asked: &Asked) -> Result<Self, ApiError> {
        let text = |name: &str| ask.rest.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let mut address = Address::of_flow(&asked.target.flow, "map").with("filter", asked.filter.to_string());
        for name in PARAMETERS {
            address = address.with(name, text(name).unwrap_or_default());
        }
        if let Some(version) = ask.version {
            address = address.with("version", version);
        }
        Ok(Self {
            address,
            wish: map_wish(ask)?,
            picked: text("node").or(text("edge")).map(str::to_owned),
            until: text("until").map(str::to_owned),
            as_table: text("view") == Some("table"),
        })
    }

    /// The page with this node or edge chosen.
    pub fn pick(&self, id: &str) -> String {
        let (name, other) = if id.contains('>') { ("edge", "node") } else { ("node", "edge") };
        self.address.without(other).without("until").with(name, id).href()
    }

    /// The page with nothing chosen.
    pub fn unpicked(&self) -> Address {
        self.address.without("node").without("edge").without("until")
    }
}

/// What the map says, in a sentence.
fn title(stats: &Stats, picture: &MapPicture) -> String {
    if stats.cases == 0 {
        return "No case passes the filters".to_owned();
    }
    let activities = picture.whole.activities();
    let ways =
        if stats.variants == 1 { "one way".to_owned() } else { format!("{} different ways", count(stats.variants)) };
    let begin = format!("{} cases took {ways} through {activities} activities", count(stats.cases));
    match &stats.cycle_time_s {
        Some(cycle) => {
            format!(
                "{begin}; half of them within {}, nine in ten within {}",
                duration(cycle.median),
                duration(cycle.p90)
            )
        }
        None => begin,
    }
}

fn svg(picture: &MapPicture, state: &MapState, flow: &str) -> String {
    let href = |id: &str| state.pick(id);
    let picked = state.picked.as_deref();
    Picture { picked, href: Some(&href), ..picture.picture(flow, Theme::Page) }.svg()
}

fn exports(asked: &Asked, state: &MapState, tangled: bool) -> Vec<Export> {
    let base = format!("/api/v1/flows/{}/map", encoded(&asked.target.flow));
    let drawn = state.unpicked().without("view");
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let export = |address: &Address, title, kind: &'static str| {
        let href = address.at(&format!("{base}.{}", kind.to_lowercase())).href();
        Export { href, title, kind }
    };
    let pictures = [
        export(&drawn, "Picture, sharp at any size", "SVG"),
        export(&drawn, "Picture", "PNG"),
        export(&drawn, "Process model with diagram", "BPMN"),
    ];
    let data = [
        export(&data, "Graph for Graphviz", "DOT"),
        export(&data, "All activities and paths", "JSON"),
        export(&data, "All paths as a table", "CSV"),
    ];
    // What could not be laid out has no picture.
    pictures.into_iter().filter(|_| !tangled).chain(data).collect()
}

fn tabs(state: &MapState) -> Vec<Choice> {
    let tab = |title, icon, view: &str, on| Choice { href: state.address.with("view", view).href(), title, icon, on };
    vec![tab("Map", "map", "", !state.as_table), tab("Table", "table", "table", state.as_table)]
}

/// Those that the log can give.
fn known_metrics(asked: &Asked, picture: &MapPicture) -> Vec<Metric> {
    let priced = picture.whole.nodes.iter().any(|node| node.cost.is_some());
    let given = |metric: &Metric| match metric {
        Metric::Cost => priced,
        metric => missing_column(*metric, &asked.target.snapshot.manifest).is_none(),
    };
    Metric::ALL.into_iter().filter(given).collect()
}

fn metrics(state: &MapState, known: &[Metric]) -> Vec<Choice> {
    let choice = |metric: &Metric| {
        let name = if *metric == Metric::default() { "" } else { metric.name() };
        let on = *metric == state.wish.metric;
        Choice { href: state.address.with("metric", name).href(), title: metric.title(), icon: "", on }
    };
    known.iter().map(choice).collect()
}

/// What the moving picture of these cases is made from; it does not depend on what is drawn of the map.
fn replay(asked: &Asked) -> String {
    let base = Address::new(&format!("/api/v1/flows/{}/replay", encoded(&asked.target.flow)));
    base.with("filter", asked.filter.to_string()).with("version", asked.target.version).href()
}

/// The sliders replace the variants, and nothing stays chosen that may not be drawn.
fn kept(state: &MapState) -> Vec<Kept> {
    let address = state.unpicked().without("activities").without("paths").without("variants").without("focus");
    let kept = |(name, value): &(&'static str, String)| Kept { name, value: value.clone() };
    address.parameters().iter().map(kept).collect()
}

fn stepper(state: &MapState, all: i64) -> Stepper {
    let base = state.unpicked().without("activities").without("paths").without("focus");
    let href = |count: usize| base.with("variants", count).href();
    let all_href = || base.without("variants").href();
    match state.wish.variants {
        None => Stepper { now: "all".to_owned(), less: None, more: Some(href(1)), all: None },
        Some(now) => Stepper {
            now: format!("{now} of {}", count(all)),
            less: (now > 1).then(|| href(now - 1)),
            more: ((now as i64) < all).then(|| href(now + 1)),
            all: Some(all_href()),
        },
    }
}

fn legend(picture: &MapPicture) -> Legend {
    let metric = picture.metric;
    let range = Range::of_nodes(metric, &picture.view.graph);
    let ramp = if metric.is_time() { TIME } else { FREQUENCY };
    Legend {
        title: metric.title(),
        low: metric.text(range.least, &picture.view.graph),
        high: metric.text(range.most, &picture.view.graph),
        ramp: ramp.iter().enumerate().map(|(at, (token, _))| Step { x: at * 20, token: token.name() }).collect(),
        time: metric.is_time(),
    }
}
