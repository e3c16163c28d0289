//! Runs a program and tells what it took.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wait4::Wait4;

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Processor time, in the program and in the system for it.
    pub(crate) cpu: Duration,
    /// The most memory it held, in bytes.
    pub(crate) memory: u64,
}

/// What several runs took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// The quickest run.
    pub(crate) best: Duration,
    /// The middle one.
    pub(crate) median: Duration,
    /// Processor time of the middle one.
    pub(crate) cpu: Duration,
    /// The most memory of all runs, in bytes.
    pub(crate) memory: u64,
}

impl Figures {
    /// Sums up; `None` without runs.
    pub(crate) fn of(mut runs: Vec<Run>) -> Option<Self> {
        runs.sort_by_key(|run| run.wall);
        let (best, median) = (runs.first()?, runs.get(runs.len() / 2)?);
        Some(Self {
            best: best.wall,
            median: median.wall,
            cpu: median.cpu,
            memory: runs.iter().map(|run| run.memory).max()?,
        })
    }
}

/// The words of a command line in which none holds a blank.
pub(crate) fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// The binary under test, in a home.
#[derive(Clone, Debug)]
pub(crate) struct Nsc {
    /// Path of the binary.
    pub(crate) binary: PathBuf,
}

impl Nsc {
    /// Runs a command line; its output goes nowhere.
    pub(crate) fn run(&self, home: &Path, args: &[String]) -> Result<Run> {
        let mut command = self.command(home, args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().context("cannot start nsc")?;
        let used = child.wait4().context("cannot wait for nsc")?;
        let wall = start.elapsed();
        if !used.status.success() {
            let output = self.command(home, args).output()?;
            bail!(
                "`nsc {}` failed ({}): {}",
                args.join(" "),
                used.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(Run {
            wall,
            cpu: used.rusage.utime + used.rusage.stime,
            memory: used.rusage.maxrss,
        })
    }

    fn command(&self, home: &Path, args: &[String]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(args)
            .env_clear()
            .env("HOME", home)
            .env("TZ", "UTC")
            .current_dir(home)
            .stdin(Stdio::null());
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_run_speaks_for_all() {
        let run = |ms, memory| Run {
            wall: Duration::from_millis(ms),
            cpu: Duration::from_millis(ms / 2),
            memory,
        };
        let figures = Figures::of(vec![run(9, 1), run(1, 7), run(4, 3)]).unwrap();
        let times = [figures.best, figures.median, figures.cpu].map(|time| time.as_millis());
        assert_eq!((times, figures.memory), ([1, 4, 2], 7));
        assert!(Figures::of(Vec::new()).is_none());
    }
}
