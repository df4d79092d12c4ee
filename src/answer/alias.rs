//! Other names of a subject, as the documents themselves give them: 第三代半导体（宽禁带半导体）, 人工智能（AI）, 氢能又称….
//!
//! Only brackets and words that say so count, and only right beside the subject, so that no neighbour in a list and no
//! remark becomes a name.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::index::analyzer::{fold, is_han, terms};
use crate::index::{Index, IndexError};

/// Passages that are read for a subject: names are given where a subject is introduced, and again and again.
const PASSAGES: usize = 400;

/// Letters that a name in brackets must share with the subject where no word says that it is one.
const SHARED: usize = 2;

/// What no name contains: words of remarks, references and duties (`alias.txt`).
static NO_NAME: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("alias.txt").lines().filter(|line| !line.starts_with('#')).collect());

struct Patterns {
    /// A word says that what follows is another name.
    said: Regex,
    /// A name in brackets behind the subject.
    bracketed: Regex,
    /// The subject in brackets behind a name.
    behind: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a constant pattern");
    Patterns {
        said: pattern(
            r#"□["”]?[,(]?(?:又称|也称|亦称|又名|俗称|(?:以下|下)?简称)(?:为)?:?[“"]?([\p{Han}a-z0-9-]{2,12})(?:[”"),;。]|$)"#,
        ),
        bracketed: pattern(r#"□["”]?\([“"]?([\p{Han}]{2,10}|[a-z][a-z0-9-]{1,7})[”"]?\)"#),
        behind: pattern(r#"(?:^|[,;:。、“"(])([\p{Han}]{2,10}|[a-z][a-z0-9-]{1,7})\([“"]?□[”"]?\)"#),
    }
});

/// The names of the subject that each of `words` means, other than those.
pub fn aliases(index: &Index, words: &[String]) -> Result<Vec<String>, IndexError> {
    let mut rows = BTreeSet::new();
    for word in words.iter().filter(|word| !terms(word).is_empty()) {
        rows.extend(index.terms()?.with_all(&terms(word))?);
    }
    let mut found = Vec::new();
    for row in rows.into_iter().take(PASSAGES) {
        let passage = index.passage(row)?;
        let text = index.reading(&index.documents()[passage.document])?;
        for name in names(text.get(passage.bytes.0..passage.bytes.1).unwrap_or_default(), words) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    Ok(found)
}

/// The names that `text` gives.
fn names(text: &str, words: &[String]) -> Vec<String> {
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let mut marked = fold(text);
    for word in folded.iter().filter(|word| !word.is_empty()) {
        marked = marked.replace(word.as_str(), "□");
    }
    let known = |name: &str| folded.iter().any(|word| word.contains(name));
    let plain = |name: &&str| !known(name) && !NO_NAME.iter().any(|word| name.contains(word));
    let alike = |name: &&str| {
        let shared = |word: &String| name.chars().filter(|c| is_han(*c) && word.contains(*c)).count();
        // An abbreviation in Latin letters shares none.
        name.is_ascii() || folded.iter().any(|word| shared(word) >= SHARED)
    };
    let all = |pattern: &'static Regex| pattern.captures_iter(&marked).filter_map(|c| Some(c.get(1)?.as_str()));
    let said = all(&PATTERNS.said).filter(plain).filter(alike);
    // A thing of the same kind has a name with the same end: 宽禁带半导体 for 第三代半导体, but not 智能制造 for 人工智能.
    let same_kind =
        |name: &&str| name.is_ascii() || folded.iter().any(|word| name.chars().last() == word.chars().last());
    let bracketed = all(&PATTERNS.bracketed).chain(all(&PATTERNS.behind)).filter(plain).filter(alike).filter(same_kind);
    said.chain(bracketed).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(subject: &str, text: &str) -> Vec<String> {
        names(text, &[subject.to_owned()])
    }

    #[test]
    fn a_name_in_brackets_or_after_a_word_that_says_so_is_another_name() {
        assert_eq!(of("第三代半导体", "发展第三代半导体（宽禁带半导体）材料"), ["宽禁带半导体"]);
        assert_eq!(of("通用人工智能", "布局通用人工智能(AGI)等"), ["agi"]);
        assert_eq!(of("第三代半导体", "化合物、宽禁带半导体（第三代半导体）"), ["宽禁带半导体"]);
        assert_eq!(of("氢燃料电池汽车", "氢燃料电池汽车，又称燃料电池车，"), ["燃料电池车"]);
        assert_eq!(of("数字人民币", "数字人民币（英文简称e-CNY）"), Vec::<String>::new());
    }

    #[test]
    fn a_remark_in_brackets_or_a_neighbour_is_none() {
        for text in [
            "人工智能（含大模型）",
            "人工智能（智能机器人等）",
            "人工智能（市科技局牵头）",
            "人工智能（试行）",
            "人工智能（软件开发）",
            "人工智能（智能制造）",
            "人工智能、智能制造",
            "大数据（人工智能）",
            "人工智能（2024—2026年）",
        ] {
            assert_eq!(of("人工智能", text), Vec::<String>::new(), "{text}");
        }
    }
}
