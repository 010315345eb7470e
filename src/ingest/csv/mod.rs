//! Delimited text, read by several threads: one unwraps, decodes and cuts the bytes into blocks of whole records
//! ([`cut`]), the others turn blocks into chunks ([`rows`]), and the caller gets the chunks in file order.

mod cut;
mod rows;

use crate::ingest::IngestError;
use crate::ingest::chunk::Chunk;
use crate::ingest::detect::TextShape;
use crate::ingest::progress::Progress;
use crossbeam_channel::{Receiver, Sender, bounded};
use cut::{Block, Cutter, Sizes};
pub use rows::Plan;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// What a worker takes at a time is large enough that handing over costs nothing. No cell that anybody reads is as long
/// as the longest record.
const SIZES: Sizes = Sizes { block: 4 << 20, record: 8 << 20 };

/// Reads all rows of a delimited text and hands them to `take` in the order of the file.
pub fn read_csv(
    path: &Path,
    stream: &mut (dyn Read + Send),
    shape: &TextShape,
    threads: usize,
    progress: &Progress,
    mut take: impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let plan = Plan::new(shape);
    let (to_workers, blocks) = bounded::<Block>(threads);
    let (to_caller, chunks) = bounded::<(usize, Chunk)>(threads * 2);
    std::thread::scope(|scope| {
        let cutting = scope.spawn(move || pump(path, stream, shape, &to_workers));
        for _ in 0..threads {
            let (blocks, to_caller, plan) = (blocks.clone(), to_caller.clone(), &plan);
            scope.spawn(move || work(&blocks, plan, &to_caller));
        }
        drop((blocks, to_caller));
        let taken = in_order(&chunks, progress, &mut take);
        // Whoever still waits to hand something over sees the closed channel and ends.
        drop(chunks);
        let cut = cutting.join().unwrap_or_else(|_| {
            Err(IngestError::read(path, std::io::Error::other("the reading thread ended unexpectedly")))
        });
        // A failure to read explains a failure to take, never the other way round.
        taken.and(cut)
    })
}

fn pump(
    path: &Path,
    stream: &mut (dyn Read + Send),
    shape: &TextShape,
    to_workers: &Sender<Block>,
) -> Result<(), IngestError> {
    let mut cutter = Cutter::new(stream, shape, SIZES);
    while let Some(block) = cutter.next_block().map_err(|e| IngestError::read(path, e))? {
        if to_workers.send(block).is_err() {
            break;
        }
    }
    Ok(())
}

fn work(blocks: &Receiver<Block>, plan: &Plan, to_caller: &Sender<(usize, Chunk)>) {
    for block in blocks {
        let number = block.number;
        if to_caller.send((number, plan.chunk(&block))).is_err() {
            break;
        }
    }
}

/// Chunks finish in any order; rows must not.
fn in_order(
    chunks: &Receiver<(usize, Chunk)>,
    progress: &Progress,
    take: &mut impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, chunk) in chunks {
        early.insert(number, chunk);
        while let Some(chunk) = early.remove(&next) {
            next += 1;
            progress.add_rows((chunk.rows() + chunk.rejects.len()) as u64);
            take(chunk)?;
        }
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled);
        }
    }
    Ok(())
}
