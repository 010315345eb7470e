//! Edges: as thick as frequent; in the colour of the happy path, of plain links, or of the wait.

use super::{Picture, way};
use crate::draw::figure::count;
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::text::{Weight, width};
use crate::draw::theme::{Theme, Token, WAIT};
use crate::map::graph::{END, Edge, START};
use crate::map::metric::{Metric, Range};
use crate::map::scene::{LABEL_SIZE, SceneEdge};
use std::fmt::Write;

/// How an edge looks.
struct Stroke {
    color: String,
    width: f64,
    opacity: f64,
    dashed: bool,
}

impl Picture<'_> {
    /// Draws an edge that has this share of the cases of the most frequent one.
    pub(super) fn edge(&self, out: &mut String, at: usize, share: f64, range: &Range) {
        let (edge, scene) = (&self.graph.edges[at], &self.scene.edges[at]);
        let value = self.metric.of_edge(edge, self.graph);
        let text = value.map(|value| self.metric.text(value, self.graph)).unwrap_or_default();
        let stroke = self.stroke(edge, scene, share, value, range);
        let mut class = String::from("edge");
        let marks = [
            ("is-happy", scene.backbone),
            ("is-back", scene.back),
            ("is-loop", edge.from == edge.to),
            ("is-terminal", stroke.dashed),
            ("selected", self.picked == Some(scene.id.as_str())),
        ];
        marks.iter().filter(|(_, on)| *on).for_each(|(mark, _)| class.extend([" ", mark]));
        open(out, "g", &Attributes::new().text("data-edge", &scene.id).text("class", &class));
        self.open_link(out, &scene.id, &self.words(edge, scene, &text));
        let line = line(scene);
        if self.href.is_some() {
            // Thin lines are hard to hit.
            let hit = Attributes::new().text("class", "edge-hit").text("d", &line).text("fill", "none");
            empty(out, "path", &hit.text("stroke", "transparent").text("stroke-width", "16"));
        }
        let path = Attributes::new()
            .text("class", "edge-line")
            .text("d", &line)
            .text("fill", "none")
            .text("stroke", &stroke.color)
            .number("stroke-width", stroke.width)
            .opacity("stroke-opacity", stroke.opacity);
        empty(out, "path", &if stroke.dashed { path.text("stroke-dasharray", "4 4") } else { path });
        let tip = Attributes::new().text("class", "edge-tip").text("d", &tip(scene, stroke.width));
        empty(out, "path", &tip.text("fill", &stroke.color).opacity("fill-opacity", stroke.opacity.max(0.75)));
        if !text.is_empty() {
            pill(out, self.theme, scene, &text, Token::Muted);
        }
        self.close_link(out);
        close(out, "g");
    }

    fn stroke(&self, edge: &Edge, scene: &SceneEdge, share: f64, value: Option<f64>, range: &Range) -> Stroke {
        let (width, opacity) = (1.0 + 6.0 * share.sqrt(), 0.35 + 0.6 * share.sqrt());
        let dashed = edge.from == START || edge.to == END;
        let (token, opacity) = match value {
            Some(value) if self.metric.is_time() => (WAIT[range.step(value)], opacity.max(0.8)),
            _ if self.metric.is_time() => (Token::Edge, opacity),
            _ if scene.backbone => (Token::Accent, 0.95),
            _ => (Token::Edge, opacity),
        };
        Stroke { color: self.color(token), width, opacity, dashed }
    }

    fn words(&self, edge: &Edge, scene: &SceneEdge, text: &str) -> String {
        let name = |at: usize| self.graph.nodes[at].name.as_str();
        let mut words = format!("{} to {}: {} cases", name(edge.from), name(edge.to), count(edge.cases));
        if self.metric != Metric::Cases && !text.is_empty() {
            let _ = write!(words, ", {} {text}", self.metric.title().to_lowercase());
        }
        if scene.back {
            words.push_str(" (goes back: rework)");
        }
        words
    }
}

/// The label of an edge, on ground of its own.
pub(super) fn pill(out: &mut String, theme: Theme, scene: &SceneEdge, text: &str, ink: Token) {
    let room = width(text, LABEL_SIZE, Weight::Regular) + 8.0;
    // That of a loop stands close to it, however much room the widest figure would need.
    let x = if scene.from == scene.to { scene.label.x + (room - scene.label_width) / 2.0 } else { scene.label.x };
    let place = format!("translate({} {})", number(x), number(scene.label.y));
    open(out, "g", &Attributes::new().text("class", "pill").text("transform", &place));
    let ground = Attributes::new().number("x", -room / 2.0).number("y", -8.0).number("width", room);
    let ground = ground.number("height", 16.0).number("rx", 8.0).text("fill", &theme.color(Token::Card));
    empty(out, "rect", &ground.opacity("fill-opacity", 0.92));
    let text_at = Attributes::new().number("y", 4.0).text("text-anchor", "middle").number("font-size", LABEL_SIZE);
    element(out, "text", &text_at.text("fill", &theme.color(ink)), text);
    close(out, "g");
}

/// The way as the `d` of a path.
pub(super) fn line(edge: &SceneEdge) -> String {
    way::line(edge.start, &edge.path)
}

/// The arrow head: links arrive upright, loops from the right.
pub(super) fn tip(scene: &SceneEdge, width: f64) -> String {
    if scene.from != scene.to {
        return way::tip(scene.start, &scene.path, scene.back, width);
    }
    let (half, length) = way::head(width);
    let end = way::end(scene.start, &scene.path);
    format!("M{} {}l{} {}v{}z", number(end.x), number(end.y), number(length), number(-half), number(2.0 * half))
}
