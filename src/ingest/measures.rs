//! Which attributes of a file say what an event cost and whether a program did it. Settled when all rows were read,
//! from what the readers kept of every cell, so that it costs no pass of its own. The cells stay what they are;
//! whoever asks for `cost` or `automated` is led to them.

use crate::ingest::IngestError;
use crate::ingest::detect::{Role, TextShape, name_fits};
use crate::ingest::raw::{AttributeKind, BatchAttribute, Profile};
use crate::model::mapping::MappingOptions;
use crate::model::measure::Measure;
use serde::{Deserialize, Serialize};
use std::path::Path;
use utoipa::ToSchema;

/// A measure, the attribute that has it, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Measured {
    /// What it is.
    pub measure: Measure,
    /// The attribute's name in the source.
    pub column: String,
    /// 0 to 1; 1 where a person named it.
    pub confidence: f64,
    /// Why.
    pub reason: String,
}

/// From here on the name of an attribute is believed.
const LEAST_SURE: f64 = 0.5;

/// The measures of a file, and what is odd about them. `shape` is what the sample of a table said; an XES log has none.
///
/// # Errors
/// `Measure` if a person named what cannot be one.
pub fn settle(
    path: &Path,
    attributes: &[BatchAttribute],
    shape: Option<&TextShape>,
    options: &MappingOptions,
) -> Result<(Vec<Measured>, Vec<String>), IngestError> {
    let look = Look { path, attributes, shape };
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for (measure, wish) in [(Measure::Cost, &options.cost), (Measure::Automated, &options.automated)] {
        match wish.as_deref().map(str::trim) {
            Some("") => {}
            Some(name) => found.push(look.named(measure, name)?),
            None => found.extend(look.guessed(measure, &mut warnings)),
        }
    }
    if found.iter().any(|measured| measured.measure == Measure::Cost) {
        found.extend(look.best(Measure::Currency));
    }
    Ok((found, warnings))
}

struct Look<'a> {
    path: &'a Path,
    attributes: &'a [BatchAttribute],
    shape: Option<&'a TextShape>,
}

impl Look<'_> {
    fn of_events(&self) -> impl Iterator<Item = &BatchAttribute> {
        self.attributes.iter().filter(|attribute| !attribute.of_case)
    }

    fn role(&self, measure: Measure) -> Option<&Role> {
        let roles = &self.shape?.roles;
        match measure {
            Measure::Cost => roles.cost.as_ref(),
            Measure::Automated => roles.automated.as_ref(),
            Measure::Currency => None,
        }
    }

    /// The attribute that a person named: of a table the column that was found by that name or number.
    fn named(&self, measure: Measure, given: &str) -> Result<Measured, IngestError> {
        let column = self.shape.and_then(|shape| Some(&shape.columns.get(self.role(measure)?.column)?.name));
        let name = column.map_or(given, String::as_str);
        let refused = |why: &'static str| IngestError::Measure {
            path: self.path.to_owned(),
            option: if measure == Measure::Cost { "--cost" } else { "--automated" },
            column: name.to_owned(),
            why,
        };
        let exact = self.of_events().find(|attribute| attribute.name == name);
        let attribute = exact.or_else(|| self.of_events().find(|other| other.name.eq_ignore_ascii_case(name)));
        let attribute = attribute.ok_or_else(|| refused("no event has it as an attribute of its own"))?;
        if !fits(measure, attribute.reads) {
            return Err(refused(match measure {
                Measure::Cost => "not all of its cells are numbers",
                _ => "not all of its cells say true or false, automatic or manual",
            }));
        }
        let (confidence, reason) = (1.0, "named by the user".to_owned());
        Ok(Measured { measure, column: attribute.name.clone(), confidence, reason })
    }

    /// What the sample of a table proposed, if all rows bear it out; in an XES log the key whose name says it best.
    fn guessed(&self, measure: Measure, warnings: &mut Vec<String>) -> Option<Measured> {
        let Some(shape) = self.shape else { return self.best(measure) };
        let role = self.role(measure)?;
        let name = &shape.columns.get(role.column)?.name;
        let attribute = self.of_events().find(|attribute| attribute.name == *name)?;
        if fits(measure, attribute.reads) {
            let (confidence, reason) = (role.confidence, role.reason.clone());
            return Some(Measured { measure, column: name.clone(), confidence, reason });
        }
        let (what, option) = match measure {
            Measure::Cost => ("what events cost, but not all of its cells are numbers", "cost"),
            _ => ("whether a program did it, but not all of its cells do", "automated"),
        };
        warnings.push(format!("the name of \"{name}\" says {what}; no column is taken for it, --{option} names one"));
        None
    }

    fn best(&self, measure: Measure) -> Option<Measured> {
        let weighed = self.of_events().filter(|attribute| fits(measure, attribute.reads));
        let weighed = weighed.map(|attribute| (name_fits(&attribute.name, measure), attribute));
        let best = weighed.fold(None, |best: Option<(f64, &BatchAttribute)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        });
        let (confidence, attribute) = best.filter(|(weight, _)| *weight >= LEAST_SURE)?;
        let reason = format!("its name \"{}\"; all of its cells fit", attribute.name);
        Some(Measured { measure, column: attribute.name.clone(), confidence: confidence.min(0.99), reason })
    }
}

/// Whether every cell can be read as that.
pub fn fits(measure: Measure, reads: Profile) -> bool {
    let kind = reads.kind();
    match measure {
        Measure::Cost => matches!(
            kind,
            AttributeKind::Integer | AttributeKind::Number | AttributeKind::CommaNumber | AttributeKind::GroupedNumber
        ),
        // Of whole numbers only 0 and 1 say it; others are met as "not known".
        Measure::Automated => reads.says_who_did_it() || kind == AttributeKind::Integer,
        Measure::Currency => kind == AttributeKind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, of_case: bool, cells: &[&str]) -> BatchAttribute {
        let mut reads = Profile::default();
        cells.iter().for_each(|cell| reads.add(cell));
        BatchAttribute { name: name.to_owned(), of_case, reads }
    }

    fn found(attributes: &[BatchAttribute], options: &MappingOptions) -> Result<Vec<(Measure, String)>, IngestError> {
        let (found, _) = settle(Path::new("log.xes"), attributes, None, options)?;
        Ok(found.into_iter().map(|measured| (measured.measure, measured.column)).collect())
    }

    #[test]
    fn keys_of_an_xes_log_are_known_by_name_and_cells() {
        let attributes = [
            attribute("cost:total", true, &["9"]),
            attribute("Costs", false, &["1", "2.5"]),
            attribute("cost:currency", false, &["EUR"]),
            attribute("automated", false, &["yes", "NO", "manual"]),
            attribute("Automation", false, &["yes", "perhaps"]),
        ];
        let expected = [
            (Measure::Cost, "Costs".to_owned()),
            (Measure::Automated, "automated".to_owned()),
            (Measure::Currency, "cost:currency".to_owned()),
        ];
        assert_eq!(found(&attributes, &MappingOptions::default()).unwrap(), expected);
        let none = MappingOptions { cost: Some(" ".to_owned()), ..MappingOptions::default() };
        assert_eq!(found(&attributes, &none).unwrap(), expected[1..2]);
    }

    #[test]
    fn what_a_person_named_must_fit() {
        let attributes =
            [attribute("note", false, &["a"]), attribute("fee", false, &["1"]), attribute("x", true, &["1"])];
        let asked = |cost: &str| MappingOptions { cost: Some(cost.to_owned()), ..MappingOptions::default() };
        assert_eq!(found(&attributes, &asked("FEE")).unwrap(), [(Measure::Cost, "fee".to_owned())]);
        for (name, why) in [("note", "numbers"), ("x", "attribute of its own"), ("absent", "attribute of its own")] {
            let error = found(&attributes, &asked(name)).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
