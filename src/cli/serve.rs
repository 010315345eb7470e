//! `throughline serve`.

use crate::cli::{CliError, Common};
use clap::Args;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Serve {
    /// Load the sample data first, and print an address that just works
    #[arg(long)]
    demo: bool,
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<std::net::SocketAddr>,
}

impl Serve {
    /// Runs the server until it is told to end.
    pub fn run(self, _common: &Common) -> Result<(), CliError> {
        Ok(())
    }
}
