//! What the figures were made on.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A machine at a moment.
pub(crate) struct Machine {
    date: String,
    processor: String,
    cores: usize,
    synced_write: Duration,
}

impl Machine {
    /// Looks at this one; the disk is that of `dir`.
    pub(crate) fn look(dir: &Path) -> Result<Self> {
        Ok(Self {
            date: jiff::Zoned::now().date().to_string(),
            processor: processor(),
            cores: std::thread::available_parallelism()?.get(),
            synced_write: synced_write(dir)?,
        })
    }

    /// Labels and values.
    pub(crate) fn facts(&self, version: &str) -> [(&'static str, String); 4] {
        let write = self.synced_write.as_secs_f64() * 1e3;
        [
            ("Date", self.date.clone()),
            ("Program", format!("nsc-rs {version}, release build")),
            (
                "Machine",
                format!("{}, {} cores", self.processor, self.cores),
            ),
            (
                "Disk",
                format!("{write:.2} ms for one small write with sync (median of 50)"),
            ),
        ]
    }
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| {
        let (label, value) = line.split_once(':')?;
        (label.trim() == "model name").then(|| value.trim().to_owned())
    });
    model.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn synced_write(dir: &Path) -> Result<Duration> {
    let path = dir.join("probe");
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        let mut file = File::create(&path)?;
        file.write_all(&[0; 1000])?;
        file.sync_all()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(&path)?;
    times.sort();
    Ok(times[times.len() / 2])
}
