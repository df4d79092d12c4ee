//! The limits within which a file is read, and what is left of them.

use super::Trouble;

/// Most pages that are read.
pub const MAX_PAGES: usize = 5_000;
/// Most characters on all pages together.
pub const MAX_CHARACTERS: usize = 8_000_000;
/// Most characters on one page; a page of 6-point type has 20,000.
pub const MAX_PAGE_CHARACTERS: usize = 500_000;
/// Most bytes that one stream may unpack to.
pub const MAX_STREAM_BYTES: u64 = 128 * 1024 * 1024;
/// Most bytes that all streams may unpack to; a form that is drawn twice counts twice.
pub const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;
/// Most drawing operators on all pages together, forms included.
pub const MAX_OPERATORS: u64 = 50_000_000;
/// How deep forms may lie within forms. Real files stay below 5.
pub const MAX_FORM_DEPTH: usize = 16;
/// Most saved graphics states at a time; the standard asks for 28.
pub const MAX_STATES: usize = 512;
/// Most ruling lines of a page that are kept to find its tables.
pub const MAX_RULES: usize = 4_000;
/// Most ruled tables of a page that are looked for.
pub const MAX_TABLES: usize = 64;

/// What the whole file may still use.
#[derive(Debug)]
pub(super) struct Budget {
    characters: usize,
    unpacked: u64,
    operators: u64,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { characters: MAX_CHARACTERS, unpacked: MAX_UNPACKED_BYTES, operators: MAX_OPERATORS }
    }

    /// Takes one character; `before` are on its page already.
    pub(super) fn character(&mut self, before: usize) -> Result<(), Trouble> {
        if before >= MAX_PAGE_CHARACTERS {
            return Err(Trouble::TooLarge(format!("more than {MAX_PAGE_CHARACTERS} characters on a page")));
        }
        self.characters = self
            .characters
            .checked_sub(1)
            .ok_or_else(|| Trouble::TooLarge(format!("more than {} million characters", MAX_CHARACTERS / 1_000_000)))?;
        Ok(())
    }

    /// Takes the bytes of an unpacked stream.
    pub(super) fn unpacked(&mut self, bytes: u64) -> Result<(), Trouble> {
        self.unpacked = self.unpacked.checked_sub(bytes).ok_or_else(|| {
            Trouble::TooLarge(format!("its streams unpack to more than {} MiB", MAX_UNPACKED_BYTES >> 20))
        })?;
        Ok(())
    }

    /// Takes one drawing operator.
    pub(super) fn operator(&mut self) -> Result<(), Trouble> {
        self.operators = self.operators.checked_sub(1).ok_or_else(|| {
            Trouble::TooLarge(format!("more than {} million drawing operators", MAX_OPERATORS / 1_000_000))
        })?;
        Ok(())
    }
}
