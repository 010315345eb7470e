//! A net in the form that searches walk: markings as bytes, and for each step the silent moves that can help it to happen.

use super::closure::{Closure, TooMany};
use crate::mining::net::{Marking, Net, Transition};

/// More tokens in one place end a way: such a net would go on filling it for ever.
pub(super) const MOST_TOKENS: u8 = 100;

/// Tokens by place.
pub(super) type Tokens = Box<[u8]>;

/// A transition with numbers instead of names.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Number of its transition in the net.
    pub transition: u32,
    /// The activity that is recorded; none for a silent move.
    pub label: Option<u32>,
    pub inputs: Vec<(u32, u8)>,
    pub outputs: Vec<(u32, u8)>,
    /// Silent moves that can help it to happen.
    helpers: Helpers,
}

/// Silent moves, by position in [`Compiled::silent`].
#[derive(Debug, Clone, Default)]
struct Helpers {
    all: Vec<usize>,
    /// Places that only one of them puts tokens into, and which.
    sole: Vec<(u32, usize)>,
    /// Those that share no input with another: whenever they may happen, none of the others can prevent it.
    free: Vec<usize>,
}

impl Step {
    /// Whether it may happen.
    pub(super) fn is_allowed(&self, from: &[u8]) -> bool {
        self.inputs.iter().all(|(place, n)| from[*place as usize] >= *n)
    }

    /// Puts the marking after it into `after`; fails where a place would hold too many tokens.
    pub(super) fn fire(&self, from: &[u8], after: &mut Vec<u8>) -> Result<(), TooMany> {
        after.clear();
        after.extend_from_slice(from);
        for (place, n) in &self.inputs {
            after[*place as usize] -= n;
        }
        for (place, n) in &self.outputs {
            let tokens = &mut after[*place as usize];
            *tokens += n;
            if *tokens > MOST_TOKENS {
                return Err(TooMany);
            }
        }
        Ok(())
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Compiled {
    pub places: usize,
    pub visible: Vec<Step>,
    pub silent: Vec<Step>,
    pub initial: Tokens,
    pub last: Tokens,
    /// By place: the places from which silent moves may bring a token here, itself included.
    sources: Vec<PlaceSet>,
    /// Places whose tokens silent moves may bring to the end, or away.
    can_end: PlaceSet,
    /// Silent moves that keep all tokens in such places.
    ending: Vec<usize>,
}

impl Compiled {
    /// `label` gives the number of an activity by its name.
    pub(super) fn of(net: &Net, label: &dyn Fn(&str) -> u32) -> Result<Self, TooMany> {
        let places = net.places.len();
        let mut steps = Vec::with_capacity(net.transitions.len());
        for (at, transition) in net.transitions.iter().enumerate() {
            steps.push(step(at, transition, label)?);
        }
        let (mut visible, silent): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(|step| step.label.is_some());
        for step in &mut visible {
            step.helpers = helpers(step, &silent);
        }
        let can_end = can_end(net, places, &silent);
        let keeps = |at: &usize| silent[*at].outputs.iter().all(|(place, _)| can_end.has(*place as usize));
        Ok(Self {
            places,
            ending: (0..silent.len()).filter(keeps).collect(),
            initial: tokens(&net.initial, places)?,
            last: tokens(&net.last, places)?,
            sources: (0..places).map(|place| sources(place, places, &silent)).collect(),
            can_end,
            visible,
            silent,
        })
    }

    /// Hands over the markings directly after a visible step, with no silent move before it that it does not need: a move
    /// that it does not need may as well happen later, so no run is lost, and the many orders of such moves are never
    /// walked. `marked` has the places with tokens.
    pub(super) fn after(
        &self,
        (from, marked): (&[u8], &PlaceSet),
        step: &Step,
        closure: &mut Closure,
        mut found: impl FnMut(&[u8]),
    ) -> Result<(), TooMany> {
        if !step.inputs.iter().all(|(place, _)| self.sources[*place as usize].meets(marked)) {
            return Ok(());
        }
        let mut after = Vec::with_capacity(self.places);
        if step.helpers.all.is_empty() {
            if step.is_allowed(from) {
                step.fire(from, &mut after)?;
                found(&after);
            }
            return Ok(());
        }
        closure.explore(from, &self.silent, &step.helpers.all, |marking| self.needed(marking, step))?;
        for (at, marking) in closure.markings().enumerate() {
            if step.is_allowed(marking) && closure.needs_all(at, &self.silent, step) {
                step.fire(marking, &mut after)?;
                found(&after);
            }
        }
        Ok(())
    }

    /// The shortest silent way from a marking to where a step may happen.
    pub(super) fn way_to(&self, from: &[u8], step: &Step, closure: &mut Closure) -> Option<Vec<usize>> {
        if !step.inputs.iter().all(|(place, _)| self.sources[*place as usize].meets(&self.marked(from))) {
            return None;
        }
        closure.explore(from, &self.silent, &step.helpers.all, |marking| self.needed(marking, step)).ok()?;
        let at = closure.markings().position(|marking| step.is_allowed(marking))?;
        Some(closure.way(at))
    }

    /// A silent way from a marking to the end.
    pub(super) fn way_to_end(&self, from: &[u8], closure: &mut Closure) -> Option<Vec<usize>> {
        closure.leads_to(from, &self.silent, &self.ending, &self.last).ok().filter(|leads| *leads)?;
        let at = closure.markings().position(|marking| marking == self.last.as_ref())?;
        Some(closure.way(at))
    }

    /// The places with tokens.
    pub(super) fn marked(&self, marking: &[u8]) -> PlaceSet {
        let mut marked = PlaceSet::none(self.places);
        let places = marking.iter().enumerate().filter(|(_, tokens)| **tokens > 0);
        places.for_each(|(place, _)| _ = marked.insert(place));
        marked
    }

    /// Whether silent moves lead from a marking to the end.
    pub(super) fn is_last(&self, from: &[u8], closure: &mut Closure) -> Result<bool, TooMany> {
        if from == self.last.as_ref() {
            return Ok(true);
        }
        if from.iter().enumerate().any(|(place, tokens)| *tokens > 0 && !self.can_end.has(place)) {
            return Ok(false);
        }
        // A move that puts a token where it can never leave from is no way to the end.
        closure.leads_to(from, &self.silent, &self.ending, &self.last)
    }

    /// A move that every way from a marking to a step has to make, and that nothing on the way can prevent: it may as
    /// well be the first, so the many orders in which such moves could be made are not walked.
    fn needed(&self, marking: &[u8], step: &Step) -> Option<usize> {
        let helpers = &step.helpers;
        let mut wanting: Vec<&Step> = vec![step];
        let mut looked_at = 0;
        while let Some(step) = wanting.get(looked_at) {
            looked_at += 1;
            for (place, n) in &step.inputs {
                let sole = helpers.sole.iter().find(|(known, _)| known == place && marking[*place as usize] < *n);
                let Some((_, number)) = sole else { continue };
                let helper = &self.silent[*number];
                if !helper.is_allowed(marking) {
                    if !wanting.iter().any(|known| std::ptr::eq(*known, helper)) {
                        wanting.push(helper);
                    }
                } else if helpers.free.contains(number) {
                    return Some(*number);
                }
            }
        }
        None
    }
}

fn step(at: usize, transition: &Transition, label: &dyn Fn(&str) -> u32) -> Result<Step, TooMany> {
    Ok(Step {
        transition: at as u32,
        label: transition.label.as_deref().map(label),
        inputs: arcs(&transition.inputs)?,
        outputs: arcs(&transition.outputs)?,
        helpers: Helpers::default(),
    })
}

fn arcs(arcs: &[(usize, u32)]) -> Result<Vec<(u32, u8)>, TooMany> {
    arcs.iter().map(|(place, n)| Ok((*place as u32, few(*n)?))).collect()
}

fn few(tokens: u32) -> Result<u8, TooMany> {
    u8::try_from(tokens).ok().filter(|tokens| *tokens <= MOST_TOKENS).ok_or(TooMany)
}

fn tokens(marking: &Marking, places: usize) -> Result<Tokens, TooMany> {
    let mut tokens = vec![0; places].into_boxed_slice();
    for (place, n) in marking.tokens() {
        tokens[place] = few(n)?;
    }
    Ok(tokens)
}

/// Silent moves that put a token where the step takes one, or where another helper does.
fn helpers(step: &Step, silent: &[Step]) -> Helpers {
    let mut wanted: Vec<u32> = step.inputs.iter().map(|(place, _)| *place).collect();
    let mut all = Vec::new();
    loop {
        let gives = |at: &usize| silent[*at].outputs.iter().any(|(place, _)| wanted.contains(place));
        let fresh = (0..silent.len()).filter(|at| !all.contains(at)).find(gives);
        let Some(at) = fresh else { break };
        all.push(at);
        wanted.extend(silent[at].inputs.iter().map(|(place, _)| *place));
    }
    all.sort_unstable();
    wanted.sort_unstable();
    wanted.dedup();
    let sole = wanted.into_iter().filter_map(|place| {
        let mut giving = all.iter().filter(|at| silent[**at].outputs.iter().any(|(known, _)| *known == place));
        let first = giving.next()?;
        giving.next().is_none().then_some((place, *first))
    });
    let shares = |a: usize, b: usize| {
        let inputs = &silent[b].inputs;
        silent[a].inputs.iter().any(|(place, _)| inputs.iter().any(|(other, _)| other == place))
    };
    let free = all.iter().copied().filter(|a| !all.iter().any(|b| a != b && shares(*a, *b)));
    Helpers { sole: sole.collect(), free: free.collect(), all }
}

fn sources(place: usize, places: usize, silent: &[Step]) -> PlaceSet {
    let mut sources = PlaceSet::none(places);
    sources.insert(place);
    let mut waiting = vec![place];
    while let Some(to) = waiting.pop() {
        for step in silent.iter().filter(|step| step.outputs.iter().any(|(place, _)| *place as usize == to)) {
            if step.inputs.is_empty() {
                // A move out of nothing needs no token anywhere.
                (0..places).for_each(|place| _ = sources.insert(place));
            }
            waiting.extend(step.inputs.iter().map(|(place, _)| *place as usize).filter(|place| sources.insert(*place)));
        }
    }
    sources
}

fn can_end(net: &Net, places: usize, silent: &[Step]) -> PlaceSet {
    let mut can = PlaceSet::none(places);
    for (place, _) in net.last.tokens() {
        can.insert(place);
    }
    loop {
        let ends = |step: &&Step| step.outputs.iter().all(|(place, _)| can.has(*place as usize));
        let fresh: Vec<u32> = silent
            .iter()
            .filter(ends)
            .flat_map(|step| step.inputs.iter().map(|(place, _)| *place))
            .filter(|place| !can.has(*place as usize))
            .collect();
        if fresh.is_empty() {
            return can;
        }
        fresh.into_iter().for_each(|place| _ = can.insert(place as usize));
    }
}

/// A set of places, a bit each.
#[derive(Debug, Clone)]
pub(super) struct PlaceSet(Vec<u64>);

impl PlaceSet {
    fn none(places: usize) -> Self {
        Self(vec![0; places.div_ceil(64)])
    }

    fn insert(&mut self, place: usize) -> bool {
        let fresh = !self.has(place);
        self.0[place / 64] |= 1 << (place % 64);
        fresh
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }
}
