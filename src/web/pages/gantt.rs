//! A case as lanes over time: one for each resource or activity, with the waits between the events.

use crate::draw::figure::duration;
use crate::draw::svg::{Attributes, close, element, empty, open};
use crate::draw::text::{Weight, shorten};
use crate::model::answers::TimelineEvent;
use crate::model::time;
use chrono::{DateTime, Datelike};
use std::collections::BTreeMap;

/// More events would be too narrow to be told apart.
pub const EVENTS_SHOWN: usize = 500;

/// The lanes that a screen can show; what does not fit shares the last.
const LANES: usize = 40;
const WIDTH: f64 = 1160.0;
const TOP: f64 = 26.0;
const ROW: f64 = 40.0;
/// Where the time begins: right of the names.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 16.0;
/// Shorter work would not be seen.
const LEAST: f64 = 5.0;
/// Lengths between two marks of the time, in seconds: minutes, hours, days, months, years.
const STEPS: [f64; 22] = [
    1.0,
    5.0,
    15.0,
    60.0,
    300.0,
    900.0,
    3_600.0,
    7_200.0,
    14_400.0,
    28_800.0,
    86_400.0,
    172_800.0,
    432_000.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
    5_184_000.0,
    7_776_000.0,
    15_552_000.0,
    31_536_000.0,
    157_680_000.0,
    315_360_000.0,
];
const MOST_MARKS: f64 = 12.0;

/// An event with its times in seconds since 1970, and its lane.
struct Bar<'a> {
    event: &'a TimelineEvent,
    start: f64,
    end: f64,
    lane: usize,
    /// Its place in the case, from 1.
    number: usize,
}

/// The picture; none if there are no times.
pub fn gantt(events: &[TimelineEvent], lane_of: &dyn Fn(&TimelineEvent) -> String, what: &str) -> Option<String> {
    let (bars, lanes) = bars(events, lane_of);
    let first = bars.iter().map(|bar| bar.start).reduce(f64::min)?;
    let last = bars.iter().map(|bar| bar.end).reduce(f64::max)?;
    let span = (last - first).max(1.0);
    let x = |at: f64| LEFT + (WIDTH - LEFT - RIGHT) * (at - first) / span;
    let height = TOP + ROW * lanes.len() as f64 + 8.0;
    let mut svg = String::new();
    let head = Attributes::new()
        .text("viewBox", &format!("0 0 {WIDTH} {height}"))
        .text("class", "gantt")
        .text("role", "group")
        .text("aria-label", &format!("Timeline of the case, a lane for each {what}"));
    open(&mut svg, "svg", &head);
    marks(&mut svg, first, last, height, &x);
    for (at, name) in lanes.iter().enumerate() {
        let y = TOP + ROW * at as f64;
        line(&mut svg, &format!("M0 {}H{WIDTH}", y + ROW - 0.5), "line");
        let place = Attributes::new().number("x", 0.0).number("y", y + 24.0);
        element(&mut svg, "text", &place, &shorten(name, LEFT - 14.0, 12.0, Weight::Regular));
    }
    for pair in bars.windows(2) {
        wait(&mut svg, &pair[0], &pair[1], &x);
    }
    for bar in &bars {
        work(&mut svg, bar, &x);
    }
    close(&mut svg, "svg");
    Some(svg)
}

/// The events that have times, and the names of the lanes as they first happen.
fn bars<'a>(events: &'a [TimelineEvent], lane_of: &dyn Fn(&TimelineEvent) -> String) -> (Vec<Bar<'a>>, Vec<String>) {
    let seconds = |time: &Option<String>| Some(time::parse(time.as_deref()?).ok()? as f64 / 1e6);
    let mut lanes = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut bars = Vec::new();
    for (at, event) in events.iter().take(EVENTS_SHOWN).enumerate() {
        let (start, end) = (seconds(&event.started_at), seconds(&event.ended_at));
        let Some((start, end)) = start.or(end).zip(end.or(start)) else { continue };
        let own = lane_of(event);
        let fits = known.contains_key(&own) || known.len() + 1 < LANES;
        let name = if fits { own } else { "all others".to_owned() };
        let lane = *known.entry(name.clone()).or_insert_with(|| {
            lanes.push(name);
            lanes.len() - 1
        });
        bars.push(Bar { event, start, end, lane, number: at + 1 });
    }
    (bars, lanes)
}

fn line(svg: &mut String, path: &str, token: &str) {
    let stroke = format!("var(--{token})");
    empty(svg, "path", &Attributes::new().text("d", path).text("stroke", &stroke));
}

fn marks(svg: &mut String, first: f64, last: f64, height: f64, x: &dyn Fn(f64) -> f64) {
    let span = last - first;
    let fitting = STEPS.into_iter().find(|step| span / step <= MOST_MARKS);
    let step = fitting.unwrap_or((span / MOST_MARKS).max(1.0));
    let mut at = (first / step).floor() * step + step;
    while at < last {
        let place = x(at);
        line(svg, &format!("M{place:.1} {}V{height}", TOP - 4.0), "line");
        let attributes = Attributes::new().number("x", place + 4.0).number("y", 14.0);
        element(svg, "text", &attributes, &label(at, step, span));
        at += step;
    }
}

/// A time as short as the distance of the marks allows.
fn label(at: f64, step: f64, span: f64) -> String {
    let Some(time) = DateTime::from_timestamp(at as i64, 0) else { return String::new() };
    let format = if step < 60.0 {
        "%H:%M:%S"
    } else if step < 86_400.0 && span <= 86_400.0 {
        "%H:%M"
    } else if step < 86_400.0 {
        "%-d %b %H:%M"
    } else if span < 300.0 * 86_400.0 {
        "%-d %b"
    } else {
        return format!("{} {}", time.format("%b"), time.year());
    };
    time.format(format).to_string()
}

/// From the end of an event to the start of the next, in the lane of the next.
fn wait(svg: &mut String, before: &Bar<'_>, after: &Bar<'_>, x: &dyn Fn(f64) -> f64) {
    if after.start <= before.end {
        return;
    }
    let (from, to) = (x(before.end), x(after.start));
    let (y_before, y_after) = (TOP + ROW * before.lane as f64, TOP + ROW * after.lane as f64);
    if before.lane != after.lane {
        line(svg, &format!("M{from:.1} {}V{}", y_before + 20.0, y_after + 20.0), "line-strong");
    }
    let shade = Attributes::new()
        .number("x", from)
        .number("y", y_after + 15.0)
        .number("width", (to - from).max(0.5))
        .number("height", 10.0)
        .number("rx", 2.0)
        .text("fill", "var(--time2)");
    open(svg, "rect", &shade);
    let words = format!("Wait before {}: {}", after.event.activity, duration(after.start - before.end));
    element(svg, "title", &Attributes::new(), &words);
    close(svg, "rect");
}

fn work(svg: &mut String, bar: &Bar<'_>, x: &dyn Fn(f64) -> f64) {
    let (from, to) = (x(bar.start), x(bar.end));
    let width = (to - from).max(LEAST);
    let left = if width > to - from { (from + to - width) / 2.0 } else { from };
    let by = bar.event.resource.as_ref().map_or_else(String::new, |resource| format!(", {resource}"));
    let words = format!("{}: {}{by}", bar.event.activity, duration(bar.end - bar.start));
    let link = Attributes::new().text("href", &format!("#event-{}", bar.number)).text("aria-label", &words);
    open(svg, "a", &link);
    let rect = Attributes::new()
        .number("x", left)
        .number("y", TOP + ROW * bar.lane as f64 + 9.0)
        .number("width", width)
        .number("height", 22.0)
        .number("rx", 2.5)
        .text("fill", "var(--c1)");
    open(svg, "rect", &rect);
    element(svg, "title", &Attributes::new(), &words);
    close(svg, "rect");
    close(svg, "a");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(activity: &str, start: Option<&str>, end: Option<&str>) -> TimelineEvent {
        TimelineEvent {
            activity: activity.to_owned(),
            started_at: start.map(str::to_owned),
            ended_at: end.map(str::to_owned),
            resource: None,
            role: None,
            system: None,
            wait_s: None,
            source_line: 1,
            attributes: serde_json::Map::new(),
        }
    }

    #[test]
    fn lanes_show_work_and_waits_and_escape_names() {
        let events = [
            event("a<b", None, Some("2024-01-01T00:00:00Z")),
            event("c", Some("2024-01-02T00:00:00Z"), Some("2024-01-02T06:00:00Z")),
        ];
        let svg = gantt(&events, &|event| event.activity.clone(), "activity").unwrap();
        assert_eq!((svg.matches("var(--c1)").count(), svg.matches("var(--time2)").count()), (2, 1));
        assert!(svg.contains("a&lt;b") && !svg.contains("a<b"), "{svg}");
        assert!(svg.contains("Wait before c: 24 h") || svg.contains("Wait before c: 1 d"), "{svg}");
        assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
    }

    #[test]
    fn without_times_there_is_no_picture() {
        assert!(gantt(&[event("a", None, None)], &|event| event.activity.clone(), "activity").is_none());
        let at = Some("2024-01-01T00:00:00Z");
        assert!(gantt(&[event("a", at, at)], &|event| event.activity.clone(), "activity").is_some());
    }

    #[test]
    fn there_are_never_too_many_lanes() {
        let at = Some("2024-01-01T00:00:00Z");
        let events: Vec<_> = (0..100).map(|number| event(&number.to_string(), at, at)).collect();
        let (bars, lanes) = bars(&events, &|event| event.activity.clone());
        assert_eq!((bars.len(), lanes.len(), lanes.last().map(String::as_str)), (100, LANES, Some("all others")));
    }

    #[test]
    fn marks_are_few_and_labelled_by_their_distance() {
        for span in [0.5, 60.0, 90_000.0, 3e6, 4e8, 9e9] {
            let mut svg = String::new();
            marks(&mut svg, 1.7e9, 1.7e9 + span, 100.0, &|at| at);
            assert!(svg.matches("<text").count() <= 13, "{span}: {svg}");
        }
        assert_eq!([label(1.7e9, 3_600.0, 40_000.0), label(1.7e9, 86_400.0, 1e6)], ["22:13", "14 Nov"]);
    }
}
