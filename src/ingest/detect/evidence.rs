//! What the values of a sample say about the parts that columns play.

use super::columns::{Column, Table};
use super::synonyms::Words;
use rustc_hash::FxHashMap;

/// Transitions of the XES standard and what tools and people write for them.
const TRANSITIONS: &str = "schedule scheduled assign assigned reassign reassigned withdraw withdrawn start started begin \
    suspend suspended resume resumed complete completed end ended finish finished autoskip manualskip piabort ateabort \
    abort aborted unknown inicio iniciar iniciado comienzo fin finalizado completado completo asignado programado \
    suspendido reanudado beginn begonnen gestartet ende beendet abgeschlossen zugewiesen geplant unterbrochen \
    fortgesetzt debut debute termine termino concluido";
const FIRSTS: &str = "start started begin inicio iniciar iniciado comienzo beginn begonnen gestartet debut debute";
const LASTS: &str = "complete completed end ended finish finished fin finalizado completado completo ende beendet \
    abgeschlossen termine termino concluido";

/// Whether all values of a column are transitions, and both a first and a last one are among them.
pub(super) fn are_transitions(table: &Table<'_>, column: usize, distinct: usize) -> bool {
    if distinct > 15 || distinct < 2 {
        return false;
    }
    let mut values: Vec<&str> = table.cells[column].iter().map(AsRef::as_ref).filter(|cell| !cell.is_empty()).collect();
    values.sort_unstable();
    values.dedup();
    let words: Vec<String> = values.iter().map(|value| Words::of(value).squeezed().to_owned()).collect();
    let among =
        |list: &str| words.iter().filter(|word| list.split_ascii_whitespace().any(|known| known == *word)).count();
    among(TRANSITIONS) == words.len() && among(FIRSTS) > 0 && among(LASTS) > 0
}

/// Share of the cases with several rows in which a column changes its value; nothing if too few cases tell.
pub(super) fn changes_within_cases(table: &Table<'_>, case: usize, column: usize) -> Option<f64> {
    let mut cases: FxHashMap<&str, (&str, usize, bool)> = FxHashMap::default();
    for (case, value) in table.cells[case].iter().zip(&table.cells[column]) {
        if case.is_empty() || value.is_empty() {
            continue;
        }
        let (first, rows, changes) = cases.entry(case.as_ref()).or_insert((value.as_ref(), 0, false));
        *rows += 1;
        *changes |= *first != value.as_ref();
    }
    let several = cases.values().filter(|(_, rows, _)| *rows > 1).count();
    let changing = cases.values().filter(|(_, _, changes)| *changes).count();
    (several >= 3).then(|| changing as f64 / several as f64)
}

/// How two time columns lie to each other.
pub(super) struct InOrder {
    /// Share of the rows in which the first is not later than the second.
    pub share: f64,
    /// In some row it is earlier.
    pub any_earlier: bool,
}

/// Compares two columns of times, row by row; nothing if no row has both.
pub(super) fn in_order(table: &Table<'_>, columns: &[Column], first: usize, second: usize) -> Option<InOrder> {
    let (a, b) = (columns[first].times()?, columns[second].times()?);
    let (mut both, mut fine, mut any_earlier) = (0_usize, 0_usize, false);
    for (first, second) in table.cells[first].iter().zip(&table.cells[second]) {
        let (Some(first), Some(second)) = (a.format.parse(first.as_bytes()), b.format.parse(second.as_bytes())) else {
            continue;
        };
        both += 1;
        fine += usize::from(first.micros <= second.micros);
        any_earlier |= first.micros < second.micros;
    }
    (both > 0).then(|| InOrder { share: fine as f64 / both as f64, any_earlier })
}
