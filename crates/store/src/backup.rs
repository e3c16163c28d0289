//! A copy of an operator's store in one zip file.

use std::path::Path;

use crate::error::{StoreError, io_error};
use crate::store::OperatorStore;
use crate::{keystore, layout, write};

/// The whole store, below a folder with the operator's name; our own side files are left out. Tokens do not get
/// smaller, so the entries are not compressed.
///
/// # Errors
/// [`StoreError::Io`] when a file cannot be read; [`StoreError::NoPlace`] when there are more files, or larger ones, than
/// a zip file takes.
pub fn zip(store: &OperatorStore) -> Result<Vec<u8>, StoreError> {
    let mut archive = Archive::default();
    archive
        .add_folder(store.dir(), store.folder())?
        .finish()
        .ok_or_else(|| StoreError::NoPlace {
            path: store.dir().to_owned(),
            reason: "is too large for a zip file",
        })
}

/// A zip file that is being made.
#[derive(Default)]
struct Archive {
    content: Vec<u8>,
    directory: Vec<u8>,
    entries: usize,
}

impl Archive {
    fn add_folder(&mut self, dir: &Path, name: &str) -> Result<&mut Self, StoreError> {
        for path in keystore::sorted_paths(dir)? {
            let Some(own) = path.file_name().and_then(|name| name.to_str()) else {
                // A name that is no text is nobody's.
                continue;
            };
            let below = format!("{name}/{own}");
            let about = path
                .symlink_metadata()
                .map_err(io_error("look at", &path))?;
            if about.is_dir() && own != layout::SIDE {
                self.add_folder(&path, &below)?;
            } else if about.is_file()
                && let Some(content) = write::read(&path)?
            {
                self.add_file(&below, &content);
            }
        }
        Ok(self)
    }

    /// Sizes beyond 32 bits show in the end: the content is larger then, too.
    fn add_file(&mut self, name: &str, content: &[u8]) {
        let (offset, size) = (low(self.content.len()), low(content.len()));
        let mut about = Vec::new();
        about.extend(VERSION.to_le_bytes());
        about.extend(UTF8_NAMES.to_le_bytes());
        about.extend(STORED.to_le_bytes());
        about.extend(NO_TIME.to_le_bytes());
        about.extend(FIRST_DAY.to_le_bytes());
        about.extend(crc32(content).to_le_bytes());
        about.extend(size.to_le_bytes());
        about.extend(size.to_le_bytes());
        about.extend((name.len() as u16).to_le_bytes());
        about.extend(0_u16.to_le_bytes());

        self.content.extend(b"PK\x03\x04");
        self.content.extend(&about);
        self.content.extend(name.as_bytes());
        self.content.extend(content);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(MADE_ON_UNIX.to_le_bytes());
        self.directory.extend(&about);
        // No comment, first disk, no text.
        self.directory.extend([0; 6]);
        self.directory.extend((PRIVATE_FILE << 16).to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
    }

    /// The file, unless it got too large for 32 bits.
    fn finish(&mut self) -> Option<Vec<u8>> {
        let entries = u16::try_from(self.entries).ok()?;
        let offset = u32::try_from(self.content.len()).ok()?;
        let length = u32::try_from(self.directory.len()).ok()?;
        let mut archive = std::mem::take(&mut self.content);
        archive.append(&mut self.directory);
        archive.extend(b"PK\x05\x06");
        archive.extend([0; 4]);
        archive.extend(entries.to_le_bytes());
        archive.extend(entries.to_le_bytes());
        archive.extend(length.to_le_bytes());
        archive.extend(offset.to_le_bytes());
        archive.extend([0; 2]);
        Some(archive)
    }
}

/// Version 2.0 of the format is enough to read it.
const VERSION: u16 = 20;
const MADE_ON_UNIX: u16 = 3 << 8 | VERSION;
const UTF8_NAMES: u16 = 1 << 11;
const STORED: u16 = 0;
const NO_TIME: u16 = 0;
/// 1980-01-01, the first day the format knows.
const FIRST_DAY: u16 = 1 << 5 | 1;
/// A regular file of mode 0600.
const PRIVATE_FILE: u32 = 0o100_600;

fn low(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The checksum of zip files (ISO 3309).
fn crc32(content: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in content {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_zip() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn names_are_relative_and_contents_whole() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("O");
        for (path, text) in [
            (".nsc", r#"{"name":"O","kind":"operator"}"#),
            ("O.jwt", "a.b.c"),
            ("accounts/A/A.jwt", "d.e.f"),
            (".nsc-rs/lock", "hidden"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let store = OperatorStore::open(dir.path(), "O").unwrap();
        let archive = zip(&store).unwrap();
        let text = String::from_utf8_lossy(&archive);
        assert!(archive.starts_with(b"PK\x03\x04"));
        for part in ["O/.nsc", "O/O.jwta.b.c", "O/accounts/A/A.jwtd.e.f"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("/O/.nsc") && !text.contains("hidden"));
        let end = &archive[archive.len() - 22..];
        assert_eq!((&end[..4], end[8]), (b"PK\x05\x06".as_slice(), 3));
    }
}
