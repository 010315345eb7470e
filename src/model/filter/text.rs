//! The text form of a filter: clauses joined by `;`, alternatives by `|`, e.g.
//! `start=2024-01-01..2024-04-01;case.region=North|South;with=Pay invoice;directly=Ship order>Pay invoice`.
//!
//! | clause | keeps cases that |
//! |---|---|
//! | `start=A..B` `end=A..B` `contained=A..B` `intersecting=A..B` | lie so relative to [A, B); a bound may be missing |
//! | `case.NAME=V\|W`, `!=`, `<`, `<=`, `>`, `>=` | have such an attribute; `event.NAME…`: at least one event has, `first.NAME…`: the first one has |
//! | `weekday=Monday\|Friday` | started on such a day, by UTC |
//! | `with=A\|B` `without=A\|B` `starts=A\|B` `ends=A\|B` | contain, lack, begin or end with one of the activities |
//! | `directly=A>B` `notdirectly=A>B` `eventually=A>B` | have B right after, never right after, or some time after, A |
//! | `rework=yes` `rework=no` | repeat some activity, or none |
//! | `slower=A>B>SECONDS` | have B right after A, and waited longer than that in between |
//! | `variant=ID\|ID` `cycle=MIN..MAX` | took the path; took so many seconds |
//! | `deviation=ID\|ID` `id=X\|Y` | differ from the official flow in one of these ways; are these |
//!
//! In names and values `% ; | = < > ! &` and control characters are written as `%XX`, bytes of UTF-8. The same
//! filter always has the same text: clauses come in the order of this table, alternatives sorted. A period, `weekday`, `starts`,
//! `ends`, `rework`, `variant`, `cycle`, `deviation` and `id` may be given once; all clauses must hold.

use super::{Comparison, Condition, Filter, Pair, Period, PeriodBy, Seconds, Slow, WEEKDAYS};
use crate::model::time;
use std::fmt::{self, Display, Write};
use std::str::FromStr;

/// What is wrong with a filter text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("filter clause {clause} (`{text}`): {what}")]
pub struct FilterError {
    /// Which clause, from 1.
    pub clause: usize,
    /// Its text.
    pub text: String,
    /// What is wrong and what is expected.
    pub what: String,
}

impl Filter {
    /// The same conditions in canonical order, so that equal filters have equal texts.
    pub fn canonical(mut self) -> Self {
        let conditions = self.case_attributes.iter_mut().chain(&mut self.event_attributes);
        for condition in conditions.chain(&mut self.first_event) {
            sort(&mut condition.values);
        }
        let key =
            |condition: &Condition| (condition.attribute.clone(), condition.comparison as u8, condition.values.clone());
        self.case_attributes.sort_by_key(key);
        self.case_attributes.dedup();
        self.event_attributes.sort_by_key(key);
        self.event_attributes.dedup();
        self.first_event.sort_by_key(key);
        self.first_event.dedup();
        sort(&mut self.weekdays);
        self.with.iter_mut().for_each(sort);
        self.with.retain(|group| !group.is_empty());
        self.with.sort();
        self.with.dedup();
        for list in [&mut self.without, &mut self.starts_with, &mut self.ends_with, &mut self.variants, &mut self.cases]
        {
            sort(list);
        }
        for pairs in [&mut self.directly_follows, &mut self.not_directly_follows, &mut self.eventually_follows] {
            pairs.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
            pairs.dedup();
        }
        self.slower.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)).then(a.than_s.total_cmp(&b.than_s)));
        self.slower.dedup();
        self.period = self.period.filter(|period| period.from.is_some() || period.to.is_some());
        self.cycle_time_s = self.cycle_time_s.filter(|range| range.min.is_some() || range.max.is_some());
        self
    }
}

fn sort(list: &mut Vec<String>) {
    list.sort();
    list.dedup();
}

impl Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filter = self.clone().canonical();
        let mut clauses = Vec::new();
        if let Some(period) = &filter.period {
            let bound = |bound: Option<i64>| bound.map(time::rfc3339).unwrap_or_default();
            clauses.push(format!("{}={}..{}", period_name(period.by), bound(period.from), bound(period.to)));
        }
        for (kind, conditions) in
            [("case", &filter.case_attributes), ("event", &filter.event_attributes), ("first", &filter.first_event)]
        {
            for Condition { attribute, comparison, values } in conditions {
                clauses.push(format!("{kind}.{}{}{}", escape(attribute), sign(*comparison), alternatives(values)));
            }
        }
        clauses.extend(filled(&[("weekday", &filter.weekdays)]));
        clauses.extend(filter.with.iter().map(|group| format!("with={}", alternatives(group))));
        let lists = [("without", &filter.without), ("starts", &filter.starts_with), ("ends", &filter.ends_with)];
        clauses.extend(filled(&lists));
        for (name, pairs) in [
            ("directly", &filter.directly_follows),
            ("notdirectly", &filter.not_directly_follows),
            ("eventually", &filter.eventually_follows),
        ] {
            clauses.extend(pairs.iter().map(|pair| format!("{name}={}>{}", escape(&pair.from), escape(&pair.to))));
        }
        clauses.extend(filter.rework.map(|rework| format!("rework={}", if rework { "yes" } else { "no" })));
        let slow = |slow: &Slow| format!("slower={}>{}>{}", escape(&slow.from), escape(&slow.to), slow.than_s);
        clauses.extend(filter.slower.iter().map(slow));
        clauses.extend(filled(&[("variant", &filter.variants)]));
        if let Some(Seconds { min, max }) = filter.cycle_time_s {
            let bound = |bound: Option<f64>| bound.map(|seconds| seconds.to_string()).unwrap_or_default();
            clauses.push(format!("cycle={}..{}", bound(min), bound(max)));
        }
        clauses.extend(filled(&[("deviation", &filter.deviations), ("id", &filter.cases)]));
        f.write_str(&clauses.join(";"))
    }
}

fn filled(lists: &[(&str, &Vec<String>)]) -> Vec<String> {
    let full = lists.iter().filter(|(_, list)| !list.is_empty());
    full.map(|(name, list)| format!("{name}={}", alternatives(list))).collect()
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        for (at, clause) in text.split(';').enumerate().filter(|(_, clause)| !clause.trim().is_empty()) {
            add_clause(&mut filter, clause.trim()).map_err(|what| FilterError {
                clause: at + 1,
                text: clause.trim().to_owned(),
                what,
            })?;
        }
        Ok(filter.canonical())
    }
}

const CLAUSES: &str = "start, end, contained, intersecting, case.NAME, event.NAME, first.NAME, weekday, with, without, starts, ends, \
                       directly, notdirectly, eventually, rework, slower, variant, cycle, deviation and id";

fn add_clause(filter: &mut Filter, clause: &str) -> Result<(), String> {
    for (prefix, list) in [
        ("case.", &mut filter.case_attributes),
        ("event.", &mut filter.event_attributes),
        ("first.", &mut filter.first_event),
    ] {
        if let Some(rest) = clause.strip_prefix(prefix) {
            list.push(condition(rest)?);
            return Ok(());
        }
    }
    let (name, value) = clause.split_once('=').ok_or_else(|| format!("has no `=`; clauses are {CLAUSES}"))?;
    match name {
        "start" => set_period(filter, PeriodBy::Start, value)?,
        "end" => set_period(filter, PeriodBy::End, value)?,
        "contained" => set_period(filter, PeriodBy::Contained, value)?,
        "intersecting" => set_period(filter, PeriodBy::Intersecting, value)?,
        "with" => filter.with.push(values(value)?),
        "without" => filter.without.extend(values(value)?),
        "weekday" => {
            set_list(&mut filter.weekdays, name, value)?;
            filter.weekdays = filter.weekdays.iter().map(|day| weekday(day)).collect::<Result<_, _>>()?;
        }
        "starts" => set_list(&mut filter.starts_with, name, value)?,
        "ends" => set_list(&mut filter.ends_with, name, value)?,
        "directly" => filter.directly_follows.push(pair(value)?),
        "notdirectly" => filter.not_directly_follows.push(pair(value)?),
        "eventually" => filter.eventually_follows.push(pair(value)?),
        "slower" => filter.slower.push(slow(value)?),
        "variant" => set_list(&mut filter.variants, name, value)?,
        "deviation" => set_list(&mut filter.deviations, name, value)?,
        "id" => set_list(&mut filter.cases, name, value)?,
        "rework" if filter.rework.is_some() => {
            return Err("there is already a `rework`; a filter has at most one".to_owned());
        }
        "rework" => {
            filter.rework = Some(match value {
                "yes" => true,
                "no" => false,
                _ => return Err("expected `rework=yes` or `rework=no`".to_owned()),
            });
        }
        "cycle" if filter.cycle_time_s.is_some() => {
            return Err("there is already a `cycle`; a filter has at most one".to_owned());
        }
        "cycle" => {
            let (min, max) = value.split_once("..").ok_or("expected MIN..MAX in seconds, e.g. `cycle=3600..`")?;
            let bound = |text: &str| -> Result<Option<f64>, String> {
                if text.is_empty() {
                    return Ok(None);
                }
                seconds(text).map(Some)
            };
            filter.cycle_time_s = Some(Seconds { min: bound(min)?, max: bound(max)? });
        }
        _ => return Err(format!("there is no clause `{name}`; clauses are {CLAUSES}")),
    }
    Ok(())
}

impl Condition {
    /// Reads `NAME=V|W`, `NAME>=V` and so on, as `--where` and the clauses `case.` and `event.` have it.
    pub fn parse(text: &str) -> Result<Self, String> {
        condition(text)
    }
}

fn condition(text: &str) -> Result<Condition, String> {
    let at = text.find(['=', '!', '<', '>']).ok_or("expected NAME=VALUE, or one of != < <= > >=")?;
    let (name, rest) = text.split_at(at);
    let signs = [
        ("!=", Comparison::IsNot),
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("=", Comparison::Is),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    let found = signs.iter().find_map(|(sign, comparison)| Some((*comparison, rest.strip_prefix(sign)?)));
    let (comparison, value) = found.ok_or("expected one of = != < <= > >=")?;
    let attribute = unescape(name)?;
    if attribute.is_empty() {
        return Err("the attribute has no name".to_owned());
    }
    let values = value.split('|').map(unescape).collect::<Result<Vec<_>, _>>()?;
    let ordered = !matches!(comparison, Comparison::Is | Comparison::IsNot);
    if ordered && (values.len() != 1 || values[0].is_empty()) {
        return Err("a comparison takes exactly one value".to_owned());
    }
    Ok(Condition { attribute, comparison, values })
}

fn set_period(filter: &mut Filter, by: PeriodBy, value: &str) -> Result<(), String> {
    if filter.period.is_some() {
        return Err("there is already a period; a filter has at most one".to_owned());
    }
    let (from, to) = value.split_once("..").ok_or("expected FROM..TO, e.g. `start=2024-01-01..2024-02-01`")?;
    let bound = |text: &str| if text.is_empty() { Ok(None) } else { time::parse(&unescape(text)?).map(Some) };
    filter.period = Some(Period { from: bound(from)?, to: bound(to)?, by });
    Ok(())
}

/// A second list would have to hold as well as the first, and alternatives in one list are no such thing.
fn set_list(list: &mut Vec<String>, name: &str, value: &str) -> Result<(), String> {
    if !list.is_empty() {
        return Err(format!("there is already a `{name}`; write alternatives as `{name}=A|B`"));
    }
    *list = values(value)?;
    Ok(())
}

fn weekday(name: &str) -> Result<String, String> {
    let known = WEEKDAYS.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.map(|known| (*known).to_owned()).ok_or_else(|| format!("`{name}` is none of {}", WEEKDAYS.join(", ")))
}

fn values(text: &str) -> Result<Vec<String>, String> {
    let values = text.split('|').map(unescape).collect::<Result<Vec<_>, _>>()?;
    if values.iter().any(String::is_empty) { Err("a value is missing".to_owned()) } else { Ok(values) }
}

fn pair(text: &str) -> Result<Pair, String> {
    let (from, to) = text.split_once('>').ok_or("expected FIRST>SECOND")?;
    let (from, to) = (unescape(from)?, unescape(to)?);
    if from.is_empty() || to.is_empty() {
        return Err("expected FIRST>SECOND, both with a name".to_owned());
    }
    Ok(Pair { from, to })
}

fn slow(text: &str) -> Result<Slow, String> {
    let (names, than) = text.rsplit_once('>').ok_or("expected FIRST>SECOND>SECONDS")?;
    let Pair { from, to } = pair(names).map_err(|_| "expected FIRST>SECOND>SECONDS, both with a name")?;
    Ok(Slow { from, to, than_s: seconds(than)? })
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    seconds.ok_or_else(|| format!("`{text}` is no number of seconds"))
}

fn period_name(by: PeriodBy) -> &'static str {
    match by {
        PeriodBy::Start => "start",
        PeriodBy::End => "end",
        PeriodBy::Contained => "contained",
        PeriodBy::Intersecting => "intersecting",
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Is => "=",
        Comparison::IsNot => "!=",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}

fn alternatives(values: &[String]) -> String {
    values.iter().map(|value| escape(value)).collect::<Vec<_>>().join("|")
}

/// A name or value as the text form has it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (at, character) in text.chars().enumerate() {
        // Blanks at the borders would be trimmed away.
        let border_blank = character.is_whitespace() && (at == 0 || at == last);
        if character.is_control() || border_blank || "%;|=<>!&".contains(character) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(escaped, "%{byte:02X}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn unescape(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or("`%` must be followed by two hexadecimal digits; write `%25` for a percent sign")?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).map_err(|_| "the escaped bytes are no UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_text_is_canonical() {
        let text = "without=B|A;case.region=South|North;start=2024-01-01..;with=A;directly=a%3Eb>c;event.x>=5";
        let filter: Filter = text.parse().unwrap();
        assert_eq!(
            filter.to_string(),
            "start=2024-01-01T00:00:00Z..;case.region=North|South;event.x>=5;with=A;without=A|B;directly=a%3Eb>c"
        );
        assert_eq!(filter.directly_follows[0].from, "a>b");
        let first: Filter = "weekday=Monday|Friday;first.role=Desk;event.x=1".parse().unwrap();
        assert_eq!(first.to_string(), "event.x=1;first.role=Desk;weekday=Friday|Monday");
        assert_eq!("weekday=monday".parse::<Filter>().unwrap().to_string(), "weekday=Monday");
        assert_eq!(first.words(), "an event has x is 1, the first event has role is Desk, started on Friday or Monday");
    }

    #[test]
    fn errors_name_the_clause() {
        let check = |text: &str, clause: usize, what: &str| {
            let error = text.parse::<Filter>().unwrap_err();
            assert_eq!(error.clause, clause, "{text}");
            assert!(error.what.contains(what), "{}", error.what);
        };
        check("with=A;nonsense=1", 2, "no clause `nonsense`");
        check("cycle=abc..", 1, "no number of seconds");
        check("start=yesterday..", 1, "no date");
        check("directly=A", 1, "FIRST>SECOND");
        check("slower=A>B", 1, "FIRST>SECOND>SECONDS");
        check("slower=A>B>soon", 1, "no number of seconds");
        check("with=%G0", 1, "hexadecimal");
        check("case.a<1|2", 1, "exactly one value");
        check("start=2024-01-01..;end=..2024-01-01", 2, "at most one");
        check("cycle=1..;cycle=..9", 2, "at most one");
        check("rework=yes;rework=no", 2, "at most one");
        check("rework=often", 1, "`rework=no`");
        check("weekday=Monday;weekday=Friday", 2, "weekday=A|B");
        check("weekday=Monday|someday", 1, "`someday` is none of Sunday");
        for name in ["starts", "ends", "variant", "id"] {
            check(&format!("{name}=A;with=B;{name}=C"), 3, &format!("{name}=A|B"));
        }
    }

    fn words() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("\\PC{1,8}", 0..3)
    }

    proptest! {
        #[test]
        fn every_filter_survives_its_text(
            with in prop::collection::vec(prop::collection::vec("\\PC{1,8}", 1..3), 0..3),
            without in words(), starts_with in words(), cases in words(),
            names in prop::collection::vec(("\\PC{1,6}", "\\PC{0,6}"), 0..3),
            pairs in prop::collection::vec(("\\PC{1,6}", "\\PC{1,6}"), 0..3),
            from in prop::option::of(-62_000_000_000i64..200_000_000_000), max in prop::option::of(0.0..1e9f64),
            rework in prop::option::of(any::<bool>()),
        ) {
            let condition = |(attribute, value): (String, String)| {
                Condition { attribute, comparison: Comparison::Is, values: vec![value] }
            };
            let filter = Filter {
                period: from.map(|from| Period { from: Some(from * 1_000_000), to: None, by: PeriodBy::Contained }),
                case_attributes: names.into_iter().map(condition).collect(),
                with, without, starts_with, rework, cases,
                slower: pairs.iter().cloned().map(|(from, to)| Slow { from, to, than_s: 1.5 }).collect(),
                not_directly_follows: pairs.iter().cloned().map(|(from, to)| Pair { from, to }).collect(),
                eventually_follows: pairs.into_iter().map(|(from, to)| Pair { from, to }).collect(),
                cycle_time_s: max.map(|max| Seconds { min: None, max: Some(max) }),
                ..Filter::default()
            }.canonical();
            prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Filter>();
        }
    }
}
