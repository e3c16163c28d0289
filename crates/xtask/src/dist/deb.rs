//! The Debian package (`deb(5)`): an `ar` archive of a version, a control archive and a data archive.

use anyhow::Result;

use super::archive::{gzip, tar_gz};
use super::contents::{Contents, File, Shell};
use super::{Release, elf, file};

/// The name of the package, where there is one for the target.
pub(crate) fn name(release: &Release) -> Option<String> {
    let architecture = release.target.debian()?;
    Some(format!("{PACKAGE}_{}_{architecture}.deb", release.version))
}

/// The bytes of the package.
pub(crate) fn package(release: &Release, contents: &Contents<'_>) -> Result<Vec<u8>> {
    let data = data(contents)?;
    let depends = depends(&[&contents.programs.nsc.bytes, &contents.programs.nk.bytes]);
    let control = control(release, &data, depends.as_deref());
    let control = [file("control", 0o644, control)];
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", tar_gz(&control, release.time)?),
        ("data.tar.gz", tar_gz(&data, release.time)?),
    ];
    let mut archive = ar::Builder::new(Vec::new());
    for (name, bytes) in &members {
        let mut header = ar::Header::new(name.as_bytes().to_vec(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(release.time);
        archive.append(&header, &bytes[..])?;
    }
    Ok(archive.into_inner()?)
}

fn data(contents: &Contents<'_>) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for program in [&contents.programs.nk, &contents.programs.nsc] {
        let path = format!("usr/bin/{}", program.name);
        files.push(file(path, 0o755, program.bytes.clone()));
    }
    for completion in &contents.completions {
        let folder = match completion.shell {
            // Debian's zsh looks for those of packages elsewhere.
            Shell::Zsh => "share/zsh/vendor-completions",
            other => other.folder(),
        };
        let path = format!("usr/{folder}/{}", completion.file_name());
        files.push(file(path, 0o644, completion.script.clone()));
    }
    for (name, page) in &contents.man {
        let path = format!("usr/share/man/man1/{name}.gz");
        files.push(file(path, 0o644, gzip(page)?));
    }
    for (name, text) in &contents.documents {
        let (name, bytes) = match name.as_str() {
            "LICENSE" => ("copyright".to_owned(), copyright(text)),
            "CHANGELOG.md" => ("changelog.gz".to_owned(), gzip(text)?),
            other => (other.to_owned(), text.clone()),
        };
        files.push(file(
            format!("usr/share/doc/{PACKAGE}/{name}"),
            0o644,
            bytes,
        ));
    }
    Ok(files)
}

/// The fields that dpkg reads.
fn control(release: &Release, data: &[File], depends: Option<&str>) -> String {
    let kibibytes: u64 = data
        .iter()
        .map(|file| (file.bytes.len() as u64).div_ceil(1024))
        .sum();
    let architecture = release.target.debian().unwrap_or("all");
    let version = debian_version(&release.version);
    let depends = depends.map_or_else(String::new, |depends| format!("Depends: {depends}\n"));
    format!(
        "Package: {PACKAGE}\n\
         Version: {version}\n\
         Architecture: {architecture}\n\
         Maintainer: nsc-rs maintainers <maintainers@nsc-rs.invalid>\n\
         Installed-Size: {kibibytes}\n\
         {depends}\
         Section: net\n\
         Priority: optional\n\
         Description: nk and nsc for NATS: keys, JWTs, stores and resolvers\n \
         nsc keeps operators, accounts and users of NATS as signed JWTs, and tells servers\n \
         of them; nk makes and uses nkeys. Both take the command lines and the files of\n \
         the Go originals.\n"
    )
}

/// What the programs need; nothing when they are static.
fn depends(programs: &[&[u8]]) -> Option<String> {
    let needed = programs
        .iter()
        .filter_map(|program| elf::glibc_needed(program));
    let is_dynamic = programs
        .iter()
        .any(|program| elf::check_static(program).is_err());
    let newest = needed.max_by_key(|version| {
        let minor = version
            .rsplit('.')
            .next()
            .and_then(|minor| minor.parse::<u32>().ok());
        minor.unwrap_or(0)
    });
    let library = newest.filter(|_| is_dynamic)?;
    Some(format!("libc6 (>= {library}), libgcc-s1"))
}

/// `1.0.0~rc.1` comes before `1.0.0` there, as `1.0.0-rc.1` does elsewhere.
fn debian_version(version: &str) -> String {
    version.replacen('-', "~", 1)
}

fn copyright(license: &[u8]) -> Vec<u8> {
    let head = "The nsc-rs maintainers; Apache License 2.0:\n\n";
    [head.as_bytes(), license].concat()
}

const PACKAGE: &str = "nsc-rs";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read;
    use std::path::PathBuf;

    use super::super::build::{Program, Programs};
    use super::super::contents::Completion;
    use super::super::target::Target;
    use super::*;

    fn programs() -> Programs {
        let program = |name: &str| Program {
            name: name.to_owned(),
            bytes: format!("program {name}").into_bytes(),
        };
        Programs {
            nk: program("nk"),
            nsc: program("nsc"),
            path: PathBuf::new(),
        }
    }

    fn made(programs: &Programs) -> Vec<u8> {
        let text = |name: &str| (name.to_owned(), name.as_bytes().to_vec());
        let script = |shell, program| Completion {
            shell,
            program,
            script: b"complete".to_vec(),
        };
        let contents = Contents {
            programs,
            completions: vec![
                script(Shell::Bash, "nsc"),
                script(Shell::Zsh, "nsc"),
                script(Shell::Fish, "nk"),
            ],
            man: vec![text("nsc.1")],
            documents: vec![text("CHANGELOG.md"), text("LICENSE"), text("README.md")],
        };
        package(&release(), &contents).unwrap()
    }

    fn release() -> Release {
        Release {
            version: "1.2.0-rc.1".to_owned(),
            time: 1_700_000_000,
            target: Target::of("x86_64-unknown-linux-musl").unwrap(),
        }
    }

    fn members(package: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut archive = ar::Archive::new(package);
        let mut found = Vec::new();
        while let Some(entry) = archive.next_entry() {
            let mut entry = entry.unwrap();
            let name = String::from_utf8(entry.header().identifier().to_vec()).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            found.push((name, bytes));
        }
        found
    }

    fn unpacked(tar_gz: &[u8]) -> BTreeMap<String, (u32, Vec<u8>)> {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(tar_gz));
        let mut found = BTreeMap::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let mode = entry.header().mode().unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            found.insert(path, (mode, bytes));
        }
        found
    }

    #[test]
    fn a_package_is_laid_out_as_dpkg_wants_it() {
        let programs = programs();
        let package = made(&programs);
        assert_eq!(package, made(&programs), "the same bytes again");
        let members = members(&package);
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
        assert_eq!(members[0].1, b"2.0\n");
        let control = &unpacked(&members[1].1)["control"].1;
        let control = String::from_utf8_lossy(control);
        for line in [
            "Package: nsc-rs",
            "Version: 1.2.0~rc.1",
            "Architecture: amd64",
            "Installed-Size: ",
        ] {
            assert!(
                control.contains(&format!("\n{line}")) || control.starts_with(line),
                "{control}"
            );
        }
        assert!(
            control.ends_with(".\n") && !control.contains("Depends"),
            "{control}"
        );
        let data = unpacked(&members[2].1);
        assert_eq!(data["usr/bin/nsc"], (0o755, b"program nsc".to_vec()));
        for path in [
            "usr/bin/nk",
            "usr/share/bash-completion/completions/nsc",
            "usr/share/zsh/vendor-completions/_nsc",
            "usr/share/fish/vendor_completions.d/nk.fish",
            "usr/share/man/man1/nsc.1.gz",
            "usr/share/doc/nsc-rs/copyright",
            "usr/share/doc/nsc-rs/changelog.gz",
            "usr/share/doc/nsc-rs/README.md",
            "usr/share/",
        ] {
            assert!(data.contains_key(path), "{path} in {:?}", data.keys());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn dpkg_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.deb");
        std::fs::write(&path, made(&programs())).unwrap();
        let ask = |option: &str| {
            let output = std::process::Command::new("dpkg-deb")
                .arg(option)
                .arg(&path)
                .output();
            output.map(|output| {
                assert!(output.status.success(), "{output:?}");
                String::from_utf8(output.stdout).unwrap()
            })
        };
        // Elsewhere than on Debian there is none to ask.
        let Ok(about) = ask("--field") else { return };
        assert!(about.contains("Package: nsc-rs"), "{about}");
        assert!(ask("--contents").unwrap().contains("usr/bin/nsc"));
    }

    #[test]
    fn packages_are_named_as_debian_does() {
        assert_eq!(
            name(&release()).as_deref(),
            Some("nsc-rs_1.2.0-rc.1_amd64.deb")
        );
        let mut release = release();
        release.target = Target::of("x86_64-apple-darwin").unwrap();
        assert_eq!(name(&release), None);
    }

    #[test]
    fn only_programs_that_are_not_static_need_libraries() {
        assert_eq!(
            depends(&[b"..GLIBC_2.9\0GLIBC_2.34\0", b"GLIBC_2.17\0"]).as_deref(),
            Some("libc6 (>= 2.34), libgcc-s1")
        );
        assert_eq!(depends(&[b"none"]), None);
    }
}
