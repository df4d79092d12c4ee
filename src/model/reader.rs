//! The reader: one network over question and passage that marks where the answer stands and tells whether there is one.
//!
//! Embeddings and lower layers are those of the embedding model; only the layers above and the heads are its own. See
//! `models/reader/`, where it is trained.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value};
use rayon::prelude::*;

use super::ModelError;
use super::encoder::{BertEncoder, Sequence};
use super::input::{Limits, Paired};
use super::kernels::dense::Then;
use super::kernels::rows::Levels;
use super::layer::{Layer, Linear};
use super::tokenizer::Tokenise;
use super::weights::Gguf;

/// The reader's name, as its file has it.
pub const READER_NAME: &str = "reader-zh-q8_0";

static WEIGHTS: &[u8] = include_bytes!("../../models/reader-zh-q8_0.gguf");

/// The longest spans that are looked for, in tokens.
const SHORT_TOKENS: usize = 60;
const LONG_TOKENS: usize = 256;

/// The most spans that are told of each kind.
pub const SPANS: usize = 12;

/// Pages in one forward pass: large enough for full matrix products, small enough to bound memory.
const PAGES_PER_BATCH: usize = 8;

/// A passage to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What the passage stands under: its document's title and its section path.
    pub header: String,
    pub body: String,
}

/// Part of a body that may be the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Bytes of the body.
    pub bytes: Range<usize>,
    /// The logarithm of its probability, "no answer" and all places of the body being the choices.
    pub log_probability: f32,
    /// How far its score lies above that of "no answer".
    pub over_null: f32,
}

/// What the reader makes of a page. Spans stand likeliest first, at most 12; none where the body is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The answer as briefly as it can be given.
    pub short: Vec<Span>,
    /// The answer as a person would quote it.
    pub long: Vec<Span>,
    /// The logit of "this page answers the question".
    pub relevance: f32,
}

/// A reader over the lower layers of the embedding model.
pub struct Reader {
    base: Arc<BertEncoder>,
    /// How many layers of `base` run before its own.
    shared: usize,
    layers: Vec<Layer>,
    short: Linear,
    long: Linear,
    relevance_hidden: Linear,
    relevance_out: Linear,
}

impl Reader {
    /// The reader inside the binary, over the embedding model it was trained on.
    pub fn embedded(base: Arc<BertEncoder>) -> Result<Self, ModelError> {
        Self::load(base, true)
    }

    /// Stored blocks are multiplied as such, or as the f32 that they stand for.
    fn load(base: Arc<BertEncoder>, in_blocks: bool) -> Result<Self, ModelError> {
        let content = Content::read(&mut Cursor::new(WEIGHTS))?;
        let shared = content.metadata.get("zhice.reader.first_layer").map(Value::to_u32).transpose()?.unwrap_or(0);
        let shared = shared as usize;
        let (isa, sizes) = (base.isa(), base.sizes());
        let weights = Gguf { content: &content, bytes: WEIGHTS, in_blocks };
        let hidden = sizes.shape.hidden;
        let linear = |name: &str, outputs| Linear::load(isa, name, outputs, hidden, &weights);
        Ok(Self {
            shared,
            layers: Layer::load(isa, shared..sizes.shape.layers, sizes, &weights)?,
            short: linear("span.short", 2)?,
            long: linear("span.long", 2)?,
            relevance_hidden: linear("relevance.hidden", hidden)?,
            relevance_out: linear("relevance.out", 1)?,
            base,
        })
    }

    /// Reads each page for the answer to `question`. A page's reading depends on nothing but itself.
    pub fn read(&self, tokenizer: &dyn Tokenise, question: &str, pages: &[Page]) -> Result<Vec<Reading>, ModelError> {
        let paired = |page: &Page| Paired::new(tokenizer, Limits::default(), question, &page.header, &page.body);
        let paired = pages.par_iter().map(paired).collect::<Result<Vec<_>, _>>()?;
        let mut readings = Vec::with_capacity(pages.len());
        for (paired, pages) in paired.chunks(PAGES_PER_BATCH).zip(pages.chunks(PAGES_PER_BATCH)) {
            let logits = self.logits(paired)?;
            let read = logits.iter().zip(paired).zip(pages);
            readings.extend(read.map(|((logits, paired), page)| logits.reading(paired, &page.body)));
        }
        Ok(readings)
    }

    fn logits(&self, pages: &[Paired]) -> Result<Vec<Logits>, candle_core::Error> {
        let sequences: Vec<Sequence> = pages.iter().map(|p| Sequence { ids: &p.ids, plain: p.plain }).collect();
        let states = self.base.states(&sequences, &[self.base.layers(self.shared), &self.layers])?;
        Ok(states.iter().map(|x| self.heads(x)).collect())
    }

    /// `x` are the states of one page, `[tokens, hidden]`.
    fn heads(&self, x: &[f32]) -> Logits {
        let hidden = self.base.sizes().shape.hidden;
        let mut relevance = self.linear(&self.relevance_hidden, &x[..hidden]);
        relevance.iter_mut().for_each(|x| *x = x.tanh());
        let relevance = self.linear(&self.relevance_out, &relevance);
        let head = |head: &Linear| {
            let rows = self.linear(head, x);
            let column = |i: usize| rows.chunks_exact(2).map(|row| row[i]).collect();
            Head { start: column(0), end: column(1) }
        };
        Logits { short: head(&self.short), long: head(&self.long), relevance: relevance[0] }
    }

    fn linear(&self, linear: &Linear, x: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; x.len() / self.base.sizes().shape.hidden * linear.outputs()];
        linear.forward(self.base.isa(), x, &mut out, &mut Levels::default(), Then::Nothing);
        out
    }
}

/// Start and end logits of every position.
struct Head {
    start: Vec<f32>,
    end: Vec<f32>,
}

struct Logits {
    short: Head,
    long: Head,
    relevance: f32,
}

impl Logits {
    fn reading(&self, paired: &Paired, body: &str) -> Reading {
        Reading {
            short: self.short.likely(paired, body, SHORT_TOKENS),
            long: self.long.likely(paired, body, LONG_TOKENS),
            relevance: self.relevance,
        }
    }
}

impl Head {
    /// The likeliest spans of at most `most` tokens of the body, best first.
    fn likely(&self, paired: &Paired, body: &str, most: usize) -> Vec<Span> {
        let within = paired.body..paired.body + paired.offsets.len();
        let (start, end) = (&self.start[within.clone()], &self.end[within]);
        let mut best: Vec<(f32, usize, usize)> = Vec::with_capacity(SPANS + 1);
        for (first, from) in start.iter().enumerate() {
            for (last, to) in end.iter().enumerate().skip(first).take(most) {
                let score = from + to;
                if best.len() == SPANS && best.last().is_some_and(|worst| score <= worst.0) {
                    continue;
                }
                let at = best.partition_point(|known| known.0 >= score);
                best.insert(at, (score, first, last));
                best.truncate(SPANS);
            }
        }
        let null = self.start[0] + self.end[0];
        let all = log_sum(self.start[0], start) + log_sum(self.end[0], end);
        let span = |(score, first, last): (f32, usize, usize)| {
            let bytes = paired.offsets[first].0..paired.offsets[last].1;
            let text = body.get(bytes.clone())?;
            // A token may begin with the blank before its word.
            let start = bytes.start + text.len() - text.trim_start().len();
            let bytes = start..start + text.trim().len();
            Some(Span { bytes, log_probability: score - all, over_null: score - null })
        };
        best.into_iter().filter_map(span).filter(|span| !span.bytes.is_empty()).collect()
    }
}

/// The logarithm of the sum of the exponentials.
fn log_sum(null: f32, values: &[f32]) -> f32 {
    let most = values.iter().copied().fold(null, f32::max);
    let sum: f32 = values.iter().chain([&null]).map(|v| (v - most).exp()).sum();
    most + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    #[derive(serde::Deserialize)]
    struct Golden {
        question: String,
        header: String,
        body: String,
        ids: Vec<u32>,
        body_at: usize,
        relevance: f32,
        short_start: Vec<f32>,
        short_end: Vec<f32>,
        long_start: Vec<f32>,
        long_end: Vec<f32>,
    }

    /// The outputs of the training framework from the same quantised weights: see `models/reader/`.
    #[test]
    fn the_reader_agrees_with_the_training_framework() {
        let golden: Vec<Golden> = serde_json::from_str(include_str!("../../models/reader/golden.json")).unwrap();
        assert!(golden.len() >= 5);
        let model = crate::model::embedded::load_as(false).unwrap();
        let reader = Reader::load(model.base.clone().unwrap(), false).unwrap();
        for row in golden {
            let paired =
                Paired::new(&*model.tokenizer, Limits::default(), &row.question, &row.header, &row.body).unwrap();
            assert_eq!(paired.ids, row.ids, "{}", row.question);
            assert_eq!(paired.body, row.body_at, "{}", row.question);
            let logits = reader.logits(std::slice::from_ref(&paired)).unwrap().remove(0);
            let positions = || std::iter::once(0).chain(paired.body..paired.body + paired.offsets.len());
            for (ours, theirs) in [
                (&logits.short.start, &row.short_start),
                (&logits.short.end, &row.short_end),
                (&logits.long.start, &row.long_start),
                (&logits.long.end, &row.long_end),
            ] {
                assert_eq!(positions().count(), theirs.len());
                for (position, expected) in positions().zip(theirs) {
                    assert!((ours[position] - expected).abs() < 1e-3, "{} {expected}", ours[position]);
                }
            }
            assert!((logits.relevance - row.relevance).abs() < 1e-3, "{}", row.question);
        }
    }

    #[test]
    fn a_reading_does_not_depend_on_the_pages_beside_it() {
        let model = Model::embedded().unwrap();
        let page = |body: &str| Page { header: "南京市行动计划".to_owned(), body: body.to_owned() };
        let pages = [page("到2025年，主营业务收入达到3000亿元。"), page("发展低空经济。"), page("")];
        let together = model.read("到2025年收入目标是多少？", &pages).unwrap().unwrap();
        let alone = model.read("到2025年收入目标是多少？", &pages[..1]).unwrap().unwrap();
        assert_eq!(together[..1], alone);
        assert!(together[2].short.is_empty() && together[2].long.is_empty());
        assert!(pages[0].body[together[0].short[0].bytes.clone()].contains("3000亿元"));
    }

    #[test]
    fn a_span_ends_where_or_after_it_begins_and_is_no_longer_than_allowed() {
        let paired = Paired { ids: vec![0; 6], plain: 2, body: 2, offsets: vec![(0, 3), (3, 6), (6, 9)] };
        let head = Head { start: vec![0.0, 9.0, 7.0, 1.0, 5.0, 9.0], end: vec![0.0, 9.0, 2.0, 2.0, 1.0, 9.0] };
        let spans = |most| head.likely(&paired, "甲乙丙", most);
        let bytes = |most| spans(most).into_iter().map(|span| span.bytes).collect::<Vec<_>>();
        assert_eq!(bytes(1), [0..3, 6..9, 3..6]);
        assert_eq!(bytes(3).len(), 6, "every span that ends where or after it begins");
        assert!(spans(3).is_sorted_by(|a, b| a.over_null >= b.over_null));
        let probability: f32 = spans(3).iter().map(|span| span.log_probability.exp()).sum();
        assert!(probability < 1.0, "some is left for no answer");
    }
}
