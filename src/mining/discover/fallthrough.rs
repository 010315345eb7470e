//! What is done where a log has no cut: something about it is true all the same, and the rest is looked at again.

use super::cut::cut;
use super::graph::Graph;
use super::log::Log;

/// What is true of a log without a cut.
pub(super) enum Fallthrough {
    /// Two logs side by side.
    Parallel(Log, Log),
    /// One log, as often as wanted.
    Repeated(Log),
    /// Any activity, as often as wanted.
    Anything(Vec<u32>),
}

pub(super) fn fallthrough(log: &Log, graph: &Graph) -> Fallthrough {
    let apart =
        |activity: u32| Fallthrough::Parallel(log.projected(|a| a == activity), log.projected(|a| a != activity));
    if graph.activities.len() > 1 {
        let once = |activity: &u32| log.paths.keys().all(|path| path.iter().filter(|a| *a == activity).count() == 1);
        if let Some(activity) = graph.activities.iter().copied().find(once) {
            return apart(activity);
        }
        // One activity may be all that hides the structure of the others.
        let hides = |activity: &u32| cut(&Graph::of(&log.projected(|a| a != *activity))).is_some();
        if let Some(activity) = graph.activities.iter().copied().find(hides) {
            return apart(activity);
        }
    }
    let (starts, ends) = (&graph.starts, &graph.ends);
    let strict = repeated(log, |before, activity| ends.contains_key(&before) && starts.contains_key(&activity));
    let tau_loop = strict.or_else(|| repeated(log, |_, activity| starts.contains_key(&activity)));
    tau_loop.map_or_else(|| Fallthrough::Anything(graph.activities.clone()), Fallthrough::Repeated)
}

/// The log with paths cut into pieces, if any is.
fn repeated(log: &Log, begins: impl Fn(u32, u32) -> bool) -> Option<Log> {
    let mut pieces = Log::default();
    let mut is_cut = false;
    for (path, cases) in &log.paths {
        let mut piece = Vec::new();
        for activity in path {
            if piece.last().is_some_and(|before| begins(*before, *activity)) {
                pieces.add(std::mem::take(&mut piece), *cases);
                is_cut = true;
            }
            piece.push(*activity);
        }
        pieces.add(piece, *cases);
    }
    is_cut.then_some(pieces)
}
