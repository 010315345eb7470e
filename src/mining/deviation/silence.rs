//! When a source recorded nothing though it should have: a step that is missing just then may well have been done.
//!
//! A run of hours without an event is such a silence if, by the source's usual week, more events were due in it than chance
//! leaves out, and more by half than in any other run: that shops close on holidays is no silence.

/// Events due in a silence, at least: with a Poisson rate, chance leaves so many out once in ten thousand times.
const DUE: f64 = 9.21;
/// A silence has so many times the events due of the run with the next most.
const STANDS_OUT: f64 = 1.5;
/// Hours of a week.
const WEEK: i64 = 168;

/// A run of hours: hours since 1970, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// First hour.
    pub from: i64,
    /// Last hour.
    pub to: i64,
}

/// The silence of a source, if there is one. `hours` are its hours with events, ascending, and how many.
pub fn silence(hours: &[(i64, u64)]) -> Option<Silence> {
    let (first, last) = (hours.first()?.0, hours.last()?.0);
    let mut usual = [0.0; WEEK as usize];
    for (hour, n) in hours {
        usual[of_week(*hour)] += *n as f64;
    }
    for (hour, events) in usual.iter_mut().enumerate() {
        let there = count(hour as i64, first, last);
        *events = if there > 0 { *events / there as f64 } else { 0.0 };
    }
    let mut runs: Vec<(f64, Silence)> = hours
        .windows(2)
        .filter(|pair| pair[1].0 - pair[0].0 > 1)
        .map(|pair| {
            let run = Silence { from: pair[0].0 + 1, to: pair[1].0 - 1 };
            (due(&usual, run), run)
        })
        .collect();
    runs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (most, run) = *runs.first()?;
    let next = runs.get(1).map_or(0.0, |(due, _)| *due);
    (most > DUE && most > STANDS_OUT * next).then_some(run)
}

/// Which hour of the week it is, from some fixed one on.
fn of_week(hour: i64) -> usize {
    hour.rem_euclid(WEEK) as usize
}

/// How many hours of this kind there are from one to another, both inclusive.
fn count(kind: i64, first: i64, last: i64) -> i64 {
    let before = |hour: i64| (hour - kind).div_euclid(WEEK);
    before(last) - before(first - 1)
}

fn due(usual: &[f64; WEEK as usize], run: Silence) -> f64 {
    usual.iter().enumerate().map(|(kind, usual)| usual * count(kind as i64, run.from, run.to) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event in each hour from 8 to 18 on the working days of eight weeks from Monday, 1970-01-05, but for some days.
    fn weeks(without: &[i64]) -> Vec<(i64, u64)> {
        let works = |day: &i64| (day + 3).rem_euclid(7) < 5 && !without.contains(day);
        (4..60).filter(works).flat_map(|day| (8..18).map(move |hour| (day * 24 + hour, 1))).collect()
    }

    #[test]
    fn a_hole_of_two_days_is_found_and_nights_and_weekends_are_none() {
        assert_eq!(silence(&weeks(&[])), None);
        // Tuesday and Wednesday: 10 × 7 / 8 events due on each.
        assert_eq!(silence(&weeks(&[12, 13])), Some(Silence { from: 11 * 24 + 18, to: 14 * 24 + 7 }));
        // From Thursday on, the weekend belongs to it.
        assert_eq!(silence(&weeks(&[21, 22])), Some(Silence { from: 20 * 24 + 18, to: 25 * 24 + 7 }));
        assert_eq!((count(5, 5, 5), count(5, 6, 172), count(5, 6, 173), count(5, -163, 5)), (1, 0, 1, 2));
    }

    #[test]
    fn few_events_and_holidays_prove_nothing() {
        // A single day is not enough for ten events a day, less the hole itself.
        assert_eq!(silence(&weeks(&[12])), None);
        // Two holes of one length: shops close now and then.
        assert_eq!(silence(&weeks(&[12, 13, 40, 41])), None);
        assert_eq!(silence(&[]), None);
        assert_eq!(silence(&[(5, 3)]), None);
    }
}
