//! The text of a document part, read in one pass with stacks of its own in place of recursion.

use std::collections::HashMap;

use super::Failure;
use super::field::Fields;
use super::note::{NoteKind, References};
use super::numbering::Numbering;
use super::output::{Line, Output};
use super::paragraph::Paragraph;
use super::styles::{Style, Styles};
use super::symbol::symbol;
use super::table::{Merge, Table};
use super::xml::{Close, Node, Open, Space, Xml};

/// How deep tables and text boxes may stand in each other. What is deeper is read as part of the cell around it.
const MAX_NESTING: usize = 32;

/// What paragraphs may stand in, other than the text itself.
enum Scope {
    Table(Box<Table>),
    TextBox(Vec<Line>),
    Note { id: String, lines: Vec<Line> },
}

/// Reads the parts of a document that hold text: first the text itself, then its notes.
pub(super) struct Body<'a> {
    pub styles: &'a Styles,
    pub numbering: &'a mut Numbering,
    pub output: Output,
    /// The text of the paragraph that has the style of a title.
    pub title: Option<String>,
    /// How many pictures and drawings there are.
    pub pictures: usize,
    /// The notes that the text refers to.
    pub references: References,
    /// The notes that have been read, by identifier.
    pub notes: HashMap<String, Vec<Line>>,
    scopes: Vec<Scope>,
    /// Open tables beyond [`MAX_NESTING`].
    flattened: usize,
    /// Paragraphs that have begun: more than one where a text box stands in a paragraph.
    paragraphs: Vec<Paragraph>,
    /// A paragraph whose end was deleted, and how many scopes it stands in.
    continued: Option<(usize, Paragraph)>,
    fields: Fields,
    /// Whether the current run is not shown.
    hidden: bool,
    /// Within an element whose characters are text.
    in_text: bool,
    /// The structured element that has just begun is the table of contents.
    contents: bool,
    paragraph_count: usize,
    table_count: usize,
}

impl<'a> Body<'a> {
    pub fn new(styles: &'a Styles, numbering: &'a mut Numbering) -> Self {
        Self {
            styles,
            numbering,
            output: Output::default(),
            title: None,
            pictures: 0,
            references: References::default(),
            notes: HashMap::new(),
            scopes: Vec::new(),
            flattened: 0,
            paragraphs: Vec::new(),
            continued: None,
            fields: Fields::default(),
            hidden: false,
            in_text: false,
            contents: false,
            paragraph_count: 0,
            table_count: 0,
        }
    }

    /// Reads a part to its end.
    pub fn read(&mut self, part: &str) -> Result<(), Failure> {
        let mut xml = Xml::of(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(open) => self.open(&open, &mut xml)?,
                Node::Close(close) => self.close(&close)?,
                Node::Text(text) if self.in_text => self.push_text(&text),
                Node::Text(_) => {}
            }
        }
        if let Some((_, paragraph)) = self.continued.take() {
            self.finish(paragraph)?;
        }
        Ok(())
    }

    /// Reads the notes of a part; those that stand there only as separators are never referred to.
    pub fn read_notes(&mut self, part: &str) -> Result<HashMap<String, Vec<Line>>, Failure> {
        self.read(part)?;
        Ok(std::mem::take(&mut self.notes))
    }

    fn open(&mut self, open: &Open, xml: &mut Xml) -> Result<(), Failure> {
        match open.key() {
            // The same again for older programs.
            (Space::Compatibility, "Fallback") => xml.skip(),
            (Space::Math | Space::Word, "t") => {
                self.in_text = true;
                Ok(())
            }
            (Space::Word, name) => self.open_word(name, open, xml),
            _ => Ok(()),
        }
    }

    fn open_word(&mut self, name: &str, open: &Open, xml: &mut Xml) -> Result<(), Failure> {
        match name {
            // Text that was deleted or moved away, what fields are made of, readings above characters.
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "rt" => xml.skip()?,
            "p" => self.begin_paragraph(),
            "pPr" => self.paragraph_properties(xml)?,
            "r" => self.hidden = self.paragraph_style().hidden,
            "rPr" => self.run_properties(xml)?,
            "tab" | "ptab" => self.push_text(" "),
            "br" | "cr" => self.push_break(),
            "noBreakHyphen" => self.push_text("-"),
            "sym" => {
                let (font, code) = (open.attribute("font"), open.attribute("char"));
                if let Some(sign) = symbol(&font.unwrap_or_default(), &code.unwrap_or_default()) {
                    self.push_text(sign.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => self.fields.mark(open.attribute("fldCharType").as_deref()),
            "footnoteReference" => self.refer(NoteKind::Footnote, open.attribute("id")),
            "endnoteReference" => self.refer(NoteKind::Endnote, open.attribute("id")),
            "footnote" | "endnote" => {
                self.scopes.push(Scope::Note { id: open.attribute("id").unwrap_or_default(), lines: Vec::new() });
            }
            "drawing" | "pict" | "object" => self.pictures += 1,
            "txbxContent" if self.scopes.len() >= MAX_NESTING => xml.skip()?,
            "txbxContent" => self.scopes.push(Scope::TextBox(Vec::new())),
            "sdtPr" => {
                let mut contents = false;
                xml.within(|property| {
                    contents |=
                        property.word() == "docPartGallery" && property.value().as_deref() == Some("Table of Contents");
                })?;
                self.contents = contents;
            }
            "sdtContent" if std::mem::take(&mut self.contents) => xml.skip()?,
            "tbl" | "tr" | "trPr" | "tc" | "tcPr" => self.open_table(name, xml)?,
            _ => {}
        }
        Ok(())
    }

    fn open_table(&mut self, name: &str, xml: &mut Xml) -> Result<(), Failure> {
        if name == "tbl" {
            self.end_continued()?;
            if self.flattened > 0 || self.scopes.len() >= MAX_NESTING {
                self.flattened += 1;
                return Ok(());
            }
            self.table_count += usize::from(self.scopes.is_empty());
            self.scopes.push(Scope::Table(Box::new(Table::new(self.table_count))));
            return Ok(());
        }
        let (Some(Scope::Table(table)), 0) = (self.scopes.last_mut(), self.flattened) else { return Ok(()) };
        match name {
            "tr" => table.begin_row(),
            "tc" => table.begin_cell(),
            "trPr" => xml.within(|property| match property.word() {
                "del" => table.delete_row(),
                "gridBefore" => table.pass(property.number().unwrap_or_default()),
                _ => {}
            })?,
            _ => {
                let (mut span, mut merge) = (1, Merge::None);
                xml.within(|property| match property.word() {
                    "gridSpan" => span = property.number().unwrap_or(1),
                    "vMerge" if property.value().as_deref() == Some("restart") => merge = Merge::Begins,
                    "vMerge" => merge = Merge::Continues,
                    _ => {}
                })?;
                table.set_cell(span, merge);
            }
        }
        Ok(())
    }

    fn close(&mut self, close: &Close) -> Result<(), Failure> {
        match close.key() {
            (Space::Math | Space::Word, "t") => self.in_text = false,
            (Space::Word, "p") => self.end_paragraph()?,
            (Space::Word, "tbl") if self.flattened > 0 => self.flattened -= 1,
            (Space::Word, "tbl") => {
                self.end_continued()?;
                if matches!(self.scopes.last(), Some(Scope::Table(_))) {
                    self.scopes.pop();
                }
            }
            (Space::Word, "tr") if self.flattened == 0 => self.end_row()?,
            (Space::Word, "txbxContent") => {
                self.end_continued()?;
                self.end_text_box()?;
            }
            (Space::Word, "footnote" | "endnote") => {
                self.end_continued()?;
                if let Some(Scope::Note { id, lines }) = self.scopes.pop() {
                    self.notes.entry(id).or_insert(lines);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Failure> {
        self.end_continued()?;
        let Some(Scope::Table(table)) = self.scopes.last_mut() else { return Ok(()) };
        let (table_number, row) = (table.number, table.rows);
        let lines = table.end_row();
        let outer = self.scopes.len() - 1;
        self.append(outer, lines, || format!("table {table_number} row {row}"))
    }

    fn end_text_box(&mut self) -> Result<(), Failure> {
        let Some(Scope::TextBox(lines)) = self.scopes.pop_if(|scope| matches!(scope, Scope::TextBox(_))) else {
            return Ok(());
        };
        match self.paragraphs.last_mut() {
            Some(paragraph) => {
                paragraph.boxes.extend(lines);
                Ok(())
            }
            None => self.append(self.scopes.len(), lines, || "text box".to_owned()),
        }
    }

    fn begin_paragraph(&mut self) {
        let depth = self.scopes.len();
        self.paragraph_count += usize::from(depth == 0);
        let mut paragraph = Paragraph { number: self.paragraph_count, ..Paragraph::default() };
        if let Some((_, earlier)) = self.continued.take_if(|(at, _)| *at == depth) {
            paragraph = Paragraph { number: earlier.number, text: earlier.text, boxes: earlier.boxes, ..paragraph };
        }
        self.paragraphs.push(paragraph);
    }

    fn end_paragraph(&mut self) -> Result<(), Failure> {
        self.fields.end_paragraph();
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        if paragraph.continues {
            self.end_continued()?;
            self.continued = Some((self.scopes.len(), paragraph));
            return Ok(());
        }
        self.finish(paragraph)
    }

    /// Where nothing follows that could continue it, a paragraph without an end stands for itself.
    fn end_continued(&mut self) -> Result<(), Failure> {
        let depth = self.scopes.len();
        match self.continued.take_if(|(at, _)| *at >= depth) {
            Some((_, paragraph)) => self.finish(paragraph),
            None => Ok(()),
        }
    }

    fn finish(&mut self, paragraph: Paragraph) -> Result<(), Failure> {
        let style = self.styles.paragraph(paragraph.style.as_deref());
        let heading = match paragraph.outline {
            Some(outline) => (outline < 9).then_some(outline + 1),
            None => style.heading,
        };
        let label = self.label(&paragraph, style);
        let lines = if style.contents { Vec::new() } else { Paragraph::lines(&paragraph.text, label, heading) };
        if style.title && self.title.is_none() && self.scopes.is_empty() {
            self.title = Paragraph::lines(&paragraph.text, None, Some(1)).pop().map(|line| line.text);
        }
        let number = paragraph.number;
        self.append(self.scopes.len(), lines, || format!("paragraph {number}"))?;
        self.append(self.scopes.len(), paragraph.boxes, || format!("paragraph {number} text box"))
    }

    /// The automatic number of a paragraph, which is counted even where it has no text.
    fn label(&mut self, paragraph: &Paragraph, style: &Style) -> Option<String> {
        let list = paragraph.list.or(style.list).filter(|&list| list > 0)?;
        let of_style = || self.numbering.level_of_style(list, paragraph.style.as_deref()?);
        let level = match (paragraph.level, paragraph.list) {
            (Some(level), _) => level,
            (None, Some(_)) => 0,
            (None, None) => of_style().or(style.level).unwrap_or(0),
        };
        self.numbering.next(list, level)
    }

    /// Adds lines to the scope that is `depth` scopes deep; 0 is the text itself, where they stand at `place`.
    fn append(&mut self, depth: usize, lines: Vec<Line>, place: impl FnOnce() -> String) -> Result<(), Failure> {
        match depth.checked_sub(1).and_then(|index| self.scopes.get_mut(index)) {
            None => return self.output.push(place, &lines),
            Some(Scope::Table(table)) => table.append(lines),
            Some(Scope::TextBox(all) | Scope::Note { lines: all, .. }) => all.extend(lines),
        }
        Ok(())
    }

    fn paragraph_properties(&mut self, xml: &mut Xml) -> Result<(), Failure> {
        let mut found = Paragraph::default();
        xml.within(|property| match property.word() {
            "pStyle" => found.style = property.value(),
            "outlineLvl" => found.outline = property.number(),
            "numId" => found.list = property.number(),
            "ilvl" => found.level = property.number(),
            "del" | "moveFrom" => found.continues = true,
            _ => {}
        })?;
        if let Some(paragraph) = self.paragraphs.last_mut() {
            found.number = paragraph.number;
            found.text = std::mem::take(&mut paragraph.text);
            found.boxes = std::mem::take(&mut paragraph.boxes);
            *paragraph = found;
        }
        Ok(())
    }

    fn run_properties(&mut self, xml: &mut Xml) -> Result<(), Failure> {
        let (mut own, mut style) = (None, None);
        xml.within(|property| match property.word() {
            "vanish" => own = Some(property.is_on()),
            "rStyle" => style = property.value(),
            _ => {}
        })?;
        let of_style = style.is_some_and(|style| self.styles.run(&style).hidden);
        self.hidden = own.unwrap_or(self.hidden || of_style);
        Ok(())
    }

    fn paragraph_style(&self) -> &'a Style {
        self.styles.paragraph(self.paragraphs.last().and_then(|paragraph| paragraph.style.as_deref()))
    }

    fn push_text(&mut self, text: &str) {
        if self.hidden || self.fields.in_instruction() {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            // A line break in the XML is white space; one in the text is an element.
            paragraph.text.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
        }
    }

    fn push_break(&mut self) {
        if let Some(paragraph) = self.paragraphs.last_mut().filter(|_| !self.hidden && !self.fields.in_instruction()) {
            paragraph.text.push('\n');
        }
    }

    /// Marks the place of a note with its number.
    fn refer(&mut self, kind: NoteKind, id: Option<String>) {
        if let Some(id) = id.filter(|_| !self.hidden) {
            let number = self.references.number(kind, id);
            self.push_text(&kind.mark(number));
        }
    }
}
