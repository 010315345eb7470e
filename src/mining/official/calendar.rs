//! The calendar of a definition.

use super::fields::{Fields, Notes};
use super::node::{Node, Value};
use super::yaml::of_yaml;
use super::{Fault, Faults};
use crate::mining::calendar::{CalendarError, Hours, day, holidays_of, weekdays};
use crate::model::official::{Calendar, Holiday, Holidays, WeekFrom};
use std::collections::BTreeMap;

/// What to write instead of hours, days and names of days that cannot be read.
const HOURS: &str = "write e.g. \"09:00-14:00\", or \"22:00-06:00\" over midnight";
const DAY: &str = "write e.g. 2026-01-06";
const WEEKDAYS: &str = "write mon, tue, wed, thu, fri, sat, sun or a range like mon-fri";
/// A year whose holidays every country of the list has.
const SOME_YEAR: i32 = 2025;

/// Reads a calendar that stands alone, as YAML or JSON: what a definition has under `calendar`.
///
/// # Errors
/// All faults, in the order of the text.
pub fn read_calendar(text: &str) -> Result<Calendar, Faults> {
    let faults = |faults: Vec<Fault>, more: usize| Faults { file: "calendar".to_owned(), faults, more };
    let node = of_yaml(text).map_err(|fault| faults(vec![fault], 0))?;
    let mut notes = Notes::default();
    let read = calendar(&node, &mut notes);
    notes.faults.sort();
    match notes.faults.is_empty() {
        true => Ok(read),
        false => Err(faults(notes.faults, notes.more)),
    }
}

pub(super) fn calendar(node: &Node, notes: &mut Notes) -> Calendar {
    let mut fields = Fields::of(node, "`calendar`", notes);
    let zone = fields.texts("zone", notes).into_iter().next();
    match &zone {
        None => notes.fault(node.at, "the calendar has no `zone`", "e.g. `zone: Europe/Madrid`"),
        Some((at, name)) if name.parse::<chrono_tz::Tz>().is_err() => {
            notes.fault(*at, format!("there is no time zone `{name}`"), "use a name like Europe/Madrid or UTC");
        }
        Some(_) => {}
    }
    let week = fields.take("week").map(|node| week(node, notes)).unwrap_or_default();
    let holidays = fields.take("holidays").map(|node| holidays(node, notes));
    let extra = fields.take("extra").map(|node| {
        let is_day = |name: &str| day(name).is_ok();
        hours_by(node, "`calendar.extra`", ("a day", DAY), is_day, notes)
    });
    let versions = fields.take("versions").map(|node| versions(node, notes)).unwrap_or_default();
    fields.end(notes);
    let zone = zone.map(|(_, name)| name).unwrap_or_default();
    Calendar { zone, week, holidays, extra: extra.unwrap_or_default(), versions }
}

fn week(node: &Node, notes: &mut Notes) -> BTreeMap<String, Vec<String>> {
    let is_known = |name: &str| weekdays(name).is_some();
    hours_by(node, "`calendar.week`", ("a day of the week", WEEKDAYS), is_known, notes)
}

/// A map from days to their hours; `name` says what its names are and what to write.
fn hours_by(
    node: &Node,
    of: &str,
    name: (&str, &str),
    is_known: impl Fn(&str) -> bool,
    notes: &mut Notes,
) -> BTreeMap<String, Vec<String>> {
    let Value::Map(members) = &node.value else {
        notes.fault(node.at, format!("{of} is {}", node.kind()), "write `days: [\"09:00-14:00\", …]`");
        return BTreeMap::new();
    };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, hours) in members {
        if !is_known(key.text.trim()) {
            notes.fault(key.at, format!("`{}` in {of} is no {}", key.text, name.0.trim_start_matches("a ")), name.1);
            continue;
        }
        found.insert(key.text.trim().to_owned(), hours_of(hours, notes));
    }
    found
}

/// Hours, or a list of them.
fn hours_of(node: &Node, notes: &mut Notes) -> Vec<String> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        Value::Null => &[],
        _ => std::slice::from_ref(node),
    };
    let mut found = Vec::new();
    for item in items {
        let text = item.text().unwrap_or_default().trim().to_owned();
        match Hours::parse(&text) {
            Ok(_) => found.push(text),
            Err(what) => notes.fault(item.at, what, HOURS),
        }
    }
    found
}

/// `ES`, `ES-MD`, a list of days, or a map of country, region and days.
fn holidays(node: &Node, notes: &mut Notes) -> Holidays {
    let read = match &node.value {
        Value::List(items) => Holidays { days: days(items, notes), ..Holidays::default() },
        Value::Map(_) => {
            let mut fields = Fields::of(node, "`calendar.holidays`", notes);
            let (country, region) = (fields.text("country", notes), fields.text("region", notes));
            let listed = fields.take("days");
            let days = match listed.map(|node| &node.value) {
                Some(Value::List(items)) => days(items, notes),
                Some(_) => days(listed.map(std::slice::from_ref).unwrap_or_default(), notes),
                None => Vec::new(),
            };
            fields.end(notes);
            if region.is_some() && country.is_none() {
                notes.fault(node.at, "the holidays have a `region` and no `country`", "add e.g. `country: ES`");
            }
            Holidays { country, region, days, file: None }
        }
        _ => {
            let text = node.text().unwrap_or_default().trim().to_owned();
            if text.contains(['.', '/', '\\']) {
                return Holidays { file: Some(text), ..Holidays::default() };
            }
            let (country, region) = match text.split_once('-') {
                Some((country, region)) => (country.trim().to_owned(), Some(region.trim().to_owned())),
                None => (text, None),
            };
            Holidays { country: Some(country), region, ..Holidays::default() }
        }
    };
    if let Some(country) = &read.country
        && let Err(error) = holidays_of(country, read.region.as_deref(), SOME_YEAR)
    {
        let cure = match &error {
            CalendarError::Country { known, .. } | CalendarError::Region { known, .. } => {
                format!("known are {known}; list the days of others: `days: [2026-01-06]`")
            }
            _ => String::new(),
        };
        let place = read.region.as_ref().map_or_else(|| country.clone(), |region| format!("{country}-{region}"));
        notes.fault(node.at, format!("the holidays of `{place}` are not known"), cure);
    }
    read
}

/// Days, each by itself or as a map with the hours that are off.
fn days(items: &[Node], notes: &mut Notes) -> Vec<Holiday> {
    let mut found = Vec::new();
    for item in items {
        let (at, text, off) = match &item.value {
            Value::Map(_) => {
                let mut fields = Fields::of(item, "a holiday", notes);
                let day = fields.texts("day", notes).into_iter().next();
                let off = fields.take("off").map(|node| hours_of(node, notes)).unwrap_or_default();
                fields.end(notes);
                let (at, text) = day.unwrap_or((item.at, String::new()));
                (at, text, off)
            }
            _ => (item.at, item.text().unwrap_or_default(), Vec::new()),
        };
        match day(&text) {
            Ok(_) => found.push(Holiday { day: text.trim().to_owned(), off }),
            Err(what) => notes.fault(at, what, DAY),
        }
    }
    found
}

/// Weeks that hold from a day on.
fn versions(node: &Node, notes: &mut Notes) -> Vec<WeekFrom> {
    let Value::List(items) = &node.value else {
        notes.fault(
            node.at,
            format!("`calendar.versions` is {}", node.kind()),
            "write a list: - {valid_from: 2026-07-01, week: {…}}",
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        let mut fields = Fields::of(item, "a version of the calendar", notes);
        let from = fields.texts("valid_from", notes).into_iter().next();
        let week = fields.take("week").map(|node| week(node, notes)).unwrap_or_default();
        fields.end(notes);
        let (at, text) = from.unwrap_or((item.at, String::new()));
        match day(&text) {
            Ok(_) => found.push(WeekFrom { valid_from: text, week }),
            Err(what) => notes.fault(at, format!("`valid_from` of a version of the calendar: {what}"), DAY),
        }
    }
    found
}
