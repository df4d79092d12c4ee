//! The `zhice` binary as a person or a program meets it: arguments in, stdout, stderr and exit code out.

mod ask;
mod bad_input;
mod cite;
mod eval;
mod index;
mod model;
mod serve;
mod support;
