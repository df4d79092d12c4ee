//! A line of a question set.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// A question and what is known of its answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TestQuestion {
    /// A string or a number.
    pub id: serde_json::Value,
    pub question: String,
    #[serde(flatten)]
    pub expected: Expected,
}

/// What an answer is held against, by the line's `type`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Expected {
    /// `answers` must all stand in the answer; any gold passage is to be cited.
    Fact { gold: Vec<Gold>, answers: Vec<String> },
    /// Any of `answers` is right, scored by overlap; any gold passage is to be cited.
    Span { gold: Vec<Gold>, answers: Vec<String> },
    /// Like a fact, but every gold passage is to be cited.
    Compare { gold: Vec<Gold>, answers: Vec<String> },
    /// The regions to be named, by full official name.
    Regions {
        regions: BTreeSet<String>,
        /// Regions that are neither missed nor wrong.
        #[serde(default)]
        regions_optional: BTreeSet<String>,
        /// By region, what proves it.
        evidence: BTreeMap<String, Proof>,
    },
    /// Nothing in the documents answers it.
    Unanswerable,
}

/// A passage that holds the answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Gold {
    /// The document's file name, without folders.
    pub doc: String,
    /// Words of the document, exactly.
    pub quote: String,
}

/// What a citation that proves a region looks like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Proof {
    /// File names of the documents that can prove it.
    pub docs: Vec<String>,
    /// The quote holds one of these.
    pub terms: Vec<String>,
}

/// A line that is no question with a known answer.
#[derive(Debug, thiserror::Error)]
pub enum BadQuestion {
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("`{0}` is empty")]
    Empty(&'static str),
}

impl TestQuestion {
    /// Reads one line.
    pub fn parse(line: &[u8]) -> Result<Self, BadQuestion> {
        let question: Self = serde_json::from_slice(line)?;
        match &question.expected {
            Expected::Fact { gold, answers }
            | Expected::Span { gold, answers }
            | Expected::Compare { gold, answers } => {
                if gold.is_empty() || gold.iter().any(|g| g.quote.is_empty()) {
                    return Err(BadQuestion::Empty("gold"));
                }
                if answers.is_empty() {
                    return Err(BadQuestion::Empty("answers"));
                }
            }
            Expected::Regions { regions, .. } if regions.is_empty() => return Err(BadQuestion::Empty("regions")),
            Expected::Regions { .. } | Expected::Unanswerable => {}
        }
        Ok(question)
    }

    /// The identifier for people.
    pub fn name(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// The passages that hold the answer; none for which-regions and unanswerable questions.
    pub fn gold(&self) -> &[Gold] {
        match &self.expected {
            Expected::Fact { gold, .. } | Expected::Span { gold, .. } | Expected::Compare { gold, .. } => gold,
            Expected::Regions { .. } | Expected::Unanswerable => &[],
        }
    }
}

/// Every line of a question set that is not blank, with its number from 1.
pub fn questions(bytes: &[u8]) -> Vec<(usize, Result<TestQuestion, BadQuestion>)> {
    let lines = (1..).zip(bytes.split(|b| *b == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty());
    lines.map(|(number, line)| (number, TestQuestion::parse(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        TestQuestion::parse(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn lines_are_read_by_type_and_counted_with_the_blank_ones() {
        let set = r#"{"id": "a", "type": "fact", "question": "q", "gold": [{"doc": "d.txt", "quote": "x"}], "answers": ["x"], "lang": "zh"}

{"id": 7, "type": "unanswerable", "question": "q", "gold": []}
nonsense
{"id": "r", "type": "regions", "question": "q", "regions": ["南京市"], "evidence": {}}
"#;
        let read = questions(set.as_bytes());
        assert_eq!(read.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert_eq!(read.iter().filter(|(_, q)| q.is_err()).map(|(number, _)| *number).collect::<Vec<_>>(), [4]);
        let names: Vec<_> = read.iter().filter_map(|(_, q)| q.as_ref().ok()).map(TestQuestion::name).collect();
        assert_eq!(names, ["a", "7", "r"]);
        assert_eq!(read[1].1.as_ref().unwrap().expected, Expected::Unanswerable);
    }

    #[test]
    fn a_line_that_cannot_be_scored_says_why() {
        assert!(error(r#"{"id": 1, "type": "riddle", "question": "q"}"#).contains("riddle"));
        assert!(error(r#"{"id": 1, "type": "fact", "question": "q", "answers": []}"#).contains("gold"));
        assert!(error(r#"{"id": 1, "type": "fact", "question": "q", "gold": [], "answers": ["x"]}"#).contains("gold"));
        let gold = r#""gold": [{"doc": "d", "quote": "x"}]"#;
        assert!(
            error(&format!(r#"{{"id": 1, "type": "span", "question": "q", {gold}, "answers": []}}"#))
                .contains("answers")
        );
        assert!(
            error(r#"{"id": 1, "type": "regions", "question": "q", "regions": [], "evidence": {}}"#)
                .contains("regions")
        );
        assert!(error(r#"{"type": "unanswerable", "question": "q"}"#).contains("id"));
    }
}
