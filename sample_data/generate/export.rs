//! What the export makes of the true story: it ends at the extraction, loses two days, doubles rows and keeps old names.
//!
//! It must not know about files; `output.rs` writes the rows.

use crate::calendar::Moment;
use crate::company::{Activity, CONFIRM_SYNONYM, Order, System};
use crate::journey::{Event, Story};
use crate::planted::{AS_OF, COLLECTION_GAP, DUPLICATE_RATE, SYNONYM_RATE};
use crate::random::Random;

/// A row of the log.
#[derive(Clone, Copy)]
pub struct Row {
    pub event: Event,
    /// The row carries the old name of its step.
    pub synonym: bool,
    /// The row is the second copy of the row before it.
    pub duplicate: bool,
}

impl Row {
    /// The name of the step as it stands in the log.
    pub fn label(&self) -> &'static str {
        if self.synonym { CONFIRM_SYNONYM } else { self.event.activity.name() }
    }
}

/// The rows of one case, and what only the generator knows about them.
pub struct Collected {
    /// By end time; equal times in the order of the work.
    pub rows: Vec<Row>,
    pub approval_skipped: bool,
    /// Rows that fell into the collection gap, and whether an approval was among them.
    pub lost_rows: u64,
    pub approval_lost: bool,
}

/// Exports one order's story.
pub fn collect(seed: u64, order: &Order, story: Story) -> Collected {
    let mut random = Random::new(seed ^ 0xc0_11ec7, order.index);
    let mut collected =
        Collected { rows: Vec::new(), approval_skipped: story.approval_skipped, lost_rows: 0, approval_lost: false };
    for event in story.events {
        let synonym = event.activity == Activity::ConfirmOrder && random.chance(SYNONYM_RATE);
        let doubled = event.system == System::Mail && random.chance(DUPLICATE_RATE);
        if event.end > AS_OF {
            continue;
        }
        if is_in_gap(event.end) {
            collected.lost_rows += 1;
            collected.approval_lost |= event.activity == Activity::ApproveOrder;
            continue;
        }
        collected.rows.push(Row { event, synonym, duplicate: false });
        if doubled {
            collected.rows.push(Row { event, synonym, duplicate: true });
        }
    }
    collected
}

fn is_in_gap(end: Moment) -> bool {
    (COLLECTION_GAP.0..COLLECTION_GAP.1).contains(&end)
}
