//! When a source recorded nothing though it should have: a step that is missing just then may well have been done.
//!
//! A run of days without an event is such a silence if, by the source's usual week, more events were due in it than chance
//! leaves out, and if it is longer than any other by half: that shops close on holidays is no silence.

/// Events due in a silence, at least: with a Poisson rate, chance leaves so many out once in ten thousand times.
const DUE: f64 = 9.21;
/// A silence has so many times the events due of the next longest run.
const STANDS_OUT: f64 = 1.5;

/// A run of days: days since 1970, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// First day.
    pub from: i32,
    /// Last day.
    pub to: i32,
}

/// The silence of a source, if there is one. `days` are its days with events, ascending, and how many.
pub fn silence(days: &[(i32, u64)]) -> Option<Silence> {
    let (first, last) = (days.first()?.0, days.last()?.0);
    let mut events = [0.0; 7];
    for (day, n) in days {
        events[weekday(*day)] += *n as f64;
    }
    let mut usual = [0.0; 7];
    for (weekday, events) in events.iter().enumerate() {
        let days = days_of(weekday, first, last);
        usual[weekday] = if days > 0.0 { events / days } else { 0.0 };
    }
    let mut runs: Vec<(f64, Silence)> = days
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

/// The first of January 1970 was a Thursday; Monday is 0.
fn weekday(day: i32) -> usize {
    (i64::from(day) + 3).rem_euclid(7) as usize
}

/// How many days of a week's day there are from one day to another, both inclusive.
fn days_of(wanted: usize, first: i32, last: i32) -> f64 {
    let (weeks, rest) = ((i64::from(last) - i64::from(first) + 1) / 7, (i64::from(last) - i64::from(first) + 1) % 7);
    let in_rest = (0..rest).any(|at| (weekday(first) + at as usize) % 7 == wanted);
    weeks as f64 + f64::from(u8::from(in_rest))
}

fn due(usual: &[f64; 7], run: Silence) -> f64 {
    (0..7).map(|weekday| usual[weekday] * days_of(weekday, run.from, run.to)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten events on each working day of eight weeks from Monday, 1970-01-05, but for some days.
    fn weeks(without: &[i32]) -> Vec<(i32, u64)> {
        (4..60).filter(|day| weekday(*day) < 5 && !without.contains(day)).map(|day| (day, 10)).collect()
    }

    #[test]
    fn a_hole_of_two_days_is_found_and_weekends_are_none() {
        assert_eq!(weekday(4), 0);
        assert_eq!(silence(&weeks(&[])), None);
        // Tuesday and Wednesday: 10 × 7 / 8 events due on each.
        assert_eq!(silence(&weeks(&[12, 13])), Some(Silence { from: 12, to: 13 }));
        // From Thursday on, the weekend belongs to it.
        assert_eq!(silence(&weeks(&[21, 22])), Some(Silence { from: 21, to: 24 }));
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
