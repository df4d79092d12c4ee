//! The encoding that a page declares for itself.

/// How many bytes of a page are searched.
const SEARCHED: usize = 4096;

/// The label of the encoding that the first 4096 bytes declare in a `meta` tag or an XML declaration, in lower case. It
/// is not judged: it may be no encoding at all.
#[must_use]
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..SEARCHED).unwrap_or(bytes);
    // Labels are ASCII, and so is all that surrounds them, in every encoding that can declare itself.
    let head: String =
        head.iter().map(|&b| if b.is_ascii() { char::from(b.to_ascii_lowercase()) } else { '?' }).collect();
    if let Some(rest) = head.trim_start().strip_prefix("<?xml") {
        let declaration = rest.split("?>").next().unwrap_or(rest);
        if let Some(label) = value_after(declaration, "encoding") {
            return Some(label);
        }
    }
    let visible = without_comments(&head);
    visible.split("<meta").skip(1).find_map(|tag| value_after(tag.split('>').next().unwrap_or(tag), "charset"))
}

fn without_comments(head: &str) -> String {
    let mut parts = head.split("<!--");
    let mut visible = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        visible.push_str(part.split_once("-->").map_or("", |(_, rest)| rest));
    }
    visible
}

/// What stands behind `name` and `=`, with or without quotes.
fn value_after(tag: &str, name: &str) -> Option<String> {
    tag.match_indices(name).find_map(|(at, _)| {
        let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let label: String = value
            .trim_start_matches(['"', '\''])
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '+'))
            .collect();
        (!label.is_empty()).then_some(label)
    })
}

#[cfg(test)]
mod tests {
    use super::declared_encoding;

    fn label(page: &str) -> Option<String> {
        declared_encoding(page.as_bytes())
    }

    #[test]
    fn each_way_of_declaring_is_known() {
        assert_eq!(label("<html><head><META charset=GBK>").as_deref(), Some("gbk"));
        assert_eq!(
            label(r#"<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />"#).as_deref(),
            Some("gb2312")
        );
        assert_eq!(label("<?xml version='1.0' encoding='GB18030'?><html>").as_deref(), Some("gb18030"));
        assert_eq!(label("<meta charset = ' utf-8 '>").as_deref(), Some("utf-8"));
    }

    #[test]
    fn what_declares_nothing_has_no_label() {
        assert_eq!(label(""), None);
        assert_eq!(label("<p>charset=gbk</p>"), None);
        assert_eq!(label("<!-- <meta charset=gbk> --><p>"), None);
        assert_eq!(label("<meta charset=>"), None);
        assert_eq!(label(&format!("{}<meta charset=gbk>", " ".repeat(5000))), None);
    }

    #[test]
    fn bytes_of_other_encodings_do_no_harm() {
        let mut page = vec![0xFF, 0xB9, 0xE3];
        page.extend(b"<meta charset='gbk'>");
        assert_eq!(declared_encoding(&page).as_deref(), Some("gbk"));
    }
}
