//! The figures of a question set.

use serde::Serialize;

use super::measure::percentile;

/// The figures; between 0 and 1 unless said otherwise, and absent where no question asked for them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Unanswerable questions that were not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<f64>,
    /// Facts and comparisons whose answer holds every expected string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<f64>,
    /// Facts and spans whose first citation shows a gold passage.
    #[serde(rename = "cite@1", skip_serializing_if = "Option::is_none")]
    pub cite_1: Option<f64>,
    /// Questions whose first five citations show a gold passage; of a comparison, every one.
    #[serde(rename = "cite@5", skip_serializing_if = "Option::is_none")]
    pub cite_5: Option<f64>,
    /// Expected regions with a citation that proves them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<f64>,
    /// Answerable questions that were not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_abs: Option<f64>,
    /// F1 of precision and recall, question by question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_f: Option<f64>,
    /// Named regions that were expected or allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_p: Option<f64>,
    /// Expected regions that were named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_r: Option<f64>,
    /// Overlap of span answers with the best accepted answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_f1: Option<f64>,
    /// Citations whose quote is the bytes of its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verbatim: Option<f64>,
    /// Median length of a fact answer in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_len: Option<f64>,
    pub questions: usize,
    /// Questions that could not be asked, which count as not answered.
    pub missing: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<Latency>,
}

/// Milliseconds from question to answer (`timing_ms.total`), by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub max: f64,
}

impl Latency {
    /// The percentiles of `milliseconds`; `None` of nothing.
    pub(super) fn of(milliseconds: &[f64]) -> Option<Self> {
        let at = |percent| percentile(milliseconds, percent);
        Some(Self { p50: at(50)?, p95: at(95)?, max: at(100)? })
    }
}

/// A figure for people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    /// What it tells, in a few words.
    pub meaning: &'static str,
}

impl Report {
    /// The figures between 0 and 1 that are there, those about citations first.
    pub fn figures(&self) -> Vec<Figure> {
        let all = [
            ("verbatim", self.verbatim, "citations that are the bytes of their source"),
            ("cite@1", self.cite_1, "questions whose first citation shows the passage sought"),
            ("cite@5", self.cite_5, "questions whose first five citations show it"),
            ("answer", self.answer, "facts and comparisons whose answer holds all that is expected"),
            ("span_f1", self.span_f1, "overlap with the accepted answer"),
            ("region_p", self.region_p, "named regions that are right"),
            ("region_r", self.region_r, "expected regions that are named"),
            ("region_f", self.region_f, "F1 of the two"),
            ("evidence", self.evidence, "expected regions with a citation that proves them"),
            ("abstain", self.abstain, "unanswerable questions that are not answered"),
            ("false_abs", self.false_abs, "answerable questions that are not answered (lower is better)"),
        ];
        let there = |(name, value, meaning): (_, Option<f64>, _)| value.map(|value| Figure { name, value, meaning });
        all.into_iter().filter_map(there).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_without_a_value_are_absent() {
        let report = Report { cite_1: Some(0.5), questions: 2, ..Report::default() };
        assert_eq!(serde_json::to_string(&report).unwrap(), r#"{"cite@1":0.5,"questions":2,"missing":0}"#);
        assert_eq!(report.figures().iter().map(|f| f.name).collect::<Vec<_>>(), ["cite@1"]);
    }

    #[test]
    fn latency_is_told_by_nearest_rank() {
        let times: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(Latency::of(&times), Some(Latency { p50: 10.0, p95: 19.0, max: 20.0 }));
        assert_eq!(Latency::of(&[]), None);
    }
}
