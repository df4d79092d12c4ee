//! What a which-regions question is about, where no topic file knows it: of the words that are left of the question, those
//! that the documents use.

use crate::index::analyzer::{fold, terms};
use crate::index::{Index, IndexError};

/// The shortest and the longest subject that is looked for, in characters.
const SHORTEST: usize = 2;
const LONGEST: usize = 24;

/// The longest part of each of `phrases` that stands in a document, those that stand in none left out; parts shorter than
/// half of the longest tell too little beside it.
pub fn in_documents(index: &Index, phrases: &[String]) -> Result<Vec<String>, IndexError> {
    let mut found = Vec::new();
    for phrase in phrases {
        found.extend(longest_part(index, phrase)?);
    }
    let longest = found.iter().map(|part| part.chars().count()).max().unwrap_or(0);
    found.retain(|part: &String| 2 * part.chars().count() >= longest);
    Ok(found)
}

fn longest_part(index: &Index, phrase: &str) -> Result<Option<String>, IndexError> {
    let starts: Vec<usize> = phrase.char_indices().map(|(at, _)| at).chain([phrase.len()]).take(LONGEST + 1).collect();
    let characters = starts.len() - 1;
    for length in (SHORTEST..=characters).rev() {
        for first in 0..=characters - length {
            let part = &phrase[starts[first]..starts[first + length]];
            if stands_in(index, part)? {
                return Ok(Some(part.to_owned()));
            }
        }
    }
    Ok(None)
}

fn stands_in(index: &Index, part: &str) -> Result<bool, IndexError> {
    let wanted = terms(part);
    if wanted.is_empty() {
        return Ok(false);
    }
    let folded = fold(part);
    for row in index.terms()?.with_all(&wanted)? {
        let passage = index.passage(row)?;
        let text = index.reading(&index.documents()[passage.document])?;
        if text.get(passage.bytes.0..passage.bytes.1).is_some_and(|body| fold(body).contains(&folded)) {
            return Ok(true);
        }
    }
    Ok(false)
}
