//! White space, as a browser collapses it.

/// A line in the making.
#[derive(Debug, Default)]
pub(super) struct Ink {
    text: String,
    gap: Gap,
    /// Characters of the line that stand in links to other pages, white space not counted.
    pub(super) link_chars: u32,
}

/// White space that was read and not yet written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    /// With a line break of the source in it, which is no space between two Chinese characters.
    Break,
    Space,
}

impl Ink {
    pub(super) fn write(&mut self, text: &str, in_link: bool) {
        for c in text.chars() {
            match c {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => self.gap = self.gap.max(Gap::Break),
                ' ' | '\t' | '\u{c}' => {
                    // The blanks of an indented source are part of the line break.
                    if self.gap == Gap::None {
                        self.gap = Gap::Space;
                    }
                }
                '\u{a0}' => self.gap = Gap::Space,
                // Characters without width, and those that are not text at all.
                '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' | '\u{ad}' => {}
                c if c.is_control() => {}
                c => {
                    self.close_gap(c);
                    self.text.push(c);
                    self.link_chars += u32::from(in_link && !c.is_whitespace());
                }
            }
        }
    }

    /// A space, unless one is there.
    pub(super) fn space(&mut self) {
        self.gap = Gap::Space;
    }

    fn close_gap(&mut self, next: char) {
        let gap = std::mem::take(&mut self.gap);
        let Some(last) = self.text.chars().next_back() else { return };
        let vanishes = gap == Gap::None || (gap == Gap::Break && is_wide(last) && is_wide(next));
        if !vanishes && last != '\u{3000}' && next != '\u{3000}' {
            self.text.push(' ');
        }
    }

    /// The line without white space at its ends; the next one begins.
    pub(super) fn take(&mut self) -> Option<(String, u32)> {
        self.gap = Gap::None;
        let link_chars = std::mem::take(&mut self.link_chars);
        let text = std::mem::take(&mut self.text);
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        Some((if trimmed.len() == text.len() { text } else { trimmed.to_owned() }, link_chars))
    }
}

/// Chinese characters and the marks that go with them.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
        || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(parts: &[&str]) -> Option<String> {
        let mut ink = Ink::default();
        for part in parts {
            ink.write(part, false);
        }
        ink.take().map(|(text, _)| text)
    }

    #[test]
    fn source_line_breaks_vanish_between_chinese_characters_only() {
        assert_eq!(line(&["为推动\n   产业", "\r\n发展"]).as_deref(), Some("为推动产业发展"));
        assert_eq!(line(&["public\n  service"]).as_deref(), Some("public service"));
        assert_eq!(line(&["国务院 \t 办公厅"]).as_deref(), Some("国务院 办公厅"));
    }

    #[test]
    fn indents_are_trimmed_and_ideographic_spaces_within_stay() {
        assert_eq!(line(&["　　\u{a0}第一章　总　　则　\u{a0}"]).as_deref(), Some("第一章　总　　则"));
        assert_eq!(line(&["甲局 \u{a0}\u{a0} \u{a0}乙局"]).as_deref(), Some("甲局 乙局"));
        assert_eq!(line(&[" \u{a0}　\n"]), None);
    }
}
