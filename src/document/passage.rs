//! Passages: the pieces of a document that are indexed, found and cited.

use std::ops::Range;

use super::chars::{is_space, weight};
use super::line::Lines;
use super::outline::{Node, Outline};
use super::sentence::sentences;

/// A run of text under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its place among the document's passages, from 0.
    pub ordinal: u32,
    /// Its bytes in the document's text; no other passage has any of them.
    pub bytes: Range<usize>,
    /// Its first and last line in the file, counted from 1.
    pub lines: (usize, usize),
    /// The headings it stands under, from the top, as displayed.
    pub section: Vec<String>,
    /// Its sentences, as bytes of the document's text: in order, apart, and covering all of it but white space and the
    /// hashes of Markdown headings. A heading that fills its line is one.
    pub sentences: Vec<Range<usize>>,
}

/// A section of no more characters than this is one passage.
const WHOLE_SECTION: usize = 420;
/// What a passage of a longer section aims at, and what it never exceeds unless one sentence does.
const AIM: usize = 320;
const MOST: usize = 420;
/// From here on a passage may end with its paragraph.
const ENOUGH: usize = 180;
/// What is left over with fewer characters than this joins its neighbour.
const LEFTOVER: usize = 60;
/// Headings that pile up without text are a passage once they reach this many characters.
const HEADINGS: usize = 400;

/// The passages of a document.
pub(crate) fn passages(text: &str, lines: &Lines, outline: &Outline) -> Vec<Passage> {
    let mut builder = Builder { text, lines, outline, section: 0, units: Vec::new(), passages: Vec::new() };
    let mut pending: Vec<&Node> = Vec::new();
    for node in &outline.nodes {
        if node.after_gap {
            // A title alone, above the buttons of a page, says nothing that the metadata does not.
            pending.retain(|node| !node.title);
            builder.flush_headings(&mut pending);
            builder.flush();
        }
        if node.heading {
            pending.push(node);
            if pending.iter().map(|node| node.bytes.len()).sum::<usize>() > HEADINGS * 3 {
                builder.flush_headings(&mut pending);
            }
            continue;
        }
        if !pending.is_empty() || node.section != builder.section {
            builder.flush();
            builder.section = node.section;
        }
        for heading in pending.drain(..) {
            builder.add(heading);
        }
        builder.add(node);
    }
    builder.flush_headings(&mut pending);
    builder.flush();
    builder.passages
}

/// A sentence, or a heading, in hand.
struct Unit {
    bytes: Range<usize>,
    weight: usize,
    heading: bool,
    /// Whether its paragraph ends with it, and how long the next paragraph is.
    ends_paragraph: bool,
}

struct Builder<'a> {
    text: &'a str,
    lines: &'a Lines,
    outline: &'a Outline,
    section: usize,
    units: Vec<Unit>,
    passages: Vec<Passage>,
}

impl Builder<'_> {
    fn add(&mut self, node: &Node) {
        let from = self.units.len();
        let found = if node.heading {
            vec![node.bytes.clone()]
        } else {
            sentences(self.text, node.bytes.clone(), first_sentence_from(self.text, node))
        };
        self.units.extend(found.into_iter().map(|bytes| Unit {
            weight: weight(&self.text[bytes.clone()]),
            bytes,
            heading: node.heading,
            ends_paragraph: false,
        }));
        if let Some(last) = self.units[from..].last_mut() {
            last.ends_paragraph = true;
        }
    }

    /// Headings below which no text stands are a passage of their own.
    fn flush_headings(&mut self, pending: &mut Vec<&Node>) {
        let Some(last) = pending.last() else { return };
        let section = last.section;
        if section != self.section {
            self.flush();
            self.section = section;
        }
        for heading in pending.drain(..) {
            self.add(heading);
        }
        self.flush();
    }

    /// Makes passages of the units in hand.
    fn flush(&mut self) {
        let units = std::mem::take(&mut self.units);
        let total: usize = units.iter().map(|unit| unit.weight).sum();
        if total == 0 {
            return;
        }
        let mut begin = 0;
        for end in cuts(&units, total) {
            self.emit(&units[begin..end]);
            begin = end;
        }
    }

    fn emit(&mut self, units: &[Unit]) {
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return };
        let bytes = first.bytes.start..last.bytes.end;
        self.passages.push(Passage {
            ordinal: self.passages.len() as u32,
            lines: self.lines.span(&bytes),
            section: self.outline.paths[self.section].clone(),
            sentences: units.iter().map(|unit| unit.bytes.clone()).collect(),
            bytes,
        });
    }
}

/// Where the first sentence may end: past the first character of what follows a run-in heading.
fn first_sentence_from(text: &str, node: &Node) -> usize {
    let rest = &text[node.heading_end..node.bytes.end];
    let spaces = rest.len() - rest.trim_start_matches(is_space).len();
    if node.heading_end > node.bytes.start { node.heading_end + spaces + 1 } else { node.bytes.start }
}

/// Where passages end among the units of a section: near equal parts, between paragraphs where that costs little.
fn cuts(units: &[Unit], total: usize) -> Vec<usize> {
    if total <= WHOLE_SECTION {
        return vec![units.len()];
    }
    let parts = total.div_ceil(AIM);
    let aim = total.div_ceil(parts);
    let paragraphs = paragraph_weights(units);
    let (mut ends, mut have, mut left) = (Vec::new(), 0, total);
    let mut only_headings = true;
    for (i, unit) in units.iter().enumerate() {
        if have >= LEFTOVER && !only_headings && have + unit.weight > MOST {
            ends.push(i);
            (have, only_headings) = (0, true);
        }
        have += unit.weight;
        left -= unit.weight;
        only_headings &= unit.heading;
        let next_paragraph = paragraphs.get(i + 1).copied().unwrap_or(0);
        let done = have >= aim || (unit.ends_paragraph && have >= ENOUGH && have + next_paragraph > MOST);
        if done && !only_headings && left >= LEFTOVER {
            ends.push(i + 1);
            (have, only_headings) = (0, true);
        }
    }
    if ends.last() != Some(&units.len()) {
        // What is left is a leftover only after a cut that the next sentence's length forced.
        if have < LEFTOVER && !ends.is_empty() {
            ends.pop();
        }
        ends.push(units.len());
    }
    ends
}

/// For each unit that begins a paragraph, the paragraph's weight; 0 elsewhere.
fn paragraph_weights(units: &[Unit]) -> Vec<usize> {
    let mut weights = vec![0; units.len()];
    let mut begin = 0;
    for (i, unit) in units.iter().enumerate() {
        weights[begin] += unit.weight;
        if unit.ends_paragraph {
            begin = i + 1;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use crate::document::parse_text;

    fn sentence(n: usize) -> String {
        format!("第{n}批项目要加强组织领导，完善工作机制，按照职责分工抓好落实。")
    }

    #[test]
    fn long_sections_become_passages_of_a_few_hundred_characters_that_end_with_sentences() {
        let text = format!("某市关于项目的通知\n\n一、要求\n{}", (0..100).map(sentence).collect::<String>());
        let passages = parse_text(&text).passages;
        assert!(passages.len() > 5);
        for passage in &passages {
            let length = text[passage.bytes.clone()].chars().count();
            assert!((180..=460).contains(&length), "{length}");
            assert!(text[passage.bytes.clone()].ends_with('。'));
            assert_eq!(passage.section, ["一、要求"]);
        }
    }

    #[test]
    fn headings_stand_at_the_beginning_of_the_passage_of_their_first_clause() {
        let text =
            format!("某市关于项目的通知\n\n一、要求\n（一）总体要求\n{}\n（二）基本原则。{}", sentence(1), sentence(2));
        let passages = parse_text(&text).passages;
        let starts: Vec<&str> =
            passages.iter().map(|passage| text[passage.bytes.clone()].lines().next().unwrap()).collect();
        assert_eq!(starts.len(), 2);
        assert_eq!(starts[0], "某市关于项目的通知");
        assert!(starts[1].starts_with("（二）基本原则。第2批"));
        assert_eq!(passages[0].section, ["一、要求", "（一）总体要求"]);
        assert_eq!(passages[1].sentences.len(), 1, "a run-in heading is one sentence with its first clause");
    }

    #[test]
    fn a_passage_knows_its_lines() {
        let text = format!("某市关于项目的通知\n\n一、要求\n{}\n", sentence(1));
        let passages = parse_text(&text).passages;
        assert_eq!(passages[0].lines, (1, 4));
    }

    #[test]
    fn residue_stands_in_no_passage() {
        let text = format!("某市关于项目的通知\n{}\n- 3 -\n{}", sentence(1), sentence(2));
        let passages = parse_text(&text).passages;
        assert_eq!(passages.len(), 2);
        assert!(passages.iter().all(|passage| !text[passage.bytes.clone()].contains("- 3 -")));
    }
}
