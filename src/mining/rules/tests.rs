//! Every kind of rule, worked out by hand. A is 0, B is 1, C is 2.

use super::*;

fn judged(kind: RuleKind, bounds: (Option<u32>, Option<u32>), path: &str) -> String {
    let path: Vec<i32> = path.bytes().map(|letter| i32::from(letter - b'A')).collect();
    let rule = PathRule { kind, steps: &[Some(0), Some(1)], min: bounds.0, max: bounds.1 };
    match rule.judge(&path) {
        Verdict::Kept => "kept".to_owned(),
        Verdict::Vacuous => "vacuous".to_owned(),
        Verdict::Broken(ways) => {
            let way = |way: &Broken| format!("{} {}", way.kind.word(), ["A", "B"][way.step]);
            ways.iter().map(way).collect::<Vec<_>>().join(" and ")
        }
    }
}

#[test]
fn rules_that_count() {
    let check = |kind, bounds, cases: &[(&str, &str)]| {
        for (path, expected) in cases {
            assert_eq!(judged(kind, bounds, path), *expected, "{kind:?} {path}");
        }
    };
    check(RuleKind::Absent, (None, Some(0)), &[("BC", "kept"), ("BA", "extra A")]);
    check(RuleKind::Absent, (None, Some(1)), &[("A", "kept"), ("ABA", "repeated_too_often A")]);
    check(
        RuleKind::Exactly,
        (Some(2), Some(2)),
        &[("AA", "kept"), ("A", "skipped A"), ("AAA", "repeated_too_often A"), ("B", "skipped A")],
    );
    check(
        RuleKind::Between,
        (Some(1), Some(2)),
        &[("A", "kept"), ("ABA", "kept"), ("B", "skipped A"), ("AAA", "repeated_too_often A")],
    );
    check(RuleKind::Between, (Some(0), None), &[("AAAA", "kept"), ("B", "kept")]);
}

#[test]
fn rules_about_two_steps() {
    let check = |kind, cases: &[(&str, &str)]| {
        for (path, expected) in cases {
            assert_eq!(judged(kind, (None, None), path), *expected, "{kind:?} {path}");
        }
    };
    check(RuleKind::Starts, &[("AC", "kept"), ("BC", "kept"), ("CA", "undeclared_start A"), ("", "vacuous")]);
    check(RuleKind::Ends, &[("CA", "kept"), ("AC", "undeclared_end A")]);
    check(
        RuleKind::Precedence,
        &[("AB", "kept"), ("ACBB", "kept"), ("B", "skipped A"), ("BA", "out_of_order B"), ("AC", "vacuous")],
    );
    check(
        RuleKind::Response,
        &[
            ("AB", "kept"),
            ("AAB", "kept"),
            ("A", "skipped B"),
            ("BA", "out_of_order B"),
            ("ABA", "out_of_order B"),
            ("B", "vacuous"),
        ],
    );
    check(
        RuleKind::Succession,
        &[
            ("ACB", "kept"),
            ("A", "skipped B"),
            ("B", "skipped A"),
            ("BA", "out_of_order B"),
            ("C", "vacuous"),
            ("ABA", "out_of_order B"),
        ],
    );
    check(RuleKind::RespondedExistence, &[("BA", "kept"), ("A", "skipped B"), ("B", "vacuous")]);
    check(RuleKind::And, &[("BA", "kept"), ("A", "skipped B"), ("B", "skipped A"), ("C", "vacuous")]);
    check(
        RuleKind::Xor,
        &[("A", "kept"), ("CB", "kept"), ("AB", "wrong_branch B"), ("BA", "wrong_branch A"), ("C", "vacuous")],
    );
    check(
        RuleKind::NoEventAfter,
        &[("BA", "kept"), ("AB", "undeclared_end A"), ("AA", "undeclared_end A"), ("B", "vacuous")],
    );
}

#[test]
fn steps_that_the_log_does_not_know_never_happen() {
    let rule = PathRule { kind: RuleKind::Precedence, steps: &[None, Some(1)], min: None, max: None };
    assert_eq!(rule.judge(&[1]), Verdict::Broken(vec![about(Kind::Skipped, 0, Some(1))]));
    let order = Broken { order: Some((0, 2)), ..about(Kind::OutOfOrder, 1, Some(0)) };
    let rule = PathRule { steps: &[Some(0), Some(1)], ..rule };
    assert_eq!(rule.judge(&[1, 2, 0]), Verdict::Broken(vec![order]));
}
