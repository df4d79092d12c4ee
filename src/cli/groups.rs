//! The citations of an answer in the groups in which people read them.

use zhice::answer::{Answer, Citation, Status, Strength};
use zhice::question::Question;
use zhice::region::{division, divisions, narrowest};

/// Citations that are read together.
#[derive(Debug)]
pub struct Group<'a> {
    /// The region or side that they are of; `None` where an answer is not grouped.
    pub name: Option<&'a str>,
    /// How strongly a region of a which-regions answer backs the subject.
    pub strength: Option<Strength>,
    /// They are on the matter, but the answer does not rest on them.
    pub related: bool,
    pub citations: Vec<&'a Citation>,
}

/// By region for a which-regions answer, by side for a comparison, else those that the answer rests on, then the others.
pub fn groups<'a>(question: &Question, answer: &'a Answer) -> Vec<Group<'a>> {
    if answer.status == Status::Answered && !answer.regions.is_empty() {
        return by_region(answer);
    }
    let sides = question.sides();
    if answer.status == Status::Answered && !sides.is_empty() {
        return by_side(&sides.iter().map(|(code, _)| *code).collect::<Vec<_>>(), answer);
    }
    let rests_on = |citation: &&Citation| answer.answer.contains(&format!("[{}]", citation.n));
    let (own, others): (Vec<_>, Vec<_>) = answer.citations.iter().partition(rests_on);
    let answered = answer.status == Status::Answered;
    let group = |related, citations| Group { name: None, strength: None, related, citations };
    [group(false, own), group(answered, others)].into_iter().filter(|group| !group.citations.is_empty()).collect()
}

fn by_region(answer: &Answer) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for citation in &answer.citations {
        let owner = answer.regions.iter().find(|region| region.citations.contains(&citation.n));
        // Regions of mere mention stand apart where priority was asked for: in the text alone.
        let strength = owner.map_or(Strength::Mention, |region| region.strength);
        let name = owner.map(|region| region.name.as_str()).or(citation.region.as_deref());
        match groups.last_mut() {
            Some(last) if last.name == name && last.strength == Some(strength) => last.citations.push(citation),
            _ => groups.push(Group { name, strength: Some(strength), related: false, citations: vec![citation] }),
        }
    }
    groups
}

fn by_side<'a>(sides: &[&'static str], answer: &'a Answer) -> Vec<Group<'a>> {
    let of = |citation: &Citation, side: &str| {
        let name = citation.region.as_deref();
        divisions().iter().any(|d| Some(d.name) == name && narrowest(d.code, sides) == Some(side))
    };
    let mut left: Vec<&Citation> = answer.citations.iter().collect();
    let mut groups = Vec::new();
    for side in sides {
        let (own, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|citation| of(citation, side));
        left = others;
        if !own.is_empty() {
            let name = division(side).map(|d| d.name);
            groups.push(Group { name, strength: None, related: false, citations: own });
        }
    }
    if !left.is_empty() {
        groups.push(Group { name: None, strength: None, related: true, citations: left });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn read<'a>(groups: &[Group<'a>]) -> Vec<(Option<&'a str>, Vec<usize>)> {
        groups.iter().map(|g| (g.name, g.citations.iter().map(|c| c.n).collect())).collect()
    }

    #[test]
    fn a_which_regions_answer_is_read_by_region_and_mentions_keep_their_own() {
        let (question, answer) = fixture::regions();
        let groups = groups(&question, &answer);
        assert_eq!(read(&groups), [(Some("南通市"), vec![1, 2]), (Some("南京市"), vec![3]), (Some("上海市"), vec![4])]);
        let strengths: Vec<_> = groups.iter().filter_map(|g| g.strength).collect();
        assert_eq!(strengths, [Strength::Priority, Strength::Priority, Strength::Mention]);
    }

    #[test]
    fn what_the_answer_does_not_rest_on_stands_apart_as_related() {
        let question = Question::parse("低空经济的目标是多少？").unwrap();
        let mut answer = fixture::answer(&[("南京市", "甲"), ("南通市", "乙"), ("苏州市", "丙")]);
        answer.answer = "甲[1][3]".to_owned();
        let found = groups(&question, &answer);
        assert_eq!(read(&found), [(None, vec![1, 3]), (None, vec![2])]);
        assert_eq!(found.iter().map(|group| group.related).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_comparison_is_read_by_side_and_a_county_on_the_side_of_its_city() {
        let question = Question::parse("南京和南通在低空经济上有什么不同？").unwrap();
        let mut answer = fixture::answer(&[("南京市", "甲"), ("南通市", "乙"), ("玄武区", "丙")]);
        assert_eq!(read(&groups(&question, &answer)), [(Some("南京市"), vec![1, 3]), (Some("南通市"), vec![2])]);
        (answer.status, answer.answer) = (Status::NoEvidence, "没有。".to_owned());
        assert_eq!(read(&groups(&question, &answer)), [(None, vec![1, 2, 3])]);
    }
}
