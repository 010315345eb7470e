//! Running the program as a user would, and finding the shared logs.

pub mod server;

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// The program under test; `THROUGHLINE_PROGRAM` may name another build of it, so that what takes long is held against
/// a release.
pub fn program() -> PathBuf {
    std::env::var_os("THROUGHLINE_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_throughline").into(), PathBuf::from)
}

/// A path below the shared event logs.
pub fn shared(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/eventlogs").join(path)
}

/// Runs the program with these words.
pub fn run(words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(words).env_remove("THROUGHLINE_DATA").env_remove("THROUGHLINE_CONFIG");
    command.output().unwrap()
}

/// The JSON answer of a command, or what it wrote to standard error.
pub fn answer_or_error(words: &[&str]) -> Result<Value, String> {
    let output = run(&[words, &["--json"]].concat());
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The JSON answer of a command that must succeed.
#[track_caller]
pub fn answer(words: &[&str]) -> Value {
    answer_or_error(words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
}
