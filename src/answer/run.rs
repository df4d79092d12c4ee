//! From the best sentence to what is told and quoted with it: its neighbours, the items of its list, its paragraph.

use super::evidence::Measured;
use crate::document::marker;

/// How much worse than the best sentence a neighbour may score and still be part of the answer. Of 0.5 to 3, the value
/// beyond which answers grow faster than what they cover.
const NEIGHBOUR_MARGIN: f32 = 2.0;

/// The longest quote that neighbours may make, in bytes: 240 Chinese characters of the paragraph.
const QUOTE_BYTES: usize = 720;

/// The longest that is quoted whole, in bytes (400 Chinese characters; no passage is much longer): a list, and the paragraph
/// of what answers, for conditions and exceptions stand at its end.
const WHOLE_BYTES: usize = 1200;

/// How a sentence stands to those around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// It begins a line.
    opens_line: bool,
    /// It ends a paragraph, or would: with a full stop or a bracket.
    complete: bool,
    /// It announces what follows: it ends with a colon.
    announces: bool,
    /// It begins an item of a list: the rank of its number.
    item: Option<i32>,
    /// It announces a list and begins it, 主要包括：（1）…: the bytes before the first item, and its rank.
    begins_list: Option<(usize, i32)>,
}

impl Shape {
    /// The shape of `sentence`, which stands behind `gap`.
    pub fn of(gap: &str, sentence: &str) -> Self {
        let item = |text: &str| {
            let number = text.chars().next().is_some_and(|c| "一二三四五六七八九十".contains(c));
            let told = number && text.chars().nth(1) == Some('是');
            let numbered = marker(text).map(|mark| (mark.level.rank(), mark.number == 1));
            numbered.or_else(|| told.then(|| (0, text.starts_with('一'))))
        };
        let behind_colon = |(at, colon): (usize, &str)| {
            let rest = sentence[at + colon.len()..].trim_start();
            item(rest).filter(|(_, first)| *first).map(|(rank, _)| (sentence.len() - rest.len(), rank))
        };
        let begins_list = sentence.match_indices(['：', ':']).find_map(behind_colon);
        let sentence = sentence.trim();
        Self {
            opens_line: gap.contains('\n'),
            complete: sentence.ends_with(['。', '！', '？', '!', '?', '.', '〕', '】', '”', '）', ')']),
            announces: sentence.ends_with(['：', ':']),
            item: item(sentence).map(|(rank, _)| rank),
            begins_list,
        }
    }
}

/// Sentences around the best one, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Those that answer.
    pub pinpoint: (usize, usize),
    /// Those that are quoted: the same in their paragraph.
    pub quote: (usize, usize),
    /// The pinpoint is told as it stands: the items of a list, or an announcement with what follows it.
    pub whole: bool,
    /// Bytes at the beginning of the pinpoint that are not told: the heading or the announcement in its first sentence.
    pub skip: usize,
}

/// The run around sentence `best`, of those that are not quoted yet. Where a `list` is asked for, it is the whole list. The
/// first quote of all is that of the whole paragraph.
pub fn run(sentences: &[Measured], scores: &[f32], quoted: &[bool], best: usize, list: bool) -> Run {
    let limit = if quoted.contains(&true) { QUOTE_BYTES } else { WHOLE_BYTES };
    let free = |i: usize| sentences[i].row == sentences[best].row && !quoted[i];
    let span = |(first, last): (usize, usize)| sentences[last].bytes.end - sentences[first].bytes.start;
    let items = if list { items(sentences, &free, best) } else { None };
    if let Some((first, last)) = items {
        // Of a list too long to be quoted whole, what fits.
        let fitting =
            (first..=last).rev().find(|i| span((first, *i)) <= WHOLE_BYTES).filter(|i| *i > first && *i >= best);
        if let Some(last) = fitting {
            let announced = first.checked_sub(1).filter(|i| free(*i) && sentences[*i].shape.announces);
            let begins_list = sentences[first].shape.begins_list;
            // What none announces may be a list of other things, of which one item answers.
            return Run {
                pinpoint: (first, last),
                quote: (announced.unwrap_or(first), last),
                whole: announced.is_some() || begins_list.is_some(),
                skip: begins_list.map_or(0, |(skip, _)| skip),
            };
        }
    }
    let grown = |margin: f32| {
        let near = |i: &usize| free(*i) && scores[*i] >= scores[best] - margin;
        let (mut first, mut last) = (best, best);
        loop {
            let after = (last + 1 < sentences.len()).then_some(last + 1);
            let after = after.filter(|i| near(i) && leads_on(sentences, last) && span((first, *i)) <= limit);
            let before = first.checked_sub(1);
            let before = before.filter(|i| near(i) && continues(sentences, first) && span((*i, last)) <= limit);
            match (before, after) {
                (Some(before), Some(after)) if scores[before] > scores[after] => first = before,
                (_, Some(after)) => last = after,
                (Some(before), None) => first = before,
                (None, None) => return (first, last),
            }
        }
    };
    let quote = grown(f32::INFINITY);
    // 如下： is no answer without what follows.
    let whole = sentences[best].shape.announces && quote.1 > best;
    Run { pinpoint: if whole { (best, quote.1) } else { grown(NEIGHBOUR_MARGIN) }, quote, whole, skip: 0 }
}

/// Whether sentence `i` is to be read on. A quote across paragraphs runs together what stands apart; but a heading, or what
/// announces a list, is nothing without what follows.
fn leads_on(sentences: &[Measured], i: usize) -> bool {
    !sentences[i + 1].shape.opens_line || !sentences[i].shape.complete
}

/// Whether sentence `i` belongs to what stands before it: in its paragraph, or announcing it.
fn continues(sentences: &[Measured], i: usize) -> bool {
    !sentences[i].shape.opens_line || i > 0 && sentences[i - 1].shape.announces
}

/// The items of the list that sentence `best` announces or is part of, first and last sentence: at least two.
fn items(sentences: &[Measured], free: &impl Fn(usize) -> bool, best: usize) -> Option<(usize, usize)> {
    let begin = if sentences[best].shape.announces { best + 1 } else { best };
    let shape = sentences.get(begin).filter(|_| free(begin))?.shape;
    let rank = shape.begins_list.map(|(_, rank)| rank).or(shape.item)?;
    let begins = |i: usize| sentences[i].shape.begins_list.is_some_and(|(_, own)| own == rank);
    let is_item = |i: usize| sentences[i].shape.item == Some(rank);
    // What belongs to an item: sentences on its line, and items below it.
    let inside = |i: usize| {
        let shape = sentences[i].shape;
        shape.item.map_or(!shape.opens_line, |own| own > rank)
    };
    let (mut first, mut last) = (begin, begin);
    while last + 1 < sentences.len() && free(last + 1) && !begins(last + 1) && (is_item(last + 1) || inside(last + 1)) {
        last += 1;
    }
    while !begins(first)
        && first > 0
        && free(first - 1)
        && (begins(first - 1) || is_item(first - 1) || inside(first - 1))
    {
        first -= 1;
    }
    // Sentences before the first item belong to none.
    let first = (first..=begin).find(|i| begins(*i) || is_item(*i))?;
    ((first..=last).filter(|i| begins(*i) || is_item(*i)).count() >= 2).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Features;

    /// The sentences of a text, one a line; those that begin with `+` continue theirs.
    fn sentences(text: &str) -> Vec<Measured> {
        let line = |(i, line): (usize, &str)| {
            let (gap, sentence) = line.strip_prefix('+').map_or(("\n", line), |rest| ("", rest));
            let (bytes, shape) = (i * 90..i * 90 + 90, Shape::of(gap, sentence));
            Measured { row: 0, bytes, shape, enumerates: None, under: None, features: Features::default() }
        };
        text.lines().enumerate().map(line).collect()
    }

    fn runs(text: &str, scores: &[f32], best: usize, list: bool) -> Run {
        run(&sentences(text), scores, &vec![false; scores.len()], best, list)
    }

    #[test]
    fn a_neighbour_that_scores_nearly_as_well_answers_and_the_quote_shows_both_in_their_paragraph() {
        let found = runs("甲。\n+乙。\n+丙。\n+丁。\n戊。", &[1.0, 5.0, 4.0, 0.0, 5.0], 1, false);
        assert_eq!(found, Run { pinpoint: (1, 2), quote: (0, 3), whole: false, skip: 0 });
    }

    #[test]
    fn a_heading_is_quoted_with_what_follows_and_a_paragraph_without_the_next() {
        assert_eq!(runs("一、方式\n甲。\n乙。", &[5.0, 0.0, 0.0], 0, false).quote, (0, 1));
        assert_eq!(runs("一、方式\n甲。\n乙。", &[0.0, 5.0, 0.0], 1, false).quote, (1, 1));
        assert_eq!(runs("甲。\n乙。", &[5.0, 5.0], 0, false).quote, (0, 0));
    }

    #[test]
    fn a_long_paragraph_is_quoted_from_its_better_side_and_first_of_all_to_its_end() {
        let mut scores = [0.0; 12];
        (scores[2], scores[3]) = (1.0, 5.0);
        let paragraph = sentences(&["+甲。"; 12].join("\n"));
        let quote = |quoted: &[bool]| run(&paragraph, &scores, quoted, 3, false).quote;
        assert_eq!(quote(&[false; 12]), (0, 11));
        let mut quoted = [false; 12];
        quoted[11] = true;
        assert_eq!(quote(&quoted), (2, 9));
    }

    #[test]
    fn a_list_is_told_whole_and_quoted_with_what_announces_it() {
        let text = "材料如下：\n1.审批表；\n2.证明。\n+须盖章。\n3.申请书。\n收件后办理。";
        let list = Run { pinpoint: (1, 4), quote: (0, 4), whole: true, skip: 0 };
        assert_eq!(runs(text, &[5.0, 0.0, 0.0, 0.0, 0.0, 0.0], 0, true), list);
        assert_eq!(runs(text, &[0.0, 0.0, 5.0, 0.0, 0.0, 0.0], 2, true), list);
        let unannounced = runs("一是甲。\n+二是乙。", &[0.0, 5.0], 1, true);
        assert_eq!((unannounced.pinpoint, unannounced.whole), ((0, 1), false));
    }

    #[test]
    fn a_list_that_begins_in_the_sentence_that_announces_it_is_told_from_its_first_item() {
        let text = "应当采取措施，包括：（1）隔离。\n+（2）停工。\n+必要时封闭。\n+（3）检疫。";
        let list = Run { pinpoint: (0, 3), quote: (0, 3), whole: true, skip: "应当采取措施，包括：".len() };
        for best in [0, 1, 3] {
            assert_eq!(runs(text, &[0.0; 4], best, true), list);
        }
        assert_eq!(runs("收费：1.5元。\n+另收2元。", &[0.0; 2], 0, true).skip, 0);
    }

    #[test]
    fn of_a_list_too_long_to_be_quoted_what_fits_is_told() {
        let text = ["材料如下："].into_iter().chain(["（一）审批表；"; 20]).collect::<Vec<_>>().join("\n");
        let list = runs(&text, &[0.0; 21], 0, true);
        assert_eq!((list.pinpoint, list.quote, list.whole), ((1, 13), (0, 13), true));
    }

    #[test]
    fn an_announcement_is_told_with_what_follows() {
        let found = runs("甲。\n材料如下：\n1.审批表。\n乙。", &[0.0, 5.0, 0.0, 0.0], 1, false);
        assert_eq!((found.pinpoint, found.whole), ((1, 2), true));
    }

    #[test]
    fn an_item_alone_is_no_list() {
        assert_eq!(runs("1.甲。\n乙。", &[5.0, 0.0], 0, true).pinpoint, (0, 0));
    }
}
