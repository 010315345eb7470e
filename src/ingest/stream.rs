//! A pipe between threads: one reads (and unwraps) bytes, the other consumes them as a buffered reader.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::io::{BufRead, Read, Result};

const BLOCK_BYTES: usize = 1 << 20;

/// The reading end.
pub struct PipeReader {
    blocks: Receiver<Vec<u8>>,
    block: Vec<u8>,
    at: usize,
}

/// Two ends of a pipe with room for a few blocks.
pub fn pipe() -> (Sender<Vec<u8>>, PipeReader) {
    let (sender, blocks) = bounded(4);
    (sender, PipeReader { blocks, block: Vec::new(), at: 0 })
}

/// Reads everything into the pipe, until either side ends.
pub fn pump(from: &mut (dyn Read + Send), to: Sender<Vec<u8>>) -> Result<()> {
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        Read::take(&mut *from, BLOCK_BYTES as u64).read_to_end(&mut block)?;
        if block.is_empty() || to.send(block).is_err() {
            return Ok(());
        }
    }
}

impl Read for PipeReader {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let from = self.fill_buf()?;
        let n = from.len().min(into.len());
        into[..n].copy_from_slice(&from[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for PipeReader {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.at == self.block.len() {
            self.block = self.blocks.recv().unwrap_or_default();
            self.at = 0;
        }
        Ok(&self.block[self.at..])
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.block.len());
    }
}
