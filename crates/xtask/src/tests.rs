//! `cargo xtask test`: installs what the tests need and runs all of them.

use anyhow::Result;

use crate::step::{self, Workspace};
use crate::tools;

/// Runs the tests of the whole workspace; `args` go to `cargo test`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let server = tools::nats_server(workspace)?;
    let mut command = step::cargo();
    command
        .current_dir(&workspace.root)
        .env("NATS_SERVER", server);
    step::run(command.args(["test", "--workspace", "--locked"]).args(args))
}
