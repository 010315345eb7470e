//! Whether the values are possible, and possible together. Looks at nothing but the configuration itself.

use super::{Config, ConfigFault};
use std::fmt::Display;

/// More than any machine has, and so little that sums and products of limits stay in range.
const MEBIBYTES_MAX: u64 = 1 << 24;
const DAY_SECONDS: u64 = 86_400;

/// A fault of a value, before it is known where the value came from.
pub(super) struct ValueFault {
    /// `section.key`.
    pub(super) key: &'static str,
    message: String,
    hint: String,
}

impl ValueFault {
    pub(super) fn at(self, place: String) -> ConfigFault {
        ConfigFault { place, message: format!("{} {}", self.key, self.message), hint: self.hint }
    }
}

/// Everything that is wrong, in the order of the sections.
pub(super) fn faults(config: &Config) -> Vec<ValueFault> {
    let mut faults = Faults(Vec::new());
    check_data(config, &mut faults);
    check_server(config, &mut faults);
    check_ranges(config, &mut faults);
    check_together(config, &mut faults);
    if let Some(currency) = &config.money.currency
        && !((1..=8).contains(&currency.chars().count())
            && currency.chars().all(|sign| sign.is_alphabetic() || "€$£¥".contains(sign)))
    {
        faults.add("money.currency", format!("is \"{currency}\""), "use a code such as EUR");
    }
    if config.log.filter.trim().is_empty() {
        faults.add("log.filter", "is empty", "use \"info\", or \"off\" for silence");
    }
    faults.0
}

struct Faults(Vec<ValueFault>);

impl Faults {
    fn add(&mut self, key: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.0.push(ValueFault { key, message: message.into(), hint: hint.into() });
    }

    fn range<T: PartialOrd + Display>(&mut self, key: &'static str, value: T, least: T, most: T) {
        if value < least || value > most {
            self.add(key, format!("is {value}"), format!("use {least} to {most}"));
        }
    }
}

fn check_data(config: &Config, faults: &mut Faults) {
    let dir = &config.data.dir;
    let shown = dir.to_string_lossy();
    if dir.as_os_str().is_empty() {
        let hint = "name a folder by --data, THROUGHLINE_DATA or data.dir in the configuration file";
        faults.add("data.dir", "is not set, and this account has no home folder", hint);
    } else if shown == "~" || shown.starts_with("~/") {
        faults.add("data.dir", format!("is \"{shown}\", and \"~\" is understood by shells only"), "write the path out");
    }
}

fn check_server(config: &Config, faults: &mut Faults) {
    let server = &config.server;
    if !server.listen.ip().is_loopback() && !server.allow_remote {
        let message = format!("is {}, which other machines can reach", server.listen);
        let hint = "listen on 127.0.0.1, or set server.allow_remote = true; people must then sign in";
        faults.add("server.listen", message, hint);
    }
    if let Some(url) = &server.public_url {
        check_public_url(url, server.behind_tls, faults);
    }
    faults.range("server.session_hours", server.session_hours, 1, 24 * 366);
    faults.range("server.upload_bytes_max", server.upload_bytes_max, 1024, MEBIBYTES_MAX << 20);
    faults.range("server.unpacked_bytes_max", server.unpacked_bytes_max, 1024, MEBIBYTES_MAX << 20);
    faults.range("server.request_seconds", server.request_seconds, 1, DAY_SECONDS);
    faults.range("server.header_seconds", server.header_seconds, 1, 3600);
}

fn check_public_url(url: &str, behind_tls: bool, faults: &mut Faults) {
    let key = "server.public_url";
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => {
            return faults.add(key, "begins with neither http:// nor https://", "e.g. https://flow.example.org");
        }
    };
    if !is_host_with_port(rest) {
        let hint = "give scheme, host and port only, e.g. https://flow.example.org, without a path or a last \"/\"";
        return faults.add(key, "is not the address of a host", hint);
    }
    if secure && !behind_tls {
        let hint = "let a proxy in front speak TLS and set server.behind_tls = true, or use http://";
        faults.add(key, "begins with https://, but this server does not speak TLS itself", hint);
    }
    if !secure && behind_tls {
        let hint = "use https://, or set server.behind_tls = false";
        faults.add(key, "begins with http://, but server.behind_tls says that browsers use TLS", hint);
    }
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`.
fn is_host_with_port(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => ("v6", rest),
        Some(_) => return false,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let port_is_good = match port.strip_prefix(':') {
        Some(digits) => {
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
        }
        None => port.is_empty(),
    };
    !host.is_empty() && host.len() <= 253 && host.bytes().all(allowed) && port_is_good
}

fn check_ranges(config: &Config, faults: &mut Faults) {
    let limits = &config.limits;
    for (key, value, least) in [
        ("limits.memory_pool_mb", limits.memory_pool_mb, 64),
        ("limits.query_memory_mb", limits.query_memory_mb, 32),
        ("limits.spill_disk_mb", limits.spill_disk_mb, 0),
        ("limits.answer_mb", limits.answer_mb, 1),
        ("limits.import_memory_mb", limits.import_memory_mb, 64),
        ("limits.result_cache_mb", limits.result_cache_mb, 0),
    ] {
        faults.range(key, value, least, MEBIBYTES_MAX);
    }
    faults.range("limits.query_seconds", limits.query_seconds, 1, DAY_SECONDS);
    faults.range("limits.queue_seconds", limits.queue_seconds, 0, DAY_SECONDS);
    faults.range("limits.alignment_seconds", limits.alignment_seconds, 1, DAY_SECONDS);
    faults.range("limits.parallel_queries", limits.parallel_queries, 1, 1024);
    faults.range("limits.parallel_imports", limits.parallel_imports, 1, 64);
    faults.range("limits.rows_returned_max", limits.rows_returned_max, 1, 10_000_000);
    faults.range("limits.map_nodes_max", limits.map_nodes_max, 2, 100_000);
    faults.range("limits.map_edges_max", limits.map_edges_max, 1, 1_000_000);
}

fn check_together(config: &Config, faults: &mut Faults) {
    let limits = &config.limits;
    if limits.query_memory_mb > limits.memory_pool_mb {
        let message =
            format!("is {}, more than limits.memory_pool_mb ({})", limits.query_memory_mb, limits.memory_pool_mb);
        faults.add("limits.query_memory_mb", message, "lower the one or raise the other");
    }
    let waits = limits.query_seconds.saturating_add(limits.queue_seconds);
    let needed = waits.saturating_add(limits.alignment_seconds);
    if config.server.request_seconds < needed {
        let message = format!(
            "is {}, less than limits.queue_seconds + limits.query_seconds + limits.alignment_seconds ({needed}), so answers would be \
             cut off",
            config.server.request_seconds
        );
        faults.add("server.request_seconds", message, format!("use {needed} or more"));
    }
}
