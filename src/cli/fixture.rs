//! Answers for the tests of what people read.

use serde_json::json;
use zhice::answer::Answer;
use zhice::question::Question;

/// An answer with a citation for each region and quote.
pub fn answer(quotes: &[(&str, &str)]) -> Answer {
    let citation = |(i, (region, quote)): (usize, &(&str, &str))| {
        json!({
            "n": i + 1, "id": format!("0123abcd-{i}"), "score": 0.5, "quote": quote,
            "bytes": [0, quote.len()], "lines": [7, 7], "page": null, "section": ["一、总体要求"], "region": region,
            "document": {
                "id": "0123abcd", "title": "关于发展低空经济的意见", "path": "a.txt", "issuer": "云湖市人民政府",
                "number": "云政发〔2024〕7号", "published": "2024-05-06", "sha256": "0123abcd",
            },
        })
    };
    let citations: Vec<_> = quotes.iter().enumerate().map(citation).collect();
    let answer = json!({
        "question": "q", "status": "answered", "answer": "答案[1]", "regions": [], "citations": citations,
        "examined": {"documents": 5, "matched": 3}, "timing_ms": {"total": 1.0, "embed": 1.0, "search": 1.0, "answer": 1.0},
    });
    serde_json::from_value(answer).expect("the fixture is an answer")
}

/// A which-regions question, and its answer with two regions of priority and one of mention.
pub fn regions() -> (Question, Answer) {
    let question = Question::parse("哪些城市优先发展低空经济？").expect("the fixture is a question");
    let quotes = [
        ("南通市", "优先发展低空经济"),
        ("南通市", "低空经济集群"),
        ("南京市", "着力低空经济"),
        ("上海市", "低空经济"),
    ];
    let mut answer = answer(&quotes);
    let region = |name: &str, citations: &[usize]| json!({"name": name, "code": "1", "level": "city", "strength": "priority", "citations": citations});
    let regions = json!([region("南通市", &[1, 2]), region("南京市", &[3])]);
    answer.regions = serde_json::from_value(regions).expect("the fixture has regions");
    answer.answer = "2个城市列为重点：南通市[1][2]、南京市[3]。1个城市提及：上海市[4]。".to_owned();
    (question, answer)
}
