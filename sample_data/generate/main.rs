//! Makes the sample data: an order-to-cash event log that runs through five systems, and the truth that is planted in
//! it.
//!
//! `cargo run --release --example generate -- --help` tells how. The same options give the same bytes, for ever and on
//! every platform. The way through the program: `generation` takes one order after the other (`arrivals`, `company`),
//! tells what happened to it (`journey`, by the dates and rates of `planted`), makes of the story what an export would
//! (`export`), writes it (`sorter`, `output`) and counts what is true (`truth`).

#![allow(clippy::print_stderr, reason = "a program for the terminal says there what it has made")]

mod arrivals;
mod calendar;
mod company;
mod export;
mod facts;
mod generation;
mod journey;
mod output;
mod planted;
mod random;
#[cfg(test)]
mod recount;
mod sorter;
mod text;
mod truth;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use generation::{ROWS_OF_A_THOUSAND_CASES, Request, RowOrder, generate};
use output::{Columns, Output};

/// Writes an order-to-cash event log and, for the full columns, the truth planted in it.
#[derive(Debug, Parser)]
#[command(name = "generate")]
struct Options {
    /// Number of orders; a few lie wholly in the collection gap and leave no row
    #[arg(long, conflicts_with = "events", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=200_000_000))]
    cases: u64,
    /// Number of rows instead; from 100,000 on met within one percent
    #[arg(long, value_parser = clap::value_parser!(u64).range(10..=1_900_000_000))]
    events: Option<u64>,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Order of the rows
    #[arg(long, value_enum, default_value_t = RowOrder::Time)]
    order: RowOrder,
    /// Columns of the rows
    #[arg(long, value_enum, default_value_t = Columns::Full)]
    columns: Columns,
    /// File to write; compressed when its name ends in .gz
    #[arg(short, long, default_value = "order_to_cash.csv")]
    output: PathBuf,
    /// File for the planted truth [default: truth.json beside the output; none for slim columns]
    #[arg(long)]
    truth: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err((path, error)) => {
            eprintln!("error: cannot write {}", path.display());
            eprintln!("caused by: {error}");
            eprintln!("hint: name a file in a folder that exists and has room");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), (PathBuf, io::Error)> {
    let named = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| (path, error)
    };
    let cases = options.events.map_or(options.cases, |events| (events * 1_000 / ROWS_OF_A_THOUSAND_CASES).max(1));
    let output = Output::create(&options.output, options.columns).map_err(named(&options.output))?;
    let request = Request { cases, seed: options.seed, order: options.order };
    let (truth, _) = generate(request, output).map_err(named(&options.output))?;
    eprintln!("{}: {} rows of {} cases", options.output.display(), truth.log.rows, truth.log.cases);
    let beside = (options.columns == Columns::Full).then(|| options.output.with_file_name("truth.json"));
    if let Some(path) = options.truth.clone().or(beside) {
        let text = serde_json::to_string_pretty(&truth).map_err(io::Error::other).map_err(named(&path))?;
        fs::write(&path, text + "\n").map_err(named(&path))?;
        eprintln!("{}: {} planted facts", path.display(), truth.facts.len());
    }
    Ok(())
}
