//! The formats that are read, and what each makes of a file.
//!
//! A reader turns bytes into [`Extracted`]: the canonical text, where its parts stood, and what the file declares of
//! itself. It judges nothing; titles, dates and boilerplate within the text are the business of the next steps.

pub mod docx;
pub mod encoding;
pub mod extracted;
pub mod html;
pub mod jsonl;
pub mod pdf;

use extracted::{Declared, ExtractError, Extracted};

/// A format of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text and Markdown.
    Text,
    Html,
    Pdf,
    Docx,
    /// One JSON object a line, each a document.
    #[serde(rename = "jsonl")]
    Corpus,
}

/// File name extensions that are read, in lower case.
pub const EXTENSIONS: [(&str, Format); 11] = [
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Text),
    ("markdown", Format::Text),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("shtml", Format::Html),
    ("pdf", Format::Pdf),
    ("docx", Format::Docx),
    ("jsonl", Format::Corpus),
];

/// What a person can do about formats that are not read.
const ADVICE: [(&str, &str); 9] = [
    ("doc", "save it as .docx"),
    ("dot", "save it as .docx"),
    ("wps", "save it as .docx"),
    ("rtf", "save it as .docx"),
    ("odt", "save it as .docx"),
    ("ofd", "save it as PDF"),
    ("mht", "save the page as HTML"),
    ("mhtml", "save the page as HTML"),
    ("json", "write one object a line as .jsonl"),
];

impl Format {
    /// The format that a file name extension stands for, in any case.
    pub fn of_extension(extension: &str) -> Option<Self> {
        let extension = extension.to_ascii_lowercase();
        EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, format)| *format)
    }

    /// The largest file that is read, in bytes: text and pages of 64 MiB are books already, while PDF and Word files
    /// carry images. A corpus file has no limit, since it is read line by line.
    pub fn max_bytes(self) -> u64 {
        match self {
            Self::Text | Self::Html => 64 << 20,
            Self::Pdf | Self::Docx => 256 << 20,
            Self::Corpus => u64::MAX,
        }
    }
}

/// How the reason begins for which a file of another format is not read.
pub const UNSUPPORTED: &str = "format not supported";

/// Why a file with `extension` is not read.
pub fn unsupported(extension: Option<&str>) -> String {
    let Some(extension) = extension.map(str::to_lowercase) else {
        return format!("{UNSUPPORTED}: no extension");
    };
    match ADVICE.iter().find(|(known, _)| *known == extension) {
        Some((_, advice)) => format!("{UNSUPPORTED}: .{extension}: {advice}"),
        None => format!("{UNSUPPORTED}: .{extension}"),
    }
}

/// What is read from one document's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub extracted: Extracted,
    /// The character encoding of text formats, e.g. `GB18030`.
    pub encoding: Option<&'static str>,
    /// Characters that could not be decoded and stand as U+FFFD.
    pub undecoded: usize,
}

/// Reads one document.
///
/// # Errors
/// Bytes that are not what `format` says, or hold no text.
pub fn read(format: Format, bytes: &[u8]) -> Result<Read, FormatError> {
    let plain = |extracted| Read { extracted, encoding: None, undecoded: 0 };
    Ok(match format {
        Format::Pdf => plain(pdf::extract(bytes)?),
        Format::Docx => plain(docx::extract(bytes)?),
        Format::Corpus => plain(jsonl::record(bytes)?.into()),
        Format::Text => {
            let decoded = encoding::decode(bytes, None)?;
            let extracted = Extracted { text: decoded.text.into_owned(), ..Default::default() };
            Read { extracted, encoding: Some(decoded.encoding), undecoded: decoded.damaged }
        }
        Format::Html => {
            let decoded = encoding::decode(bytes, html::declared_encoding(bytes).as_deref())?;
            let extracted = html::extract(&decoded.text)?;
            Read { extracted, encoding: Some(decoded.encoding), undecoded: decoded.damaged }
        }
    })
}

/// Why a document has no text.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error(transparent)]
    Decode(#[from] encoding::DecodeError),
    #[error(transparent)]
    Extract(#[from] ExtractError),
    #[error(transparent)]
    Record(#[from] jsonl::RecordError),
}

impl From<jsonl::Record> for Extracted {
    fn from(record: jsonl::Record) -> Self {
        let declared = Declared {
            title: record.title,
            published: record.date,
            url: record.url,
            curated: true,
            ..Declared::default()
        };
        Self { text: record.text, declared, ..Self::default() }
    }
}
