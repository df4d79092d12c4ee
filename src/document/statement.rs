//! The sentences that a document makes statements of itself with, whatever lines they were broken into.

use std::ops::Range;

use super::chars::is_space;
use super::line::Line;
use super::marker::marker;

/// A sentence without white space, in which a name in 《》 is only its two brackets: what a name says is no statement.
#[derive(Debug, Default)]
pub(crate) struct Sentence {
    /// `本办法自2024年9月1日起施行，《》（某政发〔2019〕5号）同时废止`, without the mark of its line and its full stop.
    pub skeleton: String,
    /// What stood in the brackets, in order, in bytes of the text.
    pub names: Vec<Range<usize>>,
}

/// A longer sentence is cut in two; a name that is not closed within so many bytes is none.
const LONGEST: usize = 6000;
const LONGEST_NAME: usize = 900;

/// Visits the sentences in order, runs of lines without a full stop included.
pub(crate) fn each_sentence(text: &str, lines: &[Line], mut visit: impl FnMut(&Sentence)) {
    let mut reader = Reader::default();
    for line in lines {
        let content = &text[line.bytes.clone()];
        let mark = marker(content).map_or(0, |mark| mark.len);
        // A name may go on behind a blank line, as on the next page.
        if mark > 0 || (line.after_blank && reader.open == 0) {
            reader.close(&mut visit);
        }
        for (at, c) in content[mark..].char_indices() {
            reader.take(line.bytes.start + mark + at, c, &mut visit);
        }
    }
    reader.close(&mut visit);
}

#[derive(Default)]
struct Reader {
    sentence: Sentence,
    /// How many 《 are open.
    open: usize,
}

impl Reader {
    fn take(&mut self, at: usize, c: char, visit: &mut impl FnMut(&Sentence)) {
        if self.open > 0 {
            self.in_name(at, c);
        } else if c == '《' {
            self.open = 1;
            self.sentence.skeleton.push_str("《》");
            self.sentence.names.push(at + c.len_utf8()..at + c.len_utf8());
        } else if matches!(c, '。' | '！' | '？') || self.sentence.skeleton.len() > LONGEST {
            self.close(visit);
        } else if !is_space(c) {
            self.sentence.skeleton.push(c);
        }
    }

    /// Names hold names: 《关于印发《办法》的通知》.
    fn in_name(&mut self, at: usize, c: char) {
        match c {
            '《' => self.open += 1,
            '》' => self.open -= 1,
            _ => {}
        }
        if let Some(name) = self.sentence.names.last_mut() {
            name.end = if self.open == 0 { at } else { at + c.len_utf8() };
            if name.len() > LONGEST_NAME {
                self.open = 0;
            }
        }
    }

    fn close(&mut self, visit: &mut impl FnMut(&Sentence)) {
        if !self.sentence.skeleton.is_empty() {
            visit(&self.sentence);
        }
        self.sentence.skeleton.clear();
        self.sentence.names.clear();
        self.open = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;

    fn sentences(text: &str) -> Vec<(String, Vec<&str>)> {
        let mut found = Vec::new();
        each_sentence(text, &Lines::of(text).lines, |s| {
            found.push((s.skeleton.clone(), s.names.iter().map(|name| &text[name.clone()]).collect()));
        });
        found
    }

    #[test]
    fn a_sentence_goes_on_over_line_breaks_up_to_its_full_stop() {
        let found = sentences("第三条 本条例自2023 年3 月1 日起施行。《某省条例》同\n时废止。\n特此公告");
        let skeletons: Vec<&str> = found.iter().map(|(skeleton, _)| skeleton.as_str()).collect();
        assert_eq!(skeletons, ["本条例自2023年3月1日起施行", "《》同时废止", "特此公告"]);
        assert_eq!(found[1].1, ["某省条例"]);
    }

    #[test]
    fn names_within_names_belong_to_the_outer_one() {
        let found = sentences("《关于印发《办法》的通知。》（某发〔2019〕5号）废止");
        assert_eq!(found, [("《》（某发〔2019〕5号）废止".to_owned(), vec!["关于印发《办法》的通知。"])]);
    }

    #[test]
    fn a_bracket_that_is_never_closed_does_not_swallow_the_text() {
        let text = format!("《{}。本办法自发布之日起施行。", "字".repeat(400));
        assert!(sentences(&text).iter().any(|(skeleton, _)| skeleton == "本办法自发布之日起施行"));
    }
}
