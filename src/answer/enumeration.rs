//! Sentences that name things by their number and tell them in what follows: 实施“六大计划”。其中，“筑基计划”……

use std::ops::Range;

use super::clause::clauses;
use crate::question::Counted;

/// How many sentences behind `sentences[0]` tell what it counts, 0 where it tells that itself; `None` where it counts
/// nothing of the kind, or what follows does not tell as many.
pub fn told(counted: &Counted, sentences: &[&str]) -> Option<usize> {
    let (first, following) = sentences.split_first()?;
    let number = counted.number as usize;
    let rest = &first[counted.counted_in(first)?..];
    if items(first) >= number {
        return Some(0);
    }
    if following.first().is_some_and(|next| items(next) >= number) {
        return Some(1);
    }
    let named = |text: &str| text.matches(counted.head()).count();
    let mut told = named(rest);
    (0..).zip(following).find_map(|(i, sentence)| {
        told += named(sentence);
        (told >= number).then_some(i + 1)
    })
}

/// The bytes of `sentence` from `answer` on up to the clause with `name`, which sums them up: 突破甲产业,做强乙产业,打造“1+1”
/// 产业链群. `None` where the name does not stand in a later clause.
pub fn up_to_name(name: &str, sentence: &str, answer: &Range<usize>) -> Option<Range<usize>> {
    let clauses = clauses(sentence);
    let names = clauses.iter().position(|clause| sentence[clause.clone()].contains(name))?;
    let last = &clauses[names.checked_sub(1)?];
    (answer.end <= last.end).then_some(answer.start..last.end)
}

/// How many things a sentence names beside one another.
fn items(sentence: &str) -> usize {
    sentence.matches('、').count() + usize::from(sentence.contains(['和', '与', '及'])) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_by(question: &str, sentences: &[&str]) -> Option<usize> {
        told(&Counted::read(question).unwrap(), sentences)
    }

    #[test]
    fn what_is_counted_is_told_in_the_sentence_or_in_those_behind_it() {
        let question = "三大计划有哪些";
        assert_eq!(told_by(question, &["实施三大计划：筑基、领跑和携手。"]), Some(0));
        assert_eq!(told_by(question, &["实施筑基、领跑、携手三大计划。"]), Some(0));
        assert_eq!(told_by(question, &["实施三大计划。", "分别是筑基、领跑和携手。"]), Some(1));
        let spread = [
            "实施“三大计划”。",
            "其中，“筑基计划”瞄准原创。",
            "“领跑计划”建园区。",
            "“携手计划”育企业。",
            "另有基金。",
        ];
        assert_eq!(told_by(question, &spread), Some(3));
    }

    #[test]
    fn what_a_name_sums_up_stands_before_it() {
        let sentence = "突破甲和乙产业,做强丙产业,打造“2+1”产业链群。";
        let told = |name, words: &str| {
            let start = sentence.find(words).unwrap();
            up_to_name(name, sentence, &(start..start + words.len())).map(|bytes| &sentence[bytes])
        };
        assert_eq!(told("2+1", "甲和乙产业"), Some("甲和乙产业,做强丙产业,"));
        assert_eq!(told("2+1", "打造“2+1”产业链群"), None);
        assert_eq!(told("3+3", "甲和乙产业"), None);
    }

    #[test]
    fn a_number_alone_tells_nothing() {
        assert_eq!(told_by("三大计划有哪些", &["将实施三大计划，保障落地。", "全市有很多先导区。"]), None);
        assert_eq!(told_by("三大计划有哪些", &["实施四大计划：甲、乙、丙、丁。"]), None);
    }
}
