//! The `zhice` binary as a person or a program meets it: arguments in, stdout, stderr and exit code out.

mod answers;
mod ask;
mod bad_input;
mod cite;
mod documents;
mod eval;
mod formats;
mod index;
mod model;
mod reading;
mod serve;
mod support;
mod topics;
mod upkeep;
