//! What stays when a log is filtered: the happy path, what comes before what, and who stands left of whom. It is made
//! once from the whole log; every view of the log is laid out along it, so that an activity is found where it was.

use super::abstraction::{Caps, Sliders, abstracted};
use super::graph::{END, Graph, Paths, START};
use super::layout::TimedOut;
use super::scene::Scene;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Instant;

/// A variant is the happy path only if at least this share of the cases took it …
const TOP_SHARE: f64 = 0.10;
/// … and if it is at least this long compared with the median case.
const TOP_LENGTH: f64 = 0.60;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Skeleton {
    /// The happy path, without repetitions.
    pub backbone: Vec<String>,
    /// Where each activity tends to happen: number of its step on the happy path, or between two of them.
    pub keys: BTreeMap<String, f64>,
    /// Where each activity stood, from left to right.
    pub places: BTreeMap<String, f64>,
    /// The links that were drawn, with their share of the most frequent one.
    pub links: Vec<(String, String, f64)>,
}

impl Skeleton {
    /// The frame of a log, from its complete graph and, once more, all its different paths.
    ///
    /// # Errors
    /// `TimedOut` if `deadline` passes first.
    pub fn new<'a, N: AsRef<str>>(
        graph: &Graph,
        paths: &Paths,
        names: &[N],
        again: impl Iterator<Item = (&'a [i32], i64)>,
        deadline: Option<Instant>,
    ) -> Result<Self, TimedOut> {
        let backbone = backbone(graph, paths);
        let keys = keys(&backbone, names, again);
        let mut skeleton = Self { backbone, keys, ..Self::default() };
        let drawn = abstracted(graph, Sliders::default(), &skeleton.backbone, Caps::default()).graph;
        let scene = Scene::new(&drawn, &skeleton, deadline)?;
        let most = drawn.edges.iter().map(|edge| edge.count).max().unwrap_or(1).max(1) as f64;
        skeleton.places = drawn.nodes.iter().zip(&scene.nodes).map(|(node, at)| (node.name.clone(), at.x)).collect();
        skeleton.links = drawn
            .edges
            .iter()
            .filter(|edge| drawn.is_between_activities(edge) && edge.from != edge.to)
            .map(|edge| {
                let name = |at: usize| drawn.nodes[at].name.clone();
                (name(edge.from), name(edge.to), edge.count as f64 / most)
            })
            .collect();
        Ok(skeleton)
    }
}

/// How far along the happy path cases are when an activity first happens, on average over the cases. The mean place
/// within cases would not do: what makes a case long would seem to happen early.
fn keys<'a, N: AsRef<str>>(
    backbone: &[String],
    names: &[N],
    paths: impl Iterator<Item = (&'a [i32], i64)>,
) -> BTreeMap<String, f64> {
    let step = |name: &N| backbone.iter().position(|activity| activity == name.as_ref());
    let steps: Vec<Option<usize>> = names.iter().map(step).collect();
    let mut sums = vec![(0.0, 0_i64, 0_usize); names.len()];
    for (number, (path, cases)) in paths.enumerate() {
        let mut reached = -1.0_f64;
        for (at, activity) in path.iter().enumerate() {
            let activity = *activity as usize;
            let own = steps[activity].map(|step| step as f64);
            reached = reached.max(own.unwrap_or(-1.0));
            let (sum, count, met) = &mut sums[activity];
            if *met != number + 1 {
                *met = number + 1;
                // Between this step and the next, what comes later in the case further down.
                let here = own.unwrap_or(reached + 0.5 + 0.4 * at as f64 / path.len() as f64);
                *sum += here * cases as f64;
                *count += cases;
            }
        }
    }
    let key = |(name, (sum, count, _)): (&N, &(f64, i64, usize))| {
        (name.as_ref().to_owned(), (sum / (*count).max(1) as f64 * 1e6).round() / 1e6)
    };
    names.iter().zip(&sums).map(key).collect()
}

/// The most frequent variant where it stands for the process, else the most frequent next step again and again.
fn backbone(graph: &Graph, paths: &Paths) -> Vec<String> {
    if let Some((top, cases)) = &paths.top {
        let share = *cases as f64 / paths.cases.max(1) as f64;
        let line = without_loops(top);
        if share >= TOP_SHARE && line.len() as f64 >= TOP_LENGTH * paths.median_length as f64 {
            return line;
        }
    }
    likely(graph).into_iter().map(|at| graph.nodes[at].name.clone()).collect()
}

/// The path with every return to an earlier activity cut out; its neighbours still follow each other in the log.
fn without_loops(path: &[String]) -> Vec<String> {
    let mut line: Vec<String> = Vec::new();
    for activity in path {
        if let Some(at) = line.iter().position(|earlier| earlier == activity) {
            line.truncate(at + 1);
        } else {
            line.push(activity.clone());
        }
    }
    line
}

/// From the start the most frequent next step that lies later in the process and from which the end can be reached.
fn likely(graph: &Graph) -> Vec<usize> {
    // Nodes are sorted by position.
    let later = |from: usize, to: usize| to == END || (to > END && (from == START || from < to));
    let mut reaches = vec![false; graph.nodes.len()];
    reaches[END] = true;
    for at in (2..graph.nodes.len()).rev() {
        reaches[at] = graph.edges.iter().any(|edge| edge.from == at && later(at, edge.to) && reaches[edge.to]);
    }
    let mut line = Vec::new();
    let mut at = START;
    loop {
        let steps = graph.edges.iter().filter(|edge| edge.from == at && later(at, edge.to) && reaches[edge.to]);
        match steps.max_by_key(|edge| (edge.count, Reverse(edge.to))) {
            Some(edge) if edge.to != END => {
                at = edge.to;
                line.push(at);
            }
            _ => return line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::{coded, of_words};
    use super::*;

    fn skeleton_of(words: &[(&str, i64)]) -> Skeleton {
        let (graph, known) = of_words(words);
        let (names, paths) = coded(words);
        let again = paths.iter().map(|(path, cases)| (path.as_slice(), *cases));
        Skeleton::new(&graph, &known, &names, again, None).unwrap()
    }

    #[test]
    fn a_common_variant_is_the_happy_path() {
        let (graph, paths) = of_words(&[("a b c d", 6), ("a c b d", 3), ("a d", 3)]);
        assert_eq!(backbone(&graph, &paths), ["a", "b", "c", "d"]);
        let (graph, paths) = of_words(&[("a b c b c d", 6), ("a c b d", 3)]);
        assert_eq!(backbone(&graph, &paths), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_short_variant_is_not() {
        // The most frequent variant has one step, the median case four.
        let (graph, paths) = of_words(&[("a", 4), ("a b c d", 3), ("a c b d", 2), ("a b c e d", 2)]);
        assert_eq!(backbone(&graph, &paths), ["a", "b", "c", "d"]);
    }

    #[test]
    fn what_lengthens_a_case_does_not_seem_to_come_early() {
        // Checks come after b, but make their cases long, so that b lies behind them in mean place.
        let words = [("a b c", 6), ("a b x x x y y y c", 3)];
        let skeleton = skeleton_of(&words);
        assert_eq!(skeleton.backbone, ["a", "b", "c"]);
        let keys: Vec<f64> = ["a", "b", "x", "y", "c"].iter().map(|name| skeleton.keys[*name]).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        assert_eq!(skeleton.places.len(), 7);
    }
}
