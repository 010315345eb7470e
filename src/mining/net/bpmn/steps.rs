//! Tasks and sub-processes with what may happen at their edge: events that interrupt them or begin something beside them.

use super::convert::Converter;
use super::diagram::Kind;
use super::scope::Scope;

impl Converter<'_> {
    pub(super) fn task(&mut self, scope: &Scope, node: usize, end: usize) {
        let shown = self.diagram.nodes[node].shown().to_owned();
        let label = self.diagram.nodes[node].name.clone();
        let from = self.inputs(scope, node);
        let targets = self.targets(scope, node, end);
        let Some(edge) = self.edge(scope, node, &from, targets) else { return };
        if let Some(repeat) = self.diagram.nodes[node].repeats {
            let done = self.net.place(format!("{shown}: done"));
            let again = self.net.place(format!("{shown}: again"));
            self.labelled(node, label.clone(), &[again], &[done]);
            self.net.silent(format!("{shown}: begin"), &[edge.inside], &[again]);
            self.net.silent(format!("{shown}: again"), &[done], &[again]);
            self.net.silent(format!("{shown}: done"), &[done], &edge.done);
            if repeat.may_be_skipped {
                self.net.silent(format!("{shown}: not at all"), &[edge.inside], &edge.done);
            }
        } else {
            self.labelled(node, label.clone(), &[edge.inside], &edge.done);
        }
        for caught in edge.interrupts {
            self.net.silent(format!("{shown}: interrupted"), &[edge.inside], &[caught]);
            self.labelled(node, label.clone(), &[edge.inside], &[caught]);
        }
        for (event, not_yet, used) in edge.beside {
            let caught = self.entry[&event];
            self.net.silent(format!("{shown}: beside"), &[edge.inside, not_yet], &[edge.inside, used, caught]);
        }
    }

    pub(super) fn sub_process(&mut self, scope: &Scope, node: usize, end: usize, any_order: bool) {
        let steps = self.diagram.inside(Some(node));
        let is_step = |name: &str| (self.known)(name);
        let shown = self.diagram.nodes[node].shown().to_owned();
        let knows = steps.iter().filter_map(|step| self.diagram.nodes[*step].name.as_deref()).any(is_step);
        if steps.is_empty() || (!knows && self.diagram.nodes[node].name.as_deref().is_some_and(is_step)) {
            return self.task(scope, node, end);
        }
        let from = self.inputs(scope, node);
        let targets = self.targets(scope, node, end);
        let Some(edge) = self.edge(scope, node, &from, targets) else { return };
        let (start, done, places) = if any_order { self.any_order(node) } else { self.in_order(node) };
        // While it runs, and only then, an event at its edge may interrupt it.
        let running = self.net.place(format!("{shown}: running"));
        self.net.silent(format!("{shown}: begin"), &[edge.inside], &[start, running]);
        self.net.silent(format!("{shown}: done"), &[done, running], &edge.done);
        if let Some(repeat) = self.diagram.nodes[node].repeats {
            self.net.silent(format!("{shown}: again"), &[done], &[start]);
            if repeat.may_be_skipped {
                self.net.silent(format!("{shown}: not at all"), &[edge.inside], &edge.done);
            }
        }
        if !edge.interrupts.is_empty() {
            let leaving = self.net.place(format!("{shown}: interrupted"));
            self.net.silent(format!("{shown}: interrupted"), &[running], &[leaving]);
            for place in places.chain([done]) {
                self.net.silent(format!("{shown}: dropped"), &[leaving, place], &[leaving]);
            }
            for caught in edge.interrupts {
                self.net.silent(format!("{shown}: interrupted"), &[leaving], &[caught]);
            }
        }
        for (event, not_yet, used) in edge.beside {
            let caught = self.entry[&event];
            self.net.silent(format!("{shown}: beside"), &[running, not_yet], &[running, used, caught]);
        }
    }

    /// Start, end (one token when done) and own places of a sub-process.
    fn in_order(&mut self, node: usize) -> (usize, usize, std::ops::Range<usize>) {
        let part = self.scope(Some(node));
        let shown = self.diagram.nodes[node].shown().to_owned();
        let done = self.net.place(format!("{shown}: all done"));
        if part.ends.is_none() {
            self.remark(node, "ends in several places at once; what follows it may begin after the first of them");
            self.net.silent(format!("{shown}: end"), &[part.end], &[]);
        }
        let ends = vec![part.end; part.ends.unwrap_or(1) as usize];
        self.net.silent(format!("{shown}: end"), &ends, &[done]);
        (part.start, done, part.places)
    }

    /// Its steps as often as wanted, in any order.
    fn any_order(&mut self, node: usize) -> (usize, usize, std::ops::Range<usize>) {
        let first = self.net.places.len();
        let shown = self.diagram.nodes[node].shown().to_owned();
        let (start, done) = (self.net.place(format!("{shown}: start")), self.net.place(format!("{shown}: end")));
        for step in self.diagram.inside(Some(node)) {
            match self.diagram.nodes[step].kind {
                Kind::Task => {
                    let label = self.diagram.nodes[step].name.clone();
                    self.labelled(step, label, &[start], &[start]);
                }
                _ => self.remark(step, "is left out: in a sub-process without order only single steps are followed"),
            }
        }
        self.net.silent(format!("{shown}: end"), &[start], &[done]);
        (start, done, first..self.net.places.len())
    }

    /// What lies around a step: without events at its edge, only the places it takes from and puts to.
    fn edge(&mut self, scope: &Scope, node: usize, from: &[usize], targets: Vec<usize>) -> Option<Edge> {
        let &[entry] = from else { return None };
        let at_edge = self.diagram.at_edge_of(node).iter().filter(|event| scope.reached.contains(event));
        let events: Vec<(usize, bool)> = at_edge
            .map(|event| (*event, matches!(self.diagram.nodes[*event].kind, Kind::Boundary { interrupts: true, .. })))
            .collect();
        let interrupts =
            events.iter().filter(|(_, interrupts)| *interrupts).map(|(event, _)| self.entry[event]).collect();
        let shown = self.diagram.nodes[node].shown().to_owned();
        let mut edge = Edge { inside: entry, done: targets.clone(), interrupts, beside: Vec::new() };
        let beside: Vec<usize> = events.iter().filter(|(_, interrupts)| !interrupts).map(|(e, _)| *e).collect();
        if beside.is_empty() {
            return Some(edge);
        }
        // Each may happen once while the step is under way: a token says whether it has, and is cleared afterwards.
        edge.inside = self.net.place(format!("{shown}: inside"));
        for event in beside {
            let (not_yet, used) =
                (self.net.place(format!("{shown}: not yet")), self.net.place(format!("{shown}: used")));
            edge.beside.push((event, not_yet, used));
        }
        let guards: Vec<usize> =
            std::iter::once(edge.inside).chain(edge.beside.iter().map(|(_, not_yet, _)| *not_yet)).collect();
        self.net.silent(format!("{shown}: enter"), &[entry], &guards);
        edge.done = vec![self.cleared(&shown, &edge, &targets)];
        for at in 0..edge.interrupts.len() {
            edge.interrupts[at] = self.cleared(&shown, &edge, &[edge.interrupts[at]]);
        }
        Some(edge)
    }

    /// A place from which the tokens of events beside a step are cleared before something follows.
    fn cleared(&mut self, shown: &str, edge: &Edge, then: &[usize]) -> usize {
        let first = self.net.place(format!("{shown}: after"));
        let mut after = first;
        for (_, not_yet, used) in &edge.beside {
            let next = self.net.place(format!("{shown}: after"));
            self.net.silent(format!("{shown}: after"), &[after, *not_yet], &[next]);
            self.net.silent(format!("{shown}: after"), &[after, *used], &[next]);
            after = next;
        }
        self.net.silent(format!("{shown}: leave"), &[after], then);
        first
    }
}

/// See [`Converter::edge`].
struct Edge {
    /// One token here while it may still be interrupted.
    inside: usize,
    /// Where it puts tokens when done.
    done: Vec<usize>,
    /// Where an event that interrupts it puts its token.
    interrupts: Vec<usize>,
    /// Events beside it: the event, its token while it has not happened, and after.
    beside: Vec<(usize, usize, usize)>,
}
