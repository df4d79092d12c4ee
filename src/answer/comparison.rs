//! The evidence of a comparison: that of each side, side by side.

use std::collections::HashSet;

use super::evidence::Evidence;
use super::{citation, topic};
use crate::index::{Index, IndexError};
use crate::question::Question;
use crate::region;

/// What of the evidence that was found for `side` is about its `region` and speaks of its topic.
pub fn of_side(
    index: &Index,
    region: &str,
    side: &Question,
    found: Vec<Evidence>,
) -> Result<Vec<Evidence>, IndexError> {
    of_topic(index, side, of_region(index, found, region)?)
}

/// The evidence that is about `region`; without any, what is about a division within it, under that one's own name.
fn of_region(index: &Index, evidence: Vec<Evidence>, region: &str) -> Result<Vec<Evidence>, IndexError> {
    let mut located = Vec::with_capacity(evidence.len());
    for item in evidence {
        let document = &index.documents()[index.passage(item.row)?.document];
        let quote = index.reading(document)?.get(item.best.clone()).unwrap_or_default();
        located.push(Evidence { region: citation::region_of(document, quote), ..item });
    }
    if located.iter().any(|e| e.region == Some(region)) {
        located.retain(|e| e.region == Some(region));
    } else {
        located.retain(|e| e.region.is_some_and(|own| region::is_within(own, region)));
    }
    Ok(located)
}

/// The evidence that speaks of the topic of `side`, all of it where that has no known topic.
fn of_topic(index: &Index, side: &Question, evidence: Vec<Evidence>) -> Result<Vec<Evidence>, IndexError> {
    let mut kept = Vec::with_capacity(evidence.len());
    for item in evidence {
        if topic::holds(index, side, &item)? != Some(false) {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// The first of each column, then the second of each, and so on; no quote twice.
pub fn interleave(columns: Vec<Vec<Evidence>>) -> Vec<Evidence> {
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut seen = HashSet::new();
    (0..longest)
        .flat_map(|i| columns.iter().filter_map(move |column| column.get(i)))
        .filter(|e| seen.insert((e.row, e.bytes.start)))
        .cloned()
        .collect()
}
