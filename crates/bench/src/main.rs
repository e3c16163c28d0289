//! Makes stores of up to 100,000 users and measures how long `nsc` takes on them.
//!
//! `nsc-bench NSC DIR [PAGE]`: the binary to measure, a folder for the stores, and the file of the page; without it
//! the page is only printed. `cargo xtask bench` calls it with all three.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people: printing is what it does"
)]

mod cases;
mod machine;
mod measure;
mod page;
mod push;
mod shape;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::machine::Machine;
use crate::measure::Nsc;

fn main() -> ExitCode {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[PathBuf]) -> Result<()> {
    let (binary, dir, file, only) = match args {
        [binary, dir] => (binary, dir, None, ""),
        [binary, dir, file] => (binary, dir, Some(file), ""),
        [binary, dir, flag, text] if flag == Path::new("--only") => {
            (binary, dir, None, text.to_str().unwrap_or_default())
        }
        _ => bail!("usage: nsc-bench NSC DIR [PAGE | --only TEXT]"),
    };
    std::fs::create_dir_all(dir)?;
    let nsc = Nsc {
        binary: std::path::absolute(binary)?,
    };
    let dir = std::path::absolute(dir)?;
    let machine = Machine::look(&dir)?;
    let mut sections = Vec::new();
    let wanted = |title: &str| {
        let wanted = title.contains(only);
        if wanted {
            eprintln!("{title} ...");
        }
        wanted
    };
    for shape in cases::SHAPES {
        if wanted(&shape.title()) {
            sections.push(cases::measure(&nsc, &dir, shape)?);
        }
    }
    for push in &push::PUSHES {
        if wanted(&push.title()) {
            sections.push(push::measure(&nsc, &dir, push)?);
        }
    }
    let text = page::page(&machine, env!("CARGO_PKG_VERSION"), &sections);
    print!("{text}");
    file.map_or(Ok(()), |file| save(file, &text))
}

fn save(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))
}
