//! The list of digests.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use nsc::release::CHECKSUMS;
use sha2::{Digest, Sha256};

/// Writes the SHA-256 digest of each file of a folder, by name, as `sha256sum -c` reads it.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && name != CHECKSUMS {
            names.push(name);
        }
    }
    if names.is_empty() {
        bail!("`{}` has no files", folder.display());
    }
    names.sort();
    let mut text = String::new();
    for name in names {
        let bytes =
            fs::read(folder.join(&name)).with_context(|| format!("cannot read `{name}`"))?;
        text.push_str(&format!(
            "{}  {name}\n",
            HEXLOWER.encode(&Sha256::digest(&bytes))
        ));
    }
    let path = folder.join(CHECKSUMS);
    fs::write(&path, &text).with_context(|| format!("cannot write `{}`", path.display()))?;
    print!("{text}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_listed_once_and_the_list_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path()).is_err());
        fs::write(folder.path().join("b"), "").unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        write(folder.path()).unwrap();
        write(folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join(CHECKSUMS)).unwrap();
        assert_eq!(
            text,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
        );
        assert!(nsc::release::listed_digest(&text, "a").is_some());
    }
}
