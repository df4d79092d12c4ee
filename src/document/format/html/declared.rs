//! What a page says of itself outside its text: meta tags, its title, the address it was saved from.

use std::collections::HashMap;

use super::blocks::Block;
use super::cues::CUES;
use super::ink::Ink;
use super::tree::{DOCUMENT, NodeId, Tree};
use crate::document::format::extracted::Declared;

/// What stands between the parts of a page title.
const SEPARATORS: [char; 7] = ['-', '_', '|', '–', '—', '｜', '－'];
/// The data for search engines is read up to this many bytes.
const LONGEST_DATA: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) declared: Declared,
    /// The element that `declared.title` was read from.
    pub(super) title_element: Option<NodeId>,
}

/// A value, and the element that holds it.
type Values = HashMap<String, (String, NodeId)>;

pub(super) fn head(tree: &Tree) -> Head {
    let mut metas = Values::new();
    let mut title = None;
    let mut canonical = None;
    let mut data = PageData::default();
    for id in tree.preorder(DOCUMENT, |_| false) {
        let Some(element) = tree.element(id) else { continue };
        match element.local() {
            "meta" => {
                let name = ["name", "property", "itemprop"].iter().find_map(|name| element.attribute(name));
                if let (Some(name), Some(value)) = (name, element.attribute("content").and_then(one_line)) {
                    metas.entry(name.trim().to_lowercase()).or_insert((value, id));
                }
            }
            // A drawing has titles too.
            "title"
                if title.is_none()
                    && tree.parent(id).and_then(|p| tree.element(p)).is_none_or(|p| p.local() != "svg") =>
            {
                title = one_line(&tree.text_below(id)).map(|text| (text, id));
            }
            "link"
                if canonical.is_none()
                    && element.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) =>
            {
                canonical = element.attribute("href").and_then(one_line);
            }
            "script" => data.read(&tree.text_below(id)),
            _ => {}
        }
    }
    let meta = &CUES.meta;
    let site = first(&metas, &meta.site).map(|(value, _)| value);
    let title = first(&metas, &meta.title)
        .filter(|(value, _)| Some(value) != site.as_ref())
        .or_else(|| title.and_then(|(text, id)| Some((without_site(&text, site.as_deref())?, id))))
        .or_else(|| data.headline.map(|headline| (headline, DOCUMENT)));
    let issuer = meta.issuer.iter().filter_map(|name| metas.get(&name.to_lowercase())).map(|(value, _)| value);
    let issuer = issuer.filter(|value| !meta.empty_issuers.contains(value.as_str()) && Some(*value) != site.as_ref());
    let url = tree.saved_from.clone().or_else(|| {
        let addresses =
            meta.url.iter().filter_map(|name| metas.get(&name.to_lowercase()).map(|(value, _)| value.clone()));
        addresses.chain(canonical).find(|url| url.starts_with("http://") || url.starts_with("https://"))
    });
    Head {
        declared: Declared {
            issuer: issuer.map(Clone::clone).next(),
            number: first(&metas, &meta.number).map(|(value, _)| value).filter(|value| value.contains('号')),
            published: first(&metas, &meta.published).map(|(value, _)| value).or(data.published),
            url,
            title: title.as_ref().map(|(value, _)| value.clone()),
            curated: false,
        },
        title_element: title.map(|(_, id)| id).filter(|&id| id != DOCUMENT),
    }
}

/// Fills what the meta tags leave open from the lines in which the document says what it is.
pub(super) fn complete<'a>(declared: &mut Declared, blocks: impl Iterator<Item = &'a Block>) {
    for block in blocks {
        let Some((label, value)) = CUES.labelled(&block.text).filter(|(_, value)| !value.is_empty()) else { continue };
        let slots = [
            (&mut declared.issuer, &CUES.issuer_labels),
            (&mut declared.number, &CUES.number_labels),
            (&mut declared.published, &CUES.date_labels),
        ];
        for (slot, labels) in slots {
            if slot.is_none() && labels.contains(&label) {
                *slot = Some(value.to_owned());
            }
        }
    }
}

fn first(metas: &Values, names: &[String]) -> Option<(String, NodeId)> {
    names.iter().find_map(|name| metas.get(&name.to_lowercase())).cloned()
}

fn one_line(text: &str) -> Option<String> {
    let mut ink = Ink::default();
    ink.write(text, false);
    ink.take().map(|(text, _)| text)
}

/// The title without the names of site and columns behind it. `None` where nothing else is in it.
fn without_site(title: &str, site: Option<&str>) -> Option<String> {
    let mut title = title;
    while let Some((at, separator)) = title.char_indices().rev().find(|(_, c)| SEPARATORS.contains(c)) {
        let last = title.get(at + separator.len_utf8()..).unwrap_or_default().trim();
        let is_site = last.is_empty() || Some(last) == site || CUES.is_site_name(last);
        if !is_site {
            break;
        }
        title = title.get(..at).unwrap_or_default();
    }
    let title = title.trim();
    (!title.is_empty() && Some(title) != site).then(|| title.to_owned())
}

/// What pages tell search engines.
#[derive(Debug, Default)]
struct PageData {
    published: Option<String>,
    headline: Option<String>,
}

impl PageData {
    fn read(&mut self, json: &str) {
        if json.len() > LONGEST_DATA {
            return;
        }
        let Ok(value) = serde_json::from_str::<serde_json::Value>(json) else { return };
        let objects = match &value {
            serde_json::Value::Array(objects) => objects.iter().collect(),
            object => vec![object],
        };
        let graphs = objects.iter().filter_map(|object| object.get("@graph")?.as_array()).flatten();
        for object in objects.iter().copied().chain(graphs) {
            let text = |name: &str| object.get(name)?.as_str().and_then(one_line);
            if let Some(published) = text("datePublished") {
                self.published.get_or_insert(published);
                if let Some(headline) = text("headline") {
                    self.headline.get_or_insert(headline);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_site;

    #[test]
    fn site_names_are_cut_from_titles() {
        for (title, site, expected) in [
            ("专利代理条例_政府信息公开专栏", None, Some("专利代理条例")),
            ("本月起直接发放！ - 广州市人民政府门户网站", None, Some("本月起直接发放！")),
            ("2024-2026年行动计划", None, Some("2024-2026年行动计划")),
            ("关于印发办法的通知_通知公告_示例", Some("示例"), Some("关于印发办法的通知_通知公告")),
            ("示例市政府网", Some("示例市政府网"), None),
        ] {
            assert_eq!(without_site(title, site).as_deref(), expected, "{title}");
        }
    }
}
