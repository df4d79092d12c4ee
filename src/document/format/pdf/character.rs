//! Characters as fonts name them, made into the characters that people write.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Radicals that stand for the character of the same shape.
static RADICALS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = include_str!("radicals.txt").lines().filter(|line| !line.starts_with('#'));
    pairs
        .filter_map(|line| {
            let mut both = line.chars();
            Some((both.next()?, both.nth(1)?))
        })
        .collect()
});

/// Appends what a glyph shows, as plain text: a browser that prints often names a radical (⽂) for a character (文), and
/// fonts name ligatures. What cannot be seen is left out.
pub(super) fn push_plain(out: &mut Vec<char>, shown: &str) {
    for c in shown.chars() {
        match c {
            '\u{A0}' | '\t' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => out.push(' '),
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => {}
            '\u{FE00}'..='\u{FE0F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            '\u{2E80}'..='\u{2EFF}' => out.push(RADICALS.get(&c).copied().unwrap_or(c)),
            // Radicals, compatibility ideographs, ligatures: the compatible form is the character meant.
            '\u{2F00}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{FB00}'..='\u{FB06}' => out.extend(c.nfkc()),
            c => out.push(c),
        }
    }
}

/// Whether it says nothing: a private code of the font, or the mark of a lost character.
pub(super) fn is_unknown(c: char) -> bool {
    matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Whether it is a sign of a symbol font, which is a bullet nearly always.
pub(super) fn is_symbol(c: char) -> bool {
    matches!(c, '\u{F020}'..='\u{F0FF}')
}

/// Whether it is written without spaces around it: Han characters, kana and the punctuation of theirs alone.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Whether it is punctuation that Chinese and English share.
pub(super) fn is_shared(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(shown: &str) -> String {
        let mut out = Vec::new();
        push_plain(&mut out, shown);
        out.into_iter().collect()
    }

    #[test]
    fn radicals_and_ligatures_become_characters() {
        assert_eq!(plain("⽂⼀⻓⻅ﬁ"), "文一长见fi");
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(plain("a\u{200B}\u{AD}b\u{3000}c\u{FEFF}\u{7}"), "ab c");
    }
}
