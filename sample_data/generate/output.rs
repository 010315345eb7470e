//! Rows as CSV, plain or compressed.
//!
//! It must not know why a row looks as it does, nor in which order rows come.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder, write::GzEncoder};

use crate::calendar::{is_working_day, local};
use crate::company::{Order, Staff};
use crate::export::Row;
use crate::journey::{Event, reasons};
use crate::planted::PROMISED_WORKING_DAYS;
use crate::text::{date, digits, field, utc, with_offset};

/// Which columns are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Columns {
    /// case_id, activity, timestamp, resource; timestamps in UTC
    Slim,
    /// Everything that is known; timestamps with the offset of Madrid's clock
    Full,
}

const SLIM_HEADER: &str = "case_id,activity,timestamp,resource\n";
const FULL_HEADER: &str = "case_id,activity,start_time,end_time,resource,role,system,automated,reason,\
customer_segment,region,channel,amount_eur,discount_percent,promised_date\n";

/// Text is handed to the file in pieces of this many bytes.
const PIECE: usize = 1 << 18;

/// Where the bytes go.
enum Sink {
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
    #[cfg(test)]
    Memory(Vec<u8>),
}

/// Writes rows as CSV.
pub struct Output {
    sink: Sink,
    text: Vec<u8>,
    columns: Columns,
}

impl Output {
    /// Creates the file; compressed when its name ends in `.gz`.
    ///
    /// # Errors
    /// When the file cannot be created or written.
    pub fn create(path: &Path, columns: Columns) -> io::Result<Self> {
        let file = BufWriter::with_capacity(PIECE, File::create(path)?);
        let sink = if path.extension().is_some_and(|extension| extension == "gz") {
            // No time, no name and no platform in the header: the same rows are the same bytes.
            Sink::Gzip(Box::new(GzBuilder::new().mtime(0).operating_system(255).write(file, Compression::best())))
        } else {
            Sink::Plain(file)
        };
        Ok(Self::over(sink, columns))
    }

    /// Keeps the text in memory.
    #[cfg(test)]
    pub fn memory(columns: Columns) -> Self {
        Self::over(Sink::Memory(Vec::new()), columns)
    }

    fn over(sink: Sink, columns: Columns) -> Self {
        let mut text = Vec::with_capacity(PIECE + 1_024);
        text.extend_from_slice(match columns {
            Columns::Slim => SLIM_HEADER.as_bytes(),
            Columns::Full => FULL_HEADER.as_bytes(),
        });
        Self { sink, text, columns }
    }

    /// Whether rows need the attributes of their order.
    pub fn needs_order(&self) -> bool {
        self.columns == Columns::Full
    }

    /// Writes one row of the case with this number. Without an order the attributes stay empty.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn row(&mut self, staff: &Staff, case: u64, order: Option<&Order>, row: &Row) -> io::Result<()> {
        let person = staff.person(row.event.resource);
        let text = &mut self.text;
        text.extend_from_slice(b"SO-");
        digits(text, case + 1, 8);
        text.push(b',');
        field(text, row.label());
        match self.columns {
            Columns::Slim => {
                utc(text, row.event.end);
                text.push(b',');
                text.extend_from_slice(person.name.as_bytes());
            }
            Columns::Full => {
                with_offset(text, row.event.start);
                text.push(b',');
                with_offset(text, row.event.end);
                text.push(b',');
                field(text, &person.name);
                field(text, person.role.name());
                field(text, row.event.system.name());
                field(text, if row.event.automated { "true" } else { "false" });
                field(text, reason(&row.event));
                if let Some(order) = order {
                    attributes(text, order);
                }
            }
        }
        text.push(b'\n');
        if self.text.len() >= PIECE { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Plain(file) => file.write_all(&self.text)?,
            Sink::Gzip(file) => file.write_all(&self.text)?,
            #[cfg(test)]
            Sink::Memory(bytes) => bytes.extend_from_slice(&self.text),
        }
        self.text.clear();
        Ok(())
    }

    /// Writes what is left and closes the file. Gives back what was kept in memory.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.hand_over()?;
        match self.sink {
            Sink::Plain(mut file) => file.flush()?,
            Sink::Gzip(file) => file.finish()?.flush()?,
            #[cfg(test)]
            Sink::Memory(bytes) => return Ok(bytes),
        }
        Ok(Vec::new())
    }
}

/// The last local day on which an order should be shipped: so many working days after its arrival.
pub fn promised_day(order: &Order) -> i64 {
    let (mut day, _) = local(order.arrival);
    let mut left = PROMISED_WORKING_DAYS[order.segment as usize];
    while left > 0 {
        day += 1;
        left -= i64::from(is_working_day(day));
    }
    day
}

/// The name that the log gives to the case with this number.
pub fn case_id(case: u64) -> String {
    format!("SO-{:08}", case + 1)
}

fn reason(event: &Event) -> &'static str {
    event.reason.checked_sub(1).and_then(|index| reasons(event.activity).get(usize::from(index))).unwrap_or(&"")
}

fn attributes(text: &mut Vec<u8>, order: &Order) {
    field(text, order.segment.name());
    field(text, order.region.name());
    field(text, order.channel.name());
    digits(text, order.amount_cents / 100, 1);
    text.push(b'.');
    digits(text, order.amount_cents % 100, 2);
    text.push(b',');
    digits(text, order.discount, 1);
    text.push(b',');
    date(text, promised_day(order));
}
