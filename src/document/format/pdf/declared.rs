//! What the file says of itself outside its pages.

use encoding_rs::{GBK, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::RegexSet;
use serde::Deserialize;
use std::sync::LazyLock;

/// A title longer than this (characters) is a text.
const LONGEST_TITLE: usize = 200;

#[derive(Deserialize)]
struct Patterns {
    no_title: Vec<String>,
}

static NO_TITLE: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns: Patterns = toml::from_str(include_str!("declared.toml")).expect("declared.toml is part of the code");
    RegexSet::new(&patterns.no_title).expect("its patterns are tested")
});

/// The title in the file's properties, unless a program made it up.
pub(super) fn title(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes)?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches('\0').trim();
    let fits = (2..=LONGEST_TITLE).contains(&text.chars().count());
    (fits && !text.contains(['\u{FFFD}', '\0']) && !NO_TITLE.is_match(text)).then(|| text.to_owned())
}

/// A text string of the format: UTF-16 or UTF-8 with its mark, else one byte a character. Programs of Chinese make
/// write UTF-8 or GBK without a mark, against the rules.
fn decode(bytes: &[u8]) -> Option<String> {
    let strict = |encoding: &'static encoding_rs::Encoding, bytes| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => strict(UTF_16BE, rest),
        [0xFF, 0xFE, rest @ ..] => strict(UTF_16LE, rest),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => {
            let utf8 = std::str::from_utf8(bytes).ok().map(str::to_owned);
            utf8.or_else(|| strict(GBK, bytes)).or_else(|| strict(WINDOWS_1252, bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_read_in_the_encodings_that_programs_use() {
        let utf16: Vec<u8> = [0xFE, 0xFF].into_iter().chain("通知".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(title(&utf16).as_deref(), Some("通知"));
        assert_eq!(title("某市  通知\0".as_bytes()).as_deref(), Some("某市 通知"));
        assert_eq!(title(&GBK.encode("关于印发的通知").0).as_deref(), Some("关于印发的通知"));
    }

    #[test]
    fn titles_that_programs_make_up_are_none() {
        for made_up in
            ["Microsoft Word - 通知.doc", "通知.docx", "https://a.cn/b", "Untitled", "文档1", "20240301", "", "_"]
        {
            assert_eq!(title(made_up.as_bytes()), None, "{made_up}");
        }
    }
}
