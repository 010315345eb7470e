//! From raw batches to the canonical tables of a log version: events in order with their neighbours beside them,
//! cases, variants, and what the numbers stand for.
//!
//! Cases get dense numbers by their start; a version is cut into ranges of cases, so that all later steps handle
//! whole cases and run side by side: [`scatter`] brings the rows of a range together, [`order`] sorts them and joins
//! starts with completions, [`range`] writes them. Memory is bounded by the budget plus what grows with the number
//! of cases; ranges that do not fit wait on disk.

mod attributes;
mod columns;
mod dictionaries;
mod order;
mod range;
mod scatter;
mod variants;
mod write;

use crate::ingest::IngestError;
use crate::ingest::progress::Progress;
use crate::ingest::raw::Batch;
use crate::model::mapping::Lifecycle;
use crate::model::tables::{LAYOUT, Manifest, TableFile};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One raw batch of the flow.
#[derive(Debug, Clone)]
pub struct Input {
    /// Id of the import that brought it.
    pub import: String,
    /// Where it lies.
    pub folder: PathBuf,
}

/// How to build.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// Whether starts and completions become one event.
    pub lifecycle: Lifecycle,
    /// Threads to use.
    pub threads: usize,
    /// Memory for rows that wait for their range, in bytes.
    pub memory: usize,
}

/// Events per range: small enough that a few fit into memory, large enough for long row groups.
const RANGE_EVENTS: u64 = 3 << 20;
/// Below this a second file is not worth its overhead.
const SINGLE_FILE_EVENTS: u64 = 100_000;
/// Text of a range, in bytes: below it a file of its own is not worth its overhead, above it the columns of a range, whose
/// offsets have 32 bits, might not hold it.
const LEAST_RANGE_TEXT: usize = 4 << 20;
const MOST_RANGE_TEXT: usize = 1 << 29;
/// Ranges that text alone calls for: each may have a file open while rows are brought together.
const MOST_RANGES: u64 = 512;

/// Builds all tables in `folder`, which is empty, and returns their manifest (also written, as `manifest.json`), and the
/// columns that were taken for costs of events and turned out to be of the case.
pub fn build(
    inputs: &[Input],
    folder: &Path,
    options: BuildOptions,
    progress: &Progress,
) -> Result<(Manifest, Vec<String>), IngestError> {
    let batches =
        inputs.iter().map(|input| Ok((input, Batch::open(&input.folder)?))).collect::<Result<Vec<_>, IngestError>>()?;
    let dictionaries = dictionaries::Merged::new(&batches)?;
    let plan = attributes::plan(&batches);
    let text = batches.iter().map(|(_, batch)| batch.text_bytes).sum::<u64>() + dictionaries.id_bytes();
    let bounds = dictionaries.ranges(range_count(dictionaries.rows, text, options));
    let spill = folder.join("spill");
    std::fs::create_dir(&spill).map_err(|e| IngestError::write(&spill, e))?;
    let ranges = scatter::scatter(&batches, &dictionaries, &plan, &bounds, &spill, options, progress)?;

    let context = range::Context { dictionaries: &dictionaries, attributes: &plan, bounds: &bounds, folder, options };
    let done = in_parallel(ranges, options.threads, |number, rows| {
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled);
        }
        let done = context.build(number, rows)?;
        progress.add_built(done.events);
        Ok(done)
    })?;

    let merged = variants::merge(&done, &dictionaries, folder)?;
    let mut files: Vec<TableFile> = done.iter().map(|range| range.file.clone()).collect();
    let constant = range::constant_attributes(&done, &plan);
    files.extend(range::write_cases(&done, &merged, &constant, &plan, folder)?);
    files.extend(dictionaries.write(folder, &done)?);
    files.push(merged.file.clone());
    let (measures, doubtful) = attributes::measures(&plan, &constant);
    std::fs::remove_dir_all(&spill).map_err(|e| IngestError::write(&spill, e))?;
    let manifest = Manifest {
        layout: LAYOUT,
        program: concat!("throughline ", env!("CARGO_PKG_VERSION")).to_owned(),
        files,
        attributes: attributes::columns(&plan, &constant),
        currency: attributes::currency(&plan, &measures),
        measures,
        imports: inputs.iter().map(|input| input.import.clone()).collect(),
        events: done.iter().map(|range| range.events).sum(),
        cases: dictionaries.case_count() as u64,
        activities: dictionaries.activities.names.len() as u64,
        variants: merged.count,
        has_times: dictionaries.has_times,
        first_us: done.iter().filter_map(|range| range.first).min(),
        last_us: done.iter().filter_map(|range| range.last).max(),
        merged: done.iter().map(|range| range.merged).sum(),
        unfinished: done.iter().map(|range| range.unfinished).sum(),
    };
    crate::ingest::files::write_json(&folder.join("manifest.json"), &manifest)?;
    Ok((manifest, doubtful))
}

/// How many ranges rows with so much text are cut into.
fn range_count(rows: u64, text_bytes: u64, options: BuildOptions) -> usize {
    let by_rows = if rows < SINGLE_FILE_EVENTS { 1 } else { rows.div_ceil(RANGE_EVENTS).max(4) };
    // Each thread holds the text of its range a few times over: as it came, put in order, and typed.
    let share = options.memory / (4 * options.threads.max(1));
    let by_text = text_bytes.div_ceil(share.clamp(LEAST_RANGE_TEXT, MOST_RANGE_TEXT) as u64);
    by_rows.max(by_text.min(MOST_RANGES)) as usize
}

/// Runs `work` over the items on some threads and returns the results in the items' order; the first error ends all.
fn in_parallel<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(usize, T) -> Result<R, IngestError> + Sync,
) -> Result<Vec<R>, IngestError> {
    let count = items.len();
    let queue: Vec<Mutex<Option<T>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, R)>, IngestError> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = queue.get(at) else { return Ok(done) };
            let item = slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            if let Some(item) = item {
                match work(at, item) {
                    Ok(result) => done.push((at, result)),
                    Err(error) => {
                        next.store(count, Ordering::Relaxed);
                        return Err(error);
                    }
                }
            }
        }
    };
    let results = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, count.max(1))).map(|_| scope.spawn(run)).collect();
        workers.into_iter().map(|worker| worker.join()).collect::<Vec<_>>()
    });
    let mut all = Vec::with_capacity(count);
    for result in results {
        all.extend(result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::chunk::{Chunk, NO_TIME, Scope};
    use crate::ingest::raw::RawWriter;

    #[test]
    fn ranges_follow_rows_and_text() {
        let options = BuildOptions { lifecycle: Lifecycle::Merge, threads: 2, memory: 1 << 30 };
        for (rows, text, ranges) in [
            (10, 0, 1),
            (100_000, 0, 4),
            (RANGE_EVENTS * 6, 0, 6),
            (10, 1 << 27, 1),
            (10, (1 << 27) + 1, 2),
            (RANGE_EVENTS * 6, 10 << 30, 80),
            (10, 10 << 40, 512),
        ] {
            assert_eq!(range_count(rows, text, options), ranges, "{rows} rows, {text} bytes");
        }
        // Much memory does not make ranges that no column holds, little does not make countless ones.
        assert_eq!(range_count(10, 4 << 30, BuildOptions { memory: 1 << 40, ..options }), 8);
        assert_eq!(range_count(10, 16 << 20, BuildOptions { memory: 0, ..options }), 4);
    }

    #[test]
    fn few_rows_with_much_text_are_cut_into_ranges() {
        let folder = tempfile::tempdir().unwrap();
        let (raw, tables) = (folder.path().join("raw"), folder.path().join("tables"));
        std::fs::create_dir(&raw).unwrap();
        std::fs::create_dir(&tables).unwrap();
        let mut chunk = Chunk::default();
        for row in 0..64 {
            chunk.case.push(Some(&format!("c{row}")));
            chunk.activity.push(Some("Do"));
            for names in [&mut chunk.resource, &mut chunk.role, &mut chunk.system, &mut chunk.lifecycle] {
                names.push(None);
            }
            chunk.attribute("note", Scope::Event, row).cells.append_value("x".repeat(LEAST_RANGE_TEXT / 16));
            chunk.end.push(row as i64);
            chunk.start.push(NO_TIME);
            chunk.line.push(row as u64 + 1);
        }
        let mut writer = RawWriter::create(&raw).unwrap();
        writer.add(chunk).unwrap();
        writer.finish(&crate::ingest::timestamp::Zone::utc(), Vec::new()).unwrap();
        let inputs = [Input { import: "i".to_owned(), folder: raw }];
        let options = BuildOptions { lifecycle: Lifecycle::Merge, threads: 2, memory: 1 << 20 };
        let (manifest, _) = build(&inputs, &tables, options, &Progress::default()).unwrap();
        let files = manifest.files.iter().filter(|file| file.table == crate::model::tables::EVENTS);
        let rows: Vec<u64> = files.map(|file| file.rows).collect();
        // A few bytes of ids are on top of the text of four ranges.
        assert_eq!((rows.len(), rows.iter().sum()), (5, 64), "{rows:?}");
    }
}
