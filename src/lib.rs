//! zhice (知策) answers questions over policy documents with passages quoted from them.
//!
//! Data runs one way, and so do the imports:
//!
//! ```text
//! file ─► document ─► passages ─► index ─► question ─► candidates ─► evidence ─► answer
//! ```
//!
//! * [`document`]: bytes to clean text, metadata, outline and passages;
//! * [`region`]: the administrative divisions, and whose policy a text is;
//! * [`model`]: the embedding model;
//! * [`index`]: what lies on disk;
//! * [`question`]: what a question asks;
//! * [`retrieve`]: the passages that may hold the answer;
//! * [`answer`]: the sentences that answer, quoted and cited;
//! * [`eval`]: how good the answers are, held against known ones;
//! * [`serve`]: all of it over HTTP, on this machine alone.
//!
//! The library never prints, never exits and never reads the environment; the command line is a face over it.

pub mod answer;
mod digest;
pub mod document;
pub mod eval;
pub mod index;
pub mod model;
pub mod question;
pub mod region;
pub mod retrieve;
pub mod serve;
