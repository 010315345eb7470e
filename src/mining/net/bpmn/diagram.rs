//! What a diagram says, before it is a net.

use crate::mining::net::Remark;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Diagram {
    /// Name of the process.
    pub name: String,
    /// What has been left out or understood in its own way while reading.
    pub remarks: Vec<Remark>,
    pub(super) nodes: Vec<Node>,
    pub(super) flows: Vec<Flow>,
    /// By node: arrows into it, arrows out of it, events at its edge.
    pub(super) around: Vec<Around>,
}

/// What lies around a node.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    into: Vec<usize>,
    out_of: Vec<usize>,
    at_edge: Vec<usize>,
}

/// A task, event, gateway or sub-process.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub id: String,
    pub name: Option<String>,
    pub kind: Kind,
    /// The lane it lies in.
    pub role: Option<String>,
    /// The sub-process it lies in.
    pub parent: Option<usize>,
    pub repeats: Option<Repeat>,
    /// Id of the arrow that is followed when no condition holds.
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Task,
    SubProcess {
        any_order: bool,
    },
    Start,
    End {
        at_once: bool,
    },
    /// Thrown or caught on the way.
    Between,
    /// Sits on the edge of a step or sub-process.
    Boundary {
        at: usize,
        interrupts: bool,
    },
    Gateway(Gate),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// One of the arrows; event-based gateways are the same as far as the order of steps goes.
    Exclusive,
    Parallel,
    Inclusive,
}

/// A step that may happen several times in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    /// Or not at all.
    pub may_be_skipped: bool,
}

/// An arrow.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub id: String,
    pub from: usize,
    pub to: usize,
    pub conditional: bool,
}

impl Node {
    /// What people call it; its id where it has no name.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Diagram {
    pub(super) fn remark(&mut self, element: impl Into<String>, what: impl Into<String>) {
        self.remarks.push(Remark::new(element, what));
    }

    /// Notes what lies around each node; to be done when all nodes and arrows are known.
    pub(super) fn settle(&mut self) {
        self.around = vec![Around::default(); self.nodes.len()];
        for (number, flow) in self.flows.iter().enumerate() {
            self.around[flow.to].into.push(number);
            self.around[flow.from].out_of.push(number);
        }
        for (number, node) in self.nodes.iter().enumerate() {
            if let Kind::Boundary { at, .. } = node.kind {
                self.around[at].at_edge.push(number);
            }
        }
    }

    /// Arrows into a node.
    pub(super) fn into(&self, node: usize) -> &[usize] {
        &self.around[node].into
    }

    /// Arrows out of a node.
    pub(super) fn out_of(&self, node: usize) -> &[usize] {
        &self.around[node].out_of
    }

    /// Events at the edge of a node.
    pub(super) fn at_edge_of(&self, node: usize) -> &[usize] {
        &self.around[node].at_edge
    }

    /// The nodes directly inside a sub-process, or of the process itself.
    pub(super) fn inside(&self, parent: Option<usize>) -> Vec<usize> {
        (0..self.nodes.len()).filter(|node| self.nodes[*node].parent == parent).collect()
    }

    /// Roles of the steps that have one, with the step's name.
    pub fn roles(&self) -> impl Iterator<Item = (&str, &str)> {
        let steps = self.nodes.iter().filter(|node| node.kind == Kind::Task);
        steps.filter_map(|node| Some((node.name.as_deref()?, node.role.as_deref()?)))
    }
}
