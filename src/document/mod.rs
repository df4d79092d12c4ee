//! From files to passages: what stands in a document, where, and under which headings.
//!
//! The flow is `walk` (which files) → `source` (which documents they hold) → `read` and `format` (bytes to text) →
//! [`parse`] (text to [`Metadata`] and [`Passage`]s). Within `parse`: traditional characters read as simplified ones
//! (`traditional`) → lines → long lines cut at their lost breaks (`cut`) → residue of web pages set aside (`residue`) →
//! paragraphs (`wrap`) → outline (`outline`) → sentences and passages (`sentence`, `passage`).
//!
//! Every range is in bytes of the text that was given, on character boundaries. The text is never changed: what a person
//! reads or a model sees is made from a range by [`reading_text`].
//!
//! Architecture invariant: this module knows nothing of the rest of the crate.

mod chars;
mod cut;
mod date;
mod dating;
mod declared;
pub mod format;
mod heading;
mod issuer;
mod kind;
mod line;
mod link;
mod marker;
mod metadata;
mod number;
pub(crate) mod numeral;
mod outline;
mod passage;
mod patterns;
pub mod read;
mod reading;
mod repeal;
mod residue;
mod sentence;
pub mod source;
mod statement;
mod term;
mod title;
pub mod traditional;
mod unmarked;
mod untitled;
mod validity;
pub mod walk;
mod wording;
mod words;
mod wrap;

pub(crate) use chars::{is_closer, is_han, is_opener};
pub(crate) use marker::marker;
pub use metadata::Metadata;
pub use passage::Passage;
pub use reading::reading_text;
pub use repeal::Repeal;
pub use validity::Validity;

use std::borrow::Cow;

use format::extracted::{Extracted, MarkedHeading};
use line::{Line, Lines};

/// What a text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What it says of itself.
    pub metadata: Metadata,
    /// Its passages, in order; residue stands in none of them.
    pub passages: Vec<Passage>,
    /// The text in simplified characters, at the same byte offsets, where it is written in traditional ones: what is
    /// matched and embedded, while quotes are taken from the text itself.
    pub reading: Option<String>,
}

/// The identifier of a document in citations: the first 8 hex digits of its hash.
pub fn document_id(sha256: &str) -> String {
    sha256.chars().take(8).collect()
}

/// Reads a text. It never fails: a text without any structure is a run of passages without sections. The same text gives
/// the same result.
pub fn parse(extracted: &Extracted) -> Parsed {
    let simplified = traditional::to_simplified(&extracted.text);
    let text: &str = &simplified;
    let lines = Lines::of(text);
    let pieces = pieces(text, &lines.lines, &extracted.headings);
    let wordings = wording::wordings(text, &pieces);
    let title = title::find(text, &pieces, &wordings);
    let metadata = metadata::metadata(text, &pieces, &wordings, title.as_ref());
    let metadata = declared::with_declared(metadata, &extracted.declared);
    let flags = residue::residue(text, &pieces, &wordings, title.as_ref());
    let mut passages = passages(text, &lines, &pieces, &flags, title.as_ref());
    if passages.is_empty() {
        // A text that is nothing but residue by our rules is still what the person gave us.
        passages = self::passages(text, &lines, &pieces, &vec![false; pieces.len()], title.as_ref());
    }
    let reading = match simplified {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text),
    };
    Parsed { metadata, passages, reading }
}

/// Reads plain text.
#[cfg(test)]
pub(crate) fn parse_text(text: &str) -> Parsed {
    parse(&text.into())
}

fn passages(
    text: &str,
    lines: &Lines,
    pieces: &[Line],
    residue: &[bool],
    title: Option<&title::Title>,
) -> Vec<Passage> {
    let blocks = wrap::blocks(text, pieces, residue, title);
    passage::passages(text, lines, &outline::outline(text, &blocks))
}

/// The lines, long ones cut where the original had line breaks, and without the residue pasted to their ends.
fn pieces(text: &str, lines: &[Line], marked: &[MarkedHeading]) -> Vec<Line> {
    // A document of few lines has lost its breaks, however short it is.
    let long = if lines.len() <= 3 { cut::LONG / 4 } else { cut::LONG };
    let mut pieces = Vec::with_capacity(lines.len());
    let mut marked = marked.iter().peekable();
    for line in lines {
        while marked.peek().is_some_and(|mark| mark.start < line.bytes.start) {
            marked.next();
        }
        if line.bytes.len() < long {
            let level = marked.peek().filter(|mark| mark.start == line.bytes.start).map(|mark| mark.level);
            pieces.push(Line { level, ..line.clone() });
            continue;
        }
        let end = wording::end_without_pasted_tail(text, line);
        let cut = cut::cut(text, line.bytes.start..end);
        pieces.extend(cut.into_iter().enumerate().map(|(i, bytes)| Line {
            bytes,
            after_blank: i == 0 && line.after_blank,
            level: None,
        }));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) {
        let extracted = Extracted::from(text);
        let parsed = parse(&extracted);
        let mut last = 0;
        for (i, passage) in parsed.passages.iter().enumerate() {
            assert_eq!(passage.ordinal as usize, i);
            assert!(passage.bytes.start >= last && passage.bytes.end > passage.bytes.start);
            assert!(text.get(passage.bytes.clone()).is_some(), "a passage stands on character boundaries");
            assert!(passage.lines.0 >= 1 && passage.lines.0 <= passage.lines.1);
            last = passage.bytes.end;
            let mut at = passage.bytes.start;
            for sentence in &passage.sentences {
                assert!(
                    text[at..sentence.start].chars().all(|c| c == '#' || chars::is_space(c)),
                    "sentences cover the passage"
                );
                assert_eq!(chars::trim(text, sentence.clone()), *sentence);
                at = sentence.end;
            }
            assert_eq!(at, passage.bytes.end);
        }
        assert_eq!(parse(&extracted), parsed);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_into_ordered_passages(text in "\\PC{0,400}") {
            check(&text);
        }

        #[test]
        fn any_mixture_of_policy_text_is_parsed(parts in prop::collection::vec(prop::sample::select(vec![
            "一、", "（一）", "1.", "第一条", "第二章", "——", "①", "#", "# ", "\n", "\r\n", "\n\n", "　　", " ", "。", "；", "，", "：", "《", "》", "（", "）", "〔2024〕23号",
            "附件", "附件1", "目录", "相关阅读", "免责声明：", "来源：", "时间：", "2024年8月7日", "2023-01-01", "关于印发方案的通知", "南通市人民政府", "各有关单位：", "为推动产业发展制定本方案",
            "第三代半导体：", "abc. Def", "\u{feff}", "\u{200b}", "😀", "\t", "|", "-", "下载", "打印",
        ]), 0..120)) {
            check(&parts.concat());
        }
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in
            ["", " ", "\u{feff}", "一", "一、", "#", "# ", "（", "——", "1.", "第", "\n\n\n", "。", "下载", "附件", "\r"]
        {
            check(text);
        }
    }

    #[test]
    fn an_identifier_is_the_first_8_digits_of_the_hash() {
        assert_eq!(document_id("ba7816bf8f01cfea"), "ba7816bf");
    }
}
