//! Characters of symbol fonts, which are not what their codes say.

/// Its header says where the signs come from.
const DATA: &str = include_str!("symbols.tsv");

/// The sign that `code` (hexadecimal, as `w:sym` has it) stands for in a font, if it is a common one.
pub(super) fn symbol(font: &str, code: &str) -> Option<char> {
    let number = u32::from_str_radix(code, 16).ok()?;
    // Symbol fonts have their characters at F000 and up, or at the same places from 0.
    if !(0xf000..=0xf0ff).contains(&number) && number > 0xff {
        return char::from_u32(number);
    }
    DATA.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut columns = line.split('\t');
        let found = columns.next()? == font && u32::from_str_radix(columns.next()?, 16).ok()? == number & 0xff;
        found.then(|| columns.next()?.chars().next())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_signs_are_known_and_others_dropped() {
        assert_eq!(symbol("Wingdings", "F0A8"), Some('□'));
        assert_eq!(symbol("Wingdings 2", "0052"), Some('☑'));
        assert_eq!(symbol("宋体", "2611"), Some('☑'));
        assert_eq!(symbol("Webdings", "F0A8"), None);
        assert_eq!(symbol("Wingdings", "x"), None);
    }
}
