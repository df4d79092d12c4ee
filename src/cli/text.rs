//! An answer for people: the answer, then each quote and where it stands.

use zhice::answer::{Citation, Status};
use zhice::question::{Keywords, Language};

use super::exit::Failure;
use super::explain;
use super::groups::groups;
use super::output::{FAINT, MARK, Output, STRONG, WARN, printable};
use super::present::Answered;
use super::wording::Wording;

/// How far what belongs to a quote is indented.
const INDENT: usize = 6;

/// Writes an answer.
pub fn write(answered: Answered, output: &mut Output) -> Result<(), Failure> {
    let Answered { question, answer, explanation } = answered;
    let wording = Wording(question.language);
    for line in answer.answer.lines() {
        output.wrapped(line, 0, STRONG)?;
    }
    if !answer.regions.is_empty() {
        output.wrapped(&wording.examined(answer.examined), 0, FAINT)?;
    }
    if answer.status == Status::NoEvidence && !answer.citations.is_empty() {
        output.wrapped(wording.nearest(), 0, FAINT)?;
    }
    let keywords = Keywords::of(question);
    for group in groups(question, answer) {
        output.line("")?;
        if let Some(name) = group.name {
            let strength = group.strength.map(|s| format!(" · {}", wording.strength(s))).unwrap_or_default();
            output.line(format_args!("{STRONG}{}{STRONG:#}{strength}", printable(name)))?;
        }
        if group.related {
            output.line(format_args!("{FAINT}{}{FAINT:#}", wording.related()))?;
        }
        for citation in group.citations {
            let region = citation.region.as_deref().filter(|_| group.name.is_none());
            write_citation(citation, group.related, region, &keywords, wording, output)?;
        }
    }
    if let Some(explanation) = explanation {
        output.line("")?;
        explain::write(explanation, wording, output)?;
    }
    Ok(())
}

/// Of what is only `related`, the pinpoint is shown, of what the answer rests on the whole quote. `region` is what the quote
/// is about, where no heading above it says so.
fn write_citation(
    citation: &Citation,
    related: bool,
    region: Option<&str>,
    keywords: &Keywords,
    wording: Wording,
    output: &mut Output,
) -> Result<(), Failure> {
    let label = format!("  [{}]", citation.n);
    let (quote, pinpoint) = (citation.reading_quote(), citation.reading_pinpoint());
    let part = quote.get(pinpoint.clone()).filter(|_| related);
    match part {
        Some(part) => output.quote((&label, MARK), part, 0..part.len(), keywords)?,
        None => output.quote((&label, MARK), &quote, pinpoint, keywords)?,
    }
    let place = place(citation, wording.0);
    let region = region.map(|name| format!("{name} · ")).unwrap_or_default();
    output.wrapped(&format!("{region}{place} · {}", citation.id), INDENT, FAINT)?;
    match wording.stale(citation) {
        Some(stale) => output.wrapped(stale, INDENT, WARN),
        None => Ok(()),
    }
}

/// Title, number, date, section path, file, and page, element or line.
pub fn place(citation: &Citation, language: Language) -> String {
    let document = &citation.document;
    let mut parts = vec![document.title.clone()];
    parts.extend(document.number.clone());
    parts.extend(document.published.clone());
    if !citation.section.is_empty() {
        parts.push(citation.section.join(" › "));
    }
    parts.push(Wording(language).file(citation));
    printable(&parts.join(" · "))
}
