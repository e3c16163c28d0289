//! What a Linux program asks for when it starts.

use anyhow::{Result, bail};

/// Fails for a program that wants a loader, and so libraries of the machine that it runs on.
pub(crate) fn check_static(program: &[u8]) -> Result<()> {
    match has_interpreter(program) {
        Some(false) => Ok(()),
        Some(true) => bail!("it asks for a loader"),
        None => bail!("it is no 64-bit little-endian ELF file"),
    }
}

/// Whether a program header names an interpreter (ELF-64, `PT_INTERP`).
fn has_interpreter(elf: &[u8]) -> Option<bool> {
    if !elf.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let start = usize::try_from(u64::from_le_bytes(field(elf, 0x20)?)).ok()?;
    let size = usize::from(u16::from_le_bytes(field(elf, 0x36)?));
    let count = usize::from(u16::from_le_bytes(field(elf, 0x38)?));
    for place in 0..count {
        let at = start.checked_add(place.checked_mul(size)?)?;
        if u32::from_le_bytes(field(elf, at)?) == PT_INTERP {
            return Some(true);
        }
    }
    Some(false)
}

/// The newest version of the GNU C library that symbols of the program ask for, such as `2.34`.
pub(crate) fn glibc_needed(program: &[u8]) -> Option<String> {
    let starts = program
        .windows(PREFIX.len())
        .enumerate()
        .filter(|(_, window)| *window == PREFIX);
    let versions = starts.filter_map(|(at, _)| {
        let rest = program.get(at + PREFIX.len()..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&rest[..digits])
            .ok()?
            .parse::<u32>()
            .ok()
    });
    versions.max().map(|minor| format!("2.{minor}"))
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

const PREFIX: &[u8] = b"GLIBC_2.";
const PT_INTERP: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    /// A header and one program header of this type.
    fn elf(header: u32) -> Vec<u8> {
        let mut bytes = vec![0; 0x40];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[0x20] = 0x40;
        bytes[0x36] = 0x38;
        bytes[0x38] = 1;
        bytes.extend(header.to_le_bytes());
        bytes.resize(0x78, 0);
        bytes
    }

    #[test]
    fn programs_that_want_a_loader_are_told_apart() {
        assert!(check_static(&elf(1)).is_ok());
        assert!(check_static(&elf(PT_INTERP)).is_err());
        for broken in [&elf(1)[..0x20], b"MZ", b"", &elf(PT_INTERP)[..0x41]] {
            assert!(check_static(broken).is_err());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_test_wants_a_loader() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        if cfg!(target_feature = "crt-static") {
            assert!(check_static(&program).is_ok());
        } else {
            assert!(check_static(&program).is_err());
        }
    }

    #[test]
    fn the_newest_library_counts() {
        let program = b"..GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0GLIBC_PRIVATE\0GLIBC_2.";
        assert_eq!(glibc_needed(program).as_deref(), Some("2.34"));
        assert_eq!(glibc_needed(b"static"), None);
    }
}
