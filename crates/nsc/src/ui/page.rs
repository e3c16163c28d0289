//! Text for people, put together before it is printed.

use std::io;

use anstyle::Style;
use nsc_store::write::map_parallel;
use serde::Serialize;
use serde_json::Value;

use crate::ui::style::EMPHASIS;
use crate::ui::table::{LongTable, Painter, Table};

/// What goes to standard output and standard error.
#[derive(Default)]
pub struct Page {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Columns of the terminal; `None` where nobody's eyes limit a line.
    width: Option<u16>,
    /// Whether it may print what it has before it is complete.
    live: bool,
}

/// So much of a page is held before it is printed.
const HELD: usize = 1 << 16;

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
            live: true,
            ..Self::default()
        }
    }

    /// As [`for_terminal`](Self::for_terminal), but held to its end, whatever its length.
    pub fn held() -> Self {
        Self {
            live: false,
            ..Self::for_terminal()
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
        self.spill();
    }

    /// JSON over several lines, and a line end. However long it is, little of it is held.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T, indent: &str, escape_markup: bool) {
        nsc_core::json::write_pretty(JsonText(self), value, indent, escape_markup)
            .expect("a page takes every write, and results are values with text keys");
        self.raw("\n");
    }

    /// JSON on one line.
    pub fn json_line(&mut self, value: &Value) {
        self.raw(&nsc_core::json::to_text(value));
        self.raw("\n");
    }

    /// Prints what is held when it is much.
    fn spill(&mut self) {
        if self.live && self.out.len() > HELD {
            super::write_out(&self.out);
            self.out.clear();
        }
    }

    /// A table, and an empty line after it.
    pub fn table(&mut self, table: &Table) {
        self.raw(&drawn(table, self.width));
    }

    /// A table for each item, with an empty line after each; drawn with all cores.
    pub fn tables<T: Sync>(&mut self, items: &[T], table: impl Fn(&T) -> Table + Sync) {
        // So many are held at a time.
        const GROUP: usize = 1024;
        let width = self.width;
        for group in items.chunks(GROUP) {
            for text in map_parallel(group, |item| drawn(&table(item), width)) {
                self.raw(&text);
            }
        }
    }

    /// A table of any length, and an empty line after it: the rows are not held.
    pub fn long_table(&mut self, table: &LongTable<'_>) {
        self.painted_table(table, &|_| None);
    }

    /// A table of any length in which the row whose first cell is `current` stands out, where styles are shown.
    pub fn long_table_with_current(&mut self, table: &LongTable<'_>, current: Option<&str>) {
        let current = current.map(super::text::escape);
        let style_of = |first: &str| (Some(first) == current.as_deref()).then_some(EMPHASIS);
        self.painted_table(table, &style_of);
    }

    /// A table of any length whose rows are shown in the style of their first cells, where styles are shown.
    pub fn painted_table(
        &mut self,
        table: &LongTable<'_>,
        style_of: &dyn Fn(&str) -> Option<Style>,
    ) {
        let mut painter = Painter::new(style_of);
        table.print(self.width, &mut |lines| {
            for line in lines.lines() {
                self.out.push_str(&painter.line(line));
                self.out.push('\n');
            }
            self.spill();
        });
        self.raw("\n");
    }
}

/// A table in the styles of its rows, and an empty line.
fn drawn(table: &Table, width: Option<u16>) -> String {
    let style_of = |first: &str| table.style_of(first);
    let mut painter = Painter::new(&style_of);
    let mut text = String::new();
    for line in table.render(width).lines() {
        text.push_str(&painter.line(line));
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Takes JSON text, which comes in pieces that are whole characters.
struct JsonText<'a>(&'a mut Page);

impl io::Write for JsonText<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.raw(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn terminal_width() -> Option<u16> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    // Below that a table is no table.
    (columns >= 40).then_some(columns)
}
