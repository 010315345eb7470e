//! What must hold for every map, whatever the log.

use super::*;
use proptest::prelude::*;

const EVEN: f64 = 0.11;

#[derive(Debug, Clone, Copy)]
struct Rect {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Rect {
    fn around(at: Point, width: f64, height: f64) -> Self {
        let (w, h) = (width / 2.0, height / 2.0);
        Self { left: at.x - w, top: at.y - h, right: at.x + w, bottom: at.y + h }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left + EVEN < other.right
            && other.left + EVEN < self.right
            && self.top + EVEN < other.bottom
            && other.top + EVEN < self.bottom
    }

    fn holds(&self, at: Point) -> bool {
        at.x > self.left + EVEN && at.x < self.right - EVEN && at.y > self.top + EVEN && at.y < self.bottom - EVEN
    }
}

/// Points along a route, dense enough that nothing wider than a pixel is missed.
fn points(route: &Route) -> Vec<Point> {
    let mut points = vec![route.start];
    let mut here = route.start;
    for piece in &route.pieces {
        let to = match piece {
            Piece::Line { to } | Piece::Curve { to, .. } => *to,
        };
        let steps = 2 + ((to.x - here.x).hypot(to.y - here.y)) as usize;
        for step in 1..=steps {
            let t = step as f64 / steps as f64;
            let mix = |a: f64, b: f64, c: f64, d: f64| {
                let u = 1.0 - t;
                u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
            };
            points.push(match piece {
                Piece::Line { to } => Point { x: here.x + (to.x - here.x) * t, y: here.y + (to.y - here.y) * t },
                Piece::Curve { first, second, to } => {
                    Point { x: mix(here.x, first.x, second.x, to.x), y: mix(here.y, first.y, second.y, to.y) }
                }
            });
        }
        here = to;
    }
    points
}

fn check(problem: &Problem) {
    let layout = layout(problem, None).unwrap();
    let nodes: Vec<Rect> =
        problem.nodes.iter().zip(&layout.nodes).map(|(n, at)| Rect::around(*at, n.width, n.height)).collect();
    for (at, a) in nodes.iter().enumerate() {
        assert!(a.left >= 0.0 && a.top >= 0.0 && a.right <= layout.width && a.bottom <= layout.height);
        for b in &nodes[at + 1..] {
            assert!(!a.meets(b), "{a:?} lies on {b:?}");
        }
    }
    let labels: Vec<Rect> = problem
        .links
        .iter()
        .zip(&layout.links)
        .map(|(link, route)| Rect::around(route.label, link.label, LABEL_HEIGHT))
        .collect();
    for (at, label) in labels.iter().enumerate() {
        assert!(label.left >= 0.0 && label.right <= layout.width, "{label:?} in {}", layout.width);
        assert!(label.top >= 0.0 && label.bottom <= layout.height, "{label:?} in {}", layout.height);
        assert!(nodes.iter().all(|node| !node.meets(label)), "label {at} lies on a node");
        assert!(labels[at + 1..].iter().all(|other| !other.meets(label)), "label {at} lies on another");
    }
    for (at, (link, route)) in problem.links.iter().zip(&layout.links).enumerate() {
        let points = points(route);
        let (first, last) = (points[0], points[points.len() - 1]);
        for (end, node) in [(first, link.from), (last, link.to)] {
            let rect = nodes[node];
            assert!(end.x >= rect.left && end.x <= rect.right, "link {at} ends beside its node");
            assert!(
                (end.y - rect.top).abs() < EVEN || (end.y - rect.bottom).abs() < EVEN,
                "link {at} ends off its node"
            );
        }
        assert_eq!(route.back, first.y > last.y, "link {at} leads the wrong way");
        for point in &points {
            assert!(nodes.iter().all(|node| !node.holds(*point)), "link {at} runs through a node at {point:?}");
            let under = labels.iter().enumerate().find(|(other, label)| *other != at && label.holds(*point));
            assert!(under.is_none(), "link {at} runs under label {under:?}");
        }
    }
    let straight: Vec<f64> = problem
        .links
        .iter()
        .filter(|link| link.backbone)
        .flat_map(|link| [layout.nodes[link.from].x, layout.nodes[link.to].x])
        .collect();
    assert!(straight.windows(2).all(|pair| pair[0] == pair[1]), "the happy path is not straight: {straight:?}");
}

/// A start, `keys` activities, an end; the happy path runs through the first `happy` activities in order of their keys.
fn problem(sizes: &[(u8, bool)], pairs: &[(usize, usize, u8)], happy: usize) -> Problem {
    let count = sizes.len() + 2;
    let node = |at: usize| match at {
        0 => Node { width: 28.0, height: 28.0, right: 0.0, key: -1.0, hint: None },
        _ if at == count - 1 => Node { width: 28.0, height: 28.0, right: 0.0, key: 2.0, hint: None },
        _ => {
            let (wide, repeats) = sizes[at - 1];
            let (width, height) = (80.0 + f64::from(wide), if wide > 60 { 62.0 } else { 44.0 });
            let right = if repeats { 30.0 + f64::from(wide) / 3.0 } else { 0.0 };
            Node { width, height, right, key: at as f64 / count as f64, hint: None }
        }
    };
    let link = |from, to, share: u8, backbone| Link {
        from,
        to,
        label: 12.0 + f64::from(share) / 3.0,
        share: f64::from(share) / 255.0,
        backbone,
    };
    let mut path = vec![0];
    path.extend(1..=happy.min(sizes.len()));
    path.push(count - 1);
    let mut links: Vec<Link> = path.windows(2).map(|pair| link(pair[0], pair[1], 255, true)).collect();
    for (from, to, share) in pairs {
        let (from, to) = (from % count, to % count);
        let known = links.iter().any(|link| (link.from, link.to) == (from, to));
        if from != to && to != 0 && from != count - 1 && !known {
            links.push(link(from, to, *share, false));
        }
    }
    Problem { nodes: (0..count).map(node).collect(), links, ghosts: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]
    #[test]
    fn nothing_lies_on_anything_else(
        sizes in prop::collection::vec((0_u8..70, any::<bool>()), 0..14),
        pairs in prop::collection::vec((0_usize..16, 0_usize..16, any::<u8>()), 0..40),
        happy in 0_usize..14,
    ) {
        check(&problem(&sizes, &pairs, happy));
    }
}

#[test]
fn the_smallest_maps() {
    check(&problem(&[], &[], 0));
    check(&problem(&[(10, true)], &[], 1));
    check(&problem(&[(10, false), (20, false)], &[(2, 1, 30), (1, 2, 9)], 1));
}

#[test]
fn a_map_of_three_hundred_links() {
    let sizes: Vec<(u8, bool)> = (0..60).map(|at| ((at * 37 % 70) as u8, at % 5 == 0)).collect();
    let pairs: Vec<(usize, usize, u8)> =
        (0..300_usize).map(|at| (at * 7 % 61, (at * 7 + 1 + at * at % 9) % 62, (at * 53 % 255) as u8)).collect();
    check(&problem(&sizes, &pairs, 20));
}

#[test]
fn nodes_keep_their_places_when_links_go() {
    let sizes: Vec<(u8, bool)> = (0..12).map(|at| (at * 5, false)).collect();
    let pairs = [(1, 5, 90), (1, 6, 80), (1, 7, 70), (5, 12, 60), (6, 12, 50), (7, 11, 40), (11, 3, 10), (2, 9, 20)];
    let whole = problem(&sizes, &pairs, 4);
    let drawn = layout(&whole, None).unwrap();
    let mut part = whole.clone();
    for (node, at) in part.nodes.iter_mut().zip(&drawn.nodes) {
        node.hint = Some(at.x);
    }
    part.ghosts = part.links.clone();
    part.links.remove(8);
    part.links.remove(6);
    check(&part);
    let again = layout(&part, None).unwrap();
    for (at, node) in whole.nodes.iter().enumerate() {
        for (other, _) in whole.nodes.iter().enumerate() {
            let left = |layout: &Layout| layout.nodes[at].x < layout.nodes[other].x;
            let beside = (drawn.nodes[at].y - drawn.nodes[other].y).abs() < 1.0;
            assert!(!beside || left(&drawn) == left(&again), "{node:?}");
        }
    }
}
