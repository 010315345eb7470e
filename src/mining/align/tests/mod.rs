//! Alignments against searches that are written in another way.

mod brute;
mod random;

use super::automaton::Automaton;
use super::columns::Columns;
use super::compiled::Compiled;
use super::outcome::Outcome;
use super::outcome::{Alignment, Move};
use super::search::{Graph, Search, Spend};
use super::table::{Size, Table};
use crate::mining::net::{Marking, Net, reduce};
use proptest::prelude::*;

const SIZE: Size = Size { states: 3_000, edges: 40_000, work: 300_000 };

/// Activities are letters; unknown ones do not occur.
fn letter(name: &str) -> u32 {
    u32::from(name.bytes().next().unwrap_or_default())
}

/// That an alignment is one: its events are the path in order, its model moves a run that may end.
fn verify(net: &Net, path: &[u32], alignment: &Alignment, finished: bool) {
    let mut events = Vec::new();
    let mut steps = Vec::new();
    for each in &alignment.moves {
        match each {
            Move::Both { event, transition } => {
                events.push(*event);
                let label = net.transitions[*transition as usize].label.as_deref().map(letter);
                assert_eq!(label, Some(path[*event as usize]));
                steps.push(*transition as usize);
            }
            Move::Log { event } => events.push(*event),
            Move::Model { transition } => steps.push(*transition as usize),
        }
    }
    assert_eq!(events, (0..path.len() as u32).collect::<Vec<_>>());
    let mut markings = std::collections::BTreeSet::from([net.initial.clone()]);
    let silent = |markings: &mut std::collections::BTreeSet<Marking>| loop {
        let fresh: Vec<Marking> = markings
            .iter()
            .flat_map(|m| {
                (0..net.transitions.len())
                    .filter(|t| net.transitions[*t].label.is_none())
                    .filter_map(|t| net.fire(m, t))
            })
            .filter(|m| !markings.contains(m) && m.tokens().all(|(_, n)| n < 8))
            .collect();
        if fresh.is_empty() {
            break;
        }
        markings.extend(fresh);
    };
    silent(&mut markings);
    for step in steps {
        markings = markings.iter().filter_map(|m| net.fire(m, step)).collect();
        silent(&mut markings);
    }
    assert!(!markings.is_empty() && (!finished || markings.contains(&net.last)), "not a run: {alignment:?}");
}

/// The search finds what brute force finds, on automata that are known and on those that are not.
fn compare_search(net: &Net, paths: &[Vec<u32>]) {
    let compiled = Compiled::of(net, &letter).expect("few tokens");
    let Ok(table) = Table::whole(&mut Automaton::new(&compiled), SIZE) else { return };
    let spend = Spend { nodes: 100_000, until: std::time::Instant::now() + std::time::Duration::from_secs(60) };
    let graphs = [Some(Graph::Growing(Automaton::new(&compiled))), table.as_ref().ok().map(Graph::Whole)];
    for graph in graphs.into_iter().flatten() {
        let mut search = Search::new(graph, &compiled, true);
        for path in paths {
            let Some(expected) = brute::cost(net, path, true) else { continue };
            let found = search.align(path, spend);
            match (&found, expected) {
                (None, None) => {}
                (Some(Outcome::Computed(found)), Some(expected)) => {
                    assert_eq!(found.cost, expected, "{net:?} {path:?}");
                    verify(net, path, found, true);
                    assert!(search.least(path) <= expected);
                }
                _ => panic!("{found:?} instead of {expected:?}: {net:?} {path:?}"),
            }
        }
    }
    let mut open = Search::new(Graph::Growing(Automaton::new(&compiled)), &compiled, false);
    for path in paths {
        if let Some(Some(expected)) = brute::cost(net, path, false) {
            assert_eq!(open.align(path, spend).and_then(|found| found.bounds()), Some((expected, expected)));
        }
    }
}

fn compare(net: &Net, paths: &[Vec<u32>]) {
    let compiled = Compiled::of(net, &letter).expect("few tokens");
    let mut automaton = Automaton::new(&compiled);
    let Ok(table) = Table::whole(&mut automaton, SIZE) else { return };
    let mut paths = paths.to_vec();
    paths.sort();
    match table {
        Err(_) => {
            if let Some(cost) = brute::cost(net, &[], true) {
                assert_eq!(cost, None, "there is a way to the end: {net:?}");
            }
        }
        Ok(table) => {
            let mut columns = Columns::new(&table);
            for path in &paths {
                columns.follow(path);
                let Some(expected) = brute::cost(net, path, true) else { continue };
                let found = columns.alignment(true);
                assert_eq!(Some(found.cost), expected, "{net:?} {path:?}");
                verify(net, path, &found, true);
                if let Some(Some(expected)) = brute::cost(net, path, false) {
                    // An open case may only be where the end can still be reached, so it can cost more than brute force says.
                    let found = columns.alignment(false);
                    assert!(found.cost >= expected && found.cost <= columns.alignment(true).cost);
                    verify(net, path, &found, false);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn costs_equal_brute_force_on_nets_of_blocks(seed in any::<u64>()) {
        let (net, paths) = random::blocks(seed);
        compare(&net, &paths);
        compare_search(&net, &paths);
    }

    #[test]
    fn costs_equal_brute_force_on_any_nets(seed in any::<u64>()) {
        let (net, paths) = random::any_net(seed);
        compare(&net, &paths);
        compare_search(&net, &paths);
    }

    #[test]
    fn merging_silent_moves_away_changes_no_cost(seed in any::<u64>()) {
        for (net, paths) in [random::blocks(seed), random::any_net(seed)] {
            let reduced = reduce(&net);
            for path in paths.iter().take(3) {
                if let (Some(before), Some(after)) = (brute::cost(&net, path, true), brute::cost(&reduced, path, true)) {
                    prop_assert_eq!(before, after, "{:?} {:?}", &net, path);
                }
            }
        }
    }
}
