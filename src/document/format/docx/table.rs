//! Tables: a row becomes a line.

use crate::document::chars::is_space;
use std::collections::HashMap;

use super::output::Line;

/// The longest text, in bytes, of a cell merged over several rows that is repeated in each of them.
const MAX_REPEATED: usize = 200;

/// A table that is being read.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Its number in the document, if it stands in no other.
    pub number: usize,
    /// How many rows have begun.
    pub rows: usize,
    /// The cells of the current row.
    cells: Vec<Cell>,
    /// The row was deleted, and the deletion is not yet accepted.
    deleted: bool,
    /// The column of the next cell.
    column: u32,
    /// By column, the texts of cells that may reach down into the next row.
    merged: HashMap<u32, String>,
}

#[derive(Debug, Default)]
struct Cell {
    column: u32,
    merge: Merge,
    lines: Vec<Line>,
}

/// What a cell says of cells merged over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Merge {
    #[default]
    None,
    /// The cell reaches down.
    Begins,
    /// It is part of the cell above.
    Continues,
}

impl Table {
    pub fn new(number: usize) -> Self {
        Self { number, ..Self::default() }
    }

    pub fn begin_row(&mut self) {
        self.rows += 1;
        self.cells.clear();
        self.deleted = false;
        self.column = 0;
    }

    /// The row is left out.
    pub fn delete_row(&mut self) {
        self.deleted = true;
    }

    /// Columns that the row leaves free at its beginning.
    pub fn pass(&mut self, columns: u32) {
        self.column = self.column.saturating_add(columns);
    }

    pub fn begin_cell(&mut self) {
        self.cells.push(Cell { column: self.column, ..Cell::default() });
        self.column = self.column.saturating_add(1);
    }

    /// What the properties of the current cell say.
    pub fn set_cell(&mut self, span: u32, merge: Merge) {
        self.column = self.column.saturating_add(span.saturating_sub(1));
        if let Some(cell) = self.cells.last_mut() {
            cell.merge = merge;
        }
    }

    /// Adds to the current cell.
    pub fn append(&mut self, lines: Vec<Line>) {
        if self.cells.is_empty() {
            self.begin_cell();
        }
        if let Some(cell) = self.cells.last_mut() {
            cell.lines.extend(lines);
        }
    }

    /// The lines of the row: one, its cells set apart by ` | `. A row of a single cell is layout or a title, and its
    /// paragraphs stay lines. A short cell that is merged over several rows is repeated in each.
    pub fn end_row(&mut self) -> Vec<Line> {
        let cells = std::mem::take(&mut self.cells);
        if std::mem::take(&mut self.deleted) {
            return Vec::new();
        }
        if cells.len() == 1 {
            return cells.into_iter().flat_map(|cell| cell.lines).collect();
        }
        let texts: Vec<String> = cells
            .into_iter()
            .map(|Cell { column, merge, lines }| {
                let above = self.merged.remove(&column);
                let text = match (merge, above) {
                    (Merge::Continues, Some(above)) => above,
                    _ => join(&lines),
                };
                if merge != Merge::None && text.len() <= MAX_REPEATED {
                    self.merged.insert(column, text.clone());
                }
                text
            })
            .collect();
        // Empty cells keep their place only between others.
        let filled = |text: &String| !text.is_empty();
        let Some((first, last)) = texts.iter().position(filled).zip(texts.iter().rposition(filled)) else {
            return Vec::new();
        };
        let text = texts.get(first..=last).unwrap_or_default().join(" | ");
        vec![Line { text, heading: None }]
    }
}

/// The lines of a cell as one.
fn join(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.text.trim_matches(is_space)).filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}
