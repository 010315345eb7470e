//! Import, map, variants and stats of one CSV file, timed inside the program (process start left out), each job in a
//! process of its own so that its peak memory is its own. Prints a JSON line per job:
//! `{"job":"map","ms":[…],"peak_mb":…}`. Compared with other tools by `benches/peers/run.sh`.
//!
//! With a model, the cases are held against it instead, and the line says the mean fitness too; each run in a program that
//! has judged nothing yet. Compared with PM4Py by `benches/peers/alignments.py`.
//!
//! `cargo bench --bench engine -- FILE.csv [--runs N] [--keep DIR] [--official MODEL]`

use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use throughline::app::{App, AppError, Asked, OfficialModel};
use throughline::config::Config;
use throughline::ingest::Progress;
use throughline::model::filter::Filter;
use throughline::model::mapping::MappingOptions;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const OFFICIAL: &str = "deviations";
const JOBS: [&str; 5] = ["import", "map", "variants", "stats", "map_filtered"];

fn main() {
    if let Err(error) = run() {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "error: {error}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).cloned();
    let Some(file) = words.first().filter(|word| !word.starts_with("--")).map(PathBuf::from) else {
        // `cargo bench` without words runs every bench; this one needs a file.
        return Ok(());
    };
    let runs: usize = value("--runs").map_or(Ok(5), |text| text.parse())?;
    let official = value("--official");
    if let (Some(job), Some(data)) = (value("--job"), value("--data")) {
        return match official {
            Some(model) if job == OFFICIAL => deviations(Path::new(&model), Path::new(&data), runs),
            _ => one(&job, &file, Path::new(&data), runs),
        };
    }
    let temporary = tempfile::tempdir()?;
    let data = value("--keep").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let jobs: &[&str] = if official.is_some() { &["import", OFFICIAL] } else { &JOBS };
    for job in jobs {
        let mut child = Command::new(std::env::current_exe()?);
        child.arg(&file).args(["--job", job, "--runs", &runs.to_string(), "--data"]).arg(&data);
        child.args(official.iter().flat_map(|model| ["--official", model]));
        if !child.status()?.success() {
            return Err(format!("job {job} failed").into());
        }
    }
    Ok(())
}

fn open(data: &Path) -> Result<App, AppError> {
    let mut config = Config::default();
    config.data.dir = data.to_owned();
    config.limits.query_memory_mb = 4096;
    config.limits.memory_pool_mb = 4096;
    App::open(config, None)
}

fn one(job: &str, file: &Path, data: &Path, runs: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut ms = Vec::with_capacity(runs);
    if job == "import" {
        for run in 0..runs {
            let last = run + 1 == runs;
            let fresh = if last { data.to_owned() } else { data.join(format!("trial-{run}")) };
            let app = open(&fresh)?;
            let started = Instant::now();
            app.target_file(file, &MappingOptions::default(), &Progress::default())?;
            ms.push(started.elapsed().as_secs_f64() * 1e3);
            if !last {
                std::fs::remove_dir_all(&fresh)?;
            }
        }
    } else {
        let app = open(data)?;
        let flows = app.flows()?;
        let flow = flows.flows.first().ok_or("nothing was imported")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let target = app.target(&flow.name)?;
        let middle =
            target.snapshot.manifest.first_us.zip(target.snapshot.manifest.last_us).map(|(a, b)| a + (b - a) / 2);
        for run in 0..=runs {
            // Another filter each time, so that no prepared set of cases is used again.
            let filter = match job {
                "map_filtered" => {
                    format!("start=..{}", throughline::model::time::rfc3339(middle.unwrap_or(0) + run as i64))
                }
                _ => String::new(),
            };
            let asked = Asked { target: target.clone(), filter: filter.parse::<Filter>()? };
            let started = Instant::now();
            match job {
                "map" | "map_filtered" => drop(runtime.block_on(app.map(&asked))?),
                "variants" => drop(runtime.block_on(app.variants(&asked, None))?),
                _ => drop(runtime.block_on(app.stats(&asked))?),
            }
            // The first run opens files and reads their footers; it warms up, as everywhere.
            if run > 0 {
                ms.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    use std::io::Write;
    writeln!(std::io::stdout(), "{}", json!({ "job": job, "ms": ms, "peak_mb": peak_mb() }))?;
    Ok(())
}

fn deviations(model: &Path, data: &Path, runs: usize) -> Result<(), Box<dyn std::error::Error>> {
    let model = Arc::new(OfficialModel::read_file(model)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut ms = Vec::with_capacity(runs);
    let mut mean = None;
    for _ in 0..runs {
        let app = open(data)?;
        let flow = app.flows()?.flows.first().ok_or("nothing was imported")?.name.clone();
        let asked = Asked { target: app.target(&flow)?, filter: Filter::default() };
        // Opens the files.
        runtime.block_on(app.stats(&asked))?;
        let started = Instant::now();
        let found = runtime.block_on(app.deviations(&asked, &model))?;
        ms.push(started.elapsed().as_secs_f64() * 1e3);
        mean = found.fitness.mean;
    }
    use std::io::Write;
    let line = json!({ "job": OFFICIAL, "ms": ms, "peak_mb": peak_mb(), "mean_fitness": mean });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Greatest resident memory of this process so far, in megabytes; 0 where the system does not say.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
