//! What must hold for every map: of random processes, and of every shared log that can be read.

use crate::support::shared;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use throughline::app::{App, Asked, MapWish};
use throughline::config::Config;
use throughline::draw::theme::Theme;
use throughline::ingest::Progress;
use throughline::map::abstraction::{Caps, Sliders, abstracted};
use throughline::map::graph::{END, Graph, Paths, START};
use throughline::map::layout::{LABEL_HEIGHT, Piece, Point};
use throughline::map::metric::Metric;
use throughline::map::scene::{BADGE_INSIDE, Scene, SceneEdge, badge, badge_width};
use throughline::map::skeleton::Skeleton;
use throughline::map::svg::Picture;
use throughline::model::answers::{MapActivity, MapEdge, ProcessMap};
use throughline::model::filter::Filter;
use throughline::model::mapping::MappingOptions;

const EVEN: f64 = 0.11;

#[derive(Debug, Clone, Copy)]
struct Rect {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Rect {
    fn around(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left + EVEN < other.right
            && other.left + EVEN < self.right
            && self.top + EVEN < other.bottom
            && other.top + EVEN < self.bottom
    }

    fn holds(&self, at: Point) -> bool {
        at.x > self.left + EVEN && at.x < self.right - EVEN && at.y > self.top + EVEN && at.y < self.bottom - EVEN
    }

    fn is_within(&self, scene: &Scene) -> bool {
        self.left >= 0.0 && self.top >= 0.0 && self.right <= scene.width && self.bottom <= scene.height
    }

    fn has_on_border(&self, at: Point) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() < EVEN;
        let upright = near(at.x, self.left) || near(at.x, self.right);
        let level = near(at.y, self.top) || near(at.y, self.bottom);
        let (across, down) = (self.left - EVEN..=self.right + EVEN, self.top - EVEN..=self.bottom + EVEN);
        (upright && down.contains(&at.y)) || (level && across.contains(&at.x))
    }
}

/// Points along an edge, a pixel or less apart.
fn points(edge: &SceneEdge) -> Vec<Point> {
    let mut points = vec![edge.start];
    let mut here = edge.start;
    for piece in &edge.path {
        let (first, second, to) = match piece {
            Piece::Line { to } => (here, *to, *to),
            Piece::Curve { first, second, to } => (*first, *second, *to),
        };
        let steps = 4 + (to.x - here.x).hypot(to.y - here.y) as usize + (first.x - here.x).abs() as usize;
        for step in 1..=steps {
            let t = step as f64 / steps as f64;
            let mix = |a: f64, b: f64, c: f64, d: f64| {
                let u = 1.0 - t;
                u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
            };
            points.push(Point { x: mix(here.x, first.x, second.x, to.x), y: mix(here.y, first.y, second.y, to.y) });
        }
        here = to;
    }
    points
}

/// Every law of the geometry; `what` names the map.
fn check(what: &str, graph: &Graph, scene: &Scene) {
    let nodes: Vec<Rect> =
        scene.nodes.iter().map(|node| Rect::around(node.x, node.y, node.width, node.height)).collect();
    let labels: Vec<Rect> = scene
        .edges
        .iter()
        .map(|edge| Rect::around(edge.label.x, edge.label.y, edge.label_width, LABEL_HEIGHT))
        .collect();
    for (at, node) in nodes.iter().enumerate() {
        assert!(node.is_within(scene), "{what}: {} leaves the picture", scene.nodes[at].name);
        let other = nodes[at + 1..].iter().position(|other| other.meets(node));
        assert!(other.is_none(), "{what}: {} lies on node {other:?}", scene.nodes[at].name);
        if !badge(&graph.nodes[at]).is_empty() {
            let width = badge_width(&graph.nodes[at]);
            let badge = Rect::around(node.right - BADGE_INSIDE + width / 2.0, node.top, width, LABEL_HEIGHT);
            let others = nodes.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, rect)| rect);
            assert!(others.chain(&labels).all(|other| !other.meets(&badge)), "{what}: a badge lies on something");
        }
    }
    for (at, label) in labels.iter().enumerate() {
        let id = &scene.edges[at].id;
        assert!(label.is_within(scene), "{what}: the label of {id} leaves the picture");
        assert!(nodes.iter().all(|node| !node.meets(label)), "{what}: the label of {id} lies on a node");
        assert!(labels[at + 1..].iter().all(|other| !other.meets(label)), "{what}: the label of {id} lies on another");
    }
    let mut straight: Vec<f64> = Vec::new();
    for (at, edge) in scene.edges.iter().enumerate() {
        let points = points(edge);
        assert!(nodes[edge.from].has_on_border(points[0]), "{what}: {} begins off its node", edge.id);
        assert!(nodes[edge.to].has_on_border(points[points.len() - 1]), "{what}: {} ends off its node", edge.id);
        for point in points {
            assert!(nodes.iter().all(|node| !node.holds(point)), "{what}: {} runs through a node", edge.id);
            let under = labels.iter().enumerate().find(|(other, label)| *other != at && label.holds(point));
            let under = under.map(|(other, _)| &scene.edges[other].id);
            assert!(under.is_none(), "{what}: {} runs under the label of {under:?}", edge.id);
            assert!(point.x >= 0.0 && point.x <= scene.width, "{what}: {} leaves the picture", edge.id);
        }
        if edge.backbone {
            straight.extend([scene.nodes[edge.from].x, scene.nodes[edge.to].x]);
        }
    }
    assert!(straight.windows(2).all(|pair| pair[0] == pair[1]), "{what}: the happy path is not straight: {straight:?}");
}

/// A process of these paths, as numbers below `names.len()`, with the order of all lists as they come.
fn process(names: &[String], paths: &[(Vec<i32>, i64)], backwards: bool) -> (Graph, Skeleton) {
    let mut events = vec![(0, 0); names.len()];
    let mut pairs = std::collections::BTreeMap::new();
    for (path, cases) in paths {
        for (at, activity) in path.iter().enumerate() {
            events[*activity as usize].0 += cases;
            events[*activity as usize].1 += if path[..at].contains(activity) { 0 } else { *cases };
        }
        for (at, pair) in path.windows(2).enumerate() {
            let known = pairs.entry((pair[0], pair[1])).or_insert((0, 0));
            known.0 += cases;
            known.1 += if path[..=at].windows(2).any(|earlier| earlier == pair) { 0 } else { *cases };
        }
    }
    let name = |at: i32| names[at as usize].clone();
    let activity = |(at, (events, cases)): (usize, &(i64, i64))| MapActivity {
        activity: names[at].clone(),
        events: *events,
        cases: *cases,
        ..MapActivity::default()
    };
    let edge = |(pair, (count, cases)): (&(i32, i32), &(i64, i64))| MapEdge {
        from: name(pair.0),
        to: name(pair.1),
        count: *count,
        cases: *cases,
        duration_s: None,
        overlaps: 0,
    };
    let mut map = ProcessMap {
        activities: events.iter().enumerate().filter(|(_, (events, _))| *events > 0).map(activity).collect(),
        edges: pairs.iter().map(edge).collect(),
        ..ProcessMap::default()
    };
    let mut paths = paths.to_vec();
    if backwards {
        map.activities.reverse();
        map.edges.reverse();
        paths.reverse();
    }
    let again = || paths.iter().map(|(path, cases)| (path.as_slice(), *cases));
    let known = Paths::of(names, again());
    let graph = Graph::new(&map, &known);
    let skeleton = Skeleton::new(&graph, &known, names, again(), None).unwrap();
    (graph, skeleton)
}

fn drawn(graph: &Graph, skeleton: &Skeleton, sliders: Sliders) -> (Graph, Scene) {
    let part = abstracted(graph, sliders, &skeleton.backbone, Caps::default()).graph;
    let scene = Scene::new(&part, skeleton, None).unwrap();
    (part, scene)
}

fn svg(graph: &Graph, scene: &Scene) -> String {
    let (title, metric, theme) = ("x", Metric::Cases, Theme::Light);
    Picture { title, graph, scene, metric, theme, picked: None, href: None }.svg()
}

/// Names as logs have them: short, long, without blanks, in other letters.
fn names(count: usize) -> Vec<String> {
    let forms = ["Go", "Check the documents again", "Überprüfung_der_eingereichten_Unterlagen", "承認", "A-1"];
    let mut names: Vec<String> = (0..count).map(|at| format!("{} {at}", forms[at % forms.len()])).collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]
    #[test]
    fn maps_of_random_processes(
        paths in prop::collection::vec((prop::collection::vec(0_i32..14, 1..14), 1_i64..5000), 1..14),
        activities in 0.0_f64..100.0, share in 0.0_f64..100.0,
    ) {
        let names = names(14);
        let (graph, skeleton) = process(&names, &paths, false);
        let (other_graph, other_skeleton) = process(&names, &paths, true);
        prop_assert_eq!(&skeleton, &other_skeleton);
        let wide = Sliders { activities: Some(100.0), paths: Some(100.0) };
        for sliders in [Sliders::default(), wide, Sliders { activities: Some(activities), paths: Some(share) }] {
            let (part, scene) = drawn(&graph, &skeleton, sliders);
            check("random", &part, &scene);
            let (other_part, other_scene) = drawn(&other_graph, &other_skeleton, sliders);
            prop_assert_eq!(svg(&part, &scene), svg(&other_part, &other_scene));
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Logs of the same content, and formats that are read elsewhere, add nothing but time.
const LEFT_OUT: [&str; 5] = ["oracle.json", ".sqlite", ".pnml", ".bpmn", ".ptml"];

#[test]
fn maps_of_all_shared_logs() {
    let mut all = Vec::new();
    files(&shared(""), &mut all);
    all.retain(|path| !LEFT_OUT.iter().any(|ending| path.to_string_lossy().ends_with(ending)));
    all.sort();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut drawn = 0;
    for path in all {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = folder.path().to_owned();
        let app = App::open(config, None).unwrap();
        // What cannot be read is the matter of other tests.
        let Ok((target, _)) = app.target_file(&path, &MappingOptions::default(), &Progress::default()) else {
            continue;
        };
        let wide = Sliders { activities: Some(100.0), paths: Some(100.0) };
        for sliders in [Sliders::default(), Sliders { paths: Some(0.0), ..Sliders::default() }, wide] {
            let asked = Asked { target: target.clone(), filter: Filter::default() };
            let wish = MapWish { sliders, ..MapWish::default() };
            let picture = runtime.block_on(app.picture(&asked, &wish)).unwrap();
            let (graph, scene) = (&picture.view.graph, &picture.scene);
            check(&path.to_string_lossy(), graph, scene);
            let joined = |at: usize| graph.edges.iter().any(|edge| edge.from == at || edge.to == at);
            assert!(joined(START) && joined(END), "{}", path.display());
            drawn += 1;
        }
    }
    assert!(drawn >= 150, "only {drawn} maps were drawn");
}
