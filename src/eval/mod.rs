//! The measuring of answers: question sets with known answers, and the figures that tell how good the answers are.
//!
//! A question set is one JSON object a line ([`TestQuestion`]). Only its `question` is ever asked; everything else in the
//! line is what the answer is held against. [`Scorer`] takes the answers one by one and ends in a [`Report`].

mod measure;
mod place;
mod question;
mod report;
mod score;

pub use place::{NoSuchPlace, Place, places};
pub use question::{BadQuestion, Expected, Gold, Proof, TestQuestion, questions};
pub use report::{Figure, Latency, Report};
pub use score::{Miss, MissKind, Scorer};
