//! Tables in few columns of a terminal: nothing is left out, and words stay whole where they can.

use comfy_table::{ColumnConstraint, Table as Grid, Width};
use unicode_width::UnicodeWidthStr;

use super::{SEPARATOR, Table};

/// Tables of fewer columns stay tables, with longer cells in several lines.
const MANY_COLUMNS: usize = 5;
/// Blanks around the value of a cell.
const PADDING: u16 = 2;

/// Whether the table has so many columns that they would be torn to pieces in `width`.
pub(super) fn is_too_wide(table: &Table, width: u16) -> bool {
    let cells = table.grid.column_max_content_widths();
    let natural: usize = cells.iter().map(|cell| usize::from(*cell) + 3).sum();
    let is_many = match table.header.len() {
        ..FEW_COLUMNS => false,
        // Else keys would be broken, which nobody could copy then.
        FEW_COLUMNS..MANY_COLUMNS => has_keys(table) && words(table) > usize::from(width),
        _ => true,
    };
    is_many && natural + 1 > usize::from(width)
}

/// The width that a table needs for all keys and the beginnings of all words to stay whole.
fn words(table: &Table) -> usize {
    let columns = 0..table.header.len();
    let needs = columns.map(|column| {
        let longest = longest_word(&table.grid, column);
        let header = table.header[column].split(' ').map(str::len).max();
        let longest = if longest == KEY {
            KEY
        } else {
            longest.min(SHORT)
        };
        usize::from(longest).max(header.unwrap_or_default()) + 3
    });
    needs.sum::<usize>() + 1
}

/// Whether a column holds public keys.
fn has_keys(table: &Table) -> bool {
    (0..table.header.len()).any(|column| longest_word(&table.grid, column) == KEY)
}

/// Longer words may be broken.
const SHORT: u16 = 12;
/// Tables of fewer columns are not easier to read in another form.
const FEW_COLUMNS: usize = 3;

/// The same rows as labels and values, one row below the other.
pub(super) fn upright(table: &Table) -> Table {
    let mut upright = Table::plain("", 2);
    upright.title.clone_from(&table.title);
    for (n, row) in table.grid.row_iter().enumerate() {
        if n > 0 {
            upright.separator();
        }
        for (label, cell) in table.header.iter().zip(row.cell_iter()) {
            // What is empty needs no line of its own.
            if !cell.content().trim().is_empty() {
                upright.pair(label, &cell.content());
            }
        }
    }
    upright
}

/// Lets the values of a table of labels have the room that their longest word needs, so that keys can be
/// copied; the labels give way.
pub(super) fn keep_words(table: &Table, grid: &mut Grid, width: u16) {
    if table.columns != 2 || !table.header.is_empty() {
        return;
    }
    let label = longest_word(grid, 0) + PADDING;
    let value = longest_word(grid, 1) + PADDING;
    let room = width.saturating_sub(label + BORDERS);
    if let Some(column) = grid.column_mut(1) {
        let wanted = Width::Fixed(value.min(KEY + PADDING).min(room));
        column.set_constraint(ColumnConstraint::LowerBoundary(wanted));
    }
}

/// The length of a public key, the longest word that is worth its place.
const KEY: u16 = 56;
/// The lines left of, between and right of two columns.
const BORDERS: u16 = 3;

fn longest_word(grid: &Grid, column: usize) -> u16 {
    let cells = grid
        .row_iter()
        .filter_map(|row| row.cell_iter().nth(column));
    let words = cells.flat_map(|cell| {
        let content = cell.content();
        let words = content.split_whitespace().filter(|word| *word != SEPARATOR);
        words.map(UnicodeWidthStr::width).collect::<Vec<_>>()
    });
    u16::try_from(words.max().unwrap_or_default()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC_KEY: &str = "ACFG6OEVPJ6SVTYOXMYO3ZYF32IFPAJJ4MEIV3M5674GKFU5GXJJ6D7M";

    #[test]
    fn keys_stay_whole_at_80_columns() {
        let mut table = Table::details("Account Details");
        table.pair("Account ID", PUBLIC_KEY);
        table.pair("Max Leaf Node Connections", "Unlimited");
        table.separator();
        table.list("Sub Deny", &["q".repeat(100)]);
        let text = table.render(Some(80));
        assert!(text.contains(PUBLIC_KEY), "{text}");
        assert!(text.contains("| Max Leaf Node"), "{text}");
        // In several lines, and all of it.
        assert_eq!(text.matches('q').count(), 100, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }

    #[test]
    fn keys_that_do_not_fit_beside_others_stand_below_them() {
        let mut table = Table::new("Keys", &["Entity", "Key", "Signing Key", "Stored"]);
        table.row(&["O", PUBLIC_KEY, "", "yes"]);
        assert!(table.render(Some(120)).contains("| Entity | Key "));
        let text = table.render(Some(80));
        assert!(text.contains("| Entity "), "{text}");
        assert!(text.contains(PUBLIC_KEY), "{text}");
        assert!(text.contains("| Stored | yes "), "{text}");
        assert!(!text.contains("Signing Key"), "{text}");
    }

    #[test]
    fn many_columns_that_do_not_fit_stand_below_each_other() {
        let header = ["Name", "Type", "Subject", "Position", "Public"];
        let mut table = Table::new("Exports", &header);
        table.row(&["one", "Stream", "orders.*", "-", "Yes"]);
        assert!(table.render(Some(80)).contains("| Name | Type "));
        let long = format!("orders.{}", "x".repeat(45));
        table.row(&["two", "Service", &long, "2", "No"]);
        let text = table.render(Some(80));
        assert!(text.contains(&long), "{text}");
        assert!(text.contains("| Position | 2 "), "{text}");
        assert_eq!(text.matches("| Name ").count(), 2, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(table.render(None).contains("| Name | Type "));
    }
}
