//! A drawing as boxes of text in columns and arrows between their rows, before it gets a form.

mod mermaid;
mod svg;

use crate::diagram::Scene;
use crate::diagram::lines::one_line;

/// A drawing.
pub(super) struct Sheet {
    title: String,
    footer: String,
    legend: &'static str,
    columns: Vec<Vec<Card>>,
    links: Vec<Link>,
}

/// A box: a title above rows.
pub(super) struct Card {
    /// What it stands for; the same thing may have a box in several columns.
    id: String,
    kind: &'static str,
    title: String,
    rows: Vec<Row>,
}

/// A line of a box.
struct Row {
    text: String,
    /// Something is wrong with it.
    bad: bool,
}

/// A box or one of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Port {
    column: usize,
    card: usize,
    row: Option<usize>,
}

/// An arrow.
pub(super) struct Link {
    pub(super) from: Port,
    pub(super) to: Port,
    pub(super) label: String,
    /// It does not work.
    pub(super) bad: bool,
}

impl Sheet {
    pub(super) fn new(scene: &Scene<'_>, what: &str, columns: usize, legend: &'static str) -> Self {
        Self {
            title: format!("{what} of operator {}", one_line(&scene.operator.name)),
            footer: format!("{} - {}", one_line(scene.place), scene.at),
            legend,
            columns: (0..columns).map(|_| Vec::new()).collect(),
            links: Vec::new(),
        }
    }

    /// Adds a box at the end of a column.
    #[expect(
        clippy::indexing_slicing,
        reason = "columns are made with the sheet, and ports only here"
    )]
    pub(super) fn add(&mut self, column: usize, card: Card) -> Port {
        let cards = &mut self.columns[column];
        cards.push(card);
        Port {
            column,
            card: cards.len() - 1,
            row: None,
        }
    }

    /// The box that stands for a thing in a column.
    #[expect(
        clippy::indexing_slicing,
        reason = "columns are made with the sheet, and ports only here"
    )]
    pub(super) fn find(&self, column: usize, id: &str) -> Option<Port> {
        let card = self.columns[column].iter().position(|card| card.id == id)?;
        Some(Port {
            column,
            card,
            row: None,
        })
    }

    /// Adds a row to a box, or finds one with this text.
    #[expect(
        clippy::indexing_slicing,
        reason = "columns are made with the sheet, and ports only here"
    )]
    pub(super) fn row(&mut self, of: Port, text: &str, bad: bool) -> Port {
        let card = &mut self.columns[of.column][of.card];
        let text = one_line(text);
        let found = card.rows.iter().position(|row| row.text == text);
        let row = found.unwrap_or_else(|| {
            card.rows.push(Row { text, bad });
            card.rows.len() - 1
        });
        Port {
            row: Some(row),
            ..of
        }
    }

    pub(super) fn link(&mut self, link: Link) {
        self.links.push(link);
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "columns are made with the sheet, and ports only here"
    )]
    fn card(&self, port: Port) -> &Card {
        &self.columns[port.column][port.card]
    }
}

impl Card {
    pub(super) fn new(id: &str, kind: &'static str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            title: one_line(title),
            rows: Vec::new(),
        }
    }

    pub(super) fn row(&mut self, text: &str) {
        let text = one_line(text);
        self.rows.push(Row { text, bad: false });
    }
}
