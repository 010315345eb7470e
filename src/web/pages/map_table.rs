//! The map as a table: every activity and every path, drawn or not, with every metric that the log can give.

use crate::app::MapPicture;
use crate::map::graph::Edge;
use crate::map::metric::Metric;
use crate::map::scene::node_id;
use crate::web::pages::map::MapState;

/// See the module.
#[derive(Default)]
pub struct MapTable {
    /// Figures of activities.
    pub activity_columns: Vec<&'static str>,
    /// The activities, most events first.
    pub activities: Vec<Row>,
    /// Figures of paths.
    pub path_columns: Vec<&'static str>,
    /// The paths, most frequent first.
    pub paths: Vec<Row>,
}

/// An activity or a path.
pub struct Row {
    /// The page with it chosen.
    pub href: String,
    /// The activity, or that from which the path leads.
    pub name: String,
    /// Where the path leads; empty for activities.
    pub to: String,
    /// Its figures, in the order of the columns.
    pub cells: Vec<String>,
    /// Whether it is chosen.
    pub picked: bool,
}

impl MapTable {
    /// `metrics` are those that the log can give.
    pub fn of(picture: &MapPicture, state: &MapState, metrics: &[Metric]) -> Self {
        let graph = &picture.whole;
        let id = |at: usize| node_id(&graph.nodes[at]);
        let picked = |id: &str| state.picked.as_deref() == Some(id);
        let text = |metric: Metric, value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| metric.text(value, graph))
        };
        let of_edges: Vec<Metric> = metrics.iter().copied().filter(|metric| metric.is_of_edges()).collect();
        let mut nodes: Vec<usize> = (2..graph.nodes.len()).collect();
        nodes.sort_by_key(|at| (-graph.nodes[*at].events, *at));
        let activity = |at: usize| {
            let (node, id) = (&graph.nodes[at], id(at));
            Row {
                href: state.pick(&id),
                name: node.name.clone(),
                to: String::new(),
                cells: metrics.iter().map(|metric| text(*metric, metric.of_node(node, graph))).collect(),
                picked: picked(&id),
            }
        };
        let mut edges: Vec<&Edge> = graph.edges.iter().filter(|edge| graph.is_between_activities(edge)).collect();
        edges.sort_by_key(|edge| (-edge.count, edge.from, edge.to));
        let path = |edge: &Edge| {
            let id = format!("{}>{}", id(edge.from), id(edge.to));
            Row {
                href: state.pick(&id),
                name: graph.nodes[edge.from].name.clone(),
                to: graph.nodes[edge.to].name.clone(),
                cells: of_edges.iter().map(|metric| text(*metric, metric.of_edge(edge, graph))).collect(),
                picked: picked(&id),
            }
        };
        Self {
            activity_columns: metrics.iter().map(|metric| metric.title()).collect(),
            activities: nodes.into_iter().map(activity).collect(),
            path_columns: of_edges.iter().map(|metric| metric.title_of_edges()).collect(),
            paths: edges.into_iter().map(path).collect(),
        }
    }
}
