//! The configuration: one structure, its defaults, and one check that names every fault at once.
//!
//! Values come, each source overruling those before it, from the defaults, a TOML file, the environment
//! (`THROUGHLINE__SECTION__KEY`, and `THROUGHLINE_DATA` for the data folder) and the flags of the command line.
//! `config.example.toml` shows every key with its default; a test keeps the two equal.
//!
//! This module must not know what the values are used for. `layers` reads and merges, `validate` checks.

mod layers;
mod validate;

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

const MEBIBYTE: u64 = 1 << 20;

/// The whole configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where things are kept.
    pub data: DataConfig,
    /// The web server.
    pub server: ServerConfig,
    /// How much of the machine may be used.
    pub limits: LimitsConfig,
    /// Costs.
    pub money: MoneyConfig,
    /// Official flows.
    pub official_flow: OfficialFlowConfig,
    /// What is logged, and how.
    pub log: LogConfig,
}

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Data folder; by default that of the platform. Empty when this account has none, which the check refuses.
    pub dir: PathBuf,
}

/// The web server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Address by which browsers reach the server, `http(s)://host[:port]`; by default the one it listens on.
    pub public_url: Option<String>,
    /// Whether it may listen on an address that other machines reach.
    pub allow_remote: bool,
    /// Whether a proxy in front of it speaks TLS to the browsers.
    pub behind_tls: bool,
    /// Hours after which an unused sign-in ends.
    pub session_hours: u64,
    /// Largest upload in bytes.
    pub upload_bytes_max: u64,
    /// Largest content in bytes that a look at a compressed upload unpacks.
    pub unpacked_bytes_max: u64,
    /// Seconds that a request may take; uploads and event streams are excepted.
    pub request_seconds: u64,
    /// Seconds that a connection may wait for the whole head of its next request; then it is closed.
    pub header_seconds: u64,
}

/// How much of the machine may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Memory of all queries together, in MiB.
    pub memory_pool_mb: u64,
    /// Memory of one query, in MiB.
    pub query_memory_mb: u64,
    /// Disk for what queries put aside when memory is short, in MiB.
    pub spill_disk_mb: u64,
    /// Seconds that a query may take.
    pub query_seconds: u64,
    /// Queries that run at the same time.
    pub parallel_queries: u64,
    /// Seconds that a query waits for its turn.
    pub queue_seconds: u64,
    /// Seconds that holding paths against an official flow may take; what is left then is bounded.
    pub alignment_seconds: u64,
    /// Largest number of rows in an answer.
    pub rows_returned_max: u64,
    /// Largest answer of a query, in MiB.
    pub answer_mb: u64,
    /// Largest number of activities in a process map.
    pub map_nodes_max: u64,
    /// Largest number of connections in a process map.
    pub map_edges_max: u64,
    /// Memory of one import, in MiB.
    pub import_memory_mb: u64,
    /// Imports that run at the same time.
    pub parallel_imports: u64,
    /// Memory for answers that are kept, in MiB; 0 keeps none.
    pub result_cache_mb: u64,
}

/// Costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoneyConfig {
    /// Currency of costs in logs that do not say it, e.g. `EUR`.
    pub currency: Option<String>,
}

/// Official flows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfficialFlowConfig {
    /// Whether a new version counts only once a second person has approved it, wherever there is one.
    pub second_person: bool,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Form of a log line.
    pub format: LogFormat,
    /// Which lines are written, e.g. `info` or `warn,throughline=debug`.
    pub filter: String,
}

/// Form of a log line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// For programs, one JSON object a line.
    Json,
}

/// What the flags of the command line say; `None` where a flag was not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigOverrides {
    /// `--data`.
    pub data_dir: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
}

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where the value stands: file, line and column, a variable, or a flag; empty for a default.
    pub place: String,
    /// What is wrong, naming the key.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read at all.
    #[error("could not read the configuration file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The configuration was read and is wrong; every fault is listed.
    #[error("{}", layers::in_words(.0))]
    Faults(Vec<ConfigFault>),
}

impl Default for DataConfig {
    fn default() -> Self {
        let folders = directories::ProjectDirs::from("", "", "throughline");
        Self { dir: folders.map(|folders| folders.data_dir().to_owned()).unwrap_or_default() }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7878)),
            public_url: None,
            allow_remote: false,
            behind_tls: false,
            session_hours: 12,
            upload_bytes_max: 20 << 30,
            unpacked_bytes_max: 4 << 30,
            request_seconds: 120,
            header_seconds: 75,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            memory_pool_mb: 2048,
            query_memory_mb: 1024,
            spill_disk_mb: 20_480,
            query_seconds: 60,
            parallel_queries: 4,
            queue_seconds: 20,
            alignment_seconds: 30,
            rows_returned_max: 100_000,
            answer_mb: 512,
            map_nodes_max: 150,
            map_edges_max: 300,
            import_memory_mb: 1024,
            parallel_imports: 1,
            result_cache_mb: 256,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Pretty, filter: "info".to_owned() }
    }
}

impl Config {
    /// Reads and merges all sources, then checks the result.
    ///
    /// A variable of the environment that is empty counts as not set. A folder that is not absolute is meant from where
    /// the program was started.
    ///
    /// # Errors
    /// `Read` if the file cannot be read; `Faults` with everything that is wrong, in the file, the environment and the
    /// result, each with its place.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        overrides: ConfigOverrides,
    ) -> Result<Self, ConfigError> {
        layers::load(file, environment, overrides)
    }

    /// The variables that [`Config::load`] looks at, read so that foreign bytes in others cannot disturb.
    pub fn environment() -> impl Iterator<Item = (String, String)> {
        std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(layers::VARIABLES))?;
            Some((name, value.to_string_lossy().into_owned()))
        })
    }

    /// Checks that the values are possible, and possible together.
    ///
    /// # Errors
    /// `Faults` with everything that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let faults: Vec<ConfigFault> =
            validate::faults(self).into_iter().map(|fault| fault.at(String::new())).collect();
        if faults.is_empty() { Ok(()) } else { Err(ConfigError::Faults(faults)) }
    }

    /// The commented `config.example.toml`: every key with its default.
    pub fn example() -> String {
        include_str!("../config.example.toml").to_owned()
    }
}

impl LimitsConfig {
    /// Memory for answers that are kept, in bytes.
    pub fn result_cache_bytes(&self) -> u64 {
        self.result_cache_mb.saturating_mul(MEBIBYTE)
    }
}

#[cfg(test)]
mod tests;
