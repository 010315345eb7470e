//! Parse, run, print the error with its causes, exit code.

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;
use throughline::cli::{self, Cli};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody can be told if standard error is closed.
            let _ = writeln!(std::io::stderr(), "{}", error.in_words());
            ExitCode::from(error.exit_code())
        }
    }
}
