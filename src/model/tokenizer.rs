//! Tokenizers: the built-in one, in a form that is ready when the process starts, and those of model folders.
//!
//! tokenizers' own Unigram model makes a hash map for every node of a trie of its 106,210 pieces, which took two thirds of
//! the time and a fifth of the memory of a question. [`Pieces`] is the same model over a double array that the build has
//! laid out; normaliser, pre-tokeniser and post-processor are those of tokenizers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokenizers::models::unigram::UnigramTrainer;
use tokenizers::{
    DecoderWrapper, Encoding, Model, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, Token, Tokenizer,
    TokenizerImpl, TruncationParams,
};
use yada::DoubleArray;

use super::ModelError;

/// The built-in tokenizer without its vocabulary; the pieces with their numbers as a double array; and the score of each,
/// little-endian f64. `build.rs` makes them of `models/*.tokenizer.json`.
const FRAME: &str = include_str!(concat!(env!("OUT_DIR"), "/tokenizer.json"));
static PIECES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pieces.trie"));
static SCORES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pieces.scores"));

/// By how much less than the worst piece an unknown character scores: the constant of sentencepiece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// What a model needs of a tokenizer, whatever pieces it is made of.
pub trait Tokenise: Send + Sync {
    /// The tokens of `text` with the bytes they come from, with marks at begin and end if `special`.
    fn encode(&self, text: &str, special: bool) -> Result<Encoding, ModelError>;
    /// The number of a token.
    fn token_to_id(&self, token: &str) -> Option<u32>;
}

type Embedded = TokenizerImpl<Pieces, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

impl Tokenise for Embedded {
    fn encode(&self, text: &str, special: bool) -> Result<Encoding, ModelError> {
        TokenizerImpl::encode(self, text, special).map_err(|e| ModelError::Tokenize(e.to_string()))
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        TokenizerImpl::token_to_id(self, token)
    }
}

impl Tokenise for Tokenizer {
    fn encode(&self, text: &str, special: bool) -> Result<Encoding, ModelError> {
        TokenizerImpl::encode(self, text, special).map_err(|e| ModelError::Tokenize(e.to_string()))
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        TokenizerImpl::token_to_id(self, token)
    }
}

/// The built-in tokenizer; texts are cut at `max_tokens`.
pub fn embedded(max_tokens: usize) -> tokenizers::Result<impl Tokenise + use<>> {
    let mut tokenizer: Embedded = serde_json::from_str(FRAME)?;
    tokenizer.with_truncation(Some(TruncationParams { max_length: max_tokens, ..Default::default() }))?;
    Ok(tokenizer)
}

/// A Unigram model (Kudo 2018): of all ways to cut a text into pieces the one with the highest sum of scores.
#[derive(Deserialize)]
#[serde(try_from = "Settings")]
struct Pieces {
    trie: DoubleArray<&'static [u8]>,
    settings: Settings,
}

/// What [`FRAME`] says of the model.
#[derive(Deserialize)]
struct Settings {
    /// The number of the token for unknown characters.
    unk_id: u32,
    /// The lowest score of a piece.
    min_score: f64,
}

impl TryFrom<Settings> for Pieces {
    type Error = String;

    fn try_from(settings: Settings) -> Result<Self, String> {
        let trie = DoubleArray::new(PIECES).map_err(|e| format!("the pieces: {e:?}"))?;
        Ok(Self { trie, settings })
    }
}

/// The best way to cut a text up to some byte: its score, and its last piece with the byte where that begins.
#[derive(Clone, Copy)]
struct Cut {
    score: f64,
    piece: u32,
    start: usize,
}

impl Pieces {
    fn score(piece: u32) -> f64 {
        SCORES.as_chunks::<8>().0.get(piece as usize).map_or(f64::NEG_INFINITY, |bytes| f64::from_le_bytes(*bytes))
    }

    /// The pieces of `text` from left to right, with their bytes.
    fn cut(&self, text: &str) -> Vec<(u32, usize, usize)> {
        let Settings { unk_id, min_score } = self.settings;
        let mut best: Vec<Option<Cut>> = vec![None; text.len() + 1];
        let mut offer = |end: usize, score: f64, piece: u32, start: usize| {
            let score = score + best[start].map_or(0.0, |before| before.score);
            if best[end].is_none_or(|known| score > known.score) {
                best[end] = Some(Cut { score, piece, start });
            }
        };
        for (start, character) in text.char_indices() {
            let next = start + character.len_utf8();
            let mut is_known = false;
            for (piece, length) in self.trie.common_prefix_search(&text[start..]) {
                offer(start + length, Self::score(piece), piece, start);
                is_known |= start + length == next;
            }
            if !is_known {
                offer(next, min_score - UNKNOWN_PENALTY, unk_id, start);
            }
        }
        let mut pieces: Vec<(u32, usize, usize)> = Vec::new();
        let mut end = text.len();
        while let Some(Cut { piece, start, .. }) = best[end] {
            match pieces.last_mut() {
                // Unknown characters beside each other are one token.
                Some(last) if piece == unk_id && last.0 == unk_id => last.1 = start,
                _ => pieces.push((piece, start, end)),
            }
            end = start;
        }
        pieces.reverse();
        pieces
    }
}

impl Model for Pieces {
    type Trainer = UnigramTrainer;

    fn tokenize(&self, text: &str) -> tokenizers::Result<Vec<Token>> {
        let token = |(id, start, end): (u32, usize, usize)| Token::new(id, text[start..end].to_owned(), (start, end));
        Ok(self.cut(text).into_iter().map(token).collect())
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.trie.exact_match_search(token)
    }

    /// Nothing here turns numbers into text again, so the pieces are not kept in that order.
    fn id_to_token(&self, _: u32) -> Option<String> {
        None
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        HashMap::new()
    }

    fn get_vocab_size(&self) -> usize {
        SCORES.len() / 8
    }

    fn save(&self, _: &Path, _: Option<&str>) -> tokenizers::Result<Vec<PathBuf>> {
        Err("the built-in tokenizer is saved by exporting the model".into())
    }

    fn get_trainer(&self) -> UnigramTrainer {
        UnigramTrainer::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::embedded::TOKENIZER;
    use super::*;

    static PLAIN: LazyLock<Tokenizer> = LazyLock::new(|| {
        let mut plain = Tokenizer::from_bytes(TOKENIZER).unwrap();
        plain.with_truncation(Some(TruncationParams { max_length: 64, ..Default::default() })).unwrap();
        plain
    });

    /// Ids and bytes are those of the tokenizer that tokenizers loads from the whole file.
    fn agree(text: &str) {
        static EMBEDDED: LazyLock<Box<dyn Tokenise>> = LazyLock::new(|| Box::new(embedded(64).unwrap()));
        for special in [false, true] {
            let ours = EMBEDDED.encode(text, special).unwrap();
            let plain = Tokenise::encode(&*PLAIN, text, special).unwrap();
            assert_eq!(ours.get_ids(), plain.get_ids(), "{text:?}");
            assert_eq!(ours.get_offsets(), plain.get_offsets(), "{text:?}");
        }
    }

    #[test]
    fn documents_get_the_tokens_of_the_whole_file() {
        for entry in std::fs::read_dir("seeds").unwrap().map(Result::unwrap) {
            std::fs::read_to_string(entry.path()).unwrap().lines().for_each(agree);
        }
    }

    #[test]
    fn unknown_characters_white_space_and_marks_get_the_tokens_of_the_whole_file() {
        for text in
            ["", " ", "\0", "a\0b", "×÷", "7×24小时", "𠮷𠮷野家", "<s>问</s>", "<unk>", "▁▁", "\u{3000}１２％\t\n"]
        {
            agree(text);
        }
        for mark in ["<s>", "</s>", "政策", "×÷"] {
            let embedded = embedded(64).unwrap();
            assert_eq!(Tokenise::token_to_id(&embedded, mark), Tokenise::token_to_id(&*PLAIN, mark), "{mark}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_the_tokens_of_the_whole_file(text in "(\\PC|[一-龥]|[a-z ]|\\s|[×÷♠𠀀-𠀐]){0,60}") {
            agree(&text);
        }
    }
}
