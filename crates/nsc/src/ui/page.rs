//! Text for people, put together before it is printed.

use anstyle::Style;

use crate::ui::table::Table;

/// What goes to standard output and standard error.
#[derive(Default)]
pub struct Page {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Columns of the terminal; `None` where nobody's eyes limit a line.
    width: Option<u16>,
}

impl Page {
    /// A page as wide as the terminal, if there is one.
    pub fn for_terminal() -> Self {
        let width = if super::is_terminal() {
            terminal_width()
        } else {
            None
        };
        Self {
            width,
            ..Self::default()
        }
    }

    /// A line on standard output; control characters are made visible.
    pub fn line(&mut self, line: &str) {
        self.out.push_str(&super::text::escape(line));
        self.out.push('\n');
    }

    /// A line on standard error; control characters are made visible.
    pub fn note(&mut self, line: &str) {
        self.err.push_str(&super::text::escape(line));
        self.err.push('\n');
    }

    /// Text that is the result itself (a token, a file, JSON): to the letter, no line end added.
    pub fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A table, and an empty line after it.
    pub fn table(&mut self, table: &Table) {
        self.out.push_str(&table.render(self.width));
        self.out.push('\n');
    }

    /// A table in which the row whose first cell is `current` stands out, where styles are shown.
    pub fn table_with_current(&mut self, table: &Table, current: Option<&str>) {
        let current = current.map(super::text::escape);
        for line in table.render(self.width).lines() {
            let first = line.split('|').nth(1).map(str::trim);
            if current.is_some() && first == current.as_deref() {
                self.out.push_str(&styled(Style::new().bold(), line));
            } else {
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        self.out.push('\n');
    }
}

/// Text in a style; the streams drop it where colours are not wanted.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

fn terminal_width() -> Option<u16> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    // Below that a table is no table.
    (columns >= 40).then_some(columns)
}
