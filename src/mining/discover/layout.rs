//! A process tree as a drawing: blocks beside each other in a sequence, below each other in a choice. The first branch
//! runs straight on; ways back lie below what they repeat and run from right to left.

use super::tree::Tree;
use crate::mining::net::bpmn::{Arrow, Drawing, Placed, Shape};

/// Between shapes that follow each other.
const GAP: i32 = 50;
/// Between branches.
const BELOW: i32 = 30;
/// Around the whole.
const MARGIN: i32 = 40;
/// Height of a branch without a step.
const EMPTY: i32 = 20;

/// A part that has been laid out: its middle line is 0, it begins at 0.
#[derive(Default)]
struct Block {
    drawing: Drawing,
    width: i32,
    above: i32,
    below: i32,
    /// The first and the last shape; none in a part without a step.
    ends: Option<(usize, usize)>,
}

/// The drawing of a tree; `activities` are the names behind its numbers.
pub(super) fn drawing(tree: &Tree, activities: &[&str]) -> Drawing {
    let parts = vec![shape(Shape::Start), block(tree, activities), shape(Shape::End)];
    let whole = in_a_row(parts);
    moved(whole.drawing, MARGIN, MARGIN + whole.above)
}

fn block(tree: &Tree, activities: &[&str]) -> Block {
    match tree {
        Tree::Silent => Block { above: EMPTY / 2, below: EMPTY / 2, ..Block::default() },
        Tree::Step(step) => shape(Shape::Task(activities.get(*step as usize).copied().unwrap_or_default().to_owned())),
        Tree::Sequence(parts) => in_a_row(parts.iter().map(|part| block(part, activities)).collect()),
        Tree::Exclusive(parts) => {
            // A branch without a step is no way to run straight on.
            let (silent, steps): (Vec<&Tree>, Vec<&Tree>) = parts.iter().partition(|part| **part == Tree::Silent);
            let parts = steps.into_iter().chain(silent).map(|part| block(part, activities)).collect();
            branches(&Shape::Exclusive, parts)
        }
        Tree::Parallel(parts) => branches(&Shape::Parallel, parts.iter().map(|part| block(part, activities)).collect()),
        Tree::Loop(body, redo) => looped(block(body, activities), block(redo, activities)),
    }
}

fn shape(shape: Shape) -> Block {
    let (width, height) = shape.size();
    let placed = Placed { shape, x: 0, middle: 0 };
    let drawing = Drawing { shapes: vec![placed], arrows: Vec::new() };
    Block { drawing, width, above: height / 2, below: height - height / 2, ends: Some((0, 0)) }
}

/// Puts a part into a drawing and tells the numbers of its first and last shape there.
fn put(into: &mut Drawing, part: Block, x: i32, y: i32) -> Option<(usize, usize)> {
    let before = into.shapes.len();
    let part_drawing = moved(part.drawing, x, y);
    into.shapes.extend(part_drawing.shapes);
    into.arrows.extend(part_drawing.arrows.into_iter().map(|arrow| Arrow {
        from: arrow.from + before,
        to: arrow.to + before,
        ..arrow
    }));
    part.ends.map(|(first, last)| (first + before, last + before))
}

fn moved(mut drawing: Drawing, x: i32, y: i32) -> Drawing {
    for placed in &mut drawing.shapes {
        placed.x += x;
        placed.middle += y;
    }
    for (at_x, at_y) in drawing.arrows.iter_mut().flat_map(|arrow| &mut arrow.points) {
        *at_x += x;
        *at_y += y;
    }
    drawing
}

/// The part from right to left.
fn mirrored(mut block: Block) -> Block {
    for placed in &mut block.drawing.shapes {
        placed.x = block.width - placed.x - placed.shape.size().0;
    }
    for (x, _) in block.drawing.arrows.iter_mut().flat_map(|arrow| &mut arrow.points) {
        *x = block.width - *x;
    }
    block
}

fn in_a_row(parts: Vec<Block>) -> Block {
    let mut row = Block::default();
    for part in parts {
        row.above = row.above.max(part.above);
        row.below = row.below.max(part.below);
        let Some(_) = part.ends else { continue };
        let x = if row.ends.is_some() { row.width + GAP } else { 0 };
        let width = part.width;
        let Some((first, last)) = put(&mut row.drawing, part, x, 0) else { continue };
        if let Some((_, before)) = row.ends {
            row.drawing.arrows.push(Arrow { from: before, to: first, points: vec![(x - GAP, 0), (x, 0)] });
        }
        row.ends = Some((row.ends.map_or(first, |(begin, _)| begin), last));
        row.width = x + width;
    }
    row
}

fn branches(gate: &Shape, parts: Vec<Block>) -> Block {
    let (size, _) = gate.size();
    let half = size / 2;
    let inner = parts.iter().map(|part| part.width).max().unwrap_or_default();
    let (left, right) = (size + GAP, size + GAP + inner);
    let width = right + GAP + size;
    let mut whole = Block { width, above: half, below: half, ..Block::default() };
    for x in [0, right + GAP] {
        whole.drawing.shapes.push(Placed { shape: gate.clone(), x, middle: 0 });
    }
    whole.ends = Some((0, 1));
    let mut line = 0;
    for (number, part) in parts.into_iter().enumerate() {
        if number == 0 {
            whole.above = whole.above.max(part.above);
            whole.below = whole.below.max(part.below);
        } else {
            line = whole.below + BELOW + part.above;
            whole.below = line + part.below;
        }
        // From the gateway down to the branch's line, and from there up to the other one.
        let (begin, end) = if number == 0 {
            (vec![(size, 0)], vec![(right + GAP, 0)])
        } else {
            (vec![(half, half), (half, line)], vec![(width - half, line), (width - half, half)])
        };
        let (part_left, part_right) = (left, left + part.width);
        match put(&mut whole.drawing, part, left, line) {
            Some((first, last)) => {
                let entering = begin.into_iter().chain([(part_left, line)]).collect();
                let leaving = std::iter::once((part_right, line)).chain(end).collect();
                whole.drawing.arrows.push(Arrow { from: 0, to: first, points: entering });
                whole.drawing.arrows.push(Arrow { from: last, to: 1, points: leaving });
            }
            None => {
                let points = begin.into_iter().chain(end).collect();
                whole.drawing.arrows.push(Arrow { from: 0, to: 1, points });
            }
        }
    }
    whole
}

fn looped(body: Block, redo: Block) -> Block {
    let (size, _) = Shape::Exclusive.size();
    let half = size / 2;
    let inner = body.width.max(redo.width).max(GAP);
    let (left, right) = (size + GAP, size + GAP + inner);
    let width = right + GAP + size;
    let line = body.below.max(half) + BELOW + redo.above;
    let below = line + redo.below;
    let mut whole = Block { width, above: body.above.max(half), below, ends: Some((0, 1)), ..Block::default() };
    for x in [0, right + GAP] {
        whole.drawing.shapes.push(Placed { shape: Shape::Exclusive, x, middle: 0 });
    }
    let end = left + body.width;
    match put(&mut whole.drawing, body, left, 0) {
        Some((first, last)) => {
            whole.drawing.arrows.push(Arrow { from: 0, to: first, points: vec![(size, 0), (left, 0)] });
            whole.drawing.arrows.push(Arrow { from: last, to: 1, points: vec![(end, 0), (right + GAP, 0)] });
        }
        None => whole.drawing.arrows.push(Arrow { from: 0, to: 1, points: vec![(size, 0), (right + GAP, 0)] }),
    }
    let (down, up) = ([(width - half, half), (width - half, line)], [(half, line), (half, half)]);
    let end = right - redo.width;
    match put(&mut whole.drawing, mirrored(redo), end, line) {
        Some((first, last)) => {
            let entering = down.into_iter().chain([(right, line)]).collect();
            let leaving = std::iter::once((end, line)).chain(up).collect();
            whole.drawing.arrows.push(Arrow { from: 1, to: first, points: entering });
            whole.drawing.arrows.push(Arrow { from: last, to: 0, points: leaving });
        }
        None => whole.drawing.arrows.push(Arrow { from: 1, to: 0, points: down.into_iter().chain(up).collect() }),
    }
    whole
}
