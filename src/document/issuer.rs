//! Names of issuing bodies 发文机关, read from the lines that hold them.

use super::chars::is_space;
use super::date::{date_line, first_date};
use super::words::WORDS;

/// `上海市人民政府办公厅` in `上海市人民政府办公厅关于印发…的通知`.
pub(crate) fn in_title(title: &str) -> Option<String> {
    let end = ["关于", "印发", "转发", "工作报告"].iter().filter_map(|word| title.find(word)).min()?;
    let before = title[..end].trim_end_matches(|c: char| is_space(c) || c == '《');
    let several = before.split('等').next().unwrap_or(before);
    let name = if before.ends_with("部门") || before.ends_with("单位") { several } else { before };
    let name = without_year(name);
    let name = name.as_str();
    (name.chars().count() >= 3 && WORDS.is_body(name)).then(|| plain(name))
}

/// `陕西省政府` of `陕西省2026年政府工作报告`.
fn without_year(name: &str) -> String {
    let Some(year) = name.find("年").filter(|&at| at >= 4 && name[..at].ends_with(|c: char| c.is_ascii_digit()))
    else {
        return name.to_string();
    };
    format!("{}{}", name[..year].trim_end_matches(|c: char| c.is_ascii_digit()), &name[year + "年".len()..])
}

/// A name without the remark in brackets behind it, and with `、` between several.
pub(crate) fn plain(name: &str) -> String {
    let name = name.trim_matches(is_space);
    let name = name.split(['（', '(']).next().filter(|name| !name.is_empty()).unwrap_or(name);
    let words = name.split(is_space).filter(|word| !word.is_empty() && date_line(word).is_none());
    let words: Vec<String> =
        words.map(|word| if word.contains("届人民代表大会") { without_term(word) } else { word.into() }).collect();
    words.join("、")
}

/// Whether `s` is the office and name of a person who signs an order: `局长 王某`, `市长：张某某`.
pub(crate) fn is_officer(s: &str) -> bool {
    let offices =
        ["局长", "市长", "省长", "区长", "县长", "州长", "部长", "厅长", "主任", "主席", "署长", "总理", "行长"];
    let name = |rest: &str| (2..=4).contains(&super::chars::weight(rest.trim_start_matches(['：', ':'])));
    s.len() <= 60 && offices.iter().any(|office| s.find(office).is_some_and(|at| name(&s[at + office.len()..])))
}

/// `上海市人民代表大会常务委员会` in `2011年11月17日 上海市第十三届人民代表大会常务委员会第三十次会议通过`.
pub(crate) fn in_adoption(line: &str) -> Option<String> {
    let (_, range) = first_date(line)?;
    let rest = line[range.end..].trim_start();
    let ends = ["常务委员会", "人民代表大会"];
    let end = ends.iter().find_map(|end| rest.find(end).map(|at| at + end.len()))?;
    let name = without_term(&rest[..end]);
    let adopted = ["通过", "批准", "公布", "修正", "修订"].iter().any(|act| rest[end..].contains(act));
    (adopted && name.chars().count() >= 8).then_some(name)
}

/// The government that reports to a congress: `云南省人民政府` in `——2026年1月28日在云南省第十四届人民代表大会第四次会议上`.
pub(crate) fn in_meeting(line: &str) -> Option<String> {
    let (_, range) = first_date(line)?;
    let rest = line[range.end..].trim_start().strip_prefix('在')?;
    let congress = without_term(&rest[..rest.find("人民代表大会")?]);
    match congress.as_str() {
        "" | "全国" => Some("国务院".to_string()),
        place => (place.chars().count() <= 20).then(|| format!("{place}人民政府")),
    }
}

/// `某省第十四届人民代表大会`, `某省十四届人民代表大会` without the number of the term.
fn without_term(name: &str) -> String {
    let Some(term) = name.find('届') else { return name.to_string() };
    let place = name[..term].trim_end_matches(|c: char| c.is_ascii_digit() || "第一二三四五六七八九十百〇".contains(c));
    format!("{place}{}", &name[term + '届'.len_utf8()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_stands_at_the_beginning_of_a_title() {
        assert_eq!(in_title("某市人民政府办公室关于印发方案的通知").as_deref(), Some("某市人民政府办公室"));
        assert_eq!(in_title("国家发展改革委等部门关于做好工作的通知").as_deref(), Some("国家发展改革委"));
        assert_eq!(in_title("某省2026年政府工作报告").as_deref(), Some("某省政府"));
        assert_eq!(in_title("关于做好工作的通知"), None);
    }

    #[test]
    fn orders_are_signed_by_officers() {
        assert!(is_officer("局长王某"));
        assert!(is_officer("某市人民政府市长：张某某"));
        assert!(!is_officer("市长办公会议研究同意"));
        assert!(!is_officer("某市人民政府"));
    }

    #[test]
    fn congresses_and_their_governments_are_named_without_the_term() {
        let line = "2011年11月17日 某市第十三届人民代表大会常务委员会第三十次会议通过";
        assert_eq!(in_adoption(line).as_deref(), Some("某市人民代表大会常务委员会"));
        assert_eq!(
            in_meeting("——2026年1月28日在某省第十四届人民代表大会第四次会议上").as_deref(),
            Some("某省人民政府")
        );
        assert_eq!(in_meeting("——二〇二六年一月二十七日在某省十四届人民代表大会上").as_deref(), Some("某省人民政府"));
        assert_eq!(in_meeting("——2024年3月5日在第十四届全国人民代表大会第二次会议上").as_deref(), Some("国务院"));
        assert_eq!(in_adoption("2026年1月28日在某省第十四届人民代表大会第四次会议上"), None);
    }
}
