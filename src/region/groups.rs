//! Parts of the country that policies speak of as one, 长三角 and 西部, where a question means the regions in them.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    members: Vec<String>,
    group: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    names: Vec<String>,
    codes: Vec<String>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("groups.toml")).expect("groups.toml is part of the program"));

/// The first group of regions that `text` names as such: where it stands, and the codes of its divisions.
pub fn group_in(text: &str) -> Option<(Range<usize>, &'static [String])> {
    FILE.group.iter().find_map(|group| {
        group.names.iter().find_map(|name| {
            let at = text.find(name.as_str())?;
            let end = at + name.len();
            let meant = FILE.members.iter().any(|word| text[end..].starts_with(word.as_str()));
            meant.then_some((at..end, group.codes.as_slice()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::division;

    #[test]
    fn every_member_of_a_group_is_a_division_of_provincial_rank() {
        for code in FILE.group.iter().flat_map(|group| &group.codes) {
            assert!(division(code).is_some_and(|d| d.level.is_provincial()), "{code}");
        }
    }

    #[test]
    fn a_group_is_meant_where_its_regions_are_asked_for() {
        let found = |text: &str| group_in(text).map(|(bytes, codes)| (text[bytes].to_owned(), codes.len()));
        assert_eq!(found("哪些西部省份布局氢能"), Some(("西部".into(), 12)));
        assert_eq!(found("长三角三省一市谁提到脑机接口"), Some(("长三角三省一市".into(), 4)));
        assert_eq!(found("京津冀有哪些城市布局氢能"), Some(("京津冀".into(), 3)));
        assert_eq!(found("哪些省份提到黄河流域生态保护"), None);
    }
}
