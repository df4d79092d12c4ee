//! The HNSW graph over the passage vectors (`hnsw_rs`).
//!
//! hnsw_rs panics or ends the process on a malformed dump, so [`Graph::load`] must only be given files whose checksums
//! the caller has verified.

use std::path::Path;

use hnsw_rs::anndists::dist::Distance;
use hnsw_rs::api::AnnT;
use hnsw_rs::filter::FilterT;
use hnsw_rs::hnsw::Hnsw;
use hnsw_rs::hnswio::HnswIo;

use super::IndexError;
use super::disk::{Disk, Step};
use super::rowset::RowSet;
use super::vectors::RowWriter;

/// Neighbours of a point on the upper levels (twice as many on the ground level): the M of Malkov & Yashunin 2018.
const NEIGHBOURS: usize = 24;
/// Candidates looked at while a point is inserted.
const EF_CONSTRUCTION: usize = 200;
/// hnsw_rs's upper bound.
const MAX_LAYERS: usize = 16;
const BASENAME: &str = "graph";

/// The row of each point of the graph, little-endian u32; [`GONE`] for one whose passage was removed.
const POINTS_FILE: &str = "graph.points";
/// The rows that no search of the graph finds, likewise.
const STRAYS_FILE: &str = "graph.strays";
/// The row of a point that is no passage any more: it leads a search on, but is never found.
const GONE: u32 = u32::MAX;
/// The share of such points from which the graph is built anew.
const MOST_GONE: f64 = 0.2;

/// The files that [`Graph::dump`] writes.
pub const GRAPH_FILES: [&str; 4] = ["graph.hnsw.graph", "graph.hnsw.data", POINTS_FILE, STRAYS_FILE];

fn write_rows(disk: &Disk, path: &Path, rows: impl Iterator<Item = u32>) -> Result<(), IndexError> {
    let mut file = RowWriter::create(disk, path)?;
    for row in rows {
        file.write_raw(&row.to_le_bytes())?;
    }
    file.finish()
}

fn read_rows(path: &Path) -> Result<Vec<u32>, IndexError> {
    let bytes = std::fs::read(path).map_err(IndexError::io(path))?;
    Ok(bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

/// 1 − cosine of unit vectors, never below zero: hnsw_rs asserts that, and rounding would break it.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnitCosine;

impl Distance<f32> for UnitCosine {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

/// The dot product, in sixteen partial sums so that it is compiled to vector instructions.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    let (a_chunks, b_chunks) = (a.chunks_exact(16), b.chunks_exact(16));
    let tail: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for i in 0..16 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f32>() + tail
}

/// An HNSW graph in memory.
pub struct Graph {
    hnsw: Hnsw<'static, f32, UnitCosine>,
    /// The row of each point.
    rows: Vec<u32>,
    strays: Vec<usize>,
}

impl Graph {
    /// A graph for `count` vectors, yet without any.
    pub fn new(count: usize) -> Self {
        let hnsw = Hnsw::new(NEIGHBOURS, count.max(1), MAX_LAYERS, EF_CONSTRUCTION, UnitCosine);
        Self { hnsw, rows: Vec::with_capacity(count), strays: Vec::new() }
    }

    /// The same graph for rows that have `moved`; those that have gone stay as points that are not found. `None` where that
    /// would leave more than [`MOST_GONE`] of the points so, or fewer points than rows are new: then one is built anew.
    pub fn moved(mut self, moved: impl Fn(usize) -> Option<usize>, count: usize) -> Option<Self> {
        for row in &mut self.rows {
            let new = if *row == GONE { None } else { moved(*row as usize).and_then(|row| u32::try_from(row).ok()) };
            *row = new.unwrap_or(GONE);
        }
        let gone = self.rows.iter().filter(|row| **row == GONE).count();
        let kept = self.rows.len() - gone;
        (gone as f64 <= MOST_GONE * self.rows.len() as f64 && 2 * kept >= count).then_some(self)
    }

    /// Which of the rows up to `count` are in it, and whether one is so twice.
    pub fn known(&self, count: usize) -> (RowSet, bool) {
        let live = || self.rows.iter().filter(|row| **row != GONE).map(|row| *row as usize);
        let known: RowSet = live().filter(|row| *row < count).collect();
        let twice = known.len() != live().count();
        (known, twice)
    }

    /// Inserts vectors with their rows, on all cores.
    pub fn insert(&mut self, vectors: impl Iterator<Item = (usize, Vec<f32>)>) {
        let vectors: Vec<(usize, Vec<f32>)> = vectors.collect();
        let first = self.rows.len();
        let points: Vec<(&[f32], usize)> = (first..).zip(&vectors).map(|(i, (_, v))| (v.as_slice(), i)).collect();
        self.hnsw.parallel_insert_slice(&points);
        self.rows.extend(vectors.iter().map(|(row, _)| u32::try_from(*row).unwrap_or(GONE)));
    }

    /// Writes [`GRAPH_FILES`] to `dir`.
    pub fn dump(&self, disk: &Disk, dir: &Path) -> Result<(), IndexError> {
        let path = dir.join(GRAPH_FILES[0]);
        disk.before(Step::Write, &path).map_err(IndexError::io(&path))?;
        let written = self.hnsw.file_dump(dir, BASENAME);
        written.map_err(|e| IndexError::io(&path)(std::io::Error::other(e.to_string())))?;
        let (_, strays) = self.unreachable();
        write_rows(disk, &dir.join(POINTS_FILE), self.rows.iter().copied())?;
        write_rows(disk, &dir.join(STRAYS_FILE), strays.into_iter().filter_map(|row| u32::try_from(row).ok()))?;
        for name in &GRAPH_FILES[..2] {
            let path = dir.join(name);
            disk.sync(&path).map_err(IndexError::io(&path))?;
        }
        Ok(())
    }

    /// Loads what [`Graph::dump`] wrote.
    pub fn load(dir: &Path) -> Result<Self, IndexError> {
        let rows = read_rows(&dir.join(POINTS_FILE))?;
        let strays = read_rows(&dir.join(STRAYS_FILE))?.into_iter().map(|row| row as usize).collect();
        // The loaded graph borrows its reader where vectors are mapped, and hnsw_rs ties the two lifetimes always. An
        // index is open for as long as the process, so the few bytes of the reader are given up to it.
        let reader: &'static mut HnswIo = Box::leak(Box::new(HnswIo::new(dir, BASENAME)));
        let hnsw = reader.load_hnsw().map_err(|e| IndexError::damaged(&dir.join(GRAPH_FILES[0]), e))?;
        Ok(Self { hnsw, rows, strays })
    }

    /// The `limit` nearest rows among `wanted`, best first, with their cosine.
    pub fn search(&self, query: &[f32], limit: usize, wanted: Option<&RowSet>) -> Vec<(usize, f32)> {
        if self.hnsw.get_nb_point() == 0 {
            return Vec::new();
        }
        let row = |point: usize| self.rows.get(point).copied().filter(|row| *row != GONE).map(|row| row as usize);
        let lets_through =
            |point: &usize| row(*point).is_some_and(|row| wanted.is_none_or(|wanted| wanted.contains(row)));
        let is_whole = wanted.is_none() && !self.rows.contains(&GONE);
        let filter: Option<&dyn FilterT> = if is_whole { None } else { Some(&lets_through) };
        // A beam of twice the answer keeps recall above 0.99 on the sizes in use.
        let found = self.hnsw.search_filter(query, limit, (2 * limit).max(128), filter);
        found.into_iter().filter_map(|n| Some((row(n.d_id)?, 1.0 - n.distance))).collect()
    }

    /// Rows that no search finds, ascending: no way leads to their points from the one where searches begin. Pruning cuts
    /// a few points off in every large graph.
    pub fn strays(&self) -> &[usize] {
        &self.strays
    }

    /// How many points there are, and the rows of those that no way on the ground level leads to from where searches begin.
    pub fn unreachable(&self) -> (usize, Vec<usize>) {
        let mut links: Vec<Vec<u32>> = vec![Vec::new(); self.rows.len()];
        let mut top: Option<(u8, usize)> = None;
        for point in self.hnsw.get_point_indexation() {
            let (level, id) = (point.get_point_id().0, point.get_origin_id());
            if top.is_none_or(|(highest, _)| level > highest) {
                top = Some((level, id));
            }
            if let Some(links) = links.get_mut(id) {
                // The ground level, where every search ends.
                let neighbours = point.get_neighborhood_id().into_iter().next().unwrap_or_default();
                links.extend(neighbours.iter().filter_map(|neighbour| u32::try_from(neighbour.d_id).ok()));
            }
        }
        let mut reached = vec![false; self.rows.len()];
        let mut open: Vec<usize> = top.map(|(_, point)| point).into_iter().collect();
        while let Some(point) = open.pop() {
            if reached.get_mut(point).is_some_and(|reached| !std::mem::replace(reached, true)) {
                open.extend(links[point].iter().map(|next| *next as usize));
            }
        }
        let lost = self.rows.iter().zip(&reached).filter(|(row, reached)| !**reached && **row != GONE);
        let mut lost: Vec<usize> = lost.map(|(row, _)| *row as usize).collect();
        lost.sort_unstable();
        (self.rows.len(), lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit vectors from a small deterministic generator.
    fn vectors(count: usize, dimensions: usize) -> Vec<Vec<f32>> {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f32 / (1u64 << 31) as f32 - 0.5
        };
        (0..count)
            .map(|_| {
                let v: Vec<f32> = (0..dimensions).map(|_| next()).collect();
                let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
                v.into_iter().map(|x| x / norm).collect()
            })
            .collect()
    }

    fn build(vectors: &[Vec<f32>]) -> Graph {
        let mut graph = Graph::new(vectors.len());
        graph.insert(vectors.iter().cloned().enumerate());
        graph
    }

    #[test]
    fn a_dumped_graph_answers_as_the_built_one() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = vectors(300, 48);
        let built = build(&vectors);
        built.dump(&Disk::default(), dir.path()).unwrap();
        let loaded = Graph::load(dir.path()).unwrap();
        for query in vectors.iter().step_by(17) {
            assert_eq!(built.search(query, 10, None), loaded.search(query, 10, None));
        }
    }

    #[test]
    fn search_finds_the_exact_nearest_neighbours_of_a_small_set() {
        let vectors = vectors(500, 32);
        let graph = build(&vectors);
        let mut hits = 0;
        for query in vectors.iter().step_by(10) {
            let mut exact: Vec<usize> = (0..vectors.len()).collect();
            exact.sort_by(|&a, &b| dot(query, &vectors[b]).total_cmp(&dot(query, &vectors[a])));
            let found = graph.search(query, 10, None);
            hits += found.iter().filter(|(row, _)| exact[..10].contains(row)).count();
        }
        assert!(hits >= 495, "{hits} of 500");
    }

    #[test]
    fn rows_that_move_are_found_where_they_are_and_those_that_go_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = vectors(300, 32);
        build(&vectors[..290]).dump(&Disk::default(), dir.path()).unwrap();
        // Every tenth of the first rows goes; ten new ones stand before all others.
        let moved = |row: usize| (!row.is_multiple_of(10)).then_some(row + 10);
        let mut graph = Graph::load(dir.path()).unwrap().moved(moved, 300).unwrap();
        let (known, twice) = graph.known(300);
        assert_eq!((known.len(), twice), (261, false));
        graph.insert((0..10).map(|row| (row, vectors[290 + row].clone())));
        for (row, vector) in vectors[..290].iter().enumerate() {
            let found = graph.search(vector, 1, None)[0].0;
            assert_eq!(found == row + 10, !row.is_multiple_of(10), "{row}");
        }
        (0..10).for_each(|row| assert_eq!(graph.search(&vectors[290 + row], 1, None)[0].0, row));
        assert_eq!(graph.unreachable(), (300, Vec::new()));
    }

    #[test]
    fn a_graph_of_which_much_has_gone_is_not_kept() {
        let vectors = vectors(100, 16);
        assert!(build(&vectors).moved(|row| (!row.is_multiple_of(4)).then_some(row), 100).is_none());
        assert!(build(&vectors).moved(Some, 300).is_none());
        assert!(build(&vectors).moved(Some, 150).is_some());
    }

    #[test]
    fn an_empty_graph_finds_nothing() {
        assert!(build(&[]).search(&[1.0], 5, None).is_empty());
    }

    #[test]
    fn equal_vectors_have_distance_zero_in_spite_of_rounding() {
        for v in vectors(50, 384) {
            assert!(UnitCosine.eval(&v, &v) >= 0.0);
        }
    }
}
