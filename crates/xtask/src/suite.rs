//! `cargo xtask test`: installs what the tests need and runs all of them.

use anyhow::Result;

use crate::step::{self, Workspace};
use crate::tools;

/// Runs the tests of the whole workspace, or of the packages that `args` name; `args` go to
/// `cargo test`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let server = tools::nats_server(workspace)?;
    let mut command = step::cargo();
    command
        .current_dir(&workspace.root)
        .env("NATS_SERVER", server);
    command.args(["test", "--locked"]);
    if !names_packages(args) {
        command.arg("--workspace");
    }
    step::run(command.args(args))
}

/// Whether cargo is told which packages to test; beside `--workspace` it would not listen.
fn names_packages(args: &[String]) -> bool {
    let for_cargo = args.iter().take_while(|arg| *arg != "--");
    let names = |arg: &String| {
        arg.starts_with("--package") || arg.starts_with("-p") || arg.starts_with("--manifest-path")
    };
    for_cargo.into_iter().any(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_before_the_dashes() {
        let names = |line: &str| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            names_packages(&args)
        };
        assert!(names("-p nsc-core") && names("-pnk --lib") && names("--package=nsc"));
        assert!(!names("") && !names("--release name") && !names("name -- -p"));
    }
}
