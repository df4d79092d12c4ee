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
use super::rowset::RowSet;

/// Neighbours of a point on the upper levels (twice as many on the ground level): the M of Malkov & Yashunin 2018.
const NEIGHBOURS: usize = 24;
/// Candidates looked at while a point is inserted.
const EF_CONSTRUCTION: usize = 200;
/// hnsw_rs's upper bound.
const MAX_LAYERS: usize = 16;
const BASENAME: &str = "graph";

/// The files that [`Graph::dump`] writes.
pub const GRAPH_FILES: [&str; 2] = ["graph.hnsw.graph", "graph.hnsw.data"];

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
}

/// A graph that vectors are put into.
pub struct GraphBuilder {
    hnsw: Hnsw<'static, f32, UnitCosine>,
}

impl GraphBuilder {
    /// A graph for `count` vectors.
    pub fn new(count: usize) -> Self {
        Self { hnsw: Hnsw::new(NEIGHBOURS, count.max(1), MAX_LAYERS, EF_CONSTRUCTION, UnitCosine) }
    }

    /// Inserts vectors with their rows, on all cores.
    pub fn insert(&self, vectors: impl Iterator<Item = (usize, Vec<f32>)>) {
        let vectors: Vec<(usize, Vec<f32>)> = vectors.collect();
        let rows: Vec<(&[f32], usize)> = vectors.iter().map(|(row, vector)| (vector.as_slice(), *row)).collect();
        self.hnsw.parallel_insert_slice(&rows);
    }

    pub fn finish(self) -> Graph {
        Graph { hnsw: self.hnsw }
    }
}

impl Graph {
    /// Writes [`GRAPH_FILES`] to `dir`.
    pub fn dump(&self, dir: &Path) -> Result<(), IndexError> {
        let written = self.hnsw.file_dump(dir, BASENAME);
        written.map(drop).map_err(|e| IndexError::io(&dir.join(GRAPH_FILES[0]))(std::io::Error::other(e.to_string())))
    }

    /// Loads what [`Graph::dump`] wrote.
    pub fn load(dir: &Path) -> Result<Self, IndexError> {
        // The loaded graph borrows its reader where vectors are mapped, and hnsw_rs ties the two lifetimes always. An
        // index is open for as long as the process, so the few bytes of the reader are given up to it.
        let reader: &'static mut HnswIo = Box::leak(Box::new(HnswIo::new(dir, BASENAME)));
        let hnsw = reader.load_hnsw().map_err(|e| IndexError::damaged(&dir.join(GRAPH_FILES[0]), e))?;
        Ok(Self { hnsw })
    }

    /// The `limit` nearest rows among `wanted`, best first, with their cosine.
    pub fn search(&self, query: &[f32], limit: usize, wanted: Option<&RowSet>) -> Vec<(usize, f32)> {
        if self.hnsw.get_nb_point() == 0 {
            return Vec::new();
        }
        let contains = |row: &usize| wanted.is_none_or(|wanted| wanted.contains(*row));
        let filter: Option<&dyn FilterT> = if wanted.is_some() { Some(&contains) } else { None };
        // A beam of twice the answer keeps recall above 0.99 on the sizes in use.
        let found = self.hnsw.search_filter(query, limit, (2 * limit).max(128), filter);
        found.into_iter().map(|n| (n.d_id, 1.0 - n.distance)).collect()
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
        let builder = GraphBuilder::new(vectors.len());
        builder.insert(vectors.iter().cloned().enumerate());
        builder.finish()
    }

    #[test]
    fn a_dumped_graph_answers_as_the_built_one() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = vectors(300, 48);
        let built = build(&vectors);
        built.dump(dir.path()).unwrap();
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
