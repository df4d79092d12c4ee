//! Words and patterns as the data files of this folder give them.

use std::ops::Deref;

use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a data file of this folder holds. They are part of the program, and its tests read each of them.
pub fn data<T: DeserializeOwned>(file: &str) -> T {
    toml::from_str(file).expect("a data file of this folder")
}

/// A regular expression.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl Deref for Pattern {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.0
    }
}

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(pattern: String) -> Result<Self, regex::Error> {
        Regex::new(&pattern).map(Self)
    }
}

/// Whether one of `words` stands in `text`.
pub fn any(words: &[String], text: &str) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}
