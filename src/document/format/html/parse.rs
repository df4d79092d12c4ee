//! From markup to a tree, with bounds on what a page can make the parser do.
//!
//! The rules of HTML let a parser walk its open elements for every tag, and open unclosed `<b>` or `<font>` again in
//! every paragraph. Without bounds a page of nested tags takes quadratic time, and a small page a huge tree.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult};

use super::tree::{Builder, NodeId, Tree};

/// Elements that may be open at once, unclosed formatting counted twice. Tags beyond are dropped and their text stays
/// with the element around them, as browsers do it.
pub const MAX_DEPTH: usize = 256;
/// `<b>`, `<font>` and their like that may be unclosed at once. The rules open them again in every paragraph that follows,
/// so each costs an element a paragraph; more are dropped, which changes nothing of the text.
const MAX_FORMATTING: usize = 64;
/// Elements, runs of text and comments of a page.
pub const MAX_NODES: usize = 2_000_000;

/// `None` where the page has more than [`MAX_NODES`] nodes.
pub(super) fn parse(page: &str) -> Option<Tree> {
    // With scripts "enabled", what stands in `noscript` is text, which nobody reads.
    let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let sink = Bounded {
        builder: TreeBuilder::new(Builder::new(), options),
        room: Cell::new(MAX_DEPTH),
        formatting: Cell::new(0),
        dropped: RefCell::default(),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(page));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let builder = tokenizer.sink.builder.sink;
    (builder.nodes() <= MAX_NODES).then(|| builder.finish())
}

/// Passes tokens to the tree builder as long as there is room.
struct Bounded {
    builder: TreeBuilder<NodeId, Builder>,
    /// Tags that can be passed on before the open elements need counting again.
    room: Cell<usize>,
    /// Tags of formatting that were passed on, less those that ended.
    formatting: Cell<usize>,
    /// Start tags that were dropped, so that as many end tags are.
    dropped: RefCell<HashMap<LocalName, usize>>,
}

impl Bounded {
    fn admits(&self, tag: &Tag) -> bool {
        let formatting = is_formatting(&tag.name);
        if tag.kind == TagKind::EndTag {
            if let Some(count @ 1..) = self.dropped.borrow_mut().get_mut(&tag.name) {
                *count -= 1;
                return false;
            }
            self.formatting.set(self.formatting.get().saturating_sub(usize::from(formatting)));
            return true;
        }
        if self.room.get() == 0 {
            let open = Open(Cell::new(0));
            self.builder.trace_handles(&open);
            self.room.set(MAX_DEPTH.saturating_sub(open.0.get()));
        }
        let fits = self.room.get() > 0 && !(formatting && self.formatting.get() >= MAX_FORMATTING);
        if fits {
            self.room.set(self.room.get() - 1);
            self.formatting.set(self.formatting.get() + usize::from(formatting));
        } else {
            *self.dropped.borrow_mut().entry(tag.name.clone()).or_insert(0) += 1;
        }
        fits
    }
}

/// The formatting elements of the standard, but for `a`, of which one at most is open.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let full = self.builder.sink.nodes() > MAX_NODES && token != Token::EOFToken;
        match &token {
            _ if full => TokenSinkResult::Continue,
            Token::TagToken(tag) if !self.admits(tag) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts what the tree builder holds.
struct Open(Cell<usize>);

impl Tracer for Open {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.0.set(self.0.get() + 1);
    }
}
