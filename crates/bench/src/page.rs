//! The figures as a page of the documentation.

use std::fmt::Write as _;
use std::time::Duration;

use crate::cases::{Line, Section};
use crate::machine::Machine;

/// What the numbers mean.
const INTRODUCTION: &str = "\
# Performance

Made by `cargo xtask bench`, which makes the stores, runs the release build as a user would, and writes this page.
Times are those of whole processes, from start to end, files in the page cache; *median* is the middle of all runs, *CPU*
the processor time of that run on all cores, *memory* the most that any run held. *nsc 2.14* is what the original
took for the same on a machine of this kind, where it was measured. Writing commands sync what they write: each
needs several synced writes, so the disk sets a floor.
";

/// The page.
pub(crate) fn page(machine: &Machine, version: &str, sections: &[Section]) -> String {
    let mut text = String::from(INTRODUCTION);
    text.push('\n');
    for (label, value) in machine.facts(version) {
        let _ = writeln!(text, "- {label}: {value}");
    }
    for section in sections {
        let _ = write!(text, "\n## {}\n\n", section.title);
        text.push_str("| command | nsc 2.14 | goal | median | best | CPU | memory |\n");
        text.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
        for line in &section.lines {
            text.push_str(&row(line));
        }
    }
    text
}

fn row(line: &Line) -> String {
    let whole = |value: Option<u64>| value.map_or(String::new(), |ms| format!("{ms} ms"));
    let figures = &line.figures;
    let (command, remark) = match line.command.split_once(" (") {
        Some((command, remark)) => (command, format!(" ({remark}")),
        None => (line.command.as_str(), String::new()),
    };
    format!(
        "| `{}`{remark} | {} | {} | {} | {} | {} | {:.0} MiB |\n",
        command,
        whole(line.original),
        whole(line.goal),
        milliseconds(figures.median),
        milliseconds(figures.best),
        milliseconds(figures.cpu),
        figures.memory as f64 / f64::from(1 << 20),
    )
}

fn milliseconds(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Figures;

    #[test]
    fn a_row_has_all_figures() {
        let line = Line {
            command: "list keys -A".to_owned(),
            original: Some(1171),
            goal: Some(117),
            figures: Figures {
                best: Duration::from_micros(9_140),
                median: Duration::from_millis(98),
                cpu: Duration::from_millis(180),
                memory: 20 << 20,
            },
        };
        assert_eq!(
            row(&line),
            "| `list keys -A` | 1171 ms | 117 ms | 98 ms | 9.1 ms | 180 ms | 20 MiB |\n"
        );
    }
}
