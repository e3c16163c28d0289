//! Finding a key in a text with other lines: comments, decorations, creds.

use super::{KeyError, PublicKey, Seed, text};

/// Finds the first line that is a key of any kind, as it stands there without its line end.
///
/// Blanks around a key hide it, as they do for other nkeys readers; [`first_seed`] and [`first_public`] forgive them.
///
/// # Errors
/// `NoKey` when no line is a key.
pub fn first_key<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<&str, KeyError> {
    let key = lines(text.as_ref()).find(|line| text::decode(line).is_ok());
    let key = key.ok_or(KeyError::NoKey)?;
    std::str::from_utf8(key.trim_ascii()).map_err(|_| KeyError::NoKey)
}

/// Reads the first line that is a seed, whatever other keys and texts stand around it.
///
/// # Errors
/// When no line is a seed: `NotASeed` if there is another key, `SeedLength` if there is a seed of the wrong length,
/// else `NoKey`.
pub fn first_seed<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<Seed, KeyError> {
    first_parsed(text.as_ref(), Seed::parse_bytes)
}

/// Reads the first line that is a public key of any kind, whatever other keys and texts stand around it.
///
/// # Errors
/// When no line is a public key: `NotPublic` if there is another key, `PublicLength` if there is a public key of the
/// wrong length, else `NoKey`.
pub fn first_public<T: AsRef<[u8]> + ?Sized>(text: &T) -> Result<PublicKey, KeyError> {
    first_parsed(text.as_ref(), PublicKey::parse_bytes)
}

fn first_parsed<K>(
    text: &[u8],
    parse: impl Fn(&[u8]) -> Result<K, KeyError>,
) -> Result<K, KeyError> {
    let mut problem = KeyError::NoKey;
    for line in lines(text) {
        match parse(line.trim_ascii()) {
            Ok(key) => return Ok(key),
            Err(KeyError::Base32 | KeyError::Checksum | KeyError::TooShort) => {}
            // A near miss says more than "no key"; the first one is most likely what was meant.
            Err(near_miss) if problem == KeyError::NoKey => problem = near_miss,
            Err(_) => {}
        }
    }
    Err(problem)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::super::KeyKind;
    use super::*;

    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
    const PUBLIC: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

    #[test]
    fn lines_of_another_kind_are_skipped() {
        let text = format!("# note\n{PUBLIC}\r\n\t{SEED} \r\n{PUBLIC}");
        assert_eq!(first_seed(&text).unwrap().public_key().to_text(), PUBLIC);
        assert_eq!(first_public(&text).unwrap().kind(), KeyKind::User);
        assert_eq!(first_key(&text).unwrap(), PUBLIC);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_matter() {
        let bytes = [b"caf\xe9\n", SEED.as_bytes(), b"\n"].concat();
        assert_eq!(first_key(&bytes).unwrap(), SEED);
        assert!(first_seed(&bytes).is_ok());
    }

    #[test]
    fn a_near_miss_is_reported() {
        let of_31_bytes = text::encode_secret(&[&[0x95, 0], &[9; 31]]);
        assert_eq!(first_seed(PUBLIC).map(|_| ()), Err(KeyError::NotASeed));
        assert_eq!(first_public(SEED), Err(KeyError::NotPublic));
        assert_eq!(
            first_seed(of_31_bytes.as_str()).map(|_| ()),
            Err(KeyError::SeedLength)
        );
        assert_eq!(
            first_seed("nothing\n\nhere").map(|_| ()),
            Err(KeyError::NoKey)
        );
        assert!(first_seed(&format!("{}\n{SEED}", *of_31_bytes)).is_ok());
    }
}
