//! The shapes of a model: circles, boxes, diamonds.

use super::{Drawn, FIGURE_SIZE, Href, LINE, NAME_SIZE};
use crate::draw::figure::count;
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::theme::{Theme, Token};
use crate::map::graph::Kind;
use crate::map::svg::terminal;
use crate::model::flowchart::{Marks, Shape};

/// Corners of boxes.
const ROUND: f64 = 8.0;

impl Drawn {
    pub(super) fn shape(&self, out: &mut String, theme: Theme, at: usize, href: Option<Href<'_>>) {
        let (shape, place) = (&self.chart.shapes[at], self.at(at));
        let move_to = format!("translate({} {})", number(place.x), number(place.y));
        let class = match shape {
            Shape::Start | Shape::End => "node is-terminal",
            Shape::Choice | Shape::Parallel => "gateway",
            Shape::Step { .. } => "node",
            Shape::Foreign { .. } => "node is-foreign",
        };
        open(out, "g", &Attributes::new().text("class", class).text("transform", &move_to));
        let (words, deviation) = words(shape, self.held);
        let link = href.zip(deviation);
        if let Some((href, id)) = link {
            open(out, "a", &Attributes::new().text("href", &href(id)).text("aria-label", &words));
        }
        if !words.is_empty() {
            element(out, "title", &Attributes::new(), &words);
        }
        match shape {
            Shape::Start => terminal(out, theme, Kind::Start),
            Shape::End => terminal(out, theme, Kind::End),
            Shape::Choice => diamond(out, theme, "M-5 -5L5 5M5 -5L-5 5"),
            Shape::Parallel => diamond(out, theme, "M-7 0H7M0 -7V7"),
            Shape::Step { marks, .. } => self.step(out, theme, at, border(marks)),
            Shape::Foreign { .. } => self.step(out, theme, at, (Token::Bad, 2.0, false)),
        }
        if link.is_some() {
            close(out, "a");
        }
        close(out, "g");
    }

    fn step(&self, out: &mut String, theme: Theme, at: usize, (token, wide, dashed): (Token, f64, bool)) {
        let own = &self.boxes[at];
        let (w, h) = (own.width, own.height);
        let frame = Attributes::new()
            .text("class", "node-box")
            .number("x", -w / 2.0)
            .number("y", -h / 2.0)
            .number("width", w)
            .number("height", h)
            .number("rx", ROUND)
            .text("fill", &theme.color(Token::Card))
            .text("stroke", &theme.color(token))
            .number("stroke-width", wide);
        empty(out, "rect", &if dashed { frame.text("stroke-dasharray", "6 4") } else { frame });
        let mut y = -h / 2.0 + 18.0;
        let text = |y: f64, size: f64, token: Token| {
            let ink = Attributes::new().number("y", y).text("text-anchor", "middle").number("font-size", size);
            ink.text("fill", &theme.color(token))
        };
        for line in &own.lines {
            element(out, "text", &text(y, NAME_SIZE, Token::Fg).text("font-weight", "600"), line);
            y += LINE;
        }
        for (line, token) in &own.told {
            element(out, "text", &text(y, FIGURE_SIZE, *token), line);
            y += LINE;
        }
    }
}

/// Border of a step: dashed where some cases leave it out, amber where some do it out of place.
fn border(marks: &Marks) -> (Token, f64, bool) {
    match (marks.skipped > 0, marks.misplaced > 0) {
        (true, _) => (Token::Bad, 1.5, true),
        (_, true) => (Token::Warn, 1.5, false),
        _ => (Token::NodeLine, 1.0, false),
    }
}

fn diamond(out: &mut String, theme: Theme, sign: &str) {
    let shape = Attributes::new().text("class", "node-box").text("d", "M0 -17L17 0L0 17L-17 0z");
    let shape = shape.text("fill", &theme.color(Token::Card)).text("stroke", &theme.color(Token::NodeLine));
    empty(out, "path", &shape.number("stroke-width", 1.2));
    let sign = Attributes::new().text("d", sign).text("fill", "none").text("stroke", &theme.color(Token::Muted));
    empty(out, "path", &sign.number("stroke-width", 2.0));
}

/// What a shape is, and the difference behind it.
fn words(shape: &Shape, held: bool) -> (String, Option<&str>) {
    match shape {
        Shape::Start => ("Start".to_owned(), None),
        Shape::End => ("End".to_owned(), None),
        Shape::Choice => ("One of these ways".to_owned(), None),
        Shape::Parallel => ("All of these ways".to_owned(), None),
        Shape::Foreign { name, cases, deviation } => {
            (format!("{name}, not part of the flow: {} cases", count(*cases)), Some(deviation))
        }
        Shape::Step { name, .. } if !held => (name.clone(), None),
        Shape::Step { name, marks } => {
            let mut words = format!("{name}: {} cases", count(marks.cases));
            if marks.skipped > 0 {
                words.push_str(&format!(", left out by {}", count(marks.skipped)));
            }
            if marks.misplaced > 0 {
                words.push_str(&format!(", out of place in {}", count(marks.misplaced)));
            }
            (words, marks.deviation.as_deref())
        }
    }
}
