//! A map of two sides: grey what is alike, one colour for more on the first side, another for more on the second. Every
//! colour has a sign and a figure beside it.

use super::edge::{line, pill, tip};
use super::node::terminal;
use super::{Href, Sheet, close_link, happy_path, open_link};
use crate::draw::figure::count;
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::text::{Weight, width};
use crate::draw::theme::{Theme, Token};
use crate::map::compare::{Level, METRICS, Sides, both, kind, label, level};
use crate::map::graph::{END, Graph, Kind, START};
use crate::map::metric::Metric;
use crate::map::scene::{FIGURE_SIZE, LABEL_SIZE, LINE, NAME_SIZE, Room, Scene, SceneNode, node_id};
use crate::model::comparison::{Amount, Compared};
use crate::model::kind::Kind as Unit;

/// What is drawn, and how.
#[derive(Clone, Copy)]
pub struct ComparedPicture<'a> {
    /// Name of the process.
    pub title: &'a str,
    /// The numbers of both sides.
    pub sides: &'a Sides,
    /// What is drawn of both together.
    pub graph: &'a Graph,
    /// The geometry, made of the same graph.
    pub scene: &'a Scene,
    /// What the figures are.
    pub metric: Metric,
    /// For whom.
    pub theme: Theme,
    /// Id of the node or edge that is chosen.
    pub picked: Option<&'a str>,
    /// Addresses of nodes and of edges; only pages have them.
    pub href: Option<Href<'a>>,
}

/// Room for the figures of every metric that can be compared.
pub fn room(graph: &Graph, sides: &Sides) -> Room {
    let wide = |text: &str, size: f64| width(text, size, Weight::Regular);
    let of_node = |at: usize| {
        let id = node_id(&graph.nodes[at]);
        let texts = METRICS.iter().map(|metric| (kind(*metric), sides.node(&id, *metric)));
        let widths = texts.map(|(kind, compared)| {
            wide(&label(kind, &compared), FIGURE_SIZE).max(wide(&both(kind, &compared), LABEL_SIZE))
        });
        widths.fold(0.0, f64::max)
    };
    let of_edge = |at: usize| {
        let edge = &graph.edges[at];
        let id = format!("{}>{}", node_id(&graph.nodes[edge.from]), node_id(&graph.nodes[edge.to]));
        let widths = METRICS.iter().map(|metric| wide(&label(kind(*metric), &sides.edge(&id, *metric)), LABEL_SIZE));
        widths.fold(0.0, f64::max)
    };
    Room {
        figures: (0..graph.nodes.len()).map(of_node).collect(),
        lines: 2,
        labels: (0..graph.edges.len()).map(of_edge).collect(),
    }
}

impl ComparedPicture<'_> {
    /// As SVG.
    pub fn svg(&self) -> String {
        let sheet = Sheet { scene: self.scene, theme: self.theme, is_linked: self.href.is_some() };
        let title = format!("Comparison of two sides of {}", self.title);
        sheet.svg(&title, &self.description(), |out| self.edges(out), |out| self.nodes(out))
    }

    fn description(&self) -> String {
        let (a, b) = (self.sides.a.cases, self.sides.b.cases);
        let mut text = format!(
            "{} by activity and path, {} cases on side A, {} on side B; figures are A minus B.",
            self.metric.title(),
            count(a),
            count(b)
        );
        if self.sides.is_one_empty() {
            text.push_str(" A side without cases has no comparable data.");
        }
        let path = happy_path(self.scene);
        if !path.is_empty() {
            text.push_str(&format!(" The happy path is {}.", path.join(", ")));
        }
        text
    }

    /// The rarest first, so that what matters lies on top.
    fn edges(&self, out: &mut String) {
        let most = self.graph.edges.iter().map(|edge| edge.cases).max().unwrap_or(1).max(1) as f64;
        let mut order: Vec<usize> = (0..self.graph.edges.len()).collect();
        order.sort_by_key(|at| (self.scene.edges[*at].backbone, self.graph.edges[*at].cases, *at));
        for at in order {
            self.edge(out, at, self.graph.edges[at].cases as f64 / most);
        }
    }

    fn nodes(&self, out: &mut String) {
        for scene in &self.scene.nodes {
            self.node(out, scene);
        }
    }

    fn edge(&self, out: &mut String, at: usize, share: f64) {
        let (edge, scene) = (&self.graph.edges[at], &self.scene.edges[at]);
        let (unit, compared) = (kind(self.metric), self.sides.edge(&scene.id, self.metric));
        let level = level(unit, &compared);
        let is_terminal = edge.from == START || edge.to == END;
        let marks = [
            ("is-back", scene.back),
            ("is-loop", edge.from == edge.to),
            ("is-terminal", is_terminal),
            ("selected", self.picked == Some(scene.id.as_str())),
        ];
        open(out, "g", &Attributes::new().text("data-edge", &scene.id).text("class", &class("edge", level, &marks)));
        let name = |at: usize| self.graph.nodes[at].name.as_str();
        let mut words = self.words(&format!("{} to {}", name(edge.from), name(edge.to)), &compared);
        if scene.back {
            words.push_str(" (goes back: rework)");
        }
        open_link(self.href, out, &scene.id, &words);
        let line = line(scene);
        if self.href.is_some() {
            // Thin lines are hard to hit.
            let hit = Attributes::new().text("class", "edge-hit").text("d", &line).text("fill", "none");
            empty(out, "path", &hit.text("stroke", "transparent").text("stroke-width", "16"));
        }
        let (color, opacity) = stroke(level);
        let (color, wide) = (self.theme.color(color), 1.0 + 6.0 * share.sqrt());
        let path = Attributes::new().text("class", "edge-line").text("d", &line).text("fill", "none");
        let path = path.text("stroke", &color).number("stroke-width", wide).opacity("stroke-opacity", opacity);
        let dashes = if is_terminal { Some("4 4") } else { is_one_sided(&compared).then_some("9 4") };
        empty(
            out,
            "path",
            &dashes.map_or_else(|| path.clone(), |dashes| path.clone().text("stroke-dasharray", dashes)),
        );
        let tip = Attributes::new().text("class", "edge-tip").text("d", &tip(scene, wide)).text("fill", &color);
        empty(out, "path", &tip.opacity("fill-opacity", opacity.max(0.75)));
        let text = label(unit, &compared);
        if !text.is_empty() {
            pill(out, self.theme, scene, &text, ink(level));
        }
        close_link(self.href, out);
        close(out, "g");
    }

    fn node(&self, out: &mut String, scene: &SceneNode) {
        let unit = kind(self.metric);
        let is_activity = scene.kind == Kind::Activity;
        // At start and end every case of a side is.
        let metric = if is_activity { self.metric } else { Metric::Cases };
        let compared = self.sides.node(&scene.id, metric);
        let level = if is_activity { level(unit, &compared) } else { Level::Same };
        let marks = [("is-terminal", !is_activity), ("selected", self.picked == Some(scene.id.as_str()))];
        let place = format!("translate({} {})", number(scene.x), number(scene.y));
        let group = Attributes::new().text("data-node", &scene.id).text("data-label", &scene.name);
        open(out, "g", &group.text("class", &class("node", level, &marks)).text("transform", &place));
        if is_activity {
            open_link(self.href, out, &scene.id, &self.words(&scene.name, &compared));
            self.activity(out, scene, level, &compared);
        } else {
            let cases = both(crate::map::compare::kind(metric), &compared);
            open_link(self.href, out, &scene.id, &format!("{}: cases {cases}", scene.name));
            terminal(out, self.theme, scene.kind);
        }
        close_link(self.href, out);
        close(out, "g");
    }

    fn activity(&self, out: &mut String, scene: &SceneNode, level: Level, compared: &Compared) {
        let (w, h) = (scene.width, scene.height);
        let (fill, border, ink) = ground(level);
        let frame = Attributes::new()
            .text("class", "node-box")
            .number("x", -w / 2.0)
            .number("y", -h / 2.0)
            .number("width", w)
            .number("height", h)
            .number("rx", 6.0)
            .text("fill", &self.theme.color(fill))
            .text("stroke", &self.theme.color(border))
            .number("stroke-width", if matches!(level, Level::A(_) | Level::B(_)) { 1.5 } else { 1.0 });
        let is_one_sided = is_one_sided(compared);
        empty(out, "rect", &if is_one_sided { frame.text("stroke-dasharray", "5 3") } else { frame });
        let ink = self.theme.color(ink);
        let mut y = -h / 2.0 + 18.0;
        let text = |y: f64, size: f64| {
            Attributes::new().number("y", y).text("text-anchor", "middle").number("font-size", size).text("fill", &ink)
        };
        for line in &scene.lines {
            element(out, "text", &text(y, NAME_SIZE).text("font-weight", "600"), line);
            y += LINE;
        }
        let unit = kind(self.metric);
        let is_nowhere = compared.a.is_none() && compared.b.is_none();
        element(out, "text", &text(y, FIGURE_SIZE), &in_short(unit, compared));
        // What is on one side only has been said with its figure.
        if !is_one_sided && !is_nowhere {
            element(out, "text", &text(y + LINE, LABEL_SIZE), &both(unit, compared));
        }
    }

    fn words(&self, name: &str, compared: &Compared) -> String {
        let unit = kind(self.metric);
        format!("{name}: {} {}; {}", self.metric.title(), both(unit, compared), in_short(unit, compared))
    }
}

/// The difference, or why there is none.
fn in_short(unit: Unit, compared: &Compared) -> String {
    match (compared.a, compared.b) {
        (None, None) => "no wait".to_owned(),
        _ => Some(label(unit, compared))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| "no comparable data".to_owned()),
    }
}

/// Whether only one side has it, in some figure.
fn is_one_sided(compared: &Compared) -> bool {
    let there = |side: Option<Amount>| side.is_some_and(|side| side.value() != 0.0);
    there(compared.a) != there(compared.b)
}

fn class(kind: &str, level: Level, marks: &[(&str, bool)]) -> String {
    let mut class = kind.to_owned();
    class.push_str(match level {
        Level::Unknown => " is-unknown",
        Level::Same => " is-same",
        Level::A(_) => " is-more-a",
        Level::B(_) => " is-more-b",
    });
    marks.iter().filter(|(_, on)| *on).for_each(|(mark, _)| class.extend([" ", mark]));
    class
}

/// Colour and opacity of an edge.
fn stroke(level: Level) -> (Token, f64) {
    match level {
        Level::Unknown => (Token::Same, 0.5),
        Level::Same => (Token::Same, 0.6),
        Level::A(far) => (Token::MoreA, if far { 1.0 } else { 0.7 }),
        Level::B(far) => (Token::MoreB, if far { 1.0 } else { 0.7 }),
    }
}

/// Colour of a label.
fn ink(level: Level) -> Token {
    match level {
        Level::Unknown | Level::Same => Token::Muted,
        Level::A(_) => Token::MoreA,
        Level::B(_) => Token::MoreB,
    }
}

/// Ground, border and text of a node.
fn ground(level: Level) -> (Token, Token, Token) {
    match level {
        Level::Unknown => (Token::Card, Token::NodeLine, Token::Muted),
        Level::Same => (Token::Hover, Token::NodeLine, Token::Fg),
        Level::A(false) => (Token::MoreASoft, Token::MoreA, Token::Fg),
        Level::A(true) => (Token::MoreA, Token::MoreA, Token::OnAccent),
        Level::B(false) => (Token::MoreBSoft, Token::MoreB, Token::Fg),
        Level::B(true) => (Token::MoreB, Token::MoreB, Token::OnAccent),
    }
}
