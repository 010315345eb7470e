use super::*;
use crate::chart::spec::{Figure, Places};

fn numbers(name: &str, kind: Kind, values: &[f64]) -> Column {
    Column { name: name.into(), kind, values: Values::Numbers(values.iter().copied().map(Some).collect()) }
}

fn texts(name: &str, values: &[&str]) -> Column {
    let values = values.iter().map(|text| Some((*text).to_owned())).collect();
    Column { name: name.into(), kind: Kind::Category, values: Values::Texts(values) }
}

fn spec(kind: &str, x: &str, y: &[&str], columns: Vec<Column>) -> Result<Spec, SpecError> {
    let y: Vec<String> = y.iter().map(|name| (*name).to_owned()).collect();
    Spec::from_header("T", kind, x, &y, &Data { columns })
}

#[test]
fn median_and_percentile_become_a_band() {
    let columns = vec![
        numbers("week", Kind::Date, &[0.0, 604_800.0]),
        numbers("median_s", Kind::DurationS, &[1.0, 2.0]),
        numbers("p90_s", Kind::DurationS, &[3.0, 4.0]),
    ];
    let spec = spec("line", "week", &["median_s", "p90_s"], columns).unwrap();
    let Figure::Line(lines) = &spec.figure else { panic!("{spec:?}") };
    assert_eq!(lines.series.len(), 1);
    assert_eq!(lines.series[0].name, "median");
    assert_eq!(lines.band.as_ref().unwrap().1.values, [Some(3.0), Some(4.0)]);
    assert_eq!((spec.x.kind, spec.y.kind), (Kind::Date, Kind::DurationS));
}

#[test]
fn names_make_rows_and_times_make_columns() {
    let named = vec![texts("from", &["a", "b"]), texts("to", &["b", "c"]), numbers("n", Kind::Count, &[2.0, 1.0])];
    let Figure::Bars(bars) = spec("bars", "from > to", &["n"], named).unwrap().figure else { panic!() };
    assert!(bars.horizontal);
    assert_eq!(bars.places, Places::Named(vec!["a → b".into(), "b → c".into()]));
    let timed = vec![numbers("week", Kind::Date, &[0.0]), numbers("n", Kind::Count, &[2.0])];
    let Figure::Bars(bars) = spec("bars", "week", &["n"], timed).unwrap().figure else { panic!() };
    assert!(!bars.horizontal);
}

#[test]
fn heat_maps_order_numbers_and_name_weekdays() {
    let columns = vec![
        numbers("weekday", Kind::Count, &[2.0, 1.0]),
        numbers("hour", Kind::Count, &[10.0, 9.0]),
        numbers("events", Kind::Count, &[5.0, 7.0]),
    ];
    let Figure::Heatmap(grid) = spec("heatmap", "hour", &["weekday", "events"], columns).unwrap().figure else {
        panic!()
    };
    assert_eq!((grid.columns, grid.rows), (vec!["9".into(), "10".into()], vec!["Mon".into(), "Tue".into()]));
    assert_eq!(grid.cells, [Some(7.0), None, None, Some(5.0)]);
}

#[test]
fn wrong_headers_are_refused_with_reasons() {
    let columns = || vec![texts("a", &["x"]), numbers("n", Kind::Count, &[1.0])];
    assert_eq!(spec("pie", "a", &["n"], columns()), Err(SpecError::NoKind("pie".into())));
    assert_eq!(spec("bars", "b", &["n"], columns()), Err(SpecError::NoColumn("b".into())));
    assert_eq!(spec("heatmap", "a", &["a"], columns()), Err(SpecError::TooFew { kind: "heatmap".into(), needed: 2 }));
    assert!(matches!(spec("bars", "a", &["a"], columns()), Err(SpecError::Unfit { .. })));
}

#[test]
fn every_kind_reads_its_columns() {
    let columns = || {
        vec![
            texts("a", &["x", "y"]),
            numbers("t", Kind::Timestamp, &[0.0, 60.0]),
            numbers("u", Kind::Timestamp, &[30.0, 90.0]),
            numbers("n", Kind::Count, &[1.0, 2.0]),
        ]
    };
    let cases: [(&str, &str, &[&str]); 13] = [
        ("line", "t", &["n"]),
        ("bars", "a", &["n"]),
        ("stacked", "t", &["n", "n"]),
        ("histogram", "n", &[]),
        ("box", "a", &["n"]),
        ("pareto", "a", &["n"]),
        ("heatmap", "a", &["t", "n"]),
        ("waterfall", "a", &["n"]),
        ("bullet", "a", &["n", "n", "n"]),
        ("dumbbell", "a", &["n", "n"]),
        ("gantt", "a", &["t", "u", "a"]),
        ("dots", "t", &["a", "a"]),
        ("scatter", "n", &["n", "n", "a"]),
    ];
    for (kind, x, y) in cases {
        let spec = spec(kind, x, y, columns()).unwrap();
        assert!(!crate::chart::words::is_empty(&spec.figure), "{kind}");
        assert!(KINDS.contains(kind));
    }
}

#[test]
fn marks_lead_where_their_rows_do() {
    let link = |at: usize| Some(format!("/{at}"));
    let linked = |kind: &str, x: &str, y: &[&str], columns: Vec<Column>| {
        let y: Vec<String> = y.iter().map(|name| (*name).to_owned()).collect();
        let links: Vec<Option<String>> = (0..3).map(link).collect();
        Spec::linked("t", kind, x, &y, &Data { columns }, &links).unwrap().links
    };
    let named = || vec![texts("a", &["x", "y", "z"]), numbers("n", Kind::Count, &[1.0, 3.0, 2.0])];
    assert_eq!(linked("bars", "a", &["n"], named()), [link(0), link(1), link(2)]);
    // By size.
    assert_eq!(linked("pareto", "a", &["n"], named()), [link(1), link(2), link(0)]);
    // The total is no row.
    assert_eq!(linked("waterfall", "a", &["n"], named()).len(), 3);
    let grid = vec![
        texts("across", &["r", "s", "s"]),
        texts("down", &["u", "u", "v"]),
        numbers("n", Kind::Count, &[1.0, 2.0, 3.0]),
    ];
    assert_eq!(linked("heatmap", "across", &["down", "n"], grid), [link(0), link(1), None, link(2)]);
}
