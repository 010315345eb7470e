//! A lower bound of what the rest of an alignment costs: the marking equation with the events that are left, as a linear
//! program (Adriansyah 2014). Solving it for every marking would take long. But its prices are a bound for all markings
//! and all rests at once, as a weighted sum of tokens and events, so a handful of them is kept and the program is solved
//! only where they seem to be too low (as potential heuristics in planning: Pommerening et al. 2015).

use super::compiled::Compiled;
use super::simplex::{Bound, Simplex};
use rustc_hash::FxHashMap;

/// So many prices are kept.
const KEPT: usize = 24;

/// Costs are whole numbers, so a bound may be rounded up; less than this above a whole number is rounding.
const ROUNDING: f64 = 1e-3;

/// See the module.
#[derive(Debug)]
pub(super) struct Bounds<'a> {
    net: &'a Compiled,
    /// Row of an activity that the model knows.
    rows: FxHashMap<u32, usize>,
    simplex: Simplex,
    finished: bool,
    prices: Vec<Prices>,
    version: u32,
}

#[derive(Debug)]
struct Prices {
    /// By place.
    tokens: Vec<f64>,
    /// By row of an activity.
    events: Vec<f64>,
    /// Worth of the final marking.
    end: f64,
    /// By state that was looked at, the worth of its marking.
    states: Vec<f64>,
    /// For the path at hand, the worth of the events from a position on.
    rest: Vec<f64>,
    /// How often it was the best.
    wins: u32,
}

/// The path at hand, as far as bounds are concerned.
pub(super) struct Rest {
    /// By position, how many events from there on the model does not know.
    unknown: Vec<u32>,
    /// By position, the row of the event's activity.
    rows: Vec<Option<usize>>,
}

impl<'a> Bounds<'a> {
    /// Paths that are not finished need not reach the final marking.
    pub(super) fn new(net: &'a Compiled, finished: bool) -> Self {
        let mut rows = FxHashMap::default();
        for label in net.visible.iter().filter_map(|step| step.label) {
            let next = net.places + rows.len();
            rows.entry(label).or_insert(next);
        }
        let (mut columns, mut costs) = (Vec::new(), Vec::new());
        for step in net.visible.iter().chain(&net.silent) {
            let arcs = step.outputs.iter().map(|(place, n)| (*place, f64::from(*n)));
            let mut change: Vec<(usize, f64)> = Vec::new();
            for (place, n) in arcs.chain(step.inputs.iter().map(|(place, n)| (*place, -f64::from(*n)))) {
                match change.iter_mut().find(|(known, _)| *known == place as usize) {
                    Some((_, sum)) => *sum += n,
                    None => change.push((place as usize, n)),
                }
            }
            change.extend(step.label.and_then(|label| rows.get(&label)).map(|row| (*row, 1.0)));
            columns.push(change);
            costs.push(0.0);
        }
        for row in rows.values() {
            // An event without its step, and a step without its event.
            columns.extend([vec![(*row, 1.0)], vec![(*row, -1.0)]]);
            costs.extend([1.0, 1.0]);
        }
        if !finished {
            columns.extend((0..net.places).map(|place| vec![(place, -1.0)]));
            costs.extend(vec![0.0; net.places]);
        }
        let simplex = Simplex::new(net.places + rows.len(), columns, costs);
        Self { net, rows, simplex, finished, prices: Vec::new(), version: 0 }
    }

    /// Forgets the prices: what is found next does not depend on what came before.
    pub(super) fn restart(&mut self) {
        self.prices.clear();
    }

    /// Prepares for a path.
    pub(super) fn begin(&mut self, path: &[u32]) -> Rest {
        let rows: Vec<Option<usize>> = path.iter().map(|label| self.rows.get(label).copied()).collect();
        let mut unknown = vec![0; path.len() + 1];
        for at in (0..path.len()).rev() {
            unknown[at] = unknown[at + 1] + u32::from(rows[at].is_none());
        }
        let rest = Rest { unknown, rows };
        let places = self.net.places;
        self.prices.iter_mut().for_each(|prices| prices.begin(&rest, places));
        rest
    }

    /// Grows with every new price: bounds of states that were asked for earlier may be higher now.
    pub(super) fn version(&self) -> u32 {
        self.version
    }

    /// At least so much the rest costs from a state on, as far as the prices know.
    pub(super) fn of(&mut self, rest: &Rest, state: u32, marking: &[u8], event: usize) -> u32 {
        let (mut best, mut by) = (0.0, None);
        for (at, prices) in self.prices.iter_mut().enumerate() {
            let worth = prices.of(state, marking) + prices.rest[event];
            if worth > best {
                (best, by) = (worth, Some(at));
            }
        }
        if let Some(by) = by {
            self.prices[by].wins += 1;
        }
        whole(best) + rest.unknown[event]
    }

    /// Solves the program for a state, keeps its prices, and tells the bound; nothing when the end cannot be reached.
    pub(super) fn solve(&mut self, rest: &Rest, state: u32, marking: &[u8], event: usize) -> Option<u32> {
        let places = self.net.places;
        let mut b = vec![0.0; places + self.rows.len()];
        for (place, tokens) in marking.iter().enumerate() {
            let last = if self.finished { f64::from(self.net.last[place]) } else { 0.0 };
            b[place] = last - f64::from(*tokens);
        }
        rest.rows[event..].iter().flatten().for_each(|row| b[*row] += 1.0);
        let Bound::Prices(found) = self.simplex.solve(&b) else { return None };
        let worth: f64 = found.iter().zip(&b).map(|(price, b)| price * b).sum();
        let known = self.of(rest, state, marking, event);
        let bound = whole(worth) + rest.unknown[event];
        if bound > known {
            self.keep(found, rest);
        }
        Some(bound.max(known))
    }

    fn keep(&mut self, found: Vec<f64>, rest: &Rest) {
        let events = found[self.net.places..].to_vec();
        let tokens = found[..self.net.places].to_vec();
        let last = tokens.iter().zip(self.net.last.iter()).map(|(price, n)| price * f64::from(*n)).sum();
        let end = if self.finished { last } else { 0.0 };
        let mut prices = Prices { tokens, events, end, states: Vec::new(), rest: Vec::new(), wins: 1 };
        prices.begin(rest, self.net.places);
        if self.prices.len() >= KEPT {
            // The one of least use makes room; the others have to prove themselves anew.
            if let Some(least) = (0..self.prices.len()).min_by_key(|at| self.prices[*at].wins) {
                self.prices.remove(least);
            }
            self.prices.iter_mut().for_each(|prices| prices.wins /= 2);
        }
        self.prices.push(prices);
        self.version += 1;
    }
}

impl Prices {
    fn begin(&mut self, rest: &Rest, places: usize) {
        self.rest.clear();
        self.rest.resize(rest.rows.len() + 1, 0.0);
        for at in (0..rest.rows.len()).rev() {
            self.rest[at] = self.rest[at + 1] + rest.rows[at].map_or(0.0, |row| self.events[row - places]);
        }
    }

    fn of(&mut self, state: u32, marking: &[u8]) -> f64 {
        let state = state as usize;
        if self.states.len() <= state {
            self.states.resize(state + 1, f64::NAN);
        }
        if self.states[state].is_nan() {
            let tokens = marking.iter().zip(&self.tokens).filter(|(n, _)| **n > 0);
            self.states[state] = self.end - tokens.map(|(n, price)| f64::from(*n) * price).sum::<f64>();
        }
        self.states[state]
    }
}

fn whole(worth: f64) -> u32 {
    // Costs are far below what a u32 holds, and the cast stops at its ends.
    (worth - ROUNDING).ceil().max(0.0) as u32
}
