//! The server as browsers and programs meet it.

mod access;
mod cases;
mod causes;
mod compare;
mod imports;
mod kpis;
mod ledger;
mod looks;
mod map;
mod official;
mod overview;
mod pages;
mod problems;
mod process;
pub mod reading;
mod sql;
mod states;
mod upload;

/// Three cases, worked out by hand in `cli.rs`.
const ORDERS: &str = "case,activity,time,who,region\n\
    a,Receive,2024-01-01T08:00:00Z,Ann,North\n\
    a,Pack,2024-01-01T09:00:00Z,Bob,North\n\
    a,Ship,2024-01-01T12:00:00Z,Bob,North\n\
    b,Receive,2024-01-02T08:00:00Z,Ann,South\n\
    b,Pack,2024-01-02T08:30:00Z,Bob,South\n\
    b,Pack,2024-01-02T09:30:00Z,Ann,South\n\
    b,Ship,2024-01-03T08:00:00Z,Cid,South\n\
    c,Receive,2024-01-09T08:00:00Z,Ann,North\n\
    c,Ship,2024-01-09T08:00:00Z,Ann,North\n";

/// So many cases of eight events.
fn many(cases: usize) -> String {
    use std::fmt::Write;
    let mut text = String::from("case,activity,time\n");
    for at in 0..cases * 8 {
        let (case, step) = (at / 8, at % 8);
        let _ = writeln!(text, "c{case},step {step},2024-01-{:02}T{:02}:{:02}:00Z", 1 + case % 28, 8 + step, at % 60);
    }
    text
}
