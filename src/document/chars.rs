//! Classes of characters that the other files of this module share.

/// White space, and the invisible characters that behave like it in saved pages and PDF text: control characters,
/// zero-width spaces and joiners, the byte order mark.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A Chinese character or numeral of one (the ideographic zero 〇 included).
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A character that takes a full square in Chinese typesetting: no white space stands between two of them, so a line
/// break between them means nothing.
pub(crate) fn is_wide(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3000}'..='\u{30ff}' | '\u{ff00}'..='\u{ffef}' | '\u{2460}'..='\u{2487}')
        || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·' | '﹒')
}

/// The columns a character takes on a terminal or a printed line: 2 for everything outside ASCII, which is close enough
/// to tell full lines from short ones.
pub(crate) fn columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Punctuation after which a sentence is over.
pub(crate) fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '；' | '…' | '｡')
}

/// Brackets and quotation marks that close, and so belong to what stands before them.
pub(crate) fn is_closer(c: char) -> bool {
    matches!(c, '」' | '』' | '”' | '’' | '）' | ')' | '》' | '〉' | '〕' | '】' | '］' | ']' | '"')
}

/// Brackets and quotation marks that open, and so belong to what follows them.
pub(crate) fn is_opener(c: char) -> bool {
    matches!(c, '「' | '『' | '“' | '‘' | '（' | '(' | '《' | '〈' | '〔' | '【' | '［' | '[')
}

/// How many characters of `s` are not white space: the length that limits are stated in.
pub(crate) fn weight(s: &str) -> usize {
    s.chars().filter(|&c| !is_space(c)).count()
}

/// The same, but it stops counting at `limit`, so that asking "is it short?" of a 60 MB line costs nothing.
pub(crate) fn weight_up_to(s: &str, limit: usize) -> usize {
    s.chars().filter(|&c| !is_space(c)).take(limit).count()
}

/// `range` of `text` without the white space at its two ends.
pub(crate) fn trim(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let inner = &text[range.clone()];
    let left = inner.trim_start_matches(is_space);
    let start = range.end - left.len();
    start..start + left.trim_end_matches(is_space).len()
}

/// The last character that tells whether `s` is complete: closing brackets and quotation marks are looked through.
pub(crate) fn last_telling(s: &str) -> Option<char> {
    s.chars().rev().find(|&c| !is_space(c) && !is_closer(c))
}

/// Whether `s` ends as a sentence or clause list ends (`。`, `；`, also `。”` and `。）`).
pub(crate) fn is_complete(s: &str) -> bool {
    last_telling(s).is_some_and(|c| ends_sentence(c) || matches!(c, '：' | ':' | '.' | ';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_keeps_offsets_into_the_text() {
        let text = "\u{feff}　 通知 \u{200b}\r";
        let range = trim(text, 0..text.len());
        assert_eq!(&text[range], "通知");
        assert_eq!(trim("   ", 0..3).len(), 0);
    }

    #[test]
    fn a_sentence_closed_by_a_quotation_mark_is_complete() {
        assert!(is_complete("他说：“好。”"));
        assert!(!is_complete("关于印发《办法》"));
    }
}
