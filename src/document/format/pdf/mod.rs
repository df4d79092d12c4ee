//! Text of PDF files that have a text layer.
//!
//! The flow is `glyphs` (drawing operators to placed characters and rules, with `font`, `path`, `upright` and `stream`) → `tables` and `lines`
//! (characters to rows and lines) → `furniture` (what stands on every page goes) → `columns` (reading order) → `frame` and
//! `paragraphs` (lines to paragraphs) → here, the canonical text. `limit` says what a file may cost.

mod character;
mod columns;
mod declared;
mod font;
mod frame;
mod furniture;
mod glyphs;
pub mod limit;
mod lines;
mod paragraphs;
mod path;
mod stream;
mod tables;
#[cfg(test)]
mod tests;
mod upright;

use crate::document::format::extracted::{Anchor, Declared, ExtractError, Extracted, MarkedHeading, Place};
use frame::{Measures, PlacedLine};
use furniture::PageLines;
use glyphs::PageGlyphs;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use limit::{Budget, MAX_PAGES};
use paragraphs::Paragraph;

const FORMAT: &str = "PDF";

/// The stack on which a file is read, in bytes. The parser goes down into objects within objects; it stops at a depth
/// of its own, which fits well within this, whatever stack the caller has left.
const STACK: usize = 16 * 1024 * 1024;
/// The mark at either end of a file stands within this many bytes of it; some servers add a few of their own.
const EDGE: usize = 4096;
/// Of the characters, the share that may be unknown before the text is worth nothing.
const MOST_UNKNOWN: f64 = 0.3;
/// Letters this much larger than those of the text (share) make a heading.
const HEADING_SIZE: f64 = 1.15;
/// A heading has at most this many characters.
const LONGEST_HEADING: usize = 80;

/// Why reading ends early.
#[derive(Debug)]
enum Trouble {
    TooLarge(String),
}

/// Reads the text of a PDF file: paragraphs without their line breaks, without headers, footers and page numbers, each
/// page anchored where its text begins.
///
/// # Errors
///
/// [`ExtractError`] where the file is broken, needs a password, holds images of text only, has fonts that do not say
/// which characters they show, or passes a limit of [`limit`].
pub fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    // A thread, for its stack, and because the parser could still panic on a file that breaks the rules: joining turns
    // that into an error, and all that the panic may have left half done is gone with the thread.
    let read = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("pdf".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, || read(bytes)).map(|thread| thread.join())
    });
    match read {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(damaged("its objects contradict one another")),
        Err(_) => Err(damaged("no memory for the stack to read it on")),
    }
}

fn damaged(reason: &str) -> ExtractError {
    ExtractError::Damaged { format: FORMAT, reason: reason.to_owned() }
}

impl From<Trouble> for ExtractError {
    fn from(trouble: Trouble) -> Self {
        let Trouble::TooLarge(limit) = trouble;
        Self::TooLarge { format: FORMAT, limit }
    }
}

fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    if bytes.is_empty() {
        return Err(ExtractError::Empty { format: FORMAT });
    }
    if !stream::holds(bytes.get(..EDGE).unwrap_or(bytes), b"%PDF-") {
        return Err(damaged("it does not begin as one"));
    }
    // The parser finds pages in what is left of a file too, but a part of a document is not the document.
    let end = bytes.get(bytes.len().saturating_sub(EDGE)..).unwrap_or(bytes);
    if !stream::holds(end, b"%%EOF") && !stream::holds(end, b"startxref") {
        return Err(damaged("it is cut short"));
    }
    stream::check_file(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            ExtractError::Encrypted { format: FORMAT }
        }
        LoadPdfError::Decryption(_) => damaged("its encryption breaks the rules"),
        LoadPdfError::Invalid => damaged("no table of its objects, and no pages"),
    })?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(damaged("no pages"));
    }
    if count > MAX_PAGES {
        return Err(ExtractError::TooLarge { format: FORMAT, limit: format!("more than {MAX_PAGES} pages") });
    }
    let mut pages = pages(&pdf)?;
    let address = furniture::remove(&mut pages.lines);
    let lines: Vec<PlacedLine> = pages
        .lines
        .into_iter()
        .zip(1..)
        .flat_map(|(page, number)| {
            let mut lines = columns::in_reading_order(page.lines);
            tables::mark_aligned(&mut lines);
            lines.into_iter().map(move |(side, line)| PlacedLine { page: number, side, line })
        })
        .collect();
    let measures = Measures::of(&lines);
    let paragraphs = paragraphs::paragraphs(&lines, &measures);
    if paragraphs.is_empty() {
        return Err(if pages.are_drawn_on || pages.had_text {
            ExtractError::Scanned { format: FORMAT, pages: count }
        } else {
            ExtractError::Empty { format: FORMAT }
        });
    }
    let mut extracted = compose(&paragraphs);
    extracted.headings = headings(&paragraphs, &measures);
    let title = pdf.metadata().title.as_deref().and_then(declared::title);
    extracted.declared = Declared { title, url: address, ..Declared::default() };
    Ok(extracted)
}

struct Pages {
    lines: Vec<PageLines>,
    had_text: bool,
    are_drawn_on: bool,
}

/// The lines of all pages, top to bottom.
fn pages(pdf: &Pdf) -> Result<Pages, ExtractError> {
    let mut fonts = font::Fonts::new();
    let mut budget = Budget::new();
    let (mut known, mut unknown) = (0_usize, 0_usize);
    let mut pages = Pages { lines: Vec::new(), had_text: false, are_drawn_on: false };
    for page in pdf.pages().iter() {
        let mut found = glyphs::read(page, &mut fonts, &mut budget)?;
        if found.is_lost {
            return Err(damaged(&format!("the content of page {} cannot be unpacked", pages.lines.len() + 1)));
        }
        let lost = found.glyphs.iter().filter(|glyph| character::is_unknown(glyph.c)).count();
        unknown += lost;
        known += found.glyphs.len() - lost;
        pages.are_drawn_on |= found.is_drawn_on;
        pages.lines.push(lines_of(&mut found));
    }
    pages.had_text = known + unknown > 0;
    if unknown as f64 > MOST_UNKNOWN * (known + unknown) as f64 {
        return Err(damaged("its fonts do not say which characters they show"));
    }
    Ok(pages)
}

fn lines_of(page: &mut PageGlyphs) -> PageLines {
    page.glyphs.retain(|glyph| !character::is_symbol(glyph.c));
    let mut lines = tables::take_ruled(page);
    lines.extend(lines::lines(&page.glyphs));
    // Stable: rows of a table keep their order.
    lines.sort_by(|a, b| a.y.total_cmp(&b.y));
    PageLines { height: page.height, lines }
}

/// The canonical text, and where its pages begin.
fn compose(paragraphs: &[Paragraph]) -> Extracted {
    let mut extracted = Extracted::default();
    let mut last_page = 0;
    for paragraph in paragraphs {
        let start = extracted.text.len();
        for (at, page) in &paragraph.pages {
            if *page != last_page {
                extracted.anchors.push(Anchor { start: start + at, place: Place::Page(*page) });
                last_page = *page;
            }
        }
        extracted.text.push_str(&paragraph.text);
        extracted.text.push('\n');
    }
    extracted
}

/// The paragraphs in larger letters than the text, by size; none where sizes say little.
fn headings(paragraphs: &[Paragraph], measures: &Measures) -> Vec<MarkedHeading> {
    let is_heading = |paragraph: &&Paragraph| {
        let short = paragraph.text.chars().take(LONGEST_HEADING + 1).count() <= LONGEST_HEADING;
        let closed = paragraph.text.ends_with(['。', '；', '，', '：', ';', ',']);
        paragraph.size >= HEADING_SIZE * measures.size && short && !closed && !paragraph.is_row
    };
    let half_points = |paragraph: &Paragraph| (paragraph.size * 2.0).round() as i64;
    let mut sizes: Vec<i64> = paragraphs.iter().filter(is_heading).map(half_points).collect();
    if !measures.is_even || 3 * sizes.len() > paragraphs.len() {
        return Vec::new();
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    let mut start = 0;
    let mut headings = Vec::new();
    for paragraph in paragraphs {
        if is_heading(&paragraph) {
            let level = sizes.iter().position(|size| *size == half_points(paragraph)).unwrap_or_default();
            headings.push(MarkedHeading { start, level: u8::try_from(level + 1).unwrap_or(u8::MAX).min(6) });
        }
        start += paragraph.text.len() + 1;
    }
    headings
}
