//! A path as a process tree: from it come the net that cases are held against, and the diagram.

use crate::mining::discover::Tree;
use crate::mining::net::{Net, Remark};
use crate::model::official::{Block, Definition};
use std::collections::BTreeMap;

/// Parts of a tree, at most: bounded loops are written out, and inside each other they multiply.
const LARGEST: usize = 20_000;

/// Parts inside each other, at most: whatever walks the tree needs stack for each of them.
const DEEPEST: usize = 400;

/// A path, compiled.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// What the log calls its steps; the tree's numbers count them.
    pub activities: Vec<String>,
    tree: Tree,
    roles: Vec<Option<String>>,
}

/// Compiles the path of a definition; nothing where it has none.
///
/// # Errors
/// What is too much of it.
pub fn compile(definition: &Definition) -> Result<Option<Compiled>, Remark> {
    let Some(path) = &definition.path else { return Ok(None) };
    if depth(path) > DEEPEST {
        let what = format!("has more than {DEEPEST} parts inside each other when its loops are written out");
        return Err(Remark::new("path", format!("{what}; lower their `max`")));
    }
    let mut names: Vec<&str> = path.steps();
    names.sort_unstable();
    names.dedup();
    let mut compiler = Compiler { names: &names, left: LARGEST };
    let tree = compiler.tree(path).ok_or_else(|| {
        Remark::new("path", format!("has more than {LARGEST} parts when its loops are written out; lower their `max`"))
    })?;
    let role = |name: &&str| match definition.step(name).map(|step| step.role.as_slice()) {
        None | Some([]) => None,
        Some(roles) => Some(roles.join(" or ")),
    };
    Ok(Some(Compiled {
        activities: names.iter().map(|name| definition.activity(name).to_owned()).collect(),
        roles: names.iter().map(role).collect(),
        tree: tree.simplify(),
    }))
}

impl Compiled {
    /// The net; its steps have the roles of the definition.
    pub fn net(&self, name: &str) -> Net {
        let names: Vec<&str> = self.activities.iter().map(String::as_str).collect();
        let mut net = self.tree.net(&names);
        name.clone_into(&mut net.name);
        let roles: BTreeMap<&str, &Option<String>> = names.iter().copied().zip(&self.roles).collect();
        for transition in &mut net.transitions {
            let role = transition.label.as_deref().and_then(|label| roles.get(label));
            transition.role = role.and_then(|role| (*role).clone());
        }
        net
    }

    /// It as BPMN 2.0 with its diagram.
    pub fn bpmn(&self, name: &str) -> String {
        let names: Vec<&str> = self.activities.iter().map(String::as_str).collect();
        self.tree.bpmn(name, &names)
    }
}

/// How deep the tree of a block is, at most. Blocks themselves are never deep: the text they come from is not.
fn depth(block: &Block) -> usize {
    let deepest = |parts: &[Block]| parts.iter().map(depth).max().unwrap_or_default();
    match block {
        Block::Step(_) => 1,
        Block::Seq(parts) | Block::Par(parts) => deepest(parts).saturating_add(1),
        Block::Xor(branches) => {
            branches.iter().map(|branch| depth(&branch.body)).max().unwrap_or_default().saturating_add(1)
        }
        Block::Opt(branch) => depth(&branch.body).saturating_add(1),
        Block::Loop { body, back, max } => {
            let inner = depth(body).max(back.as_deref().map_or(1, depth));
            // Each time round is a sequence in a choice.
            inner.saturating_add(max.map_or(1, |max| (max as usize).saturating_mul(2).saturating_add(1)))
        }
        Block::AnyOrder(parts) => deepest(parts).saturating_add(parts.len().saturating_mul(2)),
    }
}

struct Compiler<'a> {
    names: &'a [&'a str],
    left: usize,
}

impl Compiler<'_> {
    fn tree(&mut self, block: &Block) -> Option<Tree> {
        self.left = self.left.checked_sub(1)?;
        Some(match block {
            Block::Step(name) => Tree::Step(self.names.binary_search(&name.as_str()).ok()? as u32),
            Block::Seq(parts) => Tree::Sequence(self.trees(parts)?),
            Block::Par(parts) => Tree::Parallel(self.trees(parts)?),
            Block::Xor(branches) => {
                let ways: Option<Vec<Tree>> = branches.iter().map(|branch| self.tree(&branch.body)).collect();
                Tree::Exclusive(ways?)
            }
            Block::Opt(branch) => Tree::Exclusive(vec![self.tree(&branch.body)?, Tree::Silent]),
            Block::Loop { body, back, max } => self.looped(body, back.as_deref(), *max)?,
            // One at a time in any order is what a mixture is of parts that are done once at most.
            Block::AnyOrder(parts) if parts.iter().all(|part| part.most() <= 1) => Tree::Parallel(self.trees(parts)?),
            Block::AnyOrder(parts) => Tree::Exclusive(self.orders(parts)?),
        })
    }

    fn trees(&mut self, parts: &[Block]) -> Option<Vec<Tree>> {
        parts.iter().map(|part| self.tree(part)).collect()
    }

    fn looped(&mut self, body: &Block, back: Option<&Block>, max: Option<u32>) -> Option<Tree> {
        let back_tree = |compiler: &mut Self| back.map_or(Some(Tree::Silent), |back| compiler.tree(back));
        let Some(max) = max else {
            return Some(Tree::Loop(Box::new(self.tree(body)?), Box::new(back_tree(self)?)));
        };
        // From the last time round outward: back and body again, and then perhaps once more.
        let mut rest = Tree::Silent;
        for _ in 0..max {
            let again = Tree::Sequence(vec![back_tree(self)?, self.tree(body)?, rest]);
            rest = Tree::Exclusive(vec![again, Tree::Silent]);
        }
        Some(Tree::Sequence(vec![self.tree(body)?, rest]))
    }

    /// Every order of the parts.
    fn orders(&mut self, parts: &[Block]) -> Option<Vec<Tree>> {
        let [_, _, ..] = parts else { return self.trees(parts) };
        let mut ways = Vec::new();
        for first in 0..parts.len() {
            let rest: Vec<Block> =
                parts.iter().enumerate().filter(|(at, _)| *at != first).map(|(_, part)| part.clone()).collect();
            let begun = self.tree(&parts[first])?;
            let after = self.orders(&rest)?;
            let after = if after.len() == 1 { after.into_iter().next()? } else { Tree::Exclusive(after) };
            ways.push(Tree::Sequence(vec![begun, after]));
        }
        Some(ways)
    }
}
