//! The links between the points of the graph, as they lie on disk.
//!
//! `graph.links` is little-endian u32 throughout:
//!
//! ```text
//! header    32 words: magic (2), version, points, links of a point on the ground, links of a point above it, levels above
//!           the ground, where searches begin (a slot of the highest level), how many points the levels have, lowest first
//! ground    a list a point
//! levels    a level after the other, lowest first: a slot a point, which holds the point's number, its slot on the level
//!           below (on the lowest, its number again) and its list of slots of the same level
//! ```
//!
//! A list has a fixed length and ends before it at the first [`NONE`]. So the place of everything follows from the header,
//! which is checked when it is read; numbers in lists are checked when they are used. Nothing that a damaged file says can
//! lead outside of it.

use super::super::IndexError;
use super::super::vectors::RowWriter;

/// Ends a list that is not full.
pub const NONE: u32 = u32::MAX;
/// hnsw_rs's upper bound of levels, that of the ground among them.
pub const MOST_LEVELS: usize = 16;

const MAGIC: [u8; 8] = *b"zhgraph\n";
const VERSION: u32 = 1;
const HEADER_WORDS: usize = 32;
/// Words of a slot before its list.
const SLOT_HEAD: usize = 2;
/// More links of a point than any graph has: what claims to have more is damaged.
const MOST_LINKS: usize = 1 << 10;

/// Where everything lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    points: usize,
    ground_links: usize,
    level_links: usize,
    /// How many points each level above the ground has, lowest first.
    levels: Vec<usize>,
    entry: usize,
}

/// The links, read where they lie.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    bytes: &'a [u8],
    layout: &'a Layout,
}

/// Links in memory, to be written: `ground` holds the list of each point, `levels` the points of each level above with
/// theirs, by number.
pub struct Lists {
    pub ground_links: usize,
    pub level_links: usize,
    pub ground: Vec<Vec<u32>>,
    pub levels: Vec<Vec<(u32, Vec<u32>)>>,
    /// The point where searches begin, one of the highest level.
    pub entry: u32,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(4 * at..)?.first_chunk()?))
}

/// The `len` words from `start` on.
fn words(bytes: &[u8], start: usize, len: usize) -> impl Iterator<Item = u32> {
    let bytes = bytes.get(4 * start..4 * (start + len)).unwrap_or_default();
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word))
}

/// The numbers of a list up to its end.
fn list(bytes: &[u8], start: usize, len: usize) -> impl Iterator<Item = usize> {
    words(bytes, start, len).take_while(|number| *number != NONE).map(|number| number as usize)
}

/// Whether a list holds numbers below `limit`, and behind its end no more.
fn is_sound(bytes: &[u8], start: usize, len: usize, limit: usize) -> bool {
    list(bytes, start, len).all(|number| number < limit)
        && words(bytes, start, len).skip_while(|number| *number != NONE).all(|number| number == NONE)
}

impl Layout {
    /// Reads the header of `bytes`, a whole file of links, and checks that the file is as long as it says.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let word = |at: usize| word(bytes, at).map(|word| word as usize).ok_or("it has no header");
        if !bytes.starts_with(&MAGIC) || word(2)? != VERSION as usize {
            return Err("it is no graph of this version".to_owned());
        }
        let (points, ground_links, level_links, levels) = (word(3)?, word(4)?, word(5)?, word(6)?);
        // Without a link each, points would take no room in the file, and any number of them could be claimed.
        let links = 1..=MOST_LINKS;
        if levels >= MOST_LEVELS || !links.contains(&ground_links) || !links.contains(&level_links) {
            return Err(format!("it has {levels} levels of {ground_links} and {level_links} links"));
        }
        let levels = (0..levels).map(|level| word(8 + level)).collect::<Result<Vec<_>, _>>()?;
        let layout = Self { points, ground_links, level_links, levels, entry: word(7)? };
        if layout.bytes() != Some(bytes.len()) {
            return Err(format!("it has {} bytes, which are not those of {points} points", bytes.len()));
        }
        let highest = layout.levels.last().copied().unwrap_or(points);
        if layout.levels.iter().any(|level| *level > points) || (points > 0 && layout.entry >= highest) {
            return Err("its levels are larger than the ground, or searches begin outside of them".to_owned());
        }
        Ok(layout)
    }

    /// How long the file must be; `None` for one that no memory holds.
    fn bytes(&self) -> Option<usize> {
        let slot = SLOT_HEAD + self.level_links;
        let levels = self.levels.iter().try_fold(0usize, |sum, level| sum.checked_add(level.checked_mul(slot)?))?;
        let ground = self.points.checked_mul(self.ground_links)?;
        HEADER_WORDS.checked_add(ground)?.checked_add(levels)?.checked_mul(4)
    }

    /// The links themselves, out of the `bytes` that the layout was read from.
    pub fn links<'a>(&'a self, bytes: &'a [u8]) -> Links<'a> {
        Links { bytes, layout: self }
    }
}

impl<'a> Links<'a> {
    pub fn points(&self) -> usize {
        self.layout.points
    }

    /// How many levels there are above the ground.
    pub fn levels(&self) -> usize {
        self.layout.levels.len()
    }

    /// Where searches begin: a slot of the highest level, or a point where there is only the ground. `None` where there
    /// is no point.
    pub fn entry(&self) -> Option<usize> {
        (self.layout.points > 0).then_some(self.layout.entry)
    }

    /// The points that `point` leads to on the ground.
    pub fn ground(&self, point: usize) -> impl Iterator<Item = usize> + use<'a> {
        let (points, len) = (self.layout.points, self.layout.ground_links);
        let len = if point < points { len } else { 0 };
        list(self.bytes, HEADER_WORDS + point.min(points) * self.layout.ground_links, len).filter(move |p| *p < points)
    }

    /// The word at which `slot` of `level` begins; levels count from 1.
    fn slot(&self, level: usize, slot: usize) -> Option<usize> {
        let (below, rest) = self.layout.levels.split_at_checked(level.checked_sub(1)?)?;
        if slot >= *rest.first()? {
            return None;
        }
        let slots = below.iter().sum::<usize>() + slot;
        Some(
            HEADER_WORDS
                + self.layout.points * self.layout.ground_links
                + slots * (SLOT_HEAD + self.layout.level_links),
        )
    }

    /// The point of a slot, and its slot on the level below (on level 1, the point).
    pub fn below(&self, level: usize, slot: usize) -> Option<(usize, usize)> {
        let at = self.slot(level, slot)?;
        let (point, below) = (word(self.bytes, at)? as usize, word(self.bytes, at + 1)? as usize);
        let size = if level == 1 { self.layout.points } else { *self.layout.levels.get(level - 2)? };
        (point < self.layout.points && below < size).then_some((point, below))
    }

    /// The slots of `level` that `slot` leads to.
    pub fn level(&self, level: usize, slot: usize) -> impl Iterator<Item = usize> + use<'a> {
        let at = self.slot(level, slot);
        let size = self.layout.levels.get(level.wrapping_sub(1)).copied().unwrap_or(0);
        let len = if at.is_some() { self.layout.level_links } else { 0 };
        list(self.bytes, at.unwrap_or(0) + SLOT_HEAD, len).filter(move |slot| *slot < size)
    }

    /// Which points some way on the ground leads to from where searches come down to it.
    pub fn reached(&self) -> Vec<bool> {
        let mut reached = vec![false; self.points()];
        let mut open: Vec<usize> = self.landing().into_iter().collect();
        while let Some(point) = open.pop() {
            if reached.get_mut(point).is_some_and(|reached| !std::mem::replace(reached, true)) {
                open.extend(self.ground(point).filter(|next| !reached[*next]));
            }
        }
        reached
    }

    /// The point of the ground that is straight below the one where searches begin.
    fn landing(&self) -> Option<usize> {
        (1..=self.levels()).rev().try_fold(self.entry()?, |slot, level| Some(self.below(level, slot)?.1))
    }

    /// What no builder writes: a number that leads outside, or a slot of another point than the one below it.
    pub fn fault(&self) -> Option<String> {
        let points = self.points();
        for point in 0..points {
            let start = HEADER_WORDS + point * self.layout.ground_links;
            if !is_sound(self.bytes, start, self.layout.ground_links, points) {
                return Some(format!("point {point} leads outside"));
            }
        }
        for (number, &size) in (1..).zip(&self.layout.levels) {
            for slot in 0..size {
                let found = self.below(number, slot);
                let same = found.is_some_and(|(point, below)| match number {
                    1 => point == below,
                    _ => self.below(number - 1, below).is_some_and(|(its, _)| its == point),
                });
                let start = self.slot(number, slot).unwrap_or(0) + SLOT_HEAD;
                if !same || !is_sound(self.bytes, start, self.layout.level_links, size) {
                    return Some(format!("slot {slot} of level {number} leads outside"));
                }
            }
        }
        None
    }
}

impl Lists {
    /// Writes them as a file of links.
    pub fn write(&self, file: &mut RowWriter) -> Result<(), IndexError> {
        let slot = |level: &[(u32, Vec<u32>)], point: u32| {
            level.binary_search_by_key(&point, |(point, _)| *point).ok().and_then(|slot| u32::try_from(slot).ok())
        };
        let entry = self.levels.last().map_or(Some(self.entry), |level| slot(level, self.entry));
        let mut header = vec![VERSION, self.ground.len() as u32, self.ground_links as u32, self.level_links as u32];
        header.extend([self.levels.len() as u32, entry.unwrap_or(0)]);
        header.extend(self.levels.iter().map(|level| level.len() as u32));
        file.write_raw(&MAGIC)?;
        write_list(file, header.into_iter(), HEADER_WORDS - MAGIC.len() / 4, 0)?;
        for list in &self.ground {
            write_list(file, list.iter().copied(), self.ground_links, NONE)?;
        }
        for (number, level) in self.levels.iter().enumerate() {
            for (point, list) in level {
                let below = match number {
                    0 => Some(*point),
                    _ => slot(&self.levels[number - 1], *point),
                };
                write_list(file, [*point, below.unwrap_or(NONE)].into_iter(), SLOT_HEAD, NONE)?;
                write_list(file, list.iter().filter_map(|point| slot(level, *point)), self.level_links, NONE)?;
            }
        }
        Ok(())
    }
}

/// Writes a list of `len` words: as many of `words` as it holds, and then `rest`.
fn write_list(file: &mut RowWriter, words: impl Iterator<Item = u32>, len: usize, rest: u32) -> Result<(), IndexError> {
    words.chain(std::iter::repeat(rest)).take(len).try_for_each(|word| file.write_raw(&word.to_le_bytes()))
}
