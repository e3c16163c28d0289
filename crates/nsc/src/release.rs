//! Names of the files of a release: `cargo xtask dist` makes them, `nsc update` and the installer ask for them.

/// The file that lists the SHA-256 digest of every other one, as `sha256sum` prints it.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// The program alone, for a system as [`std::env::consts`] names it: `nsc-rs-linux-x86_64`; with `.exe` on Windows.
pub fn program_name(os: &str, arch: &str) -> String {
    let suffix = if os == "windows" { ".exe" } else { "" };
    format!("{}{suffix}", stem(os, arch))
}

/// The archive with the programs, completions and man pages: `nsc-rs-linux-x86_64.tar.gz`.
pub fn archive_name(os: &str, arch: &str) -> String {
    format!("{}.tar.gz", stem(os, arch))
}

/// What the names of all files for a system begin with: `nsc-rs-linux-x86_64`.
pub fn stem(os: &str, arch: &str) -> String {
    format!("nsc-rs-{os}-{arch}")
}

/// The digest of the file `name` in the text of [`CHECKSUMS`], in lower case; `None` when it is not there once, or is
/// no SHA-256.
pub fn listed_digest(text: &str, name: &str) -> Option<String> {
    let mut found = text.lines().filter_map(|line| {
        let (digest, file) = line.split_once(' ')?;
        // The second sign tells text from binary mode, which is the same everywhere but on Windows.
        let file = file.strip_prefix([' ', '*'])?;
        (file == name).then_some(digest)
    });
    let digest = found.next().filter(|_| found.next().is_none())?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| digest.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_listed_once_or_not_at_all() {
        let (a, b) = ("A1".repeat(32), "b2".repeat(32));
        let text = format!("{a}  nsc-rs-linux-x86_64\n{b} *nsc-rs-linux-x86_64.tar.gz\n");
        let found = |text: &str, name: &str| listed_digest(text, name);
        assert_eq!(found(&text, "nsc-rs-linux-x86_64"), Some(a.to_lowercase()));
        assert_eq!(found(&text, "nsc-rs-linux-x86_64.tar.gz"), Some(b));
        assert_eq!(found(&text, "nsc-rs"), None);
        assert_eq!(found(&format!("{text}{text}"), "nsc-rs-linux-x86_64"), None);
        assert_eq!(found("abc  x\n", "x"), None);
        assert_eq!(found("", "x"), None);
    }

    #[test]
    fn names_tell_the_system() {
        assert_eq!(program_name("macos", "aarch64"), "nsc-rs-macos-aarch64");
        assert_eq!(
            program_name("windows", "x86_64"),
            "nsc-rs-windows-x86_64.exe"
        );
        assert_eq!(
            archive_name("windows", "x86_64"),
            "nsc-rs-windows-x86_64.tar.gz"
        );
    }
}
