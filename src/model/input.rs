//! A question and a page as the reader's tokens: `<s> question </s> header body </s>`.

use super::ModelError;
use super::tokenizer::Tokenise;

/// How many tokens the parts may have. The reader was trained with these.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    question: usize,
    /// Of a header with more tokens than these two, its first and its last are kept: the title's beginning and the
    /// nearest heading.
    header_head: usize,
    header_tail: usize,
    total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { question: 48, header_head: 40, header_tail: 24, total: 384 }
    }
}

/// The marks around the parts.
const BEGIN: &str = "<s>";
const END: &str = "</s>";

/// A question with a page, tokenised.
#[derive(Debug)]
pub struct Paired {
    pub ids: Vec<u32>,
    /// Tokens of type 0: all before the header.
    pub plain: usize,
    /// Where the body begins.
    pub body: usize,
    /// The bytes of the body that each of its tokens comes from.
    pub offsets: Vec<(usize, usize)>,
}

impl Paired {
    /// Question, header and body are tokenised one by one; what of the body does not fit is not read.
    pub fn new(
        tokenizer: &dyn Tokenise,
        limits: Limits,
        question: &str,
        header: &str,
        body: &str,
    ) -> Result<Self, ModelError> {
        let encode = |text: &str| tokenizer.encode(text, false);
        let mark = |mark: &str| {
            tokenizer.token_to_id(mark).ok_or_else(|| ModelError::Tokenize(format!("the tokenizer has no {mark}")))
        };
        let (begin, end) = (mark(BEGIN)?, mark(END)?);
        let asked = encode(question)?;
        let mut ids = vec![begin];
        ids.extend(asked.get_ids().iter().take(limits.question));
        ids.push(end);
        let plain = ids.len();
        if !header.is_empty() {
            let header = encode(header)?;
            let header = header.get_ids();
            if header.len() > limits.header_head + limits.header_tail {
                ids.extend(&header[..limits.header_head]);
                ids.extend(&header[header.len() - limits.header_tail..]);
            } else {
                ids.extend(header);
            }
        }
        let at = ids.len();
        let room = limits.total - 1 - at;
        let read = encode(body)?;
        ids.extend(read.get_ids().iter().take(room));
        ids.push(end);
        let offsets = read.get_offsets().iter().take(room).copied().collect();
        Ok(Self { ids, plain, body: at, offsets })
    }
}
