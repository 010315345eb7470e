//! Worked by hand, at once and in parts.

use super::*;

type Row = (i32, Option<i32>, Option<i64>, bool, bool);

fn columns(rows: &[Row]) -> Vec<ArrayRef> {
    vec![
        Arc::new(rows.iter().map(|row| Some(row.0)).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|row| row.1).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| Some(row.3)).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|row| row.1.map(|_| row.4)).collect::<BooleanArray>()),
    ]
}

/// from, to, pairs, cases, first events, waits, their sum in seconds.
type Told = (i32, Option<i32>, i64, i64, i64, i64, Option<f64>);

fn told(pairs: &mut Pairs) -> Vec<Told> {
    let ScalarValue::List(list) = pairs.evaluate().unwrap() else { panic!("no list") };
    let entries = list.value(0);
    let entries = entries.as_struct();
    let ints = |at: usize| entries.column(at).as_primitive::<Int32Type>().iter();
    let numbers = |at: usize| entries.column(at).as_primitive::<Int64Type>().values().to_vec();
    let wait = entries.column(5).as_struct();
    let waits = wait.column(0).as_primitive::<Int64Type>().values().to_vec();
    let totals = wait.column_by_name("total_s").unwrap();
    let totals = totals.as_primitive::<datafusion::arrow::datatypes::Float64Type>().iter();
    let (pairs, cases, firsts) = (numbers(2), numbers(3), numbers(4));
    ints(0)
        .zip(ints(1))
        .zip(totals)
        .enumerate()
        .map(|(at, ((from, to), total))| (from.unwrap(), to, pairs[at], cases[at], firsts[at], waits[at], total))
        .collect()
}

fn rows(activities: i32) -> Vec<Row> {
    let second = 1_000_000;
    let far = activities - 1;
    vec![
        (0, Some(far), Some(2 * second), true, true),
        (far, None, None, true, false),
        (0, Some(far), Some(3 * second), true, true),
        (far, Some(0), None, true, true),
        (0, Some(far), Some(-second), false, false),
        (far, None, None, false, false),
    ]
}

#[test]
fn pairs_of_few_and_of_many_activities() {
    for activities in [2, 500, 5_000] {
        let far = activities - 1;
        let expected =
            [(0, Some(far), 3, 2, 2, 3, Some(5.0)), (far, None, 2, 0, 1, 0, None), (far, Some(0), 1, 1, 1, 0, None)];
        let mut at_once = Pairs::default();
        at_once.update_batch(&columns(&rows(activities))).unwrap();
        assert_eq!(told(&mut at_once), expected);
        // In parts of any size, each with a state of its own, that are merged.
        for size in 1..=rows(activities).len() {
            let mut whole = Pairs::default();
            for part in rows(activities).chunks(size) {
                let mut one = Pairs::default();
                one.update_batch(&columns(part)).unwrap();
                let state: Vec<ArrayRef> =
                    one.state().unwrap().into_iter().map(|value| value.to_array().unwrap()).collect();
                whole.merge_batch(&state).unwrap();
            }
            assert_eq!(told(&mut whole), expected, "{size}");
        }
    }
    assert!(told(&mut Pairs::default()).is_empty());
}
