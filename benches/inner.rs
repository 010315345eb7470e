//! The inner loops of import. `cargo bench --bench inner`

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::io::Cursor;
use throughline::ingest::chunk::Interner;
use throughline::ingest::detect::detect;
use throughline::ingest::timestamp::{TimestampFormat, iso_micros};
use throughline::ingest::xes::{XesOptions, XesReader};
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
