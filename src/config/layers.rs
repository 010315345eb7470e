//! Reading the sources and laying them over each other, so that every value remembers where it came from.
//!
//! Each value is tried alone against its section: in this way every wrong value is found, not only the first, and the
//! structures themselves are the only list of keys.

use super::{Config, ConfigError, ConfigFault, ConfigOverrides, validate};
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::Path;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// How the names of our variables begin.
pub(super) const VARIABLES: &str = "THROUGHLINE_";
const KEYED_VARIABLES: &str = "THROUGHLINE__";
const DATA_VARIABLE: &str = "THROUGHLINE_DATA";
/// A configuration is a page of text; whatever is larger is the wrong file.
const FILE_BYTES_MAX: u64 = 1 << 18;
/// After so many faults the rest of a file is not looked at: it is the wrong file.
const FAULTS_MAX: usize = 100;
/// A key this similar is worth proposing.
const NEAR: f64 = 0.7;

/// Values by section and key, with their places.
#[derive(Default)]
struct Layers {
    values: BTreeMap<(String, String), (Value, String)>,
    faults: Vec<ConfigFault>,
}

pub(super) fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    overrides: ConfigOverrides,
) -> Result<Config, ConfigError> {
    let mut layers = Layers::default();
    if let Some(path) = file {
        let text = read_file(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        layers.add_file(&path.display().to_string(), &text);
    }
    layers.add_environment(environment);
    let Layers { values, mut faults } = layers;
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut tables = Table::new();
    for ((section, key), (value, place)) in values {
        places.insert(format!("{section}.{key}"), place);
        let table = tables.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(table) = table {
            table.insert(key, value);
        }
    }
    let mut config: Config = match tables.try_into() {
        Ok(config) => config,
        Err(fault) => {
            // Every value was tried before, so this is not expected; should it happen, it is a fault and not a panic.
            faults.push(ConfigFault { place: String::new(), message: fault.message().to_owned(), hint: String::new() });
            return Err(ConfigError::Faults(faults));
        }
    };
    apply(overrides, &mut config, &mut places);
    let of_values = validate::faults(&config).into_iter();
    faults.extend(of_values.map(|fault| {
        let place = places.get(fault.key).cloned().unwrap_or_default();
        fault.at(place)
    }));
    if faults.is_empty() { Ok(config) } else { Err(ConfigError::Faults(faults)) }
}

/// All faults, one a line, under a line that counts them.
pub(super) fn in_words(faults: &[ConfigFault]) -> String {
    let mut text = match faults.len() {
        1 => "the configuration has a fault".to_owned(),
        count => format!("the configuration has {count} faults"),
    };
    for ConfigFault { place, message, hint } in faults {
        text.push_str("\n  ");
        for (part, after) in [(place, ": "), (message, "")] {
            if !part.is_empty() {
                text.push_str(part);
                text.push_str(after);
            }
        }
        if !hint.is_empty() {
            text.push_str("; ");
            text.push_str(hint);
        }
    }
    text
}

fn read_file(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(std::io::Error::other("it is larger than 256 KiB, so it is hardly a configuration"));
    }
    Ok(text)
}

fn apply(overrides: ConfigOverrides, config: &mut Config, places: &mut BTreeMap<String, String>) {
    let ConfigOverrides { data_dir, listen } = overrides;
    let mut flag = |key: &str, name: &str| places.insert(key.to_owned(), format!("flag {name}"));
    if let Some(dir) = data_dir {
        config.data.dir = dir;
        flag("data.dir", "--data");
    }
    if let Some(listen) = listen {
        config.server.listen = listen;
        flag("server.listen", "--listen");
    }
}

impl Layers {
    fn add_file(&mut self, name: &str, text: &str) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let place = |offset: usize| place_in(name, text, offset);
        // What could be read is checked as well, so that one stroke of the pen does not hide the other faults.
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors.into_iter().take(FAULTS_MAX) {
            let place = place(error.span().map_or(0, |span| span.start));
            self.fault(place, error.message().trim(), "");
        }
        for (section, content) in document.get_ref() {
            if self.faults.len() >= FAULTS_MAX {
                return;
            }
            let section_place = place(section.span().start);
            let section = section.get_ref().as_ref();
            if !fields_of::<Config>().contains(&section) {
                let hint = near_hint(section, fields_of::<Config>());
                self.fault(section_place, format!("unknown section \"{}\"", shown(section)), hint);
                continue;
            }
            let DeValue::Table(keys) = content.get_ref() else {
                self.fault(section_place, format!("\"{section}\" is not a section"), format!("write [{section}]"));
                continue;
            };
            for (key, value) in keys {
                if self.faults.len() >= FAULTS_MAX {
                    return;
                }
                let place = place(key.span().start);
                self.add_file_value(section, key.get_ref().as_ref(), value, place);
            }
        }
    }

    fn add_file_value(&mut self, section: &str, key: &str, value: &Spanned<DeValue<'_>>, place: String) {
        if !self.check_key(section, key, &place) {
            return;
        }
        match plain(value.get_ref()) {
            Some(value) => self.add(section, key, vec![value], place),
            None => self.fault(place, format!("{section}.{key} is a list, a table or a date"), "give a single value"),
        }
    }

    fn add_environment(&mut self, environment: impl Iterator<Item = (String, String)>) {
        // Sorted, so that the order of faults does not depend on the platform.
        let ours = environment.filter(|(name, value)| name.starts_with(VARIABLES) && !value.is_empty());
        let variables: BTreeMap<String, String> = ours.collect();
        for (name, value) in &variables {
            let place = format!("variable {}", shown(name));
            let key = match name.strip_prefix(KEYED_VARIABLES) {
                Some(path) => path.to_lowercase(),
                None if name == DATA_VARIABLE => "data__dir".to_owned(),
                // Names with one underscore are free for other uses, e.g. by whoever starts the program.
                None => continue,
            };
            if value.contains('\u{fffd}') {
                self.fault(place, "is not UTF-8", "give the value in UTF-8");
                continue;
            }
            let Some((section, key)) = key.split_once("__") else {
                self.fault(place, "names no key", "write THROUGHLINE__SECTION__KEY, e.g. THROUGHLINE__SERVER__LISTEN");
                continue;
            };
            if self.check_key(section, key, &place) {
                self.add(section, key, readings(value), place);
            }
        }
        let long = variables.iter().find(|(name, _)| name.eq_ignore_ascii_case("THROUGHLINE__DATA__DIR"));
        if let (Some(short), Some((_, long))) = (variables.get(DATA_VARIABLE), long)
            && short != long
        {
            let message = "says otherwise than THROUGHLINE__DATA__DIR";
            self.fault(format!("variable {DATA_VARIABLE}"), message, "set one of them");
        }
    }

    /// Whether there is such a key; a fault otherwise.
    fn check_key(&mut self, section: &str, key: &str, place: &str) -> bool {
        let known = keys_of(section);
        if known.is_empty() {
            let hint = near_hint(section, fields_of::<Config>());
            self.fault(place.to_owned(), format!("unknown section \"{}\"", shown(section)), hint);
            return false;
        }
        if known.contains(&key) {
            return true;
        }
        self.fault(place.to_owned(), format!("unknown key \"{}\" in [{section}]", shown(key)), near_hint(key, known));
        false
    }

    /// Keeps the first reading that its section accepts; a fault if there is none.
    fn add(&mut self, section: &str, key: &str, readings: Vec<Value>, place: String) {
        let mut reason = String::new();
        for value in readings {
            let section_table = Table::from_iter([(key.to_owned(), value.clone())]);
            let table = Table::from_iter([(section.to_owned(), Value::Table(section_table))]);
            match table.try_into::<Config>() {
                Ok(_) => {
                    self.values.insert((section.to_owned(), key.to_owned()), (value, place));
                    return;
                }
                Err(fault) if reason.is_empty() => fault.message().trim().clone_into(&mut reason),
                Err(_) => {}
            }
        }
        self.fault(place, format!("{section}.{key}: {reason}"), "");
    }

    fn fault(&mut self, place: String, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(ConfigFault { place, message: message.into(), hint: hint.into() });
    }
}

/// `file:line:column`, both counted from 1, columns in characters.
fn place_in(file: &str, text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line_begin = before.rfind('\n').map_or(0, |position| position + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[line_begin..].chars().count() + 1;
    format!("{file}:{line}:{column}")
}

/// A single value; no key of ours holds a list or a table.
fn plain(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::String(text.to_string())),
        DeValue::Boolean(value) => Some(Value::Boolean(*value)),
        DeValue::Integer(number) => {
            // Numbers beyond 64 bits stay text, so that the fault names them.
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            Some(parsed.map_or_else(|_| Value::String(number.to_string()), Value::Integer))
        }
        DeValue::Float(number) => {
            Some(number.as_str().parse().map_or_else(|_| Value::String(number.to_string()), Value::Float))
        }
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// What the text of a variable can mean; the key decides which reading fits.
fn readings(text: &str) -> Vec<Value> {
    let trimmed = text.trim();
    let mut readings = Vec::new();
    if let Ok(number) = trimmed.replace('_', "").parse() {
        readings.push(Value::Integer(number));
    }
    if let Ok(value) = trimmed.parse() {
        readings.push(Value::Boolean(value));
    }
    readings.push(Value::String(text.to_owned()));
    readings
}

/// The keys of a section; empty if there is no such section.
pub(super) fn keys_of(section: &str) -> &'static [&'static str] {
    match section {
        "data" => fields_of::<super::DataConfig>(),
        "server" => fields_of::<super::ServerConfig>(),
        "limits" => fields_of::<super::LimitsConfig>(),
        "money" => fields_of::<super::MoneyConfig>(),
        "official_flow" => fields_of::<super::OfficialFlowConfig>(),
        "log" => fields_of::<super::LogConfig>(),
        _ => &[],
    }
}

/// The names of a structure's fields, asked of its own reading code, so that they are written down only once.
pub(super) fn fields_of<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(FieldNames) {
        Err(Asked(names)) => names,
        Ok(_) => &[],
    }
}

/// Answers no question for a value; it only carries the names that the structure asks for.
struct FieldNames;

#[derive(Debug)]
struct Asked(&'static [&'static str]);

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the names of fields were asked for")
    }
}

impl std::error::Error for Asked {}

impl serde::de::Error for Asked {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for FieldNames {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Asked> {
        Err(Asked(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Asked> {
        Err(Asked(fields))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn near_hint(wrong: &str, known: &[&str]) -> String {
    // Beyond the length of any key there is nothing to compare, and the comparison costs length times length.
    let wrong: String = wrong.chars().take(64).flat_map(char::to_lowercase).collect();
    let nearest = known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(candidate, &wrong), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)));
    match nearest {
        Some((_, near)) => format!("did you mean \"{near}\"?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

/// A name from outside as a message may show it.
fn shown(text: &str) -> String {
    text.chars().take(80).filter(|character| !character.is_control()).collect()
}
