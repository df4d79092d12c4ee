//! What a line of a session asks for.

/// The names of the filters, which are those of the options.
pub const FILTERS: [&str; 5] = ["region", "since", "until", "issuer", "number"];

/// A line, understood.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Nothing was typed.
    Nothing,
    Ask(String),
    /// Print the citation `n` of the last answer in context.
    Cite(usize),
    /// Open the file of the citation `n`.
    Open(usize),
    ShowFilter,
    ClearFilter,
    /// Set these filters and leave the others; an empty value takes one away.
    Filter(Vec<(&'static str, String)>),
    /// Explain the last answer.
    Explain,
    Help,
    Quit,
}

/// Reads a line; the error says what is wrong with it.
pub fn parse(line: &str) -> Result<Command, String> {
    let line = line.trim();
    // A full-width colon is what a Chinese keyboard types.
    let Some(command) = line.strip_prefix([':', '：']) else {
        return Ok(if line.is_empty() { Command::Nothing } else { Command::Ask(line.to_owned()) });
    };
    let (name, rest) = command.trim_start().split_once(char::is_whitespace).unwrap_or((command.trim(), ""));
    let rest = rest.trim();
    let alone = |command| match rest {
        "" => Ok(command),
        _ => Err(format!(":{name} takes nothing")),
    };
    match name {
        "cite" | "c" => number(name, rest).map(Command::Cite),
        "open" | "o" => number(name, rest).map(Command::Open),
        "filter" | "f" => match rest {
            "" => Ok(Command::ShowFilter),
            "clear" => Ok(Command::ClearFilter),
            _ => filters(rest).map(Command::Filter),
        },
        "explain" | "e" => alone(Command::Explain),
        "help" | "h" | "?" => alone(Command::Help),
        "quit" | "q" | "exit" => alone(Command::Quit),
        _ => Err(format!("no command :{name}; :help lists them")),
    }
}

/// The number of a citation, with or without its brackets.
fn number(name: &str, text: &str) -> Result<usize, String> {
    let digits = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    match digits.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!(":{name} takes the number of a citation, such as :{name} 1")),
    }
}

/// `region=南京 since=2023`. A word without `=` goes on with the value before it.
fn filters(text: &str) -> Result<Vec<(&'static str, String)>, String> {
    let mut filters: Vec<(&'static str, String)> = Vec::new();
    for word in text.split_whitespace() {
        match (word.split_once(['=', '＝']), filters.last_mut()) {
            (Some((name, value)), _) => {
                let known = FILTERS.into_iter().find(|known| *known == name);
                let known = known.ok_or_else(|| format!("no filter {name}: there are {}", FILTERS.join(", ")))?;
                filters.push((known, value.to_owned()));
            }
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(word);
            }
            (None, None) => return Err("a filter is written region=南京 or since=2023".to_owned()),
        }
    }
    Ok(filters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_colon_is_a_question() {
        assert_eq!(parse(" 低空经济? "), Ok(Command::Ask("低空经济?".to_owned())));
        assert_eq!(parse("  "), Ok(Command::Nothing));
    }

    #[test]
    fn commands_are_known_by_name_and_by_their_first_letter() {
        for (line, command) in [
            (":cite 2", Command::Cite(2)),
            ("：c [12]", Command::Cite(12)),
            (":open 1", Command::Open(1)),
            (":filter", Command::ShowFilter),
            (":filter clear", Command::ClearFilter),
            (": explain", Command::Explain),
            (":help", Command::Help),
            (":q", Command::Quit),
        ] {
            assert_eq!(parse(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn a_filter_may_have_spaces_in_it_and_be_taken_away() {
        let filter = parse(":filter region=江苏 南京 since=2023 until=").unwrap();
        let expected = [("region", "江苏 南京"), ("since", "2023"), ("until", "")];
        assert_eq!(filter, Command::Filter(expected.map(|(name, value)| (name, value.to_owned())).to_vec()));
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        for (line, part) in [
            (":cite", "number"),
            (":cite 0", "number"),
            (":open x", "number"),
            (":filter colour=red", "no filter colour"),
            (":filter 南京", "region="),
            (":quit now", "nothing"),
            (":rm 1", ":help"),
            (":", ":help"),
        ] {
            assert!(parse(line).unwrap_err().contains(part), "{line}");
        }
    }
}
