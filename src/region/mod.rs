//! Administrative divisions of China: which regions a text names, and whose policy it is.
//!
//! - `gazetteer`: the divisions with their codes, names and nesting, from `gazetteer.tsv`.
//! - `names`: what text is searched for, and the lists of false friends.
//! - `matching`: the mentions of regions in a text.
//! - `issuer`: the division of a document by its issuing body, title or number.
//! - `dominant`: the region of a text without issuer.
//! - `actor`: the regions that a sentence has as its subject.
//!
//! Regions are passed around as six-digit codes, [`NATION`] standing for central bodies. What the rules know of the
//! language is data: `false_friends.txt`, `central_bodies.txt` and `gazetteer_additions.tsv`, from which, with public data,
//! `gazetteer.py` makes `gazetteer.tsv`.

mod actor;
mod dominant;
mod gazetteer;
mod issuer;
mod matching;
mod names;

pub use actor::actor;
pub use dominant::dominant;
pub use gazetteer::{
    Division, Level, NATION, ancestors, division, divisions, is_within, path, prefecture_of, province_of,
};
pub use issuer::{division_of_issuer, division_of_number};
pub use matching::{Mention, find, find_in};
