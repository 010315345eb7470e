//! What a map shows on its nodes and edges. Every metric draws on the same geometry.

use super::graph::{Edge, Graph, Kind, Node};
use crate::draw::figure::{count, duration, money, percent};

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Metric {
    /// In how many cases.
    #[default]
    Cases,
    /// How often.
    Events,
    /// In which share of the cases.
    Share,
    /// Median of the waits.
    MedianWait,
    /// Their 90th percentile.
    P90Wait,
    /// All waits together.
    TotalWait,
    /// What events cost together.
    Cost,
    /// Which share of the events programs did.
    Automation,
}

impl Metric {
    /// All of them, as tools list them.
    pub const ALL: [Self; 8] = [
        Self::Cases,
        Self::Events,
        Self::Share,
        Self::MedianWait,
        Self::P90Wait,
        Self::TotalWait,
        Self::Cost,
        Self::Automation,
    ];

    /// Its name in addresses and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Events => "events",
            Self::Share => "share",
            Self::MedianWait => "median_wait",
            Self::P90Wait => "p90_wait",
            Self::TotalWait => "total_wait",
            Self::Cost => "cost",
            Self::Automation => "automation",
        }
    }

    /// The metric of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cases => "Cases",
            Self::Events => "Events",
            Self::Share => "% of cases",
            Self::MedianWait => "Median wait",
            Self::P90Wait => "p90 wait",
            Self::TotalWait => "Total wait",
            Self::Cost => "Cost",
            Self::Automation => "Automation %",
        }
    }

    /// Whether it is about time, which has colours of its own.
    pub fn is_time(self) -> bool {
        matches!(self, Self::MedianWait | Self::P90Wait | Self::TotalWait)
    }

    /// Its name for people where it is said of paths.
    pub fn title_of_edges(self) -> &'static str {
        if self == Self::Events { "Times" } else { self.title() }
    }

    /// Whether it says anything of paths; only events cost something and are done by somebody.
    pub fn is_of_edges(self) -> bool {
        !matches!(self, Self::Cost | Self::Automation)
    }

    /// What it says of an activity; of waits, of those before it. `None` where there is nothing to say.
    pub fn of_node(self, node: &Node, graph: &Graph) -> Option<f64> {
        let waits = node.waits.as_ref();
        Some(match self {
            Self::Cases => node.cases as f64,
            Self::Events => node.events as f64,
            Self::Share => node.cases as f64 / graph.cases.max(1) as f64,
            Self::MedianWait => waits?.durations.median,
            Self::P90Wait => waits?.durations.p90,
            Self::TotalWait => waits?.durations.mean * waits?.count as f64,
            Self::Cost => node.cost?,
            Self::Automation => node.automated?,
        })
    }

    /// What it says of an edge.
    pub fn of_edge(self, edge: &Edge, graph: &Graph) -> Option<f64> {
        let waits = edge.duration.as_ref();
        Some(match self {
            Self::Cases => edge.cases as f64,
            Self::Events => edge.count as f64,
            Self::Share => edge.cases as f64 / graph.cases.max(1) as f64,
            Self::MedianWait => waits?.median,
            Self::P90Wait => waits?.p90,
            Self::TotalWait => waits?.mean * edge.count as f64,
            Self::Cost | Self::Automation => return None,
        })
    }

    /// The value in words.
    pub fn text(self, value: f64, graph: &Graph) -> String {
        match self {
            Self::Cases | Self::Events => count(value as i64),
            Self::Share | Self::Automation => percent(value),
            Self::MedianWait | Self::P90Wait | Self::TotalWait => duration(value),
            Self::Cost => money(value, graph.currency.as_deref()),
        }
    }

    /// What stands on an activity of which it says nothing.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::MedianWait | Self::P90Wait | Self::TotalWait => "no wait",
            Self::Cost => "no cost known",
            _ => "not known",
        }
    }
}

/// The range of a metric over the drawn activities, or over the drawn edges between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Least value.
    pub least: f64,
    /// Greatest value.
    pub most: f64,
}

impl Range {
    /// That of the activities.
    pub fn of_nodes(metric: Metric, graph: &Graph) -> Self {
        let activities = graph.nodes.iter().filter(|node| node.kind == Kind::Activity);
        Self::of(activities.filter_map(|node| metric.of_node(node, graph)))
    }

    /// That of the edges between activities.
    pub fn of_edges(metric: Metric, graph: &Graph) -> Self {
        let edges = graph.edges.iter().filter(|edge| graph.is_between_activities(edge));
        Self::of(edges.filter_map(|edge| metric.of_edge(edge, graph)))
    }

    fn of(values: impl Iterator<Item = f64>) -> Self {
        let start = Self { least: f64::MAX, most: 0.0 };
        let range =
            values.fold(start, |range, value| Self { least: range.least.min(value), most: range.most.max(value) });
        Self { least: range.least.min(range.most), ..range }
    }

    /// Which of the five colours a value has, from 0. The root keeps rare things apart where one thing is frequent.
    pub fn step(&self, value: f64) -> usize {
        if self.most <= 0.0 {
            return 0;
        }
        ((value / self.most).max(0.0).sqrt() * 5.0).ceil().clamp(1.0, 5.0) as usize - 1
    }
}
