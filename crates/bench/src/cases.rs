//! What is measured, on which store, and what it should take.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::measure::{Figures, Nsc, words};
use crate::shape::{self, BigHome, Shape};

/// A command whose time is taken.
struct Case {
    /// The command line; `{n}` is the number of the run, and `{account}` and `{user}` stand in the middle of the store.
    line: &'static str,
    /// What the original takes for it on such a machine, in milliseconds.
    original: Option<u64>,
    /// What it should take at most, in milliseconds.
    goal: Option<u64>,
    runs: usize,
}

impl Case {
    const fn new(line: &'static str) -> Self {
        Self {
            line,
            original: None,
            goal: None,
            runs: 11,
        }
    }

    const fn original(self, milliseconds: u64) -> Self {
        Self {
            original: Some(milliseconds),
            ..self
        }
    }

    const fn goal(self, milliseconds: u64) -> Self {
        Self {
            goal: Some(milliseconds),
            ..self
        }
    }

    const fn runs(self, runs: usize) -> Self {
        Self { runs, ..self }
    }

    fn args(&self, shape: Shape, run: usize) -> Vec<String> {
        let account = Shape::account(shape.accounts / 2);
        let user = Shape::user(shape.users / 2);
        let fill = |word: &str| {
            word.replace("{account}", &account)
                .replace("{user}", &user)
                .replace("{n}", &run.to_string())
        };
        words(self.line).iter().map(|word| fill(word)).collect()
    }
}

/// Commands that touch one account or user.
const NARROW: [Case; 9] = [
    Case::new("--version").original(7).goal(3).runs(31),
    Case::new("describe account {account}").goal(6).runs(31),
    Case::new("describe user -a {account} {user}")
        .original(210)
        .goal(6)
        .runs(31),
    Case::new("add user -a {account} new-{n}")
        .original(18)
        .goal(5)
        .runs(31),
    Case::new("edit user -a {account} {user} --tag t{n}")
        .goal(5)
        .runs(31),
    Case::new("edit account {account} --tag t{n}")
        .goal(5)
        .runs(31),
    // What a shell asks when Tab is pressed.
    Case::new("__complete describe account account-00")
        .goal(20)
        .runs(31),
    Case::new("__complete describe user -a {account} user")
        .goal(20)
        .runs(31),
    Case::new("__complete add acc").goal(20).runs(31),
];

/// Listing one account of a few users.
const LIST: Case = Case::new("list users -a {account}")
    .original(217)
    .goal(6)
    .runs(31);

/// Commands over the whole store, with goals where the original was measured on the same store.
const WIDE: [Case; 3] = [
    Case::new("list keys -A").original(1171).goal(117),
    Case::new("expirations").original(1133).goal(113),
    Case::new("validate -A").original(245).goal(61),
];

/// Commands over the whole of larger stores: what counts is memory.
const VERY_WIDE: [Case; 7] = [
    Case::new("list accounts").runs(3),
    Case::new("list users -a {account}").runs(3),
    Case::new("list keys -A").runs(3),
    Case::new("list keys -A --output json").runs(3),
    Case::new("expirations").runs(3),
    Case::new("expirations --output json").runs(3),
    Case::new("validate -A").runs(3),
];

/// Many users in one commit, and taking it back.
const BULK: [Case; 2] = [
    Case::new("add users -a {account} --from users-{n}.jsonl")
        .goal(3000)
        .runs(3),
    Case::new("undo").runs(1),
];

/// Users that the bulk case adds.
const BULK_USERS: usize = 10_000;

/// A line of the table.
pub(crate) struct Line {
    /// The command.
    pub(crate) command: String,
    /// What the original takes, in milliseconds.
    pub(crate) original: Option<u64>,
    /// What it should take at most, in milliseconds.
    pub(crate) goal: Option<u64>,
    /// What it took.
    pub(crate) figures: Figures,
}

/// The lines about one store.
pub(crate) struct Section {
    /// The store.
    pub(crate) title: String,
    /// What was measured on it.
    pub(crate) lines: Vec<Line>,
}

/// The stores, small ones first. The first is that on which the original was measured.
pub(crate) const SHAPES: [Shape; 4] = [
    Shape {
        accounts: 1_000,
        users: 3,
    },
    Shape {
        accounts: 1_000,
        users: 2,
    },
    Shape {
        accounts: 1,
        users: 20_000,
    },
    Shape {
        accounts: 10_000,
        users: 10,
    },
];

/// Makes a store below `dir` and measures on it.
pub(crate) fn measure(nsc: &Nsc, dir: &Path, shape: Shape) -> Result<Section> {
    let home = tempfile::Builder::new().prefix("store-").tempdir_in(dir)?;
    nsc.run(home.path(), &words("add operator --name O --sys"))?;
    let big = BigHome::open(home.path())?;
    big.fill(shape)?;
    let mut lines = Vec::new();
    let few = shape.users < 1_000;
    let small = shape.accounts * shape.users < 10_000;
    let mut cases: Vec<&Case> = NARROW.iter().collect();
    if few {
        cases.push(&LIST);
    }
    cases.extend(if small { &WIDE[..] } else { &VERY_WIDE[..] });
    if small {
        for run in 0..BULK[0].runs {
            write_users(&big.dir, run)?;
        }
        cases.extend(&BULK);
    }
    for case in cases {
        lines.push(measure_case(nsc, &big, shape, case)?);
    }
    shape::remove(home.path())?;
    Ok(Section {
        title: shape.title(),
        lines,
    })
}

fn measure_case(nsc: &Nsc, home: &BigHome, shape: Shape, case: &Case) -> Result<Line> {
    let runs = (0..case.runs)
        .map(|n| nsc.run(&home.dir, &case.args(shape, n)))
        .collect::<Result<Vec<_>>>()?;
    let figures = Figures::of(runs).unwrap_or(Figures {
        best: Duration::ZERO,
        median: Duration::ZERO,
        cpu: Duration::ZERO,
        memory: 0,
    });
    Ok(Line {
        command: case.args(shape, 0).join(" "),
        original: case.original,
        goal: case.goal,
        figures,
    })
}

/// The file of a bulk add: JSON lines, each a user with permissions.
fn write_users(dir: &Path, run: usize) -> Result<()> {
    let mut text = String::new();
    for n in 0..BULK_USERS {
        text.push_str(&format!(
            "{{\"name\":\"bulk-{run}-{n:05}\",\"allow-pub\":[\"orders.{n}\"],\"tag\":[\"bulk\"]}}\n"
        ));
    }
    Ok(std::fs::write(
        dir.join(format!("users-{run}.jsonl")),
        text,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_what_is_in_the_store() {
        let shape = Shape {
            accounts: 10,
            users: 4,
        };
        let args = Case::new("add user -a {account} new-{n}").args(shape, 3);
        assert_eq!(args, ["add", "user", "-a", "account-00005", "new-3"]);
    }
}
