//! The inner loops of import, and the layout of maps. `cargo bench --bench inner`

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::io::Cursor;
use throughline::ingest::chunk::Interner;
use throughline::ingest::detect::detect;
use throughline::ingest::timestamp::{TimestampFormat, iso_micros};
use throughline::ingest::xes::{XesOptions, XesReader};
use throughline::map::layout::{Link, Node, Problem, layout};
use throughline::model::mapping::MappingOptions;

fn main() {
    divan::main();
}

#[divan::bench(args = ["2024-01-02T03:04:05", "2024-01-02 03:04:05.123+01:00"])]
fn iso_time(bencher: Bencher, cell: &str) {
    bencher.counter(ItemsCount::new(1usize)).bench(|| iso_micros(black_box(cell.as_bytes())));
}

#[divan::bench(args = [("%d/%m/%Y %H:%M:%S", "31/12/2024 23:59:58"), ("%m/%d/%Y %I:%M:%S %p", "12/31/2024 11:59:58 PM")])]
fn time_by_format(bencher: Bencher, (format, cell): (&str, &str)) {
    match TimestampFormat::compile(format) {
        Ok(format) => bencher.counter(ItemsCount::new(1usize)).bench(|| format.parse(black_box(cell.as_bytes()))),
        Err(what) => panic!("{what}"),
    }
}

#[divan::bench]
fn intern_a_million_names(bencher: Bencher) {
    let names: Vec<String> =
        (0..1_000_000u64).map(|at| format!("case-{}", at.wrapping_mul(2_654_435_761) % 100_000)).collect();
    bencher.counter(ItemsCount::new(names.len())).bench(|| {
        let mut interner = Interner::default();
        names.iter().map(|name| u64::from(interner.intern(name))).sum::<u64>()
    });
}

#[divan::bench]
fn detect_a_csv(bencher: Bencher) {
    let mut text = String::from("case_id,activity,timestamp,resource,amount\n");
    for at in 0..20_000 {
        text.push_str(&format!(
            "c{},step {},2024-01-{:02}T08:00:00Z,r{},{}.5\n",
            at / 9,
            at % 9,
            1 + at % 28,
            at % 40,
            at
        ));
    }
    bencher.counter(BytesCount::new(text.len())).bench(|| detect(text.as_bytes(), true, &MappingOptions::default()));
}

#[divan::bench]
fn read_xes(bencher: Bencher) {
    let mut text = String::from("<log xes.version=\"1.0\">");
    for case in 0..2_000 {
        text.push_str(&format!("<trace><string key=\"concept:name\" value=\"c{case}\"/>"));
        for step in 0..9 {
            text.push_str(&format!(
                "<event><string key=\"concept:name\" value=\"step {step}\"/><string key=\"org:resource\" value=\"r{}\"/>\
                 <date key=\"time:timestamp\" value=\"2024-01-{:02}T08:00:00.000+01:00\"/></event>\n",
                case % 40,
                1 + step
            ));
        }
        text.push_str("</trace>");
    }
    text.push_str("</log>");
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut rows = 0;
        if let Ok(mut reader) = XesReader::new(Cursor::new(text.as_bytes()), &XesOptions::default()) {
            while let Ok(Some(chunk)) = reader.next_chunk(1 << 16) {
                rows += chunk.rows();
            }
        }
        rows
    });
}

/// A map of so many activities and links: a happy path through a third of them, the others before, after and back.
fn map(activities: usize, links: usize) -> Problem {
    let node = |at: usize| Node {
        width: if at == 0 || at == activities + 1 { 28.0 } else { 92.0 + (at * 37 % 70) as f64 },
        height: 44.0,
        right: 0.0,
        key: at as f64,
        hint: None,
    };
    let happy = (activities / 3).max(1);
    let link = |from, to, share: f64, backbone| Link { from, to, label: 30.0, share, backbone };
    let line: Vec<usize> = (0..=happy).chain([activities + 1]).collect();
    let mut problem = Problem { nodes: (0..activities + 2).map(node).collect(), ..Problem::default() };
    problem.links.extend(line.windows(2).map(|pair| link(pair[0], pair[1], 1.0, true)));
    for at in 0..100_000_usize {
        if problem.links.len() >= links {
            break;
        }
        let (from, far) = (1 + at * 7 % activities, 1 + (at / activities + at * 3) % 11);
        // Every fifth leads back.
        let to = if at % 5 == 4 { from.saturating_sub(far).max(1) } else { (from + far).min(activities + 1) };
        let known = problem.links.iter().any(|link| (link.from, link.to) == (from, to));
        if from != to && !known {
            problem.links.push(link(from, to, 1.0 / (2 + at % 40) as f64, false));
        }
    }
    problem
}

#[divan::bench(args = [(30, 54), (60, 108), (60, 300), (150, 300)])]
fn lay_out_a_map(bencher: Bencher, (activities, links): (usize, usize)) {
    let problem = map(activities, links);
    bencher.counter(ItemsCount::new(problem.links.len())).bench(|| layout(black_box(&problem), None).is_ok());
}
