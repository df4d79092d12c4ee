//! Fonts: from the codes of a shown string to characters and widths.
//!
//! Composite fonts (all Chinese ones) are read here, from their maps alone: the font programs, megabytes each, say
//! nothing that text needs. Simple fonts with their many encodings are left to the font crate.

use super::Trouble;
use super::limit::Budget;
use super::stream;
use hayro_cmap::{BfString, CMap, CMapName, CidFamily, WritingMode, load_embedded};
use hayro_font::{FontCache, FontGlyph, FontQuery, GlyphId};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

/// The width of a glyph that no table names, in thousandths of the font size.
const DEFAULT_WIDTH: f32 = 1000.0;
/// Codes of a font that are remembered; a text of all characters of GB 18030 has fewer.
const MAX_REMEMBERED: usize = 100_000;

/// What a code shows.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// The text, or `None` where the font does not say.
    pub text: Option<Rc<str>>,
    /// How far the next glyph lies, in font sizes.
    pub advance: f32,
    /// Word spacing applies to single-byte code 32 alone.
    pub is_space: bool,
}

/// A font of the file.
pub(super) struct Font<'a> {
    kind: Kind<'a>,
    remembered: RefCell<HashMap<(u32, usize), Shown>>,
}

enum Kind<'a> {
    Simple(hayro_font::Font<'a>),
    Composite(Box<Composite>),
    /// Nothing of it could be read: its text is unknown.
    Broken,
}

struct Composite {
    encoding: CMap,
    to_unicode: Option<CMap>,
    /// From CIDs to characters, for the character collections of Adobe.
    collection: Option<CMap>,
    /// Codes are UTF-16.
    is_unicode: bool,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

/// Reads fonts, each once.
pub(super) struct Fonts<'a> {
    simple: FontCache<'a>,
    fonts: HashMap<usize, Rc<Font<'a>>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Self { simple: FontCache::new(), fonts: HashMap::new() }
    }

    /// The font of a dictionary.
    pub(super) fn font(&mut self, dict: &Dict<'a>, budget: &mut Budget) -> Result<Rc<Font<'a>>, Trouble> {
        // A dictionary is a slice of the file; where it begins tells it from all others.
        let key = dict.data().as_ptr() as usize;
        if let Some(font) = self.fonts.get(&key) {
            return Ok(Rc::clone(font));
        }
        let kind = if dict.get::<Name<'_>>("Subtype").is_some_and(|name| name.deref() == b"Type0") {
            composite(dict, budget)?.map(|font| Kind::Composite(Box::new(font)))
        } else {
            self.simple(dict, budget)?.map(Kind::Simple)
        };
        let font = Rc::new(Font { kind: kind.unwrap_or(Kind::Broken), remembered: RefCell::default() });
        self.fonts.insert(key, Rc::clone(&font));
        Ok(font)
    }

    fn simple(&self, dict: &Dict<'a>, budget: &mut Budget) -> Result<Option<hayro_font::Font<'a>>, Trouble> {
        // The font crate makes a table as long as these say.
        let is_byte = |key| dict.get::<f64>(key).is_none_or(|code| (0.0..256.0).contains(&code));
        if !is_byte("FirstChar") || !is_byte("LastChar") {
            return Ok(None);
        }
        charge_streams(dict, &["ToUnicode"], budget)?;
        if let Some(descriptor) = dict.get::<Dict<'_>>("FontDescriptor") {
            charge_streams(&descriptor, &["FontFile", "FontFile2", "FontFile3"], budget)?;
        }
        let resolver: hayro_font::FontResolverFn = Arc::new(|query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
        });
        let cmaps: hayro_font::CMapResolverFn = Arc::new(load_embedded);
        Ok(self.simple.font(dict, &resolver, &cmaps))
    }
}

fn charge_streams(dict: &Dict<'_>, keys: &[&str], budget: &mut Budget) -> Result<(), Trouble> {
    keys.iter().filter_map(|key| dict.get::<Stream<'_>>(key)).try_for_each(|data| stream::charge(&data, budget))
}

fn composite(dict: &Dict<'_>, budget: &mut Budget) -> Result<Option<Composite>, Trouble> {
    let mut is_unicode = false;
    let encoding = match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => {
            is_unicode =
                name.starts_with(b"Uni") && (name.contains_bytes(b"-UCS2-") || name.contains_bytes(b"-UTF16-"));
            named(CMapName::from_bytes(&name))
        }
        Some(Object::Stream(data)) => stream::unpack(&data, budget)?.and_then(|data| CMap::parse(&data, load_embedded)),
        _ => None,
    };
    let Some(encoding) = encoding else { return Ok(None) };
    let to_unicode = match dict.get::<Object<'_>>("ToUnicode") {
        Some(Object::Stream(data)) => stream::unpack(&data, budget)?.and_then(|data| CMap::parse(&data, load_embedded)),
        _ => None,
    };
    let descendant = dict.get::<Array<'_>>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let descendant = descendant.unwrap_or_default();
    let family = encoding.metadata().character_collection.as_ref().map(|collection| collection.family.clone());
    let family = family.filter(|family| *family != CidFamily::AdobeIdentity).or_else(|| family_of(&descendant));
    let collection = family.and_then(|family| family.ucs2_cmap()).and_then(named);
    Ok(Some(Composite {
        encoding,
        to_unicode,
        collection,
        is_unicode,
        widths: descendant.get::<Array<'_>>("W").map(|array| widths(&array)).unwrap_or_default(),
        default_width: descendant.get::<f32>("DW").unwrap_or(DEFAULT_WIDTH),
    }))
}

trait ContainsBytes {
    fn contains_bytes(&self, needle: &[u8]) -> bool;
}

impl ContainsBytes for Name<'_> {
    fn contains_bytes(&self, needle: &[u8]) -> bool {
        self.windows(needle.len()).any(|window| window == needle)
    }
}

/// A map that every reader of the format knows by name.
fn named(name: CMapName<'_>) -> Option<CMap> {
    match name {
        CMapName::IdentityH => Some(CMap::identity_h()),
        CMapName::IdentityV => Some(CMap::identity_v()),
        name => CMap::parse(load_embedded(name)?, load_embedded),
    }
}

fn family_of(descendant: &Dict<'_>) -> Option<CidFamily> {
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    Some(CidFamily::from_registry_ordering(&registry, &ordering))
}

/// `code [width width …]` and `first last width`, in any order; codes end at 65,535.
fn widths(array: &Array<'_>) -> HashMap<u32, f32> {
    const LAST_CID: u32 = 0xFFFF;
    let mut widths = HashMap::new();
    let mut items = array.flex_iter();
    loop {
        if let Some((first, run)) = items.next::<(u32, Array<'_>)>() {
            widths.extend((first..=LAST_CID).zip(run.iter::<f32>()));
        } else if let Some((first, last, width)) = items.next::<(u32, u32, f32)>() {
            widths.extend((first..=last.min(LAST_CID)).map(|cid| (cid, width)));
        } else {
            return widths;
        }
    }
}

impl Composite {
    fn cid(&self, code: u32, length: usize) -> Option<u32> {
        self.encoding.lookup_cid_code(code, u8::try_from(length).ok()?)
    }

    /// The first code of a string, and its length: the shortest that the encoding knows.
    fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let mut code = 0;
        for (i, byte) in bytes.iter().enumerate().take(4) {
            code = code << 8 | u32::from(*byte);
            if self.cid(code, i + 1).is_some() {
                return (code, i + 1);
            }
        }
        // What the encoding does not know is a character of two bytes nearly always.
        let length = bytes.len().min(2);
        (bytes.iter().take(length).fold(0, |code, byte| code << 8 | u32::from(*byte)), length)
    }

    fn text(&self, code: u32, length: usize) -> Option<Rc<str>> {
        let stated = self.to_unicode.as_ref().and_then(|map| map.lookup_bf_string(code)).map(string);
        let stated = stated.filter(|text| !text.is_empty() && &**text != "\0");
        stated.or_else(|| if self.is_unicode { utf16(code) } else { None }).or_else(|| {
            let cid = self.cid(code, length)?;
            self.collection.as_ref()?.lookup_bf_string(cid).map(string)
        })
    }
}

fn string(text: BfString) -> Rc<str> {
    match text {
        BfString::Char(c) => c.to_string().into(),
        BfString::String(text) => text.into(),
    }
}

fn utf16(code: u32) -> Option<Rc<str>> {
    let units = [(code >> 16) as u16, (code & 0xFFFF) as u16];
    let units = if units[0] == 0 { &units[1..] } else { &units[..] };
    String::from_utf16(units).ok().map(Into::into)
}

impl Font<'_> {
    /// Whether its strings run downwards.
    pub(super) fn is_vertical(&self) -> bool {
        match &self.kind {
            Kind::Composite(font) => font.encoding.metadata().writing_mode == Some(WritingMode::Vertical),
            _ => false,
        }
    }

    /// The first glyph of a string, and how many bytes it takes: at least one of a string that is not empty.
    pub(super) fn first(&self, bytes: &[u8]) -> (Shown, usize) {
        let (code, length) = match &self.kind {
            Kind::Composite(font) => font.code(bytes),
            _ => (bytes.first().copied().unwrap_or_default().into(), 1),
        };
        if let Some(shown) = self.remembered.borrow().get(&(code, length)) {
            return (shown.clone(), length);
        }
        let shown = self.look_up(code, length);
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() < MAX_REMEMBERED {
            remembered.insert((code, length), shown.clone());
        }
        (shown, length)
    }

    fn look_up(&self, code: u32, length: usize) -> Shown {
        let (text, width) = match &self.kind {
            Kind::Simple(font) => {
                let text = match font.glyph(GlyphId::NOTDEF, code) {
                    FontGlyph::Outline(glyph) => glyph.as_unicode(),
                    FontGlyph::Type3(glyph) => glyph.as_unicode(),
                };
                (text.map(string), font.code_advance(code).x as f32)
            }
            Kind::Composite(font) => {
                let width = font.cid(code, length).and_then(|cid| font.widths.get(&cid)).copied();
                (font.text(code, length), width.unwrap_or(font.default_width))
            }
            Kind::Broken => (None, DEFAULT_WIDTH / 2.0),
        };
        let advance = if width.is_finite() { width / 1000.0 } else { 0.0 };
        Shown { text, advance, is_space: code == 32 && length == 1 }
    }
}
