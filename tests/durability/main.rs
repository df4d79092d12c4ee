//! What an index withstands: processes killed at every step of a build, a disk that fails, flipped bits, readers beside a
//! writer, and any sequence of changes. Builds run over a small folder with a random model of one layer, made here.

mod crash;
mod faults;
mod flips;
mod model;
mod readers;
mod same;
mod state;
mod steps;
