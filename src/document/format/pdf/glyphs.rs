//! From the drawing operators of a page to its characters and ruling lines, each with its place.
//!
//! Only what places text is followed: a page is never painted, no image unpacked, no colour looked up.

use super::Trouble;
use super::character::push_plain;
use super::font::{Font, Fonts};
use super::limit::{Budget, MAX_FORM_DEPTH, MAX_RULES, MAX_STATES};
use super::path::Path;
use super::stream::unpack;
use super::upright::{Placed, turn_upright};
use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Dict, MaybeRef, Name, Object};
use hayro_syntax::page::{Page, Resources};
use kurbo::{Affine, Point, Vec2};
use std::ops::Deref;
use std::rc::Rc;

/// Empty data is at most this long when packed, in bytes.
const PACKED_NOTHING: usize = 16;

/// A character on a page. Lengths are in points, `y` grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub c: char,
    pub x0: f64,
    pub x1: f64,
    /// The baseline.
    pub y: f64,
    /// The font size.
    pub size: f64,
    /// The file says that it is no part of the text, but of every page.
    pub artifact: bool,
}

/// A thin straight line along an axis, as tables are ruled with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

/// What stands on a page.
#[derive(Debug, Default)]
pub(super) struct PageGlyphs {
    pub width: f64,
    pub height: f64,
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
    /// Something is drawn that is not text.
    pub is_drawn_on: bool,
    /// Its content, or a part of it, could not be unpacked.
    pub is_lost: bool,
}

/// Reads a page. What is broken on it is passed over.
pub(super) fn read<'a>(page: &Page<'a>, fonts: &mut Fonts<'a>, budget: &mut Budget) -> Result<PageGlyphs, Trouble> {
    let (width, height) = page.render_dimensions();
    let mut reader = Reader {
        fonts,
        budget,
        found: PageGlyphs { width: width.into(), height: height.into(), ..PageGlyphs::default() },
        placed: Vec::new(),
        state: State::new(Affine::new(page.initial_transform(true).as_coeffs())),
        saved: Vec::new(),
        unsaved: 0,
        text: Affine::IDENTITY,
        line: Affine::IDENTITY,
        path: Path::default(),
        marked: Vec::new(),
    };
    let content = contents(page.raw(), reader.budget)?;
    reader.found.is_lost = content.is_none();
    let content = content.unwrap_or_default();
    reader.run(&content, page.resources(), 0)?;
    let Reader { mut found, placed, .. } = reader;
    turn_upright(&mut found, &placed);
    Ok(found)
}

/// The page's streams, one after the other: an operator may begin in one and end in the next. `None` where one of them
/// is missing or broken.
fn contents(page: &Dict<'_>, budget: &mut Budget) -> Result<Option<Vec<u8>>, Trouble> {
    let mut content = Vec::new();
    let parts = match page.get::<Object<'_>>("Contents") {
        Some(Object::Stream(data)) => vec![Some(data)],
        Some(Object::Array(parts)) => parts.iter::<Object<'_>>().map(Object::into_stream).collect(),
        Some(Object::Null(_)) => Vec::new(),
        Some(_) => vec![None],
        None if page.contains_key("Contents") => vec![None],
        None => Vec::new(),
    };
    for part in parts {
        let Some(data) = part else { return Ok(None) };
        let Some(unpacked) = unpack(&data, budget)? else { return Ok(None) };
        // Packed data that holds nothing is broken, unless it is the few bytes that stand for nothing.
        if unpacked.is_empty() && data.raw_data().len() > PACKED_NOTHING {
            return Ok(None);
        }
        content.extend_from_slice(&unpacked);
        content.push(b'\n');
    }
    Ok(Some(content))
}

#[derive(Clone)]
struct State<'a> {
    ctm: Affine,
    font: Option<Rc<Font<'a>>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl State<'_> {
    fn new(ctm: Affine) -> Self {
        Self {
            ctm,
            font: None,
            size: 0.0,
            character_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

struct Reader<'a, 'r> {
    fonts: &'r mut Fonts<'a>,
    budget: &'r mut Budget,
    found: PageGlyphs,
    placed: Vec<Placed>,
    state: State<'a>,
    saved: Vec<State<'a>>,
    /// States not saved because there were too many.
    unsaved: usize,
    text: Affine,
    line: Affine,
    path: Path,
    /// For each open marked-content sequence, whether it is an artifact.
    marked: Vec<bool>,
}

impl<'a> Reader<'a, '_> {
    fn run(&mut self, content: &[u8], resources: &Resources<'a>, depth: usize) -> Result<(), Trouble> {
        let mut operators = UntypedIter::new(content);
        let mut operands: Vec<Object<'_>> = Vec::new();
        while let Some(instruction) = operators.next() {
            self.budget.operator()?;
            operands.clear();
            operands.extend(instruction.operands().cloned());
            match instruction.operator.deref() {
                b"Do" => self.draw(&operands, resources, depth)?,
                b"Tf" => self.set_font(&operands, resources)?,
                b"Tj" | b"'" | b"\"" | b"TJ" => self.show(instruction.operator, &operands)?,
                operator => self.step(operator, &operands),
            }
        }
        Ok(())
    }

    fn step(&mut self, operator: &[u8], operands: &[Object<'_>]) {
        match (operator, Numbers::of(operands).as_slice()) {
            (b"q", _) => self.save(),
            (b"Q", _) => self.restore(),
            (b"cm", &[a, b, c, d, e, f]) => self.state.ctm *= Affine::new([a, b, c, d, e, f]),
            (b"BT", _) => (self.text, self.line) = (Affine::IDENTITY, Affine::IDENTITY),
            (b"Tc", &[space, ..]) => self.state.character_space = space,
            (b"Tw", &[space, ..]) => self.state.word_space = space,
            (b"Tz", &[percent, ..]) => self.state.stretch = percent / 100.0,
            (b"TL", &[leading, ..]) => self.state.leading = leading,
            (b"Ts", &[rise, ..]) => self.state.rise = rise,
            (b"Td", &[x, y, ..]) => self.next_line(x, y),
            (b"TD", &[x, y, ..]) => {
                self.state.leading = -y;
                self.next_line(x, y);
            }
            (b"Tm", &[a, b, c, d, e, f]) => {
                self.line = Affine::new([a, b, c, d, e, f]);
                self.text = self.line;
            }
            (b"T*", _) => self.next_line(0.0, -self.state.leading),
            (b"BMC" | b"BDC", _) => {
                let artifact = matches!(operands.first(), Some(Object::Name(tag)) if tag.deref() == b"Artifact");
                // One more than there could be in earnest says nothing.
                if self.marked.len() < MAX_STATES {
                    self.marked.push(artifact);
                }
            }
            (b"EMC", _) => drop(self.marked.pop()),
            (b"BI", _) | (b"sh", _) => self.found.is_drawn_on = true,
            (b"m", &[x, y, ..]) => self.path.move_to(Point::new(x, y)),
            (b"l", &[x, y, ..]) => self.path.line_to(self.state.ctm, Point::new(x, y)),
            (b"h", _) => self.path.close(self.state.ctm),
            (b"c", &[.., x, y]) | (b"v" | b"y", &[_, _, x, y, ..]) => self.path.curve_to(Point::new(x, y)),
            (b"re", &[x, y, width, height, ..]) => {
                self.path.rectangle(self.state.ctm, Point::new(x, y), Point::new(x + width, y + height));
            }
            (b"f" | b"F" | b"f*", _) => self.paint(false),
            (b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*", _) => self.paint(true),
            (b"n", _) => self.path = Path::default(),
            _ => {}
        }
    }

    fn save(&mut self) {
        if self.saved.len() < MAX_STATES {
            self.saved.push(self.state.clone());
        } else {
            self.unsaved += 1;
        }
    }

    fn restore(&mut self) {
        if self.unsaved > 0 {
            self.unsaved -= 1;
        } else if let Some(state) = self.saved.pop() {
            self.state = state;
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line *= Affine::translate((x, y));
        self.text = self.line;
    }

    /// Keeps those lines of the path that could rule a table.
    fn paint(&mut self, stroked: bool) {
        self.found.is_drawn_on = true;
        let room = MAX_RULES.saturating_sub(self.found.rules.len());
        self.found.rules.extend(std::mem::take(&mut self.path).rules(stroked).take(room));
    }

    fn set_font(&mut self, operands: &[Object<'_>], resources: &Resources<'a>) -> Result<(), Trouble> {
        if let [Object::Name(name), Object::Number(size), ..] = operands {
            self.state.size = size.as_f64();
            self.state.font = match resources.get_font(name) {
                Some(dict) => Some(self.fonts.font(&dict, self.budget)?),
                None => None,
            };
        }
        Ok(())
    }

    fn draw(&mut self, operands: &[Object<'_>], resources: &Resources<'a>, depth: usize) -> Result<(), Trouble> {
        let Some(Object::Name(name)) = operands.first() else { return Ok(()) };
        let Some(object) = resources.get_x_object(name) else { return Ok(()) };
        let dict = object.dict();
        if dict.get::<Name<'_>>("Subtype").is_none_or(|kind| kind.deref() != b"Form") {
            self.found.is_drawn_on = true;
            return Ok(());
        }
        if depth >= MAX_FORM_DEPTH {
            return Ok(());
        }
        let Some(content) = unpack(&object, self.budget)? else { return Ok(()) };
        let matrix = dict.get::<[f64; 6]>("Matrix").map_or(Affine::IDENTITY, Affine::new);
        let own = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        // A form begins with the state of its caller and leaves no trace in it.
        let outer = self.state.clone();
        let outer_saved = std::mem::take(&mut self.saved);
        let outer_text = (self.text, self.line, self.unsaved, self.marked.len());
        self.state.ctm *= matrix;
        self.unsaved = 0;
        self.run(&content, own.as_ref().unwrap_or(resources), depth + 1)?;
        self.state = outer;
        self.saved = outer_saved;
        (self.text, self.line, self.unsaved) = (outer_text.0, outer_text.1, outer_text.2);
        self.marked.truncate(outer_text.3);
        Ok(())
    }

    fn show(&mut self, operator: &[u8], operands: &[Object<'_>]) -> Result<(), Trouble> {
        match operator {
            b"'" => self.next_line(0.0, -self.state.leading),
            b"\"" => {
                if let [word, character, ..] = Numbers::of(operands).as_slice() {
                    (self.state.word_space, self.state.character_space) = (*word, *character);
                }
                self.next_line(0.0, -self.state.leading);
            }
            _ => {}
        }
        match operands.last() {
            Some(Object::String(bytes)) => self.show_string(bytes),
            Some(Object::Array(items)) => {
                for item in items.raw_iter() {
                    match item {
                        MaybeRef::NotRef(Object::String(bytes)) => self.show_string(&bytes)?,
                        MaybeRef::NotRef(Object::Number(back)) => {
                            self.advance(-back.as_f64() / 1000.0 * self.state.size);
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn is_vertical(&self) -> bool {
        self.state.font.as_ref().is_some_and(|font| font.is_vertical())
    }

    fn advance(&mut self, by: f64) {
        let by = if self.is_vertical() { Vec2::new(0.0, by) } else { Vec2::new(by * self.state.stretch, 0.0) };
        self.text *= Affine::translate(by);
    }

    fn show_string(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let Some(font) = self.state.font.clone() else { return Ok(()) };
        let artifact = self.marked.contains(&true);
        let mut rest = bytes;
        while !rest.is_empty() {
            self.budget.operator()?;
            let (shown, length) = font.first(rest);
            rest = rest.get(length.max(1)..).unwrap_or_default();
            let advance = f64::from(shown.advance);
            self.place(shown.text.as_deref(), advance, artifact)?;
            let word = if shown.is_space { self.state.word_space } else { 0.0 };
            let along = if self.is_vertical() { -self.state.size } else { advance * self.state.size };
            self.advance(along + self.state.character_space + word);
        }
        Ok(())
    }

    fn place(&mut self, text: Option<&str>, advance: f64, artifact: bool) -> Result<(), Trouble> {
        let State { size, stretch, rise, .. } = self.state;
        let em = self.state.ctm * self.text * Affine::new([size * stretch, 0.0, 0.0, size, 0.0, rise]);
        let corner = em * Point::ORIGIN;
        let along = em * Point::new(1.0, 0.0) - corner;
        let size = (em * Point::new(0.0, 1.0) - corner).hypot();
        if !(corner.is_finite() && along.is_finite() && size.is_finite() && size > 0.0) {
            return Ok(());
        }
        let mut characters = Vec::new();
        match text {
            Some(text) => push_plain(&mut characters, text),
            None => characters.push('\u{FFFD}'),
        }
        // The characters of a ligature share its width.
        let share = along * (advance / characters.len().max(1) as f64);
        for (i, c) in characters.into_iter().enumerate() {
            self.budget.character(self.placed.len())?;
            let from = corner + share * i as f64;
            self.placed.push(Placed { c, from, to: from + share, along, size, artifact });
        }
        Ok(())
    }
}

/// The leading operands that are numbers, six at most.
struct Numbers([f64; 6], usize);

impl Numbers {
    fn of(operands: &[Object<'_>]) -> Self {
        let mut numbers = Self([0.0; 6], 0);
        for (slot, operand) in numbers.0.iter_mut().zip(operands) {
            let Object::Number(number) = operand else { break };
            *slot = number.as_f64();
            numbers.1 += 1;
        }
        numbers
    }

    fn as_slice(&self) -> &[f64] {
        self.0.get(..self.1).unwrap_or_default()
    }
}
