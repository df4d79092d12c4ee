//! Finding the regions that a text names: longest leftmost match over the names, then the rules against false friends.
//!
//! A name counts by itself (南京市, 南京), only with support beside it (朝阳, 新城区), or not at all where what follows makes
//! it the name of something else (南京路, 河南大学). What the rules know is in `false_friends.txt`.

use super::gazetteer::{Division, Level, division, divisions, is_within, prefecture_of};
use super::judging::{Draft, is_other_name, judge, stands_alone, starts_with_any};
use super::names::{Kind, false_friends, names};

/// A region named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The division meant; several where the name stands for several and the text does not tell which.
    pub codes: Vec<&'static str>,
}

impl Mention {
    /// The division meant, where there is no doubt.
    pub fn code(&self) -> Option<&'static str> {
        match self.codes.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Every region that the text names, in order.
pub fn find(text: &str) -> Vec<Mention> {
    find_in(text, None)
}

/// Like [`find`], for a text known to belong to the division `context`: names shared by several divisions mean the one
/// near it.
pub fn find_in(text: &str, context: Option<&str>) -> Vec<Mention> {
    let mut drafts = scan(text);
    support(text, context, &mut drafts);
    drafts.retain(|draft| draft.firm);
    resolve(drafts, context)
}

/// Words between the members of a list of regions.
const LIST_MARKS: [&str; 16] =
    ["、", ",", "，", ", ", "和", "与", "及", "以及", "或", "/", "·", "；", " ", " and ", ", and ", "——"];

/// Whether nothing but a list mark stands in `gap`.
pub(super) fn is_list_mark(gap: &str) -> bool {
    LIST_MARKS.contains(&gap)
}

fn scan(text: &str) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut done = 0;
    for (start, _) in text.char_indices() {
        if start < done {
            continue;
        }
        let same = names().longest_at(text, start);
        let Some(name) = same.first() else { continue };
        done = start + name.text.len();
        let Some(mut draft) = judge(text, start, done, same) else { continue };
        // Two characters such as 富县 or 城区 are too little unless they stand by themselves.
        if draft.firm && name.kind == Kind::Full && name.text.chars().count() == 2 {
            draft.firm = stands_alone(text, draft.start, draft.end);
        }
        // 北京海淀, but 山东省东平湖 is a lake in the province.
        let short = name.kind == Kind::Short && draft.firm;
        let child = if short { child_at(text, draft.end, &draft.bearers) } else { None };
        done = child.as_ref().map_or(draft.end, |child| child.end).max(done);
        drafts.push(draft);
        drafts.extend(child);
    }
    drafts
}

/// A county by its short name right after its city or province: 北京海淀, 江苏昆山.
fn child_at(text: &str, at: usize, parents: &[&'static Division]) -> Option<Draft> {
    let [parent] = parents else { return None };
    if !(parent.level.is_provincial() || parent.level == Level::City) {
        return None;
    }
    let rest = text.get(at..)?;
    // What lies in a province or prefecture shares the first digits of its code.
    let prefix = parent.code.get(..if parent.level == Level::City { 4 } else { 2 })?;
    let from = divisions().partition_point(|division| division.code < prefix);
    let inside = divisions().get(from..)?.iter().take_while(|division| division.code.starts_with(prefix));
    let named = |division: &&'static Division| {
        let short = division.short;
        division.level == Level::County
            && !short.is_empty()
            && rest.starts_with(short)
            && !rest.starts_with(division.name)
    };
    let child = inside.filter(named).max_by_key(|division| division.short.len())?;
    let tail = rest.get(child.short.len()..)?;
    let lists = false_friends();
    // 天津河北 are two provinces, 安徽黄山 is first of all the city, 上海新城 a new town, and 江苏海门市 goes on to a full name.
    let plain = match names().with_text(child.short).first().map(|name| name.kind) {
        Some(Kind::Needy) => parent.level == Level::Province,
        kind => kind.is_some(),
    };
    let admin = tail.starts_with(['市', '区', '县', '州', '省', '旗']);
    if plain
        || admin
        || starts_with_any(tail, &lists.features)
        || is_other_name(tail, lists)
        || lists.is_description(child.name)
    {
        return None;
    }
    Some(Draft { start: at, end: at + child.short.len(), bearers: vec![child], firm: true })
}

/// Makes needy names firm where something beside them supports them, and lets them support their neighbours in turn.
fn support(text: &str, context: Option<&str>, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|draft| !draft.firm) {
        let near = |bearer: &&Division| context.is_some_and(|context| is_own(bearer, context));
        // A two-character name is no safer in its own region: 市和县 says nothing of 和县.
        let long = text.get(draft.start..draft.end).is_some_and(|name| name.chars().count() > 2);
        let city = draft.bearers.iter().any(|bearer| bearer.level == Level::City);
        draft.firm =
            (long || city) && draft.bearers.iter().any(near) || city && is_subject(text, draft.start, draft.end);
    }
    for at in 1..drafts.len() {
        link(text, drafts, at - 1, at);
    }
    for at in (1..drafts.len()).rev() {
        link(text, drafts, at, at - 1);
    }
}

/// Whether the name begins a clause of which it is the subject; in a question, or as its topic (大同的煤炭政策有哪些).
fn is_subject(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    let rest = text.get(end..).unwrap_or_default();
    let asks = ["哪", "什么", "多少", "如何", "怎", "?", "？"].iter().any(|word| text.contains(word));
    before.is_none_or(|c| !c.is_alphanumeric())
        && (starts_with_any(rest, &false_friends().predicates) || (start == 0 && asks && rest.starts_with('的')))
}

/// Whether a text of `context` means this division by a name that needs support: it is the division's own text, or that
/// of the city it lies in.
fn is_own(bearer: &Division, context: &str) -> bool {
    let city = prefecture_of(context);
    match bearer.level {
        Level::City => bearer.code == context || city.is_some_and(|city| city.code == bearer.code),
        _ => city.is_some_and(|city| is_within(bearer.code, city.code)),
    }
}

/// Lets the firm draft at `from` support its neighbour at `to`.
fn link(text: &str, drafts: &mut [Draft], from: usize, to: usize) {
    let [Some(giver), Some(taker)] = [drafts.get(from), drafts.get(to)] else { return };
    if !giver.firm || taker.firm || giver.bearers.iter().any(|bearer| bearer.level == Level::Nation) {
        return;
    }
    let (first, second) = if from < to { (giver, taker) } else { (taker, giver) };
    let listed = text.get(first.end..second.start).is_some_and(|gap| !gap.trim().is_empty() && is_list_mark(gap));
    let contained = from < to
        && first.end == second.start
        && taker.bearers.iter().any(|bearer| giver.bearers.iter().any(|above| is_within(bearer.code, above.code)));
    if (listed || contained)
        && let Some(taker) = drafts.get_mut(to)
    {
        taker.firm = true;
    }
}

/// Decides which division a shared name means: the one in the region named last before it, else the one near `context`,
/// else all of them.
fn resolve(drafts: Vec<Draft>, context: Option<&str>) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut codes: Vec<&'static str> = draft.bearers.iter().map(|bearer| bearer.code).collect();
        if codes.len() > 1 {
            let earlier = mentions.iter().rev().filter_map(Mention::code).flat_map(widening);
            let around = context.into_iter().flat_map(widening);
            let within = |region: &&str| codes.iter().any(|code| is_within(code, region));
            let region = earlier.chain(around).find(within);
            if let Some(region) = region {
                codes.retain(|code| is_within(code, region));
            }
        }
        mentions.push(Mention { start: draft.start, end: draft.end, codes });
    }
    mentions
}

/// The region itself, then its city: a county named in Nanjing's text is one of Nanjing's.
fn widening(code: &str) -> impl Iterator<Item = &'static str> {
    let this = division(code).filter(|division| division.level != Level::Nation);
    let city = prefecture_of(code).filter(|city| city.level <= Level::City);
    this.into_iter().chain(city).map(|division| division.code)
}

#[cfg(test)]
mod tests;
