//! Which step of a model is which activity of a log. Names are compared letter by letter; where that finds nothing,
//! blanks, underscores, case and line breaks are forgiven, as long as it stays clear what is meant.

use crate::mining::net::Remark;
use std::collections::BTreeMap;

/// Numbers of activities by the model's names for them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: BTreeMap<String, u32>,
    /// Steps whose name differs from the log's in blanks or case.
    pub remarks: Vec<Remark>,
    /// Steps that the log does not know.
    pub unknown: Vec<String>,
}

impl Names {
    /// `activities` by their number in the log; `labels` each once.
    pub fn matching(labels: &[&str], activities: &[&str]) -> Self {
        let exact: BTreeMap<&str, u32> = activities.iter().zip(0..).map(|(name, number)| (*name, number)).collect();
        let mut loose: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (name, number) in activities.iter().zip(0..) {
            loose.entry(plain(name)).or_default().push(number);
        }
        let taken = |number: &u32| labels.contains(&activities[*number as usize]);
        let mut names = Self::default();
        for label in labels {
            let near = || match loose.get(&plain(label)).map(Vec::as_slice) {
                // An activity that another step has the exact name of is not meant.
                Some([only]) if !taken(only) => Some(*only),
                _ => None,
            };
            let number = match exact.get(label).copied() {
                Some(number) => number,
                None => match near() {
                    Some(number) => {
                        let what = format!("is taken as the log's `{}`", activities[number as usize]);
                        names.remarks.push(Remark::new(*label, what));
                        number
                    }
                    None => {
                        names.unknown.push((*label).to_owned());
                        (activities.len() + names.unknown.len() - 1) as u32
                    }
                },
            };
            names.numbers.insert((*label).to_owned(), number);
        }
        names
    }

    /// The number of an activity that the model knows.
    pub fn number(&self, label: &str) -> u32 {
        self.numbers.get(label).copied().unwrap_or(u32::MAX)
    }
}

/// A name without what is forgiven: case, blanks, underscores.
pub fn plain(name: &str) -> String {
    let blank = |c: char| c.is_whitespace() || c == '_';
    name.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clear_names_are_taken_for_others() {
        let names =
            Names::matching(&["Pay", "check  it", "Ship", "ship"], &["check it", "Pay", "ship", "CHECK", "check"]);
        assert_eq!((names.number("Pay"), names.number("check  it"), names.number("ship")), (1, 0, 2));
        // `ship` is another step of the model already.
        assert_eq!((names.number("Ship"), names.unknown.as_slice()), (5, ["Ship".to_owned()].as_slice()));
        assert_eq!(names.remarks.len(), 1);
        let twice = Names::matching(&["Check"], &["CHECK", "check"]);
        assert_eq!(twice.unknown, ["Check"]);
    }
}
