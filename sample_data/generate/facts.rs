//! The planted facts in words and numbers: each with a definition that can be counted again, what was planted, and
//! what is in the log.
//!
//! It must not count anything itself; `truth.rs` does.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::calendar::{HOLIDAYS, Moment, date_from_days};
use crate::company::{Activity, CONFIRM_SYNONYM, HAPPY_PATH, Role, Segment, Staff};
use crate::planted::*;
use crate::text::utc_text;
use crate::truth::{Share, Tally};

/// Something planted.
#[derive(Serialize)]
pub struct Fact {
    pub id: &'static str,
    pub definition: String,
    pub planted: BTreeMap<&'static str, Value>,
    pub found: BTreeMap<&'static str, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_ids: Option<Vec<String>>,
}

type Numbers<const COUNT: usize> = [(&'static str, Value); COUNT];

fn fact<const A: usize, const B: usize>(
    id: &'static str,
    definition: &str,
    planted: Numbers<A>,
    found: Numbers<B>,
) -> Fact {
    let definition = definition.to_owned();
    Fact { id, definition, planted: BTreeMap::from(planted), found: BTreeMap::from(found), case_ids: None }
}

impl Fact {
    fn with_ids(mut self, tally: &Tally, share: &Share) -> Self {
        self.case_ids = tally.keep_ids.then(|| share.case_ids.clone());
        self
    }
}

/// All facts, in the order in which the README tells them.
pub fn facts(tally: &Tally, staff: &Staff) -> Vec<Fact> {
    let mut facts = rules(tally);
    facts.extend(times(tally));
    facts.extend(people(tally, staff));
    facts.extend(cohorts(tally));
    facts.extend(rows(tally));
    facts.extend(paths(tally));
    facts.extend(promises(tally));
    facts
}

fn rules(tally: &Tally) -> Vec<Fact> {
    let skipped = &tally.skipped;
    vec![
        fact(
            "skipped_approval",
            "Of the cases with amount_eur > 10000 or discount_percent > 15 and at least one confirmation (either name), \
             those that were confirmed without an approval. Cases whose \"Approve order\" row fell into the collection \
             gap are not skipped, though the log has no such row: see lost_in_collection_gap.",
            [("share", json!(ratio(1, SKIPPED_ONE_IN)))],
            [
                ("cases", json!(skipped.of)),
                ("skipped", json!(skipped.count)),
                ("share", json!(ratio(skipped.count, skipped.of))),
                ("lost_in_collection_gap", json!(tally.approval_lost)),
                ("without_approval_in_log", json!(skipped.count + tally.approval_lost)),
            ],
        )
        .with_ids(tally, skipped),
        fact(
            "approval_rule",
            "An order is approved if and only if amount_eur > 10000 or discount_percent > 15, save for the skipped \
             ones. Counted over cases with a confirmation (either name).",
            [("amount_eur_above", json!(APPROVAL_ABOVE_CENTS / 100)), ("discount_percent_above", json!(APPROVAL_ABOVE_DISCOUNT))],
            [
                ("cases_inside_rule", json!(skipped.of)),
                ("approved_inside_rule", json!(skipped.of - skipped.count - tally.approval_lost)),
                ("cases_outside_rule", json!(tally.approved_outside_rule.of)),
                ("approved_outside_rule", json!(tally.approved_outside_rule.count)),
            ],
        ),
        fact(
            "random_judgement",
            "Cases with \"Review credit by hand\": whether \"Ask for prepayment\" follows is the toss of a coin and \
             depends on no attribute.",
            [("share", json!(ratio(PREPAYMENT_RATE, 1_000)))],
            share(&tally.prepayment, "cases_reviewed", "cases_with_prepayment"),
        ),
    ]
}

fn times(tally: &Tally) -> Vec<Fact> {
    let [before, from] = &tally.missing_data;
    vec![
        fact(
            "drift",
            "Cases with \"Ask for missing data\", by the local day of the case's earliest start_time: before the day of \
             the drift, and from it on.",
            [
                ("day", day(DRIFT_DAY)),
                ("share_before", json!(ratio(MISSING_DATA_RATES[0], 1_000))),
                ("share_from", json!(ratio(MISSING_DATA_RATES[1], 1_000))),
            ],
            [
                ("cases_before", json!(before.of)),
                ("with_missing_data_before", json!(before.count)),
                ("share_before", json!(ratio(before.count, before.of))),
                ("cases_from", json!(from.of)),
                ("with_missing_data_from", json!(from.count)),
                ("share_from", json!(ratio(from.count, from.of))),
            ],
        ),
        fact(
            "outage",
            "Between the two moments nothing in the ERP system starts or ends, while the other systems go on. Counted \
             by end_time, from included, to excluded.",
            [("system", json!("ERP")), ("from", at(OUTAGE.0)), ("to", at(OUTAGE.1))],
            [("rows_of_system", json!(tally.outage_rows[0])), ("rows_of_other_systems", json!(tally.outage_rows[1]))],
        ),
        fact(
            "collection_gap",
            "Rows of all systems whose end_time lies between the two moments were lost. The cases are those that lost \
             rows but still have some.",
            [("from", at(COLLECTION_GAP.0)), ("to", at(COLLECTION_GAP.1))],
            [("rows_lost", json!(tally.lost_rows)), ("cases", json!(tally.lost.count)), ("rows_in_gap", json!(0))],
        )
        .with_ids(tally, &tally.lost),
    ]
}

fn people(tally: &Tally, staff: &Staff) -> Vec<Fact> {
    let (others, of) = OTHERS_RECONCILE;
    let name = &staff.person(staff.first(Role::Finance)).name;
    vec![
        fact(
            "key_person",
            "Rows of \"Reconcile payment\" that one person did.",
            [("resource", json!(name)), ("share", json!(ratio(of - others, of)))],
            share(&tally.key_person, "rows", "rows_by_key_person"),
        ),
        fact(
            "segregation_of_duties",
            "Of the cases with \"Approve order\", those whose first \"Approve order\" was done by somebody who also did \
             an \"Enter order\" of the case.",
            [("share", json!(ratio(1, SELF_APPROVAL_ONE_IN)))],
            share(&tally.own_approval, "cases_approved", "cases_violating"),
        )
        .with_ids(tally, &tally.own_approval),
    ]
}

fn cohorts(tally: &Tally) -> Vec<Fact> {
    let [before, from] =
        tally.shipping.each_ref().map(|counts| (counts.values().sum::<u64>(), histogram_median(counts)));
    let change = before.1.zip(from.1).map(|(before, from)| round(from / before - 1.0));
    let key_share = |mix: &[u64; 3]| ratio(mix[0], mix.iter().sum());
    let medians = |half: usize| {
        let by_segment =
            Segment::ALL.iter().map(|segment| (segment.name(), median(&tally.cycles[half][*segment as usize])));
        json!(by_segment.collect::<BTreeMap<_, _>>())
    };
    let overall = |half: usize| json!(median(&tally.cycles[half].concat()));
    vec![
        fact(
            "before_after",
            "Duration (end_time - start_time) of \"Ship goods\" rows, by start_time before and from the go-live; the \
             change is the median from it on, divided by the median before, minus 1.",
            [("go_live", at(GO_LIVE)), ("change", json!(ratio(SHIPPING_AFTER, 1_000).map(|after| round(after - 1.0))))],
            [
                ("rows_before", json!(before.0)),
                ("median_s_before", json!(before.1)),
                ("rows_from", json!(from.0)),
                ("median_s_from", json!(from.1)),
                ("change", json!(change)),
            ],
        ),
        fact(
            "mix_shift",
            "Cases by the local day of their earliest start_time: 2024-09-01 to 2025-02-28 and 2025-03-01 to \
             2025-08-31. More of them come from key accounts, which pay late: the median cycle time (first start to last \
             end of cases with \"Reconcile payment\") grows overall and hardly within a segment.",
            [
                ("day", day(MIX_SHIFT_DAY)),
                ("key_account_share", json!(SEGMENT_WEIGHTS.map(|weights| ratio(weights[0], 100)))),
            ],
            [
                ("cases_before", json!(tally.mix[0].iter().sum::<u64>())),
                ("key_account_share_before", json!(key_share(&tally.mix[0]))),
                ("cases_from", json!(tally.mix[1].iter().sum::<u64>())),
                ("key_account_share_from", json!(key_share(&tally.mix[1]))),
                ("median_cycle_s_before", overall(0)),
                ("median_cycle_s_from", overall(1)),
                ("median_cycle_s_by_segment_before", medians(0)),
                ("median_cycle_s_by_segment_from", medians(1)),
            ],
        ),
    ]
}

fn rows(tally: &Tally) -> Vec<Fact> {
    let (duplicates, same_second) = (&tally.duplicates, &tally.same_second);
    vec![
        fact(
            "duplicates",
            "Rows of the mail system that are equal in every column to the row of the same case before them.",
            [("share_of_mail_rows", json!(ratio(DUPLICATE_RATE, 1_000)))],
            [("rows", json!(duplicates.of)), ("duplicate_rows", json!(duplicates.count))],
        ),
        fact(
            "equal_timestamps",
            "Cases in which two rows that are not duplicates of each other have the same end_time; the order of the file \
             is the true order. Mostly an invoice posted in the second in which the goods left.",
            [("share_of_invoices", json!(ratio(SAME_SECOND_RATE, 1_000)))],
            [("cases", json!(same_second.count))],
        )
        .with_ids(tally, same_second),
        fact(
            "synonym_label",
            "Rows of the mail system that carry the old name of a confirmation.",
            [("label", json!(CONFIRM_SYNONYM)), ("means", json!(Activity::ConfirmOrder.name()))],
            [("rows", json!(tally.synonym_rows()))],
        ),
    ]
}

fn paths(tally: &Tally) -> Vec<Fact> {
    let steps: Vec<&str> = HAPPY_PATH.iter().map(|step| step.name()).collect();
    let closed = tally.open.of - tally.open.count;
    vec![
        fact(
            "open_cases",
            "Cases with neither \"Reconcile payment\" nor \"Cancel order\" at the extraction.",
            [("as_of", at(AS_OF))],
            [
                ("cases", json!(tally.open.of)),
                ("open", json!(tally.open.count)),
                ("closed", json!(closed)),
                ("closed_by_cancellation", json!(tally.cancelled)),
            ],
        )
        .with_ids(tally, &tally.open),
        fact(
            "happy_path",
            "Cases whose rows by end_time (equal times in the order of the file) are exactly these steps.",
            [("steps", json!(steps))],
            [
                ("cases", json!(tally.happy.count)),
                ("share_of_all_cases", json!(ratio(tally.happy.count, tally.happy.of))),
                ("share_of_closed_cases", json!(ratio(tally.happy.count, closed))),
            ],
        ),
        fact(
            "parallel_steps",
            "\"Ship goods\" and \"Send invoice\" may come in either order. Of the cases with both, those whose first \
             invoice stands before the first shipping.",
            [],
            share(&tally.invoice_first, "cases", "invoice_first"),
        ),
    ]
}

fn promises(tally: &Tally) -> Vec<Fact> {
    let limits = |hours: [i64; 3]| {
        json!(Segment::ALL.iter().map(|segment| (segment.name(), hours[*segment as usize])).collect::<BTreeMap<_, _>>())
    };
    let by_segment = |count: &dyn Fn(usize) -> u64| {
        json!(Segment::ALL.iter().map(|segment| (segment.name(), count(*segment as usize))).collect::<BTreeMap<_, _>>())
    };
    let [combination, rest] = &tally.late;
    let holidays = HOLIDAYS.map(|(month, date)| format!("{month:02}-{date:02}"));
    vec![
        fact(
            "confirmation_sla",
            "From the end of the first \"Receive order\" to the end of the first confirmation (either name), cases with \
             both. Late is more than the limit of the segment: in elapsed hours, or in working hours (Monday to Friday \
             09:00 to 18:00 Europe/Madrid, without the holidays of each year).",
            [
                ("elapsed_hours", limits(CONFIRM_WITHIN_HOURS)),
                ("working_hours", limits(CONFIRM_WITHIN_WORKING_HOURS)),
                ("holidays", json!(holidays)),
            ],
            [
                ("cases", by_segment(&|segment| tally.promises[segment].elapsed.of)),
                ("late_elapsed", by_segment(&|segment| tally.promises[segment].elapsed.count)),
                ("late_working", by_segment(&|segment| tally.promises[segment].working.count)),
            ],
        ),
        fact(
            "clock_change",
            "Of those cases, the ones in which Madrid's clock was changed in between, and how many of them would be \
             judged wrongly if local clock times were subtracted instead of true ones.",
            [],
            share(&tally.clock_change, "cases", "judged_wrongly_by_local_time"),
        )
        .with_ids(tally, &tally.clock_change),
        fact(
            "late_delivery",
            "Cases with \"Ship goods\": late when the local day of the first one's end_time is after promised_date.",
            [("region", json!("South")), ("channel", json!("Phone"))],
            [
                ("cases_of_combination", json!(combination.of)),
                ("late_of_combination", json!(combination.count)),
                ("share_of_combination", json!(ratio(combination.count, combination.of))),
                ("cases_of_rest", json!(rest.of)),
                ("late_of_rest", json!(rest.count)),
                ("share_of_rest", json!(ratio(rest.count, rest.of))),
            ],
        ),
    ]
}

fn share(share: &Share, of: &'static str, count: &'static str) -> Numbers<3> {
    [(of, json!(share.of)), (count, json!(share.count)), ("share", json!(ratio(share.count, share.of)))]
}

/// A share to six digits; none of nothing.
fn ratio(count: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| round(count as f64 / of as f64))
}

fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// The median by linear interpolation; none of nothing.
fn median(values: &[u32]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    Some((f64::from(sorted[last / 2]) + f64::from(sorted[last.div_ceil(2)])) / 2.0)
}

/// The median of values that are given with their counts.
fn histogram_median(counts: &BTreeMap<u32, u64>) -> Option<f64> {
    let last = counts.values().sum::<u64>().checked_sub(1)?;
    let value_at = |rank: u64| {
        let mut passed = 0;
        counts.iter().find(|(_, count)| {
            passed += **count;
            passed > rank
        })
    };
    let (low, high) = (value_at(last / 2)?, value_at(last.div_ceil(2))?);
    Some((f64::from(*low.0) + f64::from(*high.0)) / 2.0)
}

fn at(moment: Moment) -> Value {
    json!(utc_text(moment))
}

fn day(day: i64) -> Value {
    let (year, month, date) = date_from_days(day);
    json!(format!("{year:04}-{month:02}-{date:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_medians_agree() {
        let check = |values: &[u32], expected: Option<f64>| {
            let mut counts = BTreeMap::new();
            for value in values {
                *counts.entry(*value).or_insert(0) += 1;
            }
            assert_eq!((median(values), histogram_median(&counts)), (expected, expected), "{values:?}");
        };
        check(&[], None);
        check(&[5], Some(5.0));
        check(&[4, 1, 3, 2], Some(2.5));
        check(&[9, 9, 1, 1, 1], Some(1.0));
    }
}
