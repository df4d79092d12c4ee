//! The search terms of a question, with their weights.

use std::collections::HashMap;
use std::ops::Range;

use super::{Vocabulary, cues};
use crate::index::analyzer::terms;
use crate::region;

/// The weight of a search term that stands for another one, against 1 for a word of the question itself.
pub const SYNONYM_WEIGHT: f32 = 0.4;

/// The words of the question at weight 1, synonyms and the Chinese names of places at less.
pub fn weighed(
    text: &str,
    places: &[(Range<usize>, &'static str)],
    place_names: &[&str],
    vocabulary: &Vocabulary,
) -> Vec<(String, f32)> {
    let mut weights: HashMap<String, f32> = HashMap::new();
    let mut order = Vec::new();
    let mut add = |term: String, weight: f32| {
        let known = weights.entry(term.clone()).or_insert_with(|| {
            order.push(term);
            0.0
        });
        *known = known.max(weight);
    };
    // A bigram across the end of a place's name, 省重 of 江苏省重点, is no word.
    let mut at = 0;
    for (bytes, _) in places.iter().chain([&(text.len()..text.len(), region::NATION)]) {
        let between = &text[at..bytes.start];
        let between = if at > 0 { cues::without_particle(between) } else { between };
        terms(&cues::without_question_words(between)).into_iter().for_each(|term| add(term, 1.0));
        terms(&text[bytes.clone()]).into_iter().for_each(|term| add(term, 1.0));
        at = bytes.end;
    }
    place_names.iter().flat_map(|name| terms(name)).for_each(|term| add(term, 1.0));
    for (synonym, exact) in vocabulary.synonyms(text) {
        let weight = if exact { 1.0 } else { SYNONYM_WEIGHT };
        terms(synonym).into_iter().for_each(|term| add(term, weight));
    }
    order.into_iter().map(|term| (weights[&term], term)).map(|(weight, term)| (term, weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{Language, Question};

    fn words(question: &str) -> Vec<String> {
        let question = Question::parse(question).unwrap();
        question.terms.into_iter().filter(|(_, weight)| *weight == 1.0).map(|(term, _)| term).collect()
    }

    #[test]
    fn question_words_are_not_searched_for() {
        assert_eq!(words("主营业务收入目标是多少？"), ["主营", "营业", "业务", "务收", "收入", "入目", "目标"]);
    }

    #[test]
    fn no_word_reaches_across_the_end_of_a_place_name() {
        let words = words("江苏省重点发展哪些产业？");
        assert!(!words.contains(&"省重".to_owned()) && words.contains(&"重点".to_owned()), "{words:?}");
    }

    #[test]
    fn an_english_question_is_searched_for_by_the_chinese_names_of_its_topics_and_places() {
        let question = Question::parse("How many hydrogen refuelling stations does Shanghai want?").unwrap();
        assert_eq!(question.language, Language::English);
        let terms: Vec<&str> = question.terms.iter().map(|(term, _)| term.as_str()).collect();
        assert!(terms.contains(&"上海") && terms.contains(&"加氢"), "{terms:?}");
    }

    #[test]
    fn synonyms_weigh_less_than_the_words_asked_for() {
        let question = Question::parse("第三代半导体").unwrap();
        let weight = |term: &str| question.terms.iter().find(|(t, _)| t == term).map(|(_, w)| *w);
        assert_eq!(weight("半导"), Some(1.0));
        assert_eq!(weight("碳化"), Some(SYNONYM_WEIGHT));
    }
}
