//! `cargo xtask bench`: times the release build on large stores and writes `docs/performance.md`.

use anyhow::Result;

use crate::step::{self, Workspace};
use crate::tools;

/// Builds, measures and writes the page; with a text only measures what has it in its title.
pub(crate) fn run(workspace: &Workspace, only: Option<&String>) -> Result<()> {
    let build = [
        "build",
        "--release",
        "--locked",
        "-p",
        "nsc",
        "-p",
        "nsc-bench",
    ];
    step::run(step::cargo().current_dir(&workspace.root).args(build))?;
    let server = tools::nats_server(workspace)?;
    let release = workspace.target.join("release");
    let binary = |name: &str| release.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut bench = std::process::Command::new(binary("nsc-bench"));
    bench
        .env("NATS_SERVER", server)
        .arg(binary("nsc"))
        .arg(workspace.target.join("bench"));
    match only {
        Some(text) => bench.arg("--only").arg(text),
        None => bench.arg(workspace.root.join("docs/performance.md")),
    };
    step::run(&mut bench)
}
