//! Fields: an instruction (`PAGE`, `HYPERLINK …`), a separator and a result, of which only the result is text.

/// The fields that are open, one within the other.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// For each, whether its instruction is being read.
    open: Vec<bool>,
    /// How many of them that is true of.
    instructions: usize,
}

impl Fields {
    /// Takes in a mark of the type that `w:fldChar` has.
    pub fn mark(&mut self, kind: Option<&str>) {
        match kind {
            Some("begin") => {
                self.open.push(true);
                self.instructions += 1;
            }
            Some("separate") => {
                if let Some(instruction) = self.open.last_mut() {
                    self.instructions -= usize::from(std::mem::take(instruction));
                }
            }
            Some("end") => self.instructions -= usize::from(self.open.pop().unwrap_or_default()),
            _ => {}
        }
    }

    /// Whether what is read is part of an instruction.
    pub fn in_instruction(&self) -> bool {
        self.instructions > 0
    }

    /// At the end of a paragraph: an instruction that does not end with it is broken, and would swallow all that follows.
    pub fn end_paragraph(&mut self) {
        if self.in_instruction() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_text_unless_it_is_part_of_an_instruction() {
        let mut fields = Fields::default();
        let mut states = Vec::new();
        for kind in ["begin", "begin", "separate", "end", "separate", "end", "end"] {
            fields.mark(Some(kind));
            states.push(fields.in_instruction());
        }
        assert_eq!(states, [true, true, true, true, false, false, false]);
    }
}
