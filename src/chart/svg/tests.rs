use super::*;
use crate::chart::spec::{
    Annotation, Arrangement, Axis, Bars, BoxStats, Bubble, Bullet, Dots, Dumbbells, Grid, Histogram, Item, Lane, Lines,
    Places, Series, Span, Step, Target,
};
use crate::chart::stats::bins;
use crate::draw::png::{self, png};
use crate::draw::text::{CAP_HEIGHT, Weight, width as width_of};
use crate::model::kind::Kind;
use proptest::prelude::*;

const DAY: f64 = 86_400.0;
const START: f64 = 1_704_067_200.0;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|at| ["Receive goods", "Pay", "Approve purchase requisition again"][at % 3].to_owned()).collect()
}

fn series(name: &str, values: &[f64]) -> Series {
    Series { name: name.to_owned(), values: values.iter().copied().map(Some).collect() }
}

/// One figure of every kind from the same numbers.
fn figures(values: &[f64]) -> Vec<Figure> {
    let count = values.len();
    let weeks = || Places::At((0..count).map(|week| START + week as f64 * 7.0 * DAY).collect());
    let named = || Places::Named(names(count));
    let bars = |places, horizontal, arrangement, twice: bool| {
        let mut all = vec![series("first", values)];
        all.extend(twice.then(|| series("second", values)));
        Figure::Bars(Bars { places, series: all, arrangement, horizontal })
    };
    let five = |(at, value): (usize, &f64)| {
        let (low, high) = (value.min(value * 2.0), value.max(value * 2.0));
        let median = low / 2.0 + high / 2.0;
        BoxStats { name: names(count)[at].clone(), low, q1: low, median, q3: high, high, outliers: vec![high * 1.5] }
    };
    let pairs = || names(count).into_iter().zip(values.iter().copied());
    let positive = |(name, value): (String, f64)| Item { name, value: value.abs() + 1.0 };
    let bubble = |(name, x): (String, f64)| Bubble { name, x, y: x / 2.0, size: Some(x.abs()) };
    let span = |(name, value): (String, f64)| {
        let start = START + value.rem_euclid(1e6);
        Lane { name: name.clone(), spans: vec![Span { start, end: start + 5e4, name, waiting: value < 0.0 }] }
    };
    let dots = values.iter().enumerate().map(|(at, value)| (START + value.rem_euclid(1e7), at, at % 7)).collect();
    let band = Some((None, series("p90", values)));
    vec![
        Figure::Line(Lines { places: weeks(), series: vec![series("median", values)], band }),
        Figure::Line(Lines { places: named(), series: vec![series("a", values), series("b", values)], band: None }),
        bars(weeks(), false, Arrangement::Grouped, false),
        bars(named(), false, Arrangement::Stacked, true),
        bars(named(), true, Arrangement::Grouped, false),
        bars(named(), true, Arrangement::Stacked, true),
        bars(named(), true, Arrangement::Grouped, true),
        Figure::Histogram(Histogram {
            bins: bins(&Axis::new("", Kind::DurationS), values),
            cumulative: true,
            beyond: None,
        }),
        Figure::Boxes(values.iter().enumerate().map(five).collect()),
        Figure::Pareto(pairs().map(positive).collect()),
        Figure::Heatmap(Grid {
            columns: names(count),
            row_title: "from".into(),
            rows: names(2),
            cells: values.iter().chain(values).map(|value| Some(*value)).collect(),
        }),
        Figure::Waterfall(pairs().map(|(name, value)| Step { name, value, total: false }).collect()),
        Figure::Bullets(
            pairs()
                .map(|(name, value)| Bullet { name, value, target: Some(value / 2.0), ranges: vec![value] })
                .collect(),
        ),
        Figure::Dumbbells(Dumbbells {
            names: ("before".into(), "after".into()),
            rows: pairs().map(|(name, value)| (name, value, value * 1.3)).collect(),
            less_is_better: Some(true),
        }),
        Figure::Gantt(pairs().map(span).collect()),
        Figure::Dots(Dots { rows: names(count), groups: names(7), dots }),
        Figure::Scatter(pairs().map(bubble).collect()),
    ]
}

fn specs(values: &[f64]) -> Vec<Spec> {
    let spec = |figure: Figure| {
        let kind = match figure {
            Figure::Gantt(_) | Figure::Dots(_) => Kind::Timestamp,
            Figure::Histogram(_) => Kind::DurationS,
            Figure::Scatter(_) => Kind::Number,
            _ => Kind::Date,
        };
        let mut spec = Spec::new("Waiting <time>", Axis::new("what", kind), Axis::new("time", Kind::DurationS), figure);
        spec.target = values.first().map(|value| Target { value: *value, label: "target".into(), neutral: false });
        spec.annotations = vec![Annotation { at: START + 8.0 * DAY, label: "go-live & more".into() }];
        spec.links = vec![Some("/cases?a=1&b=2".to_owned())];
        spec.n = Some("12 cases".to_owned());
        spec
    };
    figures(values).into_iter().map(spec).collect()
}

/// Left, top, right, bottom and words of the upright texts of a picture.
fn texts(svg: &str) -> Vec<(f64, f64, f64, f64, String)> {
    let attribute = |tag: &str, name: &str| {
        let start = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3)?;
        tag[start..].split('"').next().map(str::to_owned)
    };
    let mut found = Vec::new();
    for part in svg.split("<text").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        if tag.contains("transform") {
            continue;
        }
        let words = rest.split('<').next().unwrap().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let weight = if tag.contains("font-weight") { Weight::Semibold } else { Weight::Regular };
        let long = width_of(&words, size, weight);
        let left = match attribute(tag, "text-anchor").unwrap().as_str() {
            "start" => x,
            "middle" => x - long / 2.0,
            _ => x - long,
        };
        found.push((left, y - size * CAP_HEIGHT, left + long, y, words));
    }
    found
}

fn check_texts(svg: &str, width: f64, height: f64) {
    let texts = texts(svg);
    for (at, one) in texts.iter().enumerate() {
        assert!(one.0 >= -0.5 && one.2 <= width + 0.5 && one.1 >= -0.5 && one.3 <= height + 0.5, "cut off: {one:?}");
        for other in &texts[at + 1..] {
            let apart = one.2 <= other.0 + 0.2 || other.2 <= one.0 + 0.2 || one.3 <= other.1 || other.3 <= one.1;
            assert!(apart, "overlap: {one:?} {other:?}\n{svg}");
        }
    }
}

#[test]
fn labels_neither_overlap_nor_are_cut_off() {
    let rising: Vec<f64> = (1..=9).map(|value| f64::from(value) * 37_000.0).collect();
    let many: Vec<f64> = (0..40).map(|value| f64::from(value * 7_919 % 40) * 3_000.0).collect();
    let mixed = [-90_000.0, 40.0, 600_000.0, 0.0, -3.0];
    for values in [rising.as_slice(), &many, &mixed, &[50.0], &[7.0; 5], &[0.0, 0.0]] {
        for spec in specs(values) {
            for (width, height) in [(320, 220), (640, 360), (1_200, 480)] {
                let svg = draw(&spec, Theme::Light, Size::picture(width, height));
                check_texts(&svg, f64::from(width), f64::from(height));
            }
        }
    }
}

#[test]
fn every_kind_becomes_a_png_of_the_right_size() {
    for spec in specs(&[86_400.0, 200_000.0, 40_000.0, 5.0]) {
        let picture = png(&draw(&spec, Theme::Dark, Size::picture(400, 250)), 2.0).unwrap();
        assert_eq!(png::size(&picture), Some((800, 500)));
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    let values = [3.0, 90_000.0, 20_000.0, 777.0];
    for (one, other) in specs(&values).iter().zip(specs(&values)) {
        for theme in [Theme::Page, Theme::Light, Theme::Dark] {
            assert_eq!(draw(one, theme, Size::card(500, 300)), draw(&other, theme, Size::card(500, 300)));
        }
    }
}

#[test]
fn pages_get_links_words_and_no_styles() {
    for spec in specs(&[3.0, 90_000.0, 20_000.0]) {
        let svg = draw(&spec, Theme::Page, Size::card(500, 300));
        assert!(!svg.contains("style=") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(svg.contains("<title>Waiting &lt;time&gt;</title><desc>"), "{svg}");
        assert!(svg.contains("var(--"), "{svg}");
        assert!(svg.contains("href=\"/cases?a=1&amp;b=2\"") && svg.contains("data-value=\""), "{svg}");
        // One stop for the keyboard, the first: it is a link, or is made a stop.
        let first = svg.split("class=\"hit\"").nth(1).unwrap().split('>').next().unwrap();
        let stops = svg.matches("tabindex=\"0\"").count();
        assert!(svg.contains("tabindex=\"-1\""), "{svg}");
        assert_eq!(stops, usize::from(!first.contains("href=")), "{svg}");
        assert!(stops == 0 || first.contains("tabindex=\"0\""), "{svg}");
        let alone = draw(&spec, Theme::Light, Size::card(500, 300));
        assert!(!alone.contains("var(") && !alone.contains("href"), "{alone}");
        assert!(alone.contains("role=\"img\""));
    }
}

#[test]
fn nothing_to_draw_is_said() {
    for spec in specs(&[]) {
        let svg = draw(&spec, Theme::Light, Size::picture(400, 250));
        assert!(svg.contains("No data in this selection") && svg.contains("There is no data."), "{svg}");
    }
}

#[test]
fn long_lists_say_what_is_left_out() {
    let values: Vec<f64> = (0..60).map(f64::from).collect();
    let all = specs(&values);
    let rows = all.iter().find(|spec| matches!(&spec.figure, Figure::Bars(bars) if bars.horizontal)).unwrap();
    assert!(draw(rows, Theme::Light, Size::picture(400, 250)).contains("of 60 rows shown"));
    for spec in specs(&values[..20]) {
        let svg = draw(&spec, Theme::Light, Size::fitting(&spec, 600));
        assert!(!svg.contains("rows shown"), "{svg}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_numbers_break_a_chart(
        values in proptest::collection::vec(prop_oneof![-1e3..1e3, -1e15..1e15, Just(0.0), Just(1e250)], 1..30),
        width in 0_u32..1_500, height in 0_u32..900,
    ) {
        for spec in specs(&values) {
            let svg = draw(&spec, Theme::Page, Size::picture(width, height));
            prop_assert!(!svg.contains("NaN") && !svg.contains("could not be drawn"), "{}", svg);
            let light = draw(&spec, Theme::Light, Size::card(width, height));
            prop_assert!(resvg::usvg::Tree::from_str(&light, &resvg::usvg::Options::default()).is_ok());
        }
    }
}
