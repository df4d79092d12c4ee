//! Word documents (.docx).
//!
//! The text is what a person sees in Word with all tracked changes accepted: automatic numbers are written out, deleted
//! and hidden text is dropped, and so are headers, footers and the table of contents. A paragraph is a line, a table row
//! is a line with its cells set apart by ` | `, the text of a text box follows the paragraph it is anchored in, and notes
//! stand at the end, marked like their places in the text: `［注1］`.
//!
//! Places are `paragraph 12`, counted from 1 with empty paragraphs and without those in tables; `table 2 row 3`, without
//! tables in tables; `paragraph 12 text box`; `footnote 1` and `endnote 1`.

mod body;
mod field;
mod note;
mod numbering;
mod numeral;
mod output;
mod package;
mod paragraph;
mod styles;
mod symbol;
mod table;
mod xml;

use crate::document::format::extracted::{Declared, ExtractError, Extracted};

use body::Body;
use note::NoteKind;
use numbering::Numbering;
use output::Line;
use package::Package;
use styles::Styles;
use xml::{Node, Xml};

pub use output::MAX_TEXT_BYTES;
pub use package::{MAX_PART_BYTES, MAX_PARTS};

/// The format in the words of an error.
const FORMAT: &str = "Word";

/// Why a document cannot be read; the format is added at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    Damaged(String),
    Encrypted,
    TooLarge(String),
}

/// Reads a Word document. The same bytes give the same result.
///
/// # Errors
/// See [`ExtractError`]; limits are [`MAX_PARTS`], [`MAX_PART_BYTES`] and [`MAX_TEXT_BYTES`]. A document of the old format
/// .doc is damaged, with the advice to save it as .docx; one of pictures only is a scan, and each picture counts as a page.
pub fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    if bytes.is_empty() {
        return Err(ExtractError::Empty { format: FORMAT });
    }
    let (extracted, pictures) = read(bytes).map_err(|failure| match failure {
        Failure::Damaged(reason) => ExtractError::Damaged { format: FORMAT, reason },
        Failure::Encrypted => ExtractError::Encrypted { format: FORMAT },
        Failure::TooLarge(limit) => ExtractError::TooLarge { format: FORMAT, limit },
    })?;
    match (extracted.text.is_empty(), pictures) {
        (false, _) => Ok(extracted),
        (true, 0) => Err(ExtractError::Empty { format: FORMAT }),
        (true, pages) => Err(ExtractError::Scanned { format: FORMAT, pages }),
    }
}

/// The document, and how many pictures it has.
fn read(bytes: &[u8]) -> Result<(Extracted, usize), Failure> {
    let mut package = Package::open(bytes)?;
    let root = package.related("")?;
    let document = target(&root, "officeDocument").unwrap_or("word/document.xml");
    let Some(text) = package.part(document)? else {
        return Err(Failure::Damaged(format!("it has no part {document}")));
    };
    let parts = package.related(document)?;
    let mut part = |kind: &str| target(&parts, kind).map_or(Ok(None), |name| package.part(name));
    let styles = part("styles")?.map_or_else(|| Ok(Styles::default()), |part| Styles::read(&part))?;
    let mut numbering = part("numbering")?.map_or_else(|| Ok(Numbering::default()), |part| Numbering::read(&part))?;

    let mut body = Body::new(&styles, &mut numbering);
    body.read(&text)?;
    for (kind, name) in [(NoteKind::Footnote, "footnotes"), (NoteKind::Endnote, "endnotes")] {
        let ids = body.references.take(kind);
        if !ids.is_empty()
            && let Some(part) = part(name)?
        {
            append_notes(&mut body, kind, &ids, &part)?;
        }
    }
    let (mut extracted, styled_title, pictures) = (body.output.extracted, body.title, body.pictures);

    let core = target(&root, "core-properties").map_or(Ok(None), |name| package.part(name))?;
    let title = core.map_or(Ok(None), |part| title(&part))?.or(styled_title);
    extracted.declared = Declared { title, ..Declared::default() };
    Ok((extracted, pictures))
}

/// The name of the part that has a relationship of a kind.
fn target<'a>(related: &'a [(String, String)], kind: &str) -> Option<&'a str> {
    related.iter().find(|(other, _)| other == kind).map(|(_, name)| name.as_str())
}

/// Appends notes in the order of their numbers.
fn append_notes(body: &mut Body, kind: NoteKind, ids: &[String], part: &str) -> Result<(), Failure> {
    let mut notes = body.read_notes(part)?;
    for (number, id) in (1..).zip(ids) {
        let mut lines: Vec<Line> = notes.remove(id).unwrap_or_default();
        if let Some(first) = lines.first_mut() {
            first.text.insert_str(0, &kind.mark(number));
        }
        body.output.push(|| kind.place(number), &lines)?;
    }
    Ok(())
}

/// The title of the core properties, unless it is one that programs fill in.
fn title(part: &str) -> Result<Option<String>, Failure> {
    let (mut xml, mut title, mut inside) = (Xml::of(part), String::new(), false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(open) => inside = open.key().1 == "title",
            Node::Close(_) => inside = false,
            Node::Text(text) if inside => title.push_str(&text),
            Node::Text(_) => {}
        }
    }
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let filled_in = include_str!("placeholders.txt").lines().filter(|line| !line.starts_with('#'));
    let lower = title.to_lowercase();
    let telling = title.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    Ok((telling && !filled_in.into_iter().any(|word| lower.contains(word))).then_some(title))
}

#[cfg(test)]
mod tests;
