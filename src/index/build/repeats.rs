//! Documents that repeat another: the same text under a different header, as when a city's website carries the notice of
//! its province.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::index::analyzer::fold;

/// Sentences with fewer characters, such as headings and addresses, prove nothing.
const SENTENCE: usize = 16;
/// A document with fewer characters in such sentences is not judged.
const DOCUMENT: usize = 200;
/// The share of them that another document has, from which it is a repetition.
const SHARE: f64 = 0.8;

/// The sentences seen so far, by hash, with the first document that has each.
#[derive(Default)]
pub struct Repeats {
    first: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Repeats {
    /// Takes up the sentences of document `number` and tells which earlier document it repeats.
    pub fn add<'a>(&mut self, number: usize, sentences: impl Iterator<Item = &'a str>) -> Option<usize> {
        let number = u32::try_from(number).ok()?;
        let (mut total, mut shared) = (0, HashMap::<u32, usize>::new());
        for sentence in sentences {
            let sentence = fold(sentence);
            let characters = sentence.chars().count();
            if characters < SENTENCE {
                continue;
            }
            total += characters;
            let first = *self.first.entry(self.hasher.hash_one(&sentence)).or_insert(number);
            if first != number {
                *shared.entry(first).or_default() += characters;
            }
        }
        // Of two that hold equally much of it, the earlier.
        let (other, characters) = shared.into_iter().max_by_key(|&(other, n)| (n, std::cmp::Reverse(other)))?;
        (total >= DOCUMENT && characters as f64 >= SHARE * total as f64).then_some(other as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: [&str; 4] = [
        "为贯彻落实国家关于推进新型工业化的部署，加快培育发展未来产业，结合本市实际，制定本实施意见。",
        "到2025年，全市未来产业实现主营业务收入3000亿元以上，建成若干具有国际影响力的创新平台，集聚一批领军人才和团队。",
        "各有关部门要按照职责分工，细化工作举措，确保各项任务落到实处，重大事项及时向市政府报告，并于每年年底前报送情况。",
        "市财政局会同有关部门统筹安排专项资金，支持关键核心技术攻关和重大成果转化项目建设，对入库企业给予研发费用补助。",
    ];

    #[test]
    fn a_document_under_another_header_is_a_repetition() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.add(0, BODY.into_iter()), None);
        let header = ["转载：关于加快培育发展未来产业的实施意见", "联系电话：010-12345678"];
        assert_eq!(repeats.add(1, header.into_iter().chain(BODY)), Some(0));
    }

    #[test]
    fn a_document_that_shares_a_sentence_is_none() {
        let mut repeats = Repeats::default();
        repeats.add(0, BODY.into_iter());
        let own: Vec<String> = (0..8)
            .map(|i| format!("本市实施第{i}项人工智能行动计划，建设算力基础设施，培育大模型企业集群。"))
            .collect();
        assert_eq!(repeats.add(1, BODY[..1].iter().copied().chain(own.iter().map(String::as_str))), None);
    }

    #[test]
    fn a_short_text_is_not_judged() {
        let mut repeats = Repeats::default();
        repeats.add(0, BODY[..1].iter().copied());
        assert_eq!(repeats.add(1, BODY[..1].iter().copied()), None);
    }
}
