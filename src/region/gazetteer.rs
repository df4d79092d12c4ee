//! The table of administrative divisions: one row a division, from the nation down to counties and zones.
//!
//! The rows live in `gazetteer.tsv`, which is embedded in the program and parsed once. Its header names the sources.

use std::sync::OnceLock;

/// The code of the nation, under which central bodies act.
pub const NATION: &str = "000000";

/// The rank of a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 国家
    Nation,
    /// Provinces and autonomous regions, Hong Kong, Macau, Taiwan and the Xinjiang corps.
    Province,
    /// The four cities that rank as provinces; they answer to 省 and to 城市.
    Municipality,
    /// Prefecture level: cities, 地区, 自治州, 盟.
    City,
    /// 区, 县, 旗 and county-level cities.
    County,
    /// Development zones and new areas that are no division of their own.
    Zone,
}

impl Level {
    /// The name of the level as answers and the gazetteer file spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Nation => "nation",
            Level::Province => "province",
            Level::Municipality => "municipality",
            Level::City => "city",
            Level::County => "county",
            Level::Zone => "zone",
        }
    }

    fn parse(text: &str) -> Option<Level> {
        Some(match text {
            "nation" => Level::Nation,
            "province" => Level::Province,
            "municipality" => Level::Municipality,
            "city" => Level::City,
            "county" => Level::County,
            "zone" => Level::Zone,
            _ => return None,
        })
    }

    /// Whether the division ranks as a province.
    pub fn is_provincial(self) -> bool {
        matches!(self, Level::Province | Level::Municipality)
    }
}

/// One administrative division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// Six digits.
    pub code: &'static str,
    /// Full official name, 南京市.
    pub name: &'static str,
    /// Rank.
    pub level: Level,
    /// Code of the division above; `None` for the nation.
    pub parent: Option<&'static str>,
    /// The name without what tells its kind, 南京; empty where that leaves a single character.
    pub short: &'static str,
    aliases: &'static str,
    english: &'static str,
}

impl Division {
    /// The name that texts use: the short one where there is one, 南京, else the full one.
    pub fn short_name(&self) -> &'static str {
        if self.short.is_empty() { self.name } else { self.short }
    }

    /// Former names and other names in use.
    pub fn aliases(&self) -> impl Iterator<Item = &'static str> {
        self.aliases.split('|').filter(|name| !name.is_empty())
    }

    /// Names in Latin script; the first is the usual one. Counties mostly have none.
    pub fn english(&self) -> impl Iterator<Item = &'static str> {
        self.english.split('|').filter(|name| !name.is_empty())
    }
}

/// All divisions in the order of their codes, so that what lies in a prefecture lies together.
pub fn divisions() -> &'static [Division] {
    static TABLE: OnceLock<Vec<Division>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("gazetteer.tsv").lines().filter_map(parse_row).collect())
}

/// A row that is a comment or malformed yields nothing; a unit test holds that the embedded file has none of the latter.
fn parse_row(line: &'static str) -> Option<Division> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('\t');
    let code = fields.next()?;
    let level = Level::parse(fields.next()?)?;
    let parent = fields.next().filter(|parent| !parent.is_empty());
    let [name, short, aliases, english] = [fields.next()?, fields.next()?, fields.next()?, fields.next()?];
    Some(Division { code, name, level, parent, short, aliases, english })
}

/// The division with this code.
pub fn division(code: &str) -> Option<&'static Division> {
    let table = divisions();
    let row = table.binary_search_by(|division| division.code.cmp(code)).ok()?;
    table.get(row)
}

/// The divisions that contain this one, from the nearest to the nation; the division itself is not among them.
pub fn ancestors(code: &str) -> impl Iterator<Item = &'static Division> {
    let above = |division: &Division| division.parent.and_then(self::division);
    std::iter::successors(division(code).and_then(above), move |division| above(division))
}

/// Full names from the top, without the nation: `["江苏省", "南京市"]`; for the nation itself `["国家"]`.
pub fn path(code: &str) -> Vec<&'static str> {
    let Some(this) = division(code) else { return Vec::new() };
    let above = ancestors(code).filter(|division| division.level != Level::Nation);
    let mut names: Vec<_> = std::iter::once(this).chain(above).map(|division| division.name).collect();
    names.reverse();
    names
}

/// Whether `code` is `ancestor` or lies in it.
pub fn is_within(code: &str, ancestor: &str) -> bool {
    (code == ancestor && division(code).is_some()) || ancestors(code).any(|division| division.code == ancestor)
}

/// The narrowest of `areas` that `code` lies within: of Jiangsu and Nantong, Nantong is that of its own districts.
pub fn narrowest<'a>(code: &str, areas: &[&'a str]) -> Option<&'a str> {
    areas.iter().copied().filter(|area| is_within(code, area)).max_by_key(|area| ancestors(area).count())
}

/// The division of provincial rank that this one is or lies in; `None` for the nation.
pub fn province_of(code: &str) -> Option<&'static Division> {
    std::iter::once(division(code)?).chain(ancestors(code)).find(|division| division.level.is_provincial())
}

/// The city that this division is or lies in: a prefecture or a municipality. A county directly under a province
/// (仙桃市) answers for itself; provinces, zones directly under one, and the nation have none.
pub fn prefecture_of(code: &str) -> Option<&'static Division> {
    let this = division(code)?;
    std::iter::once(this)
        .chain(ancestors(code))
        .find(|division| matches!(division.level, Level::City | Level::Municipality))
        .or_else(|| (this.level == Level::County).then_some(this))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_areas_of_which_one_lies_in_the_other_a_division_belongs_to_the_inner_one() {
        let [jiangsu, nantong, nanjing] = ["320000", "320600", "320100"];
        for (code, expected) in
            [(jiangsu, Some(jiangsu)), (nantong, Some(nantong)), (nanjing, Some(jiangsu)), ("310000", None)]
        {
            assert_eq!(narrowest(code, &[jiangsu, nantong]), expected, "{code}");
            assert_eq!(narrowest(code, &[nantong, jiangsu]), expected, "{code}");
        }
    }

    #[test]
    fn every_row_is_a_division_with_a_parent_above_it() {
        let rows = include_str!("gazetteer.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows, divisions().len());
        assert!(divisions().windows(2).all(|pair| pair[0].code < pair[1].code), "sorted and unique");
        for division in divisions() {
            assert!(division.code.len() == 6 && division.code.bytes().all(|b| b.is_ascii_digit()));
            let parent = division.parent.and_then(super::division);
            assert_eq!(parent.is_none(), division.code == NATION, "{}", division.name);
            assert!(parent.is_none_or(|parent| parent.level < division.level), "{}", division.name);
        }
    }

    #[test]
    fn the_table_covers_all_provinces_and_prefectures() {
        let count = |level| divisions().iter().filter(|division| division.level == level).count();
        assert_eq!(count(Level::Municipality), 4);
        assert_eq!(count(Level::Province), 31, "27 and Hong Kong, Macau, Taiwan, the corps");
        assert_eq!(count(Level::City), 333);
        assert!(count(Level::County) > 2800 && count(Level::Zone) > 100);
    }

    #[test]
    fn former_names_point_to_their_heirs() {
        let bearers = |name| -> Vec<&str> {
            divisions().iter().filter(|d| d.aliases().any(|alias| alias == name)).map(|d| d.name).collect()
        };
        for (former, heir) in [
            ("襄樊市", "襄阳市"),
            ("中甸县", "香格里拉市"),
            ("静海县", "静海区"),
            ("崇文区", "东城区"),
            ("萝岗区", "黄埔区"),
            ("莱芜市", "莱芜区"),
            ("武昌县", "江夏区"),
            ("通县", "通州区"),
        ] {
            assert_eq!(bearers(former), [heir], "{former}");
        }
    }

    #[test]
    fn no_former_name_is_a_name_of_today_in_the_same_province() {
        let of = |division: &Division, name| (province_of(division.code).map(|province| province.code), name);
        let today: std::collections::HashSet<_> =
            divisions().iter().map(|division| of(division, division.name)).collect();
        for division in divisions() {
            assert!(division.aliases().all(|alias| !today.contains(&of(division, alias))), "{}", division.name);
        }
    }

    #[test]
    fn all_nineteen_state_level_new_areas_are_known() {
        let known =
            |name: &str| divisions().iter().any(|d| d.name.contains(name) || d.aliases().any(|a| a.contains(name)));
        for name in "浦东新区 滨海新区 两江新区 舟山群岛新区 兰州新区 南沙新区 西咸新区 贵安新区 西海岸新区 金普新区 天府新区 湘江新区 江北新区 \
                     福州新区 滇中新区 哈尔滨新区 长春新区 赣江新区 雄安新区"
            .split_whitespace()
        {
            assert!(known(name), "{name}");
        }
    }

    #[test]
    fn paths_run_from_the_province_down() {
        assert_eq!(path("310104"), ["上海市", "徐汇区"]);
        assert_eq!(path("320106"), ["江苏省", "南京市", "鼓楼区"]);
        assert_eq!(path("429004"), ["湖北省", "仙桃市"]);
        assert_eq!(path(NATION), ["国家"]);
        assert!(path("999999").is_empty() && path("上海").is_empty());
    }

    #[test]
    fn containment_includes_the_division_itself_but_not_what_is_unknown() {
        assert!(is_within("320106", "320100") && is_within("320106", "320000") && is_within("320106", NATION));
        assert!(is_within("320000", "320000"));
        assert!(!is_within("320000", "320106") && !is_within("zz", "zz"));
    }

    #[test]
    fn cities_and_provinces_are_found_from_below() {
        let name = |division: Option<&Division>| division.map(|division| division.name);
        assert_eq!(name(prefecture_of("320583")), Some("苏州市"));
        assert_eq!(name(prefecture_of("310104")), Some("上海市"));
        assert_eq!(name(prefecture_of("429004")), Some("仙桃市"));
        assert_eq!(name(prefecture_of("320000")), None);
        assert_eq!(name(province_of("310104")), Some("上海市"));
        assert_eq!(name(province_of("610161")), Some("陕西省"));
        assert_eq!(name(province_of(NATION)), None);
    }

    #[test]
    fn english_names_follow_the_usual_spelling() {
        let english = |code| division(code).and_then(|division| division.english().next());
        for (code, name) in [
            ("500000", "Chongqing"),
            ("610000", "Shaanxi"),
            ("140000", "Shanxi"),
            ("610100", "Xi'an"),
            ("341500", "Lu'an"),
            ("341600", "Bozhou"),
            ("140400", "Changzhi"),
            ("211300", "Chaoyang"),
            ("230100", "Harbin"),
            ("540100", "Lhasa"),
        ] {
            assert_eq!(english(code), Some(name));
        }
    }
}
