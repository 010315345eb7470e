//! The whole run: orders one by one, their stories, their export, the file and the truth.
//!
//! Read `planted.rs` for what is planted and `truth.rs` for what is counted.

use std::io;

use crate::arrivals::Arrivals;
use crate::company::{Order, Staff};
use crate::export::collect;
use crate::journey::{Hours, World};
use crate::output::Output;
use crate::planted::{AS_OF, Quotas};
use crate::sorter::Sorter;
use crate::truth::{Tally, Truth};

/// In which order rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RowOrder {
    /// All cases mixed, sorted by end time, as real exports are
    Time,
    /// One case after the other, each sorted by end time
    Case,
}

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub cases: u64,
    pub seed: u64,
    pub order: RowOrder,
}

/// Rows that a thousand cases have, to turn a number of events into one of cases.
pub const ROWS_OF_A_THOUSAND_CASES: u64 = 9_515;
/// From so many cases on there are 200 people instead of 40.
const LARGE_LOG_CASES: u64 = 50_000;

/// Writes the log and gives back what is true about it.
///
/// # Errors
/// When the output cannot be written.
pub fn generate(request: Request, mut output: Output) -> io::Result<(Truth, Vec<u8>)> {
    let Request { cases, seed, order: row_order } = request;
    let world = World { seed, hours: Hours::new(), staff: Staff::new(cases >= LARGE_LOG_CASES) };
    let arrivals = Arrivals::new(seed, cases);
    let mut quotas = Quotas::new(seed);
    let mut tally = Tally::new(request);
    let mut sorter = Sorter::new();
    let needs_order = output.needs_order();
    let write_waiting = |output: &mut Output, sorter: &mut Sorter, now| {
        sorter.drain_until(now, &mut |case, row| {
            // Keeping the attributes of all open cases would cost memory; making them again costs little.
            let order = needs_order.then(|| Order::new(seed, case, arrivals.moment(case)));
            output.row(&world.staff, case, order.as_ref(), row)
        })
    };
    for index in 0..cases {
        let order = Order::new(seed, index, arrivals.moment(index));
        let story = world.tell(&order, &mut quotas);
        let collected = collect(seed, &order, story);
        tally.add(&order, &collected, &world.staff);
        match row_order {
            RowOrder::Case => {
                for row in &collected.rows {
                    output.row(&world.staff, index, Some(&order), row)?;
                }
            }
            RowOrder::Time => {
                write_waiting(&mut output, &mut sorter, order.arrival)?;
                sorter.add(index, &collected.rows);
            }
        }
    }
    write_waiting(&mut output, &mut sorter, AS_OF + 2 * 86_400)?;
    Ok((tally.truth(&world.staff), output.finish()?))
}
