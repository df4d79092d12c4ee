//! Footnotes and endnotes: their numbers, which are not in the file.

use std::collections::HashMap;

/// Footnotes or endnotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NoteKind {
    Footnote,
    Endnote,
}

impl NoteKind {
    /// What stands for a note in the text, and before the note. Square brackets alone would look like a citation.
    pub fn mark(self, number: usize) -> String {
        match self {
            Self::Footnote => format!("［注{number}］"),
            Self::Endnote => format!("［尾注{number}］"),
        }
    }

    pub fn place(self, number: usize) -> String {
        match self {
            Self::Footnote => format!("footnote {number}"),
            Self::Endnote => format!("endnote {number}"),
        }
    }
}

/// The notes that a text refers to.
#[derive(Debug, Default)]
pub(super) struct References {
    /// By kind and identifier.
    numbers: HashMap<(NoteKind, String), usize>,
    footnotes: Vec<String>,
    endnotes: Vec<String>,
}

impl References {
    /// The number of a note, from 1 in the order of the text.
    pub fn number(&mut self, kind: NoteKind, id: String) -> usize {
        let ids = if kind == NoteKind::Footnote { &mut self.footnotes } else { &mut self.endnotes };
        *self.numbers.entry((kind, id)).or_insert_with_key(|(_, id)| {
            ids.push(id.clone());
            ids.len()
        })
    }

    /// The identifiers of the notes of a kind, in the order of their numbers. They are given out once.
    pub fn take(&mut self, kind: NoteKind) -> Vec<String> {
        std::mem::take(if kind == NoteKind::Footnote { &mut self.footnotes } else { &mut self.endnotes })
    }
}
