//! Paths against small flows, and what is to be said about them.

use super::{Evidence, differences, is_unfinished};
use crate::mining::align::{Limits, Question, align};
use crate::mining::net::{Marking, Net};

const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "X"];

/// A, then B, then C or D, then E.
fn flow() -> Net {
    let mut net = Net::default();
    let p: Vec<usize> = (0..5).map(|n| net.place(format!("p{n}"))).collect();
    for (name, from, to) in [("A", 0, 1), ("B", 1, 2), ("C", 2, 3), ("D", 2, 3), ("E", 3, 4)] {
        net.transition(name, Some(name.to_owned()), &[p[from]], &[p[to]]);
    }
    (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[4]));
    net
}

/// The differences of a path that is written in letters, in words.
fn told(path: &str) -> Vec<String> {
    let path: Vec<i32> =
        path.chars().filter_map(|c| NAMES.iter().position(|n| n.starts_with(c))).map(|n| n as i32).collect();
    let net = flow();
    let paths = [path];
    let question = Question { net: &net, activities: &NAMES, paths: &paths, finished: true };
    let answer = align(&question, &Limits::default()).expect("there is a run");
    let evidence = Evidence::of(&answer, &NAMES);
    let alignment = answer.outcomes[0].alignment().expect("computed");
    let words = |d: super::Difference| {
        let other = d.what.other.map(|other| format!(" {other}")).unwrap_or_default();
        let order: String = d.order.iter().map(|(a, b)| format!(" @{a}<{b}")).collect();
        format!("{} {}{other}{order}", d.what.kind.word(), d.what.activity)
    };
    differences(&paths[0], alignment, &evidence).into_iter().map(words).collect()
}

#[test]
fn each_kind_by_an_example() {
    assert_eq!(told("ABCE"), [""; 0]);
    assert_eq!(told("ACE"), ["skipped B"]);
    assert_eq!(told("ABCXE"), ["extra X"]);
    assert_eq!(told("ABBCE"), ["repeated_too_often B"]);
    assert_eq!(told("ABCEB"), ["repeated_too_often B"]);
    assert_eq!(told("ABCDE"), ["wrong_branch D"]);
    assert_eq!(told("AB"), ["undeclared_end B"]);
    assert_eq!(told("DABCE"), ["undeclared_start D"]);
    assert_eq!(told("BACE"), ["out_of_order B A @0<1"]);
    assert_eq!(told("ABEC"), ["out_of_order E C @2<3"]);
    assert_eq!(told("BCEA"), ["out_of_order B A @0<3"]);
}

#[test]
fn several_at_once() {
    // B is missing, and the case stops.
    assert_eq!(told("AC"), ["skipped B", "undeclared_end C"]);
    assert_eq!(told("XACCE"), ["skipped B", "extra X", "repeated_too_often C"]);
    assert_eq!(told("X"), ["extra X", "undeclared_end X"]);
}

#[test]
fn what_is_still_under_way_is_judged_by_what_it_has_broken() {
    let begun = |path: &str| {
        let path: Vec<i32> =
            path.chars().filter_map(|c| NAMES.iter().position(|n| n.starts_with(c))).map(|n| n as i32).collect();
        let (net, paths) = (flow(), [path]);
        let ask = |finished| {
            let question = Question { net: &net, activities: &NAMES, paths: &paths, finished };
            align(&question, &Limits::default()).expect("there is a run")
        };
        let (whole, part) = (ask(true), ask(false));
        let evidence = Evidence::of(&part, &NAMES);
        let unfinished = is_unfinished(&paths[0], whole.outcomes[0].alignment().expect("computed"), &evidence);
        let alignment = part.outcomes[0].alignment().expect("computed");
        let found = differences(&paths[0], alignment, &evidence);
        let words: Vec<String> =
            found.into_iter().map(|d| format!("{} {}", d.what.kind.word(), d.what.activity)).collect();
        (unfinished, alignment.cost, words)
    };
    let none: [&str; 0] = [];
    let check = |path: &str, unfinished: bool, cost: u32, words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(begun(path), (unfinished, cost, words), "{path}");
    };
    check("AB", true, 0, &none);
    // The later step shows that the one before it was left out.
    check("AC", true, 1, &["skipped B"]);
    check("AX", true, 1, &["extra X"]);
    check("ABB", true, 1, &["repeated_too_often B"]);
    check("ABCE", false, 0, &none);
    check("ABEC", false, 1, &["wrong_branch E"]);
    check("BACE", false, 2, &["out_of_order B"]);
}

#[test]
fn a_missing_step_lies_between_two_events() {
    let net = flow();
    let paths = [vec![0, 2, 4], vec![1, 2, 4]];
    let question = Question { net: &net, activities: &NAMES, paths: &paths, finished: true };
    let answer = align(&question, &Limits::default()).expect("there is a run");
    let evidence = Evidence::of(&answer, &NAMES);
    let of = |at: usize| differences(&paths[at], answer.outcomes[at].alignment().expect("computed"), &evidence);
    assert_eq!(of(0)[0].between, [(Some(0), Some(1))]);
    assert_eq!(of(1)[0].between, [(None, Some(0))]);
}
