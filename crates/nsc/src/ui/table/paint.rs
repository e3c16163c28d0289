//! Rows of a drawn table in colours.

use anstyle::Style;

use crate::ui::style::styled;

/// Colours the rows of a table by their first cells, line by line.
pub(in crate::ui) struct Painter<'a> {
    style_of: &'a dyn Fn(&str) -> Option<Style>,
    /// That of the row whose lines come.
    style: Option<Style>,
}

impl<'a> Painter<'a> {
    /// Asks for the style of a row, given its first cell.
    pub(in crate::ui) fn new(style_of: &'a dyn Fn(&str) -> Option<Style>) -> Self {
        Self {
            style_of,
            style: None,
        }
    }

    /// The line as it is printed; borders stay as they are.
    pub(in crate::ui) fn line(&mut self, line: &str) -> String {
        let Some(cells) = line
            .strip_prefix('|')
            .and_then(|line| line.strip_suffix('|'))
        else {
            self.style = None;
            return line.to_owned();
        };
        let first = cells.split('|').next().unwrap_or_default().trim();
        // A cell in several lines belongs to the row above.
        if !first.is_empty() {
            self.style = (self.style_of)(first);
        }
        match self.style {
            Some(style) => format!("|{}|", styled(style, cells)),
            None => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::style::BAD;

    #[test]
    fn rows_are_coloured_with_all_their_lines() {
        let style_of = |first: &str| (first == "x").then_some(BAD);
        let mut painter = Painter::new(&style_of);
        let lines = [
            "+--+",
            "| a |",
            "| x | 1 |",
            "|   | 2 |",
            "| b |",
            "+--+",
            "|  | 3 |",
        ];
        let painted: Vec<bool> = lines
            .iter()
            .map(|line| painter.line(line) != *line)
            .collect();
        assert_eq!(painted, [false, false, true, true, false, false, false]);
        assert!(painter.line("| x |").ends_with('|'));
    }
}
