//! What is measured of an index: opening, memory, and the two searches.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use memmap2::Mmap;
use rayon::prelude::*;
use zhice::index::{Index, RowSet, dot};
use zhice::question::Question;
use zhice::retrieve::{Selection, candidates};

use super::Any;
use super::corpus::{DIMENSIONS, PER_DOCUMENT};

/// Per cent of the documents that a filter lets through; all of them is no filter.
const SHARES: [usize; 4] = [100, 50, 10, 1];
/// Recall is counted over so many.
const NEAREST: usize = 10;
/// What zhice asks of each of the two searches.
const DEPTH: usize = 100;
/// Questions of the hybrid search.
const QUESTIONS: usize = 200;

/// The rows of a vector file, looked at where they lie.
fn rows(bytes: &[u8]) -> impl IndexedParallelIterator<Item = Vec<f32>> {
    let floats = |row: &[u8]| row.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    bytes.par_chunks_exact(4 * DIMENSIONS).map(floats)
}

fn is_wanted(row: usize, share: usize) -> bool {
    (row / PER_DOCUMENT).wrapping_mul(0x9E37_79B9) % 1009 * 100 < share * 1009
}

fn wanted(size: usize, share: usize) -> RowSet {
    (0..size).filter(|row| is_wanted(*row, share)).collect()
}

/// Finds the nearest of every query among the passages of every filter, and writes their rows to `nearest.u32`.
pub fn write_truth(folder: &Path, size: usize) -> Any<()> {
    // SAFETY: nobody changes the files while this runs.
    let map = |name: &str| unsafe { Mmap::map(&File::open(folder.join(name))?) };
    let (vectors, queries) = (map("vectors.f32")?, map("queries.f32")?);
    let filters: Vec<RowSet> = SHARES.iter().map(|share| wanted(size, *share)).collect();
    let nearest: Vec<Vec<u32>> = rows(&queries)
        .map(|query| {
            let mut best: Vec<Vec<(f32, u32)>> = vec![vec![(f32::NEG_INFINITY, u32::MAX)]; SHARES.len()];
            let mut row = vec![0f32; DIMENSIONS];
            for (number, bytes) in vectors.chunks_exact(4 * DIMENSIONS).enumerate() {
                row.iter_mut().zip(bytes.as_chunks().0).for_each(|(x, b)| *x = f32::from_le_bytes(*b));
                let cosine = dot(&query, &row);
                for (best, filter) in best.iter_mut().zip(&filters) {
                    if (best.len() < NEAREST || cosine > best[NEAREST - 1].0) && filter.contains(number) {
                        best.insert(best.partition_point(|other| other.0 >= cosine), (cosine, number as u32));
                        best.truncate(NEAREST);
                    }
                }
            }
            best.into_iter().flat_map(|best| best.into_iter().map(|(_, row)| row)).collect()
        })
        .collect();
    let bytes: Vec<u8> = nearest.iter().flatten().flat_map(|row| row.to_le_bytes()).collect();
    Ok(fs::write(folder.join("nearest.u32"), bytes)?)
}

/// Times by the clock and by what the thread computed, which other processes do not lengthen.
#[derive(Default)]
struct Times {
    clock: Vec<f64>,
    computing: Vec<f64>,
}

impl Times {
    fn of<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (clock, computing) = (Instant::now(), thread_seconds());
        let done = work();
        self.computing.push(1e3 * (thread_seconds() - computing));
        self.clock.push(1e3 * clock.elapsed().as_secs_f64());
        done
    }

    fn told(mut self) -> String {
        let part = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            (times[times.len() / 2], times[times.len() * 99 / 100])
        };
        let ((p50, p99), (c50, c99)) = (part(&mut self.clock), part(&mut self.computing));
        format!("p50 {p50:.2} ms, p99 {p99:.2} ms (computing {c50:.2}, {c99:.2})")
    }
}

/// Measures the index in `folder`, in a process that does nothing else.
pub fn measure(folder: &Path) -> Any<()> {
    rayon::ThreadPoolBuilder::new().build_global()?;
    let queries = fs::read(folder.join("queries.f32"))?;
    let queries: Vec<Vec<f32>> = rows(&queries).collect();
    let truth: Vec<u32> =
        fs::read(folder.join("nearest.u32"))?.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    let truth = |query: usize, share: usize| &truth[(query * SHARES.len() + share) * NEAREST..][..NEAREST];
    let dir = folder.join("index");

    let before = resident();
    let (begin, computed) = (Instant::now(), cpu_seconds());
    let index = Index::open(&dir)?;
    let (opened, computed) = (begin.elapsed().as_secs_f64(), cpu_seconds() - computed);
    index.nearest(&queries[0], DEPTH, None)?;
    let graph = begin.elapsed().as_secs_f64() - opened;
    println!("  opened in {opened:.2} s, the graph in {graph:.2} s more (computing {computed:.2} on all cores)");
    let size = index.manifest().passages;
    sizes(&index);

    for (at, &share) in SHARES.iter().enumerate() {
        let filter = (share < 100).then(|| wanted(size, share));
        let (mut times, mut hits, mut all) = (Times::default(), 0, 0);
        for (number, query) in queries.iter().enumerate() {
            let found = times.of(|| index.nearest(query, DEPTH, filter.as_ref()))?;
            let found: HashSet<u32> = found.iter().take(NEAREST).map(|(row, _)| *row as u32).collect();
            let nearest = truth(number, at).iter().filter(|row| **row != u32::MAX);
            all += nearest.clone().count();
            hits += nearest.filter(|row| found.contains(row)).count();
        }
        let recall = hits as f64 / all as f64;
        println!("  dense, {share:3} %: recall@{NEAREST} {recall:.4}, {}", times.told());
    }
    let (vectors, now) = ((4 * DIMENSIONS * size) as f64, resident());
    let more = now.saturating_sub(before) as f64;
    println!("  resident {:.0} MB, {:.2} of the vectors", more / 1e6, more / vectors);

    let begin = Instant::now();
    index.terms()?;
    println!("  the full text opened in {:.2} s", begin.elapsed().as_secs_f64());
    let questions = fs::read_to_string(folder.join("questions.txt"))?;
    let questions: Vec<Question> = questions.lines().take(QUESTIONS).map(Question::parse).collect::<Result<_, _>>()?;
    for share in SHARES {
        let filter = wanted(size, share);
        let selection = Selection { documents: filter.len() / PER_DOCUMENT, rows: Arc::new(filter) };
        let selection = (share < 100).then_some(&selection);
        let mut times = Times::default();
        for (question, query) in questions.iter().zip(&queries) {
            times.of(|| candidates(&index, question, query, selection))?;
        }
        println!("  hybrid, {share:3} %: {}", times.told());
    }
    println!("  resident {:.0} MB with the full text", resident().saturating_sub(before) as f64 / 1e6);
    Ok(())
}

/// What the files of the index take.
fn sizes(index: &Index) {
    let files = &index.manifest().files;
    let of =
        |part: &str| files.iter().filter(|(name, _)| name.starts_with(part)).map(|(_, file)| file.bytes).sum::<u64>();
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "  files {:.0} MB: vectors {:.0}, graph {:.0}, sentences {:.0}, full text {:.0}, texts {:.0}",
        megabytes(of("")),
        megabytes(of("vectors")),
        megabytes(of("graph")),
        megabytes(of("sentences")),
        megabytes(of("terms")),
        megabytes(of("texts") + of("passages")),
    );
}

/// Bytes of this process that are in memory, mapped files among them; 0 where the system does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kilobytes| kilobytes << 10)
}

/// Seconds that all threads of this process have computed.
pub fn cpu_seconds() -> f64 {
    clock(2)
}

/// Seconds that this thread has computed.
fn thread_seconds() -> f64 {
    clock(3)
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn clock(id: i32) -> f64 {
    unsafe extern "C" {
        fn clock_gettime(id: i32, time: *mut [i64; 2]) -> i32;
    }
    let mut time = [0; 2];
    // SAFETY: the time of a clock is two numbers of 64 bits on these systems.
    unsafe { clock_gettime(id, &mut time) };
    time[0] as f64 + 1e-9 * time[1] as f64
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn clock(_id: i32) -> f64 {
    f64::NAN
}
