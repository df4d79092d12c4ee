//! The parts of the package that a .docx file is: a ZIP archive whose parts name each other by relationships.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::Failure;
use super::xml::{Node, Xml};

/// The largest part that is read, in bytes once uncompressed (128 MiB). What the archive says of its sizes is not believed.
pub const MAX_PART_BYTES: u64 = 128 * 1024 * 1024;

/// The most parts a package may have.
pub const MAX_PARTS: usize = 10_000;

/// How a file of the old binary formats begins, and so does an encrypted file of the new ones.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The stream that an encrypted file has, in UTF-16 as its directory names it.
const ENCRYPTED: &str = "EncryptedPackage";

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Failure> {
        if bytes.starts_with(COMPOUND_FILE) {
            let name: Vec<u8> = ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let encrypted = bytes.windows(name.len()).any(|window| window == name);
            return Err(if encrypted {
                Failure::Encrypted
            } else {
                Failure::Damaged("it has the old format .doc; save it as .docx".to_owned())
            });
        }
        if bytes.starts_with(b"{\\rtf") {
            return Err(Failure::Damaged("it has the format .rtf; save it as .docx".to_owned()));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MAX_PARTS {
            return Err(Failure::TooLarge(format!("more than {MAX_PARTS} parts")));
        }
        Ok(Self { archive })
    }

    /// The XML of a part, or none if the package lacks it.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(reason)) if reason == ZipError::PASSWORD_REQUIRED => {
                return Err(Failure::Encrypted);
            }
            Err(error) => return Err(damaged(error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_PART_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::Damaged(format!("{name}: {error}")))?;
        if bytes.len() as u64 > MAX_PART_BYTES {
            let limit = MAX_PART_BYTES / (1024 * 1024);
            return Err(Failure::TooLarge(format!("{name} has more than {limit} MiB")));
        }
        // XML is UTF-8, or UTF-16 with a byte order mark.
        let text =
            String::from_utf8(bytes).unwrap_or_else(|error| encoding_rs::UTF_8.decode(error.as_bytes()).0.into_owned());
        Ok(Some(text))
    }

    /// The names of the parts that `part` refers to, each with the last word of its relationship's type; the package
    /// itself is the part with the empty name.
    pub fn related(&mut self, part: &str) -> Result<Vec<(String, String)>, Failure> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let Some(relations) = self.part(&resolve(folder, &format!("_rels/{file}.rels")))? else {
            return Ok(Vec::new());
        };
        let (mut xml, mut related) = (Xml::of(&relations), Vec::new());
        while let Some(node) = xml.next()? {
            if let Node::Open(open) = node
                && open.attribute("TargetMode").as_deref() != Some("External")
                && let (Some(kind), Some(target)) = (open.attribute("Type"), open.attribute("Target"))
            {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                related.push((kind, resolve(folder, &target)));
            }
        }
        Ok(related)
    }
}

/// The name of the part that `target` means, seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in base.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn damaged(error: ZipError) -> Failure {
    Failure::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_the_folder_of_their_part() {
        assert_eq!(resolve("word", "styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word/a", "../../docProps/core.xml"), "docProps/core.xml");
        assert_eq!(resolve("", "../../x"), "x");
    }

    #[test]
    fn other_formats_are_told_how_to_be_saved() {
        let Err(Failure::Damaged(reason)) = Package::open(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on") else {
            panic!("an old file is refused");
        };
        assert!(reason.contains("save it as .docx"));
        let mut encrypted = COMPOUND_FILE.to_vec();
        encrypted.extend(ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes));
        assert!(matches!(Package::open(&encrypted), Err(Failure::Encrypted)));
        assert!(matches!(Package::open(b"<html>"), Err(Failure::Damaged(_))));
    }
}
