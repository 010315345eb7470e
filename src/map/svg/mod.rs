//! The one picture of a map: for a page, a file and a report. Colours come from the theme, numbers from the metric,
//! geometry from the scene; nothing is decided here but how it looks.

mod compare;
mod edge;
mod node;
pub(super) mod way;

pub use compare::{ComparedPicture, room};
pub(super) use node::terminal;

use super::graph::{END, Graph, Kind};
use super::metric::{Metric, Range};
use super::scene::Scene;
use crate::draw::figure::count;
use crate::draw::svg::{Attributes, close, element, empty, number, open};
use crate::draw::theme::{Theme, Token};

/// Addresses behind the nodes and edges of a picture on a page, by their ids.
pub type Href<'a> = &'a dyn Fn(&str) -> String;

/// What is drawn, and how.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// Name of the process.
    pub title: &'a str,
    /// The numbers.
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

/// The sheet that maps are drawn on.
struct Sheet<'a> {
    scene: &'a Scene,
    theme: Theme,
    /// Whether what is drawn leads somewhere.
    is_linked: bool,
}

impl Sheet<'_> {
    /// The whole picture; nodes lie above edges.
    fn svg(
        &self,
        title: &str,
        description: &str,
        edges: impl FnOnce(&mut String),
        nodes: impl FnOnce(&mut String),
    ) -> String {
        let Scene { width, height, .. } = self.scene;
        let mut out = String::with_capacity(32 << 10);
        let (w, h) = (number(*width), number(*height));
        let root = Attributes::new()
            .text("xmlns", "http://www.w3.org/2000/svg")
            .text("id", "map-svg")
            .text("class", "map-svg")
            .text("viewBox", &format!("0 0 {w} {h}"))
            .text("width", &w)
            .text("height", &h)
            .text("role", if self.is_linked { "group" } else { "img" })
            .text("aria-labelledby", "map-svg-title map-svg-desc")
            .text("font-family", "Inter, system-ui, sans-serif");
        open(&mut out, "svg", &root);
        element(&mut out, "title", &Attributes::new().text("id", "map-svg-title"), title);
        element(&mut out, "desc", &Attributes::new().text("id", "map-svg-desc"), description);
        if self.theme != Theme::Page {
            let ground = self.theme.color(Token::Card);
            empty(&mut out, "rect", &Attributes::new().text("width", &w).text("height", &h).text("fill", &ground));
        }
        open(&mut out, "g", &Attributes::new().text("data-layer", "edges"));
        edges(&mut out);
        close(&mut out, "g");
        open(&mut out, "g", &Attributes::new().text("data-layer", "nodes"));
        nodes(&mut out);
        close(&mut out, "g");
        close(&mut out, "svg");
        out
    }
}

impl Picture<'_> {
    /// As SVG.
    pub fn svg(&self) -> String {
        let sheet = Sheet { scene: self.scene, theme: self.theme, is_linked: self.href.is_some() };
        let title = format!("Process map of {}", self.title);
        sheet.svg(&title, &self.description(), |out| self.edges(out), |out| self.nodes(out))
    }

    /// What the picture shows, for those who do not see it.
    fn description(&self) -> String {
        let path = happy_path(self.scene);
        let (nodes, edges) = (self.graph.activities(), self.scene.edges.len());
        let mut text =
            format!("{nodes} activities and {edges} paths between them, of {} cases.", count(self.graph.cases));
        if !path.is_empty() {
            text.push_str(&format!(" The happy path is {}.", path.join(", ")));
        }
        text
    }

    /// The rarest first, the happy path last, so that what matters lies on top.
    fn edges(&self, out: &mut String) {
        let most = self.graph.edges.iter().map(|edge| edge.cases).max().unwrap_or(1).max(1) as f64;
        let range = Range::of_edges(self.metric, self.graph);
        let mut order: Vec<usize> = (0..self.graph.edges.len()).collect();
        order.sort_by_key(|at| (self.scene.edges[*at].backbone, self.graph.edges[*at].cases, *at));
        for at in order {
            self.edge(out, at, self.graph.edges[at].cases as f64 / most, &range);
        }
    }

    fn nodes(&self, out: &mut String) {
        let range = Range::of_nodes(self.metric, self.graph);
        let joined = |at: usize| self.graph.edges.iter().any(|edge| edge.from == at || edge.to == at);
        for at in 0..self.graph.nodes.len() {
            // In a neighbourhood cases may neither begin nor end.
            if at > END || joined(at) {
                self.node(out, at, &range);
            }
        }
    }

    fn open_link(&self, out: &mut String, id: &str, words: &str) {
        open_link(self.href, out, id, words);
    }

    fn close_link(&self, out: &mut String) {
        close_link(self.href, out);
    }

    fn color(&self, token: Token) -> String {
        self.theme.color(token)
    }
}

/// Opens the link behind a node or edge, or just names it where there is no page.
fn open_link(href: Option<Href<'_>>, out: &mut String, id: &str, words: &str) {
    if let Some(href) = href {
        let link = Attributes::new().text("href", &href(id)).text("aria-label", words);
        open(out, "a", &link);
    }
    element(out, "title", &Attributes::new(), words);
}

fn close_link(href: Option<Href<'_>>, out: &mut String) {
    if href.is_some() {
        close(out, "a");
    }
}

/// The activities of the happy path, from its beginning.
fn happy_path(scene: &Scene) -> Vec<&str> {
    let mut nodes: Vec<_> = scene.nodes.iter().filter(|node| node.backbone && node.kind == Kind::Activity).collect();
    nodes.sort_by(|a, b| a.y.total_cmp(&b.y));
    nodes.into_iter().map(|node| node.name.as_str()).collect()
}
