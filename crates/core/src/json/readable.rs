//! Broken Unicode in claims, read as servers read it.

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
#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the error tells how far the text is good, and that there is more"
)]
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

#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "escapes are ASCII and were just seen at these places"
)]
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

/// The UTF-16 unit of a `\uhhhh` escape that starts at `at`.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}
