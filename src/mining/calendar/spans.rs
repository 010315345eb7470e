//! From hours on local days to spans between instants.

use super::clock;
use super::days::{WorkDay, WorkDays};
use super::hours::{DAY_MINUTES, Hours};
use super::plan::Plan;
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

/// Seconds since 1970, from one up to another.
pub(super) type Span = (i64, i64);

/// Hours reach into the next day at most, and zones lie less than a day from UTC: days further off have no part in it.
const MARGIN: u64 = 3;

/// What is worked between two days: spans in their order, apart from each other, and the working days.
pub(super) fn worked(plan: &Plan, first: NaiveDate, last: NaiveDate) -> (Vec<Span>, WorkDays) {
    let mut day = first.checked_sub_days(Days::new(MARGIN)).unwrap_or(first);
    let end = last.checked_add_days(Days::new(MARGIN)).unwrap_or(last);
    let (mut all, mut days, mut own) = (Vec::new(), Vec::new(), Vec::new());
    while day < end {
        own.clear();
        of_day(plan, day, &mut own);
        if let (Some(first), Some(last)) = (own.first(), own.last()) {
            days.push(WorkDay { day, opens: first.0, closes: last.1 });
            all.extend_from_slice(&own);
        }
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    merge(&mut all);
    (all, WorkDays::new(days, first, last))
}

/// The spans of the hours that begin on a day.
fn of_day(plan: &Plan, day: NaiveDate, own: &mut Vec<Span>) {
    own.extend(plan.of_week(day).iter().map(|hours| span(plan, day, *hours)));
    merge(own);
    if !own.is_empty() {
        // Hours that go over midnight meet the next day's holiday, and hours off that do so meet this day.
        let near = day.pred_opt().unwrap_or(day)..=day.succ_opt().unwrap_or(day);
        for (other, hours) in plan.off.range(near) {
            hours.iter().for_each(|hours| cut(own, span(plan, *other, *hours)));
        }
    }
    if let Some(hours) = plan.extra.get(&day) {
        own.extend(hours.iter().map(|hours| span(plan, day, *hours)));
        merge(own);
    }
}

fn span(plan: &Plan, day: NaiveDate, hours: Hours) -> Span {
    let local = |minutes: u32| {
        let date = if minutes >= DAY_MINUTES { day.succ_opt().unwrap_or(day) } else { day };
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes % DAY_MINUTES))
    };
    (clock::opening(plan.zone, local(hours.from)), clock::closing(plan.zone, local(hours.to)))
}

/// Puts spans in order and makes one of those that overlap or touch; empty ones go.
fn merge(spans: &mut Vec<Span>) {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    spans.dedup_by(|next, before| {
        let is_one = next.0 <= before.1;
        if is_one {
            before.1 = before.1.max(next.1);
        }
        is_one
    });
}

/// Takes a span away from others.
fn cut(spans: &mut Vec<Span>, off: Span) {
    let mut left = Vec::with_capacity(spans.len() + 1);
    for (from, to) in spans.drain(..) {
        left.extend([(from, to.min(off.0)), (from.max(off.1), to)].into_iter().filter(|(from, to)| from < to));
    }
    *spans = left;
}
