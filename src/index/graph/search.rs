//! The search of an HNSW graph (Malkov & Yashunin 2018, algorithms 2 and 5): down the levels to the point nearest to the
//! query, then on the ground in a beam of the `width` nearest.
//!
//! Of a beam that only some points are wanted of, the others lead on but take no place: it ends once `width` wanted
//! points are nearer than all that is left to look at.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::super::dot::{dot_row, prefetch};
use super::super::vectors::Rows;
use super::links::Links;

/// How many vectors ahead of the one that is compared are fetched.
const AHEAD: usize = 4;

/// A point by its cosine with the query; of equal ones the lower number is the nearer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub cosine: f32,
    pub point: usize,
}

impl Eq for Near {}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cosine.total_cmp(&other.cosine).then(other.point.cmp(&self.point))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The nearest so many points, found one after the other.
pub struct Nearest {
    most: usize,
    heap: BinaryHeap<Reverse<Near>>,
}

impl Nearest {
    pub fn new(most: usize) -> Self {
        Self { most, heap: BinaryHeap::new() }
    }

    /// Whether a point of that cosine would be among them.
    pub fn takes(&self, cosine: f32) -> bool {
        self.heap.len() < self.most || self.heap.peek().is_some_and(|worst| cosine > worst.0.cosine)
    }

    pub fn add(&mut self, near: Near) {
        if self.heap.len() < self.most {
            self.heap.push(Reverse(near));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && near > worst.0
        {
            *worst = Reverse(near);
        }
    }

    /// Best first.
    pub fn sorted(self) -> Vec<Near> {
        self.heap.into_sorted_vec().into_iter().map(|near| near.0).collect()
    }
}

/// The up to `width` points nearest to `query` among those that are `wanted`, best first; `vector` gives the stored row of
/// a point.
pub fn search<'a>(
    links: &Links,
    vector: impl Fn(usize) -> Option<&'a [u8]>,
    query: &[f32],
    width: usize,
    wanted: impl Fn(usize) -> bool,
) -> Vec<Near> {
    // A point without a vector is farther than all others.
    let cosine = |point: usize| vector(point).map_or(f32::NEG_INFINITY, |row| dot_row(query, row));
    let Some(landing) = descend(links, &cosine) else { return Vec::new() };
    let mut seen = vec![0u64; links.points().div_ceil(64)];
    let mut is_new = |point: usize| {
        let (word, bit) = (&mut seen[point / 64], 1 << (point % 64));
        std::mem::replace(word, *word | bit) & bit == 0
    };
    let mut found = Nearest::new(width);
    let mut open = BinaryHeap::new();
    let first = Near { cosine: cosine(landing), point: landing };
    is_new(landing);
    open.push(first);
    if wanted(landing) {
        found.add(first);
    }
    let mut fresh = Vec::new();
    while let Some(nearest) = open.pop() {
        if !found.takes(nearest.cosine) {
            break;
        }
        fresh.clear();
        fresh.extend(links.ground(nearest.point).filter(|point| is_new(*point)).map(|point| (point, vector(point))));
        fresh.iter().take(AHEAD).filter_map(|(_, row)| *row).for_each(prefetch);
        for (i, &(point, row)) in fresh.iter().enumerate() {
            if let Some((_, Some(row))) = fresh.get(i + AHEAD) {
                prefetch(row);
            }
            let near = Near { cosine: row.map_or(f32::NEG_INFINITY, |row| dot_row(query, row)), point };
            if found.takes(near.cosine) {
                open.push(near);
                if wanted(point) {
                    found.add(near);
                }
            }
        }
    }
    found.sorted()
}

/// The `limit` nearest of `rows` of `vectors`, compared one by one, with their cosine, best first.
pub fn scan(vectors: &Rows, query: &[f32], limit: usize, rows: impl Iterator<Item = usize>) -> Vec<(usize, f32)> {
    let mut found = Nearest::new(limit);
    scan_into(&mut found, vectors, query, rows);
    found.sorted().into_iter().map(|near| (near.point, near.cosine)).collect()
}

/// Compares `rows` of `vectors` one by one, and adds the nearest to `found`.
pub fn scan_into(found: &mut Nearest, vectors: &Rows, query: &[f32], rows: impl Iterator<Item = usize>) {
    let mut compare = |(point, row): (usize, &[u8])| {
        let cosine = dot_row(query, row);
        if found.takes(cosine) {
            found.add(Near { cosine, point });
        }
    };
    let mut ahead = VecDeque::with_capacity(AHEAD + 1);
    for (number, row) in rows.filter_map(|number| Some((number, vectors.get(number)?))) {
        prefetch(row);
        ahead.push_back((number, row));
        if ahead.len() > AHEAD {
            ahead.pop_front().into_iter().for_each(&mut compare);
        }
    }
    ahead.into_iter().for_each(compare);
}

/// The point of the ground that the levels above lead to: on each one goes on to a nearer point for as long as there is
/// one.
fn descend(links: &Links, cosine: &impl Fn(usize) -> f32) -> Option<usize> {
    let mut slot = links.entry()?;
    for level in (1..=links.levels()).rev() {
        let mut best = cosine(links.below(level, slot)?.0);
        loop {
            let mut next = None;
            for other in links.level(level, slot) {
                let cosine = links.below(level, other).map_or(f32::NEG_INFINITY, |(point, _)| cosine(point));
                if cosine > best {
                    (best, next) = (cosine, Some(other));
                }
            }
            // Each step is to a nearer point, so that there is a last one.
            let Some(next) = next else { break };
            slot = next;
        }
        slot = links.below(level, slot)?.1;
    }
    Some(slot)
}
