//! `throughline flows`.

use crate::cli::{CliError, Common, print};
use comfy_table::Cell;

/// Prints the stored flows.
pub fn run(common: &Common) -> Result<(), CliError> {
    let app = common.app()?;
    let flows = app.flows()?;
    if common.json {
        return print::json(&flows);
    }
    if flows.flows.is_empty() {
        return print::line("no flow is stored yet; store one: throughline import FILE --flow NAME");
    }
    let mut table = print::table(&["flow", "title", "version", "cases", "events", "from", "to"]);
    for flow in &flows.flows {
        let whole =
            |value: Option<u64>| print::number(value.map_or_else(|| "–".to_owned(), |v| print::count(v as i64)));
        table.add_row([
            Cell::new(&flow.name),
            Cell::new(&flow.title),
            whole(flow.version.map(u64::from)),
            whole(flow.cases),
            whole(flow.events),
            Cell::new(flow.first_at.as_deref().unwrap_or("–")),
            Cell::new(flow.last_at.as_deref().unwrap_or("–")),
        ]);
    }
    print::line(&table.to_string())
}
