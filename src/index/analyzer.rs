//! Text to search terms: character bigrams for Han runs, whole lower-cased words for everything else.
//!
//! The same analysis serves the full-text index, the question and the weighing of sentences.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;

/// The name under which the analyzer is registered with the full-text index.
pub const ANALYZER: &str = "han_bigram";

/// The terms of `text` in order. A Han run of one character is a term by itself.
pub fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut word = String::new();
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if is_han(c) {
            flush_word(&mut word, &mut terms);
            run.push(c);
        } else {
            flush_run(&mut run, &mut terms);
            if c.is_alphanumeric() || (c == '.' && word.ends_with(|d: char| d.is_ascii_digit())) {
                word.push(c);
            } else {
                flush_word(&mut word, &mut terms);
            }
        }
    }
    flush_run(&mut run, &mut terms);
    flush_word(&mut word, &mut terms);
    terms
}

/// `text` in compatibility form and lower case, without white space: what is the same to a reader is the same.
pub fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// A Han character: ideographs of the basic, extension and compatibility blocks.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

fn flush_run(run: &mut Vec<char>, terms: &mut Vec<String>) {
    match run.len() {
        0 => {}
        1 => terms.push(run[0].to_string()),
        _ => terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
    run.clear();
}

fn flush_word(word: &mut String, terms: &mut Vec<String>) {
    // A full stop belongs to a number (3.5) but not to the end of a sentence.
    let trimmed = word.trim_end_matches('.');
    if !trimmed.is_empty() {
        terms.push(trimmed.to_owned());
    }
    word.clear();
}

/// [`terms`] as a tokenizer of the full-text index.
#[derive(Clone, Default)]
pub struct HanBigrams;

/// The stream of one text.
pub struct Stream {
    terms: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for HanBigrams {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { terms: terms(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.next() else { return false };
        self.token.text = term;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_runs_become_bigrams_and_words_stay_whole() {
        assert_eq!(terms("碳化硅(SiC)器件"), ["碳化", "化硅", "sic", "器件"]);
    }

    #[test]
    fn full_width_and_half_width_forms_are_one() {
        assert_eq!(terms("ＡＩ２０２５"), terms("ai2025"));
    }

    #[test]
    fn numbers_keep_their_decimal_point_but_not_a_full_stop() {
        assert_eq!(terms("3.5% in 2025."), ["3.5", "in", "2025"]);
    }

    #[test]
    fn a_single_han_character_is_a_term() {
        assert_eq!(terms("A股"), ["a", "股"]);
    }
}
