//! The names by which the server may be called. A page of somebody else that makes its own name point to this machine
//! (DNS rebinding) still sends that name, and is refused.

use crate::config::ServerConfig;
use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// See the module.
#[derive(Debug, Clone)]
pub struct Hosts {
    names: Vec<String>,
    /// Whether any address in digits is fine: a page cannot make a browser send one for a name of its own.
    any_address: bool,
}

impl Hosts {
    /// The loopback names, the address that it listens on, and the host of the public address.
    pub fn new(server: &ServerConfig, listens: SocketAddr) -> Self {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        names.push(listens.ip().to_string());
        let public = server.public_url.as_deref().and_then(|url| url.split_once("://"));
        names.extend(public.map(|(_, host)| name_of(host)));
        Self { names, any_address: !listens.ip().is_loopback() }
    }

    /// Whether this is a name of the server.
    pub fn knows(&self, host: &str) -> bool {
        let name = name_of(host);
        self.names.contains(&name) || (self.any_address && name.parse::<IpAddr>().is_ok())
    }
}

/// The name without port and brackets, in lower case.
fn name_of(host: &str) -> String {
    let host = host.trim_end_matches('/');
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The host that a request was sent to.
pub fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // An absolute address in the request line, as a proxy is sent it, rules.
    uri.authority().map(|authority| authority.as_str()).or(named)
}

/// Refuses foreign names. Whether it lives is told to everybody: orchestrators call by names of their own.
pub async fn refuse_foreign(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let is_probe = matches!(request.uri().path(), "/health" | "/ready");
    let host = host(request.uri(), request.headers());
    if is_probe || host.is_some_and(|host| web.hosts.knows(host)) {
        return next.run(request).await;
    }
    let shown: String = host.unwrap_or_default().chars().take(100).collect();
    let detail = format!("this server is not called `{shown}`");
    let hint = "set server.public_url to the address by which browsers reach it";
    ApiError::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", detail).hint(hint).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_are_told_from_foreign_ones() {
        let local = Hosts::new(&ServerConfig::default(), "127.0.0.1:7878".parse().unwrap());
        let public =
            ServerConfig { public_url: Some("https://Flow.example.org".to_owned()), ..ServerConfig::default() };
        let remote = Hosts::new(&public, "0.0.0.0:7878".parse().unwrap());
        let check = |host: &str, expected: (bool, bool)| {
            assert_eq!((local.knows(host), remote.knows(host)), expected, "{host}");
        };
        check("localhost:7878", (true, true));
        check("LOCALHOST", (true, true));
        check("127.0.0.1:1", (true, true));
        check("[::1]:7878", (true, true));
        check("192.168.1.4:7878", (false, true));
        check("[fe80::1]", (false, true));
        check("flow.example.org", (false, true));
        check("flow.example.org.", (false, true));
        check("evil.example", (false, false));
        check("127.0.0.1.evil.example", (false, false));
        check("localhost.evil.example:7878", (false, false));
        check("", (false, false));
    }
}
