//! The regions that a sentence has as its subject: who proposes, builds or plans what the sentence says.
//!
//! A sentence's subject stands at the beginning of a clause, after words of time and connectives. A place elsewhere is an
//! object, a partner or a location, and the caller falls back to the paragraph, the heading and the document.

use super::gazetteer::{NATION, is_within};
use super::issuer::{central_body, chain_from};
use super::matching::{Mention, find_in, is_list_mark};

/// Words that may stand before the subject of a clause.
const LEADS: [&str; 40] = [
    "据悉",
    "据介绍",
    "据了解",
    "目前",
    "当前",
    "近日",
    "近期",
    "近年来",
    "近两年来",
    "日前",
    "去年",
    "今年",
    "明年",
    "未来",
    "此外",
    "另外",
    "同时",
    "其中",
    "随后",
    "此前",
    "此次",
    "而",
    "但",
    "还有",
    "对此",
    "为此",
    "与此同时",
    "截至",
    "截止",
    "到",
    "至",
    "早在",
    "预计",
    "力争",
    "本次",
    "上述",
    "首先",
    "随着",
    "作为",
    "目前为止",
];
/// Words that introduce an example; the region after them has to act by itself to count.
const EXAMPLES: [&str; 7] = ["例如", "比如", "譬如", "诸如", "如", "像", "For example"];
/// What surrounds or numbers a clause.
const MARKS: &str =
    " \t\u{3000}\u{feff}“”\"'‘’《〈【[「『(（)）>#*•●■◆▪-—–·.．﹒、0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩";
/// Units of time and of numbering that follow digits at the beginning of a clause.
const UNITS: [&str; 14] =
    ["年以来", "年底", "年末", "年初", "年前", "年", "月份", "月底", "月", "日", "季度", "上半年", "下半年", "以来"];
const NUMERALS: &str = "一二三四五六七八九十百零〇第";
/// What ends a clause. A colon does too: the subject may follow the name of a section.
const CLAUSE_ENDS: &str = "，,；;：:。！!？?…\n\r|";
/// What follows a list of regions and stands for all of them.
const COLLECTIVES: [&str; 14] = [
    "等省区市",
    "等省市区",
    "等省份",
    "等省市",
    "等城市",
    "等地区",
    "等地",
    "等市",
    "等省",
    "三省",
    "两省",
    "三市",
    "两市",
    "两地",
];
/// After a list of regions these are the subject instead: 北京、上海等地企业.
const OTHERS: [&str; 12] =
    ["企业", "高校", "客户", "客商", "专家", "院校", "人才", "机构", "的企业", "的高校", "的专家", "科研院所"];
/// Issuing a policy is an act of the region's own, even in a text of the region above it.
const ISSUING: [&str; 14] = [
    "提出",
    "出台",
    "印发",
    "发布",
    "制定",
    "公布",
    "推出",
    "颁布",
    "编制",
    "审议通过",
    "issued",
    "released",
    "announced",
    "published",
];
/// A clause with one of these right after the region has it as the subject, even after another clause had its own.
const PREDICATES: [&str; 22] = [
    "将", "则", "也", "还", "已", "拟", "正", "率先", "重点", "聚焦", "侧重", "计划", "力争", "明确", "布局", "打造",
    "推动", "加快", "围绕", "规划", "实施", "建设",
];
/// How far after a region its act is looked for, in characters.
const ACT_REACH: usize = 14;

/// The codes of the regions that the sentence speaks of as those who act, in a document of the division `context`; empty
/// where it names none as its subject. Divisions inside `context` count only where they issue something of their own.
pub fn actor(sentence: &str, context: Option<&str>) -> Vec<&'static str> {
    let mut mentions = find_in(sentence, context);
    mentions.retain(|mention| mention.codes != [NATION]);
    let mut actors = Vec::new();
    let mut example = false;
    for (start, end) in clauses(sentence) {
        let Some(clause) = sentence.get(start..end) else { continue };
        if EXAMPLES.contains(&clause.trim()) {
            example = true;
            continue;
        }
        let subject = Subject::read(sentence, start, end, &mentions);
        let first = actors.is_empty();
        for code in subject.iter().flat_map(|subject| subject.actors(context, example, first)) {
            if !actors.contains(&code) {
                actors.push(code);
            }
        }
        // 工信部发布: in a text of no region of its own the nation acts.
        if context.is_none() && actors.is_empty() && central_body(skip_marks(clause)).is_some() {
            return vec![NATION];
        }
    }
    actors
}

/// Byte ranges between marks that end a clause.
fn clauses(sentence: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (at, mark) in sentence.char_indices().filter(|(_, c)| CLAUSE_ENDS.contains(*c)) {
        ranges.push((start, at));
        start = at + mark.len_utf8();
    }
    ranges.push((start, sentence.len()));
    ranges
}

/// The regions at the beginning of a clause, and what the clause says of them.
struct Subject<'t> {
    codes: Vec<&'static str>,
    /// The rest of the clause.
    says: &'t str,
    example: bool,
    /// Whether the last region is named by a short name (南京 rather than 南京市).
    short: bool,
}

impl<'t> Subject<'t> {
    fn read(sentence: &'t str, start: usize, end: usize, mentions: &[Mention]) -> Option<Subject<'t>> {
        let (first, example) = subject_start(sentence, start, end, mentions)?;
        let mut codes = Vec::new();
        let mut at = first;
        loop {
            let last = chain_from(mentions, at);
            let mention = mentions.get(last)?;
            codes.extend(mention.code());
            let next = mentions.get(last + 1).filter(|next| next.start < end);
            match next.and_then(|next| sentence.get(mention.end..next.start)) {
                Some(gap) if is_list_mark(gap) => at = last + 1,
                _ => {
                    let name = sentence.get(mention.start..mention.end)?;
                    let short = !name.ends_with(['省', '市', '区', '县', '州', '盟', '旗']);
                    return Some(Subject { codes, says: sentence.get(mention.end..end)?, example, short });
                }
            }
        }
    }

    fn actors(&self, context: Option<&str>, example: bool, first: bool) -> Vec<&'static str> {
        let says = COLLECTIVES.iter().find_map(|word| self.says.strip_prefix(word)).unwrap_or(self.says).trim_start();
        let near: String = says.chars().take(ACT_REACH).collect();
        let issues = ISSUING.iter().any(|verb| near.contains(verb));
        let company = self.short && near.contains("公司");
        let others = OTHERS.iter().any(|word| says.starts_with(word));
        let predicate = issues || PREDICATES.iter().any(|word| says.starts_with(word));
        if company || others || ((example || self.example) && !issues) || (!first && !predicate) {
            return Vec::new();
        }
        let inside = |code: &str| context.is_some_and(|context| code != context && is_within(code, context));
        self.codes.iter().copied().filter(|code| issues || !inside(code)).collect()
    }
}

/// The mention that a clause begins with after marks, numbering, time and connectives, and whether it is an example.
fn subject_start(sentence: &str, start: usize, end: usize, mentions: &[Mention]) -> Option<(usize, bool)> {
    let mut at = start;
    let mut example = false;
    loop {
        if let Ok(found) = mentions.binary_search_by_key(&at, |mention| mention.start) {
            return Some((found, example));
        }
        let rest = sentence.get(at..end)?;
        let step = if let Some(word) = EXAMPLES.iter().find(|word| rest.starts_with(**word)) {
            example = true;
            word.len()
        } else {
            lead_in(rest)?
        };
        at += step;
    }
}

/// Bytes of the lead-in that `rest` begins with.
fn lead_in(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if MARKS.contains(first) {
        return Some(first.len_utf8());
    }
    if let Some(word) = UNITS.iter().chain(&LEADS).filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len())
    {
        return Some(word.len());
    }
    // 一、 and （二） number a clause; 一批 does not.
    let numeral = rest.find(|c| !NUMERALS.contains(c)).filter(|len| *len > 0)?;
    let after = rest.get(numeral..)?;
    after
        .starts_with(['、', '）', ')', '.', '．', '是', '条', '章'])
        .then(|| numeral + after.chars().next().map_or(0, char::len_utf8))
}

fn skip_marks(clause: &str) -> &str {
    clause.trim_start_matches(|c| MARKS.contains(c))
}

#[cfg(test)]
mod tests;
