//! Progress on standard error: a line that is redrawn in a terminal, a line every few seconds elsewhere.

use crate::app::SetWhenDropped;
use crate::ingest::{Progress, ProgressSnapshot, Stage};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Runs `work` and shows how far it is. Short work shows nothing.
pub fn watched<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| show(&progress, &done));
        // The scope waits for the line to end, so it has to end however the work does.
        let _done = SetWhenDropped(&done);
        work(&progress)
    })
}

fn show(progress: &Progress, done: &AtomicBool) {
    const QUIET: Duration = Duration::from_millis(700);
    const STEP: Duration = Duration::from_millis(20);
    let terminal = std::io::stderr().is_terminal();
    let pause = Duration::from_millis(if terminal { 200 } else { 5_000 });
    let mut next = Instant::now() + QUIET;
    let mut shown = false;
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(STEP);
        if Instant::now() < next {
            continue;
        }
        next = Instant::now() + pause;
        let line = describe(&progress.snapshot());
        let mut out = std::io::stderr().lock();
        // Nobody can be told if standard error is closed.
        let _ = if terminal { write!(out, "\r\x1b[K{line}") } else { writeln!(out, "{line}") };
        let _ = out.flush();
        shown = true;
    }
    if shown && terminal {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
}

fn describe(at: &ProgressSnapshot) -> String {
    match at.stage {
        Stage::Waiting => "opening the file".to_owned(),
        Stage::Reading => {
            let share = (100 * at.bytes).checked_div(at.bytes_total).unwrap_or_default().min(100);
            format!("reading: {share} % of {} MB, {} rows", at.bytes_total / 1_000_000, at.rows)
        }
        Stage::Building => format!("putting events in order: {} of about {}", at.events_built, at.rows),
        Stage::Committing => "bringing it to the disk".to_owned(),
    }
}
