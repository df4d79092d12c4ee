//! Reading numerals, Arabic and Chinese, from the beginning of a line.

use super::chars::is_space;

/// The value of an Arabic digit, full-width ones included.
pub(crate) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// The value of a Chinese numeral; 十 and 百 are 10 and 100.
pub(crate) fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        _ => return None,
    })
}

/// The value of a text that is a numeral and nothing else.
pub(crate) fn value(text: &str) -> Option<u32> {
    let mut scan = Scan { rest: text };
    scan.number().filter(|_| scan.rest.is_empty())
}

/// What is left of a line to read.
pub(crate) struct Scan<'a> {
    pub rest: &'a str,
}

impl Scan<'_> {
    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    pub fn eat(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        if found {
            self.bump();
        }
        found
    }

    /// Spaces within a line; a mark does not reach into the next one, but its text may begin there.
    pub fn skip_spaces(&mut self) {
        while self.eat(is_space) {}
    }

    pub fn take_enclosed(&mut self, first: char) -> u32 {
        self.bump().map_or(0, |c| c as u32 - first as u32 + 1)
    }

    pub fn number(&mut self) -> Option<u32> {
        if self.peek().and_then(digit).is_some() { self.arabic_number(4) } else { self.han_number() }
    }

    /// A run of at most `most` digits; a longer run is not a number in this sense.
    pub fn arabic_number(&mut self, most: usize) -> Option<u32> {
        let (mut value, mut digits) = (0, 0);
        while let Some(d) = self.peek().and_then(digit) {
            (value, digits) = (value * 10 + d, digits + 1);
            if digits > most {
                return None;
            }
            self.bump();
        }
        (digits > 0).then_some(value)
    }

    /// 一 to 九百九十九.
    pub fn han_number(&mut self) -> Option<u32> {
        let (mut total, mut last, mut length) = (0, 0, 0);
        while let Some(d) = self.peek().and_then(han_digit) {
            match d {
                10 | 100 => (total, last) = (total + d * last.max(1), 0),
                _ => last = d,
            }
            length += 1;
            if length > 6 {
                return None;
            }
            self.bump();
        }
        (length > 0 && total + last > 0).then_some(total + last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers_are_read() {
        for (text, value) in
            [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百零三", 103), ("一百二十", 120)]
        {
            assert_eq!(Scan { rest: text }.han_number(), Some(value), "{text}");
        }
        assert_eq!(Scan { rest: "章" }.han_number(), None);
    }
}
