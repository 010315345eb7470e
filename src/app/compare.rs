//! Two sides of a flow held against each other: two filters of the same log version, as figures and on one map.

use crate::app::answers::{Measures, PAIRS, STATS, map_of, stats_of};
use crate::app::picture::{LONGEST, PNG_SCALE, graph_of, too_tangled, waits_of};
use crate::app::{App, AppError, Asked, MapWish};
use crate::draw::png::png;
use crate::draw::theme::Theme;
use crate::map::abstraction::{Abstraction, Caps, abstracted};
use crate::map::compare::Sides;
use crate::map::graph::{END, START};
use crate::map::metric::Metric;
use crate::map::scene::{Scene, node_id};
use crate::map::skeleton::Skeleton;
use crate::map::svg::{ComparedPicture, room};
use crate::model::answers::{Durations, Stats};
use crate::model::comparison::{
    Amount, Compared, ComparedActivity, ComparedEdge, ComparedFigure, Comparison, ComparisonMeta, Side,
};
use crate::model::filter::Filter;
use crate::model::kind::Kind;
use crate::model::time::rfc3339;
use crate::query::Frame;
use std::sync::Arc;
use std::time::Instant;

/// Words for a second side that follows from the first; everything else is a filter in its text form.
pub const WORDS: [&str; 3] = ["all", "rest", "previous"];

/// Everything that is known of both sides.
pub struct BothSides {
    /// The first: its cases and figures.
    pub a: OneSide,
    /// The second.
    pub b: OneSide,
    /// Both as graphs.
    pub sides: Arc<Sides>,
    skeleton: Arc<Skeleton>,
    caps: Caps,
}

/// A side with its headline figures.
pub struct OneSide {
    /// Which cases.
    pub asked: Asked,
    /// What they are.
    pub stats: Stats,
    /// How many of them do something more than once.
    pub reworked: i64,
}

/// Two sides on one map, ready to be drawn.
#[derive(Clone)]
pub struct MapOfTwo {
    /// The numbers.
    pub sides: Arc<Sides>,
    /// What is drawn of both.
    pub view: Abstraction,
    /// Where it stands.
    pub scene: Scene,
    /// The figures on it.
    pub metric: Metric,
}

impl App {
    /// The second side of a comparison: a filter as text, or `all`, `rest` or `previous`.
    ///
    /// # Errors
    /// `Invalid` for what is neither, and where the first side has no rest or no period before it.
    pub fn other_side(&self, asked: &Asked, with: &str) -> Result<Asked, AppError> {
        let invalid = |what: &str, hint: &str| AppError::Invalid { what: what.to_owned(), hint: hint.to_owned() };
        let filter = match with.trim() {
            "" => {
                return Err(invalid("it is not said what to compare with", "give a filter, or all, rest or previous"));
            }
            "all" => Filter::default(),
            "rest" => asked.rest().ok_or_else(|| {
                invalid(
                    "the rest of these cases is no filter",
                    "it is for a single condition that has an opposite, like with=A, case.x=V or start=2024-01-01..",
                )
            })?,
            "previous" => asked.previous().ok_or_else(|| {
                invalid(
                    "there is no period before these cases",
                    "filter by a period first, e.g. start=2024-01-01..2024-04-01",
                )
            })?,
            text => text.parse().map_err(|error| {
                invalid(&format!("{error}"), "give a filter in its text form, or all, rest or previous")
            })?,
        };
        Ok(Asked { target: asked.target.clone(), filter: filter.canonical() })
    }

    /// Everything that is known of two sides of the same log version.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn both_sides(&self, a: Asked, b: Asked) -> Result<BothSides, AppError> {
        let skeleton = self.skeleton(&a.target).await?;
        let ((a, of_a), (b, of_b)) = tokio::try_join!(self.one_side(a, &skeleton), self.one_side(b, &skeleton))?;
        let limits = &self.config.limits;
        let caps = Caps { nodes: limits.map_nodes_max as usize, edges: limits.map_edges_max as usize };
        Ok(BothSides { a, b, sides: Arc::new(Sides::new(of_a, of_b)), skeleton, caps })
    }

    async fn one_side(
        &self,
        asked: Asked,
        skeleton: &Skeleton,
    ) -> Result<(OneSide, crate::map::graph::Graph), AppError> {
        let [s0, s1, s2, s3, s4, s5] = STATS;
        let all = [s0, s1, s2, s3, s4, s5, PAIRS, "activity_waits", "rework_cases"];
        let [s0, s1, s2, s3, s4, s5, pairs, waits, reworked] = self.ask_all(&asked, all).await?;
        let frames: [Frame; 6] = [s0, s1, s2, s3, s4, s5];
        let (stats, map) = (stats_of(&frames), map_of(&pairs, &Measures::default()));
        let graph = graph_of(&map, stats.cases, &stats.start_activities, &stats.end_activities, skeleton);
        let reworked = reworked.integer("cases", 0).unwrap_or_default();
        Ok((OneSide { asked, stats, reworked }, graph.with_waits(waits_of(&waits))))
    }

    /// Two filters of a flow, compared.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn compare(&self, a: Asked, b: Asked) -> Result<Comparison, AppError> {
        Ok(self.both_sides(a, b).await?.comparison())
    }

    /// Two filters of a flow on one map.
    ///
    /// # Errors
    /// Those of the queries; `Invalid` if it cannot be laid out in time.
    pub async fn compare_on_map(&self, a: Asked, b: Asked, wish: &MapWish) -> Result<MapOfTwo, AppError> {
        self.both_sides(a, b).await?.on_map(wish).await
    }
}

impl Asked {
    /// The filter of the cases that are left out, where one can say it. In a log without times none can say it of times.
    pub fn rest(&self) -> Option<Filter> {
        let timed = self.filter.period.is_some() || self.filter.cycle_time_s.is_some();
        if timed && !self.target.snapshot.manifest.has_times { None } else { self.filter.rest() }
    }

    /// The same conditions in the period before.
    pub fn previous(&self) -> Option<Filter> {
        self.filter.previous(self.target.snapshot.manifest.last_us)
    }
}

impl BothSides {
    /// As figures.
    pub fn comparison(&self) -> Comparison {
        let side = |side: &OneSide| Side {
            filter: side.asked.filter.to_string(),
            filters: side.asked.filter.clone(),
            cases: side.stats.cases,
        };
        let target = &self.a.asked.target;
        Comparison {
            a: side(&self.a),
            b: side(&self.b),
            figures: self.figures(),
            activities: self.activities(),
            edges: self.edges(),
            meta: ComparisonMeta {
                flow: target.flow.clone(),
                version: target.version,
                as_of: target.snapshot.manifest.last_us.map(rfc3339),
            },
        }
    }

    /// The headline figures.
    pub fn figures(&self) -> Vec<ComparedFigure> {
        let figure = |figure, kind, of: &dyn Fn(&OneSide) -> Option<Amount>| {
            let side = |side: &OneSide| (of(side), side.stats.cases);
            ComparedFigure { figure, kind, compared: Compared::new(side(&self.a), side(&self.b)) }
        };
        let whole = |of: fn(&Stats) -> i64| move |side: &OneSide| Some(Amount::Whole(of(&side.stats)));
        let time = |of: fn(&Durations) -> f64| {
            move |side: &OneSide| side.stats.cycle_time_s.as_ref().map(|cycle| Amount::Real(of(cycle)))
        };
        vec![
            figure("cases", Kind::Count, &whole(|stats| stats.cases)),
            figure("events", Kind::Count, &whole(|stats| stats.events)),
            figure("variants", Kind::Count, &whole(|stats| stats.variants)),
            figure("median_cycle_time_s", Kind::DurationS, &time(|cycle| cycle.median)),
            figure("p90_cycle_time_s", Kind::DurationS, &time(|cycle| cycle.p90)),
            figure("rework_share", Kind::Share, &|side| part(side.reworked, side.stats.cases)),
        ]
    }

    fn activities(&self) -> Vec<ComparedActivity> {
        let union = &self.sides.union;
        let repeated = |side: &OneSide, activity: &str| {
            let found = side.stats.rework.iter().find(|entry| entry.activity == activity);
            (part(found.map_or(0, |entry| entry.cases), side.stats.cases), side.stats.cases)
        };
        let activity = |node: &crate::map::graph::Node| {
            let (id, sides) = (node_id(node), &self.sides);
            ComparedActivity {
                activity: node.name.clone(),
                cases: sides.node(&id, Metric::Cases),
                cases_share: sides.node(&id, Metric::Share),
                events: sides.node(&id, Metric::Events),
                repeated_share: Compared::new(repeated(&self.a, &node.name), repeated(&self.b, &node.name)),
                median_wait_s: sides.node(&id, Metric::MedianWait),
                p90_wait_s: sides.node(&id, Metric::P90Wait),
            }
        };
        let mut activities: Vec<ComparedActivity> = union.nodes.iter().skip(END + 1).map(activity).collect();
        activities.sort_by(|one, other| {
            far_first(&one.cases_share, &other.cases_share).then_with(|| one.activity.cmp(&other.activity))
        });
        activities
    }

    fn edges(&self) -> Vec<ComparedEdge> {
        let union = &self.sides.union;
        let edge = |edge: &crate::map::graph::Edge| {
            let name = |at: usize| (at != START && at != END).then(|| union.nodes[at].name.clone());
            let id = format!("{}>{}", node_id(&union.nodes[edge.from]), node_id(&union.nodes[edge.to]));
            let of = |metric| self.sides.edge(&id, metric);
            ComparedEdge {
                from: name(edge.from),
                to: name(edge.to),
                cases: of(Metric::Cases),
                cases_share: of(Metric::Share),
                count: of(Metric::Events),
                median_wait_s: of(Metric::MedianWait),
                p90_wait_s: of(Metric::P90Wait),
            }
        };
        let mut edges: Vec<ComparedEdge> = union.edges.iter().map(edge).collect();
        edges.sort_by(|one, other| {
            far_first(&one.cases_share, &other.cases_share)
                .then_with(|| (&one.from, &one.to).cmp(&(&other.from, &other.to)))
        });
        edges
    }

    /// On one map: both sides on what is there on either, along the skeleton of the whole log.
    ///
    /// # Errors
    /// `Invalid` if it cannot be laid out in time.
    pub async fn on_map(&self, wish: &MapWish) -> Result<MapOfTwo, AppError> {
        let (sides, skeleton) = (Arc::clone(&self.sides), Arc::clone(&self.skeleton));
        let (caps, wish) = (self.caps, wish.clone());
        let draw = move || {
            let view = abstracted(&sides.union, wish.sliders, &skeleton.backbone, caps);
            let room = room(&view.graph, &sides);
            let deadline = Some(Instant::now() + LONGEST);
            let scene = Scene::with_room(&view.graph, &skeleton, &room, deadline).map_err(too_tangled)?;
            Ok(MapOfTwo { sides, view, scene, metric: wish.metric })
        };
        tokio::task::spawn_blocking(draw).await.map_err(|error| AppError::Internal(error.to_string()))?
    }
}

impl MapOfTwo {
    /// What is shown, in words.
    pub fn sentence(&self) -> String {
        let Abstraction { activities, paths, capped, .. } = &self.view;
        let mut text = format!(
            "Showing {} of {} activities, {} of {} paths of either side",
            activities.0, activities.1, paths.0, paths.1
        );
        if let Some(Caps { nodes, edges }) = capped {
            text.push_str(&format!(". At most {nodes} activities and {edges} paths are drawn; the table lists all"));
        }
        text
    }

    /// As SVG.
    pub fn svg(&self, title: &str, theme: Theme) -> String {
        self.picture(title, theme).svg()
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
    pub fn picture<'a>(&'a self, title: &'a str, theme: Theme) -> ComparedPicture<'a> {
        let (sides, graph, scene) = (self.sides.as_ref(), &self.view.graph, &self.scene);
        ComparedPicture { title, sides, graph, scene, metric: self.metric, theme, picked: None, href: None }
    }
}

/// A share; nothing of nothing.
fn part(part: i64, all: i64) -> Option<Amount> {
    (all > 0).then(|| Amount::Real(part as f64 / all as f64))
}

/// The greatest difference first; where nothing is compared, the greatest figure.
fn far_first(one: &Compared, other: &Compared) -> std::cmp::Ordering {
    let size = |compared: &Compared| {
        let either = compared.difference.or(compared.a).or(compared.b);
        either.map_or(0.0, |amount| amount.value().abs())
    };
    size(other).total_cmp(&size(one))
}

impl Comparison {
    /// As one table: a line for each figure of each thing.
    ///
    /// # Errors
    /// Those of the writer, which for memory are none.
    pub fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record([
            "what",
            "activity",
            "next_activity",
            "figure",
            "a",
            "b",
            "difference",
            "relative",
            "indicative",
        ])?;
        let mut line = |what: [&str; 3], figure: &str, compared: &Compared| {
            let amount = |amount: Option<Amount>| match amount {
                Some(Amount::Whole(value)) => value.to_string(),
                Some(Amount::Real(value)) => number(value),
                None => String::new(),
            };
            let [a, b, difference] = [compared.a, compared.b, compared.difference].map(amount);
            let relative = compared.relative.map(number).unwrap_or_default();
            let indicative = if compared.indicative { "true" } else { "false" };
            let [what, from, to] = what;
            writer.write_record([what, from, to, figure, &a, &b, &difference, &relative, indicative])
        };
        for figure in &self.figures {
            line(["flow", "", ""], figure.figure, &figure.compared)?;
        }
        for one in &self.activities {
            let figures = [
                ("cases", &one.cases),
                ("cases_share", &one.cases_share),
                ("events", &one.events),
                ("repeated_share", &one.repeated_share),
                ("median_wait_s", &one.median_wait_s),
                ("p90_wait_s", &one.p90_wait_s),
            ];
            figures.iter().try_for_each(|(name, compared)| line(["activity", &one.activity, ""], name, compared))?;
        }
        for one in &self.edges {
            let figures = [
                ("cases", &one.cases),
                ("cases_share", &one.cases_share),
                ("count", &one.count),
                ("median_wait_s", &one.median_wait_s),
                ("p90_wait_s", &one.p90_wait_s),
            ];
            let ends = [one.from.as_deref().unwrap_or_default(), one.to.as_deref().unwrap_or_default()];
            figures.iter().try_for_each(|(name, compared)| line(["path", ends[0], ends[1]], name, compared))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A number as the JSON has it.
fn number(value: f64) -> String {
    serde_json::Value::from(value).to_string()
}
