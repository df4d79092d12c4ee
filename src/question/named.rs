//! What a question names: places, years, document numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::region;

/// The places that `text` names without doubt, with their bytes. The nation is left out: a question about the whole
/// country leaves no document out.
pub fn places(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mentions = region::find(text);
    let certain = mentions.iter().filter_map(|m| Some((m.start..m.end, m.code()?)));
    certain.filter(|(_, code)| *code != region::NATION).collect()
}

/// Four-digit years, each once.
pub fn years(text: &str) -> Vec<String> {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:年|[^0-9]|$)").expect("a constant pattern"));
    let mut years: Vec<String> = Vec::new();
    for found in YEAR.captures_iter(text) {
        let year = found[1].to_owned();
        if !years.contains(&year) {
            years.push(year);
        }
    }
    years
}

/// Document numbers 发文字号, in the form 通政发〔2024〕23号.
pub fn document_numbers(text: &str) -> Vec<String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"([\p{Han}]{1,12})\s*[〔\[【（(]\s*((?:19|20)[0-9]{2})\s*[〕\]】）)]\s*(?:第\s*)?([0-9]{1,5})\s*号")
            .expect("a constant pattern")
    });
    NUMBER.captures_iter(text).map(|c| format!("{}〔{}〕{}号", &c[1], &c[2], &c[3])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_document_numbers_are_recognised() {
        let asked = "通政发[2024]23号提出2025年和2030年什么目标";
        assert_eq!(document_numbers(asked), ["通政发〔2024〕23号"]);
        assert_eq!(years(asked), ["2024", "2025", "2030"]);
    }
}
