//! The clause of a sentence that answers a question: the one that holds what is asked for, with the clauses around it that
//! say of what.

use std::ops::Range;

use super::features::QuestionWords;
use super::signs;
use crate::document::reading_text;
use crate::question::AnswerKind;

/// The most characters that clauses before the best one may make together with it.
const LONGEST: usize = 72;
/// The share of the question's words that a neighbour must add to be told along.
const ADDS: f32 = 0.08;

/// The bytes of `sentence` that answer a question of `kind`: whole clauses, without the punctuation behind them. The
/// whole sentence where no clause stands out.
pub fn clause(words: &QuestionWords, kind: AnswerKind, sentence: &str) -> Range<usize> {
    let whole = trimmed(sentence, 0..sentence.len());
    if kind == AnswerKind::Organisation
        && let Some(duty) = signs::duty(sentence)
    {
        return duty;
    }
    let clauses = clauses(sentence);
    let shares: Vec<f32> = clauses.iter().map(|range| words.share_in(&sentence[range.clone()])).collect();
    let signs: Vec<f32> = clauses.iter().map(|range| signs::of_clause(kind, &sentence[range.clone()])).collect();
    let holding = (0..clauses.len()).filter(|&i| signs[i] > 0.0);
    // A clause may name what the next one counts, and a date stands before what happened on it.
    let near = |i: usize| {
        let after = if kind == AnswerKind::Date { shares.get(i + 1).copied().unwrap_or(0.0) } else { 0.0 };
        let before = if i > 0 { shares[i - 1] } else { 0.0 };
        before.max(after)
    };
    let worth = |i: usize| signs[i] + shares[i] + 0.5 * near(i);
    let Some(best) = holding.max_by(|&a, &b| worth(a).total_cmp(&worth(b)).then(b.cmp(&a))) else { return whole };
    let share = |first: usize, last: usize| words.share_in(&sentence[clauses[first].start..clauses[last].end]);
    let (mut first, mut last) = (best, best);
    for i in (0..best).rev() {
        let characters = reading_text(&sentence[clauses[i].start..clauses[last].end]).chars().count();
        if characters > LONGEST {
            break;
        }
        let year = words.names_year(&sentence[clauses[i].clone()])
            && !words.names_year(&sentence[clauses[first].start..clauses[last].end]);
        if year || share(i, last) - share(first, last) >= ADDS {
            first = i;
        }
    }
    while last + 1 < clauses.len()
        && (signs[last + 1] > 0.0 || kind == AnswerKind::Date && last == best)
        && share(first, last + 1) - share(first, last) >= ADDS
    {
        last += 1;
    }
    trimmed(sentence, clauses[first].start..clauses[last].end)
}

/// The clauses of a sentence: they end at commas and semicolons that stand in no brackets and in no number.
pub(super) fn clauses(sentence: &str) -> Vec<Range<usize>> {
    let (mut clauses, mut start, mut depth) = (Vec::new(), 0, 0usize);
    let mut characters = sentence.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = characters.next() {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let next = characters.peek().map(|&(_, c)| c);
        match c {
            '（' | '(' | '《' | '〔' | '【' | '“' => depth += 1,
            '）' | ')' | '》' | '〕' | '】' | '”' => depth = depth.saturating_sub(1),
            ',' if digits(before) && digits(next) => {}
            '，' | ',' | '；' | ';' | '。' | '！' | '？' if depth == 0 => {
                let end = at + c.len_utf8();
                clauses.push(start..end);
                start = end;
            }
            _ => {}
        }
        before = Some(c);
    }
    if !sentence[start..].trim().is_empty() {
        clauses.push(start..sentence.len());
    }
    clauses
}

/// `range` without white space and the punctuation that ends a clause, or that what is told stands behind.
pub(super) fn trimmed(sentence: &str, range: Range<usize>) -> Range<usize> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '，' | ',' | '；' | ';' | '。');
    let begins = |c: char| ends(c) || matches!(c, '：' | ':' | '、');
    let text = &sentence[range.clone()];
    let start = range.start + text.len() - text.trim_start_matches(begins).len();
    let end = range.start + text.trim_end_matches(ends).len();
    if end > start { start..end } else { range }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_end_at_commas_but_not_within_brackets_or_numbers() {
        let sentence = "到2025年,产值1,500亿元（其中甲，乙），建成“一核，两翼”；培育企业。";
        let found: Vec<&str> = clauses(sentence).into_iter().map(|range| &sentence[range]).collect();
        assert_eq!(found, ["到2025年,", "产值1,500亿元（其中甲，乙），", "建成“一核，两翼”；", "培育企业。"]);
    }

    #[test]
    fn a_clause_is_cut_without_the_punctuation_behind_it() {
        assert_eq!(trimmed(" 建成70座，", 0.." 建成70座，".len()), 1.." 建成70座".len());
        assert_eq!(trimmed("电话：0523", 6..13), 9..13);
        assert_eq!(trimmed("。", 0..3), 0..3);
    }
}
