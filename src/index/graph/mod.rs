//! The HNSW graph over the passage vectors: hnsw_rs builds it, and it is searched where it lies on disk.
//!
//! * `graph.links` ([`links`]) holds the links alone, so that it stays as it is when passages move or go;
//! * `graph.points` says what each point is (u32, little-endian): the row of a passage or, from the number of passages on,
//!   a passage that has gone, counted from there;
//! * `graph.gone.f32` holds the vectors of passages that have gone, by which their points still lead searches on;
//! * `graph.strays` lists the rows (u32) that no way through the graph leads to: those of new passages, and the few that
//!   hnsw_rs's pruning cuts off. A search compares them one by one.

mod build;
mod links;
mod search;

use std::path::Path;

use memmap2::Mmap;

use super::IndexError;
use super::disk::Disk;
use super::rowset::RowSet;
use super::vectors::{RowWriter, Rows, map_file};
use links::{Layout, Links};
pub use search::scan;
use search::{Near, Nearest, scan_into, search};

const LINKS_FILE: &str = "graph.links";
const POINTS_FILE: &str = "graph.points";
const GONE_FILE: &str = "graph.gone.f32";
const STRAYS_FILE: &str = "graph.strays";

/// What the graph consists of.
pub const GRAPH_FILES: [&str; 4] = [LINKS_FILE, POINTS_FILE, GONE_FILE, STRAYS_FILE];

/// The share of points that have gone from which the graph is built anew: they make ways longer.
const MOST_GONE: f64 = 0.2;
/// New passages that are compared one by one, at most: as a share of the points, and in all.
const MOST_LOOSE_SHARE: f64 = 0.1;
const MOST_LOOSE: usize = 20_000;
/// So few cost a search next to nothing, however small the graph.
const FEW_LOOSE: usize = 1000;

/// How wide the beam of a search is, at least and by what is asked for: measured at a million passages
/// (`benches/runs/search.md`).
const BEAM: usize = 256;
const BEAM_PER_RESULT: usize = 6;
/// A beam over wanted points alone reaches the farther the fewer these are, and may be narrower.
const NARROWEST: usize = 64;

/// The graph of a generation. Its vectors are the passages' own.
pub struct Graph {
    map: Option<Mmap>,
    layout: Layout,
    /// What each point is: a row or, from `passages` on, one that has gone.
    slots: Vec<u32>,
    gone: Rows,
    strays: Vec<usize>,
    passages: usize,
}

/// An old graph's points in a new generation: their rows there, or that they have gone.
pub struct Kept(Vec<Option<u32>>);

impl Graph {
    /// Opens the graph in `dir` over `passages` rows of `row_bytes` bytes.
    pub fn open(dir: &Path, passages: usize, row_bytes: usize) -> Result<Self, IndexError> {
        let (map, layout) = open_links(dir)?;
        let slots = read_numbers(&dir.join(POINTS_FILE))?;
        let strays: Vec<usize> = read_numbers(&dir.join(STRAYS_FILE))?.into_iter().map(|row| row as usize).collect();
        let gone = slots.iter().filter(|slot| **slot as usize >= passages).count();
        let path = dir.join(POINTS_FILE);
        if slots.len() != layout.links(bytes(&map)).points() {
            return Err(IndexError::damaged(&path, "it has not as many points as the graph"));
        }
        if slots.iter().any(|slot| *slot as usize >= passages + gone) || strays.iter().any(|row| *row >= passages) {
            return Err(IndexError::damaged(&path, "a point or a stray is no passage"));
        }
        let gone = Rows::open(&dir.join(GONE_FILE), gone, row_bytes)?;
        Ok(Self { map, layout, slots, gone, strays, passages })
    }

    /// Builds the graph of all `vectors` anew, and writes it to `dir`.
    pub fn build(disk: &Disk, dir: &Path, vectors: &Rows, passages: usize) -> Result<(), IndexError> {
        let mut file = RowWriter::create(disk, &dir.join(LINKS_FILE))?;
        build::build(passages, |row| vectors.floats(row).unwrap_or_default()).write(&mut file)?;
        file.finish()?;
        let slots: Vec<u32> = (0..passages).filter_map(|row| u32::try_from(row).ok()).collect();
        write_points(disk, dir, &slots, std::iter::empty(), passages)
    }

    /// Takes over the whole graph in `from`.
    pub fn take_over(disk: &Disk, from: &Path, dir: &Path) -> Result<(), IndexError> {
        GRAPH_FILES.iter().try_for_each(|file| {
            let new = dir.join(file);
            disk.link(&from.join(file), &new).map_err(IndexError::io(&new))
        })
    }

    /// The points of this graph for rows that have `moved`, in a generation of `count` passages. `None` where too much has
    /// gone or is new: then it is built anew.
    pub fn kept(&self, moved: impl Fn(usize) -> Option<usize>, count: usize) -> Option<Kept> {
        let row = |slot: u32| Some(slot as usize).filter(|row| *row < self.passages).and_then(&moved);
        let rows: Vec<Option<u32>> =
            self.slots.iter().map(|slot| row(*slot).and_then(|row| u32::try_from(row).ok())).collect();
        let points = rows.len();
        let live = rows.iter().flatten().count();
        let loose = count.saturating_sub(live);
        let few = FEW_LOOSE.max(MOST_LOOSE.min((MOST_LOOSE_SHARE * points as f64) as usize));
        (((points - live) as f64) <= MOST_GONE * points as f64 && loose <= few).then_some(Kept(rows))
    }

    /// Writes this graph, whose files lie in `from` and whose vectors are `vectors`, to `dir` for `passages` rows, with its
    /// points as `kept`.
    pub fn carry_over(
        &self,
        disk: &Disk,
        (from, vectors): (&Path, &Rows),
        (dir, passages): (&Path, usize),
        Kept(kept): &Kept,
    ) -> Result<(), IndexError> {
        let (old, new) = (from.join(LINKS_FILE), dir.join(LINKS_FILE));
        disk.link(&old, &new).map_err(IndexError::io(&new))?;
        let mut gone = (0..).map(|n| u32::try_from(passages + n).unwrap_or(u32::MAX));
        let slots: Vec<u32> = kept.iter().filter_map(|row| row.or_else(|| gone.next())).collect();
        let rows = kept.iter().enumerate().filter(|(_, row)| row.is_none());
        write_points(disk, dir, &slots, rows.filter_map(|(point, _)| self.vector(vectors, point)), passages)
    }

    fn links(&self) -> Links<'_> {
        self.layout.links(bytes(&self.map))
    }

    /// The row of a point whose passage is there.
    fn row(&self, point: usize) -> Option<usize> {
        self.slots.get(point).map(|slot| *slot as usize).filter(|row| *row < self.passages)
    }

    /// The vector of a point, its passage be there or not.
    fn vector<'a>(&'a self, vectors: &'a Rows, point: usize) -> Option<&'a [u8]> {
        let slot = *self.slots.get(point)? as usize;
        if slot < self.passages { vectors.get(slot) } else { self.gone.get(slot - self.passages) }
    }

    /// The `limit` rows nearest to `query` among those `wanted`, with their cosine, best first. Their vectors are
    /// `vectors`.
    pub fn search(&self, vectors: &Rows, query: &[f32], limit: usize, wanted: Option<&RowSet>) -> Vec<(usize, f32)> {
        let is_wanted = |row: usize| wanted.is_none_or(|wanted| wanted.contains(row));
        let share = wanted.map_or(1.0, |wanted| wanted.len() as f64 / self.passages.max(1) as f64);
        let beam = (share * BEAM.max(BEAM_PER_RESULT * limit) as f64) as usize;
        let beam = beam.max(limit).max(NARROWEST);
        let points = search(
            &self.links(),
            |point| self.vector(vectors, point),
            query,
            beam,
            |point| self.row(point).is_some_and(is_wanted),
        );
        let mut found = Nearest::new(limit);
        for near in points {
            self.row(near.point).into_iter().for_each(|row| found.add(Near { point: row, ..near }));
        }
        scan_into(&mut found, vectors, query, self.strays.iter().copied().filter(|row| is_wanted(*row)));
        found.sorted().into_iter().map(|near| (near.point, near.cosine)).collect()
    }

    /// How many points there are, those of passages that have gone among them.
    pub fn points(&self) -> usize {
        self.slots.len()
    }

    /// Rows that a search compares one by one.
    pub fn strays(&self) -> &[usize] {
        &self.strays
    }

    /// What is wrong with the graph: numbers that lead outside, rows that are points twice, rows that no search reaches.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        if let Some(reason) = self.links().fault() {
            return Some((LINKS_FILE, reason));
        }
        let points = || (0..self.slots.len()).filter_map(|point| self.row(point));
        if points().collect::<RowSet>().len() != points().count() {
            return Some((POINTS_FILE, "a passage is a point of it twice".to_owned()));
        }
        let lost = lost(&self.links(), &self.slots, self.passages);
        if lost == self.strays {
            return None;
        }
        let unreached = lost.iter().find(|row| self.strays.binary_search(row).is_err());
        let reason = unreached.map_or_else(
            || "a passage that searches reach is compared besides".to_owned(),
            |row| format!("no search reaches passage {row}"),
        );
        Some((STRAYS_FILE, reason))
    }
}

/// Reads `bytes` as a file of links and searches them as they are, over one vector: what can be checked of any bytes is
/// that this ends. Returns what is wrong with them, if that is known.
pub fn probe(bytes: &[u8], vector: &[u8], query: &[f32]) -> Option<String> {
    let layout = match Layout::read(bytes) {
        Ok(layout) => layout,
        Err(reason) => return Some(reason),
    };
    let links = layout.links(bytes);
    links.reached();
    let found = search(&links, |_| Some(vector), query, NARROWEST, |point| point % 2 == 0);
    let fault = links.fault();
    fault.or_else(|| found.iter().any(|near| near.point >= links.points()).then(|| "a point is none".to_owned()))
}

/// Writes what the points of the links in `dir` are, and which rows they do not lead to.
fn write_points<'a>(
    disk: &Disk,
    dir: &Path,
    slots: &[u32],
    gone: impl Iterator<Item = &'a [u8]>,
    passages: usize,
) -> Result<(), IndexError> {
    let (map, layout) = open_links(dir)?;
    let strays = lost(&layout.links(bytes(&map)), slots, passages);
    write_numbers(disk, &dir.join(POINTS_FILE), slots.iter().copied())?;
    write_numbers(disk, &dir.join(STRAYS_FILE), strays.into_iter().filter_map(|row| u32::try_from(row).ok()))?;
    let mut file = RowWriter::create(disk, &dir.join(GONE_FILE))?;
    for row in gone {
        file.write_raw(row)?;
    }
    file.finish()
}

/// The rows, ascending, that no way on the ground leads to from where searches begin.
fn lost(links: &Links, slots: &[u32], passages: usize) -> Vec<usize> {
    let mut lost = vec![true; passages];
    for (slot, _) in slots.iter().zip(links.reached()).filter(|(_, reached)| *reached) {
        if let Some(lost) = lost.get_mut(*slot as usize) {
            *lost = false;
        }
    }
    (0..passages).filter(|row| lost[*row]).collect()
}

fn open_links(dir: &Path) -> Result<(Option<Mmap>, Layout), IndexError> {
    let path = dir.join(LINKS_FILE);
    let map = map_file(&path)?;
    let layout = Layout::read(bytes(&map)).map_err(|reason| IndexError::damaged(&path, reason))?;
    Ok((map, layout))
}

fn bytes(map: &Option<Mmap>) -> &[u8] {
    map.as_deref().unwrap_or_default()
}

fn write_numbers(disk: &Disk, path: &Path, numbers: impl Iterator<Item = u32>) -> Result<(), IndexError> {
    let mut file = RowWriter::create(disk, path)?;
    for number in numbers {
        file.write_raw(&number.to_le_bytes())?;
    }
    file.finish()
}

fn read_numbers(path: &Path) -> Result<Vec<u32>, IndexError> {
    let bytes = std::fs::read(path).map_err(IndexError::io(path))?;
    Ok(bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)).collect())
}

#[cfg(test)]
mod tests;
