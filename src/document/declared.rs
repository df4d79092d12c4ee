//! What a file declares of itself in meta tags or properties, joined with what its text says.

use std::sync::LazyLock;

use serde::Deserialize;

use super::chars::{is_han, weight};
use super::date::declared_date;
use super::format::extracted::Declared;
use super::issuer;
use super::kind;
use super::link;
use super::metadata::Metadata;
use super::number;
use super::reading::heading_text;
use super::validity;
use super::words::WORDS;

#[derive(Deserialize)]
struct Rules {
    media: Vec<String>,
    fillers: Vec<String>,
    separators: Vec<String>,
}

static RULES: LazyLock<Rules> =
    LazyLock::new(|| toml::from_str(include_str!("declared.toml")).expect("declared.toml is part of this crate"));

/// A declared title has no more characters than this.
const LONGEST_TITLE: usize = 120;
/// A title that the text gives only as its first clause is at least so many Chinese characters shorter than a real one.
const FEWEST_HAN: usize = 6;

/// `metadata` of the text, with what the file declares where the text is silent or says less.
///
/// - Title: the text's, which stands above the text that is quoted; but a declared title that has the same words behind
///   the issuer's name is fuller, and one that reads like a document's comes before a line that does not.
/// - Issuer: the text's; a page's source only if it is a body, for most pages name the medium.
/// - Number: the text's.
/// - Published: the text's, for it is the document's own (成文日期, signature) or what the page shows; a declared date is
///   the page's.
/// - URL: the declared one, for it is where the file was got; the text may name where the page had it from.
///
/// Where a person has written the fields for this document alone, title and date are theirs.
pub(crate) fn with_declared(mut metadata: Metadata, declared: &Declared) -> Metadata {
    let declared_title = declared.title.as_deref().and_then(|declared_title| {
        let whole = || Some(heading_text(declared_title)).filter(|title| !title.is_empty()).map(|title| (title, None));
        if declared.curated { whole() } else { title(declared_title) }
    });
    if let Some((title, stamp)) = declared_title {
        if declared.curated || better(&title, &metadata.title) {
            let kind = kind::kind(&title, "");
            metadata.kind = kind.or(metadata.kind);
            let (issuer, number) = number::order(&title).unzip();
            metadata.issuer = metadata.issuer.or(issuer).or_else(|| issuer::in_title(&title));
            metadata.number = metadata.number.or(number).or_else(|| number::in_name(&title));
            metadata.title = title;
        }
        metadata.validity = metadata.validity.or(stamp);
    }
    metadata.issuer = metadata.issuer.or_else(|| declared.issuer.as_deref().and_then(body));
    metadata.number = metadata.number.or_else(|| {
        let stated: String = declared.number.as_deref()?.chars().take(100).collect();
        number::whole_line(stated.trim()).or_else(|| number::first(&stated))
    });
    if (declared.curated || metadata.published.is_none())
        && let Some(date) = declared.published.as_deref().and_then(declared_date)
    {
        metadata.published = Some(date.to_string());
        metadata.set_term(Some(date));
    }
    let url = declared.url.as_deref().and_then(|url| link::address(url.trim()));
    metadata.url = url.map(str::to_owned).or(metadata.url);
    metadata
}

/// A declared title without its site's name and its stamp, if a person gave it.
fn title(declared: &str) -> Option<(String, Option<validity::Validity>)> {
    let text = heading_text(&declared.chars().take(4 * LONGEST_TITLE).collect::<String>());
    let (text, stamp) = validity::stamped(&text).map_or((text.as_str(), None), |(rest, stamp)| (rest, Some(stamp)));
    let text = without_sites(text);
    let telling = text.chars().filter(|&c| is_han(c)).count() >= FEWEST_HAN;
    let filler = RULES.fillers.iter().any(|word| text.starts_with(word.as_str()));
    let file = [".doc", ".docx", ".pdf", ".wps", ".html", ".htm"].iter().any(|suffix| text.ends_with(suffix));
    let body = WORDS.is_body(text) && !WORDS.titled(text);
    let usable = telling && !filler && !file && !body && !is_medium(text) && weight(text) <= LONGEST_TITLE;
    usable.then(|| (text.to_owned(), stamp))
}

/// `某市…的通知` of `某市…的通知_政策文件_某市人民政府门户网站`: what stands behind the last separator goes for as long as
/// what is left is still a title, or what goes names a site or body.
fn without_sites(mut text: &str) -> &str {
    loop {
        let cut = RULES.separators.iter().filter_map(|mark| Some((text.rfind(mark.as_str())?, mark.len()))).max();
        let Some((at, mark)) = cut.filter(|(at, _)| *at > 0) else { return text };
        let (before, after) = (text[..at].trim_end(), text[at + mark..].trim_start());
        let site = after.is_empty() || is_medium(after) || after.contains("门户") || WORDS.is_body(after);
        let complete = WORDS.titled(before) && !WORDS.titled(after);
        if site || complete {
            text = before;
        } else {
            return text;
        }
    }
}

fn better(declared: &str, of_text: &str) -> bool {
    if of_text.is_empty() {
        return true;
    }
    if let Some(before) = declared.strip_suffix(of_text) {
        return !before.is_empty() && (WORDS.is_body(before) || WORDS.titled(of_text));
    }
    !declared.starts_with(of_text) && !WORDS.titled(of_text) && !of_text.contains(declared)
}

fn body(declared: &str) -> Option<String> {
    let name: String = declared.trim().chars().take(100).collect();
    let name = name.trim_start_matches("来源：").trim_start_matches("来源:");
    (WORDS.is_body(name) && !is_medium(name)).then(|| issuer::plain(name))
}

/// Whether `s` names a newspaper, station, site or the like.
fn is_medium(s: &str) -> bool {
    WORDS.is_site(s) || RULES.media.iter().any(|word| s.ends_with(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse_text;

    fn of(text: &str, declared: &Declared) -> Metadata {
        with_declared(parse_text(text).metadata, declared)
    }

    fn titled(text: &str, title: &str) -> String {
        of(text, &Declared { title: Some(title.into()), ..Declared::default() }).title
    }

    const NOTICE: &str =
        "关于印发某方案的通知\n各区人民政府：\n现将方案印发给你们，请遵照执行。\n本通知自印发之日起施行，有效期2年。\n";

    #[test]
    fn a_fuller_or_truer_declared_title_wins() {
        assert_eq!(
            titled(NOTICE, "某市人民政府关于印发某方案的通知_某市人民政府门户网站"),
            "某市人民政府关于印发某方案的通知"
        );
        assert_eq!(
            titled("近日，记者从发布会获悉，某市发布了计划。", "各地争相下好先手棋-某某新闻网"),
            "各地争相下好先手棋"
        );
        assert_eq!(titled("", "某市关于做好就业工作的意见"), "某市关于做好就业工作的意见");
    }

    #[test]
    fn the_texts_title_stands_against_site_names_and_fillers() {
        for title in [
            "关于印发某方案的通知 - 某市人民政府",
            "某市人民政府门户网站",
            "Microsoft Word - 关于印发某方案的通知",
            "某市财政局",
            "另一份完全不同的文件的意见",
            "",
            "附件1：某某表",
        ] {
            assert_eq!(titled(NOTICE, title), "关于印发某方案的通知", "{title}");
        }
    }

    #[test]
    fn only_a_body_is_an_issuer() {
        let issuer = |name: &str| of(NOTICE, &Declared { issuer: Some(name.into()), ..Declared::default() }).issuer;
        assert_eq!(issuer("某市财政局").as_deref(), Some("某市财政局"));
        for medium in ["某某日报", "新华社", "中国政府网", "某市融媒体", "某市广播电视台", "某某传媒集团", "张三"]
        {
            assert_eq!(issuer(medium), None, "{medium}");
        }
    }

    #[test]
    fn the_texts_own_date_comes_before_the_pages() {
        let declared = Declared { published: Some("2024-08-09T10:00:00+08:00".into()), ..Declared::default() };
        let signed = format!("{NOTICE}某市财政局\n2024年8月7日\n");
        assert_eq!(of(&signed, &declared).published.as_deref(), Some("2024-08-07"));
        let undated = of(NOTICE, &declared);
        assert_eq!(undated.published.as_deref(), Some("2024-08-09"));
        assert_eq!(undated.effective.as_deref(), Some("2024-08-09"), "in force from publication");
        assert_eq!(undated.expires.as_deref(), Some("2026-08-08"));
    }

    #[test]
    fn numbers_and_addresses_are_taken_over() {
        let declared = Declared {
            number: Some("某政发[2024] 5 号".into()),
            url: Some(" https://www.example.gov.cn/1.html ".into()),
            ..Declared::default()
        };
        let found = of(&format!("{NOTICE}原文链接：http://a.example.cn/2\n"), &declared);
        assert_eq!(found.number.as_deref(), Some("某政发〔2024〕5号"));
        assert_eq!(found.url.as_deref(), Some("https://www.example.gov.cn/1.html"));
        let found = of(NOTICE, &Declared { url: Some("javascript:void(0)".into()), ..Declared::default() });
        assert_eq!(found.url, None);
    }
}
