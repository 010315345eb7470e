//! Planted truth is found first, and nothing is found where there is nothing.

use super::*;
use proptest::prelude::*;

/// A small generator of numbers that look random, the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, share: f64) -> bool {
        (self.next() >> 11) as f64 / ((1u64 << 53) as f64) < share
    }
}

/// Attributes as logs have them: a few values of equal size, and many of which some are rare.
fn attributes(dice: &mut Dice, cases: usize) -> Vec<Column> {
    let mut column = |values: usize, skewed: bool| {
        let codes = (0..cases).map(|_| {
            let value = dice.below(values as u64);
            let other = if skewed { dice.below(values as u64) } else { value };
            value.min(other) as u32
        });
        Column { codes: codes.collect(), values }
    };
    [(2, false), (4, false), (5, true), (12, true), (18, false), (40, true)].map(|(n, s)| column(n, s)).into()
}

fn target(dice: &mut Dice, cases: usize, share: impl Fn(usize) -> f64) -> Vec<bool> {
    (0..cases).map(|case| dice.one_in(share(case))).collect()
}

/// What four rows say, by hand: value 0 has 40 of 50, value 1 has 10 of 50, value 2 too few cases.
#[test]
fn every_value_is_held_against_the_rest() {
    let mut codes = vec![0; 50];
    codes.extend(vec![1; 50]);
    codes.extend(vec![2; 8]);
    let target: Vec<bool> = (0..108).map(|at| at < 40 || (50..60).contains(&at)).collect();
    let found = contrasts(&[Column { codes, values: 4 }], &target);
    let first = found.tested[0];
    assert_eq!((found.tested.len(), first.value), (2, 0));
    assert_eq!(first.table, Fourfold { hits: 40, cases: 50, all_hits: 50, all_cases: 108 });
    assert_eq!(found.too_few, [(1, 8)]);
    // Two questions; the second has the larger p, so its q is that.
    let second = found.tested[1];
    assert!(first.p < second.p && (first.q - 2.0 * first.p).abs() < 1e-15 && second.q == second.p);
    assert_eq!(found.found().count(), 2);
}

#[test]
fn what_was_planted_comes_first() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let columns = attributes(&mut dice, 4_000);
        let codes = columns[2].codes.clone();
        let target = target(&mut dice, 4_000, |case| if codes[case] == 1 { 0.22 } else { 0.08 });
        let found = contrasts(&columns, &target);
        let first = found.found().next().map(|one| (one.column, one.value));
        assert_eq!(first, Some((2, 1)), "seed {seed}");
        let root = tree(&columns, &target, 3);
        assert_eq!(root.split.map(|split| (split.column, split.value)), Some((2, 1)), "seed {seed}");
    }
}

/// The labels depend on nothing, so every finding is a false one: in at most one seed in twenty there is any. So many seeds,
/// because of fewer more than that may be so by luck.
#[test]
fn shuffled_labels_find_nothing() {
    const SEEDS: u64 = 1_000;
    for (cases, share) in [(600, 0.1), (3_000, 0.1), (3_000, 0.35)] {
        let (mut lists, mut trees) = (0, 0);
        for seed in 0..SEEDS {
            let mut dice = Dice(seed * 7 + 1);
            let columns = attributes(&mut dice, cases);
            let target = target(&mut dice, cases, |_| share);
            lists += u64::from(contrasts(&columns, &target).found().next().is_some());
            trees += u64::from(tree(&columns, &target, 3).split.is_some());
        }
        assert!(lists * 20 <= SEEDS, "{lists} of {SEEDS} lists at {cases} cases, {share}");
        assert!(trees * 20 <= SEEDS, "{trees} of {SEEDS} trees at {cases} cases, {share}");
    }
}

/// Cases are of the target where both values meet: each alone goes with it, only the tree says that it is both.
#[test]
fn a_tree_finds_what_goes_together() {
    let mut dice = Dice(5);
    let columns = attributes(&mut dice, 6_000);
    let (a, b) = (columns[0].codes.clone(), columns[1].codes.clone());
    let target = target(&mut dice, 6_000, |case| if a[case] == 1 && b[case] == 3 { 0.6 } else { 0.07 });
    let root = tree(&columns, &target, 3);
    let first = root.split.unwrap();
    assert_eq!((first.column, first.value), (1, 3));
    let second = first.with.split.unwrap();
    // Of two values either may be named: what matters is that the sides are those of both.
    assert_eq!(second.column, 0);
    let rich = if second.value == 1 { &second.with } else { &second.without };
    assert!(rich.hits * 2 > rich.cases, "{rich:?}");
    assert!(first.without.split.is_none());
    assert_eq!(first.with.cases + first.without.cases, root.cases);
}

proptest! {
    #[test]
    fn numbers_are_shares_and_add_up(
        rows in prop::collection::vec((0u32..4, 0u32..3, any::<bool>()), 0..400),
    ) {
        let target: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let columns = [
            Column { codes: rows.iter().map(|row| row.0).collect(), values: 4 },
            Column { codes: rows.iter().map(|row| row.1).collect(), values: 3 },
        ];
        let found = contrasts(&columns, &target);
        for one in &found.tested {
            prop_assert!((0.0..=1.0).contains(&one.p) && one.q >= one.p && one.q <= 1.0);
            prop_assert!(one.table.cases >= LEAST_CASES && one.table.rest() >= LEAST_CASES);
            let (low, high) = one.table.interval().unwrap();
            let difference = one.table.difference().unwrap();
            prop_assert!(-1.0 - 1e-12 <= low && low <= difference && difference <= high && high <= 1.0 + 1e-12);
        }
        prop_assert!(found.tested.windows(2).all(|pair| pair[0].table.excess() >= pair[1].table.excess()));
        let root = tree(&columns, &target, 2);
        prop_assert_eq!(root.cases as usize, rows.len());
    }

    #[test]
    fn both_tests_say_about_the_same(cases in 200u64..2_000, rest in 200u64..2_000, a in 0.2f64..0.8, b in 0.2f64..0.8) {
        let (hits, rest_hits) = ((cases as f64 * a) as u64, (rest as f64 * b) as u64);
        let table = Fourfold { hits, cases, all_hits: hits + rest_hits, all_cases: cases + rest };
        let p = table.p();
        prop_assert!((0.0..=1.0).contains(&p));
        let mirrored = Fourfold { hits: rest_hits, cases: rest, ..table };
        prop_assert!((mirrored.p() - p).abs() <= 1e-9 + 1e-6 * p);
    }
}
