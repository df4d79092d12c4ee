//! How strongly a sentence backs a subject: priority or mere mention.

use std::sync::LazyLock;

use regex::RegexSet;
use serde::{Deserialize, Serialize};

/// The strength of evidence. `Mention < Priority`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    Mention,
    Priority,
}

static PRIORITY: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = include_str!("priority.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    RegexSet::new(patterns).expect("priority.txt is part of the program")
});

/// The strength of a sentence under its section path.
pub fn strength(sentence: &str, section: &[String]) -> Strength {
    let priority = PRIORITY.is_match(sentence) || section.iter().any(|heading| PRIORITY.is_match(heading));
    if priority { Strength::Priority } else { Strength::Mention }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_words_for_priority_are_told_from_a_mention() {
        let none: &[String] = &[];
        for sentence in
            ["优先发展低空经济", "打造人工智能产业集群", "共包含元宇宙、储能六份专项行动计划", "聚焦量子科技"]
        {
            assert_eq!(strength(sentence, none), Strength::Priority, "{sentence}");
        }
        assert_eq!(strength("依托平台,前沿新材料发展碳基材料", none), Strength::Mention);
        assert_eq!(strength("开展碳化硅制备", &["培育10个未来产业集群".to_owned()]), Strength::Priority);
    }
}
