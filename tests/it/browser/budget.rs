//! Measures the pages with a large log, and prints what it sees; what takes a large log and a release build is asked for by name:
//!
//!     cargo run --release --example generate -- --events 1000000 --columns slim --order time -o orders.csv
//!     THROUGHLINE_PROGRAM=target/release/throughline THROUGHLINE_LOG=orders.csv \
//!         cargo test --test it budget -- --ignored --nocapture
//!
//! What is measured is the program that is named, in a process of its own; the tests may be a build for development.

use super::chromium::Chromium;
use super::keyboard::strings;
use super::tab::Tab;
use crate::support::program;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The largest contentful paint and the end of loading, in milliseconds since the click.
const TIMES: &str = "new Promise((tell) => {
    let paint = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) paint = entry.startTime; })
        .observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => tell([Math.round(paint), Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)]), 400);
})";

/// A server as people run it, in a process of its own.
struct Served {
    child: Child,
    base: String,
    code: String,
}

impl Served {
    fn start(data: &Path) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--listen", "127.0.0.1:0", "--demo", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut after = |words: &str| loop {
            let line = lines.next().expect("the server ended");
            if let Some((_, rest)) = line.split_once(words) {
                break rest.trim().to_owned();
            }
        };
        let base = after(" listens on ");
        let code = after("/sign-in?code=");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base, code }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a page and says when it was there, and how many bytes came.
fn visit(tab: &Tab, path: &str) -> (u64, u64, u64) {
    let before = tab.received();
    tab.go(path);
    let times = tab.value(TIMES);
    (times[0].as_u64().unwrap(), times[1].as_u64().unwrap(), tab.received() - before)
}

/// The page without its map, packed as the server packs it; and the map alone.
fn weight_of_map(tab: &Tab) -> u64 {
    let packed = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap().len() as u64
    };
    let whole = tab.text("fetch(location.href).then((answer) => answer.text())");
    let (Some(begin), Some(length)) = (whole.find("<svg xmlns"), whole.find("id=\"map-svg\"")) else { return 0 };
    let begin = begin.min(length);
    let Some(end) = whole[begin..].find("</svg>") else { return 0 };
    packed(&whole) - packed(&(whole[..begin].to_owned() + &whole[begin + end..]))
}

#[test]
#[ignore = "measures; needs a large log and a release build"]
fn budget() {
    let data = Chromium::shared().file("budget");
    let log = std::env::var("THROUGHLINE_LOG").expect("THROUGHLINE_LOG names a CSV");
    let mut import = Command::new(program());
    assert!(import.args(["import", &log, "--flow", "large", "--data"]).arg(&data).status().unwrap().success());
    let served = Served::start(&data);
    let tab = Tab::at(&served.base);
    tab.go(&format!("/sign-in?code={}", served.code));
    tab.go("/flows/large/map");
    let links = "[...document.querySelectorAll('.topnav a, .sidenav a, #metrics a')].map((link) => link.pathname + link.search)";
    let mut pages = strings(&tab.value(links));
    tab.go("/flows/large/cases");
    pages.push(tab.text("document.querySelector('#cases-view a.id').pathname"));
    pages.extend(["time", "difference"].map(|mode| format!("/flows/large/variants?mode={mode}")));
    pages.push("/flows/large/map?view=table".to_owned());
    println!("| page | LCP uncached | loaded | LCP cached | loaded | packed | of that the map |");
    println!("|---|---|---|---|---|---|---|");
    for (at, page) in pages.iter().enumerate() {
        // All cases, asked for in words that nobody has used before, by a browser that knows nothing.
        let sign = if page.contains('?') { '&' } else { '?' };
        let fresh = if page.starts_with("/flows/") {
            format!("{page}{sign}filter=cycle%3D..{}", 4_000_000_000u64 + at as u64)
        } else {
            page.clone()
        };
        tab.call("Network.clearBrowserCache", serde_json::json!({}));
        let (paint, loaded, bytes) = visit(&tab, &fresh);
        let (again, loaded_again, _) = visit(&tab, &fresh);
        let map = weight_of_map(&tab);
        let kb = |bytes: u64| bytes.div_ceil(1000);
        println!(
            "| `{page}` | {paint} ms | {loaded} ms | {again} ms | {loaded_again} ms | {} kB | {} kB |",
            kb(bytes),
            kb(map)
        );
    }
}

#[test]
#[ignore = "measures; needs a release build"]
fn upload_of_100_mb() {
    let served = Served::start(&Chromium::shared().file("budget-upload"));
    let tab = Tab::at(&served.base);
    tab.go(&format!("/sign-in?code={}", served.code));
    let path = super::upload::large("hundred.csv", 1_600_000);
    println!("{} bytes", std::fs::metadata(&path).unwrap().len());
    for cancelled in [true, false] {
        tab.go("/upload");
        tab.give("#file", &path);
        tab.until("document.querySelector('#detected:not([aria-busy]) .card')");
        let began = Instant::now();
        tab.click("#import-button");
        let (mut last, mut asked) = (String::new(), false);
        loop {
            let words =
                "document.querySelector('[data-job-words]')?.textContent ?? document.querySelector('h1')?.textContent";
            let now = tab.until(words);
            let now = now.as_str().unwrap().to_owned();
            if now != last {
                println!("{:6} ms  {now}", began.elapsed().as_millis());
                last = now;
            }
            if cancelled && !asked && last.starts_with("Reading: ") {
                tab.click("[data-job-cancel]");
                asked = true;
            }
            if last.starts_with("Cancelled") || last.starts_with("All ") {
                break;
            }
        }
    }
}

/// From the move of a slider until the picture that belongs to it has been painted, in milliseconds.
const MOVE: &str = "(id, value) => new Promise((tell) => {
    const slider = document.getElementById(id);
    const start = performance.now();
    document.addEventListener('htmx:afterSwap', () => requestAnimationFrame(() => setTimeout(() => tell([
        Math.round(performance.now() - start),
        document.querySelectorAll('#map-svg [data-node]').length,
        document.querySelectorAll('#map-svg [data-edge]').length,
    ]))), { once: true });
    slider.value = value;
    slider.dispatchEvent(new Event('change', { bubbles: true }));
})";

#[test]
fn sliders_on_60_activities_paint_what_the_answer_has() {
    let data = Chromium::shared().file("budget-sliders");
    let log = Chromium::shared().file("sixty.csv");
    let mut text = String::from("case,activity,time\n");
    // Mostly the next activity, sometimes another one: as tangled as logs of this size are.
    let mut state = 7u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for case in 0..2_000 {
        let mut at = random(4);
        for step in 0..30u64 {
            let (day, hour) = (1 + step % 28, 8 + step / 28);
            text.push_str(&format!("c{case},Activity {at},2024-01-{day:02}T{hour:02}:{:02}:00Z\n", case % 60));
            at = if random(10) < 8 { (at + 1 + random(2)) % 60 } else { random(60) };
        }
    }
    std::fs::write(&log, text).unwrap();
    let mut import = Command::new(program());
    let import = import.arg("import").arg(&log).args(["--flow", "sixty", "--data"]).arg(&data);
    assert!(import.status().unwrap().success());
    let served = Served::start(&data);
    let tab = Tab::at(&served.base);
    tab.go(&format!("/sign-in?code={}", served.code));
    tab.go("/flows/sixty/map?activities=100&paths=10");
    println!("| moved | painted after | nodes | edges |\n|---|---|---|---|");
    for (slider, value) in
        [("paths", 5), ("paths", 15), ("paths", 20), ("activities", 60), ("activities", 100), ("paths", 10)]
    {
        let moved = tab.value(&format!("({MOVE})('{slider}-slider', {value})"));
        println!("| {slider} to {value} % | {} ms | {} | {} |", moved[0], moved[1], moved[2]);
        // What was painted is what the picture of these sliders has, which a file would have, too.
        let names = |layer: &str| {
            let own = format!(
                "[...document.querySelectorAll('#map-svg [data-{layer}]')].map((one) => one.dataset.{layer}).sort()"
            );
            tab.value(&own)
        };
        let painted = (names("node"), names("edge"));
        let words = tab.text("location.search");
        assert!(words.contains(&format!("{slider}={value}")), "{words}");
        let file = tab.text("fetch(`/api/v1/flows/sixty/map.svg${location.search}`).then((answer) => answer.text())");
        let count = |layer: &str| file.matches(&format!("data-{layer}=")).count();
        let lengths = [&painted.0, &painted.1].map(|names| names.as_array().unwrap().len());
        assert_eq!(lengths, [count("node"), count("edge")], "{slider} {value}");
    }
}
