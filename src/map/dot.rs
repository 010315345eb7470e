//! The map in the language of Graphviz.

use crate::model::answers::ProcessMap;
use crate::model::time::humane;
use std::fmt::Write;

/// The map in Graphviz's language: nodes with events, edges with counts and median durations, thicker where more
/// often.
pub fn dot(map: &ProcessMap) -> String {
    let most = map.edges.first().map_or(1, |edge| edge.count).max(1) as f64;
    let mut text = String::from(
        "digraph process {\n  rankdir=TB;\n  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3fb\", \
         fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for node in &map.activities {
        let label = format!("{}\n{} events", node.activity, node.events);
        let _ = writeln!(text, "  {} [label={}];", quoted(&node.activity), quoted(&label));
    }
    for edge in &map.edges {
        let width = 1.0 + 4.0 * edge.count as f64 / most;
        let duration = edge.duration_s.as_ref().map_or_else(String::new, |d| format!("\n{}", humane(d.median)));
        let label = format!("{}{duration}", edge.count);
        let _ = writeln!(
            text,
            "  {} -> {} [label={}, penwidth={width:.2}];",
            quoted(&edge.from),
            quoted(&edge.to),
            quoted(&label)
        );
    }
    text.push_str("}\n");
    text
}

/// A DOT string: quotes and backslashes escaped, line breaks as `\n`.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::answers::{MapActivity, MapEdge};

    #[test]
    fn names_are_escaped() {
        let activity = "say \"hi\"\\".to_owned();
        let map = ProcessMap {
            activities: vec![MapActivity { activity: activity.clone(), events: 2, cases: 1, ..MapActivity::default() }],
            edges: vec![MapEdge {
                from: activity.clone(),
                to: activity,
                count: 1,
                cases: 1,
                duration_s: None,
                overlaps: 0,
            }],
            ..ProcessMap::default()
        };
        let text = dot(&map);
        assert!(text.contains(r#""say \"hi\"\\" -> "say \"hi\"\\" [label="1", penwidth=5.00];"#), "{text}");
    }
}
