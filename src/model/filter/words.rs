//! A filter in words: each of its clauses for a person's eyes, with the filter that is left when it is taken away.

use super::{Comparison, Condition, Filter, Pair, Period, PeriodBy, Seconds, Slow};
use crate::model::time::{humane, rfc3339};

/// One condition of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// In words.
    pub words: String,
    /// Text form of the filter without it.
    pub rest: String,
}

impl Filter {
    /// Its conditions, in the order of the text form.
    pub fn clauses(&self) -> Vec<Clause> {
        let text = self.to_string();
        let all: Vec<&str> = text.split(';').filter(|clause| !clause.is_empty()).collect();
        let rest = |at: usize| {
            let others = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, clause)| *clause);
            others.collect::<Vec<_>>().join(";")
        };
        let clause = |at: usize| Clause {
            words: all[at].parse::<Self>().map_or_else(|_| all[at].to_owned(), |one| one.words()),
            rest: rest(at),
        };
        (0..all.len()).map(clause).collect()
    }

    /// All that it demands, as a sentence without capital and full stop.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = self.period.iter().map(period).collect();
        words.extend(self.case_attributes.iter().map(condition));
        words.extend(self.event_attributes.iter().map(|one| format!("an event has {}", condition(one))));
        words.extend(self.first_event.iter().map(|one| format!("the first event has {}", condition(one))));
        if !self.weekdays.is_empty() {
            words.push(format!("started on {}", either(&self.weekdays)));
        }
        words.extend(self.with.iter().map(|group| format!("with {}", either(group))));
        let lists = [
            ("without", &self.without),
            ("starts with", &self.starts_with),
            ("ends with", &self.ends_with),
            ("case", &self.cases),
        ];
        words.extend(lists.iter().filter(|(_, l)| !l.is_empty()).map(|(word, l)| format!("{word} {}", either(l))));
        words.extend(self.directly_follows.iter().map(|Pair { from, to }| format!("{from} → {to}")));
        words.extend(self.not_directly_follows.iter().map(|Pair { from, to }| format!("never {from} → {to}")));
        words.extend(self.eventually_follows.iter().map(|Pair { from, to }| format!("{from} … {to}")));
        words.extend(self.rework.map(|rework| if rework { "with rework" } else { "without rework" }.to_owned()));
        let slow = |slow: &Slow| format!("{} → {} took more than {}", slow.from, slow.to, humane(slow.than_s));
        words.extend(self.slower.iter().map(slow));
        match self.variants.as_slice() {
            [] => {}
            [one] => words.push(format!("variant {one}")),
            more => words.push(format!("one of {} variants", more.len())),
        }
        words.extend(self.cycle_time_s.iter().map(cycle));
        if !self.deviations.is_empty() {
            words.push(format!("differs by {}", either(&self.deviations)));
        }
        words.join(", ")
    }
}

/// Names joined by "or"; of many only the first ones.
fn either(names: &[String]) -> String {
    const SHOWN: usize = 3;
    match names.len() {
        0..=SHOWN => names.join(" or "),
        more => format!("{} or {} others", names[..SHOWN].join(", "), more - SHOWN),
    }
}

/// An instant without what is nought in it.
fn instant(micros: i64) -> String {
    let text = rfc3339(micros);
    text.strip_suffix("T00:00:00Z").map_or_else(|| text.replace('T', " ").replace('Z', ""), str::to_owned)
}

fn period(period: &Period) -> String {
    let verb = match period.by {
        PeriodBy::Start => "started",
        PeriodBy::End => "ended",
        PeriodBy::Contained => "wholly",
        PeriodBy::Intersecting => "under way",
    };
    match (period.from.map(instant), period.to.map(instant)) {
        (Some(from), Some(to)) => format!("{verb} from {from} to before {to}"),
        (Some(from), None) => format!("{verb} since {from}"),
        (None, Some(to)) => format!("{verb} before {to}"),
        (None, None) => format!("{verb} at any time"),
    }
}

fn condition(condition: &Condition) -> String {
    let sign = match condition.comparison {
        Comparison::Is => "is",
        Comparison::IsNot => "is not",
        Comparison::Less => "<",
        Comparison::AtMost => "≤",
        Comparison::Greater => ">",
        Comparison::AtLeast => "≥",
    };
    let empty = |value: &String| if value.is_empty() { "empty".to_owned() } else { value.clone() };
    let values: Vec<String> = condition.values.iter().map(empty).collect();
    format!("{} {sign} {}", condition.attribute, either(&values))
}

fn cycle(range: &Seconds) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("took {} to {}", humane(min), humane(max)),
        (Some(min), None) => format!("took at least {}", humane(min)),
        (None, Some(max)) => format!("took at most {}", humane(max)),
        (None, None) => "took any time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_has_words_and_can_be_taken_away() {
        let text = "start=2024-01-01..2024-04-01;case.region=North|South;event.cost>=5;with=A|B;without=C;starts=A;\
                    directly=A>B;notdirectly=B>A;eventually=A>C;rework=no;slower=A>B>86400;variant=abc;cycle=86400..;deviation=extra-1;id=x";
        let filter: Filter = text.parse().unwrap();
        let words: Vec<String> = filter.clauses().into_iter().map(|clause| clause.words).collect();
        let expected = [
            "started from 2024-01-01 to before 2024-04-01",
            "region is North or South",
            "an event has cost ≥ 5",
            "with A or B",
            "without C",
            "starts with A",
            "A → B",
            "never B → A",
            "A … C",
            "without rework",
            "A → B took more than 1 d",
            "variant abc",
            "took at least 1 d",
            "differs by extra-1",
            "case x",
        ];
        assert_eq!(words, expected);
        for clause in filter.clauses() {
            let rest: Filter = clause.rest.parse().unwrap();
            assert_eq!(rest.clauses().len(), expected.len() - 1, "{}", clause.words);
        }
        assert!(Filter::default().clauses().is_empty());
    }

    #[test]
    fn long_lists_are_cut() {
        let filter: Filter = "with=a|b|c|d|e".parse().unwrap();
        assert_eq!(filter.words(), "with a, b, c or 2 others");
    }
}
