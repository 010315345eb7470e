//! What a log says about itself before its traces: attributes, extensions, classifiers and globals.

/// A key with its value, as text; keys of nested attributes have those of their parents in front (`parent/child`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XesValue {
    /// The key.
    pub key: String,
    /// The value; may be empty.
    pub value: String,
}

/// A declared extension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XesExtension {
    /// Its name, such as `Concept`.
    pub name: String,
    /// The prefix of its keys, such as `concept`.
    pub prefix: String,
    /// Where it is defined; never fetched.
    pub uri: String,
}

/// A declared classifier: the keys whose values together name an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XesClassifier {
    /// Its name, such as `Event Name`.
    pub name: String,
    /// `event` or `trace`; empty means `event`.
    pub scope: String,
    /// The keys in the order declared.
    pub keys: Vec<String>,
}

/// All a log says about itself, as far as it has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XesHeader {
    /// `xes.version` of the root element; empty if not given.
    pub version: String,
    /// Attributes of the log.
    pub attributes: Vec<XesValue>,
    /// Extensions.
    pub extensions: Vec<XesExtension>,
    /// Classifiers.
    pub classifiers: Vec<XesClassifier>,
    /// `<global scope="event">`.
    pub event_globals: Vec<XesValue>,
    /// `<global scope="trace">`.
    pub trace_globals: Vec<XesValue>,
}

/// The key of names.
const NAME: &str = "concept:name";

/// What exporters write as the default of every attribute, meaning nothing.
const PLACEHOLDERS: [&str; 6] = ["__INVALID__", "UNKNOWN", "DEFAULT", "__DEFAULT__", "string", "?"];

impl XesHeader {
    /// The default for events without `key`, unless it is one of the placeholders of the exporters.
    pub(super) fn event_default(&self, key: &str) -> Option<&str> {
        let value = self.event_globals.iter().rev().find(|global| global.key == key)?.value.as_str();
        let last_word = key.rsplit(':').next().unwrap_or(key);
        let means_nothing = value.trim().is_empty()
            || value.eq_ignore_ascii_case(last_word)
            || PLACEHOLDERS.iter().any(|placeholder| value.eq_ignore_ascii_case(placeholder));
        (!means_nothing).then_some(value)
    }

    /// The keys of the activity that a person names: a key of events, else a classifier, else keys joined by `+`. Keys
    /// that the log does not declare cannot be told from others before the events are read.
    pub(super) fn activity_keys(&self, name: &str) -> Vec<String> {
        let declared = name == NAME || self.event_globals.iter().any(|global| global.key == name);
        if declared {
            return vec![name.to_owned()];
        }
        if let Some(classifier) = self.event_classifiers().find(|classifier| classifier.name == name) {
            return classifier.keys.clone();
        }
        let keys: Vec<String> = name.split('+').map(|key| key.trim().to_owned()).collect();
        if keys.iter().any(String::is_empty) { vec![name.to_owned()] } else { keys }
    }

    /// The first classifier that names events without `concept:name`, for a log whose events lack that.
    pub fn classifier_without_name(&self) -> Option<&XesClassifier> {
        self.event_classifiers().find(|classifier| classifier.keys.iter().all(|key| key != NAME))
    }

    fn event_classifiers(&self) -> impl Iterator<Item = &XesClassifier> {
        self.classifiers.iter().filter(|c| !c.scope.eq_ignore_ascii_case("trace") && !c.keys.is_empty())
    }

    /// The keys of the event classifier `name`; failing that, those in `name` itself, joined by `+`.
    ///
    /// # Errors
    /// What the log has instead, for the message.
    pub(super) fn classifier_keys(&self, name: &str) -> Result<Vec<String>, String> {
        if let Some(classifier) = self.event_classifiers().find(|classifier| classifier.name == name) {
            return Ok(classifier.keys.clone());
        }
        let keys: Vec<String> = name.split('+').map(|key| key.trim().to_owned()).collect();
        let declared = |key: &String| self.event_globals.iter().any(|global| global.key == *key) || key.contains(':');
        if !keys.is_empty() && keys.iter().all(declared) {
            return Ok(keys);
        }
        let names: Vec<String> =
            self.event_classifiers().take(20).map(|classifier| format!("{:?}", classifier.name)).collect();
        Err(match names.is_empty() {
            true => "it has none, give the keys joined by +, such as concept:name+lifecycle:transition".to_owned(),
            false => format!("it has {}, choose one or give the keys joined by +", names.join(", ")),
        })
    }

    /// Splits the keys of classifiers, once the globals are known that tell keys with blanks apart.
    pub(super) fn split_classifier_keys(&mut self) {
        let globals = &self.event_globals;
        for classifier in &mut self.classifiers {
            if let [joined] = classifier.keys.as_slice() {
                classifier.keys = split_keys(joined, |key| globals.iter().any(|global| global.key == key));
            }
        }
    }
}

/// Keys parted by blanks; one that holds blanks itself stands in apostrophes or is declared in the globals.
fn split_keys(joined: &str, is_declared: impl Fn(&str) -> bool) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = joined.trim();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('\'').and_then(|inner| inner.split_once('\''));
        let (key, after) = match quoted {
            Some(parts) => parts,
            None => {
                let ends = rest.match_indices(char::is_whitespace).map(|(at, _)| at).take(64);
                let longest = ends.chain([rest.len()]).filter(|&end| is_declared(&rest[..end])).last();
                let end = longest.or_else(|| rest.find(char::is_whitespace)).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        keys.push(key.to_owned());
        rest = after.trim_start();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(key: &str, value: &str) -> XesValue {
        XesValue { key: key.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn defaults_that_mean_something() {
        let check = |key: &str, global: &str, expected: Option<&str>| {
            let header = XesHeader { event_globals: vec![value(key, global)], ..XesHeader::default() };
            assert_eq!(header.event_default(key), expected, "{key} {global}");
        };
        check("lifecycle:transition", "complete", Some("complete"));
        check("org:resource", "Pete", Some("Pete"));
        check("lifecycle:transition", "transition", None);
        check("concept:name", "name", None);
        check("concept:name", "__INVALID__", None);
        check("org:resource", "unknown", None);
        check("org:resource", " ", None);
        assert_eq!(XesHeader::default().event_default("concept:name"), None);
    }

    #[test]
    fn classifier_keys_with_and_without_blanks() {
        let check = |joined: &str, expected: &[&str]| {
            assert_eq!(split_keys(joined, |key| key == "Product code"), expected, "{joined}");
        };
        check("concept:name lifecycle:transition", &["concept:name", "lifecycle:transition"]);
        check(" Activity ", &["Activity"]);
        check("Activity Product code org:resource", &["Activity", "Product code", "org:resource"]);
        check("'Result by A' concept:name", &["Result by A", "concept:name"]);
        check("'open", &["'open"]);
        check("", &[]);
    }

    #[test]
    fn classifier_by_name_or_by_keys() {
        let classifier = |name: &str, scope: &str, key: &str| XesClassifier {
            name: name.to_owned(),
            scope: scope.to_owned(),
            keys: vec![key.to_owned()],
        };
        let mut header = XesHeader {
            classifiers: vec![classifier("A", "", "concept:name lifecycle:transition"), classifier("T", "trace", "x")],
            event_globals: vec![value("Activity", "string")],
            ..XesHeader::default()
        };
        header.split_classifier_keys();
        let keys = |name: &str| header.classifier_keys(name);
        assert_eq!(keys("A"), Ok(vec!["concept:name".to_owned(), "lifecycle:transition".to_owned()]));
        assert_eq!(keys("Activity + org:role"), Ok(vec!["Activity".to_owned(), "org:role".to_owned()]));
        assert_eq!(header.activity_keys("A"), ["concept:name", "lifecycle:transition"]);
        assert_eq!(header.activity_keys("Activity"), ["Activity"]);
        assert_eq!(header.activity_keys("Step + org:role"), ["Step", "org:role"]);
        assert_eq!(header.activity_keys("C++"), ["C++"]);
        assert_eq!(header.activity_keys("T"), ["T"]);
        assert_eq!(keys("T"), Err("it has \"A\", choose one or give the keys joined by +".to_owned()));
    }
}
