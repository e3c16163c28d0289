//! Runs the command blocks of a page of documentation, as its reader would: in order, in one shell,
//! in a home of their own.
//!
//! | written | what it is |
//! |---|---|
//! | ` ```sh ` | commands, each of which must succeed |
//! | ` ```sh,fails=3 ` | one command that must end with this exit status |
//! | ` ```sh,norun ` | commands that no test can run; the caller says which and why |
//! | ` ```console ` | lines `$ command` with what they print, on both streams; `…` stands for any text, on a line of its own for any lines; `fails=3` counts for the last one |
//! | `<!-- $ command -->`, or lines between `<!-- $` and `-->` | what the reader does not see: a check, or waiting for what a person's typing gives time for |
//!
//! The ports that pages show (4222, 8080 …) become free ones. A `nats-server … -p PORT … &` is waited for, and ended
//! with everything else when the page is.

mod blocks;
mod compare;
mod shell;

use std::path::Path;

use crate::TestHome;
use crate::secrets::assert_no_seeds;
use blocks::{Block, Kind};

/// A page of documentation, taken apart.
#[derive(Debug)]
pub struct Page {
    name: String,
    blocks: Vec<Block>,
}

impl Page {
    /// Reads the page `name` below `root`.
    ///
    /// Panics where a block is marked in a way that makes no sense, or where something looks like a
    /// command and is in no block that is run.
    #[track_caller]
    pub fn read(root: &Path, name: &str) -> Self {
        let path = root.join(name);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => panic!("cannot read `{}`: {error}", path.display()),
        };
        match blocks::of(&text) {
            Ok(blocks) => Self {
                name: name.to_owned(),
                blocks,
            },
            Err(reason) => panic!("{name}: {reason}"),
        }
    }

    /// Whether it has commands that are run.
    pub fn has_commands(&self) -> bool {
        self.blocks.iter().any(|block| block.kind != Kind::Unrun)
    }

    /// The first command of each block that is not run.
    pub fn unrun(&self) -> impl Iterator<Item = &str> {
        let unrun = self.blocks.iter().filter(|block| block.kind == Kind::Unrun);
        unrun.filter_map(|block| block.text.lines().next())
    }

    /// Runs the blocks in `home`, with the binaries of the home and a nats-server on the `PATH`.
    ///
    /// Panics with page, line, command and output where something does not go as written.
    #[track_caller]
    pub fn run(&self, home: &TestHome) {
        let ran = shell::run(home, &self.blocks);
        for (number, output) in ran.outputs.iter().enumerate() {
            assert_no_seeds(&format!("{}, block {}", self.name, number + 1), output);
        }
        if let Some(wrong) = ran.wrong {
            panic!("{}:{wrong}", self.name);
        }
    }
}
