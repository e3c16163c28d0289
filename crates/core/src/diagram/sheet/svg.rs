//! A sheet as an SVG picture, which needs nothing but itself.
//!
//! Columns stand side by side, boxes below each other, arrows between the columns. All letters have
//! the same width, so that nothing has to be measured.

use std::fmt::Write as _;

use super::{Card, Port, Sheet};

/// Width of a letter, height of a line.
const LETTER: usize = 8;
const LINE: usize = 18;
/// Space inside boxes, between boxes, and between columns, where the arrows are.
const PAD: usize = 10;
const GAP: usize = 24;
const ALLEY: usize = 220;
const MARGIN: usize = 30;
const HEAD: usize = 60;
/// Longer rows are cut; all of their text is shown under the pointer.
const LONGEST: usize = 76;

/// Where a box stands.
#[derive(Clone, Copy)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl Sheet {
    /// The picture.
    pub(in crate::diagram) fn svg(&self) -> String {
        let places = self.places();
        let far = |edge: fn(&Place) -> usize| {
            let ends = places.iter().flatten().map(edge);
            ends.max().unwrap_or(HEAD)
        };
        let title = width(&self.title) + 2 * MARGIN;
        let right = far(|p| p.x + p.width)
            .max(title)
            .max(self.footer.chars().count() * LETTER)
            + MARGIN;
        let bottom = far(|p| p.y + p.height) + 3 * LINE;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{right}\" height=\"{bottom}\" \
             viewBox=\"0 0 {right} {bottom}\" font-family=\"monospace\" font-size=\"13\">\n\
             <title>{}</title>\n{STYLE}\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            escaped(&self.title)
        );
        text(&mut svg, MARGIN, MARGIN, "h", &self.title);
        for (column, cards) in places.iter().zip(&self.columns) {
            for (place, card) in column.iter().zip(cards) {
                draw(&mut svg, *place, card);
            }
        }
        for link in &self.links {
            let class = if link.bad { "l b" } else { "l" };
            let marker = if link.bad { "mb" } else { "m" };
            let path = path(&places, link.from, link.to);
            let label = escaped(&link.label);
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" marker-end=\"url(#{marker})\" d=\"{path}\"><title>{label}</title></path>"
            );
        }
        line(&mut svg, MARGIN, bottom - 2 * LINE, "f", self.legend, "");
        line(&mut svg, MARGIN, bottom - LINE, "f", &self.footer, "");
        svg.push_str("</svg>\n");
        svg
    }

    fn places(&self) -> Vec<Vec<Place>> {
        let mut x = MARGIN;
        let mut columns = Vec::new();
        for cards in &self.columns {
            let widest = cards.iter().map(card_width).max().unwrap_or(0);
            let mut y = HEAD;
            let place = |card: &Card| {
                let height = (card.rows.len() + 1) * LINE + 2 * PAD;
                let place = Place {
                    x,
                    y,
                    width: widest,
                    height,
                };
                y += height + GAP;
                place
            };
            columns.push(cards.iter().map(place).collect());
            if widest > 0 {
                x += widest + ALLEY;
            }
        }
        columns
    }
}

const STYLE: &str = "<style>\
    .c{fill:#f6f8fa;stroke:#57606a}.h{font-weight:bold;font-size:16px}.t{font-weight:bold}.r{fill:#24292f}\
    .b{fill:#c00}.f{fill:#57606a;font-size:11px}.l{fill:none;stroke:#0969da;stroke-width:1.5}\
    .l.b{fill:none;stroke:#c00;stroke-dasharray:5 4}\
    </style>\n\
    <defs><marker id=\"m\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
    orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#0969da\"/></marker>\
    <marker id=\"mb\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
    orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#c00\"/></marker></defs>\n";

fn draw(svg: &mut String, place: Place, card: &Card) {
    let Place {
        x,
        y,
        width,
        height,
    } = place;
    let _ = writeln!(
        svg,
        "<rect class=\"c\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
    let mut at = y + PAD + LINE - 5;
    text(svg, x + PAD, at, "t", &heading(card));
    for row in &card.rows {
        at += LINE;
        let class = if row.bad { "b" } else { "r" };
        text(svg, x + PAD, at, class, &row.text);
    }
}

/// A line of text; one that is too long has all of its text under the pointer.
fn text(svg: &mut String, x: usize, y: usize, class: &str, text: &str) {
    let short = cut(text);
    let more = if short == text {
        String::new()
    } else {
        format!("<title>{}</title>", escaped(text))
    };
    line(svg, x, y, class, &short, &more);
}

fn line(svg: &mut String, x: usize, y: usize, class: &str, text: &str, more: &str) {
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" xml:space=\"preserve\">{}{more}</text>",
        escaped(text)
    );
}

/// A curve between two rows, from the sides that look at each other.
#[expect(clippy::indexing_slicing, reason = "there is a place for each card")]
fn path(places: &[Vec<Place>], from: Port, to: Port) -> String {
    let side = |port: Port, other: Port| {
        let place = places[port.column][port.card];
        let row = port.row.map_or(0, |row| row + 1);
        let y = place.y + PAD + row * LINE + LINE / 2;
        let x = if port.column < other.column {
            place.x + place.width
        } else {
            place.x
        };
        (x, y)
    };
    let ((x1, y1), (x2, y2)) = (side(from, to), side(to, from));
    let middle = x1.midpoint(x2);
    format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}")
}

fn heading(card: &Card) -> String {
    format!("{} ({})", card.title, card.kind)
}

fn card_width(card: &Card) -> usize {
    let rows = card.rows.iter().map(|row| width(&row.text));
    rows.chain([width(&heading(card))]).max().unwrap_or(0) + 2 * PAD
}

/// Letters beyond ASCII may be twice as wide.
fn width(text: &str) -> usize {
    let letters = cut(text)
        .chars()
        .map(|c| 1 + usize::from(!c.is_ascii()))
        .sum::<usize>();
    letters * LETTER
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Text of XML: letters that it cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
