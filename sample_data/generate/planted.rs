//! The truth that is planted in the log: every date and every rate, in one place.
//!
//! `journey.rs` and `export.rs` act on these numbers, `truth.rs` writes them down, and the tests hold the log against
//! them. Rates are in thousandths unless the name says otherwise.

use crate::calendar::{Moment, days_from_date, madrid};
use crate::random::one_of_each_block;

/// Local day on which the first orders come in.
pub const FIRST_DAY: i64 = days_from_date(2024, 7, 1);
/// Local day after the last day of the calendars; comfortably after [`AS_OF`].
pub const LAST_DAY: i64 = days_from_date(2027, 1, 1);
/// When the log was extracted. What had not ended by then is not in it.
pub const AS_OF: Moment = madrid(2025, 12, 31, 14);

/// An order needs an approval when its amount is above this many cents …
pub const APPROVAL_ABOVE_CENTS: u64 = 1_000_000;
/// … or its discount is above this many percent.
pub const APPROVAL_ABOVE_DISCOUNT: u64 = 15;
/// One in so many orders that need an approval goes on without it: 9.1 %.
pub const SKIPPED_ONE_IN: u64 = 11;

/// Credit reviews by hand that end in a prepayment, whatever the order looks like: a toss of a coin.
pub const PREPAYMENT_RATE: u64 = 500;

/// From this local day on, the web form no longer asks for everything.
pub const DRIFT_DAY: i64 = days_from_date(2025, 6, 1);
/// Orders with missing data before and from [`DRIFT_DAY`].
pub const MISSING_DATA_RATES: [u64; 2] = [60, 220];

/// The ERP system is down: nothing in it begins or ends.
pub const OUTAGE: (Moment, Moment) = (madrid(2025, 5, 13, 10), madrid(2025, 5, 13, 14));
/// No system's rows of these two local days were collected.
pub const COLLECTION_GAP: (Moment, Moment) = (madrid(2025, 2, 20, 0), madrid(2025, 2, 22, 0));

/// So many out of so many reconciliations are done by others than the key person, who does 92 %.
pub const OTHERS_RECONCILE: (u64, u64) = (2, 25);
/// One in so many approvals is given by the person who entered the order.
pub const SELF_APPROVAL_ONE_IN: u64 = 30;

/// From this moment on, scanners make shipping a fifth shorter.
pub const GO_LIVE: Moment = madrid(2025, 9, 1, 0);
/// Duration of shipping from [`GO_LIVE`], in thousandths of the duration before.
pub const SHIPPING_AFTER: u64 = 800;

/// From this local day on, more orders come from key accounts, which pay late.
pub const MIX_SHIFT_DAY: i64 = days_from_date(2025, 3, 1);
/// Weights of key account, business and small customers before and from [`MIX_SHIFT_DAY`].
pub const SEGMENT_WEIGHTS: [[u64; 3]; 2] = [[14, 52, 34], [32, 44, 24]];

/// Rows of the mail system that were exported twice.
pub const DUPLICATE_RATE: u64 = 5;
/// Confirmations that carry the old name of the step.
pub const SYNONYM_RATE: u64 = 25;
/// Invoices that the ERP system posts in the very second in which the goods leave.
pub const SAME_SECOND_RATE: u64 = 40;

/// Hours from the receipt of an order to its first confirmation, by segment: elapsed hours, by any clock that counts
/// true seconds.
pub const CONFIRM_WITHIN_HOURS: [i64; 3] = [48, 72, 96];
/// The same promise in working hours, Monday to Friday 09:00 to 18:00 in Madrid without holidays.
pub const CONFIRM_WITHIN_WORKING_HOURS: [i64; 3] = [18, 27, 36];
/// Working days from the receipt of an order to the promised date of shipping, by segment.
pub const PROMISED_WORKING_DAYS: [i64; 3] = [7, 9, 11];

/// In this region and channel the wait for shipping is so many times as long: no carrier, and no order form.
pub const LATE_WAIT_FACTOR: u64 = 10;

/// Counters behind the rates that hold exactly, one in each block of neighbours.
pub struct Quotas {
    seed: u64,
    approvals_needed: u64,
    approvals_given: u64,
    reconciliations: u64,
}

impl Quotas {
    /// Counters at zero.
    pub fn new(seed: u64) -> Self {
        Self { seed, approvals_needed: 0, approvals_given: 0, reconciliations: 0 }
    }

    /// Whether the next order that needs an approval goes on without.
    pub fn skips_approval(&mut self) -> bool {
        self.approvals_needed += 1;
        one_of_each_block(self.seed, 1, self.approvals_needed - 1, SKIPPED_ONE_IN)
    }

    /// Whether the next approval is given by the person who entered the order.
    pub fn approves_own_order(&mut self) -> bool {
        self.approvals_given += 1;
        one_of_each_block(self.seed, 2, self.approvals_given - 1, SELF_APPROVAL_ONE_IN)
    }

    /// Whether the next reconciliation is done by somebody else than the key person.
    pub fn others_reconcile(&mut self) -> bool {
        self.reconciliations += 1;
        let (others, block) = OTHERS_RECONCILE;
        let (begin, place) = ((self.reconciliations - 1) / block * block, (self.reconciliations - 1) % block);
        (0..others).any(|turn| {
            let rotated = (place + turn * block / others) % block;
            one_of_each_block(self.seed, 3, begin + rotated, block)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_hold_exactly_in_whole_blocks() {
        let mut quotas = Quotas::new(4);
        let count = |hits: &mut dyn FnMut() -> bool, draws: usize| (0..draws).filter(|_| hits()).count();
        assert_eq!(count(&mut || quotas.skips_approval(), 1_100), 100);
        assert_eq!(count(&mut || quotas.approves_own_order(), 1_200), 40);
        assert_eq!(count(&mut || quotas.others_reconcile(), 1_000), 80);
    }
}
