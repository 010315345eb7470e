//! How well a log as a whole fits a model (van der Aalst, Adriansyah, van Dongen 2012): of a case, one minus the cost of its
//! alignment by the cost of having nothing in common with the model, which is all its events and the shortest run.

use super::outcome::Outcome;

/// Fitness of a log. Where alignments are only bounded, it is that of the best ones found, and `mean_at_most` says how
/// much better the best of all could be.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fitness {
    /// Mean over cases; nothing for a log without cases that could be evaluated.
    pub mean: Option<f64>,
    /// The same, were every bound reached.
    pub mean_at_most: Option<f64>,
    /// One minus all costs by all worst costs.
    pub log: Option<f64>,
    /// Cases whose path costs nothing.
    pub conforming: u64,
    /// Cases by how well they could be evaluated.
    pub computed: u64,
    /// The same: between two bounds.
    pub bounded: u64,
    /// The same: not at all.
    pub not_evaluated: u64,
}

/// Fitness of one case: its cost, the events it has, the steps of the shortest run.
pub fn fitness(cost: u32, events: usize, shortest: u32) -> f64 {
    let worst = events as f64 + f64::from(shortest);
    // Neither an event nor a step that has to be: nothing can be amiss.
    if worst > 0.0 { 1.0 - f64::from(cost) / worst } else { 1.0 }
}

/// Fitness of a log: of each path its number of events, its number of cases, and what came of aligning it.
pub fn fitness_of_log<'a>(paths: impl Iterator<Item = (usize, u64, &'a Outcome)>, shortest: u32) -> Fitness {
    fitness_of_paths(paths.map(|(events, cases, outcome)| (events, cases, shortest, outcome)))
}

/// The same where paths were held against models of their own: of each also the steps of its model's shortest run.
pub fn fitness_of_paths<'a>(paths: impl Iterator<Item = (usize, u64, u32, &'a Outcome)>) -> Fitness {
    let mut all = Fitness::default();
    let (mut mean, mut most, mut cost, mut worst) = (0.0, 0.0, 0.0, 0.0);
    for (events, cases, shortest, outcome) in paths {
        let Some((lower, upper)) = outcome.bounds() else {
            all.not_evaluated += cases;
            continue;
        };
        match lower == upper {
            true => all.computed += cases,
            false => all.bounded += cases,
        }
        if upper == 0 {
            all.conforming += cases;
        }
        let n = cases as f64;
        mean += n * fitness(upper, events, shortest);
        most += n * fitness(lower, events, shortest);
        cost += n * f64::from(upper);
        worst += n * (events as f64 + f64::from(shortest));
    }
    let evaluated = (all.computed + all.bounded) as f64;
    if evaluated > 0.0 {
        all.mean = Some(mean / evaluated);
        all.mean_at_most = Some(most / evaluated);
        all.log = Some(if worst > 0.0 { 1.0 - cost / worst } else { 1.0 });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::align::{Alignment, Move};

    #[test]
    fn worked_by_hand() {
        let of = |cost: u32| Alignment { cost, moves: vec![Move::Log { event: 0 }; cost as usize] };
        let (fits, one, bounded) =
            (Outcome::Computed(of(0)), Outcome::Computed(of(1)), Outcome::Bounded { lower: 1, upper: of(3) });
        // Shortest run 2: three cases of 2 events fit, one of 3 events costs 1 of 5, one of 4 costs 1 to 3 of 6.
        let paths = [(2, 3, &fits), (3, 1, &one), (4, 1, &bounded), (9, 5, &Outcome::NotEvaluated)];
        let found = fitness_of_log(paths.into_iter(), 2);
        assert_eq!((found.conforming, found.computed, found.bounded, found.not_evaluated), (3, 4, 1, 5));
        let close = |a: Option<f64>, b: f64| assert!(a.is_some_and(|a| (a - b).abs() < 1e-12), "{a:?} {b}");
        close(found.mean, (3.0 + 0.8 + 0.5) / 5.0);
        close(found.mean_at_most, (3.0 + 0.8 + 5.0 / 6.0) / 5.0);
        close(found.log, 1.0 - 4.0 / (3.0 * 4.0 + 5.0 + 6.0));
        assert_eq!(fitness_of_log([].into_iter(), 2), Fitness::default());
        assert_eq!(fitness(0, 0, 0), 1.0);
    }
}
