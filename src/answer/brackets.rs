//! Answers that break off within brackets are made whole.

use std::ops::Range;

use crate::document::{is_closer, is_opener};

/// How many characters a quote may grow on either side; what takes more is left as it is.
const MOST: usize = 30;

/// `range` of `text`, without a bracket at its end that it does not close or at its start that it does not open, on to those
/// that close what it opens further in, and back to those that open what it closes. A title's marks, 《》, always stay.
pub fn whole(text: &str, range: Range<usize>) -> Range<usize> {
    let range = range.start..range.start + text[range.clone()].trim_end_matches(is_opener).len();
    let (mut unopened, mut open) = unmatched(&text[range.clone()]);
    let (mut start, mut end) = (range.start, range.end);
    let at = |byte: usize| text[range.start + byte..].chars().next().filter(|c| !matches!(c, '《' | '》'));
    while let Some(c) = open.first().filter(|&&first| range.start + first == start).and_then(|&first| at(first)) {
        start += c.len_utf8();
        open.remove(0);
    }
    while let Some(c) = unopened.last().and_then(|&last| at(last).filter(|c| range.start + last + c.len_utf8() == end))
    {
        end -= c.len_utf8();
        unopened.pop();
    }
    if start >= end {
        return range;
    }
    let after = text[end..].char_indices().map(|(at, c)| (end + at + c.len_utf8(), c));
    let before = text[..start].char_indices().rev();
    let first = matching(before, unopened.len(), is_opener, is_closer).unwrap_or(start);
    first..matching(after, open.len(), is_closer, is_opener).unwrap_or(end)
}

/// Where in `text` brackets stand that are closed but not opened in it, and those that are opened but not closed.
fn unmatched(text: &str) -> (Vec<usize>, Vec<usize>) {
    let (mut unopened, mut open) = (Vec::new(), Vec::new());
    for (at, c) in text.char_indices() {
        if is_opener(c) {
            open.push(at);
        } else if is_closer(c) && c != '"' && open.pop().is_none() {
            // A straight quotation mark may be either.
            unopened.push(at);
        }
    }
    (unopened, open)
}

/// Where the last of `depth` brackets is met; `None` where there is none to meet, or it stands too far or in another line.
fn matching(
    characters: impl Iterator<Item = (usize, char)>,
    mut depth: usize,
    meets: impl Fn(char) -> bool,
    deepens: impl Fn(char) -> bool,
) -> Option<usize> {
    if depth == 0 {
        return None;
    }
    for (at, c) in characters.take(MOST).take_while(|&(_, c)| c != '\n') {
        if deepens(c) {
            depth += 1;
        } else if meets(c) {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole_of(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap();
        text[whole(text, start..start + part.len())].to_owned()
    }

    #[test]
    fn a_quote_goes_on_to_the_end_of_the_brackets_that_it_opens_and_back_to_those_that_it_closes() {
        let text = "在省(含市（县）)的发展改革委(领导小组办公室)统筹下，依《条例》办理。";
        assert_eq!(whole_of(text, "发展改革委(领导小组"), "发展改革委(领导小组办公室)");
        assert_eq!(whole_of(text, "小组办公室)统筹"), "(领导小组办公室)统筹");
        assert_eq!(whole_of(text, "省(含市（县"), "省(含市（县）)");
        assert_eq!(whole_of(text, "例》办理"), "《条例》办理");
        assert_eq!(whole_of(text, "统筹下"), "统筹下");
        assert_eq!(whole_of(text, "依《条"), "依《条例》");
    }

    #[test]
    fn a_bracket_at_the_end_of_a_quote_that_does_not_hold_the_other_is_dropped() {
        let text = "〔市科技局、各县(市、区)负责〕“有张江和临港。”";
        assert_eq!(whole_of(text, "〔市科技局、各县(市、区)"), "市科技局、各县(市、区)");
        assert_eq!(whole_of(text, "临港。”"), "临港。");
        assert_eq!(whole_of(text, "“有张江和临港。”"), "“有张江和临港。”");
    }

    #[test]
    fn what_has_no_counterpart_near_is_left_as_it_is() {
        let far = format!("甲（{}）乙", "字".repeat(MOST + 1));
        assert_eq!(whole_of(&far, "甲（字"), "甲（字");
        assert_eq!(whole_of("1）培育企业\n（二", "1）培育"), "1）培育");
        assert_eq!(whole_of("甲（乙\n丙）", "甲（乙"), "甲（乙");
    }
}
