//! The process map as a picture: from the answers to the graph, from the graph to what is drawn of it.

use crate::app::answers::activity_cases;
use crate::app::{App, AppError, Asked, Target};
use crate::draw::png::png;
use crate::draw::theme::Theme;
use crate::map::abstraction::{Abstraction, Caps, Sliders, abstracted, around, of_variants};
use crate::map::bpmn;
use crate::map::graph::{Graph, Paths, Profile, Waits};
use crate::map::layout::TimedOut;
use crate::map::metric::Metric;
use crate::map::scene::Scene;
use crate::map::skeleton::Skeleton;
use crate::map::svg::Picture;
use crate::model::answers::{ActivityCases, Durations, ProcessMap};
use crate::model::filter::Filter;
use crate::model::measure::Measure;
use crate::model::tables::Manifest;
use crate::query::Frame;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MapWish {
    /// How much of the process.
    pub sliders: Sliders,
    /// Instead of the sliders: the most frequent variants, so many.
    pub variants: Option<usize>,
    /// Instead of both: this activity and what comes directly before and after it.
    pub focus: Option<String>,
    /// The figures on it.
    pub metric: Metric,
}

/// A map, ready to be drawn.
#[derive(Debug, Clone)]
pub struct MapPicture {
    /// The whole process, drawn or not.
    pub whole: Arc<Graph>,
    /// What is drawn of it.
    pub view: Abstraction,
    /// Where it stands.
    pub scene: Scene,
    /// What all views of the log share.
    pub skeleton: Arc<Skeleton>,
    /// The figures on it.
    pub metric: Metric,
    /// Whether the time was up before it was laid out; then it stands nowhere, and only tables can show it.
    pub is_tangled: bool,
}

impl MapPicture {
    /// As SVG.
    pub fn svg(&self, title: &str, theme: Theme) -> String {
        self.picture(title, theme).svg()
    }

    /// As a process model in BPMN 2.0.
    pub fn bpmn(&self, title: &str) -> String {
        bpmn(title, &self.view.graph, &self.scene, self.metric)
    }

    /// As PNG, drawn twice as large as the SVG.
    ///
    /// # Errors
    /// `Invalid` if the picture would be too large.
    pub fn png(&self, title: &str, theme: Theme) -> Result<Vec<u8>, AppError> {
        png(&self.svg(title, theme), PNG_SCALE).map_err(|error| AppError::Invalid {
            what: error.to_string(),
            hint: "show fewer activities or paths, or take the SVG".to_owned(),
        })
    }

    /// The picture without anything that only pages have.
    pub fn picture<'a>(&'a self, title: &'a str, theme: Theme) -> Picture<'a> {
        let (graph, scene, metric) = (&self.view.graph, &self.scene, self.metric);
        Picture { title, graph, scene, metric, theme, picked: None, href: None }
    }
}

/// Sharp on screens with two dots a pixel.
pub(super) const PNG_SCALE: f64 = 2.0;
/// A map that takes longer is refused; those within the caps take some hundredths of it.
pub(super) const LONGEST: Duration = Duration::from_secs(2);
/// So many skeletons, and so many graphs, are kept.
pub(super) const KEPT: usize = 64;

impl App {
    /// The map of the asked cases, laid out.
    ///
    /// # Errors
    /// Those of the queries; `Invalid` if it cannot be laid out in time.
    pub async fn picture(&self, asked: &Asked, wish: &MapWish) -> Result<MapPicture, AppError> {
        let picture = self.picture_if_possible(asked, wish).await?;
        if picture.is_tangled { Err(too_tangled(TimedOut)) } else { Ok(picture) }
    }

    /// The same for those who have a table to show where the map cannot be laid out in time.
    ///
    /// # Errors
    /// Those of the queries; `Invalid` for a metric that the log does not know.
    pub async fn picture_if_possible(&self, asked: &Asked, wish: &MapWish) -> Result<MapPicture, AppError> {
        refuse_unknown(wish.metric, &asked.target.snapshot.manifest)?;
        let skeleton = self.skeleton(&asked.target).await?;
        let variants = match wish.variants {
            Some(count) => Some(self.variants(asked, Some(count.max(1))).await?),
            None => None,
        };
        let whole = self.whole(asked, &skeleton).await?;
        if wish.metric == Metric::Cost && whole.activities() > 0 && whole.nodes.iter().all(|node| node.cost.is_none()) {
            return Err(AppError::Invalid {
                what: "the costs of these cases cannot be added: none is known, or they are in several currencies"
                    .to_owned(),
                hint: "choose cases of one currency, or another metric".to_owned(),
            });
        }
        let limits = &self.config.limits;
        let caps = Caps { nodes: limits.map_nodes_max as usize, edges: limits.map_edges_max as usize };
        let wish = wish.clone();
        let centre = wish.focus.as_deref().map(|focus| centre(&whole, focus)).transpose()?;
        let draw = move || {
            let view = match (centre, variants) {
                (Some(centre), _) => around(&whole, centre, caps),
                (None, Some(variants)) => {
                    let paths: Vec<_> = variants.variants.into_iter().map(|variant| variant.activities).collect();
                    of_variants(&whole, &paths, caps)
                }
                (None, None) => abstracted(&whole, wish.sliders, &skeleton.backbone, caps),
            };
            let scene = Scene::new(&view.graph, &skeleton, Some(Instant::now() + LONGEST));
            let is_tangled = scene.is_err();
            let scene = scene.unwrap_or_default();
            MapPicture { whole, view, scene, skeleton, metric: wish.metric, is_tangled }
        };
        tokio::task::spawn_blocking(draw).await.map_err(|error| AppError::Internal(error.to_string()))
    }

    /// The graph of the asked cases with all that is known of it. It is kept: sliders and metrics only choose from it.
    async fn whole(&self, asked: &Asked, skeleton: &Skeleton) -> Result<Arc<Graph>, AppError> {
        let key = format!("{}\n{}", asked.target.key, asked.filter);
        if let Some(graph) = self.graphs.get(&key) {
            return Ok(graph);
        }
        let none = BTreeMap::new();
        let (map, waits) = tokio::try_join!(self.map(asked), self.ask(asked, "activity_waits", &none))?;
        let graph = Arc::new(self.graph(asked, &map, skeleton).await?.with_waits(waits_of(&waits)));
        self.graphs.insert(key, Arc::clone(&graph));
        Ok(graph)
    }

    /// The graph of the asked cases, its places those of the whole log.
    async fn graph(&self, asked: &Asked, map: &ProcessMap, skeleton: &Skeleton) -> Result<Graph, AppError> {
        let none = BTreeMap::new();
        let (totals, starts, ends) = tokio::try_join!(
            self.ask(asked, "log_totals", &none),
            self.ask(asked, "start_activities", &none),
            self.ask(asked, "end_activities", &none),
        )?;
        let cases = totals.integer("cases", 0).unwrap_or_default();
        Ok(graph_of(map, cases, &activity_cases(&starts), &activity_cases(&ends), skeleton))
    }

    /// The happy path of a log version, whatever the filter.
    ///
    /// # Errors
    /// Those of the queries; `Invalid` if the log is too tangled to be laid out.
    pub async fn happy_path(&self, target: &Target) -> Result<Vec<String>, AppError> {
        Ok(self.skeleton(target).await?.backbone.clone())
    }

    /// The skeleton of a log version, made once.
    pub(super) async fn skeleton(&self, target: &Target) -> Result<Arc<Skeleton>, AppError> {
        if let Some(skeleton) = self.skeletons.get(&target.key) {
            return Ok(skeleton);
        }
        let map = self.map(&Asked { target: target.clone(), filter: Filter::default() }).await?;
        let snapshot = Arc::clone(&target.snapshot);
        let make = move || -> Result<Skeleton, AppError> {
            let table = snapshot.variants()?;
            let names: Vec<String> = snapshot.names("activity").iter().flatten().map(str::to_owned).collect();
            let paths = || table.paths.iter().map(Vec::as_slice).zip(table.cases.iter().copied());
            let known = Paths::of(&names, paths());
            let graph = Graph::new(&map, &known);
            Skeleton::new(&graph, &known, &names, paths(), Some(Instant::now() + LONGEST)).map_err(too_tangled)
        };
        let made = tokio::task::spawn_blocking(make).await.map_err(|error| AppError::Internal(error.to_string()))??;
        let skeleton = Arc::new(made);
        self.skeletons.insert(target.key.clone(), Arc::clone(&skeleton));
        Ok(skeleton)
    }
}

/// Whether a log says what a metric needs; the other way round, which column it would have to have.
pub fn missing_column(metric: Metric, manifest: &Manifest) -> Option<(&'static str, &'static str)> {
    match metric {
        Metric::Cost if !manifest.has(Measure::Cost) => Some((
            "the log does not say what events cost",
            "import it with a column of numbers that is called cost, or named by --cost",
        )),
        Metric::Automation if !manifest.has(Measure::Automated) => Some((
            "the log does not say which events a program did",
            "import it with a column that says true or false and is called automated, or named by --automated",
        )),
        metric if metric.is_time() && !manifest.has_times => {
            Some(("the log has no times", "import it with a column of times, named by --timestamp"))
        }
        _ => None,
    }
}

fn refuse_unknown(metric: Metric, manifest: &Manifest) -> Result<(), AppError> {
    let Some((why, hint)) = missing_column(metric, manifest) else { return Ok(()) };
    let what = format!("the map cannot show {}: {why}", metric.title().to_lowercase());
    Err(AppError::Invalid { what, hint: hint.to_owned() })
}

fn centre(graph: &Graph, activity: &str) -> Result<usize, AppError> {
    graph.find(activity).ok_or_else(|| AppError::Invalid {
        what: format!("none of these cases has an activity `{activity}`"),
        hint: "the table of the map lists the names; they are compared letter by letter".to_owned(),
    })
}

/// The graph of a map, with what cases start and end with; places are those of the whole log.
pub(super) fn graph_of(
    map: &ProcessMap,
    cases: i64,
    starts: &[ActivityCases],
    ends: &[ActivityCases],
    skeleton: &Skeleton,
) -> Graph {
    let mut profiles: BTreeMap<String, Profile> = BTreeMap::new();
    for (name, key) in &skeleton.keys {
        profiles.insert(name.clone(), Profile { position: *key, ..Profile::default() });
    }
    for ActivityCases { activity, cases } in starts {
        profiles.entry(activity.clone()).or_default().starts = *cases;
    }
    for ActivityCases { activity, cases } in ends {
        profiles.entry(activity.clone()).or_default().ends = *cases;
    }
    Graph::new(map, &Paths { cases, profiles, ..Paths::default() })
}

pub(super) fn too_tangled(error: TimedOut) -> AppError {
    AppError::Invalid {
        what: error.to_string(),
        hint: "show fewer activities or paths, narrow the cases by a filter, or take the table".to_owned(),
    }
}

pub(super) fn waits_of(frame: &Frame) -> BTreeMap<String, Waits> {
    let waits = |row: usize| {
        let number = |name: &str| frame.number(name, row);
        let durations = Durations {
            mean: number("mean_s")?,
            median: number("median_s")?,
            p90: number("p90_s")?,
            ..Durations::default()
        };
        let count = frame.integer("waits", row)?;
        Some((frame.text("activity", row)?.to_owned(), Waits { count, durations }))
    };
    (0..frame.rows).filter_map(waits).collect()
}
