//! Administrative divisions of China: which regions a text names, and whose policy it is.
//!
//! - `gazetteer`: the divisions with their codes, names and nesting, from `gazetteer.tsv`.
//! - `groups`: parts of the country that are spoken of as one (`groups.toml`).
//! - `names`: what text is searched for, and the lists of false friends.
//! - `matching`: the mentions of regions in a text; `judging`: whether a name means a region where it stands.
//! - `issuer`: the division of a document by its issuing body, title or number.
//! - `document`: the division of a document by all that is known of it.
//! - `dominant`: the region of a text without issuer.
//! - `actor`: the regions that a sentence has as its subject (`actor.txt`), and `addressed`: those it gives a task to.
//! - `passage`: the regions that a passage speaks of.
//!
//! Regions are passed around as six-digit codes, [`NATION`] standing for central bodies. What the rules know of the
//! language is data: `false_friends.txt`, `actor.txt`, `central_bodies.txt` and `gazetteer_additions.tsv`, from which, with
//! public data, `gazetteer.py` makes `gazetteer.tsv`.

mod actor;
mod addressed;
mod document;
mod dominant;
mod gazetteer;
mod groups;
mod issuer;
mod judging;
mod matching;
mod names;
mod passage;

pub use actor::actor;
pub use addressed::addressed;
pub use document::{Facts, division_of_document};
pub use dominant::dominant;
pub use gazetteer::{
    Division, Level, NATION, ancestors, division, divisions, is_within, narrowest, path, prefecture_of, province_of,
};
pub use groups::group_in;
pub use issuer::{division_of_issuer, division_of_number};
pub use matching::{Mention, find, find_in};
pub use passage::{Attribution, Scope, Sentence};
