//! Whether the day or the month comes first, where the sample leaves it open: what all rows of the file say about it.

use super::columns::ColumnKind;
use super::shape::{TextShape, TimeColumn};
use crate::ingest::chunk::OrderEvidence;

/// The sentence about a column whose sample fits both orders.
pub(super) fn open_order(name: &str, times: &TimeColumn) -> String {
    let other = times.twin.as_ref().map(ToString::to_string).unwrap_or_default();
    format!(
        "no value of \"{name}\" settles whether day or month comes first; read as {}, otherwise give \
         --timestamp-format \"{other}\"",
        times.format
    )
}

impl TextShape {
    /// Takes over what all rows say about the order of day and month, `seen` for the end and for the start. True if a
    /// format was changed, so that the rows have to be read once more.
    pub fn settle_order(&mut self, seen: [OrderEvidence; 2]) -> bool {
        let (mut changed, mut settled) = (false, None);
        for (role, seen) in [self.roles.timestamp.clone(), self.roles.start.clone()].into_iter().zip(seen) {
            let found = role.and_then(|role| self.time_formats.iter().position(|times| times.column == role.column));
            let Some(at) = found.filter(|_| seen != OrderEvidence::default()) else { continue };
            changed |= self.settle(at, seen);
            settled = Some(at);
        }
        // A column that says nothing follows one that does: one program wrote both.
        if let Some(source) = settled.map(|at| self.time_formats[at].clone()) {
            let name = self.name_of(&source);
            for at in 0..self.time_formats.len() {
                let open = &self.time_formats[at];
                let follows = open.format == source.format || open.twin.as_ref() == Some(&source.format);
                if open.twin.is_some() && follows {
                    let reason = format!("read as {}, as is column \"{name}\", which settles the order", source.format);
                    changed |= self.decide(at, open.format != source.format, reason);
                }
            }
        }
        changed
    }

    /// Settles one column by its own cells; true if its format was changed.
    fn settle(&mut self, at: usize, seen: OrderEvidence) -> bool {
        let times = &self.time_formats[at];
        let Some(twin) = &times.twin else { return false };
        let (name, format) = (self.name_of(times), times.format.clone());
        if seen.chosen > 0 && seen.twin > 0 {
            let warning = format!(
                "\"{name}\" has both orders of day and month: {} values fit only {format}, {} fit only {twin}; read as \
                 {format}, the others are rejected, otherwise give --timestamp-format \"{twin}\"",
                seen.chosen, seen.twin
            );
            let reason = format!("{} values of the file fit only {format}, {} only {twin}", seen.chosen, seen.twin);
            self.decide(at, false, reason);
            self.time_formats[at].confidence = 0.5;
            self.warnings.push(warning);
            return false;
        }
        let change = seen.twin > 0;
        let (count, fits) = if change { (seen.twin, twin) } else { (seen.chosen, &format) };
        let reason = format!("the sample leaves the order open; further on {count} values fit only {fits}");
        self.decide(at, change, reason)
    }

    /// Closes the question for a column, with the format it has or with its twin; returns `change`.
    fn decide(&mut self, at: usize, change: bool, reason: String) -> bool {
        let doubt = open_order(&self.name_of(&self.time_formats[at]), &self.time_formats[at]);
        self.warnings.retain(|warning| *warning != doubt);
        let times = &mut self.time_formats[at];
        let twin = times.twin.take();
        if let Some(twin) = twin.filter(|_| change) {
            times.format = twin;
        }
        times.ambiguous_day_first = false;
        times.confidence = times.confidence.max(0.95);
        times.reason = reason;
        if let Some(ColumnKind::Timestamp(known)) = self.columns.get_mut(times.column).map(|column| &mut column.kind) {
            known.format = times.format.clone();
            known.ambiguous_day_first = false;
            known.other = None;
        }
        change
    }

    fn name_of(&self, times: &TimeColumn) -> String {
        self.columns.get(times.column).map(|column| column.name.clone()).unwrap_or_default()
    }
}
