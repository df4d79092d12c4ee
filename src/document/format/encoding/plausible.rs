//! How much a text looks like Chinese administrative writing. Bytes read in a wrong encoding give rare characters.

use std::sync::LazyLock;

use crate::document::traditional::simplified;

/// Its header says where the characters come from.
const DATA: &str = include_str!("common.txt");

const FIRST: char = '\u{4e00}';
const LAST: char = '\u{9fff}';

static COMMON: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut common = vec![false; LAST as usize - FIRST as usize + 1];
    for c in DATA.lines().filter(|line| !line.starts_with('#')).flat_map(str::chars) {
        if let Some(flag) = index(c).and_then(|index| common.get_mut(index)) {
            *flag = true;
        }
    }
    common
});

/// Characters that tell something, and how many of them are what such a text is made of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plausibility {
    expected: usize,
    telling: usize,
}

impl Plausibility {
    /// Counts the characters of `text`; with `ascii`, its ASCII characters too. In encodings that contain ASCII these are
    /// the same in every reading and tell nothing; in UTF-16 they tell much.
    pub fn of(text: &str, ascii: bool) -> Self {
        let mut counts = Self::default();
        for c in text.chars() {
            if c.is_ascii() && !super::is_binary(c) {
                counts.telling += usize::from(ascii);
                counts.expected += usize::from(ascii);
            } else {
                counts.telling += 1;
                counts.expected += usize::from(is_expected(c));
            }
        }
        counts
    }

    /// From 0 to 1; 0 where nothing tells.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn share(self) -> f64 {
        if self.telling == 0 { 0.0 } else { self.expected as f64 / self.telling as f64 }
    }
}

/// Common characters of either script, and the punctuation and signs of Chinese typesetting.
fn is_expected(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{3017}' | '\u{ff01}'..='\u{ff5e}' | '\u{2460}'..='\u{2473}' | '\u{2160}'..='\u{216b}')
        || matches!(c, '·' | '—' | '…' | '‘' | '’' | '“' | '”' | '•' | '●' | '■' | '℃' | '×' | '\u{a0}')
        || index(simplified(c)).is_some_and(|index| COMMON.get(index).copied().unwrap_or_default())
}

fn index(c: char) -> Option<usize> {
    (FIRST..=LAST).contains(&c).then(|| c as usize - FIRST as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_reading_stands_out() {
        let text = "关于加快发展第三代半导体产业的实施意见";
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        let (wrong, _) = encoding_rs::BIG5.decode_without_bom_handling(&bytes);
        assert!(Plausibility::of(text, false).share() > 0.9);
        assert!(Plausibility::of(&wrong, false).share() < 0.4);
    }

    #[test]
    fn both_scripts_are_expected_and_ascii_counts_where_it_tells() {
        assert!(Plausibility::of("關於發展產業", false).share() > 0.9);
        assert!(Plausibility::of("abc", false).share() < 0.1);
        assert!(Plausibility::of("abc", true).share() > 0.9);
    }
}
