//! A process model drawn with the layout of the map: steps as boxes, gateways as diamonds, what cases did of it as marks.
//! Differences never show by colour alone: what was left out is dashed and says so, what is foreign has an exclamation
//! mark.

mod shapes;

use super::layout::{Layout, Link, Node, Point, Problem, TimedOut, layout};
use super::svg::way;
use crate::draw::figure::count;
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::text::{Weight, width, wrap};
use crate::draw::theme::{Theme, Token};
use crate::model::flowchart::{Flowchart, Shape};
use std::collections::BTreeSet;
use std::time::Instant;

/// Size of names, and of what stands below.
const NAME_SIZE: f64 = 13.0;
const FIGURE_SIZE: f64 = 12.0;
const LINE: f64 = 16.0;
const NAME_WIDTH: f64 = 150.0;
const NAME_LINES: usize = 3;
const PADDING: f64 = 28.0;
const NARROWEST: f64 = 92.0;
const TERMINAL: f64 = 28.0;
/// Width and height of a diamond.
const DIAMOND: f64 = 34.0;

/// A model where it stands.
#[derive(Debug)]
pub struct Drawn {
    chart: Flowchart,
    boxes: Vec<Boxed>,
    layout: Layout,
    /// Arrows of the usual way.
    usual: BTreeSet<(usize, usize)>,
    /// Whether cases were held against it.
    held: bool,
}

/// A shape before it has a place.
#[derive(Debug)]
struct Boxed {
    lines: Vec<String>,
    /// What is told below the name, with the token of its colour.
    told: Vec<(String, Token)>,
    width: f64,
    height: f64,
}

/// Addresses behind differences, by their ids.
pub type Href<'a> = &'a dyn Fn(&str) -> String;

impl Drawn {
    /// Lays a model out. `cases` are those that were held against it.
    ///
    /// # Errors
    /// `TimedOut` if `deadline` passes first.
    pub fn new(chart: Flowchart, cases: i64, deadline: Option<Instant>) -> Result<Self, TimedOut> {
        let order = order(&chart);
        let usual = usual(&chart, &order, cases);
        let boxes: Vec<Boxed> = chart.shapes.iter().map(|shape| boxed(shape, cases > 0)).collect();
        // The layout wants the start first and the end last.
        let (start, end) = ends(&chart);
        let inner = (0..chart.shapes.len()).filter(|at| ![start, end].contains(at));
        let placed: Vec<usize> = [start].into_iter().chain(inner).chain([end]).collect();
        let mut place = vec![0; chart.shapes.len()];
        placed.iter().enumerate().for_each(|(number, at)| place[*at] = number);
        let node = |at: &usize| Node {
            width: boxes[*at].width,
            height: boxes[*at].height,
            right: 0.0,
            key: order[*at] as f64,
            hint: None,
        };
        let link = |(from, to): &(usize, usize)| Link {
            from: place[*from],
            to: place[*to],
            label: 0.0,
            share: if usual.contains(&(*from, *to)) { 1.0 } else { 0.3 },
            backbone: usual.contains(&(*from, *to)),
        };
        let problem = Problem {
            nodes: placed.iter().map(node).collect(),
            links: chart.arrows.iter().map(link).collect(),
            ghosts: Vec::new(),
        };
        let found = layout(&problem, deadline)?;
        let nodes = place.iter().map(|number| found.nodes[*number]).collect();
        Ok(Self { chart, boxes, layout: Layout { nodes, ..found }, usual, held: cases > 0 })
    }

    /// The picture. Shapes that a difference is about lead to it.
    pub fn svg(&self, title: &str, theme: Theme, href: Option<Href<'_>>) -> String {
        let mut out = String::with_capacity(16 << 10);
        let (w, h) = (number(self.layout.width), number(self.layout.height));
        let root = Attributes::new()
            .text("xmlns", "http://www.w3.org/2000/svg")
            .text("class", "model-svg")
            .text("viewBox", &format!("0 0 {w} {h}"))
            .text("width", &w)
            .text("height", &h)
            .text("role", if href.is_some() { "group" } else { "img" })
            .text("aria-labelledby", "model-svg-title model-svg-desc")
            .text("font-family", "Inter, system-ui, sans-serif");
        open(&mut out, "svg", &root);
        element(&mut out, "title", &Attributes::new().text("id", "model-svg-title"), title);
        element(&mut out, "desc", &Attributes::new().text("id", "model-svg-desc"), &self.description());
        if theme != Theme::Page {
            let ground = theme.color(Token::Card);
            empty(&mut out, "rect", &Attributes::new().text("width", &w).text("height", &h).text("fill", &ground));
        }
        open(&mut out, "g", &Attributes::new().text("data-layer", "edges"));
        for (at, arrow) in self.chart.arrows.iter().enumerate() {
            self.arrow(&mut out, theme, at, *arrow);
        }
        close(&mut out, "g");
        open(&mut out, "g", &Attributes::new().text("data-layer", "nodes"));
        for at in 0..self.chart.shapes.len() {
            self.shape(&mut out, theme, at, href);
        }
        close(&mut out, "g");
        close(&mut out, "svg");
        out
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (f64, f64) {
        (self.layout.width, self.layout.height)
    }

    fn arrow(&self, out: &mut String, theme: Theme, at: usize, (from, to): (usize, usize)) {
        let route = &self.layout.links[at];
        let is_foreign = [from, to].iter().any(|end| matches!(self.chart.shapes[*end], Shape::Foreign { .. }));
        let (token, wide) = match (is_foreign, self.usual.contains(&(from, to))) {
            (true, _) => (Token::Bad, 1.5),
            (_, true) => (Token::Accent, 2.5),
            _ => (Token::Edge, 1.5),
        };
        let path = Attributes::new()
            .text("class", "edge-line")
            .text("d", &way::line(route.start, &route.pieces))
            .text("fill", "none")
            .text("stroke", &theme.color(token))
            .number("stroke-width", wide);
        empty(out, "path", &if is_foreign { path.text("stroke-dasharray", "5 4") } else { path });
        let tip = way::tip(route.start, &route.pieces, route.back, wide);
        empty(out, "path", &Attributes::new().text("d", &tip).text("fill", &theme.color(token)));
    }

    fn description(&self) -> String {
        let step = |shape: &Shape| match shape {
            Shape::Step { name, marks } => {
                let mut words = format!("{name}: {} cases", count(marks.cases));
                for (n, what) in [(marks.skipped, "left it out"), (marks.misplaced, "did it out of place")] {
                    if n > 0 {
                        words.push_str(&format!(", {} {what}", count(n)));
                    }
                }
                Some(words)
            }
            Shape::Foreign { name, cases, .. } => {
                Some(format!("{name}, which is not part of the flow: {} cases", count(*cases)))
            }
            _ => None,
        };
        let steps: Vec<String> = self.chart.shapes.iter().filter_map(step).collect();
        format!("The steps of the official flow. {}.", steps.join("; "))
    }

    fn at(&self, shape: usize) -> Point {
        self.layout.nodes[shape]
    }
}

fn ends(chart: &Flowchart) -> (usize, usize) {
    let find = |wanted: &Shape| chart.shapes.iter().position(|shape| shape == wanted).unwrap_or_default();
    (find(&Shape::Start), find(&Shape::End))
}

/// `held` is whether cases were held against the model: else there is nothing to tell of them.
fn boxed(shape: &Shape, held: bool) -> Boxed {
    let with = |name: &str, told: Vec<(String, Token)>| {
        let lines = wrap(name, NAME_WIDTH, NAME_SIZE, Weight::Semibold, NAME_LINES);
        let names = lines.iter().map(|line| width(line, NAME_SIZE, Weight::Semibold));
        let figures = told.iter().map(|(text, _)| width(text, FIGURE_SIZE, Weight::Regular));
        let widest = names.chain(figures).fold(0.0, f64::max);
        let height = 12.0 + LINE * (lines.len() + told.len()) as f64;
        Boxed { lines, told, width: (widest + PADDING).max(NARROWEST).ceil(), height }
    };
    let plain = |size: f64| Boxed { lines: Vec::new(), told: Vec::new(), width: size, height: size };
    match shape {
        Shape::Start | Shape::End => plain(TERMINAL),
        Shape::Choice | Shape::Parallel => plain(DIAMOND),
        Shape::Foreign { name, cases, .. } => with(name, vec![(format!("! {} cases", count(*cases)), Token::Bad)]),
        Shape::Step { name, .. } if !held => with(name, Vec::new()),
        Shape::Step { name, marks } => {
            let mut told = vec![(format!("{} cases", count(marks.cases)), Token::Muted)];
            if marks.skipped > 0 {
                told.push((format!("− {} left out", count(marks.skipped)), Token::Bad));
            }
            if marks.misplaced > 0 {
                told.push((format!("± {} out of place", count(marks.misplaced)), Token::Warn));
            }
            with(name, told)
        }
    }
}

/// The place of each shape on a walk from the start that meets a shape only when all before it were met, but for arrows
/// that lead back.
fn order(chart: &Flowchart) -> Vec<usize> {
    let n = chart.shapes.len();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); n];
    chart.arrows.iter().for_each(|(from, to)| next[*from].push(*to));
    let (start, end) = ends(chart);
    let (mut state, mut left, mut stack) = (vec![0u8; n], Vec::with_capacity(n), Vec::new());
    for root in [start].into_iter().chain(0..n) {
        if state[root] > 0 {
            continue;
        }
        state[root] = 1;
        stack.push((root, 0));
        while let Some((at, child)) = stack.pop() {
            match next[at].get(child) {
                Some(to) => {
                    stack.push((at, child + 1));
                    if state[*to] == 0 {
                        state[*to] = 1;
                        stack.push((*to, 0));
                    }
                }
                None => left.push(at),
            }
        }
    }
    let mut order = vec![0; n];
    left.iter().rev().enumerate().for_each(|(number, at)| order[*at] = number + 1);
    (order[start], order[end]) = (0, n + 1);
    order
}

/// The arrows of the way that most cases take: of all ways forward, the one whose steps are done by more than half of the
/// cases as far as can be.
fn usual(chart: &Flowchart, order: &[usize], cases: i64) -> BTreeSet<(usize, usize)> {
    let worth = |shape: &Shape| match shape {
        Shape::Step { marks, .. } => (marks.cases + marks.skipped) as f64 / cases.max(1) as f64 - 0.5,
        Shape::Foreign { .. } => f64::MIN_POSITIVE - 10.0,
        _ => 0.0,
    };
    let (start, end) = ends(chart);
    let mut best: Vec<Option<(f64, usize)>> = vec![None; chart.shapes.len()];
    best[start] = Some((0.0, start));
    let mut arrows: Vec<(usize, usize)> =
        chart.arrows.iter().copied().filter(|(from, to)| order[*from] < order[*to]).collect();
    arrows.sort_by_key(|(from, to)| (order[*from], order[*to]));
    for (from, to) in arrows {
        let Some((so_far, _)) = best[from] else { continue };
        let sum = so_far + worth(&chart.shapes[to]);
        if best[to].is_none_or(|(known, _)| sum > known) {
            best[to] = Some((sum, from));
        }
    }
    let mut usual = BTreeSet::new();
    let mut at = end;
    while let Some((_, from)) = best[at].filter(|_| at != start) {
        usual.insert((from, at));
        at = from;
    }
    usual
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::flowchart::Marks;

    fn step(name: &str, cases: i64, skipped: i64) -> Shape {
        let marks = Marks { cases, skipped, misplaced: 0, deviation: None };
        Shape::Step { name: name.to_owned(), marks }
    }

    /// A, then B or nothing, then C, from which some go back to A; X is foreign.
    fn chart() -> Flowchart {
        let foreign = Shape::Foreign { name: "X".to_owned(), cases: 3, deviation: "extra-1".to_owned() };
        let shapes = vec![
            Shape::Start,
            Shape::Choice,
            step("A", 90, 0),
            Shape::Choice,
            step("B", 20, 10),
            step("C", 90, 0),
            foreign,
            Shape::Choice,
            Shape::End,
        ];
        let arrows = vec![(0, 1), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5), (2, 6), (5, 7), (7, 1), (7, 8)];
        Flowchart { shapes, arrows }
    }

    #[test]
    fn the_usual_way_leaves_out_what_few_cases_do() {
        let chart = chart();
        let order = order(&chart);
        assert!(order[1] < order[2] && order[2] < order[3] && order[4] < order[5] && order[5] < order[7]);
        let usual: Vec<(usize, usize)> = usual(&chart, &order, 90).into_iter().collect();
        assert_eq!(usual, [(0, 1), (1, 2), (2, 3), (3, 5), (5, 7), (7, 8)]);
    }

    #[test]
    fn the_picture_says_what_differs_without_colours() {
        let drawn = Drawn::new(chart(), 90, None).unwrap();
        let href = |id: &str| format!("/d/{id}");
        let svg = drawn.svg("Orders", Theme::Page, Some(&href));
        for expected in ["− 10 left out", "! 3 cases", "stroke-dasharray", "/d/extra-1", "B: 20 cases, 10 left it out"]
        {
            assert!(svg.contains(expected), "{expected}: {svg}");
        }
        assert_eq!(svg.matches("class=\"gateway").count(), 3, "{svg}");
        // The same model gives the same bytes.
        assert_eq!(svg, Drawn::new(chart(), 90, None).unwrap().svg("Orders", Theme::Page, Some(&href)));
        assert!(!drawn.svg("Orders", Theme::Light, None).contains("var("));
    }
}
