//! The JSON of NATS claims: one exact way of writing, a tolerant way of reading, and objects that
//! keep the members this version does not know.
//!
//! Tokens are compared, hashed and signed by their bytes, so the text of a claim is fixed: members
//! in the order of the format, no white space, and `<`, `>`, `&`, U+2028 and U+2029 escaped.

mod object;
mod readable;

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

pub(crate) use object::{HasUnknown, Members, ObjectVisitor, Unset, serialize_object};
pub use object::{Unknown, Walk};
pub(crate) use readable::readable;

/// Writes a value as claims text: compact, in declaration order, with the escapes tokens use.
///
/// # Examples
/// ```
/// assert_eq!(nsc_core::json::to_text(&["foo.>"]), r#"["foo.\u003e"]"#);
/// ```
pub fn to_text<T: Serialize + ?Sized>(value: &T) -> String {
    write(
        value,
        Style {
            inner: CompactFormatter,
            escape_markup: true,
        },
    )
}

/// Writes a value over several lines, `indent` before each level.
///
/// `escape_markup` says whether `<`, `>` and `&` are written as `\u003c`, `\u003e`, `\u0026`.
pub fn to_pretty_text<T: Serialize + ?Sized>(
    value: &T,
    indent: &str,
    escape_markup: bool,
) -> String {
    let inner = PrettyFormatter::with_indent(indent.as_bytes());
    write(
        value,
        Style {
            inner,
            escape_markup,
        },
    )
}

/// As [`to_pretty_text`], written piece by piece.
///
/// # Errors
/// Those of `out`, and of the value's `Serialize`.
pub fn write_pretty<T: Serialize + ?Sized>(
    out: impl io::Write,
    value: &T,
    indent: &str,
    escape_markup: bool,
) -> io::Result<()> {
    let inner = PrettyFormatter::with_indent(indent.as_bytes());
    let style = Style {
        inner,
        escape_markup,
    };
    let mut serializer = serde_json::Serializer::with_formatter(out, style);
    Ok(value.serialize(&mut serializer)?)
}

/// The members of a value in alphabetical order at every level, with exact numbers.
///
/// This is the order in which claims are shown; it is not the order in which they are signed.
pub fn sorted<T: Serialize + ?Sized>(value: &T) -> Value {
    // Through the text, since raw members know no other way into a `Value`.
    serde_json::from_str(&to_text(value)).unwrap_or(Value::Null)
}

#[expect(clippy::expect_used, reason = "serde_json writes text")]
fn write<T: Serialize + ?Sized, F: Formatter>(value: &T, style: Style<F>) -> String {
    let mut out = Vec::with_capacity(512);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, style);
    value
        .serialize(&mut serializer)
        .expect("claims have text keys and a Vec takes every write");
    String::from_utf8(out).expect("JSON text is UTF-8")
}

/// A formatter that adds the escapes and number forms of claims to another one's layout.
struct Style<F> {
    inner: F,
    escape_markup: bool,
}

impl<F: Formatter> Formatter for Style<F> {
    #[expect(clippy::indexing_slicing, reason = "both places stay below the length")]
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        let mut done = 0;
        let mut at = 0;
        while at < bytes.len() {
            let (escape, length) = match bytes[at] {
                b'<' if self.escape_markup => ("\\u003c", 1),
                b'>' if self.escape_markup => ("\\u003e", 1),
                b'&' if self.escape_markup => ("\\u0026", 1),
                0xe2 if bytes[at..].starts_with("\u{2028}".as_bytes()) => ("\\u2028", 3),
                0xe2 if bytes[at..].starts_with("\u{2029}".as_bytes()) => ("\\u2029", 3),
                _ => {
                    at += 1;
                    continue;
                }
            };
            writer.write_all(&bytes[done..at])?;
            writer.write_all(escape.as_bytes())?;
            at += length;
            done = at;
        }
        writer.write_all(&bytes[done..])
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number_text(value).as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.inner.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.inner.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.inner.end_object_value(writer)
    }
}

/// The shortest digits that read back as the same double: plain from 1e-6 up to below 1e21, with
/// an exponent outside, never with a trailing `.0`.
fn number_text(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return format!("{value}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_doubles_are_written_shortest() {
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "-0"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1e-6, "0.000001"),
            (1.25e-9, "1.25e-9"),
            (5e-324, "5e-324"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(number_text(value), text);
        }
    }

    #[test]
    fn markup_and_separators_are_escaped() {
        assert_eq!(
            to_text("a<b>&\u{2028}\u{2029}é\u{7f}\u{1}\n"),
            "\"a\\u003cb\\u003e\\u0026\\u2028\\u2029é\u{7f}\\u0001\\n\""
        );
        assert_eq!(to_pretty_text(&["<"], " ", false), "[\n \"<\"\n]");
        let mut out = Vec::new();
        write_pretty(&mut out, &["<"], " ", true).unwrap();
        assert_eq!(out, b"[\n \"\\u003c\"\n]");
    }

    #[test]
    fn broken_text_reads_as_replacement_characters() {
        assert_eq!(readable(vec![b'a', 0xff, 0xfe, b'b']), "a\u{fffd}\u{fffd}b");
        assert_eq!(
            readable(br#""\ud800x\udc00 \ud83d\ude00 \\ud800""#.to_vec()),
            r#""\ufffdx\ufffd \ud83d\ude00 \\ud800""#
        );
    }
}
