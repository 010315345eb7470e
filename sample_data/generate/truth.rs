//! Counts what is true about the log while it is made. `facts.rs` puts the counts into words.
//!
//! It must not know how a row came about: it counts what was exported, so that anybody can count again. Only what an
//! export has lost, and which approvals were truly skipped, it takes from the generator.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calendar::{Moment, WorkingHours, days_from_date, local, summer_time};
use crate::company::{Activity, CONFIRM_SYNONYM, Order, Staff, System};
use crate::export::{Collected, Row};
use crate::facts::{Fact, facts};
use crate::generation::Request;
use crate::output::{case_id, promised_day};
use crate::planted::{
    AS_OF, CONFIRM_WITHIN_HOURS, CONFIRM_WITHIN_WORKING_HOURS, DRIFT_DAY, FIRST_DAY, GO_LIVE, LAST_DAY, MIX_SHIFT_DAY,
    OUTAGE,
};
use crate::text::utc_text;

/// Lists of case ids are written up to this many cases …
const IDS_UP_TO: u64 = 20_000;
/// … and what needs all cases at once (variants, medians of cycle times) up to this many.
const EXACT_UP_TO: u64 = 200_000;
/// Labels: all activities and one old name.
const LABELS: usize = Activity::ALL.len() + 1;

/// What is true about a log.
#[derive(Serialize)]
pub struct Truth {
    pub about: &'static str,
    pub cases_asked: u64,
    pub seed: u64,
    pub as_of: String,
    pub time_zone: &'static str,
    pub log: LogCounts,
    pub facts: Vec<Fact>,
}

/// Counts of the log as it stands, with its duplicates and old names.
#[derive(Serialize)]
pub struct LogCounts {
    pub rows: u64,
    pub cases: u64,
    pub activities: u64,
    pub resources: u64,
    pub variants: Option<u64>,
    pub first_start_at: Option<String>,
    pub last_end_at: Option<String>,
    pub rows_by_activity: BTreeMap<&'static str, u64>,
    pub cases_by_first_activity: BTreeMap<&'static str, u64>,
    pub cases_by_last_activity: BTreeMap<&'static str, u64>,
    /// Cases in which the activity stands more than once.
    pub rework_cases_by_activity: BTreeMap<&'static str, u64>,
}

/// A part of a whole, with the ids of the cases in the part.
#[derive(Default)]
pub struct Share {
    pub of: u64,
    pub count: u64,
    pub case_ids: Vec<String>,
}

impl Share {
    /// Counts one member of the whole.
    pub fn add(&mut self, counts: bool, case: u64, keep_ids: bool) {
        self.of += 1;
        self.count += u64::from(counts);
        if counts && keep_ids {
            self.case_ids.push(case_id(case));
        }
    }
}

/// Counts of one promise for one segment.
#[derive(Default)]
pub struct Promise {
    pub elapsed: Share,
    pub working: Share,
}

/// Everything that is counted while the log is made.
pub struct Tally {
    pub request: Request,
    pub keep_ids: bool,
    pub keep_exact: bool,
    service_hours: WorkingHours,
    rows: u64,
    cases: u64,
    first_start: Moment,
    last_end: Moment,
    rows_by_label: [u64; LABELS],
    first_labels: [u64; LABELS],
    last_labels: [u64; LABELS],
    rework: [u64; LABELS],
    variants: BTreeMap<Vec<u8>, u64>,
    people: Vec<bool>,
    pub lost: Share,
    pub lost_rows: u64,
    pub skipped: Share,
    pub approval_lost: u64,
    pub approved_outside_rule: Share,
    pub own_approval: Share,
    pub prepayment: Share,
    pub missing_data: [Share; 2],
    pub outage_rows: [u64; 2],
    pub key_person: Share,
    /// Shipping rows by duration in seconds, before and from the go-live.
    pub shipping: [BTreeMap<u32, u64>; 2],
    /// Cases by segment in the half years before and from the shift.
    pub mix: [[u64; 3]; 2],
    /// Cycle times of their paid cases in seconds.
    pub cycles: [[Vec<u32>; 3]; 2],
    pub duplicates: Share,
    pub same_second: Share,
    pub open: Share,
    pub cancelled: u64,
    pub promises: [Promise; 3],
    pub clock_change: Share,
    pub happy: Share,
    pub late: [Share; 2],
    pub invoice_first: Share,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(request: Request) -> Self {
        let exact = request.cases <= EXACT_UP_TO;
        Self {
            keep_ids: request.cases <= IDS_UP_TO,
            keep_exact: exact,
            request,
            service_hours: WorkingHours::new(9 * 60, 18 * 60, FIRST_DAY, LAST_DAY),
            rows: 0,
            cases: 0,
            first_start: Moment::MAX,
            last_end: Moment::MIN,
            rows_by_label: [0; LABELS],
            first_labels: [0; LABELS],
            last_labels: [0; LABELS],
            rework: [0; LABELS],
            variants: BTreeMap::new(),
            people: vec![false; 256],
            lost: Share::default(),
            lost_rows: 0,
            skipped: Share::default(),
            approval_lost: 0,
            approved_outside_rule: Share::default(),
            own_approval: Share::default(),
            prepayment: Share::default(),
            missing_data: Default::default(),
            outage_rows: [0; 2],
            key_person: Share::default(),
            shipping: Default::default(),
            mix: [[0; 3]; 2],
            cycles: Default::default(),
            duplicates: Share::default(),
            same_second: Share::default(),
            open: Share::default(),
            cancelled: 0,
            promises: Default::default(),
            clock_change: Share::default(),
            happy: Share::default(),
            late: Default::default(),
            invoice_first: Share::default(),
        }
    }

    /// Counts one case.
    pub fn add(&mut self, order: &Order, collected: &Collected, staff: &Staff) {
        let rows = &collected.rows;
        self.lost_rows += collected.lost_rows;
        if rows.is_empty() {
            return;
        }
        self.lost.add(collected.lost_rows > 0, order.index, self.keep_ids);
        self.count_log(rows);
        self.count_approval(order, collected);
        self.count_rows(order, rows, staff);
        self.count_cohorts(order, rows);
        self.count_promises(order, rows);
        self.count_delivery(order, rows);
    }

    fn count_log(&mut self, rows: &[Row]) {
        let labels: Vec<u8> = rows.iter().map(|row| label(row) as u8).collect();
        let mut seen = [0_u32; LABELS];
        for (row, label) in rows.iter().zip(&labels) {
            self.first_start = self.first_start.min(row.event.start);
            self.last_end = self.last_end.max(row.event.end);
            self.rows_by_label[usize::from(*label)] += 1;
            seen[usize::from(*label)] += 1;
            self.people[usize::from(row.event.resource)] = true;
        }
        self.cases += 1;
        self.rows += rows.len() as u64;
        self.first_labels[usize::from(labels[0])] += 1;
        self.last_labels[usize::from(labels[labels.len() - 1])] += 1;
        for (count, seen) in self.rework.iter_mut().zip(seen) {
            *count += u64::from(seen > 1);
        }
        if self.keep_exact {
            *self.variants.entry(labels).or_default() += 1;
        }
    }

    fn count_approval(&mut self, order: &Order, collected: &Collected) {
        let rows = &collected.rows;
        let confirmed = first(rows, Activity::ConfirmOrder).is_some();
        let approval = first(rows, Activity::ApproveOrder);
        if confirmed && order.needs_approval() {
            let skipped = approval.is_none() && collected.approval_skipped;
            self.skipped.add(skipped, order.index, self.keep_ids);
            self.approval_lost += u64::from(approval.is_none() && !skipped);
        } else if confirmed {
            self.approved_outside_rule.add(approval.is_some(), order.index, self.keep_ids);
        }
        if let Some(approval) = approval {
            let entered =
                |row: &Row| row.event.activity == Activity::EnterOrder && row.event.resource == approval.event.resource;
            self.own_approval.add(rows.iter().any(entered), order.index, self.keep_ids);
        }
        if first(rows, Activity::ReviewCredit).is_some() {
            let asked = first(rows, Activity::AskPrepayment).is_some();
            self.prepayment.add(asked, order.index, false);
        }
    }

    fn count_rows(&mut self, order: &Order, rows: &[Row], staff: &Staff) {
        let key_person = staff.first(crate::company::Role::Finance);
        let mut same_second = false;
        for (place, row) in rows.iter().enumerate() {
            let event = row.event;
            self.duplicates.add(row.duplicate, order.index, false);
            same_second |= !row.duplicate && place > 0 && rows[place - 1].event.end == event.end;
            if OUTAGE.0 <= event.end && event.end < OUTAGE.1 {
                self.outage_rows[usize::from(event.system != System::Erp)] += 1;
            }
            if event.activity == Activity::ReconcilePayment {
                self.key_person.add(event.resource == key_person, order.index, false);
            }
            if event.activity == Activity::ShipGoods {
                let seconds = (event.end - event.start) as u32;
                *self.shipping[usize::from(event.start >= GO_LIVE)].entry(seconds).or_default() += 1;
            }
        }
        self.same_second.add(same_second, order.index, self.keep_ids);
    }

    fn count_cohorts(&mut self, order: &Order, rows: &[Row]) {
        let start = rows.iter().map(|row| row.event.start).min().unwrap_or(order.arrival);
        let end = rows[rows.len() - 1].event.end;
        let (day, _) = local(start);
        let missing = first(rows, Activity::AskMissingData).is_some();
        self.missing_data[usize::from(day >= DRIFT_DAY)].add(missing, order.index, false);
        let paid = first(rows, Activity::ReconcilePayment).is_some();
        let cancelled = first(rows, Activity::CancelOrder).is_some();
        self.open.add(!paid && !cancelled, order.index, self.keep_ids);
        self.cancelled += u64::from(cancelled);
        let segment = order.segment as usize;
        let half_year = if (days_from_date(2024, 9, 1)..MIX_SHIFT_DAY).contains(&day) {
            0
        } else if (MIX_SHIFT_DAY..days_from_date(2025, 9, 1)).contains(&day) {
            1
        } else {
            return;
        };
        self.mix[half_year][segment] += 1;
        if paid && self.keep_exact {
            self.cycles[half_year][segment].push((end - start) as u32);
        }
    }

    fn count_promises(&mut self, order: &Order, rows: &[Row]) {
        let (Some(received), Some(confirmed)) =
            (first(rows, Activity::ReceiveOrder), first(rows, Activity::ConfirmOrder))
        else {
            return;
        };
        let (from, to) = (received.event.end, confirmed.event.end);
        let segment = order.segment as usize;
        let limit = CONFIRM_WITHIN_HOURS[segment] * 3_600;
        let late = to - from > limit;
        let working_limit = CONFIRM_WITHIN_WORKING_HOURS[segment] * 3_600;
        let promise = &mut self.promises[segment];
        promise.elapsed.add(late, order.index, false);
        promise.working.add(self.service_hours.between(from, to) > working_limit, order.index, false);
        if crosses_clock_change(from, to) {
            let (from_day, from_second) = local(from);
            let (to_day, to_second) = local(to);
            let by_the_wall = (to_day - from_day) * 86_400 + to_second - from_second;
            self.clock_change.add((by_the_wall > limit) != late, order.index, self.keep_ids);
        }
    }

    fn count_delivery(&mut self, order: &Order, rows: &[Row]) {
        let happy = rows.len() == crate::company::HAPPY_PATH.len()
            && rows.iter().zip(crate::company::HAPPY_PATH).all(|(row, step)| row.label() == step.name());
        self.happy.add(happy, order.index, false);
        let Some(shipped) = rows.iter().find(|row| row.event.activity == Activity::ShipGoods) else { return };
        let late = local(shipped.event.end).0 > promised_day(order);
        self.late[usize::from(!order.is_late_combination())].add(late, order.index, false);
        let place = |activity| rows.iter().position(|row| row.event.activity == activity);
        if let (Some(ship), Some(invoice)) = (place(Activity::ShipGoods), place(Activity::SendInvoice)) {
            self.invoice_first.add(invoice < ship, order.index, false);
        }
    }

    /// Puts everything that was counted into words.
    pub fn truth(&self, staff: &Staff) -> Truth {
        let named = |counts: &[u64; LABELS]| {
            let label = |index: usize| Activity::ALL.get(index).map_or(CONFIRM_SYNONYM, |activity| activity.name());
            counts
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(|(index, count)| (label(index), *count))
                .collect()
        };
        let log = LogCounts {
            rows: self.rows,
            cases: self.cases,
            activities: self.rows_by_label.iter().filter(|count| **count > 0).count() as u64,
            resources: self.people.iter().filter(|seen| **seen).count() as u64,
            variants: self.keep_exact.then_some(self.variants.len() as u64),
            first_start_at: (self.rows > 0).then(|| utc_text(self.first_start)),
            last_end_at: (self.rows > 0).then(|| utc_text(self.last_end)),
            rows_by_activity: named(&self.rows_by_label),
            cases_by_first_activity: named(&self.first_labels),
            cases_by_last_activity: named(&self.last_labels),
            rework_cases_by_activity: named(&self.rework),
        };
        Truth {
            about: "What is planted in the log beside this file, and what a recount of it must find. Durations are \
                    seconds, shares 0..1, moments UTC, days local.",
            cases_asked: self.request.cases,
            seed: self.request.seed,
            as_of: utc_text(AS_OF),
            time_zone: "Europe/Madrid",
            log,
            facts: facts(self, staff),
        }
    }

    /// Rows that carry the old name of a confirmation.
    pub fn synonym_rows(&self) -> u64 {
        self.rows_by_label[LABELS - 1]
    }
}

fn label(row: &Row) -> usize {
    if row.synonym { LABELS - 1 } else { row.event.activity as usize }
}

fn first(rows: &[Row], activity: Activity) -> Option<&Row> {
    rows.iter().find(|row| row.event.activity == activity)
}

/// Whether Madrid's clock was changed between two moments.
fn crosses_clock_change(from: Moment, to: Moment) -> bool {
    let changes = [2024, 2025, 2026].map(summer_time);
    changes.iter().any(|(begin, end)| [begin, end].into_iter().any(|change| from < *change && *change <= to))
}
