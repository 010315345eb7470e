//! Paths really taken as a draft of the official flow: "these variants are official".

use crate::app::{App, AppError, Asked};
use crate::mining::official::write;
use crate::model::official::{Block, Branch, Definition, Step};
use std::collections::BTreeMap;

impl App {
    /// A definition whose path allows exactly the most frequent `variants` paths of the cases, or those with these ids, as
    /// YAML. What they have in common in the beginning and in the end is written once.
    ///
    /// # Errors
    /// Those of the query; `Invalid` where there is no such path.
    pub async fn promoted_variants(&self, asked: &Asked, most: usize, ids: &[String]) -> Result<String, AppError> {
        let found = self.variants(asked, if ids.is_empty() { Some(most) } else { None }).await?;
        let chosen = |variant: &&crate::model::answers::Variant| ids.is_empty() || ids.contains(&variant.id);
        let paths: Vec<Vec<String>> =
            found.variants.iter().filter(chosen).map(|variant| variant.activities.clone()).collect();
        if paths.is_empty() || (!ids.is_empty() && paths.len() < ids.len()) {
            return Err(AppError::Invalid {
                what: "not all of these paths were taken by a case".to_owned(),
                hint: "`variants` lists the paths with their ids".to_owned(),
            });
        }
        Ok(write(&of_paths(&asked.target.flow, &paths)))
    }
}

/// A definition that allows these paths and no others.
fn of_paths(flow: &str, paths: &[Vec<String>]) -> Definition {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut steps: Vec<Step> = Vec::new();
    for activity in paths.iter().flatten() {
        if names.contains_key(activity.as_str()) {
            continue;
        }
        let mut name = word(activity);
        while steps.iter().any(|step| step.name == name) {
            name.push('_');
        }
        steps.push(Step { name: name.clone(), activity: Some(activity.clone()), ..Step::default() });
        names.insert(activity, name);
    }
    let block = |activities: &[String]| -> Vec<Block> {
        activities
            .iter()
            .map(|activity| Block::Step(names.get(activity.as_str()).cloned().unwrap_or_default()))
            .collect()
    };
    let first = paths.first().map(Vec::as_slice).unwrap_or_default();
    let shortest = paths.iter().map(Vec::len).min().unwrap_or_default();
    let all = |same: &dyn Fn(&Vec<String>) -> bool| paths.iter().all(same);
    let begin = (0..shortest).take_while(|at| all(&|path| path[*at] == first[*at])).count();
    let end = (0..shortest - begin)
        .take_while(|at| all(&|path| path[path.len() - 1 - at] == first[first.len() - 1 - at]))
        .count();
    let mut path = block(&first[..begin]);
    if paths.len() > 1 {
        let middle =
            |path: &Vec<String>| Branch { when: None, body: Block::Seq(block(&path[begin..path.len() - end])) };
        path.push(Block::Xor(paths.iter().map(middle).collect()));
        path.extend(block(&first[first.len() - end..]));
    } else {
        path = block(first);
    }
    Definition { flow: Some(flow.to_owned()), steps, path: Some(Block::Seq(path)), ..Definition::default() }
}

/// A name for definitions: letters, digits and underscores.
pub(super) fn word(activity: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let text: String = activity.chars().flat_map(char::to_lowercase).map(plain).collect();
    let text = text.trim_matches('_').to_owned();
    if text.chars().next().is_some_and(char::is_alphabetic) { text } else { format!("step_{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_paths_are_written_with_what_they_share() {
        let paths = |texts: &[&str]| -> Vec<Vec<String>> {
            texts.iter().map(|text| text.split(' ').map(str::to_owned).collect()).collect()
        };
        let one = write(&of_paths("orders", &paths(&["Receive Check Ship"])));
        let expected = "flow: orders\nsteps:\n  receive: {activity: Receive}\n  check: {activity: Check}\n  \
            ship: {activity: Ship}\npath:\n  - receive\n  - check\n  - ship\n";
        assert_eq!(one, expected);
        let two = write(&of_paths("orders", &paths(&["Receive Check Ship", "Receive Ship"])));
        assert!(two.ends_with("path:\n  - receive\n  - {xor: [[check], []]}\n  - ship\n"), "{two}");
        assert_eq!((word("1st: Päck!"), word("A  b")), ("step_1st__päck".to_owned(), "a__b".to_owned()));
    }
}
