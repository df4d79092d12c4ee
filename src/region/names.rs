//! The names that text is searched for, with what each stands for, and the lists of false friends.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::gazetteer::{Division, Level, divisions};

/// How far a name can be trusted where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An official name such as 南京市, or a former one.
    Full,
    /// A short name such as 南京, which a suffix can turn into something else.
    Short,
    /// A short name that is a common word, or a full name that reads as a description: it needs support.
    Needy,
    /// A name of the nation.
    Nation,
    /// A name in Latin script, which stands between word boundaries.
    Latin,
    /// No name: a stretch of text that holds one by accident.
    Phrase,
}

/// A name and a division that bears it; phrases have none.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub text: &'static str,
    pub kind: Kind,
    pub bearer: Option<&'static Division>,
}

/// The block of Unicode that the first characters of Chinese names lie in.
const HAN: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// All names, sorted by text and then from the highest rank down, with a table from the first character to its names.
///
/// A question waits for this to be built, and building an Aho-Corasick automaton over 4,600 names takes 11 ms. Sorting
/// them takes one, and most characters of a text begin no name or one of very few.
pub(super) struct Names {
    names: Vec<Name>,
    /// For each character of [`HAN`] one more than the place of the first name that begins with it, or 0.
    first: Vec<u16>,
    latin: Vec<Name>,
}

impl Names {
    /// The names with the longest text among those that stand at byte `at`.
    pub(super) fn longest_at(&self, text: &str, at: usize) -> &[Name] {
        let Some(rest) = text.get(at..) else { return &[] };
        let Some(begin) = rest.chars().next() else { return &[] };
        if !HAN.contains(&begin) {
            let inside_word = text.get(..at).is_some_and(|head| head.ends_with(|c: char| c.is_ascii_alphanumeric()));
            return if begin.is_ascii_alphabetic() && !inside_word { self.latin_at(rest) } else { &[] };
        }
        let slot = self.first.get(begin as usize - *HAN.start() as usize).copied().unwrap_or(0);
        let Some(from) = usize::from(slot).checked_sub(1) else { return &[] };
        let here = self.names.get(from..).unwrap_or_default();
        let head = rest.get(..begin.len_utf8()).unwrap_or_default();
        let same_head = here.iter().take_while(|name| name.text.starts_with(head));
        // A text sorts before its continuations, so the last that fits is the longest.
        let longest = same_head.filter(|name| rest.starts_with(name.text)).last();
        longest.map(|name| self.with_text(name.text)).unwrap_or_default()
    }

    fn latin_at(&self, rest: &str) -> &[Name] {
        let fits = |name: &&Name| rest.get(..name.text.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.text));
        let longest = self.latin.iter().filter(fits).max_by_key(|name| name.text.len());
        longest.map(|name| equal(&self.latin, name.text)).unwrap_or_default()
    }

    /// The Chinese names with this text.
    pub(super) fn with_text(&self, text: &str) -> &[Name] {
        equal(&self.names, text)
    }
}

/// The run of names with this text in a sorted list.
fn equal<'n>(sorted: &'n [Name], text: &str) -> &'n [Name] {
    let from = sorted.partition_point(|name| name.text < text);
    let run = sorted.get(from..).unwrap_or_default();
    let length = run.iter().take_while(|name| name.text == text).count();
    run.get(..length).unwrap_or_default()
}

/// The lists of `false_friends.txt`.
pub(super) struct FalseFriends {
    pub suffixes: Vec<&'static str>,
    pub not_suffixes: Vec<&'static str>,
    pub institution_heads: Vec<&'static str>,
    pub institution_modifiers: Vec<&'static str>,
    pub institution_ends: Vec<&'static str>,
    pub institution_breaks: Vec<&'static str>,
    pub features: Vec<&'static str>,
    pub nation_suffixes: Vec<&'static str>,
    pub datelines: Vec<&'static str>,
    pub predicates: Vec<&'static str>,
    /// Last character of a full name, and the characters that break it when they follow.
    pub broken_by: Vec<(char, &'static str)>,
    ambiguous: Vec<&'static str>,
    descriptions: Vec<&'static str>,
    phrases: Vec<&'static str>,
}

impl FalseFriends {
    /// Whether this full name reads as a plain description (新城区).
    pub(super) fn is_description(&self, name: &str) -> bool {
        self.descriptions.binary_search(&name).is_ok()
    }
}

/// The parsed `false_friends.txt`.
pub(super) fn false_friends() -> &'static FalseFriends {
    static LISTS: OnceLock<FalseFriends> = OnceLock::new();
    LISTS.get_or_init(|| {
        let sections = sections(include_str!("false_friends.txt"));
        let words = |name: &str| -> Vec<&'static str> {
            let mut words: Vec<_> =
                sections.get(name).into_iter().flatten().flat_map(|line| line.split_whitespace()).collect();
            words.sort_unstable();
            words
        };
        let pair = |line: &&'static str| {
            let (last, next) = line.split_once(' ')?;
            Some((last.chars().next()?, next))
        };
        FalseFriends {
            suffixes: words("suffixes"),
            not_suffixes: words("not suffixes"),
            institution_heads: words("institution heads"),
            institution_modifiers: words("institution modifiers"),
            institution_ends: words("institution ends"),
            institution_breaks: words("institution breaks"),
            features: words("features"),
            nation_suffixes: words("nation suffixes"),
            datelines: words("datelines"),
            predicates: words("predicates"),
            broken_by: sections.get("broken by").into_iter().flatten().filter_map(pair).collect(),
            ambiguous: words("ambiguous"),
            descriptions: words("descriptions"),
            phrases: words("phrases"),
        }
    })
}

/// The lines below each `[section]` head of a list file, without comments and blank lines.
pub(super) fn sections(file: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut sections: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut current = "";
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(head) => current = head,
            None => sections.entry(current).or_default().push(line),
        }
    }
    sections
}

/// All names, built once.
pub(super) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut all: Vec<Name> = Vec::with_capacity(2 * divisions().len());
        divisions().iter().for_each(|division| collect(division, &mut all));
        all.extend(false_friends().phrases.iter().map(|text| Name { text, kind: Kind::Phrase, bearer: None }));
        all.sort_by_key(|name| (name.text, name.bearer.map(|division| division.level)));
        let (latin, names): (Vec<Name>, Vec<Name>) = all.into_iter().partition(|name| name.kind == Kind::Latin);
        let mut first = vec![0; *HAN.end() as usize - *HAN.start() as usize + 1];
        for (name, place) in names.iter().zip(1..=u16::MAX).rev() {
            let begin = name.text.chars().next().filter(|begin| HAN.contains(begin));
            if let Some(slot) = begin.and_then(|begin| first.get_mut(begin as usize - *HAN.start() as usize)) {
                *slot = place;
            }
        }
        Names { names, first, latin }
    })
}

/// The names of one division.
fn collect(division: &'static Division, all: &mut Vec<Name>) {
    let lists = false_friends();
    let mut add = |text, kind| all.push(Name { text, kind, bearer: Some(division) });
    let listed = |list: &[&'static str], name: &str| list.binary_search(&name).is_ok();
    let full_kind = |name: &str| if listed(&lists.descriptions, name) { Kind::Needy } else { Kind::Full };
    let short_kind = |name: &str| if listed(&lists.ambiguous, name) { Kind::Needy } else { Kind::Short };
    if division.level != Level::Nation {
        add(division.name, full_kind(division.name));
    }
    // Short names of counties (朝阳, 鼓楼) are no names in running text; matching looks for them after their region.
    if !division.short.is_empty() && division.level != Level::County {
        add(division.short, if division.level == Level::Zone { Kind::Full } else { short_kind(division.short) });
    }
    for alias in division.aliases() {
        let kind = match division.level {
            Level::Nation => Kind::Nation,
            _ if alias.ends_with(['省', '市', '区', '县', '州', '港']) => full_kind(alias),
            _ => short_kind(alias),
        };
        add(alias, kind);
    }
    division.english().for_each(|name| add(name, Kind::Latin));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_lists_is_read() {
        let lists = false_friends();
        assert!(
            [&lists.suffixes, &lists.institution_heads, &lists.institution_modifiers, &lists.institution_breaks]
                .iter()
                .all(|list| list.len() > 10)
        );
        assert!(
            [&lists.not_suffixes, &lists.nation_suffixes, &lists.ambiguous, &lists.descriptions, &lists.phrases]
                .iter()
                .all(|list| list.len() > 10)
        );
        assert_eq!(lists.broken_by.len(), 3);
        assert!(lists.datelines.contains(&"新华社"));
    }

    #[test]
    fn the_longest_name_is_found_with_the_highest_rank_first() {
        let longest = |text| {
            let names = names().longest_at(text, 0);
            names.first().map(|name| (name.text, name.bearer.map(|division| division.name)))
        };
        assert_eq!(longest("吉林市场"), Some(("吉林市", Some("吉林市"))));
        assert_eq!(longest("吉林"), Some(("吉林", Some("吉林省"))));
        assert_eq!(longest("海南"), Some(("海南", Some("海南省"))));
        assert_eq!(longest("inner mongolia"), Some(("Inner Mongolia", Some("内蒙古自治区"))));
        assert_eq!(names().with_text("鼓楼区").len(), 4);
        assert_eq!(longest("无"), None);
    }

    #[test]
    fn one_character_abbreviations_are_no_names() {
        assert!(names().names.iter().all(|name| name.text.chars().count() > 1));
    }

    #[test]
    fn every_chinese_name_is_reachable_from_its_first_character() {
        for name in &names().names {
            assert_eq!(names().longest_at(name.text, 0).first().map(|found| found.text), Some(name.text));
        }
    }
}
