//! A path that was found in cases, put into a definition: everything else of it stays.

use crate::app::AppError;
use crate::mining::discover::Tree;
use crate::model::official::{Block, Branch, Definition, Step};
use std::collections::BTreeSet;

/// The definition with this path instead of its own; `names` are those of the tree's steps in the log. Steps that are new to it
/// are added.
///
/// # Errors
/// `Invalid` where a step of its own path is not part of this one: what is demanded of it would be lost.
pub(in crate::app) fn with_path(definition: &Definition, tree: &Tree, names: &[&str]) -> Result<Definition, AppError> {
    let mut made = definition.clone();
    let path = block(tree, names, &mut made.steps);
    let mut known: BTreeSet<&str> = path.steps().into_iter().collect();
    if let Some(case) = &definition.case {
        known.extend(case.start.iter().chain(&case.end).chain(&case.cancel).map(String::as_str));
    }
    let before: BTreeSet<&str> = definition.path.iter().flat_map(Block::steps).collect();
    let lost: Vec<String> = before.difference(&known).map(|step| format!("`{step}`")).collect();
    if !lost.is_empty() {
        return Err(AppError::Invalid {
            what: format!("no case to learn from does {}, so a path learnt from them would lose it", lost.join(", ")),
            hint: "write the difference into the path of the definition by hand".to_owned(),
        });
    }
    made.path = Some(path);
    Ok(made)
}

fn block(tree: &Tree, names: &[&str], steps: &mut Vec<Step>) -> Block {
    let mut all = |parts: &[Tree]| parts.iter().map(|part| block(part, names, steps)).collect::<Vec<_>>();
    match tree {
        Tree::Silent => Block::Seq(Vec::new()),
        Tree::Step(number) => Block::Step(name(names.get(*number as usize).copied().unwrap_or_default(), steps)),
        Tree::Sequence(parts) => Block::Seq(all(parts)),
        Tree::Parallel(parts) => Block::Par(all(parts)),
        Tree::Exclusive(parts) => {
            let branch = |body: Block| Branch { when: None, body };
            let ways: Vec<Tree> = parts.iter().filter(|part| **part != Tree::Silent).cloned().collect();
            let mut ways: Vec<Branch> = all(&ways).into_iter().map(branch).collect();
            match (ways.len() < parts.len(), ways.len()) {
                (true, 1) => Block::Opt(Box::new(ways.remove(0))),
                (true, _) => Block::Opt(Box::new(branch(Block::Xor(ways)))),
                (false, _) => Block::Xor(ways),
            }
        }
        Tree::Loop(body, back) => {
            let body = Box::new(block(body, names, steps));
            let back = (**back != Tree::Silent).then(|| Box::new(block(back, names, steps)));
            Block::Loop { body, back, max: None }
        }
    }
}

/// The step of the definition that the log calls so, or a new one.
fn name(activity: &str, steps: &mut Vec<Step>) -> String {
    let known = steps.iter().find(|step| step.activity.as_deref().unwrap_or(&step.name) == activity);
    if let Some(step) = known {
        return step.name.clone();
    }
    let mut name = super::draft::word(activity);
    while steps.iter().any(|step| step.name == name) {
        name.push('_');
    }
    steps.push(Step { name: name.clone(), activity: Some(activity.to_owned()), ..Step::default() });
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::official::{read, write};

    #[test]
    fn only_the_path_changes() {
        let text = "flow: o\nsteps:\n  ask: {activity: Ask, role: [x]}\n  pay: {activity: Pay, sla: 2d}\npath:\n  - ask\n  - \
            pay\nrules:\n  - {kind: max_time, from: ask, to: pay, limit: 3d}\n";
        let (_, definition) = read("o.yaml", text).unwrap();
        let names = ["Ask", "Call back", "Pay"];
        let tree = Tree::Sequence(vec![
            Tree::Loop(Box::new(Tree::Step(0)), Box::new(Tree::Silent)),
            Tree::Exclusive(vec![Tree::Step(1), Tree::Silent]),
            Tree::Step(2),
        ]);
        let made = with_path(&definition, &tree, &names).unwrap();
        let (_, again) = read("o.yaml", &write(&made)).unwrap();
        assert_eq!(again, made);
        assert_eq!(made.steps[..2], definition.steps[..]);
        assert_eq!((made.steps.len(), &made.rules), (3, &definition.rules));
        assert_eq!(made.path.as_ref().unwrap().steps(), ["ask", "call_back", "pay"]);
        let lost = with_path(&definition, &Tree::Step(0), &names).unwrap_err();
        assert!(lost.to_string().contains("`pay`"), "{lost}");
    }
}
