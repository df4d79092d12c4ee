//! The building of the graph, which hnsw_rs does in memory, on all cores.

use hnsw_rs::anndists::dist::Distance;
use hnsw_rs::hnsw::Hnsw;

use super::super::dot::dot;
use super::links::{Lists, MOST_LEVELS};

/// Neighbours of a point on the upper levels (twice as many on the ground level): the M of Malkov & Yashunin 2018.
pub const NEIGHBOURS: usize = 24;
/// Candidates looked at while a point is inserted.
pub const EF_CONSTRUCTION: usize = 100;
/// Vectors handed to it at once.
const STEP: usize = 4096;

/// 1 − cosine of unit vectors, never below zero: hnsw_rs asserts that, and rounding would break it.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnitCosine;

impl Distance<f32> for UnitCosine {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

/// The graph of `count` vectors, of which `vector` gives each by number; their numbers are those of its points.
pub fn build(count: usize, vector: impl Fn(usize) -> Vec<f32>) -> Lists {
    flatten(&hnsw(count, vector), count)
}

/// The graph as hnsw_rs holds it.
pub fn hnsw(count: usize, vector: impl Fn(usize) -> Vec<f32>) -> Hnsw<'static, f32, UnitCosine> {
    let hnsw = Hnsw::new(NEIGHBOURS, count.max(1), MOST_LEVELS, EF_CONSTRUCTION, UnitCosine);
    for start in (0..count).step_by(STEP) {
        let step: Vec<(usize, Vec<f32>)> = (start..(start + STEP).min(count)).map(|i| (i, vector(i))).collect();
        hnsw.parallel_insert_slice(&step.iter().map(|(i, vector)| (vector.as_slice(), *i)).collect());
    }
    hnsw
}

/// What hnsw_rs linked, as lists by number.
pub fn flatten(hnsw: &Hnsw<'static, f32, UnitCosine>, count: usize) -> Lists {
    let mut ground = vec![Vec::new(); count];
    let mut levels: Vec<Vec<(u32, Vec<u32>)>> = Vec::new();
    // hnsw_rs begins at the first point that came to the highest level, and lists points in the order of their coming.
    let mut entry: Option<(usize, u32)> = None;
    // hnsw_rs panics where it is asked for the points of an empty graph.
    let points = (count > 0).then(|| hnsw.get_point_indexation().into_iter());
    for point in points.into_iter().flatten() {
        let (number, top) = (point.get_origin_id(), usize::from(point.get_point_id().0));
        let lists = point.get_neighborhood_id();
        let list = |level: usize| {
            let list = lists.get(level).into_iter().flatten();
            list.filter_map(|neighbour| u32::try_from(neighbour.get_origin_id()).ok()).collect::<Vec<u32>>()
        };
        if let (Some(ground), Ok(number)) = (ground.get_mut(number), u32::try_from(number)) {
            *ground = list(0);
            if entry.is_none_or(|(highest, _)| top > highest) {
                entry = Some((top, number));
            }
            levels.resize(levels.len().max(top), Vec::new());
            (1..=top).for_each(|level| levels[level - 1].push((number, list(level))));
        }
    }
    levels.iter_mut().for_each(|level| level.sort_unstable_by_key(|(number, _)| *number));
    let entry = entry.map_or(0, |(_, number)| number);
    Lists { ground_links: 2 * NEIGHBOURS, level_links: NEIGHBOURS, ground, levels, entry }
}
