#![no_main]

use libfuzzer_sys::fuzz_target;
use zhice::document::format::Format;

fuzz_target!(|bytes: &[u8]| zhice_fuzz::read_and_parse(Format::Docx, bytes));
