//! Tables with a title centred over them, as the documentation of NATS shows them.

mod long;
mod narrow;
mod paint;

use anstyle::Style;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table as Grid, presets};
use unicode_width::UnicodeWidthStr;

use crate::ui::text::escape;
pub use long::LongTable;
pub(super) use paint::Painter;

/// Marks the row that is drawn as a line; a private character that `escape` lets nobody else send.
const SEPARATOR: &str = "\u{e000}";

/// A title, an optional header, and rows; separators divide groups of rows.
pub struct Table {
    title: String,
    /// Names of the columns; empty where they have none.
    header: Vec<String>,
    columns: usize,
    grid: Grid,
    /// First cells of rows, and how the rows are shown.
    marks: Vec<(String, Style)>,
}

impl Table {
    /// A table whose columns have names.
    pub fn new(title: &str, header: &[&str]) -> Self {
        let mut table = Self::plain(title, header.len());
        table.grid.set_header(header.iter().copied());
        table.header = header.iter().map(|name| (*name).to_owned()).collect();
        table
    }

    /// A table of labels and values.
    pub fn details(title: &str) -> Self {
        Self::plain(title, 2)
    }

    /// A table whose columns have no names.
    pub fn plain(title: &str, columns: usize) -> Self {
        let mut grid = Grid::new();
        // Borders and a line below the header, no lines between rows.
        grid.load_style(
            presets::ASCII_FULL_CONDENSED.header_separator(LineStyle::new('+', '-', '+', '+')),
        );
        Self {
            title: escape(title),
            header: Vec::new(),
            columns,
            grid,
            marks: Vec::new(),
        }
    }

    /// Adds a row; line ends in a cell make lines in it.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells = cells.iter().map(|cell| {
            let lines = cell
                .as_ref()
                .lines()
                .map(|line| escape(line).replace(SEPARATOR, "?"));
            lines.collect::<Vec<_>>().join("\n")
        });
        self.grid.add_row(cells);
    }

    /// Adds a label and its value.
    pub fn pair(&mut self, label: &str, value: &str) {
        self.row(&[label, value]);
    }

    /// Adds a label with one value a line; nothing when there are none.
    pub fn list<S: AsRef<str>>(&mut self, label: &str, values: &[S]) {
        if !values.is_empty() {
            let lines: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
            self.pair(label, &lines.join("\n"));
        }
    }

    /// Shows the rows that begin with this cell in a style, where styles are shown.
    pub fn mark(&mut self, first: &str, style: Style) {
        self.marks.push((escape(first), style));
    }

    /// The style of the rows that begin with this cell.
    pub(super) fn style_of(&self, first: &str) -> Option<Style> {
        let mark = self.marks.iter().find(|(marked, _)| marked == first);
        mark.map(|(_, style)| *style)
    }

    /// Draws a line between the rows before and after.
    pub fn separator(&mut self) {
        let mut cells = vec![String::new(); self.columns];
        SEPARATOR.clone_into(&mut cells[0]);
        self.grid.add_row(cells);
    }

    /// Aligns a column to the right.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.grid.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// The number of rows, separators included.
    pub fn len(&self) -> usize {
        self.grid.row_count()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table as text, within `width` columns if that is given: one of many columns that does not
    /// fit has its columns below each other then.
    pub fn render(&self, width: Option<u16>) -> String {
        if let Some(width) = width.filter(|width| narrow::is_too_wide(self, *width)) {
            return narrow::upright(self).render(Some(width));
        }
        let mut grid = self.grid.clone();
        if let Some(width) = width {
            narrow::keep_words(self, &mut grid, width);
            grid.set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        let body = grid.to_string();
        let border = body.lines().next().unwrap_or_default();
        let body_width = border.chars().count().saturating_sub(2);
        let (mut text, missing) = title_lines(&self.title, body_width, width);
        for line in body.lines() {
            let line = if line.contains(SEPARATOR) {
                border
            } else {
                line
            };
            text.push_str(&widened(line, missing));
            text.push('\n');
        }
        text
    }
}

/// The border and the title over a body of this width, borders not counted; and by how much the body must be wider.
/// A title that is too long for the terminal has several lines.
fn title_lines(title: &str, body_width: usize, width: Option<u16>) -> (String, usize) {
    let room = width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(4));
    let lines = broken(title, room.max(body_width.saturating_sub(2)).max(1));
    let longest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
    let inner = body_width.max(longest + 2);
    let mut text = format!("+{}+\n", "-".repeat(inner));
    for line in lines {
        let left = (inner - line.width()) / 2;
        let right = inner - line.width() - left;
        text.push_str(&format!(
            "|{}{line}{}|\n",
            " ".repeat(left),
            " ".repeat(right)
        ));
    }
    (text, inner - body_width)
}

/// The text in lines of at most this width.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for character in text.chars() {
        let mut longer = lines.last().cloned().unwrap_or_default();
        longer.push(character);
        match lines.last_mut() {
            Some(last) if longer.width() <= room || last.is_empty() => *last = longer,
            _ => lines.push(character.to_string()),
        }
    }
    lines
}

/// A line whose last column is wider by `missing`, so that it reaches below the end of the title.
fn widened(line: &str, missing: usize) -> String {
    let fill = if line.starts_with('+') { "-" } else { " " };
    match line.char_indices().next_back() {
        Some((end, last)) => format!("{}{}{last}", &line[..end], fill.repeat(missing)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_centred_and_groups_divided() {
        let mut table = Table::details("Account");
        table.pair("Name", "A");
        table.separator();
        table.list("Tags", &["x", "y"]);
        assert_eq!(
            table.render(None),
            "+----------+\n|  Account |\n+------+---+\n| Name | A |\n+------+---+\n| Tags | x |\n|      | y |\n+------+---+\n"
                .replace("+----------+\n|  Account |", "+----------+\n| Account  |")
        );
    }

    #[test]
    fn a_long_title_makes_the_last_column_wider() {
        let mut table = Table::plain("a long title", 1);
        table.row(&["row"]);
        assert_eq!(
            table.render(None),
            "+--------------+\n| a long title |\n+--------------+\n| row          |\n+--------------+\n"
        );
    }

    #[test]
    fn titles_are_as_wide_as_they_look() {
        for title in ["東京支店", "e\u{301}quipe", "\u{1f9c0}"] {
            let mut table = Table::plain(title, 1);
            table.row(&["long enough for all of the title"]);
            let text = table.render(None);
            let widths: Vec<usize> = text.lines().map(UnicodeWidthStr::width).collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
        }
    }

    #[test]
    fn long_titles_are_broken_where_the_terminal_ends() {
        let mut table = Table::plain(&"東京".repeat(30), 1);
        table.row(&["x"]);
        let text = table.render(Some(40));
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        assert_eq!(text.matches('東').count(), 30, "{text}");
        assert_eq!(table.render(None).lines().count(), 5);
    }

    #[test]
    fn headers_stand_above_a_line() {
        let mut table = Table::new("Users", &["Name", "Public Key"]);
        table.row(&["u", "UKEY"]);
        assert!(
            table
                .render(None)
                .contains("| Name | Public Key |\n+------+------------+\n| u    | UKEY       |")
        );
    }
}
