//! A release on loopback, for what installs from one: programs that hand on to the ones under test.

use std::env::consts::{ARCH, OS};
use std::path::Path;
use std::process::Command;

use data_encoding::HEXLOWER;
use nsc::release::{CHECKSUMS, archive_name, stem};
use nsc_testkit::{Answer, HttpDouble};
use sha2::{Digest, Sha256};

/// The files of a release for this system.
pub(crate) struct Release {
    pub(crate) archive: Vec<u8>,
    pub(crate) sums: String,
}

impl Release {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let top = stem(OS, ARCH);
        let write = |path: &str, text: &str| {
            let path = folder.path().join(&top).join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let nsc = env!("CARGO_BIN_EXE_nsc");
        write("bin/nsc", &format!("#!/bin/sh\nexec '{nsc}' \"$@\"\n"));
        write("bin/nk", "#!/bin/sh\necho nk\n");
        write("share/man/man1/nsc.1", ".TH NSC 1\n");
        write("README.md", "read me\n");
        let archive = folder.path().join("archive");
        let status = Command::new("tar")
            .arg("-czf")
            .arg(&archive)
            .arg("-C")
            .arg(folder.path())
            .arg(&top)
            .status();
        assert!(status.unwrap().success());
        let archive = std::fs::read(archive).unwrap();
        let digest = HEXLOWER.encode(&Sha256::digest(&archive));
        let sums = format!(
            "{digest}  {}\n{}  install.sh\n",
            archive_name(OS, ARCH),
            "0".repeat(64)
        );
        Self { archive, sums }
    }

    /// Serves the files below `/files`; what is taken away is not found.
    pub(crate) fn serve(self) -> HttpDouble {
        HttpDouble::start(move |request| {
            let name = request.path.strip_prefix("/files/").unwrap_or_default();
            if name == CHECKSUMS && !self.sums.is_empty() {
                Answer::new(200, self.sums.clone())
            } else if name == archive_name(OS, ARCH) && !self.archive.is_empty() {
                Answer::bytes(200, self.archive.clone())
            } else {
                Answer::new(404, "not found\n")
            }
        })
    }
}

/// The top of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
