//! Tables: which of them hold data, and their rows as lines.

use std::borrow::Cow;

use super::blocks::{Block, Kind};
use super::cues::CUES;
use super::ink::Ink;
use super::measure::{Measures, is_block};
use super::tree::{Element, NodeId, Tree};

/// Between the cells of a row.
const SEPARATOR: &str = " | ";
/// A cell that reaches over several rows is read in each of them, up to this many characters.
const REPEATED: usize = 200;
/// Columns whose cells are followed from row to row.
const COLUMNS: usize = 256;
/// A cell with more characters is a part of the page rather than a value, if it outweighs the rest of its table.
const LONG_CELL: u32 = 300;
/// The same in a table of one row.
const LONG_ONLY_CELL: u32 = 100;

/// Whether a table holds rows and columns. Old pages place their parts with tables: those hold other tables, headings,
/// one column, or one cell that is nearly all of it.
pub(super) fn is_data(tree: &Tree, measures: &Measures, table: NodeId) -> bool {
    let whole = measures.get(table);
    let presentation =
        tree.element(table).and_then(|e| e.attribute("role")).is_some_and(|r| r.trim() == "presentation");
    if whole.has_table || whole.has_heading || presentation {
        return false;
    }
    let (mut rows, mut wide_rows, mut longest) = (0_u32, 0_u32, 0_u32);
    for row in row_elements(tree, table) {
        let mut filled = 0;
        for (cell, element) in cells(tree, row) {
            if element.local() == "th" {
                return true;
            }
            let chars = measures.get(cell).chars;
            filled += u32::from(chars > 0);
            longest = longest.max(chars);
        }
        rows += u32::from(filled > 0);
        wide_rows += u32::from(filled > 1);
    }
    match rows {
        0 => false,
        1 => wide_rows == 1 && longest <= LONG_ONLY_CELL,
        _ => wide_rows > 0 && (longest <= LONG_CELL || u64::from(longest) * 10 <= u64::from(whole.chars) * 7),
    }
}

/// A cell that goes on below.
#[derive(Clone, Default)]
struct Reaching {
    rows: usize,
    text: String,
}

/// The caption and the rows, a block each. A row of labels and values (`发文机关：` and `国务院`) gives a block a pair.
pub(super) fn rows(tree: &Tree, measures: &Measures, table: NodeId) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut reaching: Vec<Reaching> = Vec::new();
    for child in tree.children(table).filter(|&c| tree.element(c).is_some_and(|e| e.local() == "caption")) {
        let (text, link_chars) = cell_text(tree, measures, child);
        if !text.is_empty() {
            blocks.push(Block { text, element: child, kind: Kind::Text, link_chars });
        }
    }
    for row in row_elements(tree, table) {
        let (values, link_chars) = row_values(tree, measures, row, &mut reaching);
        for text in lines(&values) {
            blocks.push(Block { text, element: row, kind: Kind::Row, link_chars });
        }
    }
    blocks
}

fn row_values(tree: &Tree, measures: &Measures, row: NodeId, reaching: &mut Vec<Reaching>) -> (Vec<String>, u32) {
    let mut values: Vec<String> = Vec::new();
    let (mut links, mut own, mut column) = (0, false, 0);
    for (cell, element) in cells(tree, row) {
        if measures.is_dropped(cell, element) {
            continue;
        }
        column = carry(reaching, column, &mut values);
        let (text, link_chars) = cell_text(tree, measures, cell);
        own |= !text.is_empty();
        links += link_chars;
        let width = span(element, "colspan").clamp(1, COLUMNS);
        let rows = span(element, "rowspan").saturating_sub(1);
        if column + width <= COLUMNS {
            if reaching.len() < column + width {
                reaching.resize(column + width, Reaching::default());
            }
            if let (true, Some(slots)) = (rows > 0, reaching.get_mut(column..column + width)) {
                let repeated = if text.chars().nth(REPEATED).is_none() { text.clone() } else { String::new() };
                slots.fill(Reaching { rows, text: String::new() });
                if let Some(slot) = slots.first_mut() {
                    slot.text = repeated;
                }
            }
        }
        values.push(text);
        column += width;
    }
    carry(reaching, column, &mut values);
    // Cells that go on below also go on past an empty row, but do not make a line of it.
    if own { (values, links) } else { (Vec::new(), 0) }
}

/// Takes over the cells from above that stand at `column`; returns the next free column.
fn carry(reaching: &mut [Reaching], mut column: usize, values: &mut Vec<String>) -> usize {
    while let Some(above) = reaching.get_mut(column).filter(|above| above.rows > 0) {
        above.rows -= 1;
        // The further columns of a wide cell are empty and need no separator.
        if !above.text.is_empty() {
            values.push(above.text.clone());
        }
        column += 1;
    }
    column
}

/// A cell that ends with a colon belongs to the next one.
fn lines(values: &[String]) -> Vec<String> {
    let mut joined: Vec<Cow<str>> = Vec::new();
    let mut pairs = 0;
    let mut values = values.iter().peekable();
    while let Some(value) = values.next() {
        let label = value.ends_with(['：', ':']) && CUES.labelled(value).is_some();
        if let Some(next) = values.next_if(|_| label) {
            // A label without a value says nothing.
            if !next.is_empty() {
                joined.push(format!("{value}{next}").into());
            }
            pairs += 1;
        } else if label {
            pairs += 1;
        } else {
            joined.push(value.as_str().into());
        }
    }
    while joined.last().is_some_and(|value| value.is_empty()) {
        joined.pop();
    }
    let only_pairs = pairs > 0 && joined.iter().all(|value| value.is_empty() || CUES.labelled(value).is_some());
    if only_pairs {
        return joined.into_iter().filter(|value| !value.is_empty()).map(Cow::into_owned).collect();
    }
    let line = joined.join(SEPARATOR);
    let line = line.trim();
    if line.chars().all(|c| c == '|' || c.is_whitespace()) { Vec::new() } else { vec![line.to_owned()] }
}

/// The text of a cell on one line.
fn cell_text(tree: &Tree, measures: &Measures, cell: NodeId) -> (String, u32) {
    let mut ink = Ink::default();
    let dropped = |id| id != cell && tree.element(id).is_some_and(|element| measures.is_dropped(id, element));
    for id in tree.preorder(cell, dropped) {
        if let Some(text) = tree.text(id) {
            ink.write(text, measures.in_link(id));
        } else if tree.element(id).is_some_and(|e| e.local() == "br" || is_block(e.local())) {
            ink.space();
        }
    }
    ink.take().unwrap_or_default()
}

fn row_elements(tree: &Tree, table: NodeId) -> impl Iterator<Item = NodeId> {
    let below = move |id| tree.element(id).is_some_and(|e| matches!(e.local(), "tr" | "td" | "th" | "caption"));
    tree.preorder(table, below).filter(|&id| tree.element(id).is_some_and(|e| e.local() == "tr"))
}

fn cells(tree: &Tree, row: NodeId) -> impl Iterator<Item = (NodeId, &Element)> {
    tree.children(row)
        .filter_map(|id| Some((id, tree.element(id)?)))
        .filter(|(_, element)| matches!(element.local(), "td" | "th"))
}

fn span(element: &Element, attribute: &str) -> usize {
    element.attribute(attribute).and_then(|value| value.trim().parse().ok()).unwrap_or(1)
}
