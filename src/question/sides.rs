//! The regions of a question that names several: side by side, one inside another, or one that does something to another.

use super::cues::{JOIN_BEFORE, JOIN_BEHIND};
use super::named::places;
use super::{AnswerKind, Question, cues};
use crate::region;

impl Question {
    /// The questions that a question about several regions consists of, each with its region: the question without the names
    /// of the others. Empty where it names no two regions, one lies in the other, or nothing sets them side by side:
    /// 沈阳市对驰援湖北的医务人员 asks of one place.
    pub fn sides(&self) -> Vec<(&'static str, Question)> {
        let nested = |a: &&str| self.regions.iter().any(|b| *a != *b && region::is_within(a, b));
        let beside =
            self.kind == AnswerKind::Comparison || !self.regions.iter().any(nested) && self.joins_its_regions();
        if self.regions.len() < 2 || self.kind == AnswerKind::Regions || !beside {
            return Vec::new();
        }
        let places = places(&self.reading);
        let side = |region: &'static str| {
            let mut rest = String::new();
            let mut at = 0;
            for (bytes, _) in places.iter().filter(|(_, code)| *code != region) {
                // What joins this name to another goes with it.
                let gap = &self.reading[at..bytes.start];
                let joined = JOIN_BEHIND.find(gap);
                rest.push_str(&gap[..joined.map_or(gap.len(), |join| join.start())]);
                at = bytes.end;
                if joined.is_none() {
                    at += JOIN_BEFORE.find(&self.reading[at..]).map_or(0, |join| join.end());
                }
            }
            rest.push_str(&self.reading[at..]);
            let rest = cues::without_sides(&cues::without_comparison(&rest));
            let mut side = Question::parse_with(&rest, &self.vocabulary).ok()?;
            side.kind = cues::kind_of_side(&rest);
            Some((region, side))
        };
        self.regions.iter().filter_map(|region| side(region)).collect()
    }

    /// The regions that an answer must be about: of those named the ones that hold no other, all where they stand side by
    /// side, else the first.
    pub fn own_regions(&self) -> Vec<&'static str> {
        let holds = |a: &&&str| self.regions.iter().any(|b| **a != *b && region::is_within(b, a));
        let mut own: Vec<&'static str> = self.regions.iter().filter(|region| !holds(region)).copied().collect();
        let side_by_side =
            matches!(self.kind, AnswerKind::Comparison | AnswerKind::Regions) || self.joins_its_regions();
        if !side_by_side {
            own.truncate(1);
        }
        own
    }

    /// Whether something stands between every two regions that sets them side by side.
    fn joins_its_regions(&self) -> bool {
        let joined = |a: usize, b: usize| JOIN_BEHIND.is_match(&self.reading[a..b]);
        places(&self.reading).windows(2).all(|pair| joined(pair[0].0.end, pair[1].0.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_has_a_side_for_each_region() {
        let sides = Question::parse("南京和南通在第三代半导体上有什么不同？").unwrap().sides();
        let sides: Vec<(&str, &[&str])> = sides.iter().map(|(code, q)| (*code, q.regions.as_slice())).collect();
        assert_eq!(sides, [("320100", ["320100"].as_slice()), ("320600", ["320600"].as_slice())]);
        let sides = Question::parse("比较上海和深圳的未来产业目标").unwrap().sides();
        let sides: Vec<&str> = sides.iter().map(|(_, q)| q.text.as_str()).collect();
        assert_eq!(sides, ["上海的未来产业目标", "深圳的未来产业目标"]);
        assert_eq!(Question::parse("南京和南通分别有多少企业？").unwrap().sides().len(), 2);
        assert_eq!(Question::parse("上海有多少企业，南京呢？").unwrap().sides().len(), 2);
        assert!(Question::parse("江苏省南京市有多少企业？").unwrap().sides().is_empty());
        assert!(Question::parse("重庆市为湖北支援了多少血液？").unwrap().sides().is_empty());
    }

    #[test]
    fn an_answer_is_about_the_narrowest_region_or_the_one_that_acts() {
        let own = |question: &str| Question::parse(question).unwrap().own_regions();
        assert_eq!(own("江苏省南京市有多少企业？"), ["320100"]);
        assert_eq!(own("重庆市为湖北支援了多少血液？"), ["500000"]);
        assert_eq!(own("上海和南京的目标"), ["310000", "320100"]);
    }
}
