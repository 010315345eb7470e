//! The geometry of a map as data: the one source of the picture on a page, in a file and in a report.

use super::graph::{END, Graph, Kind, Node, START};
use super::layout::{self, Link, Piece, Point, Problem, TimedOut, layout};
use super::metric::Metric;
use super::skeleton::Skeleton;
use crate::draw::figure::count;
use crate::draw::text::{Weight, width, wrap};
use serde::Serialize;
use std::time::Instant;

/// Size of the names on nodes, and of the figure below.
pub const NAME_SIZE: f64 = 13.0;
/// Size of the figure of the metric on nodes.
pub const FIGURE_SIZE: f64 = 12.0;
/// Size of labels.
pub const LABEL_SIZE: f64 = 11.5;
/// Height of a line of text on a node.
pub const LINE: f64 = 16.0;
const NAME_WIDTH: f64 = 156.0;
const NAME_LINES: usize = 3;
const NODE_PADDING: f64 = 28.0;
const NODE_WIDTH: f64 = 92.0;
const LABEL_PADDING: f64 = 10.0;
const TERMINAL: f64 = 28.0;
/// Each link needs so much of a node's side, up to a limit.
const PER_LINK: f64 = 18.0;
const WIDEST: f64 = 280.0;
/// Width of a self-loop without its label.
const LOOP: f64 = 28.0;
/// So far a badge reaches over the right border, at least.
pub const BADGE_INSIDE: f64 = 12.0;
/// Size of the figure on a badge.
pub const BADGE_SIZE: f64 = 11.0;

/// A node where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SceneNode {
    /// Stays the same from view to view: the name with `%` and `>` as `%XX`, or `start` and `end`.
    pub id: String,
    /// What it stands for.
    pub kind: Kind,
    /// The activity.
    pub name: String,
    /// The same, broken into lines.
    pub lines: Vec<String>,
    /// Middle.
    pub x: f64,
    /// Middle.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Whether the happy path runs through it.
    pub backbone: bool,
}

/// An edge where it runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SceneEdge {
    /// Ids of its ends, joined by `>`.
    pub id: String,
    /// Where it begins, among the nodes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// First point.
    pub start: Point,
    /// Its way.
    pub path: Vec<Piece>,
    /// Middle of its label.
    pub label: Point,
    /// Room for its label.
    pub label_width: f64,
    /// Whether it leads upwards, to what usually happens earlier.
    pub back: bool,
    /// Whether it is part of the happy path.
    pub backbone: bool,
}

/// Room that figures need, whichever metric is shown: a metric does not change the geometry.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    /// Width of the widest figure of each node.
    pub figures: Vec<f64>,
    /// Lines of figures on a node.
    pub lines: usize,
    /// Width of the widest label of each edge, without its padding.
    pub labels: Vec<f64>,
}

impl Room {
    /// For the metrics of a map.
    pub fn of(graph: &Graph) -> Self {
        let widest = |texts: Vec<String>, size: f64| {
            texts.iter().map(|text| width(text, size, Weight::Regular)).fold(0.0, f64::max)
        };
        let figures = graph.nodes.iter().map(|node| {
            let texts = Metric::ALL.iter().filter_map(|metric| Some(metric.text(metric.of_node(node, graph)?, graph)));
            widest(texts.collect(), FIGURE_SIZE)
        });
        let labels = graph.edges.iter().map(|edge| {
            let texts = Metric::ALL.iter().filter_map(|metric| Some(metric.text(metric.of_edge(edge, graph)?, graph)));
            widest(texts.collect(), LABEL_SIZE)
        });
        Self { figures: figures.collect(), lines: 1, labels: labels.collect() }
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scene {
    /// Width of the picture in pixels.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
    /// The nodes, in the order of the graph.
    pub nodes: Vec<SceneNode>,
    /// The edges, in the order of the graph.
    pub edges: Vec<SceneEdge>,
}

impl Scene {
    /// Lays a graph out along a skeleton.
    ///
    /// # Errors
    /// `TimedOut` if `deadline` passes first.
    pub fn new(graph: &Graph, skeleton: &Skeleton, deadline: Option<Instant>) -> Result<Self, TimedOut> {
        Self::with_room(graph, skeleton, &Room::of(graph), deadline)
    }

    /// As [`Self::new`], for figures that need other room.
    ///
    /// # Errors
    /// `TimedOut` if `deadline` passes first.
    pub fn with_room(
        graph: &Graph,
        skeleton: &Skeleton,
        room: &Room,
        deadline: Option<Instant>,
    ) -> Result<Self, TimedOut> {
        let mut nodes: Vec<SceneNode> =
            (0..graph.nodes.len()).map(|at| scene_node(at, graph, skeleton, room)).collect();
        let steps = backbone(graph, skeleton);
        let line: Vec<(usize, usize)> = steps.iter().filter(|pair| has_edge(graph, **pair)).copied().collect();
        let labels: Vec<f64> = room.labels.iter().map(|label| (label + LABEL_PADDING).ceil()).collect();
        // The layout wants the start first and the end last.
        let last = graph.nodes.len() - 1;
        let place = |at: usize| match at {
            START => START,
            END => last,
            at => at - 1,
        };
        let mut problem = Problem { nodes: Vec::with_capacity(nodes.len()), ..Problem::default() };
        let order = [START].into_iter().chain(2..graph.nodes.len()).chain([END]);
        problem.nodes = order.map(|at| layout_node(graph, &nodes, &labels, skeleton, at)).collect();
        let most = graph.edges.iter().map(|edge| edge.count).max().unwrap_or(1).max(1) as f64;
        let drawn: Vec<usize> =
            (0..graph.edges.len()).filter(|at| graph.edges[*at].from != graph.edges[*at].to).collect();
        problem.links = drawn
            .iter()
            .map(|at| {
                let edge = &graph.edges[*at];
                let backbone = line.contains(&(edge.from, edge.to));
                let share = edge.count as f64 / most;
                Link { from: place(edge.from), to: place(edge.to), label: labels[*at], share, backbone }
            })
            .collect();
        problem.ghosts = ghosts(graph, skeleton, &place);
        // Where a step of the happy path is hidden, the next still stands below: the whole line has one place.
        let gaps = steps.iter().filter(|pair| !has_edge(graph, **pair));
        problem.ghosts.extend(gaps.map(|(from, to)| Link::unseen(place(*from), place(*to), 0.0)));
        let layout = layout(&problem, deadline)?;
        for (at, node) in nodes.iter_mut().enumerate() {
            let Point { x, y } = layout.nodes[place(at)];
            (node.x, node.y) = (x, y);
        }
        let mut routes = layout.links.into_iter();
        let edges = (0..graph.edges.len())
            .map(|at| {
                let edge = &graph.edges[at];
                let id = format!("{}>{}", nodes[edge.from].id, nodes[edge.to].id);
                let backbone = line.contains(&(edge.from, edge.to));
                let route = if edge.from == edge.to { None } else { routes.next() };
                let (start, path, label, back) = match route {
                    Some(route) => (route.start, route.pieces, route.label, route.back),
                    None => self_loop(&nodes[edge.from], labels[at]),
                };
                SceneEdge {
                    id,
                    from: edge.from,
                    to: edge.to,
                    start,
                    path,
                    label,
                    label_width: labels[at],
                    back,
                    backbone,
                }
            })
            .collect();
        Ok(Self { width: layout.width, height: layout.height, nodes, edges })
    }
}

/// How often the activity happens again in a case that has had it, as its badge says; empty if it does not.
pub fn badge(node: &Node) -> String {
    let again = node.events - node.cases;
    if node.kind == Kind::Activity && again > 0 { format!("+{}", count(again)) } else { String::new() }
}

/// Width of the badge.
pub fn badge_width(node: &Node) -> f64 {
    let text = badge(node);
    if text.is_empty() { BADGE_INSIDE } else { width(&text, BADGE_SIZE, Weight::Regular) + 12.0 }
}

/// An id of a node that can be part of the id of an edge.
pub fn node_id(node: &Node) -> String {
    match node.kind {
        Kind::Start => "start".to_owned(),
        Kind::End => "end".to_owned(),
        Kind::Activity => activity_id(&node.name),
    }
}

/// The id of an activity's node.
pub fn activity_id(name: &str) -> String {
    match name {
        // Activities of these names are told from the pseudo-nodes.
        "start" => "%73tart".to_owned(),
        "end" => "%65nd".to_owned(),
        name => name.replace('%', "%25").replace('>', "%3E"),
    }
}

/// Links on the upper side of the node, or on the lower one, whichever are more: what goes back leaves above and arrives
/// below.
fn ports(graph: &Graph, skeleton: &Skeleton, at: usize) -> usize {
    let own = key(graph, skeleton, at);
    let (mut above, mut below) = (0, 0);
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to && (edge.from == at || edge.to == at)) {
        let other = key(graph, skeleton, if edge.from == at { edge.to } else { edge.from });
        *(if other < own { &mut above } else { &mut below }) += 1;
    }
    above.max(below)
}

/// Where a node tends to happen.
fn key(graph: &Graph, skeleton: &Skeleton, at: usize) -> f64 {
    match at {
        START => f64::MIN,
        END => f64::MAX,
        at => skeleton.keys.get(&graph.nodes[at].name).copied().unwrap_or(graph.nodes[at].position),
    }
}

fn scene_node(at: usize, graph: &Graph, skeleton: &Skeleton, room: &Room) -> SceneNode {
    let node = &graph.nodes[at];
    let id = node_id(node);
    let backbone = node.kind != Kind::Activity || skeleton.backbone.contains(&node.name);
    let (lines, size) = match node.kind {
        Kind::Activity => {
            let lines = wrap(&node.name, NAME_WIDTH, NAME_SIZE, Weight::Semibold, NAME_LINES);
            let name = lines.iter().map(|line| width(line, NAME_SIZE, Weight::Semibold)).fold(0.0, f64::max);
            let figure = room.figures[at];
            let ports = ports(graph, skeleton, at) as f64 * PER_LINK + NODE_PADDING / 2.0;
            let wide = (name.max(figure) + NODE_PADDING).max(NODE_WIDTH).max(ports.min(WIDEST)).ceil();
            let high = 12.0 + LINE * (lines.len() + room.lines) as f64;
            (lines, (wide, high))
        }
        _ => (Vec::new(), (TERMINAL, TERMINAL)),
    };
    let (width, height) = size;
    SceneNode { id, kind: node.kind, name: node.name.clone(), lines, x: 0.0, y: 0.0, width, height, backbone }
}

fn layout_node(graph: &Graph, nodes: &[SceneNode], labels: &[f64], skeleton: &Skeleton, at: usize) -> layout::Node {
    let node = &nodes[at];
    let own = graph.edges.iter().position(|edge| edge.from == at && edge.to == at);
    layout::Node {
        width: node.width,
        height: node.height,
        right: own.map_or(0.0, |edge| LOOP + labels[edge]).max(badge_width(&graph.nodes[at]) - BADGE_INSIDE),
        key: key(graph, skeleton, at),
        hint: skeleton.places.get(&node.name).copied(),
    }
}

/// The steps of the happy path between the activities that are shown; not every one needs to be drawn.
fn backbone(graph: &Graph, skeleton: &Skeleton) -> Vec<(usize, usize)> {
    let shown = skeleton.backbone.iter().filter_map(|activity| graph.find(activity));
    let path: Vec<usize> = [START].into_iter().chain(shown).chain([END]).collect();
    path.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

fn has_edge(graph: &Graph, pair: (usize, usize)) -> bool {
    graph.edges.iter().any(|edge| (edge.from, edge.to) == pair)
}

fn ghosts(graph: &Graph, skeleton: &Skeleton, place: &dyn Fn(usize) -> usize) -> Vec<Link> {
    let link = |(from, to, share): &(String, String, f64)| {
        let (from, to) = (graph.find(from)?, graph.find(to)?);
        (!has_edge(graph, (from, to))).then(|| Link::unseen(place(from), place(to), *share))
    };
    skeleton.links.iter().filter_map(link).collect()
}

/// From the right side of a node back to it.
fn self_loop(node: &SceneNode, label: f64) -> (Point, Vec<Piece>, Point, bool) {
    let x = node.x + node.width / 2.0;
    let at = |dx: f64, dy: f64| Point { x: tenth(x + dx), y: tenth(node.y + dy) };
    let curve = Piece::Curve { first: at(32.0, -16.0), second: at(32.0, 24.0), to: at(0.0, 12.0) };
    (at(0.0, -4.0), vec![curve], at(LOOP + label / 2.0, 4.0), false)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
