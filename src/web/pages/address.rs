//! Addresses of pages: everything that a page shows is in its address, so that it can be kept and sent on.

use std::fmt::Write;

/// The page that a flow opens with.
pub const OVERVIEW: &str = "overview";

/// An address with its parameters in a fixed order; empty ones are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    path: String,
    parameters: Vec<(&'static str, String)>,
}

impl Address {
    /// A page of a flow; the overview is the flow itself.
    pub fn of_flow(flow: &str, page: &str) -> Self {
        let flow = encoded(flow);
        Self::new(&if page == OVERVIEW { format!("/flows/{flow}") } else { format!("/flows/{flow}/{page}") })
    }

    /// Any path, which is taken as it is.
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), parameters: Vec::new() }
    }

    /// The same with a parameter set, or, if the value is empty, without it.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl ToString) -> Self {
        let mut address = self.clone();
        let value = value.to_string();
        match address.parameters.iter().position(|(known, _)| *known == name) {
            Some(at) if value.is_empty() => drop(address.parameters.remove(at)),
            Some(at) => address.parameters[at].1 = value,
            None if value.is_empty() => {}
            None => address.parameters.push((name, value)),
        }
        address
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(&self, name: &'static str) -> Self {
        self.with(name, "")
    }

    /// The same parameters at another path.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), parameters: self.parameters.clone() }
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[(&'static str, String)] {
        &self.parameters
    }

    /// As a link has it.
    pub fn href(&self) -> String {
        let mut text = self.path.clone();
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            let _ = write!(text, "{}{name}={}", if at == 0 { '?' } else { '&' }, encoded(value));
        }
        text
    }
}

/// A value with all but harmless signs as `%XX`.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~:,/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_put_together() {
        let map = Address::of_flow("orders", "map").with("filter", "with=A & B").with("metric", "cases");
        assert_eq!(map.href(), "/flows/orders/map?filter=with%3DA%20%26%20B&metric=cases");
        assert_eq!(map.without("filter").with("metric", "p90_wait").href(), "/flows/orders/map?metric=p90_wait");
        assert_eq!(Address::of_flow("orders", OVERVIEW).with("version", 2).href(), "/flows/orders?version=2");
        assert_eq!(Address::new("/").with("a", "").href(), "/");
    }
}
