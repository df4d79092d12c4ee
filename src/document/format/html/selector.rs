//! Short CSS selectors: how a person finds an element of a page in a browser.

use std::collections::HashMap;
use std::fmt::Write;

use html5ever::LocalName;

use super::tree::{DOCUMENT, NodeId, Tree};

/// Steps of a selector. A deeper element without an ancestor that has an `id` is described by its last steps only, and
/// other elements may fit too.
pub const MAX_STEPS: usize = 24;
/// Longer identifiers are made by machines and change with every visit.
const LONGEST_ID: usize = 40;

/// What is known of all elements before the first selector is written.
pub(super) struct Selectors<'a> {
    tree: &'a Tree,
    /// The place of an element among its siblings of the same name, from 1; 0 where it is the only one.
    places: Vec<u32>,
    ids: HashMap<&'a str, u32>,
}

impl<'a> Selectors<'a> {
    pub(super) fn of(tree: &'a Tree) -> Self {
        let mut places = vec![0; tree.len()];
        let mut ids: HashMap<&str, u32> = HashMap::new();
        let mut counts: HashMap<&LocalName, (u32, NodeId)> = HashMap::new();
        for parent in tree.preorder(DOCUMENT, |_| false) {
            if let Some(id) = tree.element(parent).and_then(|element| element.attribute("id")) {
                *ids.entry(id).or_insert(0) += 1;
            }
            counts.clear();
            for child in tree.children(parent) {
                let Some(element) = tree.element(child) else { continue };
                let (count, first) = counts.entry(&element.name.local).or_insert((0, child));
                *count += 1;
                // The first of several learns only now that it is not alone.
                for (id, place) in [(child, *count), (*first, 1)] {
                    if let (true, Some(slot)) = (*count > 1, places.get_mut(id as usize)) {
                        *slot = place;
                    }
                }
            }
        }
        Self { tree, places, ids }
    }

    /// The selector of an element, from the nearest element around it that a unique `id` names, else from `body`.
    pub(super) fn of_element(&self, id: NodeId) -> String {
        let mut steps = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at.filter(|_| steps.len() < MAX_STEPS) {
            let Some(element) = self.tree.element(id) else { break };
            if let Some(name) = element.attribute("id").filter(|name| self.is_unique(name)) {
                steps.push(format!("#{name}"));
                break;
            }
            let name = element.local();
            let mut step = escaped(name);
            if let Some(&place) = self.places.get(id as usize).filter(|place| **place > 0) {
                // Writing to a string does not fail.
                let _ = write!(step, ":nth-of-type({place})");
            }
            steps.push(step);
            if name == "body" {
                break;
            }
            at = self.tree.parent(id);
        }
        steps.reverse();
        if steps.is_empty() { "body".to_owned() } else { steps.join(" > ") }
    }

    fn is_unique(&self, id: &str) -> bool {
        id.len() <= LONGEST_ID
            && id.starts_with(|c: char| c.is_ascii_alphabetic())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && self.ids.get(id) == Some(&1)
    }
}

/// Names such as `o:p`, which word processors leave behind, need their marks escaped.
fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-' && c != '_' {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn selectors(page: &str) -> Vec<String> {
        let tree = parse(page).unwrap();
        let selectors = Selectors::of(&tree);
        let texts = tree.preorder(DOCUMENT, |_| false).filter(|&id| tree.text(id).is_some());
        texts.filter_map(|id| tree.parent(id)).map(|id| selectors.of_element(id)).collect()
    }

    #[test]
    fn a_selector_begins_at_an_id_that_is_unique_and_sane() {
        let page =
            "<div id=a><p>1</p><p>2</p></div><div id=b><i>3</i></div><div id=b><i>4</i></div><div id='5 x'>5</div>";
        assert_eq!(
            selectors(page),
            [
                "#a > p:nth-of-type(1)",
                "#a > p:nth-of-type(2)",
                "body > div:nth-of-type(2) > i",
                "body > div:nth-of-type(3) > i",
                "body > div:nth-of-type(4)"
            ]
        );
    }

    #[test]
    fn names_with_marks_are_escaped_and_long_ways_are_cut() {
        assert_eq!(selectors("<o:p>甲</o:p>"), ["body > o\\:p"]);
        let deep = selectors(&format!("{}甲", "<div>".repeat(100)));
        assert_eq!(deep, [["div"; MAX_STEPS].join(" > ")]);
    }
}
