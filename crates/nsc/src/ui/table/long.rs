//! Tables as long as a store is large: their rows are made when they are drawn, and not kept.

use super::{Table, title_lines};
use crate::ui::text::escape;

/// Shows every row to the closure that it is given, the same ones each time.
pub(super) type Rows<'a> = dyn Fn(&mut dyn FnMut(&[&str])) + 'a;

/// A title, a header, and rows that are made twice: to measure them, and to draw them. It looks as a [`Table`]
/// with the same rows.
pub struct LongTable<'a> {
    /// The title.
    pub title: &'a str,
    /// Names of the columns.
    pub header: &'a [&'a str],
    /// The rows.
    pub rows: &'a Rows<'a>,
}

impl LongTable<'_> {
    /// Prints the table line by line, line ends included, within `width` columns if that is given.
    pub fn print(&self, width: Option<u16>, print: &mut dyn FnMut(&str)) {
        match self.widths() {
            Some(widths) if width.is_none_or(|width| outer(&widths) <= usize::from(width)) => {
                self.print_plain(widths, width, print);
            }
            // Cells that must be broken, or measured with care, are more than lines of text.
            _ => print(&self.table().render(width)),
        }
    }

    /// The widths of the columns, as long as all cells are plain.
    fn widths(&self) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = self.header.iter().map(|name| name.len()).collect();
        let mut is_plain = true;
        (self.rows)(&mut |cells| {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = cell.len().max(*width);
                is_plain &= cell.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            }
        });
        is_plain.then_some(widths)
    }

    fn print_plain(&self, mut widths: Vec<usize>, width: Option<u16>, print: &mut dyn FnMut(&str)) {
        let (head, missing) = title_lines(&escape(self.title), outer(&widths) - 2, width);
        if let Some(last) = widths.last_mut() {
            *last += missing;
        }
        let border: String = widths
            .iter()
            .map(|width| format!("+{}", "-".repeat(width + 2)))
            .chain(["+\n".to_owned()])
            .collect();
        print(&head);
        print(&border);
        print(&line(&widths, self.header));
        print(&border);
        (self.rows)(&mut |cells| print(&line(&widths, cells)));
        print(&border);
    }

    fn table(&self) -> Table {
        let mut table = Table::new(self.title, self.header);
        (self.rows)(&mut |cells| table.row(cells));
        table
    }
}

fn line(widths: &[usize], cells: &[&str]) -> String {
    let mut line = String::with_capacity(outer(widths) + 1);
    for (width, cell) in widths.iter().zip(cells) {
        line.push_str("| ");
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width - cell.len() + 1));
    }
    line.push_str("|\n");
    line
}

/// The width of a line, borders included.
fn outer(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + 3).sum::<usize>() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(title: &str, rows: &[[String; 2]], width: Option<u16>) -> (String, String) {
        let table = LongTable {
            title,
            header: &["Name", "Key"],
            rows: &|show| {
                for row in rows {
                    show(&[&row[0], &row[1]]);
                }
            },
        };
        let mut text = String::new();
        table.print(width, &mut |line| text.push_str(line));
        (text, table.table().render(width))
    }

    #[test]
    fn names_that_are_broken_or_foreign_are_drawn_with_care() {
        for name in ["two\nlines", "東京", "\u{7}", &"long ".repeat(30)] {
            let (long, table) = printed("Keys", &[[name.to_owned(), "K".to_owned()]], Some(60));
            assert_eq!(long, table, "{name}");
        }
    }

    proptest! {
        #[test]
        fn looks_as_a_table(
            title in "[ -~]{0,30}",
            rows in prop::collection::vec(["[!-~]{0,12}", "[!-~]( ?[!-~]){0,8}"], 1..9),
        ) {
            let (long, table) = printed(&title, &rows, None);
            prop_assert_eq!(long, table);
        }
    }
}
