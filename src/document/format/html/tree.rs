//! The elements and text of a page, in one flat vector, so that no depth of nesting is ever a depth of calls.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, LocalName, QualName, ns};

/// Where a node stands in the vector.
pub(super) type NodeId = u32;

const NONE: NodeId = NodeId::MAX;
/// The document node.
pub(super) const DOCUMENT: NodeId = 0;

/// The attributes that the reader looks at. The others are dropped at once: they are most of a page that was made by a
/// word processor.
const KEPT: &[&str] = &[
    "aria-hidden",
    "class",
    "colspan",
    "content",
    "hidden",
    "href",
    "id",
    "itemprop",
    "name",
    "property",
    "rel",
    "role",
    "rowspan",
    "start",
    "style",
    "type",
    "value",
];

#[derive(Debug)]
pub(super) enum Data {
    Document,
    Text(StrTendril),
    Element(Box<Element>),
    /// A comment or a processing instruction.
    Other,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: QualName,
    attributes: Vec<(LocalName, StrTendril)>,
    annotation_xml: bool,
}

impl Element {
    pub(super) fn local(&self) -> &str {
        &self.name.local
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| &**n == name).map(|(_, value)| &**value)
    }
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    previous: NodeId,
    next: NodeId,
    data: Data,
}

/// A parsed page.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The address in the comment that browsers put into a saved page.
    pub(super) saved_from: Option<String>,
    /// The name of what is no element; the parser never asks for it.
    unnamed: QualName,
}

impl Tree {
    fn new() -> Self {
        let unnamed = QualName::new(None, ns!(html), LocalName::from(""));
        let mut tree = Self { nodes: Vec::new(), saved_from: None, unnamed };
        tree.push(Data::Document);
        tree
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id)?.data {
            Data::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id)?.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id)?.parent)
    }

    pub(super) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id)?.next)
    }

    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let first = self.node(id).and_then(|node| some(node.first));
        std::iter::successors(first, |&child| self.next_sibling(child))
    }

    /// All nodes below `root` and itself, in document order. `skip` says of a node that nothing below it is wanted.
    pub(super) fn preorder(&self, root: NodeId, skip: impl Fn(NodeId) -> bool) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(root), move |&id| {
            let first = if skip(id) { None } else { self.node(id).and_then(|node| some(node.first)) };
            first.or_else(|| {
                let mut at = id;
                while at != root {
                    if let Some(next) = self.next_sibling(at) {
                        return Some(next);
                    }
                    at = self.parent(at)?;
                }
                None
            })
        })
    }

    /// The text below a node, as it stands in the source.
    pub(super) fn text_below(&self, root: NodeId) -> String {
        self.preorder(root, |_| false).filter_map(|id| self.text(id)).collect()
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    fn edit(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            change(node);
        }
    }

    fn push(&mut self, data: Data) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node { parent: NONE, first: NONE, last: NONE, previous: NONE, next: NONE, data });
        id
    }

    fn detach(&mut self, id: NodeId) {
        let Some((parent, previous, next)) = self.node(id).map(|n| (n.parent, n.previous, n.next)) else { return };
        if previous == NONE {
            self.edit(parent, |p| p.first = next);
        } else {
            self.edit(previous, |p| p.next = next);
        }
        if next == NONE {
            self.edit(parent, |p| p.last = previous);
        } else {
            self.edit(next, |n| n.previous = previous);
        }
        self.edit(id, |n| (n.parent, n.previous, n.next) = (NONE, NONE, NONE));
    }

    /// Puts a node that stands nowhere before `next`, or last where that is `NONE`.
    fn insert(&mut self, parent: NodeId, next: NodeId, id: NodeId) {
        let previous = if next == NONE {
            self.node(parent).map_or(NONE, |p| p.last)
        } else {
            self.node(next).map_or(NONE, |n| n.previous)
        };
        self.edit(id, |n| (n.parent, n.previous, n.next) = (parent, previous, next));
        if previous == NONE {
            self.edit(parent, |p| p.first = id);
        } else {
            self.edit(previous, |p| p.next = id);
        }
        if next == NONE {
            self.edit(parent, |p| p.last = id);
        } else {
            self.edit(next, |n| n.previous = id);
        }
    }

    fn add(&mut self, parent: NodeId, next: NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                self.insert(parent, next, id);
            }
            NodeOrText::AppendText(text) => {
                if self.element(parent).is_some_and(|e| !holds_wanted_text(e)) {
                    return;
                }
                let before =
                    if next == NONE { self.node(parent).map(|p| p.last) } else { self.node(next).map(|n| n.previous) };
                if let Some(Node { data: Data::Text(last), .. }) = before.and_then(|id| self.nodes.get_mut(id as usize))
                {
                    last.push_tendril(&text);
                } else {
                    let id = self.push(Data::Text(text));
                    self.insert(parent, next, id);
                }
            }
        }
    }
}

fn some(id: NodeId) -> Option<NodeId> {
    (id != NONE).then_some(id)
}

/// Style sheets and scripts are never read, except the data that search engines are given.
fn holds_wanted_text(element: &Element) -> bool {
    match element.local() {
        "style" | "noscript" | "iframe" | "noembed" => false,
        "script" => {
            element.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
        }
        _ => true,
    }
}

/// Receives what the parser finds.
pub(super) struct Builder {
    tree: RefCell<Tree>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { tree: RefCell::new(Tree::new()) }
    }

    pub(super) fn nodes(&self) -> usize {
        self.tree.borrow().len()
    }
}

impl TreeSink for Builder {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| tree.element(*target).map_or(&tree.unnamed, |element| &element.name))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let element = Element {
            name,
            attributes: attributes.into_iter().filter_map(kept).collect(),
            annotation_xml: flags.mathml_annotation_xml_integration_point,
        };
        self.tree.borrow_mut().push(Data::Element(Box::new(element)))
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        let mut tree = self.tree.borrow_mut();
        if tree.saved_from.is_none() {
            tree.saved_from = saved_from(&text);
        }
        tree.push(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.tree.borrow_mut().push(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.tree.borrow_mut().add(*parent, NONE, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        if let Some(parent) = tree.parent(*sibling) {
            tree.add(parent, *sibling, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.tree.borrow().parent(*element).is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.tree.borrow_mut().edit(*target, |node| {
            if let Data::Element(element) = &mut node.data {
                for (name, value) in attributes.into_iter().filter_map(kept) {
                    if element.attribute(&name).is_none() {
                        element.attributes.push((name, value));
                    }
                }
            }
        });
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.node(*node).and_then(|n| some(n.first)) {
            tree.detach(child);
            tree.insert(*new_parent, NONE, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.tree.borrow().element(*handle).is_some_and(|element| element.annotation_xml)
    }
}

fn kept(attribute: Attribute) -> Option<(LocalName, StrTendril)> {
    let name = attribute.name.local;
    KEPT.binary_search(&&*name).is_ok().then_some((name, attribute.value))
}

/// Browsers write `saved from url=(0063)https://…`; the number is the length of the address.
fn saved_from(comment: &str) -> Option<String> {
    let rest = comment.trim().strip_prefix("saved from url=(")?;
    let (_, url) = rest.split_once(')')?;
    (url.starts_with("http://") || url.starts_with("https://")).then(|| url.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_attributes_can_be_searched() {
        assert!(KEPT.is_sorted());
    }

    #[test]
    fn the_address_of_a_saved_page_is_read() {
        assert_eq!(saved_from(" saved from url=(0018)https://a.gov.cn/b "), Some("https://a.gov.cn/b".into()));
        assert_eq!(saved_from(" saved from url=(0014)about:internet "), None);
    }
}
