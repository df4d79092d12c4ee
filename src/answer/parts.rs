//! The parts that plans and opinions are made of, by any of the names that headings give them (`parts.toml`): the 重点任务 that a
//! question asks for stand under 四、主要任务.

use std::sync::LazyLock;

use serde::Deserialize;

use super::wording::data;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Of each part its names.
    parts: Vec<Vec<String>>,
    not_tasks: Vec<String>,
}

static FILE: LazyLock<File> = LazyLock::new(|| data(include_str!("parts.toml")));

/// The name of the part that `question` asks for, if it asks for one.
pub fn asked(question: &str) -> Option<&'static str> {
    FILE.parts.iter().flatten().map(String::as_str).find(|name| question.contains(name))
}

/// The name by which `question` asks for the part that `heading` names.
pub fn asked_of<'q>(question: &'q str, heading: &str) -> Option<&'q str> {
    let names = FILE.parts.iter().filter(|names| names.iter().any(|name| heading.ends_with(name.as_str())));
    let at = names.flatten().find_map(|name| question.find(name.as_str()).map(|at| at..at + name.len()))?;
    question.get(at)
}

/// Whether `question` asks for the tasks of a plan.
pub fn asks_for_tasks(question: &str) -> bool {
    FILE.parts.first().is_some_and(|tasks| tasks.iter().any(|name| question.contains(name.as_str())))
}

/// Whether a heading at the top of a plan may name a task.
pub fn may_be_task(heading: &str) -> bool {
    !FILE.not_tasks.iter().any(|name| heading.ends_with(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_any_of_its_names() {
        let question = "江苏省实施方案的重点任务有哪些？";
        assert_eq!(asked_of(question, "四、主要任务"), Some("重点任务"));
        assert_eq!(asked_of(question, "五、保障措施"), None);
        assert_eq!(asked_of(question, "主要任务完成情况"), None);
        assert!(asks_for_tasks(question) && !asks_for_tasks("有哪些保障措施？"));
        assert!(may_be_task("二、夯实数据基础") && !may_be_task("五、组织保障"));
        assert_eq!((asked(question), asked("江苏省有哪些未来产业？")), (Some("重点任务"), None));
    }
}
