//! `--explain` for people: what was understood of a question, and what spoke for each citation.

use zhice::answer::explain::{Explanation, Reason, Understood};

use super::exit::Failure;
use super::markdown::{escape, with_marks};
use super::output::{FAINT, MARK, Output, STRONG, columns, padded, printable};
use super::wording::Wording;

/// Search terms that are shown; a long question has many.
const TERMS: usize = 24;

/// Characters of a sentence that tell which one was measured.
const BEGINNING: usize = 36;

/// Writes it as text.
pub fn write(explanation: &Explanation, wording: Wording, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!("{STRONG}{}{STRONG:#}", wording.pick("对问题的理解", "Understood")))?;
    let facts = facts(&explanation.question, wording);
    let width = facts.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    for (name, value) in &facts {
        output.entry((&format!("  {}", padded(name, width)), FAINT), value)?;
    }
    if explanation.citations.is_empty() {
        return Ok(());
    }
    output.line("")?;
    output.line(format_args!("{STRONG}{}{STRONG:#}", wording.pick("选取引文的依据", "Why each citation")))?;
    let table = table(&explanation.citations, wording);
    let widths: Vec<usize> = (0..table[0].len())
        .map(|column| table.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0))
        .collect();
    for (number, row) in table.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        let line = printable(cells.collect::<Vec<_>>().join("  ").trim_end());
        let style = if number == 0 { FAINT } else { anstyle::Style::new() };
        output.line(format_args!("  {style}{line}{style:#}"))?;
    }
    for reason in &explanation.citations {
        if let Some(sentence) = &reason.sentence {
            let beginning: String = sentence.text.chars().take(BEGINNING).collect();
            let cut = if beginning.len() < sentence.text.len() { "…" } else { "" };
            output.entry((&format!("  [{}]", reason.n), MARK), &format!("{beginning}{cut}"))?;
        }
    }
    Ok(())
}

/// It as blocks of Markdown: a list and a table.
pub fn markdown(explanation: &Explanation, wording: Wording) -> Vec<String> {
    let facts = facts(&explanation.question, wording);
    let list: Vec<String> = facts.iter().map(|(name, value)| format!("- {name}: {}", escape(value))).collect();
    let table = table(&explanation.citations, wording);
    let cell = |cell: &String| with_marks(cell, explanation.citations.len());
    let row = |cells: &Vec<String>| format!("| {} |", cells.iter().map(cell).collect::<Vec<_>>().join(" | "));
    let mut rows: Vec<String> = table.iter().map(row).collect();
    rows.insert(1, format!("|{}", " --- |".repeat(table[0].len())));
    let mut blocks = vec![list.join("\n")];
    if !explanation.citations.is_empty() {
        blocks.push(rows.join("\n"));
    }
    blocks
}

/// What is known of the question, by name. What it does not name is left out.
fn facts(question: &Understood, wording: Wording) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (wording.pick("语言", "language"), wording.pick("中文", "English").to_owned()),
        (wording.pick("答案类型", "kind of answer"), wording.kind(question.kind).to_owned()),
    ];
    let mut add = |chinese: &'static str, english: &'static str, values: Vec<String>, separator: &str| {
        if !values.is_empty() {
            facts.push((wording.pick(chinese, english), values.join(separator)));
        }
    };
    let owned = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let comma = wording.pick("、", ", ");
    add("地区", "regions", owned(&question.regions), comma);
    add("比较", "sides", owned(&question.sides), comma);
    add("层级", "levels", question.levels.iter().map(|level| wording.level(level).to_owned()).collect(), comma);
    for words in &question.subjects {
        add("主题", "subject", words.clone(), " = ");
    }
    add("优先用语", "priority", question.priority.clone(), comma);
    add("年份", "years", question.years.clone(), comma);
    add("文号", "numbers", question.document_numbers.clone(), comma);
    let mut terms: Vec<String> =
        question.terms.iter().take(TERMS).map(|term| format!("{} {}", term.term, term.weight)).collect();
    if question.terms.len() > TERMS {
        terms.push("…".to_owned());
    }
    add("检索词", "search terms", terms, " · ");
    let filters = question.filters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    add("筛选", "filters", filters, " ");
    facts
}

/// The figures of the citations, below the names of the columns; the JSON has some more.
fn table(reasons: &[Reason], wording: Wording) -> Vec<Vec<String>> {
    let by_region = reasons.iter().any(|reason| reason.strength.is_some());
    let names: &[(&str, &str)] = if by_region {
        &[
            ("", ""),
            ("强度", "strength"),
            ("句子余弦", "cosine"),
            ("段落余弦", "dense"),
            ("BM25", "BM25"),
            ("主题词", "proof"),
        ]
    } else {
        &[
            ("", ""),
            ("得分", "score"),
            ("词", "words"),
            ("词+上文", "in context"),
            ("句子余弦", "cosine"),
            ("类型", "kind"),
            ("年份", "years"),
            ("文号", "number"),
            ("地区", "region"),
            ("段落余弦", "dense"),
            ("BM25", "BM25"),
            ("融合", "fused"),
            ("阅读", "reader"),
        ]
    };
    let mut table = vec![names.iter().map(|(chinese, english)| wording.pick(chinese, english).to_owned()).collect()];
    let figure = |value: Option<f32>, digits: usize| value.map_or("–".to_owned(), |v| format!("{v:.digits$}"));
    for reason in reasons {
        let sentence = reason.sentence.as_ref();
        let of = |part: fn(&zhice::answer::explain::SentenceScores) -> f32, digits| figure(sentence.map(part), digits);
        let passage = reason.passage;
        let (dense, lexical) = (figure(Some(passage.dense), 3), figure(Some(passage.lexical), 1));
        let mark = format!("[{}]", reason.n);
        table.push(if by_region {
            let strength = reason.strength.map_or("–", |s| wording.strength(s)).to_owned();
            vec![mark, strength, of(|s| s.cosine, 3), dense, lexical, reason.proof.join("、")]
        } else {
            vec![
                mark,
                of(|s| s.score, 1),
                of(|s| s.words, 2),
                of(|s| s.words_in_context, 2),
                of(|s| s.cosine, 3),
                of(|s| s.kind, 1),
                of(|s| s.years, 1),
                of(|s| s.document_number, 0),
                of(|s| s.region, 0),
                dense,
                lexical,
                figure(passage.fused, 2),
                figure(reason.reader.map(|reader| reader.adds), 1),
            ]
        });
    }
    table
}
