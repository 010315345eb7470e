//! Whatever moment the program dies at: what it acknowledged reads back whole, and nothing else is left.
//!
//! `THROUGHLINE_CRASH_ROUNDS` and `THROUGHLINE_CRASH_EVENTS` make the test as long as one likes; a release is tried with
//! 200 rounds on a million events.

use crate::support::{answer, program, run};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

/// A log in order of time: part `part` of `parts`, so that later parts add events to cases that exist already.
fn csv(events: u64, part: u64, parts: u64) -> String {
    let mut text = String::from("case_id,activity,timestamp,resource\n");
    let cases = (events / 8).max(1);
    for at in (0..events).filter(|at| at * parts / events == part) {
        let (case, step) = (at % cases, at / cases);
        let second = at % 60;
        let _ = writeln!(
            text,
            "c{case},step {step},2024-01-{:02} {:02}:{:02}:{second:02},r{}",
            1 + step,
            at / 3600 % 24,
            at / 60 % 60,
            at % 17
        );
    }
    text
}

fn folders(path: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(path) else { return BTreeSet::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Everything in the data folder is referred to by the catalog, and every byte of every version is as it was written.
fn assert_sound(data: &Path) {
    let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
    let list = |sql: &str| -> BTreeSet<String> {
        let mut statement = catalog.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let known = list("SELECT directory FROM versions");
    let used = list("SELECT DISTINCT import_id FROM version_imports");
    assert_eq!(folders(&data.join("staging")), BTreeSet::new(), "staging");
    assert_eq!(folders(&data.join("uploads")), BTreeSet::new(), "uploads");
    assert_eq!(list("SELECT id FROM imports WHERE state IN ('queued', 'running')"), BTreeSet::new());
    let mut versions = BTreeSet::new();
    for flow in folders(&data.join("flows")) {
        let raw = folders(&data.join("flows").join(&flow).join("raw"));
        assert!(raw.is_subset(&used), "raw batches that no version uses: {:?}", raw.difference(&used));
        for version in folders(&data.join("flows").join(&flow).join("versions")) {
            versions.insert(format!("flows/{flow}/versions/{version}"));
        }
    }
    assert_eq!(versions, known, "folders of versions and catalog");
    for directory in &known {
        let folder = data.join(directory);
        let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
        for file in manifest["files"].as_array().unwrap() {
            let bytes = std::fs::read(folder.join(file["name"].as_str().unwrap())).unwrap();
            assert_eq!(blake3::hash(&bytes).to_hex().as_str(), file["hash"].as_str().unwrap(), "{folder:?} {file}");
        }
    }
}

fn import(file: &Path, flow: &str, data: &Path, append: bool) -> Command {
    let mut command = Command::new(program());
    command.arg("import").arg(file).args(["--flow", flow, "--data"]).arg(data);
    if append {
        command.arg("--append");
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    const PARTS: u64 = 4;
    let (rounds, events) = (setting("THROUGHLINE_CRASH_ROUNDS", 24), setting("THROUGHLINE_CRASH_EVENTS", 40_000));
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..PARTS)
        .map(|part| {
            let path = folder.path().join(format!("part-{part}.csv"));
            std::fs::write(&path, csv(events, part, PARTS)).unwrap();
            path
        })
        .collect();
    let data = folder.path().join("data");
    // Undisturbed, so that later deaths are spread over the whole of each import.
    let durations: Vec<Duration> = (0..PARTS as usize)
        .map(|part| {
            let started = Instant::now();
            let status = import(&files[part], "undisturbed", &data, part > 0).spawn().unwrap().wait().unwrap();
            assert!(status.success(), "{status}");
            started.elapsed()
        })
        .collect();
    let mut random = StdRng::seed_from_u64(20_240_101);
    // The flow, and how many parts it has.
    let (mut cycle, mut parts) = (0, 0);
    let (mut killed, mut finished) = (0, 0);
    for round in 0..rounds {
        if parts == PARTS {
            // Begin again: the same file twice would be refused.
            (cycle, parts) = (cycle + 1, 0);
        }
        let flow = format!("orders-{cycle}");
        let started = Instant::now();
        let mut child = import(&files[parts as usize], &flow, &data, parts > 0).spawn().unwrap();
        let patience = durations[parts as usize].mul_f64(random.random_range(0.0..1.15));
        let acknowledged = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "round {round}: an import that nobody killed failed: {status}");
                break true;
            }
            if started.elapsed() >= patience {
                child.kill().unwrap();
                break child.wait().unwrap().success();
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        // The next start clears up.
        let flows = answer(&["flows", "--data", data.to_str().unwrap()]);
        assert_sound(&data);
        let log = flows["flows"].as_array().unwrap().iter().find(|log| log["name"] == flow.as_str());
        let got = log.and_then(|flow| flow["events"].as_u64()).unwrap_or(0);
        let after = |parts: u64| (0..events).filter(|at| at * PARTS / events < parts).count() as u64;
        if acknowledged {
            finished += 1;
            assert_eq!(got, after(parts + 1), "round {round}: an acknowledged import is missing");
            parts += 1;
        } else {
            killed += 1;
            // Killed between commit and exit, the version may be there; half of one never is.
            assert!(got == after(parts) || got == after(parts + 1), "round {round}: {got} events");
            parts += u64::from(got != after(parts));
        }
    }
    println!("{rounds} rounds: {killed} killed, {finished} finished");
    assert!(killed > 0, "no import was killed");
}

/// A file system of a few megabytes, unmounted at the end. Only root may mount; the continuous integration is.
struct Mounted(tempfile::TempDir);

impl Mounted {
    fn tmpfs(options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).status();
        assert!(status.unwrap().success(), "mounting a small file system needs root: run the tests as root");
        Self(folder)
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.0.path()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (folder.path().join("small.csv"), folder.path().join("large.csv"));
    std::fs::write(&small, csv(2_000, 0, 1)).unwrap();
    std::fs::write(&large, csv(400_000, 0, 1)).unwrap();
    let disk = Mounted::tmpfs("size=4m");
    let data = disk.0.path().join("data");
    let data = data.to_str().unwrap();
    answer(&["import", small.to_str().unwrap(), "--flow", "orders", "--data", data]);
    let failed = run(&["import", large.to_str().unwrap(), "--flow", "orders", "--data", data]);
    let error = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1), "{error}");
    assert!(error.contains("disk is full"), "{error}");
    let stats = answer(&["stats", "orders", "--data", data]);
    assert_eq!(stats["events"], 2_000);
    assert_sound(Path::new(data));
}

#[test]
fn a_read_only_folder_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small.csv");
    std::fs::write(&small, csv(200, 0, 1)).unwrap();
    let disk = Mounted::tmpfs("size=4m");
    disk.remount("ro");
    let data = disk.0.path().join("data");
    let failed = run(&["import", small.to_str().unwrap(), "--flow", "orders", "--data", data.to_str().unwrap()]);
    let error = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1), "{error}");
    assert!(error.contains("hint: give the program the right to write there"), "{error}");
}
