//! The XML of a part as a flat run of nodes; nothing here recurses, so nesting costs no stack.
//!
//! Namespaces are told by the prefixes that the root element binds, which is where every writer binds them. Only the five
//! predefined entities and character references are resolved; a document type declaration is passed over.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use super::Failure;

/// The vocabularies that matter, in their transitional and their strict form.
const NAMESPACES: [(&str, Space); 5] = [
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", Space::Word),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", Space::Word),
    ("http://schemas.openxmlformats.org/officeDocument/2006/math", Space::Math),
    ("http://purl.oclc.org/ooxml/officeDocument/math", Space::Math),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", Space::Compatibility),
];

/// The vocabulary of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Word,
    Math,
    Compatibility,
    Other,
}

pub(super) enum Node<'a> {
    Open(Open<'a>),
    Close(Close<'a>),
    Text(Cow<'a, str>),
}

/// The beginning of an element.
pub(super) struct Open<'a> {
    space: Space,
    start: BytesStart<'a>,
}

/// The end of an element.
pub(super) struct Close<'a> {
    space: Space,
    end: BytesEnd<'a>,
}

impl Open<'_> {
    /// Vocabulary and local name.
    pub fn key(&self) -> (Space, &str) {
        (self.space, self.start.local_name().into_inner())
    }

    /// The local name of an element of the Word vocabulary, otherwise empty.
    pub fn word(&self) -> &str {
        if self.space == Space::Word { self.key().1 } else { "" }
    }

    /// The value of an attribute by its local name.
    pub fn attribute(&self, name: &str) -> Option<String> {
        // The check for attributes that come twice takes quadratic time.
        let mut attributes = self.start.attributes();
        attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)
            .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned))
    }

    /// The attribute `val`, in which most properties have their value.
    pub fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    /// The attribute `val` as a number.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.value()?.trim().parse().ok()
    }

    /// Whether a property that can be on or off is on, as it is where no value stands.
    pub fn is_on(&self) -> bool {
        !matches!(self.value().as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

impl Close<'_> {
    /// Vocabulary and local name.
    pub fn key(&self) -> (Space, &str) {
        (self.space, self.end.local_name().into_inner())
    }
}

/// Reads the nodes of a part.
pub(super) struct Xml<'a> {
    reader: quick_xml::Reader<&'a [u8]>,
    /// How many elements are open.
    depth: usize,
    /// What the prefixes of the root element mean.
    prefixes: Vec<(String, Space)>,
}

impl<'a> Xml<'a> {
    pub fn of(part: &'a str) -> Self {
        let mut reader = quick_xml::Reader::from_str(part);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, depth: 0, prefixes: Vec::new() }
    }

    /// The next node, or none at the end.
    pub fn next(&mut self) -> Result<Option<Node<'a>>, Failure> {
        loop {
            let node = match self.reader.read_event().map_err(|error| Failure::Damaged(error.to_string()))? {
                Event::Start(start) => {
                    if self.depth == 0 {
                        self.prefixes = prefixes(&start);
                    }
                    self.depth += 1;
                    Node::Open(Open { space: self.space(start.name().prefix()), start })
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(Close { space: self.space(end.name().prefix()), end })
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => {
                    let name = reference.into_inner();
                    let text = match name.strip_prefix('#') {
                        Some(number) => character(number).map(|c| Cow::Owned(c.to_string())),
                        None => resolve_predefined_entity(&name).map(Cow::Borrowed),
                    };
                    let Some(text) = text else { continue };
                    Node::Text(text)
                }
                Event::Eof if self.depth > 0 => return Err(Failure::Damaged("XML is cut off".to_owned())),
                Event::Eof => return Ok(None),
                _ => continue,
            };
            return Ok(Some(node));
        }
    }

    /// Passes over the rest of the element that was opened last.
    pub fn skip(&mut self) -> Result<(), Failure> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside && self.next()?.is_some() {}
        Ok(())
    }

    /// Visits every element within the one that was opened last, but for the records of earlier formatting.
    pub fn within(&mut self, mut visit: impl FnMut(&Open)) -> Result<(), Failure> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            match self.next()? {
                Some(Node::Open(open)) if open.word().ends_with("Change") => self.skip()?,
                Some(Node::Open(open)) => visit(&open),
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }

    fn space(&self, prefix: Option<quick_xml::name::Prefix>) -> Space {
        let prefix = prefix.map_or("", quick_xml::name::Prefix::into_inner);
        self.prefixes.iter().find(|(known, _)| known == prefix).map_or(Space::Other, |&(_, space)| space)
    }
}

/// The prefixes of known vocabularies; the default namespace has the empty prefix.
fn prefixes(root: &BytesStart) -> Vec<(String, Space)> {
    let mut attributes = root.attributes();
    let bindings = attributes.with_checks(false).flatten().filter_map(|attribute| {
        let key = attribute.key.into_inner();
        let prefix = if key == "xmlns" { "" } else { key.strip_prefix("xmlns:")? };
        let space = NAMESPACES.iter().find(|(name, _)| *name == attribute.value)?.1;
        Some((prefix.to_owned(), space))
    });
    // No document has more, and every element looks through them.
    bindings.take(8).collect()
}

fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|&c| c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(part: &str) -> Result<Vec<String>, Failure> {
        let (mut xml, mut texts) = (Xml::of(part), Vec::new());
        while let Some(node) = xml.next()? {
            if let Node::Text(text) = node {
                texts.push(text.into_owned());
            }
        }
        Ok(texts)
    }

    #[test]
    fn entities_of_a_declaration_are_never_expanded() {
        let part = "<!DOCTYPE a [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><a>&lol2;&lt;&#x4e00;&#0;</a>";
        assert_eq!(texts(part).unwrap(), ["<", "一"]);
    }

    #[test]
    fn what_is_cut_off_or_crossed_is_an_error() {
        assert!(texts("<a><b>").is_err());
        assert!(texts("<a><b></a></b>").is_err());
    }

    #[test]
    fn any_prefix_may_stand_for_the_vocabulary() {
        let mut xml = Xml::of("<x:p xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main'><p/></x:p>");
        let mut words = Vec::new();
        while let Some(node) = xml.next().unwrap() {
            if let Node::Open(open) = node {
                words.push(open.word().to_owned());
            }
        }
        assert_eq!(words, ["p", ""]);
    }
}
