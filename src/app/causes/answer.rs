//! What was found in the words and filters of an answer.

use super::attributes::Attributes;
use super::target::{Labels, Target};
use super::values::Value;
use crate::app::Asked;
use crate::mining::causes::{Branch, Contrast, Contrasts, LEAST_CASES};
use crate::model::causes::{CauseBranch, CauseSplit, Causes, CausesMeta, Finding, LeftOut, UsedAttribute};
use crate::model::filter::Filter;
use crate::model::time::rfc3339;

pub(super) fn answer(
    of: &Target,
    asked: &Asked,
    labels: &Labels,
    attributes: &Attributes,
    found: &Contrasts,
    root: &Branch,
) -> Causes {
    let cases = labels.target.len();
    let hits = labels.target.iter().filter(|hit| **hit).count();
    // The cases that are looked at, with the filter in force.
    let population = labels.population.as_ref().and_then(|population| asked.filter.and(population));
    let finding = |one: &Contrast| finding(one, attributes, population.as_ref(), labels.among.as_ref());
    let (more, mut less): (Vec<&Contrast>, Vec<&Contrast>) = found.found().partition(|one| one.table.excess() > 0.0);
    less.reverse();
    let used = attributes.used.iter().zip(&attributes.columns).zip(&found.too_few);
    let used = used.map(|((attribute, column), (rare_values, rare_cases))| UsedAttribute {
        attribute: attribute.name.clone(),
        values: different(&column.codes, column.values),
        is_banded: attribute.is_banded,
        rare_values: *rare_values as i64,
        rare_cases: *rare_cases as i64,
    });
    let left_out = attributes.left_out.iter();
    Causes {
        target: crate::model::causes::CauseTarget { of: of.to_string(), ..labels.words.clone() },
        cases: cases as i64,
        target_cases: hits as i64,
        target_share: (cases > 0).then(|| hits as f64 / cases as f64),
        left_out_cases: labels.left_out as i64,
        left_out_why: labels.why.clone(),
        least_cases: LEAST_CASES as i64,
        tests: found.tested.len() as i64,
        findings: more.into_iter().filter_map(finding).collect(),
        less: less.into_iter().filter_map(finding).collect(),
        tree: root.split.is_some().then(|| branch(root, attributes, population)),
        attributes: used.collect(),
        left_out: left_out.map(|(attribute, why)| LeftOut { attribute: attribute.clone(), why: why.clone() }).collect(),
        meta: CausesMeta {
            flow: asked.target.flow.clone(),
            version: asked.target.version,
            as_of: asked.target.snapshot.manifest.last_us.map(rfc3339),
            filter: asked.filter.to_string(),
            filters: asked.filter.clone(),
        },
    }
}

fn different(codes: &[u32], values: usize) -> i64 {
    let mut seen = vec![false; values];
    codes.iter().for_each(|code| seen[*code as usize] = true);
    seen.into_iter().filter(|seen| *seen).count() as i64
}

/// None where a share is one of no case, which no value that was tested has.
fn finding(
    one: &Contrast,
    attributes: &Attributes,
    population: Option<&Filter>,
    among: Option<&Filter>,
) -> Option<Finding> {
    let (attribute, table) = (&attributes.used[one.column], &one.table);
    let value = &attribute.values[one.value];
    let filter = population.zip(value.filter.as_ref()).and_then(|(population, own)| population.and(own));
    let target_filter = filter.as_ref().zip(among).and_then(|(filter, among)| filter.and(among));
    let (low_share, high_share) = table.interval()?;
    Some(Finding {
        attribute: attribute.name.clone(),
        value: value.text.clone(),
        words: value.words.clone(),
        cases: table.cases as i64,
        target_cases: table.hits as i64,
        with_share: table.share()?,
        without_share: table.rest_share()?,
        difference_share: table.difference()?,
        low_share,
        high_share,
        ratio: table.ratio(),
        expected_cases: table.expected(),
        excess_cases: table.excess(),
        coverage_share: table.coverage()?,
        p: one.p,
        q: one.q,
        filter: filter.map(|filter| filter.to_string()),
        target_filter: target_filter.map(|filter| filter.to_string()),
    })
}

fn branch(branch: &Branch, attributes: &Attributes, filter: Option<Filter>) -> CauseBranch {
    let below = |child: &Branch, own: Option<&Filter>| {
        let filter = filter.as_ref().zip(own).and_then(|(filter, own)| filter.and(own));
        Box::new(self::branch(child, attributes, filter))
    };
    let split = branch.split.as_ref().map(|split| {
        let attribute = &attributes.used[split.column];
        let Value { text, words, filter, rest } = &attribute.values[split.value];
        CauseSplit {
            attribute: attribute.name.clone(),
            value: text.clone(),
            words: words.clone(),
            p: split.p,
            with: below(&split.with, filter.as_ref()),
            without: below(&split.without, rest.as_ref()),
        }
    });
    CauseBranch {
        cases: branch.cases as i64,
        target_cases: branch.hits as i64,
        target_share: if branch.cases > 0 { branch.hits as f64 / branch.cases as f64 } else { 0.0 },
        filter: filter.map(|filter| filter.to_string()),
        split,
    }
}

impl Causes {
    /// The answer in a sentence: what goes most with the target.
    pub fn sentence(&self) -> String {
        let verb = &self.target.words;
        if self.cases == 0 {
            return format!("Of no case is it known whether it is one of those that {verb}");
        }
        if self.target_cases == 0 {
            return format!("No case is one of those that {verb}");
        }
        let Some(first) = self.findings.first() else {
            return format!("Nothing that is known beforehand tells apart the cases that {verb}");
        };
        let words = &first.words;
        match first.ratio {
            Some(ratio) => {
                let times = if ratio < 10.0 { format!("{ratio:.1}") } else { format!("{ratio:.0}") };
                format!("{times} times as often as others, cases {words} {verb}")
            }
            None => format!("Only cases {words} {verb}"),
        }
    }

    /// As one table: a line for each finding, the more frequent ones first.
    ///
    /// # Errors
    /// Those of the writer, which for memory are none.
    pub fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record([
            "attribute",
            "value",
            "cases",
            "target_cases",
            "with_share",
            "without_share",
            "difference_share",
            "low_share",
            "high_share",
            "ratio",
            "expected_cases",
            "excess_cases",
            "coverage_share",
            "p",
            "q",
            "filter",
        ])?;
        let number = |value: f64| serde_json::Value::from(value).to_string();
        for one in self.findings.iter().chain(&self.less) {
            writer.write_record([
                one.attribute.clone(),
                one.value.clone().unwrap_or_default(),
                one.cases.to_string(),
                one.target_cases.to_string(),
                number(one.with_share),
                number(one.without_share),
                number(one.difference_share),
                number(one.low_share),
                number(one.high_share),
                one.ratio.map(number).unwrap_or_default(),
                number(one.expected_cases),
                number(one.excess_cases),
                number(one.coverage_share),
                number(one.p),
                number(one.q),
                one.filter.clone().unwrap_or_default(),
            ])?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
