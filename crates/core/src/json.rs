//! The JSON of NATS claims: one exact way of writing, a tolerant way of reading, and objects that
//! keep the members this version does not know.
//!
//! Tokens are compared, hashed and signed by their bytes, so the text of a claim is fixed: members
//! in the order of the format, no white space, and `<`, `>`, `&`, U+2028 and U+2029 escaped.

use std::fmt;
use std::io;

use serde::Serialize;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use serde_json::value::RawValue;

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

/// The members of a value in alphabetical order at every level, with exact numbers.
///
/// This is the order in which claims are shown; it is not the order in which they are signed.
pub fn sorted<T: Serialize + ?Sized>(value: &T) -> Value {
    // Through the text, since raw members know no other way into a `Value`.
    serde_json::from_str(&to_text(value)).unwrap_or(Value::Null)
}

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

/// Turns the bytes of a payload into JSON text that any strict reader takes: invalid UTF-8 and
/// `\u` escapes of lone surrogates become U+FFFD, as the servers read them.
pub(crate) fn readable(bytes: Vec<u8>) -> String {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => replace_invalid(error.as_bytes()),
    };
    if text.contains("\\ud") || text.contains("\\uD") {
        text = replace_lone_surrogates(&text);
    }
    text
}

/// One U+FFFD for each byte that belongs to no character.
fn replace_invalid(mut bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    loop {
        match std::str::from_utf8(bytes) {
            Ok(rest) => {
                out.push_str(rest);
                return out;
            }
            Err(error) => {
                let (good, bad) = bytes.split_at(error.valid_up_to());
                out.push_str(std::str::from_utf8(good).expect("checked up to here"));
                out.push('\u{fffd}');
                bytes = &bad[1..];
            }
        }
    }
}

fn replace_lone_surrogates(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        match escaped_unit(bytes, at) {
            Some(0xd800..=0xdbff)
                if matches!(escaped_unit(bytes, at + 6), Some(0xdc00..=0xdfff)) =>
            {
                out.extend_from_slice(&bytes[at..at + 12]);
                at += 12;
            }
            Some(0xd800..=0xdfff) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
            }
            _ => {
                // The escaped character goes with its backslash, or `\\u` would look like `\u`.
                let end = (at + 2).min(bytes.len());
                out.extend_from_slice(&bytes[at..end]);
                at = end;
            }
        }
    }
    String::from_utf8(out).expect("only ASCII was replaced by ASCII")
}

/// The UTF-16 unit of a `\uXXXX` escape that starts at `at`.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

/// Members of an object that this version has no field for, each at its place.
///
/// They come from newer servers and tools; reading, editing and writing a token leaves them as
/// they are, to the letter.
#[derive(Clone, Debug, Default)]
pub struct Unknown(Vec<UnknownMember>);

#[derive(Clone, Debug)]
struct UnknownMember {
    /// How many of the known members of the format stand before it.
    slot: usize,
    name: String,
    value: Box<RawValue>,
}

impl Unknown {
    /// The names of the members, in the order read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|member| member.name.as_str())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        let parts = |member: &UnknownMember| {
            (
                member.slot,
                member.name.clone(),
                member.value.get().to_owned(),
            )
        };
        self.0.iter().map(parts).eq(other.0.iter().map(parts))
    }
}

impl Eq for Unknown {}

/// An object of the format: named members in a fixed order.
///
/// Members are counted through the parts that an object is made of, so that a part (such as the
/// JetStream limits) can stand alone in one place and be spread into a larger object in another.
pub(crate) trait Members {
    /// How many members the object has, those of its parts included.
    const COUNT: usize;
    /// The place of the member with exactly this name.
    fn find(name: &str) -> Option<usize>;
    /// The place of the member whose name differs in letter case only.
    fn find_ignoring_case(name: &str) -> Option<usize>;
    /// Reads the member at `index`; `null` leaves it as it is.
    fn read<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error>;
    /// Writes the member at `index` unless it is left out.
    fn write<M: SerializeMap>(&self, index: usize, map: &mut M) -> Result<(), M::Error>;
}

/// A value in which objects with unknown members may be found.
pub trait Walk {
    /// Shows `visit` the unknown members of every object in the value.
    fn walk_unknown(&mut self, _visit: &mut dyn FnMut(&mut Unknown)) {}
}

macro_rules! nothing_to_walk {
    ($($ty:ty),*) => {
        $(impl Walk for $ty {})*
    };
}

nothing_to_walk!(String, i64, u64, u8, bool);

impl<T: Walk> Walk for Option<T> {
    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.iter_mut().for_each(|value| value.walk_unknown(visit));
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.iter_mut().for_each(|value| value.walk_unknown(visit));
    }
}

impl<T: Walk> Walk for std::collections::BTreeMap<String, T> {
    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.values_mut()
            .for_each(|value| value.walk_unknown(visit));
    }
}

/// A value that knows when it is left out of the text.
pub(crate) trait Unset {
    fn is_unset(&self) -> bool;
}

/// Reads an object into `value`, whose members stay as they are where the text has none.
pub(crate) struct ObjectVisitor<T>(pub(crate) T);

impl<'de, T: Members + HasUnknown> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = self.0;
        let mut slot = 0;
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            match T::find(&name).or_else(|| T::find_ignoring_case(&name)) {
                Some(index) => {
                    value.read(index, &mut map)?;
                    slot = index + 1;
                }
                None => {
                    let member = UnknownMember {
                        slot,
                        name: name.into_owned(),
                        value: map.next_value()?,
                    };
                    value.unknown_mut().0.push(member);
                }
            }
        }
        Ok(value)
    }
}

/// A member name, borrowed from the text where it has no escapes.
struct Name<'de>(std::borrow::Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(name.into()))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(name.to_owned().into()))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// Access to the unknown members of an object.
pub(crate) trait HasUnknown {
    fn unknown(&self) -> &Unknown;
    fn unknown_mut(&mut self) -> &mut Unknown;
}

/// Writes the members of an object in order, unknown ones at their places.
pub(crate) fn serialize_object<T: Members + HasUnknown, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let unknown = &value.unknown().0;
    if unknown.is_empty() {
        for index in 0..T::COUNT {
            value.write(index, &mut map)?;
        }
        return map.end();
    }
    for slot in 0..=T::COUNT {
        for member in unknown.iter().filter(|member| member.slot == slot) {
            map.serialize_entry(&member.name, &member.value)?;
        }
        if slot < T::COUNT {
            value.write(slot, &mut map)?;
        }
    }
    map.end()
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
