//! Whether a name means a region where it stands, or is part of the name of something else (南京路, 河南大学).

use super::gazetteer::Division;
use super::names::{FalseFriends, Kind, Name, false_friends, names};

/// Characters of the proper name that may stand between a region and 有限公司.
const NAME_OF_INSTITUTION: usize = 14;

/// Characters of a web address that are looked at on either side of a word.
const ADDRESS: usize = 40;

/// A name in a text that may mean a region.
pub(super) struct Draft {
    pub start: usize,
    pub end: usize,
    pub bearers: Vec<&'static Division>,
    /// Whether it counts without support.
    pub firm: bool,
}

/// The divisions that a name stands for. One that divisions of several ranks bear means the highest (吉林 is the province,
/// 海南 not the prefecture in Qinghai), because the lower ones are told apart by their full names.
fn bearers(same: &[Name]) -> Vec<&'static Division> {
    let mut bearers: Vec<&'static Division> = same.iter().filter_map(|name| name.bearer).collect();
    let rank = bearers.first().map(|bearer| bearer.level);
    bearers.retain(|bearer| Some(bearer.level) == rank);
    bearers.dedup_by_key(|bearer| bearer.code);
    bearers
}

/// What a found name is worth where it stands, given all names with its text; `None` for a false friend.
pub(super) fn judge(text: &str, start: usize, end: usize, same: &[Name]) -> Option<Draft> {
    let name = same.first()?;
    let lists = false_friends();
    let (before, rest) = (text.get(..start)?, text.get(end..)?);
    let mut end = end;
    let mut bearers = bearers(same);
    let counts = match name.kind {
        Kind::Phrase => false,
        Kind::Latin => !touches_word(text, start, end),
        Kind::Nation => !starts_with_any(rest, &lists.nation_suffixes) && !is_institution(rest, lists),
        Kind::Short => !is_other_name(rest, lists) && !lists.datelines.iter().any(|word| before.ends_with(word)),
        Kind::Needy => !is_other_name(rest, lists) && !is_broken(name.text, rest, lists),
        Kind::Full if is_broken(name.text, rest, lists) => {
            // 南京市场: the city may still be meant by its short name.
            let short = bearers.first().map_or("", |bearer| bearer.short);
            let same = names().with_text(short);
            let known = same.first().is_some_and(|name| name.kind == Kind::Short);
            end = start + short.len();
            // 西安区域 speaks of the city and not of one of the districts 西安区.
            bearers = self::bearers(same);
            known && name.text.starts_with(short) && !is_other_name(text.get(end..)?, lists)
        }
        Kind::Full => true,
    };
    counts.then_some(Draft { start, end, bearers, firm: name.kind != Kind::Needy })
}

/// Whether the text after a short name makes it the name of something else.
pub(super) fn is_other_name(rest: &str, lists: &FalseFriends) -> bool {
    if starts_with_any(rest, &lists.suffixes) {
        return !starts_with_any(rest, &lists.not_suffixes);
    }
    is_institution(rest, lists) || is_named_institution(rest, lists)
}

/// Whether the text after a name makes it that of a school, company or the like, put together from common words.
fn is_institution(rest: &str, lists: &FalseFriends) -> bool {
    let mut rest = rest;
    for _ in 0..=5 {
        if starts_with_any(rest, &lists.institution_heads) {
            return true;
        }
        // The longest modifier: 航空航天 before 航空.
        let longest =
            lists.institution_modifiers.iter().filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len());
        let Some(word) = longest else { return false };
        rest = rest.get(word.len()..).unwrap_or_default();
    }
    false
}

/// Whether the text after a name goes on to that of a company or airport with a name of its own: 浙江|大华技术|股份有限公司.
fn is_named_institution(rest: &str, lists: &FalseFriends) -> bool {
    let places = rest.char_indices().map(|(at, _)| at).take(NAME_OF_INSTITUTION);
    for rest in places.filter_map(|at| rest.get(at..)) {
        if starts_with_any(rest, &lists.institution_ends) {
            return true;
        }
        if starts_with_any(rest, &lists.institution_breaks) || rest.starts_with(char::is_whitespace) {
            return false;
        }
    }
    false
}

fn is_broken(name: &str, rest: &str, lists: &FalseFriends) -> bool {
    let (last, next) = (name.chars().next_back(), rest.chars().next());
    lists.broken_by.iter().any(|(end, breakers)| Some(*end) == last && next.is_some_and(|next| breakers.contains(next)))
}

pub(super) fn starts_with_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

fn touches_word(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    let after = text.get(end..).and_then(|tail| tail.chars().next());
    [before, after].into_iter().flatten().any(|c| c.is_ascii_alphanumeric()) || is_in_address(text, start, end)
}

/// Whether the word is part of an address of the web or of mail: www.beijing.gov.cn.
fn is_in_address(text: &str, start: usize, end: usize) -> bool {
    let in_token = |c: &char| c.is_ascii_graphic();
    let head: String = text
        .get(..start)
        .map(|head| head.chars().rev().take(ADDRESS).take_while(in_token).collect())
        .unwrap_or_default();
    let tail: String =
        text.get(end..).map(|tail| tail.chars().take(ADDRESS).take_while(in_token).collect()).unwrap_or_default();
    // In an address a dot stands inside the run of characters, at the end of a sentence behind it.
    [head.as_str(), tail.as_str()].iter().any(|part| part.contains(['@']) || part.contains("//"))
        || head.starts_with('.') && head.len() > 1
        || tail.starts_with('.') && tail.len() > 1
}

/// A boundary before the name, and after it a boundary or an organ of government.
pub(super) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    let rest = text.get(end..).unwrap_or_default();
    before.is_none_or(|c| !c.is_alphanumeric())
        && (rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
            || starts_with_any(rest, &["人民政府", "政府", "县委"]))
}
