//! The text form of keys, both ways: base32 of bytes that end in a CRC-16.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use super::kind::PRIVATE_PREFIX;
use super::{KeyError, TextKind};

/// Tells what the key text is, by its first byte.
///
/// # Errors
/// `Base32`, `TooShort` or `Checksum` when the text is no key at all.
#[expect(clippy::indexing_slicing, reason = "decoded keys are never empty")]
pub fn text_kind(text: &str) -> Result<TextKind, KeyError> {
    Ok(TextKind::from_first_byte(decode(text.as_bytes())?[0]))
}

/// Whether the text is some key: base32 with a matching checksum, whatever its kind and length.
pub fn is_valid_encoding(text: &str) -> bool {
    decode(text.as_bytes()).is_ok()
}

/// Reads the payload of a private key text (`P…`): seed and public key for ed25519, 32 secret bytes for X25519.
///
/// The text does not say which kind of key it belongs to.
///
/// # Errors
/// `Base32`, `TooShort` or `Checksum` when the text is no key at all, `WrongKind` when it is another one.
#[expect(clippy::indexing_slicing, reason = "decoded keys are never empty")]
pub fn private_key_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let decoded = decode(text.as_bytes())?;
    if decoded[0] != PRIVATE_PREFIX {
        let found = TextKind::from_first_byte(decoded[0]);
        return Err(KeyError::WrongKind {
            expected: TextKind::Private,
            found,
        });
    }
    Ok(Zeroizing::new(decoded[1..].to_vec()))
}

/// Decodes a key text to its bytes without the checksum; never empty.
///
/// The checks run in the order in which other nkeys implementations make them, the canonical spelling last, so that
/// a cut or changed text is called damaged rather than misspelt.
#[expect(clippy::indexing_slicing, reason = "the length was checked")]
pub(super) fn decode(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let text = trim_line_ends(text);
    let (mut bytes, canonical) = base32(text).ok_or(KeyError::Base32)?;
    if bytes.len() < MIN_BYTES {
        return Err(KeyError::TooShort);
    }
    let body = bytes.len() - CHECKSUM_BYTES;
    if crc16(&bytes[..body]).to_le_bytes() != bytes[body..] {
        return Err(KeyError::Checksum);
    }
    if !canonical {
        return Err(KeyError::Base32);
    }
    bytes.truncate(body);
    Ok(bytes)
}

/// Encodes 32 key bytes under a prefix byte; the text of a public key.
pub(super) fn encode_public(prefix: u8, key: &[u8; 32]) -> [u8; PUBLIC_CHARS] {
    let mut bytes = [0; 1 + 32 + CHECKSUM_BYTES];
    bytes[0] = prefix;
    bytes[1..33].copy_from_slice(key);
    let checksum = crc16(&bytes[..33]);
    bytes[33..].copy_from_slice(&checksum.to_le_bytes());
    let mut text = [0; PUBLIC_CHARS];
    BASE32_NOPAD.encode_mut(&bytes, &mut text);
    text
}

/// Encodes a secret of several parts, prefix first. Buffers never grow, so no copy is left behind.
#[expect(clippy::expect_used, reason = "base32 is ASCII")]
pub(super) fn encode_secret(parts: &[&[u8]]) -> Zeroizing<String> {
    let body: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(body + CHECKSUM_BYTES));
    for part in parts {
        bytes.extend_from_slice(part);
    }
    let checksum = crc16(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());

    let mut letters = Zeroizing::new(vec![0; BASE32_NOPAD.encode_len(bytes.len())]);
    BASE32_NOPAD.encode_mut(&bytes, &mut letters);
    let mut text = Zeroizing::new(String::with_capacity(letters.len()));
    text.push_str(std::str::from_utf8(&letters).expect("base32 is ASCII"));
    text
}

/// Number of characters of a public key.
pub(super) const PUBLIC_CHARS: usize = 56;

const CHECKSUM_BYTES: usize = 2;
/// One prefix byte, one payload byte and the checksum.
const MIN_BYTES: usize = 4;

fn trim_line_ends(mut text: &[u8]) -> &[u8] {
    while let [b'\r' | b'\n', rest @ ..] | [rest @ .., b'\r' | b'\n'] = text {
        text = rest;
    }
    text
}

/// Decodes base32 and tells whether the text is the canonical spelling of the bytes: no surplus character, no unused
/// bit set. `None` for a foreign character.
///
/// Own loop instead of `BASE32_NOPAD.decode`, which refuses a non-canonical text before its checksum can be looked at.
fn base32(text: &[u8]) -> Option<(Zeroizing<Vec<u8>>, bool)> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 5 / 8));
    let (mut bits, mut count) = (0_u32, 0);
    for &letter in text {
        bits = bits << 5 | u32::from(base32_value(letter)?);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some((bytes, count < 5 && bits == 0))
}

fn base32_value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}

/// CRC-16/XMODEM: polynomial 0x1021, initial value 0, no reflection.
#[expect(clippy::indexing_slicing, reason = "a byte into a table of 256")]
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, &byte| {
        crc << 8 ^ CRC_TABLE[usize::from((crc >> 8) as u8 ^ byte)]
    })
}

#[expect(clippy::indexing_slicing, reason = "the loop ends at the last of 256")]
const CRC_TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x1021
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use data_encoding::BASE32_NOPAD;
    use proptest::prelude::*;

    use super::*;

    fn text_of(body: &[u8]) -> String {
        encode_secret(&[body]).to_string()
    }

    #[test]
    fn crc_is_xmodem() {
        assert_eq!(crc16(b""), 0);
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn surplus_characters_and_unused_bits_are_refused() {
        // 36 bytes leave two unused bits in the last of 58 characters.
        let text = text_of(&[0x90; 34]);
        let (head, last) = text.split_at(text.len() - 1);
        let value = base32_value(last.as_bytes()[0]).unwrap();
        for unused in 1..4 {
            let other = BASE32_NOPAD.encode(&[(value | unused) << 3]).remove(0);
            assert_eq!(
                decode(format!("{head}{other}").as_bytes()),
                Err(KeyError::Base32)
            );
        }
        let whole = text_of(&[0x90; 33]);
        assert_eq!(
            decode(format!("{whole}A").as_bytes()),
            Err(KeyError::Base32)
        );
    }

    #[test]
    fn only_outer_line_ends_are_skipped() {
        let text = text_of(&[1, 2, 3]);
        let (head, tail) = text.split_at(3);
        for ends in [format!("{text}\r\n"), format!("\n\r{text}\n\n")] {
            assert!(is_valid_encoding(&ends));
        }
        for other in [
            format!("{head}\n{tail}"),
            format!(" {text}"),
            format!("{text}\t"),
            format!("{text}="),
        ] {
            assert_eq!(decode(other.as_bytes()), Err(KeyError::Base32), "{other:?}");
        }
    }

    #[test]
    fn a_cut_text_is_damaged() {
        let text = text_of(&[7; 34]);
        for length in 8..text.len() {
            assert_eq!(
                decode(&text.as_bytes()[..length]),
                Err(KeyError::Checksum),
                "{length}"
            );
        }
        for length in 0..7 {
            assert_eq!(
                decode(&text.as_bytes()[..length]),
                Err(KeyError::TooShort),
                "{length}"
            );
        }
    }

    proptest! {
        #[test]
        fn decoding_never_panics(text in any::<Vec<u8>>()) {
            let _ = decode(&text);
        }

        #[test]
        fn what_decodes_is_canonical(text in "[A-Z2-7]{0,20}") {
            if let Some((bytes, true)) = base32(text.as_bytes()) {
                prop_assert_eq!(BASE32_NOPAD.encode(&bytes), text);
            }
        }

        #[test]
        fn bytes_come_back(body in proptest::collection::vec(any::<u8>(), 2..100)) {
            prop_assert_eq!(&*decode(text_of(&body).as_bytes()).unwrap(), &body);
        }

        #[test]
        fn one_changed_character_is_noticed(body in any::<[u8; 33]>(), at in 0_usize..56, by in 1_u8..32) {
            let mut text = text_of(&body).into_bytes();
            let value = base32_value(text[at]).unwrap();
            text[at] = BASE32_NOPAD.encode(&[(value ^ by) << 3]).as_bytes()[0];
            prop_assert_eq!(decode(&text), Err(KeyError::Checksum));
        }
    }
}
