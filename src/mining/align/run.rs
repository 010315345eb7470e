//! Aligns all paths of a log, side by side on all cores, within limits of time.

use super::automaton::{Automaton, Edge};
use super::closure::TooMany;
use super::columns::{Columns, LONGEST};
use super::compiled::Compiled;
use super::names::Names;
use super::outcome::{Alignment, Move, Outcome};
use super::search::{Graph, Search, Spend};
use super::stuck::stuck;
use super::table::{NoEnd, Size, Table};
use crate::mining::net::{Net, reduce};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What may be spent.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// On one path.
    pub per_path: Duration,
    /// In all.
    pub in_all: Duration,
    /// Cores.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_path: Duration::from_secs(5), in_all: Duration::from_secs(50), threads: 2 }
    }
}

/// Paths, and the net that they are held against.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The model.
    pub net: &'a Net,
    /// The names of activities, by number.
    pub activities: &'a [&'a str],
    /// Distinct paths, as numbers of activities; the most important ones first.
    pub paths: &'a [Vec<i32>],
    /// Whether the paths are whole; one that is not need not reach the end of the model.
    pub finished: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The model that the moves speak of: without silent moves that decide nothing.
    pub net: Net,
    /// Which of its steps is which activity of the log.
    pub names: Names,
    /// Steps that a run may begin with.
    pub starts: Vec<String>,
    /// Steps that a run may end with; of a model too large to be known whole, those of its shortest run.
    pub ends: Vec<String>,
    /// Steps on the shortest run of the model.
    pub cheapest: u32,
    /// By path.
    pub outcomes: Vec<Outcome>,
}

/// Why nothing can be held against a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlignError {
    /// Whatever happens, its end is not reached.
    #[error("no run of the model reaches its end: `{element}` {what}")]
    NoEnd {
        /// Where it gets stuck.
        element: String,
        /// How.
        what: String,
    },
    /// Even its shortest run is too hard to find.
    #[error("the model is too large to be followed: {what}")]
    TooLarge {
        /// What is too much.
        what: String,
    },
}

/// Automata up to this size are built whole.
const WHOLE: Size = Size { states: 30_000, edges: 600_000, work: 3_000_000 };
/// Work that columns may take: states and edges, times events. A second is about half a thousand million.
const COLUMN_WORK: usize = 10_000_000_000;
/// Memory of the columns of one path.
const COLUMN_BYTES: usize = 200_000_000;
/// Pairs of state and position that one search may look at.
const NODES: usize = 2_000_000;
/// Paths that one thread takes at a time.
const BLOCK: usize = 32;

/// See the module.
///
/// # Errors
/// When the model has no run, or none that could be found.
pub fn align(question: &Question<'_>, limits: &Limits) -> Result<Answer, AlignError> {
    let begun = Instant::now();
    let net = reduce(question.net);
    let names = Names::matching(&net.labels(), question.activities);
    let compiled = Compiled::of(&net, &|label| names.number(label))
        .map_err(|TooMany| AlignError::TooLarge { what: "an arc or a place holds more than 100 tokens".to_owned() })?;
    let no_end = || {
        let (element, what) = stuck(question.net);
        AlignError::NoEnd { element, what }
    };
    let table = match Table::whole(&mut Automaton::new(&compiled), WHOLE) {
        Ok(Ok(table)) => Some(table),
        Ok(Err(NoEnd)) => return Err(no_end()),
        Err(TooMany) => None,
    };
    let job = Job { question, limits, net: &compiled, table: table.as_ref(), until: begun + limits.in_all };
    let shortest = job.shortest_run().ok_or_else(no_end)?;
    let Outcome::Computed(shortest) = shortest else {
        return Err(AlignError::TooLarge { what: "its shortest run could not be found in time".to_owned() });
    };
    let outcomes = job.outcomes(&shortest);
    let (starts, ends) = job.edges_of_runs(&shortest);
    let label = |at: &u32| net.transitions[*at as usize].label.clone();
    let labels = |transitions: Vec<u32>| {
        let labels: BTreeSet<String> = transitions.iter().filter_map(label).collect();
        labels.into_iter().collect()
    };
    let (starts, ends) = (labels(starts), labels(ends));
    Ok(Answer { names, starts, ends, cheapest: shortest.cost, outcomes, net })
}

struct Job<'a> {
    question: &'a Question<'a>,
    limits: &'a Limits,
    net: &'a Compiled,
    table: Option<&'a Table>,
    until: Instant,
}

impl<'a> Job<'a> {
    fn search(&self, finished: bool) -> Search<'a> {
        let growing = || Graph::Growing(Automaton::new(self.net));
        Search::new(self.table.map_or_else(growing, Graph::Whole), self.net, finished)
    }

    fn spend(&self) -> Spend {
        let until = (Instant::now() + self.limits.per_path).min(self.until);
        Spend { nodes: NODES, until }
    }

    fn shortest_run(&self) -> Option<Outcome> {
        if let Some(table) = self.table {
            let mut columns = Columns::new(table);
            columns.follow(&[]);
            return Some(Outcome::Computed(columns.alignment(true)));
        }
        self.search(true).align(&[], self.spend())
    }

    /// Transitions that runs begin with, and that they end with.
    fn edges_of_runs(&self, shortest: &Alignment) -> (Vec<u32>, Vec<u32>) {
        let of = |edges: &[Edge]| edges.iter().map(|edge| edge.transition).collect();
        match self.table {
            Some(table) => {
                let last = (0..table.len() as u32).filter(|state| table.last[*state as usize]);
                (of(table.edges(0)), last.flat_map(|state| table.back(state)).map(|edge| edge.transition).collect())
            }
            None => {
                let starts = Automaton::new(self.net).edges(0).map(of).unwrap_or_default();
                let end = shortest.moves.iter().rev().find_map(|each| match each {
                    Move::Model { transition } => Some(*transition),
                    _ => None,
                });
                (starts, end.into_iter().collect())
            }
        }
    }

    fn outcomes(&self, shortest: &Alignment) -> Vec<Outcome> {
        let paths: Vec<Vec<u32>> =
            self.question.paths.iter().map(|path| path.iter().map(|activity| *activity as u32).collect()).collect();
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by(|a, b| paths[*a].cmp(&paths[*b]));
        let table = self.table.filter(|table| column_work(table, &paths, &order) <= COLUMN_WORK);
        if table.is_none() {
            // A search gains nothing from neighbours; should time run out, then for the least important.
            order.sort_unstable();
        }
        let next = AtomicUsize::new(0);
        let outcomes = Mutex::new(vec![Outcome::NotEvaluated; paths.len()]);
        let work = || {
            let mut worker = Worker { job: self, columns: table.map(Columns::new), search: None, shortest };
            loop {
                let from = next.fetch_add(BLOCK, Ordering::Relaxed);
                let block = order.get(from..order.len().min(from + BLOCK)).unwrap_or_default();
                if block.is_empty() {
                    break;
                }
                worker.search.iter_mut().for_each(Search::restart);
                let found: Vec<Outcome> = block.iter().map(|at| worker.align(&paths[*at])).collect();
                let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                block.iter().zip(found).for_each(|(at, outcome)| outcomes[*at] = outcome);
            }
        };
        let threads = self.limits.threads.min(order.len().div_ceil(BLOCK));
        std::thread::scope(|scope| {
            (1..threads).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// States and edges, times the columns that there will be: shared beginnings count once.
fn column_work(table: &Table, paths: &[Vec<u32>], order: &[usize]) -> usize {
    let fresh = |pair: &[usize]| {
        let (before, path) = (&paths[pair[0]], &paths[pair[1]]);
        path.len() - before.iter().zip(path).take_while(|(a, b)| a == b).count()
    };
    let columns = order.first().map_or(0, |first| paths[*first].len()) + order.windows(2).map(fresh).sum::<usize>();
    columns.saturating_mul(table.len() + table.size())
}

struct Worker<'a, 'b> {
    job: &'b Job<'a>,
    columns: Option<Columns<'a>>,
    search: Option<Search<'a>>,
    shortest: &'b Alignment,
}

impl Worker<'_, '_> {
    fn align(&mut self, path: &[u32]) -> Outcome {
        let finished = self.job.question.finished;
        let is_late = Instant::now() > self.job.until;
        let bytes = self.job.table.map_or(usize::MAX, |table| table.len().saturating_mul(2 * (path.len() + 1)));
        let fits = path.len() <= LONGEST && bytes <= COLUMN_BYTES;
        if let Some(columns) = self.columns.as_mut().filter(|_| fits && !is_late) {
            columns.follow(path);
            return Outcome::Computed(columns.alignment(finished));
        }
        let search = self.search.get_or_insert_with(|| self.job.search(finished));
        if is_late {
            return self.bounded(path);
        }
        match search.align(path, self.job.spend()) {
            Some(Outcome::Computed(alignment)) => Outcome::Computed(alignment),
            // What searching could not find in time, columns can: their work is known beforehand.
            _ if fits && let Some(table) = self.job.table => {
                let columns = self.columns.get_or_insert_with(|| Columns::new(table));
                columns.follow(path);
                Outcome::Computed(columns.alignment(finished))
            }
            Some(bounded @ Outcome::Bounded { .. }) => bounded,
            _ => self.bounded(path),
        }
    }

    /// No common move at all: an alignment there always is. For less than it costs, the bound speaks.
    fn bounded(&mut self, path: &[u32]) -> Outcome {
        let finished = self.job.question.finished;
        let Some(search) = &mut self.search else { return Outcome::NotEvaluated };
        let lower = search.least(path);
        let events = (0..path.len() as u32).map(|event| Move::Log { event });
        let run = self.shortest.moves.iter().copied().filter(|_| finished);
        let upper = Alignment::of(events.chain(run).collect());
        if lower >= upper.cost { Outcome::Computed(upper) } else { Outcome::Bounded { lower, upper } }
    }
}
