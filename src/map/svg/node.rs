//! Nodes: filled by one of five steps of the metric, with the name, its figure, and how often the activity repeats.

use super::Picture;
use crate::draw::figure::{count, percent};
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::theme::{FREQUENCY, TIME, Theme, Token};
use crate::map::graph::{Kind, Node};
use crate::map::metric::{Metric, Range};
use crate::map::scene::{BADGE_INSIDE, BADGE_SIZE, FIGURE_SIZE, LINE, NAME_SIZE, SceneNode, badge, badge_width};

/// Radius of the corners, and width of the bar that says who does it.
const ROUND: f64 = 6.0;
const BAR: f64 = 4.0;

impl Picture<'_> {
    /// Draws a node.
    pub(super) fn node(&self, out: &mut String, at: usize, range: &Range) {
        let (node, scene) = (&self.graph.nodes[at], &self.scene.nodes[at]);
        let mut class = String::from("node");
        let marks = [
            ("is-terminal", node.kind != Kind::Activity),
            ("is-happy", scene.backbone),
            ("selected", self.picked == Some(scene.id.as_str())),
        ];
        marks.iter().filter(|(_, on)| *on).for_each(|(mark, _)| class.extend([" ", mark]));
        let place = format!("translate({} {})", number(scene.x), number(scene.y));
        let group = Attributes::new().text("data-node", &scene.id).text("data-label", &node.name);
        open(out, "g", &group.text("class", &class).text("transform", &place));
        if node.kind == Kind::Activity {
            let value = self.metric.of_node(node, self.graph);
            let nothing = || self.metric.nothing().to_owned();
            let figure = value.map_or_else(nothing, |value| self.metric.text(value, self.graph));
            let mut words = format!("{}: {} cases", node.name, count(node.cases));
            if self.metric != Metric::Cases {
                words.push_str(&format!(", {} {figure}", self.metric.title().to_lowercase()));
            }
            if let Some(share) = node.automated.filter(|_| self.metric != Metric::Automation) {
                words.push_str(&format!(", {} by programs", percent(share)));
            }
            self.open_link(out, &scene.id, &words);
            let step = value.map_or(0, |value| range.step(value));
            let (fill, ink) = if self.metric.is_time() { TIME[step] } else { FREQUENCY[step] };
            self.activity(out, scene, (fill, ink), &figure);
            if let Some(share) = node.automated {
                self.bar(out, scene, share);
            }
            self.badge(out, scene, node);
        } else {
            self.open_link(out, &scene.id, &format!("{}: {} cases", node.name, count(node.cases)));
            terminal(out, self.theme, node.kind);
        }
        self.close_link(out);
        close(out, "g");
    }

    fn activity(&self, out: &mut String, scene: &SceneNode, (fill, ink): (Token, Token), figure: &str) {
        let (w, h) = (scene.width, scene.height);
        let border = if scene.backbone { (Token::Accent, 1.5, 0.9) } else { (Token::NodeLine, 1.0, 0.55) };
        let frame = Attributes::new()
            .text("class", "node-box")
            .number("x", -w / 2.0)
            .number("y", -h / 2.0)
            .number("width", w)
            .number("height", h)
            .number("rx", ROUND)
            .text("fill", &self.color(fill))
            .text("stroke", &self.color(border.0))
            .number("stroke-width", border.1)
            .opacity("stroke-opacity", border.2);
        empty(out, "rect", &frame);
        let mut y = -h / 2.0 + 18.0;
        let ink = self.color(ink);
        let text = |y: f64, size: f64| {
            Attributes::new().number("y", y).text("text-anchor", "middle").number("font-size", size).text("fill", &ink)
        };
        for line in &scene.lines {
            element(out, "text", &text(y, NAME_SIZE).text("font-weight", "600"), line);
            y += LINE;
        }
        element(out, "text", &text(y, FIGURE_SIZE), figure);
    }

    /// Who does it, along the left border: people, and from below up to their share programs.
    fn bar(&self, out: &mut String, scene: &SceneNode, share: f64) {
        let (x, top, bottom) = (-scene.width / 2.0, -scene.height / 2.0, scene.height / 2.0);
        // Where the rounded corner meets the inner side of the bar.
        let notch = ROUND - (ROUND.powi(2) - (ROUND - BAR).powi(2)).sqrt();
        let at = |dx: f64, y: f64| format!("{} {}", number(x + dx), number(y));
        let corner = format!("A{ROUND} {ROUND} 0 0 0");
        let begin = |y: f64| format!("M{}L{}", at(BAR, y), at(0.0, y));
        let rounded = format!("M{}{corner} {}", at(BAR, top + notch), at(0.0, top + ROUND));
        let end = format!("L{}{corner} {}z", at(0.0, bottom - ROUND), at(BAR, bottom - notch));
        let straight = bottom - top - 2.0 * ROUND;
        let parts = match share {
            share if share >= 1.0 => vec![(Token::Auto, rounded)],
            share if share <= 0.0 => vec![(Token::Manual, rounded)],
            share => vec![(Token::Manual, rounded), (Token::Auto, begin(bottom - ROUND - straight * share))],
        };
        for (token, from) in parts {
            let path = Attributes::new().text("class", "node-bar").text("d", &format!("{from}{end}"));
            empty(out, "path", &path.text("fill", &self.color(token)));
        }
    }

    /// How often the activity happens again in a case that has had it.
    fn badge(&self, out: &mut String, scene: &SceneNode, node: &Node) {
        let label = badge(node);
        if label.is_empty() {
            return;
        }
        let room = badge_width(node);
        let x = scene.width / 2.0 - BADGE_INSIDE + room / 2.0;
        let place = format!("translate({} {})", number(x), number(-scene.height / 2.0));
        open(out, "g", &Attributes::new().text("class", "badge").text("transform", &place));
        element(
            out,
            "title",
            &Attributes::new(),
            &format!("Repeated {} times within cases", count(node.events - node.cases)),
        );
        let ground = Attributes::new().number("x", -room / 2.0).number("y", -8.0).number("width", room);
        let ground = ground.number("height", 16.0).number("rx", 8.0).text("fill", &self.color(Token::Card));
        empty(out, "rect", &ground.text("stroke", &self.color(Token::LineStrong)));
        let ink = Attributes::new().number("y", 4.0).text("text-anchor", "middle").number("font-size", BADGE_SIZE);
        element(out, "text", &ink.text("fill", &self.color(Token::Muted)), &label);
        close(out, "g");
    }
}

/// A circle to set off from, a circle to arrive at.
pub(in crate::map) fn terminal(out: &mut String, theme: Theme, kind: Kind) {
    let fill = if kind == Kind::Start { Token::C2 } else { Token::End };
    let circle = Attributes::new().text("class", "node-box").number("r", 14.0);
    empty(out, "circle", &circle.text("fill", &theme.color(fill)));
    let sign = if kind == Kind::Start { "M-3.5 -5L5.5 0L-3.5 5z" } else { "M-4.5 -4.5h9v9h-9z" };
    empty(out, "path", &Attributes::new().text("d", sign).text("fill", &theme.color(Token::OnEnd)));
}
