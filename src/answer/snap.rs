//! The words that answer, made whole: a place with its level, an amount with its unit and what bounds it, an address of the web
//! from its first letter, a date from its year, brackets with what they hold.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::brackets;
use super::clause::trimmed;
use super::measure::{bound_after, bound_before};
use super::quantity::quantities;
use crate::region;

/// An address of the web or of mail.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)(?:https?://|www\.)[\w./?&=%#:~+-]*[\w/]|[\w.+-]+@[\w.-]*\w").expect("a constant pattern")
});

/// A day with its year and with what brackets add to it.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[0-9]{4}\s*年\s*)?[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日(?:\s*[（(][^（()）]{1,20}[）)])?")
        .expect("a constant pattern")
});

/// `range` of `text`, made whole without leaving `within`.
pub fn whole(text: &str, range: Range<usize>, within: &Range<usize>) -> Range<usize> {
    let Some(shown) = text.get(within.clone()) else { return range };
    let inside = |byte: usize| byte.clamp(within.start, within.end) - within.start;
    let range = trimmed(shown, inside(range.start)..inside(range.end));
    let range = brackets::whole(shown, dated(shown, addressed(shown, bounded(shown, placed(shown, range)))));
    range.start + within.start..range.end + within.start
}

/// `range` with the whole of the place that it begins or ends in: 南京市 of 南京.
fn placed(text: &str, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    for place in region::find(text) {
        if place.start < end && end < place.end {
            end = place.end;
        }
        if place.start < start && start < place.end {
            start = place.start;
        }
    }
    start..end
}

/// `range` with the whole of the amounts that it begins or ends with: 超50亿元 of 50亿元, 130家左右 of 130, 下降5.4% of 5.4%.
fn bounded(text: &str, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    for amount in quantities(text) {
        let bytes = amount.bytes;
        if bytes.start < end && bytes.end >= end && bytes.start >= start {
            end = bytes.end + bound_after(&text[bytes.end..]);
        }
        if bytes.start == start {
            start -= bound_before(&text[..start]);
        }
    }
    start..end
}

/// `range` with the whole of the address of the web or of mail that it begins or ends in: http://zwfw.gov.cn of zwfw.gov.cn.
fn addressed(text: &str, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    for address in ADDRESS.find_iter(text) {
        if address.start() < end && end < address.end() {
            end = address.end();
        }
        if address.start() < start && start < address.end() {
            start = address.start();
        }
    }
    start..end
}

/// `range` with the whole of the day that it begins in: 2020年2月3日（农历正月初十，星期一） of 星期一, 2020年2月3日 of 2月3日.
fn dated(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(day) = DATE.find_iter(text).find(|day| day.start() < range.start && range.start < day.end()) else {
        return range;
    };
    let bracket = day.as_str().find(['（', '(']).map_or(day.end(), |at| day.start() + at);
    let end = if bracket < range.start { day.end().max(range.end) } else { range.end };
    day.start()..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole_of(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap();
        text[whole(text, start..start + part.len(), &(0..text.len()))].to_owned()
    }

    #[test]
    fn an_amount_is_told_with_its_unit_and_its_bounds() {
        let text = "基金规模超50亿元,培育企业130家左右,进出口下降5.4%,占比超过42%,";
        assert_eq!(whole_of(text, "50亿元"), "超50亿元");
        assert_eq!(whole_of(text, "130"), "130家左右");
        assert_eq!(whole_of(text, "5.4%"), "下降5.4%");
        assert_eq!(whole_of(text, "42%,"), "超过42%");
        assert_eq!(whole_of(text, "培育企业"), "培育企业");
    }

    #[test]
    fn a_place_is_told_with_its_level() {
        assert_eq!(whole_of("南京市在市工业和信息化局设立未来产业处", "南京"), "南京市");
        assert_eq!(whole_of("由江苏省支援", "省支援"), "江苏省支援");
    }

    #[test]
    fn an_address_is_told_from_its_first_letter_to_its_last() {
        let text = "登录http://zwfw.gov.cn/asone/办理，或发邮件至lien@sw.gov.cn。";
        assert_eq!(whole_of(text, "zwfw.gov.cn/asone/"), "http://zwfw.gov.cn/asone/");
        assert_eq!(whole_of(text, "lien@sw"), "lien@sw.gov.cn");
    }

    #[test]
    fn a_day_is_told_with_its_year() {
        let text = "自2020年2月3日（农历正月初十，星期一）起办理，3月1日结束";
        assert_eq!(whole_of(text, "星期一"), "2020年2月3日（农历正月初十，星期一）");
        assert_eq!(whole_of(text, "2月3日"), "2020年2月3日");
        assert_eq!(whole_of(text, "3月1日"), "3月1日");
    }

    #[test]
    fn nothing_beyond_the_quote_is_told() {
        let text = "规模超50亿元（含配套）左右";
        let quote = text.find("50").unwrap()..text.find("含").unwrap();
        assert_eq!(&text[whole(text, quote.start..quote.end, &quote)], "50亿元");
    }
}
