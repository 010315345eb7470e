//! Token replay (Rozinat, van der Aalst 2008): a path is played on the net; a token that a step needs and that is not there
//! is lent and counted as missing, what is left over in the end as remaining. Fast and older than alignments; kept beside
//! them, because other tools show it.

use super::closure::Closure;
use super::compiled::{Compiled, Step};
use super::names::Names;
use crate::mining::net::{Net, reduce};
use std::time::{Duration, Instant};

/// Tokens counted while one path is played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Played {
    /// Put into places.
    pub produced: u64,
    /// Taken from places.
    pub consumed: u64,
    /// Lent.
    pub missing: u64,
    /// Left over.
    pub remaining: u64,
}

impl Played {
    /// Half for the tokens that had to be lent, half for those left over.
    pub fn fitness(&self) -> f64 {
        let part = |bad: u64, all: u64| if all > 0 { 1.0 - bad as f64 / all as f64 } else { 1.0 };
        0.5 * part(self.missing, self.consumed) + 0.5 * part(self.remaining, self.produced)
    }

    /// Whether nothing was missing and nothing left.
    pub fn fits(&self) -> bool {
        self.missing == 0 && self.remaining == 0
    }
}

impl std::ops::AddAssign for Played {
    fn add_assign(&mut self, other: Self) {
        self.produced += other.produced;
        self.consumed += other.consumed;
        self.missing += other.missing;
        self.remaining += other.remaining;
    }
}

impl std::ops::Mul<u64> for Played {
    type Output = Self;

    fn mul(self, cases: u64) -> Self {
        Self {
            produced: self.produced * cases,
            consumed: self.consumed * cases,
            missing: self.missing * cases,
            remaining: self.remaining * cases,
        }
    }
}

/// Silent markings looked at to make one step possible.
const CLOSURE: usize = 2_000;

/// Plays each path; nothing where that is not done in time. Activities that the model does not know are passed over, as
/// the method has it.
pub fn replay(net: &Net, activities: &[&str], paths: &[&[i32]], within: Duration) -> Option<Vec<Played>> {
    let until = Instant::now() + within;
    let net = reduce(net);
    let names = Names::matching(&net.labels(), activities);
    let compiled = Compiled::of(&net, &|label| names.number(label)).ok()?;
    let mut closure = Closure::new(compiled.places, CLOSURE);
    let mut play = |path: &&[i32]| (Instant::now() < until).then(|| Player::new(&compiled, &mut closure).play(path));
    paths.iter().map(&mut play).collect()
}

struct Player<'a, 'b> {
    net: &'a Compiled,
    closure: &'b mut Closure,
    marking: Vec<u8>,
    played: Played,
}

impl<'a, 'b> Player<'a, 'b> {
    fn new(net: &'a Compiled, closure: &'b mut Closure) -> Self {
        let produced = net.initial.iter().map(|n| u64::from(*n)).sum();
        Self { net, closure, marking: net.initial.to_vec(), played: Played { produced, ..Played::default() } }
    }

    fn play(mut self, path: &[i32]) -> Played {
        for activity in path {
            let steps: Vec<&Step> =
                self.net.visible.iter().filter(|step| step.label == Some(*activity as u32)).collect();
            let Some(first) = steps.first() else { continue };
            let allowed = steps.iter().find(|step| step.is_allowed(&self.marking));
            let step = match allowed {
                Some(step) => step,
                None => {
                    let way =
                        steps.iter().find_map(|step| Some((step, self.net.way_to(&self.marking, step, self.closure)?)));
                    match way {
                        Some((step, way)) => {
                            way.into_iter().for_each(|number| self.make(&self.net.silent[number]));
                            step
                        }
                        None => first,
                    }
                }
            };
            self.make(step);
        }
        let way = self.net.way_to_end(&self.marking, self.closure);
        way.into_iter().flatten().for_each(|number| self.make(&self.net.silent[number]));
        for (place, last) in self.net.last.iter().enumerate() {
            let there = self.marking[place];
            self.played.consumed += u64::from(*last);
            self.played.missing += u64::from(last.saturating_sub(there));
            self.played.remaining += u64::from(there.saturating_sub(*last));
        }
        self.played
    }

    /// Makes a step, with lent tokens where they are needed.
    fn make(&mut self, step: &Step) {
        for (place, n) in &step.inputs {
            let there = &mut self.marking[*place as usize];
            self.played.missing += u64::from(n.saturating_sub(*there));
            self.played.consumed += u64::from(*n);
            *there = there.saturating_sub(*n);
        }
        for (place, n) in &step.outputs {
            let there = &mut self.marking[*place as usize];
            *there = there.saturating_add(*n);
            self.played.produced += u64::from(*n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::net::Marking;

    #[test]
    fn worked_by_hand() {
        // A, B perhaps, C.
        let mut net = Net::default();
        let p: Vec<usize> = (0..4).map(|n| net.place(format!("p{n}"))).collect();
        for (name, from, to) in [("A", 0, 1), ("B", 1, 2), ("C", 2, 3)] {
            net.transition(name, Some(name.to_owned()), &[p[from]], &[p[to]]);
        }
        net.silent("skip", &[p[1]], &[p[2]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[3]));
        let paths: [&[i32]; 4] = [&[0, 1, 2], &[0, 2], &[0, 2, 2], &[2]];
        let played = replay(&net, &["A", "B", "C"], &paths, Duration::from_secs(60)).expect("time enough");
        // Four tokens come and go: the first, and one for each step.
        assert_eq!(played[0], Played { produced: 4, consumed: 4, missing: 0, remaining: 0 });
        assert_eq!(played[1], Played { produced: 4, consumed: 4, missing: 0, remaining: 0 });
        // The second C lends a token, and one is left at the end.
        assert_eq!(played[2], Played { produced: 5, consumed: 5, missing: 1, remaining: 1 });
        assert!((played[2].fitness() - 0.8).abs() < 1e-12);
        // C alone lends a token; that of the beginning is left.
        assert_eq!(played[3], Played { produced: 2, consumed: 2, missing: 1, remaining: 1 });
    }
}
