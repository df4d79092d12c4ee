//! Unpacking streams without falling for one that unpacks to gigabytes.
//!
//! The parser unpacks a stream whole and knows no limit. So the size is bounded before it does: by the most that a
//! filter can make of its input, and where that is too coarse, by unpacking once without keeping anything.

use super::Trouble;
use super::limit::{Budget, MAX_STREAM_BYTES};
use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_syntax::Filter;
use hayro_syntax::object::Stream;
use std::borrow::Cow;
use std::io::Read;

/// Most bytes that one byte of deflate data can stand for.
const DEFLATE_RATIO: u64 = 1032;
/// Most bytes that one byte of LZW data can stand for: a code of 12 bits names at most 4,096 bytes.
const LZW_RATIO: u64 = 2731;
/// A pair of bytes stands for a run of at most 128.
const RUN_LENGTH_RATIO: u64 = 64;

/// The bytes of a stream; `None` where it is an image or broken.
pub(super) fn unpack<'a>(stream: &Stream<'a>, budget: &mut Budget) -> Result<Option<Cow<'a, [u8]>>, Trouble> {
    charge(stream, budget)?;
    Ok(stream.decoded_data().ok())
}

/// Takes what a stream unpacks to from the budget, and refuses one of more than [`MAX_STREAM_BYTES`].
pub(super) fn charge(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Trouble> {
    let size = unpacked_size(&stream.raw_data(), &stream.filters());
    if size > MAX_STREAM_BYTES {
        return Err(too_large());
    }
    budget.unpacked(size)
}

/// How many bytes a stream unpacks to, at most. Exact for the filters that programs write, alone or in ASCII.
fn unpacked_size(raw: &[u8], filters: &[Filter]) -> u64 {
    let mut data = Cow::Borrowed(raw);
    let mut filters = filters.iter();
    let mut filter = filters.next();
    while let Some(ascii @ (Filter::Ascii85Decode | Filter::AsciiHexDecode | Filter::Crypt)) = filter {
        data = match ascii {
            Filter::Ascii85Decode => Cow::Owned(ascii_85(&data)),
            Filter::AsciiHexDecode => Cow::Owned(ascii_hex(&data)),
            _ => data,
        };
        filter = filters.next();
    }
    let first = match filter {
        None => return data.len() as u64,
        Some(Filter::FlateDecode) => inflated_size(&data),
        Some(other) => (data.len() as u64).saturating_mul(ratio(*other)),
    };
    filters.fold(first, |size, filter| size.saturating_mul(ratio(*filter)))
}

/// Most bytes that one byte stands for.
fn ratio(filter: Filter) -> u64 {
    match filter {
        Filter::AsciiHexDecode | Filter::Crypt => 1,
        Filter::Ascii85Decode => 4,
        Filter::LzwDecode => LZW_RATIO,
        Filter::FlateDecode => DEFLATE_RATIO,
        Filter::RunLengthDecode => RUN_LENGTH_RATIO,
        // Images are never unpacked.
        Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode => 0,
    }
}

fn ascii_hex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text.iter().filter_map(|c| char::from(*c).to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

fn ascii_85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4 + 4);
    let (mut word, mut count) = (0_u32, 0);
    for c in text.iter().take_while(|c| **c != b'~') {
        match c {
            b'z' if count == 0 => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                word = word.wrapping_mul(85).wrapping_add(u32::from(c - b'!'));
                count += 1;
                if count == 5 {
                    bytes.extend_from_slice(&word.to_be_bytes());
                    (word, count) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if count > 1 {
        let last = (count..5).fold(word, |word, _| word.wrapping_mul(85).wrapping_add(84));
        bytes.extend(last.to_be_bytes().into_iter().take(count - 1));
    }
    bytes
}

/// Refuses a file whose object and reference streams, which the parser unpacks on opening, are too large.
pub(super) fn check_file(bytes: &[u8]) -> Result<(), Trouble> {
    /// A dictionary above its data: longer ones belong to no object stream.
    const DICTIONARY: usize = 1024;
    let mut at = 0;
    let mut budget = Budget::new();
    while let Some(found) = bytes.get(at..).and_then(|rest| find(rest, b"stream")) {
        let keyword = at + found;
        at = keyword + b"stream".len();
        let above = bytes.get(keyword.saturating_sub(DICTIONARY)..keyword).unwrap_or_default();
        let above = rfind(above, b"obj").and_then(|from| above.get(from..)).unwrap_or(above);
        if holds(above, b"ObjStm") || holds(above, b"XRef") {
            let data = bytes.get(at..).unwrap_or_default();
            let data = data.strip_prefix(b"\r").unwrap_or(data);
            let data = data.strip_prefix(b"\n").unwrap_or(data);
            let size = inflated_size(data);
            if size > MAX_STREAM_BYTES {
                return Err(too_large());
            }
            budget.unpacked(size)?;
        }
    }
    Ok(())
}

/// Whether the needle stands anywhere in the bytes.
pub(super) fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    find(bytes, needle).is_some()
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}

fn too_large() -> Trouble {
    Trouble::TooLarge(format!("a stream that unpacks to more than {} MiB", MAX_STREAM_BYTES >> 20))
}

/// How many bytes deflate data unpacks to, with or without the header of zlib; counted no further than one over the
/// limit.
fn inflated_size(packed: &[u8]) -> u64 {
    counted(ZlibDecoder::new(packed)).max(counted(DeflateDecoder::new(packed)))
}

/// Counts what a decoder gives until it ends or fails; what comes before a failure is what the parser would keep.
fn counted(mut decoder: impl Read) -> u64 {
    let mut buffer = [0; 16 * 1024];
    let mut total = 0;
    while let Ok(read @ 1..) = decoder.read(&mut buffer) {
        total += read as u64;
        if total > MAX_STREAM_BYTES {
            break;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_size_of_a_stream_is_known_before_it_is_unpacked() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&[7; 5000]).unwrap();
        let packed = packer.finish().unwrap();
        let hex: String = packed.iter().map(|byte| format!("{byte:02x} ")).collect();
        assert_eq!(unpacked_size(&packed, &[Filter::FlateDecode]), 5000);
        assert_eq!(unpacked_size(hex.as_bytes(), &[Filter::AsciiHexDecode, Filter::FlateDecode]), 5000);
        assert_eq!(unpacked_size(b"abc", &[]), 3);
        assert_eq!(ascii_85(b"87cUR\nD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(ascii_85(b"z87cUR~>"), b"\0\0\0\0Hell");
        let twice = unpacked_size(&packed, &[Filter::FlateDecode, Filter::FlateDecode]);
        assert_eq!(twice, 5000 * DEFLATE_RATIO);
    }

    #[test]
    fn an_object_stream_that_unpacks_to_gigabytes_is_refused_before_the_parser_sees_it() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        for _ in 0..=(MAX_STREAM_BYTES >> 20) {
            packer.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let packed = packer.finish().unwrap();
        let file = |kind: &str| {
            let mut file = format!("%PDF-1.5\n1 0 obj\n<</Type/{kind}/Filter/FlateDecode>>\nstream\r\n").into_bytes();
            file.extend_from_slice(&packed);
            file
        };
        assert!(matches!(check_file(&file("ObjStm")), Err(Trouble::TooLarge(_))));
        // Another stream is looked at when it is needed.
        assert!(check_file(&file("XObject")).is_ok());
        assert!(check_file(b"stream").is_ok());
    }
}
