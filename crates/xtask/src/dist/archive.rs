//! Archives that hold nothing of the machine and the moment they are made at.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, GzBuilder};

use super::contents::File;

/// A compressed archive of the files, by path, all of `time` (unix seconds) and of user and group 0.
pub(crate) fn tar_gz(files: &[File], time: u64) -> Result<Vec<u8>> {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut archive = tar::Builder::new(Vec::new());
    let mut made = std::collections::BTreeSet::new();
    for file in sorted {
        for folder in folders(&file.path) {
            if made.insert(folder.to_owned()) {
                let mut header = header(tar::EntryType::Directory, 0o755, 0, time);
                archive.append_data(&mut header, format!("{folder}/"), &[][..])?;
            }
        }
        let size = file.bytes.len() as u64;
        let mut header = header(tar::EntryType::Regular, file.mode, size, time);
        archive.append_data(&mut header, &file.path, &file.bytes[..])?;
    }
    gzip(&archive.into_inner()?)
}

/// Compressed, with neither name nor time.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

fn header(kind: tar::EntryType, mode: u32, size: u64, time: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// The folders above a path, outermost first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/')
        .map(|(at, _)| &path[..at])
        .filter(|folder| !folder.is_empty() && *folder != ".")
}

/// RFC 1952, 2.3.1.
const UNKNOWN_SYSTEM: u8 = 255;

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn order_and_moment_of_making_do_not_show() {
        let (a, b) = (file("x/b/two", 0o644, "2"), file("x/a", 0o755, "1"));
        let one = tar_gz(
            &[file("x/b/two", 0o644, "2"), file("x/a", 0o755, "1")],
            1_700_000_000,
        );
        let other = tar_gz(&[b, a], 1_700_000_000).unwrap();
        assert_eq!(one.unwrap(), other);
        let mut entries = Vec::new();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&other[..]));
        for entry in archive.entries().unwrap() {
            let entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.mtime().unwrap(), 1_700_000_000);
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            entries.push((path, header.mode().unwrap()));
        }
        let expected = [
            ("x/", 0o755),
            ("x/a", 0o755),
            ("x/b/", 0o755),
            ("x/b/two", 0o644),
        ];
        assert_eq!(
            entries,
            expected.map(|(path, mode)| (path.to_owned(), mode))
        );
    }
}
