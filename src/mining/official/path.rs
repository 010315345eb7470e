//! The path: blocks inside blocks.

use super::fields::{Fields, Notes};
use super::node::{Node, Value};
use crate::model::official::{Block, Branch};

/// Blocks inside each other, at most.
const DEEPEST: usize = 40;
/// A bounded loop is written out so often, at most.
const LARGEST_MAX: u32 = 100;
const BLOCKS: [&str; 6] = ["seq", "xor", "par", "opt", "loop", "any_order"];

/// A block: a step by its name, a list of blocks in order, or a map with one of the block's words.
pub(super) fn block(node: &Node, depth: usize, notes: &mut Notes) -> Option<Block> {
    if depth > DEEPEST {
        notes.fault(
            node.at,
            "the path is nested too deeply",
            format!("use at most {DEEPEST} blocks inside each other"),
        );
        return None;
    }
    match &node.value {
        Value::List(items) => Some(Block::Seq(blocks(items, depth, notes))),
        Value::Map(members) => match members.as_slice() {
            [(name, inner)] => inside(node, &name.text, inner, depth, notes).or_else(|| {
                if !BLOCKS.contains(&name.text.as_str()) {
                    let what = format!("the path has no block `{}`", name.text);
                    notes.unknown(name.at, what, &name.text, BLOCKS.into_iter());
                }
                None
            }),
            _ => {
                let what = "a block of the path is a map with one word";
                notes.fault(node.at, what, format!("the words are {}", BLOCKS.join(", ")));
                None
            }
        },
        Value::Null => Some(Block::Seq(Vec::new())),
        _ => {
            let name = node.text()?;
            notes.mentions.path.push((node.at, name.clone()));
            Some(Block::Step(name))
        }
    }
}

fn blocks(items: &[Node], depth: usize, notes: &mut Notes) -> Vec<Block> {
    items.iter().filter_map(|item| block(item, depth + 1, notes)).collect()
}

fn inside(node: &Node, word: &str, inner: &Node, depth: usize, notes: &mut Notes) -> Option<Block> {
    let list = |notes: &mut Notes| match &inner.value {
        Value::List(items) if !items.is_empty() => Some(items),
        _ => {
            notes.fault(inner.at, format!("`{word}` is {}", inner.kind()), "write a list of blocks: [[a, b], [c]]");
            None
        }
    };
    match word {
        "seq" => Some(Block::Seq(blocks(list(notes)?, depth, notes))),
        "par" => Some(Block::Par(blocks(list(notes)?, depth, notes))),
        "any_order" => {
            let parts = blocks(list(notes)?, depth, notes);
            // Parts that are one step each are simply parallel; of longer ones, every order becomes a way of its own.
            let is_long = parts.iter().any(|part| part.most() > 1);
            if is_long && parts.len() > 5 {
                let what = "`any_order` has more than five blocks, and some of them may be more than one step";
                notes.fault(inner.at, what, "give each block one step, or use `par`");
            }
            Some(Block::AnyOrder(parts))
        }
        "xor" => {
            let items = list(notes)?;
            Some(Block::Xor(items.iter().filter_map(|item| branch(item, depth, notes)).collect()))
        }
        "opt" => Some(Block::Opt(Box::new(branch(inner, depth, notes)?))),
        "loop" => {
            let mut fields = Fields::of(inner, "`loop`", notes);
            let body = fields.take("body").and_then(|node| block(node, depth + 1, notes));
            let back = fields.take("back").and_then(|node| block(node, depth + 1, notes)).map(Box::new);
            let at = fields.at_of("max");
            let max = fields.whole("max", notes);
            if max.is_some_and(|max| max > LARGEST_MAX) {
                let what = format!("`max` of `loop` is above {LARGEST_MAX}");
                notes.fault(at, what, format!("use at most {LARGEST_MAX}, or leave it out: as often as wanted"));
            }
            fields.end(notes);
            if body.is_none() {
                notes.fault(node.at, "`loop` has no `body`", "write loop: {body: […], back: […], max: 2}");
            }
            Some(Block::Loop { body: Box::new(body?), back, max })
        }
        _ => None,
    }
}

/// A block, or `{when: …, body: …}`.
fn branch(node: &Node, depth: usize, notes: &mut Notes) -> Option<Branch> {
    let Value::Map(members) = &node.value else {
        return block(node, depth + 1, notes).map(|body| Branch { when: None, body });
    };
    if !members.iter().any(|(name, _)| name.text == "body") {
        return block(node, depth + 1, notes).map(|body| Branch { when: None, body });
    }
    let mut fields = Fields::of(node, "the way", notes);
    let when = fields.condition("when", notes);
    let body = fields.take("body").and_then(|node| block(node, depth + 1, notes));
    fields.end(notes);
    body.map(|body| Branch { when, body })
}
